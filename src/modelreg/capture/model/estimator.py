"""Whatever follows scikit-learn's manners: ``get_params``, parts within parts, what fitting found out."""

from __future__ import annotations

import inspect
import math
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.model.records import Params, Signature
from modelreg.capture.model.values import attribute, jsonable, names, path_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["components", "declared", "defaults", "is_default", "params", "signature"]

DEEPEST: Final = 10
MOST_NAMES: Final = 2000
MOST_CLASSES: Final = 100
PAIR: Final = 2
"""Length of a part as a list of parts holds it: its name and itself; where there is more, that is no part's."""
_NONE: Final = inspect.Parameter.empty


def params(obj: Any) -> Params:
    """Return what ``get_params`` tells, parts as ``part__param``."""
    raw: dict[str, Any] = obj.get_params(deep=True)
    known: dict[str, Mapping[str, Any]] = {"": defaults(type(obj))}
    every, changed = {}, {}
    for key, value in raw.items():
        if _is_list_of_parts(key, value, raw):
            continue
        owner, name = _owner(key, raw)
        if owner not in known:
            known[owner] = defaults(type(raw[owner]))
        every[key] = jsonable(value)
        if not is_default(value, known[owner].get(name, _NONE)):
            changed[key] = every[key]
    steps = tuple((path, one if isinstance(one, str) else path_of(type(one))) for path, one in components(obj))
    return Params(every=every, changed=changed, steps=steps)


def declared(obj: Any) -> Params:
    """Return the arguments of the constructor that the object kept under their own names."""
    own, known = vars(obj) if hasattr(obj, "__dict__") else {}, defaults(type(obj))
    every = {name: jsonable(own[name]) for name in known if name in own}
    return Params(
        every=every, changed={name: value for name, value in every.items() if not is_default(own[name], known[name])}
    )


def _is_list_of_parts(key: str, value: Any, raw: Mapping[str, Any]) -> bool:
    """Whether a param lists parts that all stand in the params by their names: it says nothing of its own."""
    if not isinstance(value, list) or not value:
        return False
    prefix = f"{key.rpartition('__')[0]}__".removeprefix("__")
    pairs = [part for part in value if isinstance(part, tuple) and len(part) == PAIR]
    keys = [f"{prefix}{name}" for name, _ in pairs]
    return len(keys) == len(value) and all(key in raw for key in keys)


def _owner(key: str, raw: Mapping[str, Any]) -> tuple[str, str]:
    """Return the longest path to a part that a param may belong to, and its name there."""
    pieces = key.split("__")
    for cut in range(len(pieces) - 1, 0, -1):
        path = "__".join(pieces[:cut])
        if hasattr(raw.get(path), "get_params"):
            return path, "__".join(pieces[cut:])
    return "", key


def defaults(kind: type) -> dict[str, Any]:
    """Return the arguments of the constructor of a class with their defaults, those of its bases after its own.

    A subclass that hands on ``**kwargs`` says nothing of what its base takes.
    """
    found: dict[str, Any] = {}
    for one in kind.__mro__:
        if "__init__" not in vars(one) or one is object:
            continue
        try:
            taken = inspect.signature(vars(one)["__init__"]).parameters.values()
        except (TypeError, ValueError):
            break
        for place, each in enumerate(taken):
            if place and each.kind not in {each.VAR_KEYWORD, each.VAR_POSITIONAL}:
                found.setdefault(each.name, each.default)
        if not any(each.kind is each.VAR_KEYWORD for each in taken):
            break
    return found


def is_default(value: Any, default: Any) -> bool:  # noqa: PLR0911  (one line a kind)
    """Whether a value is what it would be if nobody had said anything; None is, where no default is known."""
    if value is default:
        return True
    if default is _NONE:
        return value is None
    kinds = {type(value), type(default)}
    if kinds <= {int, float}:
        return bool(value == default or (math.isnan(value) and math.isnan(default)))
    if len(kinds) == 1 and kinds <= {list, tuple} and len(value) == len(default):
        return all(is_default(one, other) for one, other in zip(value, default, strict=True))
    if len(kinds) == 1 and kinds <= {str, bytes, dict}:
        try:
            return bool(value == default)
        except Exception:  # noqa: BLE001  (what a dict holds may compare itself by any code)
            return False
    return False


def components(obj: Any, prefix: str = "", depth: int = DEEPEST) -> Iterator[tuple[str, Any]]:
    """Yield the parts of an estimator in the order in which they work: estimators, or words such as ``passthrough``."""
    if depth <= 0 or isinstance(obj, type) or not hasattr(obj, "get_params"):
        return
    for name, value in obj.get_params(deep=False).items():
        parts = [(name, value)]
        if isinstance(value, list):
            parts = [(one[0], one[1]) for one in value if isinstance(one, tuple) and len(one) >= PAIR]
        for part, inner in parts:
            estimator = hasattr(inner, "get_params") and not isinstance(inner, type)
            if isinstance(part, str) and (estimator or (isinstance(value, list) and isinstance(inner, str))):
                yield f"{prefix}{part}", inner
                yield from components(inner, f"{prefix}{part}__", depth - 1)


def signature(obj: Any) -> Signature:
    """Return what fitting found out of features and classes."""
    features, columns = attribute(obj, "n_features_in_"), names(attribute(obj, "feature_names_in_"), MOST_NAMES)
    outputs, classes = attribute(obj, "n_outputs_"), attribute(obj, "classes_")
    found = _classes(classes)
    count = len(found) if found is not None else None
    return Signature(
        n_features=_whole(features),
        feature_names=columns,
        n_outputs=_whole(outputs),
        n_classes=count,
        classes=None if found is None else tuple(jsonable(one) for one in found[:MOST_CLASSES]),
        truncated=(count or 0) > MOST_CLASSES or len(columns or ()) < len(_sized(attribute(obj, "feature_names_in_"))),
    )


def _classes(value: Any) -> list[Any] | None:
    if hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, list | tuple):
        return None
    return [one.tolist() if hasattr(one, "tolist") else one for one in value]


def _sized(value: Any) -> Any:
    return value if hasattr(value, "__len__") else ()


def _whole(value: Any) -> int | None:
    plain = jsonable(value)
    return plain if isinstance(plain, int) and not isinstance(plain, bool) else None
