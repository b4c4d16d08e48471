"""The user's own modules: which are loaded, what is in their files, and what one of them leads to. None is imported for it."""

from __future__ import annotations

import ast
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import modelreg
from modelreg.capture.modules import file_of
from modelreg.digests import digest

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

MOST: Final = 200
"""Modules whose contents are noted."""
_LARGEST: Final = 1 << 20
"""Bytes of a source that is read."""


def own() -> dict[str, str]:
    """Return the imported modules that no installation brought, each with its file."""
    places = [sysconfig.get_path(key) for key in ("stdlib", "platstdlib", "purelib", "platlib")]
    places.append(str(Path(modelreg.__file__).parent))  # a checkout of ours is no code of the user's either
    installed = tuple(spelled for place in places if place for spelled in {place, str(Path(place).resolve())})
    files = ((name, file_of(module)) for name, module in sorted(sys.modules.copy().items()))
    return {
        name: file
        for name, file in files
        if file is not None
        and file.endswith(".py")
        and Path(file).is_absolute()  # torch calls modules that it makes in memory `_ops.py`
        and not file.startswith(installed)  # most of them: a look at the disk for each would take long
        and not str(Path(file).resolve()).startswith(installed)
    }


def digests(files: Mapping[str, str]) -> dict[str, str]:
    """Return what is in the files of modules: module -> digest, without those that cannot be read."""
    found = {}
    for name, file in list(files.items())[:MOST]:
        data = _read(Path(file))
        if data is not None and name != "__main__":
            found[name] = digest(data)
    return found


def reached(names: Iterable[str], known: Container[str]) -> dict[str, Path | None]:
    """Return the modules that named things lead to, of those that are known: themselves, and what their sources import.

    Parameters
    ----------
    names : iterable of str
        Dotted names, as a pickle imports them.
    known : container of str
        The modules that count.

    Returns
    -------
    dict
        Module -> its file here; None where there is none.
    """
    found: dict[str, Path | None] = {}
    waiting = list(names)
    while waiting:
        words = waiting.pop().split(".")
        for name in (".".join(words[:many]) for many in range(1, len(words) + 1)):  # a package runs before its modules
            if name in found or name not in known:
                continue
            file = found[name] = _file(name)
            inside = name if file is not None and file.stem == "__init__" else name.rpartition(".")[0]
            waiting += _imported(b"" if file is None else _read(file) or b"", inside)
    return found


def _file(name: str) -> Path | None:
    """Return the source of a module here, whether it is loaded or not."""
    loaded = file_of(sys.modules.get(name))
    if loaded is not None:
        return Path(loaded)
    root, *rest = name.split(".")
    try:
        spec = find_spec(root)
    except (ImportError, ValueError):
        return None
    if spec is None or not rest:
        return None if spec is None or not spec.has_location or spec.origin is None else Path(spec.origin)
    bases = [Path(place, *rest) for place in spec.submodule_search_locations or ()]
    places = [place for base in bases for place in (base.with_name(f"{base.name}.py"), base / "__init__.py")]
    return next((place for place in places if place.is_file()), None)


def _imported(source: bytes, package: str) -> Iterator[str]:
    """Yield what a source imports, modules and things in them; `package` is what a leading dot means in it."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = parts[: len(parts) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])]).strip(".")
            yield from (f"{module}.{one.name}".strip(".") for one in node.names)


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes() if file.stat().st_size <= _LARGEST else None
    except (OSError, ValueError):
        return None
