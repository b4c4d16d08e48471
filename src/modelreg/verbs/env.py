"""The environment of a version: what it needs, and how this Python differs."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from modelreg.capture import environment
from modelreg.catalog import facts, stored
from modelreg.errors import NotFoundError
from modelreg.names import quote
from modelreg.records import Finding, Report
from modelreg.verbs import capturing, makers, restored, sources, target
from modelreg.verbs.imports import brings_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelreg.capture.environment import Distribution, Drift, Environment
    from modelreg.records import Json, Run
    from modelreg.verbs.context import Context

_SEVERITY = {"error": "error", "warning": "note", "note": "note"}


def env(ctx: Context, ref: str) -> Report:
    """Return the environment of a version; see :meth:`modelreg.registry.Registry.env`."""
    capturing.wait(ctx.notebook)
    with ctx.read() as conn:
        found = target.find(conn, ref)
        version = found.record(conn)
        runs = facts.runs(conn, found.member.version_id)
        known = stored.find(conn, version.content_id)
    then = recorded(runs)
    if then is None:
        msg = f"no environment of {version.ref} is known: it was registered without one, or that has not landed"
        raise NotFoundError(msg, tries=(f"show {quote(version.ref)}",))
    now = environment.present(then)
    others, all_seen = own(runs, known.imports if known is not None else ())
    drift = environment.drift(then, now)
    here = {one.name.casefold(): one.version for one in now.needed}
    rows: list[dict[str, Json]] = [
        {"package": one.name, "for": _whom(one), "then": one.version, "here": here.get(one.name.casefold(), "–")}
        for one in sorted(then.needed, key=lambda one: (not one.direct, not one.code, one.name.casefold()))
    ]
    return Report(
        title=f"environment of {version.ref}",
        rows=rows,
        findings=(
            *(Finding(severity="note", subject=one, text=text) for one, text in others),
            *_missing([one for one in drift if _is_missing(one)]),
            *(
                Finding(severity=_SEVERITY[one.severity], subject=one.what, text=one.message)
                for one in drift
                if not _is_missing(one)
            ),
        ),
        summary=f"{then.implementation} {then.python}, {then.system} {then.arch}"
        + ("" if drift or others or not all_seen else "; this kernel has the same"),
        next=f"checkout {quote(version.ref)} DIRECTORY" if others else None,
    )


def _whom(one: Distribution) -> str:
    """Say who needs a package: the model itself, the code that made it, or another of these packages."""
    return "the model" if one.direct else "its code" if one.code else "another package"


def _is_missing(one: Drift) -> bool:
    """Whether a package is not here that pip can bring."""
    return not one.now and one.pip is not None


def _missing(drifts: Sequence[Drift]) -> Iterator[Finding]:
    """Yield what is missing with one line for pip: what the model needs, then what only the code around it imports."""
    for severity, who in (("error", "the model needs"), ("note", "the code that made it, or another package, needs")):
        lacking = [one for one in drifts if (one.severity == "error") == (severity == "error")]
        if len(lacking) == 1:
            yield Finding(severity=severity, subject=lacking[0].what, text=lacking[0].message)
        elif lacking:
            pins = shlex.join(one.pip for one in lacking if one.pip)
            text = f"{who} them, and this Python does not have them: pip install {pins}"
            yield Finding(severity=severity, subject=f"{len(lacking)} packages", text=text)


def own(runs: Sequence[Run], imports: Sequence[str]) -> tuple[list[tuple[str, str]], bool]:
    """Return which files of the user's own are not as they were when a version was made, and whether all were looked at.

    Each file comes with what to say of it.
    """
    beside = sources.unnoted(runs)
    files, seen = sources.compared(sources.of(runs), imports, beside or ())
    unknown = beside is None or (bool(beside) and brings_code(imports))  # what its code calls is seen once it is loaded
    return [(one.file, f"not as it was made: {one.spelled} differs") for one in files], seen and not unknown


def recorded(runs: Sequence[Run]) -> Environment | None:
    """Return the environment that a version was made in."""
    return restored.first(run.capture for run in makers.first(runs))
