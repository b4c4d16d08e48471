"""A library's own files, which it loads without modelreg: one module and one line a library.

A module has ``write(obj, directory)``: it returns the paths that it wrote, or nothing where the library has no file for such
an object; then it is pickled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from modelreg.flavors.libraries import root_of
from modelreg.plugins import LazyTable

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NATIVE", "Writer", "write"]


class Writer(Protocol):
    """What a module of the table has."""

    def write(self, obj: Any, directory: Path, /) -> list[str]:
        """Write the files of ``obj`` and return their relative paths; nothing where there is no file for it."""


NATIVE: Final[LazyTable[Writer]] = LazyTable(
    "native format",
    {
        "catboost": "modelreg.flavors.native.catboost",
        "lightgbm": "modelreg.flavors.native.lightgbm",
        "sklearn": "modelreg.flavors.native.sklearn",
        "torch": "modelreg.flavors.native.torch",
        "xgboost": "modelreg.flavors.native.xgboost",
    },
    group="modelreg.exports",
)
"""Top-level module of a class of the object -> what writes its file."""


def write(obj: object, directory: Path) -> list[str]:
    """Write the files of ``obj`` in the format of the first library that any class of it comes from.

    Parameters
    ----------
    obj : object
        Any object.
    directory : Path
        An existing directory.

    Returns
    -------
    list of str
        Relative paths; empty where no library has a file for it.
    """
    roots = dict.fromkeys(root_of(kind) for kind in type(obj).__mro__)
    name = next((root for root in roots if root in NATIVE), None)
    return [] if name is None else NATIVE[name].write(obj, directory)
