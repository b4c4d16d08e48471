"""Modules whose files were edited after they were imported: what is in the file then is not what ran.

Python keeps beside each module what it compiled of its source, and when that was changed last and how large it was (PEP 552).
A file that still is as told there costs one look at the disk. Any other is compiled, and compared with what was compiled then:
nothing of a module itself is asked for.
"""

from __future__ import annotations

import marshal
import os
import sys
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEAD: Final = 16
"""Bytes before the code of a compiled module: magic number, flags, time of change and size of the source."""
_LARGEST: Final = 1 << 20
"""Bytes of a source that is compiled."""
_MOST: Final = 20
"""Files that are compiled."""


def edited(files: Mapping[str, str]) -> list[str]:
    """Return which modules are not what their files say now; one of which that cannot be told is none of them.

    Lines and comments do not count. Nothing is told where Python keeps nothing of what it compiled, as in many containers.

    Parameters
    ----------
    files : mapping
        Name of a module -> its file.
    """
    if sys.dont_write_bytecode:
        return []
    changed = {name: Path(file) for name, file in files.items() if name != "__main__" and _is_changed(Path(file))}
    return [name for name, file in list(changed.items())[:_MOST] if not _same(file)]


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
        now = compile(source, str(file), "exec", dont_inherit=True)
    except Exception:  # noqa: BLE001  (a file that is gone or broken by now)
        return True
    return not isinstance(before, CodeType) or _said(before) == _said(now)


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
