"""The register form of an open notebook, without a browser: what is in its kernel, and what is given to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .opened import Opened

ROWS = [[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]]
CLASSES = [0, 1, 0, 1, 0, 1]


def variables(form: Opened, **more: Any) -> dict[str, Any]:
    """Put variables into the kernel; return all of them."""
    form.desk.variables.update(more)
    return form.desk.variables


def rows(form: Opened, kind: str, variable: str = "clf") -> dict[str, tuple[str, str]]:
    """Return what is found of a kind: name -> (expression, value as text)."""
    return {each["name"]: (each["source"], each["value"]) for each in form.ask("found", variable=variable)[kind]}


def given(**more: Any) -> dict[str, Any]:
    """Return what the form sends to register ``clf`` as ``churn``."""
    return {"variable": "clf", "name": "churn", **more}
