"""The library that a flavor needs: imported when it is used, and named with the line that brings it when it is not there."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from modelreg.errors import MissingLibraryError


def library(module: str, pip: str = "") -> Any:
    """Return a module of the library that made a model.

    Parameters
    ----------
    module : str
        What to import: ``keras``.
    pip : str, optional
        What installs it, where that is not the top-level module's name.

    Raises
    ------
    MissingLibraryError
        It is not installed, or cannot be imported.
    """
    root = module.partition(".")[0]
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        absent = error.name or root
        what = pip or root if absent.partition(".")[0] == root else absent
        msg = f"loading needs the module {absent!r}, which is not installed here; %pip install {what}"
        raise MissingLibraryError(msg) from error
    except ImportError as error:
        msg = f"loading needs {root}, which cannot be imported here: {error}"
        raise MissingLibraryError(msg) from error


def root_of(kind: type) -> str:
    """Return the top-level module of a class, whatever the class says of it."""
    module: object = kind.__module__
    return module.partition(".")[0] if isinstance(module, str) else ""
