"""Methods and functions of pandas and numpy that make data of data, change nothing and are cheap.

Only these are ever called again, only on what is of these libraries itself, and only with plain options. A class that
inherits from them, or values that are Python objects, may run code of anybody's.
"""

from __future__ import annotations

import ast
from types import FunctionType, MethodDescriptorType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.data.kinds import Unreadable, library
from modelreg.capture.data.labels import are_plain
from modelreg.capture.data.quick import FULL_BYTES, weight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["LARGEST", "WORDS", "called", "is_data", "is_option", "is_pure", "source"]

_OUTER: Final = """
add_prefix add_suffix copy drop filter flatten get head ravel rename reset_index reshape select_dtypes set_index squeeze
swapaxes tail to_frame to_list to_numpy tolist transpose xs
"""
_INNER: Final = """
abs astype between bfill clip convert_dtypes difference drop_duplicates dropna ffill fillna infer_objects intersection isin isna
isnull max mean median min notna notnull replace round sample sort_index sort_values std sum union
"""
_OF_TEXTS: Final = frozenset({"endswith", "lower", "startswith", "strip", "upper"})
"""Methods of a text, by which columns are chosen."""
_OF_ARRAYS: Final = (
    "astype clip copy flatten max mean min ravel reshape round squeeze std sum swapaxes tolist transpose"
)
_OF_NUMPY: Final = "array asarray ascontiguousarray asfortranarray expand_dims ravel reshape squeeze transpose"
_OF_NUMBERS: Final = "abs exp expm1 log log10 log1p log2 round sqrt square"
_LAID_OUT: Final = frozenset(_OUTER.split())
"""Methods that only lay out or leave out what is there: they ask nothing of the values."""
_FRAMES: Final = _LAID_OUT | frozenset(_INNER.split())
_ARRAYS: Final = frozenset(_OF_ARRAYS.split())
_SHAPERS: Final = frozenset(_OF_NUMPY.split())
_FUNCTIONS: Final = {
    "numpy": _SHAPERS | frozenset(_OF_NUMBERS.split()),
    "pandas": frozenset({"DataFrame", "Series", "get_dummies", "isna", "notna", "to_numeric"}),
}
_ALIASES: Final = {"np": "numpy", "numpy": "numpy", "pd": "pandas", "pandas": "pandas"}
_PLACES: Final = {
    "between": 2,
    "clip": 2,
    "drop": 2,
    "replace": 2,
    "reshape": 9,
    "swapaxes": 2,
    "transpose": 9,
    "xs": 2,
}
"""As many options of a method may be given by their place, else one: ``inplace`` and ``out`` come later."""
_SIZED: Final = frozenset({"index", "inplace", "like", "out", "where"})
"""Options that change what they are given, or make data of another size."""
_LABELS: Final = frozenset({"drop", "rename"})
"""Methods whose ``index`` only names what is there."""
WORDS: Final[Mapping[str, Any]] = {one.__name__: one for one in (bool, float, int, object, str)}
"""Names of Python's own that an option may be."""
_PLAIN: Final = frozenset({bool, bytes, complex, float, int, str, type(None)})
LARGEST: Final = 4 * FULL_BYTES
_NAMES: Final = 5_000
_SPREAD: Final = 16_000_000
"""Cells that a column of texts, each of them another one, may become."""


def is_pure(call: ast.Call) -> bool:
    """Whether the text of a call may be one of these."""
    word = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    package = _package(call)
    if package is None:
        known, places, most = _FRAMES | _ARRAYS | _OF_TEXTS, len(call.args), _PLACES.get(word, 1)
    else:
        known, places, most = _FUNCTIONS[package], len(call.args) - 1, word in _SHAPERS | {"round", "to_numeric"}
    if word not in known or not 0 <= places <= most:
        return False
    if any(isinstance(one, ast.Starred) for one in call.args):
        return False
    if word == "sample" and not any(one.arg == "random_state" for one in call.keywords):
        return False  # it would draw others
    return all(one.arg is not None and (one.arg not in _SIZED or _is_harmless(one, word)) for one in call.keywords)


def _is_harmless(one: ast.keyword, word: str) -> bool:
    if one.arg == "index":
        return word in _LABELS
    return one.arg == "inplace" and isinstance(one.value, ast.Constant) and one.value.value is False


def source(call: ast.Call) -> ast.expr:
    """Return what a call makes data of: its receiver, of a function of a library its first argument."""
    if _package(call) is not None and call.args:
        return call.args[0]
    return call.func.value if isinstance(call.func, ast.Attribute) else call.func


