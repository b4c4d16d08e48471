"""Bind a loaded object to a variable: never over something else that nobody said may go."""

from __future__ import annotations

from keyword import iskeyword
from typing import TYPE_CHECKING, Any, Final

from modelreg.errors import InvalidError, UsageError
from modelreg.names import quote, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.notebook import Notebook
    from modelreg.registry import Registry

SHORT: Final = 10**12
"""Whole numbers from here on are not written out."""


def check(
    name: str,
    ref: str,
    *,
    scope: Mapping[str, Any],
    registry: Registry,
    notebook: Notebook,
    at: str | int | None = None,
) -> None:
    """Refuse a name that is no variable, or that is bound to anything but the version ``ref``.

    Raises
    ------
    InvalidError
        It is no name of a variable.
    UsageError
        It is bound; the message says to what, and gives the lines that go on.
    """
    if not name.isidentifier() or iskeyword(name):
        msg = f"{name!r} is no name of a variable"
        raise InvalidError(msg)
    if name not in scope or _is(scope[name], ref, registry, notebook, at):
        return
    msg = f"{name!r} is bound to {_a(scope[name])} already; nothing was loaded"
    line = f"load {quote(ref)} --as {name}"
    raise UsageError(msg, tries=(f"{line} --overwrite", f"{line}_2"))


def _is(obj: object, ref: str, registry: Registry, notebook: Notebook, at: str | int | None) -> bool:
    """Whether an object is the version that is asked for, so that a cell can be run again."""
    origin = notebook.live.origin(obj)
    return origin is not None and origin.version == registry.get(ref, at=at).uid


def _a(obj: object) -> str:
    kind = type(obj).__name__
    if type(obj) is str:
        return f"the text {shown(obj, 20)}"
    if type(obj) in {bool, float} or (type(obj) is int and abs(obj) < SHORT):
        return f"{obj!r}"
    return f"{'an' if kind[:1] in 'AEIOUaeiou' else 'a'} {kind}"
