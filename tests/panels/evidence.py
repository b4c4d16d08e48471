"""A registry with everything that can be kept with a version: figures, a table, a file, curves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import modelreg
from modelreg.notebook import Notebook

if TYPE_CHECKING:
    from pathlib import Path

ROWS: Final = 40
CURVES: Final = 15
STEPS: Final = 900


def keep(place: Path, versions: int = 3) -> None:
    """Register ``churn`` with attachments and curves; what they show differs from version to version."""
    import pandas as pd
    import plotly.graph_objects as go
    from matplotlib.figure import Figure

    registry = modelreg.connect(place, actor="mara", notebook=Notebook())
    for number in range(versions):
        figure = Figure(figsize=(3, 2))
        figure.subplots().plot([1, 3 + number, 2])
        table = pd.DataFrame(
            {f"column {column}": [row * (column + number) for row in range(ROWS)] for column in range(15)}
        )
        registry.register(
            {"n": number},
            "churn",
            metrics={"auc": 0.9 + number / 100, **history(number)},
            attachments={
                "roc": figure,
                "curve": go.Figure(go.Scatter(x=[1, 2], y=[1, number])),
                "scores": table,
                "notes.txt": f"try {number}".encode(),
                **({"late": table.head(3)[["column 0"]]} if number else {}),
            },
        )
    registry.close()


def history(number: int) -> dict[str, Any]:
    """Return what a training would have in its history: a loss with one peak, and many curves more."""
    loss = [1 / (1 + step / 50) + number / 10 for step in range(STEPS)]
    loss[700] = 9.0
    loss[3] = math.nan
    others = {
        f"epoch/{each:02}": [each + math.sin(step / 20 + number) for step in range(60)] for each in range(CURVES - 1)
    }
    return {"loss": loss, **others}
