"""What is probably not meant when an object is kept: a class, a module, a table, an estimator that was not fitted."""

from __future__ import annotations

import sys
import warnings
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from modelreg.flavors import is_model

if TYPE_CHECKING:
    from collections.abc import Mapping

DATA: Final[Mapping[str, frozenset[str]]] = {
    "dask": frozenset({"DataFrame", "Series"}),
    "pandas": frozenset({"DataFrame", "Index", "Series"}),
    "polars": frozenset({"DataFrame", "LazyFrame", "Series"}),
    "pyarrow": frozenset({"Array", "ChunkedArray", "RecordBatch", "Table"}),
    "xarray": frozenset({"DataArray", "Dataset"}),
}
"""Top-level module -> names of the classes there whose instances are data and can be no model.

An array is not among them: it may be all the weights of one.
"""
TABLES: Final = frozenset({"dask", "pandas", "polars", "pyarrow", "xarray"})
"""Top-level modules whose objects are tables."""
SKLEARN: Final = "sklearn"
_HASHERS: Final = frozenset({"FeatureHasher", "HashingVectorizer"})
"""Classes that have no state, which they do not say in older releases."""
_FITTED: Final = "__sklearn_is_fitted__"
"""The method by which a class says whether it is fitted."""


def doubts(obj: object, *, dataset: bool) -> list[str]:
    """Return a sentence for each doubt."""
    if isinstance(obj, type):
        return [f"{obj.__name__} is a class, not a model that was made of it"]
    if isinstance(obj, ModuleType):
        return [f"{obj.__name__} is a module, not a model"]
    label = type(obj).__name__
    if not dataset and _root(type(obj)) in TABLES:
        return [f"a {label} is data rather than a model: log keeps it as a dataset with --kind dataset"]
    return [f"this {label} is not fitted yet: fit it and register it again"] if unfitted(obj) else []


def is_data(obj: object) -> bool:
    """Whether an object is a table; one of a user's own class that predicts is a model all the same."""
    return any(kind.__name__ in DATA.get(_root(kind), ()) for kind in type(obj).__mro__) and not is_model(obj)


def unfitted(obj: Any) -> bool:
    """Whether an object is an estimator that scikit-learn takes for one that was not fitted; nothing is imported to tell.

    Asked only where the answer is to be relied on: of classes whose ``fit`` is scikit-learn's, or that say themselves
    whether they are fitted. A user's own class may keep what it learned under any name.
    """
    validation, faults = (sys.modules.get(f"{SKLEARN}.{name}") for name in ("utils.validation", "exceptions"))
    if validation is None or faults is None or not _is_told(obj):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            validation.check_is_fitted(obj)
    except faults.NotFittedError:
        return _needs_fit(obj)
    except Exception:  # noqa: BLE001  (code of anybody's class; no note is worth a model)
        return False
    return False


def _needs_fit(obj: Any) -> bool:
    """Whether an estimator answers only once it was fitted; releases before 1.6 ask for that of those that need none."""
    if type(obj).__name__ in _HASHERS:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tags = obj._get_tags()  # noqa: SLF001  (what those releases have)
            return bool(tags.get("requires_fit", True)) and not tags.get("stateless", False)
    except Exception:  # noqa: BLE001  (a newer one, or code of anybody's class)
        return True


def _is_told(obj: Any) -> bool:
    """Whether an estimator, and each one that it asks in turn, tells reliably whether it is fitted."""
    kinds = type(obj).__mro__
    if not any(kind.__name__ == "BaseEstimator" and _root(kind) == SKLEARN for kind in kinds):
        return False
    fit = next((kind for kind in kinds if "fit" in kind.__dict__), None)
    says = next((kind for kind in kinds if _FITTED in kind.__dict__), None)
    if says is None or _root(says) != SKLEARN:
        return says is not None or (fit is not None and _root(fit) == SKLEARN)
    return all(_is_told(part) for part in _asked(obj) if hasattr(part, "fit"))


def _asked(obj: Any) -> list[Any]:
    """Return the estimators whose answers are that of the whole: those of a pipeline or union, the one of a wrapper."""
    held = vars(obj)
    named = held.get("steps") or held.get("transformer_list") or []
    return [*(part[1] for part in named if isinstance(part, tuple) and len(part) > 1), held.get("estimator")]


def _root(kind: type) -> str:
    module: object = kind.__module__  # a class may have made it anything
    return module.partition(".")[0] if isinstance(module, str) else ""
