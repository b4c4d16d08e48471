"""What ``--attach`` names: an expression of the kernel, or a file."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelreg.commands.line import unquote
from modelreg.commands.parse import assignments
from modelreg.errors import Slip, UsageError, alike
from modelreg.names import quote, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from modelreg.commands.declare import Expression
    from modelreg.commands.session import Session

_PATH = re.compile(r"[^()\[\]{}'\"]*(?:[/\\][^()\[\]{}'\"]*|\.\w{1,8})")
"""How a path looks that is no Python: with a slash or an ending, without quotes and brackets."""


def attachments(nb: Session, given: Iterable[Expression]) -> dict[str, Any]:
    """Return name -> what is attached.

    A whole that is a file is that file. Else ``NAME=`` may stand before an expression or a path; without it the
    variable, or the file, gives the name.

    Raises
    ------
    UsageError
        There is no such variable or file, or two have one name.
    """
    found: dict[str, Any] = {}
    for expression in given:
        name, obj = _one(nb, expression)
        if name in found:
            msg = f"--attach {name} is given twice; name one of them: --attach NAME={expression.source}"
            raise UsageError(msg)
        found[name] = obj
    return found


def _one(nb: Session, expression: Expression) -> tuple[str, Any]:
    if (path := _file(nb, expression.source)) is not None:
        return path.name, path
    cut = next(assignments(expression.source), 0)
    name, source = _text(nb, expression.source[:cut]).strip(), expression.source[cut + 1 if cut else 0 :]
    obj = _file(nb, source) or _value(nb, expression, name, source)
    return name or _called(source, obj), obj


def _value(nb: Session, expression: Expression, name: str, source: str) -> Any:
    """Return what the expression comes to; a terminal knows files only."""
    root = re.match(r"\s*([^\W\d]\w*)", source)
    unknown = root is None or root[1] not in nb.scope
    if not nb.kernel or (unknown and _PATH.fullmatch(source)):
        msg = f"--attach: there is no file {shown(source, 200)}"
        raise UsageError(
            msg if not nb.kernel else f"{msg}, and no variable of that name", slip=_slip(expression, source)
        )
    return nb.evaluate(replace(expression, source=source), f"--attach {name or source}")


def _slip(expression: Expression, source: str) -> Slip:
    """Return the file that is probably meant; where none is called alike, the option is left out."""
    path = Path(source)
    try:
        there = path.expanduser().parent.iterdir()
        close = alike(path.name, sorted(each.name for each in there if each.is_file()))
    except (OSError, ValueError, RuntimeError):  # no such folder, or none that can be
        close = []
    if close:
        start = expression.column + len(expression.source) - len(source)
        return Slip(start, source, quote(str(path.with_name(close[0]))))
    return Slip(expression.column - len("--attach "), f"--attach {expression.source}", "")


def _file(nb: Session, source: str) -> Path | None:
    """Return the path that a text is, if there is something at it; a variable of that very name goes before a file."""
    if nb.kernel and source.strip() in nb.scope:
        return None
    try:
        path = Path(_text(nb, source)).expanduser()
        return path if _text(nb, source) and path.exists() else None
    except (OSError, ValueError, RuntimeError):  # too long, a NUL, the home of nobody: no path
        return None


def _text(nb: Session, source: str) -> str:
    """Return a piece of the line as a text; the shell of a terminal has taken the quotes already."""
    return unquote(source, controls=False) if nb.kernel else source


def _called(source: str, obj: object) -> str:
    """Return the name that an attachment gets from what it is: the file's, or the variable's."""
    if isinstance(obj, (str, Path)):
        return Path(obj).name
    return re.sub(r"[^\w.]+", "-", source).strip("-.")[:60] or "attachment"
