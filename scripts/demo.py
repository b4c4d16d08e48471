"""The main job on real data: the quickstart on a fresh registry, then the model in another Python process.

make demo
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
AGAIN = """
import modelreg
from sklearn.datasets import load_breast_cancer

registry = modelreg.connect()
clf = registry.load("cancer:production")
X, y = load_breast_cancer(return_X_y=True)
print(f"In a new process, cancer:production ({type(clf).__name__}) gets {clf.score(X, y):.3f} of all tumours right.")
"""


def main() -> None:
    """Execute the quickstart and print what each line of it answered."""
    home = Path(tempfile.mkdtemp(prefix="modelreg-demo-"))
    notebook = execute(home)
    for cell in notebook.cells:
        if cell.cell_type == "code" and "%modelreg" in cell.source:
            print(f"\n> {cell.source}")
            for output in cell.outputs:
                print(output.get("text") or output.get("data", {}).get("text/plain", ""))
    print()
    subprocess.run([sys.executable, "-c", AGAIN], check=True)
    print(f"The registry of this demo is {home / 'registry'}; look at it with:")
    print(f"  MODELREG_REGISTRY={home / 'registry'} {Path(sys.executable).parent / 'modelreg'} versions cancer")


def registry(home: Path) -> Path:
    """Make the registry of the demo and return where it is."""
    execute(home)
    return home / "registry"


def execute(home: Path) -> NotebookNode:
    """Execute the quickstart with everything that it keeps under ``home``."""
    import nbformat
    from nbclient import NotebookClient

    own = {
        "MODELREG_REGISTRY": str(home / "registry"),
        "XDG_DATA_HOME": str(home / "data"),
        "JPY_SESSION_NAME": "01-quickstart.ipynb",
    }
    os.environ.update(own)
    notebook = nbformat.read(ROOT / "notebooks" / "01-quickstart.ipynb", as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3", extra_arguments=["--log-level=ERROR"]).execute()
    return notebook


if __name__ == "__main__":
    main()
