"""Attachments: how figures, tables and files become the bytes that are kept with a run.

A new kind is one module and one line in ``KINDS``, plus a line in ``ROOTS`` for each library whose objects it serves. A
kind of another package (entry point ``modelreg.attachments``) serves the library that it is named after.
"""

from __future__ import annotations

from numbers import Number
from textwrap import shorten
from typing import TYPE_CHECKING, Final

from modelreg.attachments.base import MOST, Made, within
from modelreg.errors import InvalidError, ModelRegError
from modelreg.plugins import LazyTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.attachments.base import Kind

__all__ = ["KINDS", "MOST", "ROOTS", "Made", "make", "served"]

KINDS: Final[LazyTable[Kind]] = LazyTable(
    "kind of attachment",
    {
        "arrays": "modelreg.attachments.arrays:ARRAYS",
        "files": "modelreg.attachments.files:FILES",
        "frames": "modelreg.attachments.frames:FRAMES",
        "images": "modelreg.attachments.images:IMAGES",
        "matplotlib": "modelreg.attachments.matplotlib:MATPLOTLIB",
        "plotly": "modelreg.attachments.plotly:PLOTLY",
    },
    group="modelreg.attachments",
)

ROOTS: Final[Mapping[str, str]] = {
    "PIL": "images",
    "builtins": "files",
    "matplotlib": "matplotlib",
    "numpy": "arrays",
    "pandas": "frames",
    "pathlib": "files",
    "plotly": "plotly",
    "polars": "frames",
    "pyarrow": "frames",
    "seaborn": "matplotlib",
    "sklearn": "matplotlib",
}
"""Top-level module of a class of the object -> the kind that serves it."""


def make(name: str, obj: object) -> Made:
    """Return the bytes of an attachment.

    Parameters
    ----------
    name : str
        What it is called, for messages.
    obj : object
        A figure, frame, array, picture, bytes, or the path of a file.

    Raises
    ------
    InvalidError
        It is none of these, it is too large, or the library that made it could not write it; the message names it.
    """
    kind = _kind(obj)
    if kind is None:
        told = f"{name!r} is a {type(obj).__name__}, which cannot be attached"
        msg = f"{told}; figures, frames, 2-D arrays, pictures, bytes and files can. Nothing was registered"
        raise InvalidError(msg)
    try:
        return within(name, kind.make(name, obj))
    except ModelRegError:
        raise
    except Exception as error:  # whatever the library of a broken figure raises
        text = shorten(" ".join(str(error).split()), 200, placeholder="…")
        msg = f"the attachment {name!r} ({type(obj).__name__}) could not be written: {type(error).__name__}: {text}"
        raise InvalidError(f"{msg}; nothing was registered") from error


def served(kind: type) -> bool:
    """Whether objects of a class can probably be attached; told by what it is called, without asking it anything."""
    if issubclass(kind, Number):  # numpy's are numbers of a library of arrays
        return False
    roots = {base.__module__.partition(".")[0] for base in kind.__mro__}
    display = "sklearn" in roots and kind.__name__.endswith("Display")  # all else of scikit-learn are models and data
    return display or bool(roots & (set(_table()) - {"builtins", "sklearn"}))


def _kind(obj: object) -> Kind | None:
    """Return the kind that serves an object: by the modules of its classes, so that no library is imported for it."""
    table = _table()
    for base in type(obj).__mro__:
        name = table.get(base.__module__.partition(".")[0])
        if name is not None and KINDS[name].serves(obj):
            return KINDS[name]
    return None


def _table() -> dict[str, str]:
    return {**{name: name for name in KINDS if name not in KINDS.built_in}, **ROOTS}
