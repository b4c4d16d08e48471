"""Modules whose files were edited after they were imported: what is in the file then is not what ran.

Python keeps beside each compiled module when its source was changed last, and how large it was; a file that still is as told
there costs one look at the disk. Any other is compiled, and compared with what is loaded.
"""

from __future__ import annotations

import ast
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Final

from modelreg import syntax

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HEAD: Final = 16
"""Bytes before the code of a compiled module (PEP 552): magic number, flags, time of change and size of the source."""
_LARGEST: Final = 1 << 20
"""Bytes of a source that is compiled."""
_WRAPPED: Final = 10
"""Decorators that are looked through."""


def edited(files: Mapping[str, str]) -> list[str]:
    """Return which loaded modules are not what their files say now.

    A module with a function, method or plain constant that its file does not have, or has otherwise, was edited since; other
    lines, comments and names of the file do not count.

    Parameters
    ----------
    files : mapping
        Name of a module -> its file.
    """
    return [name for name, file in files.items() if name != "__main__" and not _same(name, Path(file))]


def _same(name: str, file: Path) -> bool:
    """Whether a module is as its file; so is one of which that cannot be told."""
    try:
        if _is_compiled(file):
            return True
        source = file.read_bytes()
        held = dict(object.__getattribute__(sys.modules[name], "__dict__"))
        if len(source) > _LARGEST or type(held["__spec__"].loader) is not SourceFileLoader:
            return True  # a hook of imports may write code of its own into what it compiles
        code = compile(source, str(file), "exec", dont_inherit=True)
        constants = _constants(source)
    except Exception:  # noqa: BLE001  (a file that is gone or broken by now, a module that is none)
        return True
    there = {_said(one) for one in _codes(code)}
    functions = all(_said(one) in there for one in _own(held, file))
    return functions and all(_equal(held[key], value) for key, value in constants.items() if key in held)


def _is_compiled(file: Path) -> bool:
    """Whether what Python compiled last is the file as it is."""
    found = file.stat()
    try:
        with Path(cache_from_source(str(file))).open("rb") as compiled:
            head = compiled.read(_HEAD)
    except OSError:
        return False
    told = int(found.st_mtime) & 0xFFFFFFFF, found.st_size & 0xFFFFFFFF
    return not any(head[4:8]) and (int.from_bytes(head[8:12], "little"), int.from_bytes(head[12:16], "little")) == told


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes(one)


def _said(code: CodeType) -> tuple[Any, ...]:
    """Return what a function does, wherever it stands."""
    plain = tuple(repr(one) for one in code.co_consts if not isinstance(one, CodeType))
    inner = tuple(_said(one) for one in code.co_consts if isinstance(one, CodeType))
    return (
        getattr(code, "co_qualname", code.co_name), code.co_code, plain, inner, code.co_names, code.co_varnames, code.co_freevars
    )  # fmt: skip


def _own(held: Mapping[str, Any], file: Path) -> Iterator[CodeType]:
    """Yield the code of the functions and methods that a module has of its file."""
    for value in held.values():
        for one in [
            value,
            *(vars(value).values() if isinstance(value, type) and value.__module__ == held["__name__"] else ()),
        ]:
            code = _code(one)
            if code is not None and code.co_filename == str(file):
                yield code


def _code(value: object) -> CodeType | None:
    """Return the code of a function, also of one that a decorator has wrapped."""
    inner = value.__func__ if isinstance(value, staticmethod | classmethod) else value
    for _ in range(_WRAPPED):
        if not isinstance(inner, FunctionType):
            return None
        if "__wrapped__" not in vars(inner):
            return inner.__code__
        inner = vars(inner)["__wrapped__"]
    return None


def _constants(source: bytes) -> dict[str, object]:
    """Return the names that a source gives a plain value once, at its top."""
    names: dict[str, list[ast.expr | None]] = {}
    tree = syntax.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            names.setdefault(node.id, []).append(None)
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            names[node.targets[0].id].append(node.value)
    once = {name: told[1] for name, told in names.items() if len(told) == 2}  # noqa: PLR2004  (its name, and its value)
    return {name: node.value for name, node in once.items() if isinstance(node, ast.Constant)}


def _equal(one: object, other: object) -> bool:
    return type(one) is type(other) and repr(one) == repr(other)
