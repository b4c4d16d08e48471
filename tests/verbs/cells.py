"""A notebook session without a kernel: cells run, and are written down as the extension does it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelreg.capture.data import Watcher
from modelreg.catalog.create import DATABASE
from modelreg.notebook import Execution, Notebook
from modelreg.registry import Registry, connect
from modelreg.verbs import capturing

if TYPE_CHECKING:
    from collections.abc import Callable


class Cells:
    """A session in a folder, with a registry.

    Parameters
    ----------
    folder : Path
        Where the notebook is.
    """

    def __init__(self, folder: Path) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.notebook = Notebook(path=str(folder / "train.ipynb"), namespace=lambda: self.names)
        self.notebook.log.on = True
        self.registry: Registry = connect(notebook=self.notebook)
        self._count = 0

    def __call__(self, source: str) -> None:
        """Run a cell."""
        self._count += 1
        log, entry = self.notebook.log, Execution(source=source, count=self._count)
        log.begin(self._count, entry, dict(self.names))
        exec(source, self.names)
        log.end(self._count, entry, dict(self.names))
        log.watcher = log.watcher or Watcher()
        log.watcher.note(entry, self.names)

    def register(self, variable: str, name: str = "churn") -> None:
        """Register what a variable holds, and wait for all that is captured."""
        self.registry.register(eval(variable, self.names), name, variable=variable)
        assert capturing.wait(self.notebook, 60)

    def rewrite(self, edit: Callable[[dict[str, Any]], Any]) -> None:
        """Change what was captured, as somebody else can who may write the registry."""
        self.registry.close()
        driver = sqlite3.connect(Path(self.registry.location) / DATABASE)
        for run, text in driver.execute("SELECT id, capture FROM runs WHERE capture IS NOT NULL").fetchall():
            facts = json.loads(text)
            changed = edit(facts)
            driver.execute(
                "UPDATE runs SET capture = ? WHERE id = ?", (json.dumps(facts if changed is None else changed), run)
            )
        driver.commit()
        driver.close()


def git(place: Path, *words: str) -> str:
    """Run git and return what it says."""
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    line = ["git", "-C", str(place), *words]
    return subprocess.run(line, check=True, capture_output=True, text=True, env={**os.environ, **who}).stdout.strip()


def listing(top: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes, git's own included."""
    return {str(path.relative_to(top)): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()}
