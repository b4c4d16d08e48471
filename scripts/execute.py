"""Execute a tutorial and write its outputs into it: no widget state, no times of execution.

python scripts/execute.py notebooks/01-quickstart.ipynb
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def main(path: Path) -> None:
    """Run every cell in a fresh kernel and keep what it shows; a cell may fail where it shows how that looks."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", allow_errors=True, store_widget_state=False, record_timing=False
    )
    client.execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    nbformat.write(notebook, path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
