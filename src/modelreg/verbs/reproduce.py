"""Reproduce: run the code of a version again, compare what it makes with what is stored, and mark the version."""

from __future__ import annotations

import math
from time import monotonic
from typing import TYPE_CHECKING, Final

from modelreg import names, settings
from modelreg.capture.loads import only_loads
from modelreg.capture.replay import lacking
from modelreg.capture.secrets import redact
from modelreg.catalog import marks, transaction, versions
from modelreg.errors import (
    InvalidError,
    MissingLibraryError,
    NotFoundError,
    ReadOnlyError,
    UntrustedModelError,
)
from modelreg.names import quote
from modelreg.progress import Silent
from modelreg.records.replay import DIFFERS, REPRODUCED, Reproduction
from modelreg.verbs.checkout import clone_at
from modelreg.verbs.load import verified
from modelreg.verbs.rerun import rerun
from modelreg.verbs.story import story
from modelreg.verbs.vouching import SLICE

if TYPE_CHECKING:
    from pathlib import Path

    from modelreg.progress import Progress
    from modelreg.verbs.context import Context
    from modelreg.verbs.rerun import Attempt
    from modelreg.verbs.story import Story

SECONDS: Final = 600.0
"""How long it may take when nobody says."""
_LONGEST: Final = 600
_SEEDLESS: Final = "which nothing seeded"
_REASONS: Final = 3


def reproduce(
    ctx: Context,
    ref: str,
    *,
    timeout: float = SECONDS,
    trust: bool = False,
    source: str | Path | None = None,
    progress: Progress | None = None,
) -> Reproduction:
    """Run the code of a version again and mark it; see :meth:`modelreg.registry.Registry.reproduce`."""
    if not 0 < timeout < math.inf:
        msg = f"timeout is a number of seconds above 0, not {timeout!r}"
        raise InvalidError(msg, tries=(f"reproduce {quote(ref)} --timeout 3600",))
    missing = lacking()
    if missing:
        msg = f"reproduce needs {' and '.join(missing)} to start a kernel; %pip install {' '.join(missing)}"
        raise MissingLibraryError(msg)
    clone = None if source is None else clone_at(source)
    told = story(ctx, ref)
    _may_run(ctx, told, trust=trust)
    begun = monotonic()
    # where a library is not there nothing was found out, and what was found before stands
    warnings = verified(ctx, told.version.ref, trust=trust, files=False).warnings
    attempt = rerun(ctx, told, seconds=timeout, source=clone, progress=progress or Silent())
    text = _plain(_text(told, attempt, warnings, monotonic() - begun))
    notes = (*attempt.notes, *_mark(ctx, told, attempt.outcome, text))
    return Reproduction(version=told.version, outcome=attempt.outcome, text=text, notes=notes)


def _may_run(ctx: Context, told: Story, *, trust: bool) -> None:
    """Raise for code that did not run in a session of this user, on this machine, and that nobody here allows."""
    version, run = told.version, told.run
    if SLICE not in told.files:
        msg = f"there is no code of {version.ref}: {_why_not(told)}"
        raise NotFoundError(msg, tries=(f"code {quote(version.ref)} --log",))
    made = _made_as(ctx, told)
    if made:
        msg = f"the code of {version.ref} only loads what was made as {made}: nothing would be trained again"
        raise InvalidError(msg, tries=(f"reproduce {quote(made)}",))
    if trust or ctx.allowed.how(told.key) is not None:
        return
    msg = (
        f"the code of {version.ref} has not run on this machine, and running it can do anything; it was captured from "
        f"{names.shown(run.actor)} on {names.shown(run.host)}"
    )
    raise UntrustedModelError(msg, tries=(f"code {quote(version.ref)}", f"reproduce {quote(version.ref)} --trust"))


def _made_as(ctx: Context, told: Story) -> str:
    """Return the older version with the same contents, for a version whose code only takes it from a registry."""
    code = told.files[SLICE].decode("utf-8", "replace")
    if told.facts("code").get("loads") is not True or not only_loads(code, told.means.variable):
        return ""
    with ctx.read() as conn:
        first = versions.oldest_with_contents(conn, told.version.content_id)
        return "" if first is None or first == told.found.member.version_id else versions.source(conn, first)


def _why_not(told: Story) -> str:
    return next((reason for reason, _ in told.uncertain), "no statement that made it was found")


def _text(told: Story, attempt: Attempt, warnings: tuple[str, ...], seconds: float) -> str:
    took = f"{max(seconds, 1):.0f} s" if seconds < 60 else f"{seconds / 60:.0f} min"  # noqa: PLR2004  (a minute)
    if attempt.outcome == REPRODUCED:
        said = f"equal {attempt.compared}{_data(told, attempt)}"
    elif attempt.outcome == DIFFERS:
        said = "; ".join([f"{attempt.reason} ({attempt.compared})", *_causes(told, attempt, warnings)])
    else:
        said = attempt.reason
    return f"{said} · {took}"


def _plain(text: str) -> str:
    """Return a text as the history keeps it: one line that can be stored, without secrets."""
    line = " ".join(text.encode("utf-8", "backslashreplace").decode().split())
    return redact(line).text[:_LONGEST]


def _changed(told: Story, attempt: Attempt) -> tuple[list[str], list[str]]:
    """Return the data that is what it was when the version was registered, and that which is not."""
    known = {one.name: one.digest for one in told.run.data if one.digest and not one.partial}
    both = [(name, known[name] == now) for name, now in attempt.data.items() if now and name in known]
    return [name for name, same in both if same], [name for name, same in both if not same]


def _data(told: Story, attempt: Attempt) -> str:
    same, other = _changed(told, attempt)
    if other:
        return f"; not the data of then: {', '.join(other)}"
    return ", the data of then" if same else ""


def _causes(told: Story, attempt: Attempt, warnings: tuple[str, ...]) -> list[str]:
    """Return what may be the cause: chance first, then data, then libraries, then what the slice is uncertain of."""
    chance = [f"{reason} ({place})" if place else reason for reason, place in told.uncertain if _SEEDLESS in reason]
    _, other = _changed(told, attempt)
    found = [*chance[:_REASONS], *([f"not the data of then: {', '.join(other)}"] if other else []), *warnings]
    return found or [f"uncertain: {reason}" for reason, _ in told.uncertain[:_REASONS]]


def _mark(ctx: Context, told: Story, outcome: str, text: str) -> tuple[str, ...]:
    """Write the mark; return why it was not written."""
    if not ctx.catalog.writable:
        return ("not marked: the registry cannot be written from here",)
    # of no session: undo takes back what the user did, and this is what was found
    request = transaction.Request(
        command="reproduce", actor=ctx.actor, session="", host=settings.host(), notebook=ctx.notebook.path
    )
    try:
        with transaction.write(ctx.catalog, request, ctx.clock) as tx:
            marks.add(tx, told.found.home, told.found.member, outcome, text)
    except ReadOnlyError as error:
        return (f"not marked: {error.message}",)
    return ()
