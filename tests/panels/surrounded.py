"""A registry whose versions were captured: in a git repository, from a session of cells, on data that is known."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any, Final

import modelreg
from modelreg.capture.data import Watcher
from modelreg.notebook import Execution, Notebook
from modelreg.verbs import capturing

if TYPE_CHECKING:
    from pathlib import Path

ROWS: Final = 40
CELLS: Final = (
    "import numpy as np\nimport pandas as pd\nfrom sklearn.linear_model import LinearRegression",
    "# what goes\ntrain = pd.DataFrame({{'age': np.arange({rows}.0), 'city': '<b>Ulm</b>', 'income': np.arange({rows}.0) ** 2}})",
    "unrelated = 'not kept'",
    "clf = LinearRegression(fit_intercept={intercept}).fit(train[['age']], train['income'])",
)


def surround(place: Path, work: Path) -> None:
    """Register two versions of ``churn`` from a session; the second is trained otherwise, on more data."""
    repository(work)
    scope: dict[str, Any] = {}
    book = Notebook(path=str(work / "train.ipynb"), namespace=lambda: scope)
    book.log.on = True
    registry = modelreg.connect(place, actor="mara", notebook=book)
    for intercept, rows in ((True, ROWS), (False, ROWS + 5)):
        for source in CELLS:
            ran(book, source.format(intercept=intercept, rows=rows), scope)
        registry.register(scope["clf"], "churn", variable="clf")
        assert capturing.wait(book, 60)
    registry.close()


def repository(work: Path) -> None:
    """Make a repository with one commit, and a change since."""
    work.mkdir(parents=True, exist_ok=True)
    (work / "features.py").write_text("limit = 1\nother = 2\n", encoding="utf-8")
    who = ("-c", "user.name=a", "-c", "user.email=a@b")
    for line in (("init", "-q", "-b", "main"), ("add", "."), (*who, "commit", "-q", "-m", "first")):
        subprocess.run(["git", "-C", str(work), *line], check=True)
    (work / "features.py").write_text("limit = 20\nother = 2\n", encoding="utf-8")


def ran(book: Notebook, source: str, scope: dict[str, Any] | None = None) -> None:
    """Note a cell as run; where there is a scope it is run there, and watched as the extension watches it."""
    at, names = len(book.log.executions()), {} if scope is None else scope
    entry = Execution(source=source, transformed=source, count=at + 1)
    book.log.begin(at, entry, names)
    if scope is not None:
        exec(source, scope)
    book.log.end(at, entry, names)
    if scope is not None and ".fit(" in source:
        book.log.watcher = book.log.watcher or Watcher()
        book.log.watcher.note(entry, scope)
