"""Modules whose files were edited after they were imported: what is in the file then is not what ran.

Two things tell. Python keeps beside each module what it compiled of its source, and when that was changed last and how large it
was (PEP 552). Where the file still is as told, and that was written before modelreg was imported, it is what ran: this costs one
look at the disk. Where the file is another by now, what is kept tells of all that stands in it. Where Python keeps nothing, as in
many containers, or another process may have compiled what was edited meanwhile, the functions of the module tell, as they hold
their code: where the file has one of that name, and none that does the same, it was edited (one that the file has no more may be
left from before a reload). What a decorator returned need not be what the file says, and does not count; what it wraps around does.
"""

from __future__ import annotations

import dis
import marshal
import os
import re
import sys
import warnings
from functools import lru_cache
from importlib.machinery import SourceFileLoader
from importlib.util import MAGIC_NUMBER, cache_from_source
from inspect import CO_ITERABLE_COROUTINE, CO_OPTIMIZED
from pathlib import Path
from time import monotonic
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from modelreg import moments

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PATIENCE: Final = 5.0
"""Seconds that a look takes at most where nobody waits for it, but for one file."""
_HEAD: Final = 16
"""Bytes before the code of a compiled module: magic number, flags, time of change and size of the source."""
_LARGEST: Final = 1 << 20
"""Bytes of a source that is compiled."""
_KEPT: Final = 512
"""Files of which is known what is in them."""
_CONSTANTS: Final = re.compile(
    b"%b*[%b]" % (re.escape(bytes([dis.EXTENDED_ARG])), re.escape(bytes(dis.hasconst))), re.DOTALL
)
"""Instructions that use a constant, with what goes before them where there are more than 256."""
_STORE: Final = dis.opmap["STORE_NAME"]
_ASIDE: Final = frozenset({("__doc__",), ("__firstlineno__",), ("__static_attributes__",)})
"""What a module or class is told of itself: its words, its line, and in any order what the functions in it set anyway."""


class _Kept(NamedTuple):
    """What Python keeps of a module that it compiled."""

    file: str
    changed: int
    size: int
    current: bool
    """Whether the source still is the one that was compiled."""
    early: bool
    """Whether it was written before modelreg was imported, and after the source: no other process did it meanwhile."""


class _Contents(NamedTuple):
    """What is in a module, as hashes of what its code does."""

    whole: int
    functions: Mapping[str, frozenset[int]]
    """Those of one name."""
    decorated: frozenset[str]
    """Names of the functions and classes that a decorator stands before."""


def edited(files: Mapping[str, str], until: float | None = None) -> list[str]:
    """Return which imported modules are not what their files say now; one of which that cannot be told is none of them.

    Lines, comments and what docstrings say do not count.

    Parameters
    ----------
    files : mapping
        Name of a module -> its file, those first that matter most.
    until : float, optional
        When to compile no more of them.
    """
    until = monotonic() + PATIENCE if until is None else until
    return [name for name, file in files.items() if name != "__main__" and _is_edited(name, Path(file), until)]


def _is_edited(name: str, file: Path, until: float) -> bool:
    held = _held(name, file)
    if held is None:
        return False
    try:
        found = file.stat()
        kept = _kept(file, found)
        if kept is not None and kept.current and kept.early:
            return False
        if found.st_size > _LARGEST or monotonic() > until:
            return False
        now = _written(file, found.st_mtime_ns, found.st_size)
        if kept is not None and not kept.current:
            before = _compiled(kept.file, kept.changed, kept.size)
            meanwhile = not kept.early and _is_another(name, held, before.functions, now.decorated)
            if not meanwhile:  # else another process compiled it, and it is not what ran either
                return before.whole != now.whole
        return _is_another(name, held, now.functions, now.decorated)
    except Exception:  # noqa: BLE001  (a file that is gone or broken by now)
        return False


def _held(name: str, file: Path) -> Mapping[str, Any] | None:
    """Return the namespace of a module that was imported from a file as it stands there; None where it was not."""
    module = sys.modules.get(name)
    if not issubclass(type(module), ModuleType):
        return None
    held = object.__getattribute__(module, "__dict__")
    origin = held.get("__file__")
    if not isinstance(origin, str) or Path(origin) != file:
        return None
    # what is rewritten on its way in is not as it stands in its file
    return held if type(getattr(held.get("__spec__"), "loader", None)) is SourceFileLoader else None


def _kept(file: Path, source: os.stat_result) -> _Kept | None:
    """Return what Python keeps of a file; None where there is nothing, or nothing that tells what ran."""
    try:
        place = Path(cache_from_source(str(file)))
        with place.open("rb") as compiled:
            head, own = compiled.read(_HEAD), os.fstat(compiled.fileno())
    except (OSError, NotImplementedError):
        return None
    if head[:4] != MAGIC_NUMBER or any(head[4:8]):
        return None
    told = int(source.st_mtime) & 0xFFFFFFFF, source.st_size & 0xFFFFFFFF
    current = told == (int.from_bytes(head[8:12], "little"), int.from_bytes(head[12:16], "little"))
    if not current and (sys.dont_write_bytecode or not os.access(place.parent, os.W_OK)):
        return None  # it may be from long before the import, which could not replace it
    # Python knows whole seconds and the size only: what is as long, and was edited within one, is known by the disk's time
    early = own.st_mtime < moments.STARTED and (not current or source.st_mtime_ns <= own.st_mtime_ns)
    return _Kept(str(place), own.st_mtime_ns, own.st_size, current=current, early=early)


