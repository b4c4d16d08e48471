"""What code imports, and what the classes of a model are made from: told without an import."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from modelreg import syntax
from modelreg.capture.environment.installed import distributions_of, own
from modelreg.capture.modules import file_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["absolute", "ancestors", "backends", "imported"]

_FILES: Final = 100
"""Own modules that are read."""
_LARGEST: Final = 1 << 20
"""Bytes of a source that is read."""
_ENGINES: Final = {
    "read_excel": ("openpyxl", "xlrd", "python_calamine"),
    "read_feather": ("pyarrow",),
    "read_hdf": ("tables",),
    "read_html": ("lxml", "bs4", "html5lib"),
    "read_orc": ("pyarrow",),
    "read_parquet": ("pyarrow", "fastparquet"),
    "read_sql": ("sqlalchemy",),
    "read_sql_query": ("sqlalchemy",),
    "read_sql_table": ("sqlalchemy",),
    "read_xml": ("lxml",),
}
"""What pandas imports only when it is asked to read."""
_SHELL: Final = "get_ipython"
_LINES: Final = frozenset({"run_line_magic", "run_cell_magic"})
"""What a magic is called by: a line of the registry takes the registry to run it again."""
_KERAS_SETTING: Final = "keras.src.backend.config"
"""Where keras keeps by what name its tensors are torch's, jax's or TensorFlow's."""


def imported(source: str) -> set[str]:
    """Return the modules that code needs: what it imports, and what modules of the user's own that it imports do.

    Of what may be imported, such as in a ``try``, only that counts which was.

    Parameters
    ----------
    source : str
        Python. Code that is none imports nothing.
    """
    found: set[str] = set()
    read: set[str] = set()
    waiting = [("", source)]
    while waiting and len(read) < _FILES:
        package, text = waiting.pop()
        for name in _names(text, package):
            if own(name) or name in found or not _here(name):
                continue
            found.add(name)
            file = file_of(sys.modules.get(name))
            if file is not None and file not in read and not distributions_of(name):
                read.add(file)
                inside = name if Path(file).stem == "__init__" else name.rpartition(".")[0]
                waiting.append((inside, _text(file)))
    return found


def ancestors(names: Iterable[str]) -> set[str]:
    """Return the modules of the classes that named classes derive from: a library may do without, its class does not.

    Parameters
    ----------
    names : iterable of str
        ``module.name``, as a pickle imports them. What is not loaded tells nothing.
    """
    return {
        str(base.__module__)
        for name in names
        for base in getattr(_class(name), "__mro__", ())
        if str(base.__module__) in sys.modules
    }


def backends(names: Iterable[str]) -> set[str]:
    """Return the modules that libraries compute with as they are set, and import as little without as without themselves.

    Parameters
    ----------
    names : iterable of str
        What a model imports, by its dotted name.
    """
    setting = sys.modules.get(_KERAS_SETTING)
    if setting is None or not any(name.partition(".")[0] == "keras" for name in names):
        return set()
    try:
        found = setting.backend()
    except Exception:  # noqa: BLE001  (of a keras that is made otherwise nothing is told)
        return set()
    return {found} if isinstance(found, str) and found in sys.modules else set()


def _class(name: str) -> object:
    module, _, word = name.rpartition(".")
    try:
        found = object.__getattribute__(sys.modules.get(module), "__dict__").get(word)
    except Exception:  # noqa: BLE001  (what stands in for a module may raise what it likes)
        return None
    return found if type.__instancecheck__(type, found) else None


def _names(source: str, package: str) -> Iterator[str]:
    """Yield the modules that one source imports; `package` is what a leading dot means in it."""
    try:
        tree = syntax.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _from(node, package)
        elif isinstance(node, ast.Attribute):
            yield from _ENGINES.get(node.attr, ())
        elif isinstance(node, ast.Name) and node.id == _SHELL:
            yield "IPython"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _LINES:
            yield from (one.value for one in node.args[:1] if isinstance(one, ast.Constant) and one.value == "modelreg")


def absolute(level: int, module: str, package: str) -> str:
    """Return what a ``from`` imports from; of one that has dots, seen from a package."""
    if not level:
        return module
    parts = package.split(".")
    return f"{'.'.join(parts[: len(parts) - level + 1])}.{module}".strip(".")


def _from(node: ast.ImportFrom, package: str) -> Iterator[str]:
    module = absolute(node.level, node.module or "", package)
    if not module:
        return
    yield module
    yield from (f"{module}.{one.name}" for one in node.names if f"{module}.{one.name}" in sys.modules)


def _here(name: str) -> bool:
    """Whether a module was imported in this session: itself, or what it is a part of."""
    return name in sys.modules or name.partition(".")[0] in sys.modules


def _text(file: str) -> str:
    place = Path(file)
    try:
        return place.read_text("utf-8") if place.suffix == ".py" and place.stat().st_size <= _LARGEST else ""
    except (OSError, ValueError):
        return ""
