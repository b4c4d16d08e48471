"""``load REF``: the live object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelreg.commands.declare import Argument, Command, Option

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
    from modelreg.panels import binding

    name = getattr(args, "as")
    if name is not None:
        binding.check(
            name,
            args.ref,
            scope={} if args.overwrite else nb.scope,
            registry=nb.registry,
            notebook=nb.notebook,
            at=args.at,
        )
    loaded = nb.registry.fetch(args.ref, at=args.at, trust=args.trust, expect=args.expect, progress=nb.progress())
    if name is not None:
        nb.assign(name, loaded.obj)
    if loaded.note or loaded.warnings:
        nb.note(loaded)
    return loaded.obj
