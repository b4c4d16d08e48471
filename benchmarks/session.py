"""A notebook that trains a model and registers it: a repository, twenty cells, then train and register again and again.

``sides.py`` runs it in a process of its own. The cells run in a shell as a kernel has it, the extension loaded before them.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import repository
import workload

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from IPython.core.interactiveshell import InteractiveShell

CELLS: Final = (
    "%load_ext modelreg",
    "import numpy as np\nimport pandas as pd\nfrom helpers import share",
    "from sklearn.dummy import DummyClassifier\nfrom sklearn.linear_model import LogisticRegression",
    "from sklearn.pipeline import make_pipeline\nfrom sklearn.preprocessing import StandardScaler",
    'customers = pd.read_csv("data/customers.csv")',
    "customers.head()",
    "customers.shape",
    'y = customers.pop("label")',
    "y.value_counts()",
    "X = customers.astype(float)",
    "X.isna().sum().sum()",
    "spread = X.std()\nspread.sort_values().tail(3)",
    'def accuracy(model):\n    """Return the share of rows that the model gets right."""\n    return share(model.predict(X) == y)',
    "baseline = DummyClassifier().fit(X, y)",
    "accuracy(baseline)",
    "first = make_pipeline(StandardScaler(), LogisticRegression(max_iter=5, C=0.1)).fit(X, y)\naccuracy(first)",
    "found = {}\nfor strength in (0.1, 1.0):\n    found[strength] = accuracy(first)",
    "pd.Series(found).idxmax()",
    "worst = np.flatnonzero(first.predict(X) != y)[:5]\nX.iloc[worst]",
)
"""The first twenty cells of the notebook, but for the one that trains; that one runs again before each registration."""
TRAIN: Final = (
    "clf = make_pipeline(StandardScaler(), LogisticRegression(max_iter=50, C={strength!r})).fit(X, y)\naccuracy(clf)"
)
REGISTER: Final = " ".join(
    [
        f"%modelreg register clf {workload.NAME} -a {workload.ALIAS} --project bench --tag {'='.join(workload.TAG)}",
        *(f"--metric {key}={value}" for key, value in workload.METRICS.items()),
        *(f"--param {key}={value}" for key, value in workload.PARAMS.items()),
    ]
)
BOOK: Final = "churn.ipynb"
REST: Final = ", the rest"
"""What is left of a part that has begun before the answer."""
PATIENCE: Final = 60.0


def prepare(top: Path) -> None:
    """Make the repository that the notebook lies in: some modules, one of them changed since the commit, and ignored data."""
    (top / "data").mkdir(parents=True)
    rows, labels = workload.data()
    rows.assign(label=labels).to_csv(top / "data" / "customers.csv", index=False)
    cells = [
        {"cell_type": "code", "id": f"cell-{at}", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
        for at, source in enumerate((*CELLS, TRAIN, REGISTER))
    ]  # fmt: skip
    book = {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    (top / BOOK).write_text(json.dumps(book, indent=1), encoding="utf-8")
    (top / ".gitignore").write_text("data/\n", encoding="utf-8")
    (top / "helpers.py").write_text("def share(right):\n    return float(right.mean())\n", encoding="utf-8")
    repository.fill(top, 40)
    (top / "000" / "7.py").write_text("value = 8\n", encoding="utf-8")


class Session:
    """A shell in the repository ``top``, which registers to ``place``; ``capture`` as the user's settings have it."""

    def __init__(self, top: Path, place: Path, *, capture: bool) -> None:
        from IPython.core.interactiveshell import InteractiveShell

        os.environ |= {"MODELREG_REGISTRY": str(place), "JPY_SESSION_NAME": str(top / BOOK)}
        if not capture:
            _switch_off(place.with_name(f"{place.name}-home"))
        os.chdir(top)
        sys.path.insert(0, "")
        self.shell: InteractiveShell = InteractiveShell.instance()
        self.parts: dict[str, dict[str, list[float]]] = defaultdict(lambda: {"seconds": [], "computing": []})

    def run(self, cell: str) -> float:
        """Run a cell, its answer shown, and return the seconds that it took."""
        started = time.perf_counter()
        result = self.shell.run_cell(cell, store_history=True)
        took = time.perf_counter() - started
        result.raise_error()
        return took

    def settle(self) -> float:
        """Wait for what is captured after the answer, and return the seconds that it takes."""
        from modelreg.notebook import Notebook
        from modelreg.verbs import capturing

        started = time.perf_counter()
        if not capturing.wait(Notebook.current(), PATIENCE):
            sys.exit(f"the capture did not end in {PATIENCE:.0f} s")
        return time.perf_counter() - started

    def watch(self) -> None:
        """From now on, keep the seconds that each part of a capture takes: of the clock, and of its thread."""
        from modelreg.verbs import capturing

        take, complete = capturing.take, capturing.complete

        def timed(name: str, do: Callable[..., Any], *words: Any) -> Any:
            started, computed = time.perf_counter(), time.thread_time()
            found = do(*words)
            self.parts[name]["seconds"].append(time.perf_counter() - started)
            self.parts[name]["computing"].append(time.thread_time() - computed)
            return found

        def to_its_end(name: str, early: Any) -> Any:
            return early if early.more is None else timed(f"{name}{REST}", complete, name, early)

        capturing.take = lambda name, moment: timed(name, take, name, moment)
        capturing.complete = to_its_end


def register(place: Path, times: int, *, capture: bool) -> dict[str, Any]:
    """Return the seconds of the first registration of a kernel, the load of the extension included, and of the next ones."""
    session = Session(place.parent / "work", place, capture=capture)
    loaded = set(sys.modules)
    first = session.run(CELLS[0])
    modules = set(sys.modules) - loaded
    for cell in CELLS[1:]:
        session.run(cell)
    strength = 1 + os.getpid() * 1e-6
    session.run(TRAIN.format(strength=strength))
    loaded = set(sys.modules)
    first += session.run(REGISTER)
    modules |= set(sys.modules) - loaded
    late, warm = [session.settle()], []
    session.watch()
    for turn in range(times):
        session.run(TRAIN.format(strength=strength + (turn + 1) * 1e-3))
        warm.append(session.run(REGISTER))
        late.append(session.settle())
    answer = {"first": first, "modules": len(modules), "warm": warm, "late": late[1:], "first late": late[0]}
    return {**answer, "parts": session.parts, "captured": _captured(place)}


def told(captured: dict[str, Any]) -> str:
    """Return in words what a capture holds."""
    wrong = "".join(f"; {error}" for error in captured["errors"])
    return f"capture {captured['state']}: {', '.join(captured['kinds'])}{wrong}"


def _captured(place: Path) -> dict[str, Any]:
    """Return the state of the newest capture and what is in it, read back from the registry."""
    import modelreg

    registry = modelreg.connect(place)
    run = registry.show(f"{workload.NAME}:latest").runs[0]
    registry.close()
    record = run.capture or {}
    told = ("schema", "redactions", "errors", "pending")
    kinds = [name for name, facts in record.items() if facts and name not in told]
    return {"state": run.capture_state, "kinds": kinds, "errors": record.get("errors", []), "files": len(run.files)}


def _switch_off(home: Path) -> None:
    """Give this process a home in which the user has switched capture off."""
    from modelreg import settings

    os.environ |= {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)}
    settings.write("capture", "off")
