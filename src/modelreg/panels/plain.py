"""What a value says of itself without running code of the user's: where it is from, and its number, curve or shape.

Variables of a kernel hold anything: proxies that fetch when they are touched, tensors without values, integers that no
float holds, classes whose every method raises. Only classes, plain containers, and numbers and arrays of known
libraries are asked, and whatever goes wrong at one of them is the end of that one.
"""

from __future__ import annotations

from fractions import Fraction
from inspect import getattr_static
from typing import TYPE_CHECKING, Any, Final

from modelreg.views import format as fmt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

ARRAYS: Final = frozenset({"jax", "jaxlib", "numpy", "torch"})
"""Libraries whose arrays without dimensions are numbers."""
LONGEST: Final = 100_000
"""Points of the longest curve."""
_MODULE: Final[Any] = type.__dict__["__module__"]


def root(value: object) -> str:
    """Return the top-level module of the class of a value; of a class only what it is made of is asked."""
    module: Any = _MODULE.__get__(type(value))
    return module.partition(".")[0] if type(module) is str else ""


def number(value: Any) -> str:
    """Return a number as text; empty for what is none, and for what no float holds."""
    held = _float(value)
    return "" if held is None else fmt.number(held)


def _float(value: Any) -> float | None:
    if root(value) in ARRAYS and getattr(value, "shape", None) == ():
        value = value.item()
    kind = type(value)
    if issubclass(kind, float):
        return float.__float__(value)  # a subclass may say anything of itself
    try:
        if issubclass(kind, int) and kind is not bool:
            return int.__float__(value)
        return float(value) if kind is Fraction else None
    except OverflowError:
        return None


def curve(value: Any) -> str:
    """Return a sequence of numbers as its ends; empty for what is none."""
    if type(value) is list or type(value) is tuple:
        if not 0 < len(value) <= LONGEST or any(_float(point) is None for point in value):
            return ""
        ends = [value[0], value[-1]]
    elif is_row(value) and 0 < len(value) <= LONGEST:
        ends = (value.to_numpy() if root(value) == "pandas" else value)[[0, -1]].tolist()
    else:
        return ""
    first, last = map(number, ends)
    return f"{first} → {last} · {fmt.count(len(value), 'point')}" if first and last else ""


def is_row(value: Any) -> bool:
    """Whether something of numpy or pandas is one row of numbers, none of which is pandas' own word for nothing."""
    if root(value) not in {"numpy", "pandas"} or len(getattr(value, "shape", ())) != 1:
        return False
    return value.dtype.kind in "fiu" and (root(value.dtype) == "numpy" or not value.hasnans)


def mean(value: Any) -> str:
    """Return the mean of the numbers of a numpy array; empty where there is none."""
    if root(value) != "numpy" or not is_row(value):
        return ""
    return fmt.number(float(value.mean()))


def shape(value: Any) -> str:
    """Return what a picture or table is, with the size of a table."""
    sizes = getattr(value, "shape", None)
    kind = type(value).__name__
    return f"{kind} {' × '.join(str(each) for each in sizes)}" if isinstance(sizes, tuple) and sizes else kind


def attribute(obj: object, name: str) -> Any:
    """Return what lies in an object under a name, None for nothing; no property and no ``__getattr__`` is asked."""
    return getattr_static(obj, name, None)


def newest(scope: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the user's variables, the newest first."""
    return ((name, value) for name, value in reversed(list(scope.items())) if type(name) is str and name[:1] != "_")


def safely(look: Callable[..., Iterable[Any]], *given: Any, **named: Any) -> list[Any]:
    """Return what a look at one thing finds; nothing where it goes wrong, whatever that is."""
    try:
        return list(look(*given, **named))
    except Exception:  # noqa: BLE001  (somebody's object, which nobody asked to be registered)
        return []
