"""Which library a model is of, told by the names of its classes: nothing is imported to find out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg.capture.model.values import root
from modelreg.plugins import LazyTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.capture.model.records import Family

__all__ = ["FAMILIES", "PREFIXES", "family_of", "home"]

FAMILIES: Final[LazyTable[Family]] = LazyTable(
    "family of models",
    {
        "xgboost": "modelreg.capture.model.xgboost",
        "lightgbm": "modelreg.capture.model.lightgbm",
        "catboost": "modelreg.capture.model.catboost",
        "keras": "modelreg.capture.model.keras",
        "torch": "modelreg.capture.model.torch",
        "statsmodels": "modelreg.capture.model.statsmodels",
        "sklearn": "modelreg.capture.model.sklearn",
        "python": "modelreg.capture.model.python",
    },
    group="modelreg.families",
)
"""In the order in which they are asked: a model of xgboost is one of scikit-learn's as well, one of keras may be a module
of torch. The first whose library any class of the model comes from has it."""

PREFIXES: Final[Mapping[str, tuple[str, ...]]] = {"keras": ("keras", "tf_keras", "tensorflow")}
"""Top-level modules of a family whose name is not the only one."""


def family_of(obj: object) -> str:
    """Return the name of the family of ``obj``; ``python`` where no library is known."""
    roots = {root(kind) for kind in type(obj).__mro__}
    return next((name for name in FAMILIES if not roots.isdisjoint(PREFIXES.get(name, (name,)))), "python")


def home(obj: object, family: str) -> str:
    """Return the top-level module of the library of ``obj``: of its family, else of its own class."""
    wanted = PREFIXES.get(family, (family,))
    roots = [root(kind) for kind in type(obj).__mro__]
    return next((one for one in roots if one in wanted), roots[0])