def called(call: ast.Call, scope: Mapping[str, Any], given: Sequence[Any], options: Mapping[str, Any]) -> Any:
    """Return what a call gives.

    Parameters
    ----------
    call : ast.Call
        One that `is_pure`.
    scope : mapping
        The namespace.
    given : sequence
        The value of its `source`, and those of its other arguments in their places.
    options : mapping
        Those that are given by their names.

    Raises
    ------
    Unreadable
        It is not what its text looks like, or runs code that is not of these libraries.
    """
    base, *places = given
    if call.func.attr == "sample" and type(options.get("random_state")) is not int:  # type: ignore[attr-defined]
        raise Unreadable("it would draw others")
    package, word = _package(call), call.func.attr  # type: ignore[attr-defined]  # asked by `is_pure`
    objects = word in (_LAID_OUT if package is None else _SHAPERS)
    texts = type(base) is str and word in _OF_TEXTS
    if not ((texts or is_data(base, objects=objects)) and all(map(is_option, (*places, *options.values())))):
        raise Unreadable(f"{ast.unparse(call.func)} may run code of its own")
    if weight(base) > LARGEST:
        raise Unreadable("it is made of very large data: to make it again would take long")
    if word == "get_dummies" and len(base) ** 2 > _SPREAD:
        raise Unreadable("it may be very large")
    function = _method(base, word) if package is None else _function(call, package, scope)
    return function(base, *places, **options)


def _package(call: ast.Call) -> str | None:
    """Return the library that a function is called of, by the name that everybody gives it."""
    base = call.func.value if isinstance(call.func, ast.Attribute) else None
    return _ALIASES.get(base.id) if isinstance(base, ast.Name) else None


def _function(call: ast.Call, package: str, scope: Mapping[str, Any]) -> Any:
    module, name = library(package), ast.unparse(call.func).partition(".")
    found = vars(module).get(name[2]) if isinstance(module, ModuleType) and scope.get(name[0]) is module else None
    if not (_root(found) == package or (package == "numpy" and _is_loop(found))):
        raise Unreadable(f"{''.join(name)} is no function of {package}")
    return found


def _is_loop(found: Any) -> bool:
    """Whether a function is one of numpy's own over all numbers: before numpy 2 these say no module."""
    name = found.__name__ if type(found) is library("numpy").ufunc else ""
    return name in {"absolute", *_OF_NUMBERS.split()}  # of what was made of a Python function it is longer


def _method(base: Any, word: str) -> Any:
    """Return a method as its library wrote it: anybody can give a class another one."""
    found = next((vars(one)[word] for one in type(base).__mro__ if word in vars(one)), None)
    own = isinstance(found, FunctionType) and _root(found) == "pandas"
    known = _OF_TEXTS if type(base) is str else _ARRAYS if type(base).__module__ == "numpy" else _FRAMES
    if word not in known or not (own or isinstance(found, MethodDescriptorType)):
        raise Unreadable(f"{word} of {type(base).__name__} may be code of its own")
    return found


def is_data(value: Any, *, objects: bool = False) -> bool:
    """Whether a value is data of numpy or pandas, of no class that inherits from theirs; `objects` may be in it."""
    pandas, numpy = library("pandas"), library("numpy")
    if numpy is not None and type(value) is numpy.ndarray:
        return objects or not value.dtype.hasobject
    if pandas is None or _root(type(value)) != "pandas" or not are_plain(value):
        return False
    if type(value) is pandas.DataFrame:
        return all(_is_plain(one, objects) for one in value.dtypes)
    return isinstance(value, pandas.Series | pandas.Index) and _is_plain(value.dtype, objects)


def _is_plain(dtype: Any, objects: bool) -> bool:  # noqa: FBT001
    """Whether a type of columns is of these libraries: of others all methods are their own."""
    return _root(type(dtype)) in _FUNCTIONS and (objects or not getattr(dtype, "hasobject", False))


def _are_labels(value: Any) -> bool:
    """Whether a value is names of columns as pandas before 3 holds them: objects, each of them plain."""
    pandas = library("pandas")
    named = pandas is not None and is_data(value, objects=True) and isinstance(value, pandas.Index)
    return named and len(value) <= _NAMES and all(type(one) in _PLAIN for one in value)


def is_option(value: Any) -> bool:
    """Whether a value runs no code of its own when it is compared or looked up."""
    if type(value) in _PLAIN or is_data(value) or _are_labels(value):
        return True
    if type(value) in {list, tuple, set, frozenset}:
        return weight(value) <= LARGEST and all(map(is_option, value))
    if type(value) is dict:
        return weight(value) <= LARGEST and all(map(is_option, (*value, *value.values())))
    if isinstance(value, type):  # a class may be of a class that compares by code of its own
        return any(value is one for one in WORDS.values()) or (type(value) is type and _root(value) == "numpy")
    numpy = library("numpy")
    return numpy is not None and isinstance(value, numpy.generic | numpy.dtype) and _root(type(value)) == "numpy"


def _root(found: Any) -> str:
    return str(getattr(found, "__module__", "")).partition(".")[0]
