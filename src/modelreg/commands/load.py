"""``load REF``: the live object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelreg.commands.declare import Argument, Command, Option
from modelreg.errors import InvalidError, UsageError

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session

COMMAND = Command(
    summary="Bring back the live object of a version",
    arguments=(Argument("ref", "ref", "the version: churn:v3, churn:production; churn alone is the newest"),),
    options=(
        Option("--as", "variable", "bind it to a variable; one that is bound to something else stays"),
        Option("--overwrite", flag=True, help="with --as: rebind the variable"),
        Option("--at", "time", "what the alias meant then"),
        Option("--trust", flag=True, help="approve the contents for this once"),
        Option("--expect", "text", "the content id that must come, which is an approval too", metavar="b3:…"),
    ),
    examples=("load churn:production", "load churn:v3 --as clf", 'load churn:production --at "3 days ago"'),
    group="back",
    needs_kernel=True,
)


def run(nb: Session, args: Arguments) -> Any:
    """Return the object; which version it is, where the line did not say, is shown beside it."""
    name = getattr(args, "as")
    held = nb.scope
    if name is not None:
        _check(name)
        if name in held and not args.overwrite and not _is(nb, held[name], args):
            msg = f"{name} is bound to {_a(held[name])} already; nothing was loaded"
            raise UsageError(
                msg,
                tries=(
                    f"load {_quoted(args.ref)} --as {name} --overwrite",
                    f"load {_quoted(args.ref)} --as {name}_2",
                ),
            )
    loaded = nb.registry.fetch(args.ref, at=args.at, trust=args.trust, expect=args.expect, progress=nb.progress())
    if name is not None:
        nb.assign(name, loaded.obj)
    if loaded.note or loaded.warnings:
        nb.note(loaded)
    return loaded.obj


def _check(name: str) -> None:
    """Refuse what no variable can be called."""
    from keyword import iskeyword

    if not name.isidentifier() or iskeyword(name):
        msg = f"{name!r} is no name of a variable"
        raise InvalidError(msg)


def _is(nb: Session, obj: object, args: Arguments) -> bool:
    """Whether an object is the version that is asked for, so that a cell can be run again."""
    origin = nb.notebook.live.origin(obj)
    return origin is not None and origin.version == nb.registry.get(args.ref, at=args.at).uid


def _a(obj: object) -> str:
    from modelreg.names import shown

    kind = type(obj).__name__
    return f"{kind} {shown(repr(obj), 20)}" if isinstance(obj, (str, int, float, bool)) else f"a {kind}"


def _quoted(ref: str) -> str:
    from modelreg.names import quote

    return quote(ref)
