"""Execute a tutorial and write its outputs into it, cleaned of what differs from run to run; no widget state.

python scripts/execute.py notebooks/01-quickstart.ipynb
"""

from __future__ import annotations

import re
import sys
from configparser import RawConfigParser
from pathlib import Path
from typing import Any, Final

import nbformat
from nbclient import NotebookClient

RULES: Final = "sanitize.cfg"
"""What nbval overlooks when it compares; beside the tutorials."""
WIDGET: Final = "application/vnd.jupyter.widget-view+json"
"""Names a widget of the kernel that ran: nothing to anybody else, and another name at each run."""
CLEANED: Final = ("text/plain", "text/html", "text/markdown")


def main(path: Path) -> None:
    """Run every cell in a fresh kernel and keep what it shows; a cell may fail where it shows how that looks."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", allow_errors=True, store_widget_state=False, record_timing=False
    )
    client.execute()
    rules = read(path.with_name(RULES))
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            clean(output, rules)
    notebook.metadata["language_info"] = {
        "name": "python"
    }  # the version of this machine's Python tells nobody anything
    nbformat.write(notebook, path)


def read(path: Path) -> list[tuple[re.Pattern[str], str]]:
    """Return the rules of a sanitize file in the order in which they stand."""
    config = RawConfigParser()
    config.read(path)
    return [(re.compile(config[name]["regex"]), config[name]["replace"]) for name in config.sections()]


def clean(output: dict[str, Any], rules: list[tuple[re.Pattern[str], str]]) -> None:
    """Apply rules to everything that an output says."""
    data = output.get("data", {})
    data.pop(WIDGET, None)
    for holder, key in [(output, "text"), *((data, kind) for kind in CLEANED)]:
        if key in holder:
            for pattern, replacement in rules:
                holder[key] = pattern.sub(replacement, holder[key])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
