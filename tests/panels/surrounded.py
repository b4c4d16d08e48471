"""A registry whose versions were captured: in a git repository, from a session of cells, on data that is known."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression

import modelreg
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
        ages = np.arange(float(rows))
        scope["train"] = pd.DataFrame({"age": ages, "city": ["<b>Ulm</b>"] * rows, "income": ages**2})
        scope["clf"] = LinearRegression(fit_intercept=intercept).fit(scope["train"][["age"]], scope["train"]["income"])
        for source in CELLS:
            ran(book, source.format(intercept=intercept, rows=rows))
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


def ran(book: Notebook, source: str) -> None:
    """Note a cell as run."""
    at = len(book.log.executions())
    book.log.begin(at, Execution(source=source, count=at + 1), {})
    book.log.end(at, Execution(source=source, count=at + 1), {})
