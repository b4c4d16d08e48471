"""Modules whose files were edited after they were imported: what is in the file then is not what ran.

Two things tell. The functions of a module hold their code: where the file has one of that name, and none that does the same,
it was edited (one that the file has no more may be left from before a reload). And Python keeps beside each module what it
compiled of its source, and when that was changed last and how large it was (PEP 552), which tells of what stands outside of
functions too; there a file that still is as told costs one look at the disk.
"""

from __future__ import annotations

import marshal
import os
import sys
from functools import lru_cache
from importlib.machinery import SourceFileLoader
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_HEAD: Final = 16
"""Bytes before the code of a compiled module: magic number, flags, time of change and size of the source."""
_LARGEST: Final = 1 << 20
"""Bytes of a source that is compiled."""
_MOST: Final = 20
"""Files that are compiled."""


def edited(files: Mapping[str, str]) -> list[str]:
    """Return which imported modules are not what their files say now; one of which that cannot be told is none of them.

    Lines and comments do not count. Where Python keeps nothing of what it compiled, as in many containers, functions tell.

    Parameters
    ----------
    files : mapping
        Name of a module -> its file.
    """
    own = {name: Path(file) for name, file in files.items() if name != "__main__" and name in sys.modules}
    changed = [name for name, file in own.items() if not sys.dont_write_bytecode and _is_changed(file)][:_MOST]
    return [
        name
        for at, (name, file) in enumerate(own.items())
        if (name in changed and not _same(file)) or (at < _MOST and _is_another(name, file))
    ]


def _is_another(name: str, file: Path) -> bool:
    """Whether a function of a module stands in its file, and otherwise."""
    module = sys.modules.get(name)
    if not isinstance(module, ModuleType):
        return False
    held = object.__getattribute__(module, "__dict__")
    if type(getattr(held.get("__spec__"), "loader", None)) is not SourceFileLoader:
        return False  # what is rewritten on its way in is not as it stands in its file
    try:
        found = file.stat()
        written = _written(str(file), found.st_mtime_ns, found.st_size)
    except Exception:  # noqa: BLE001  (a file that is gone or broken by now)
        return False
    ran = (code for code in _functions(name, held) if code.co_filename == held.get("__file__"))
    return any(code.co_qualname in written and _said(code) not in written[code.co_qualname] for code in ran)


@lru_cache(maxsize=_MOST)
def _written(file: str, changed: int, size: int) -> Mapping[str, Sequence[object]]:
    """Return what the functions in a file do, by their names; nothing of one that is too long to be looked at."""
    found: dict[str, list[object]] = {}
    for code in _within(_compiled(Path(file).read_bytes(), file)) if size <= _LARGEST else ():
        found.setdefault(code.co_qualname, []).append(_said(code))
    return found


def _within(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _within(each)


def _functions(name: str, held: Mapping[str, object]) -> Iterator[CodeType]:
    """Yield the code of the functions in the namespace of a module and in the classes made there; no code of theirs runs."""
    waiting, seen = list(held.values()), set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if type(one) is FunctionType:
            yield one.__code__
            waiting.append(one.__dict__.get("__wrapped__"))
        elif issubclass(type(one), type):
            own = type.__getattribute__(one, "__dict__")
            waiting.extend(own.values() if own.get("__module__") == name else ())
        else:
            waiting.extend(_behind(one))


def _behind(one: object) -> Iterable[object]:
    """Return the functions behind what makes a method of them, or keeps what they return."""
    if type(one) in {staticmethod, classmethod}:
        return (one.__func__,)  # type: ignore[attr-defined]
    return (one.fget, one.fset, one.fdel) if type(one) is property else ()


def _is_changed(file: Path) -> bool:
    """Whether a file has another time or size than what Python compiled last; where that could not be kept it is not known."""
    try:
        found = file.stat()
        with Path(cache_from_source(str(file))).open("rb") as compiled:
            head = compiled.read(_HEAD)
    except (OSError, NotImplementedError):
        return False
    told = int(found.st_mtime) & 0xFFFFFFFF, found.st_size & 0xFFFFFFFF
    kept = int.from_bytes(head[8:12], "little"), int.from_bytes(head[12:16], "little")
    return not any(head[4:8]) and kept != told and os.access(file.parent / "__pycache__", os.W_OK)


def _same(file: Path) -> bool:
    try:
        source = file.read_bytes()
        if len(source) > _LARGEST:
            return True
        before = marshal.loads(Path(cache_from_source(str(file))).read_bytes()[_HEAD:])  # noqa: S302  (which Python runs itself)
        now = _compiled(source, str(file))
    except Exception:  # noqa: BLE001  (a file that is gone or broken by now)
        return True
    return not isinstance(before, CodeType) or _said(before) == _said(now)


def _compiled(source: bytes, file: str) -> CodeType:
    return compile(source, file, "exec", dont_inherit=True)


def _said(code: CodeType) -> tuple[Any, ...]:
    """Return what code does, wherever it stands."""
    return (
        code.co_name, code.co_code, tuple(map(_plain, code.co_consts)), code.co_names, code.co_varnames, code.co_freevars,
        code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags,
    )  # fmt: skip


def _plain(value: object) -> Any:
    """Return a constant so that equal ones are equal: neither 1 and True, nor what a set holds in another order."""
    if isinstance(value, CodeType):
        return _said(value)
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if isinstance(value, frozenset):
        return frozenset(map(_plain, value))
    return type(value).__name__, repr(value)
