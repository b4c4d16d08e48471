"""The README's cell, as somebody pastes it under a model of their own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import modelreg

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

README = Path(__file__).parents[2] / "README.md"
TRAINING = """
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
X, y = load_breast_cancer(return_X_y=True)
clf = LogisticRegression(C=0.01, solver="liblinear").fit(X, y)
auc = clf.score(X, y)
before = clf.predict(X)
"""


def test_the_cell_of_the_readme_runs_from_top_to_bottom(ip: InteractiveShell) -> None:
    cell = README.read_text(encoding="utf-8").split("```")[1]
    assert len(cell.strip().splitlines()) == 8
    for code in (TRAINING, cell):
        result = ip.run_cell(code, store_history=True)
        assert result.success, result.error_in_exec
    kept = modelreg.connect()
    assert kept.model("churn").aliases == {"production": 0}
    assert (ip.user_ns["clf"].predict(ip.user_ns["X"]) == ip.user_ns["before"]).all()
    kept.close()