@lru_cache(_KEPT)
def _written(file: Path, changed: int, size: int) -> _Contents:
    """Return what is in a file; of another size or date it is another."""
    source = file.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd escape in the user's file is not ours to report
        return _contents(compile(source, str(file), "exec", dont_inherit=True), source)


@lru_cache(_KEPT)
def _compiled(file: str, changed: int, size: int) -> _Contents:
    """Return what is in a file that Python keeps."""
    return _contents(marshal.loads(Path(file).read_bytes()[_HEAD:]))  # noqa: S302  (which Python runs itself)


def _contents(code: CodeType, source: bytes = b"") -> _Contents:
    functions: dict[str, set[int]] = {}
    decorated, lines = set[str](), source.splitlines()
    for one in _within(code):
        functions.setdefault(one.co_qualname, set()).add(hash(_said(one)))
        first = lines[max(one.co_firstlineno - 1, 0) :][:1]  # that of its first decorator, where it has any
        if first and first[0].lstrip().startswith(b"@"):
            decorated.add(one.co_qualname)
    return _Contents(
        hash(_said(code)), {name: frozenset(said) for name, said in functions.items()}, frozenset(decorated)
    )


def _within(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _within(each)


def _is_another(
    name: str, held: Mapping[str, Any], written: Mapping[str, frozenset[int]], decorated: frozenset[str]
) -> bool:
    """Whether a function of a module is among those that were written, and otherwise."""
    ran = (code for code in _functions(name, held, decorated) if code.co_filename == held.get("__file__"))
    return any(code.co_qualname in written and hash(_said(code)) not in written[code.co_qualname] for code in ran)


def _functions(name: str, held: Mapping[str, object], decorated: frozenset[str]) -> Iterator[CodeType]:
    """Yield the code of the functions in the namespace of a module and in the classes made there; no code of theirs runs."""
    waiting: list[tuple[object, bool]] = [(one, True) for one in held.values()]  # and whether nothing leads to it
    seen = set[tuple[int, bool]]()
    while waiting:
        one, bare = waiting.pop()
        if (id(one), bare) in seen:
            continue
        seen.add((id(one), bare))
        if type(one) is FunctionType:
            if not bare or one.__code__.co_qualname not in decorated:  # else the decorator may have made it anew
                yield one.__code__
            waiting.append((one.__dict__.get("__wrapped__"), False))
        elif issubclass(type(one), type):
            own = type.__getattribute__(one, "__dict__")
            mine = own.get("__module__") == name and type.__getattribute__(one, "__qualname__") not in decorated
            waiting.extend((each, True) for each in own.values() if mine)
        else:
            waiting.extend((each, False) for each in _behind(one))


def _behind(one: object) -> Iterable[object]:
    """Return the functions behind what makes a method of them, or keeps what they return."""
    if type(one) in {staticmethod, classmethod}:
        return (one.__func__,)  # type: ignore[attr-defined]
    return (one.fget, one.fset, one.fdel) if type(one) is property else ()


def _said(code: CodeType) -> tuple[Any, ...]:
    """Return what code does, wherever it stands."""
    return (
        code.co_name, _steps(code), code.co_names, code.co_varnames, code.co_freevars, code.co_argcount,
        code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags & ~CO_ITERABLE_COROUTINE,
    )  # fmt: skip


def _steps(code: CodeType) -> tuple[Any, ...]:
    """Return the instructions, and the constants that they use: the docstring of a function is one that none of them does."""
    steps, words = bytearray(code.co_code[::2]), bytearray(code.co_code[1::2])
    if not code.co_flags & CO_OPTIMIZED:  # the body of a module or class
        for at, step in enumerate(steps):
            if step == _STORE and code.co_names[words[at] : words[at] + 1][:1] in _ASIDE:
                steps[at - 1] = words[at - 1] = 0
    used = []
    for found in _CONSTANTS.finditer(bytes(steps)):
        index = int.from_bytes(words[found.start() : found.end()], "big")
        words[found.start() : found.end()] = bytes(found.end() - found.start())
        used.append(_plain(code.co_consts[index]))
    return bytes(steps), bytes(words), tuple(used)


def _plain(value: object) -> Any:
    """Return a constant so that equal ones are equal: neither 1 and True, nor what a set holds in another order."""
    if isinstance(value, CodeType):
        return _said(value)
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if isinstance(value, frozenset):
        return frozenset(map(_plain, value))
    return type(value).__name__, repr(value)
