"""``alias REF ALIAS``: point an alias at a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import FORCE, MESSAGE, Argument, Command, Option

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Change
    from modelreg.views import View

COMMAND = Command(
    summary="Point an alias at a version; one that exists moves",
    arguments=(
        Argument("ref", "ref", "the version: churn:v3, train/clf:v0"),
        Argument("alias", "alias", "the alias: production"),
    ),
    options=(
        MESSAGE,
        FORCE,
        Option(
            "--expect-alias/--expect", "text", "refuse unless the alias stands there now", metavar="[ALIAS=]vN|none"
        ),
    ),
    examples=(
        "alias churn:v3 production",
        'alias churn:v3 production -m "beats v2 by 0.4 %"',
        "alias churn:v3 production --expect v2",
    ),
    group="stand",
)


def run(nb: Session, args: Arguments) -> View[Change]:
    """Move the alias and say from where."""
    from modelreg.commands.register import standing

    expect = "any" if args.expect is None else standing(args.expect, args.alias)
    return nb.view(nb.registry.alias(args.ref, args.alias, message=args.message or "", expect=expect, force=args.force))
