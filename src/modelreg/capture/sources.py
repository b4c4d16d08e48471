"""The user's own modules: which are loaded, what is in their files, and what one of them leads to. None is imported for it.

A load asks each time, and a register: a file is read once as long as it is the same, none is parsed as a whole, and who runs
out of time says that he did not see all.
"""

from __future__ import annotations

import ast
import re
import site
import sys
import sysconfig
from collections import deque
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

import modelreg
from modelreg import syntax
from modelreg.capture.environment.imports import absolute
from modelreg.capture.modules import file_of
from modelreg.digests import digest

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

MOST: Final = 200
"""Modules whose contents are noted."""
PATIENCE: Final = 0.25
"""Seconds that a look at them takes at most, but for one file."""
_LARGEST: Final = 1 << 20
"""Bytes of a source that is read."""
_KEPT: Final = 4096
"""Files of which is known what is in them."""
_INSTALLED: Final = frozenset({"site-packages", "dist-packages"})
_STATEMENT: Final = re.compile(
    rb"(?:^|[;:])[ \t\f]*((?:from[ \t.][^\n#;()]*?\bimport\b[ \t]*(?:\((?:[^)#]|#[^\n]*)*\)|[^\n#;(]+))|import[ \t][^\n#;]+)",
    re.MULTILINE,
)
"""An import, and what looks like one in a text: to parse the whole source takes a hundred times as long."""
_CONTINUED: Final = re.compile(rb"\\\r?\n")


class _Import(NamedTuple):
    """One import, as it is spelled."""

    level: int
    """How many dots it has."""
    module: str
    names: tuple[str, ...]


class _Source(NamedTuple):
    """What is in a file."""

    digest: str
    imports: tuple[_Import, ...]


def own() -> dict[str, str]:
    """Return the imported modules that no installation brought, each with its file."""
    places = [sysconfig.get_path(key) for key in ("stdlib", "platstdlib", "purelib", "platlib")]
    places.append(str(Path(modelreg.__file__).parent))  # a checkout of ours is no code of the user's either
    places.append(site.getusersitepackages())
    installed = tuple(spelled for place in places if place for spelled in {place, str(Path(place).resolve())})
    files = ((name, file_of(module)) for name, module in sorted(sys.modules.copy().items()))
    return {
        name: file
        for name, file in files
        if file is not None
        and file.endswith(".py")
        and Path(file).is_absolute()  # torch calls modules that it makes in memory `_ops.py`
        and not _brought(Path(file), installed)  # most of them: a look at the disk for each would take long
        and not _brought(Path(file).resolve(), installed)
    }


def _brought(file: Path, installed: tuple[str, ...]) -> bool:
    return str(file).startswith(installed) or not _INSTALLED.isdisjoint(file.parts)


def first(known: Mapping[str, str], *leading: Iterable[str]) -> dict[str, str]:
    """Return modules in the order in which they are noted: what names lead to, each group of them wholly, then the rest."""
    if len(known) <= MOST:
        return dict(known)
    until = monotonic() + PATIENCE
    order = [name for names in leading for name in reached(names, known, until=until)[0]]
    return {name: known[name] for name in dict.fromkeys([*order, *known])}


def digests(files: Mapping[str, str], *, until: float | None = None) -> dict[str, str]:
    """Return what is in the files of modules: module -> digest, without those that cannot be read, or not in time."""
    until = monotonic() + PATIENCE if until is None else until
    found: dict[str, str] = {}
    for name, file in files.items():
        if len(found) == MOST or monotonic() > until:
            break
        source = None if name == "__main__" else _source(Path(file))
        if source is not None:
            found[name] = source.digest
    return found


def reached(
    names: Iterable[str], known: Container[str], *, until: float | None = None
) -> tuple[dict[str, Path | None], bool]:
    """Return the modules that named things lead to, of those that are known: themselves, and what their sources import.

    Parameters
    ----------
    names : iterable of str
        Dotted names, as a pickle imports them.
    known : container of str
        The modules that count.
    until : float, optional
        When to give up.

    Returns
    -------
    dict
        Module -> its file here; None where there is none. The nearest come first.
    bool
        Whether these are all.
    """
    until = monotonic() + PATIENCE if until is None else until
    found: dict[str, Path | None] = {}
    waiting = deque(names)
    while waiting:
        words = waiting.popleft().split(".")
        for name in (".".join(words[:many]) for many in range(1, len(words) + 1)):  # a package runs before its modules
            if name in found or name not in known:
                continue
            if monotonic() > until:
                return found, False
            file = found[name] = _file(name)
            inside = name if file is not None and file.stem == "__init__" else name.rpartition(".")[0]
            source = None if file is None else _source(file)
            waiting += () if source is None else _spelled(source.imports, inside)
    return found, True


def imported(source: str) -> list[str]:
    """Return what a source imports, modules and things in them; what a text in it only looks to import counts too."""
    return list(_spelled(_imports(source.encode("utf-8", "replace")), ""))


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


def _spelled(imports: Iterable[_Import], package: str) -> Iterator[str]:
    """Yield the dotted names of imports; `package` is what a leading dot means."""
    for one in imports:
        module = absolute(one.level, one.module, package)
        yield from (f"{module}.{name}".strip(".") for name in one.names)


def _imports(source: bytes) -> Iterator[_Import]:
    if b"import" not in source:
        return
    for text in dict.fromkeys(_STATEMENT.findall(_CONTINUED.sub(b" ", source))):
        try:
            statements = syntax.parse(text.strip()).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # it only looked like one
            continue
        for node in statements:
            names = tuple(one.name for one in getattr(node, "names", ()))
            if isinstance(node, ast.ImportFrom):
                yield _Import(node.level, node.module or "", names)
            elif isinstance(node, ast.Import):
                yield _Import(0, "", names)


def _source(file: Path) -> _Source | None:
    try:
        now = file.stat()
        return _read(file, now.st_mtime_ns, now.st_size) if now.st_size <= _LARGEST else None
    except (OSError, ValueError):
        return None


@lru_cache(_KEPT)
def _read(file: Path, changed: int, size: int) -> _Source:
    data = file.read_bytes()  # of another size or date it is another: it is read anew
    return _Source(digest(data), tuple(_imports(data)))
