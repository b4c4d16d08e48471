"""What was captured around a version, read back from its runs.

A registry may hold runs of an older or a newer release, or what somebody else wrote: see :mod:`modelreg.verbs.told`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from modelreg import moments
from modelreg.records import Repository, Statements, Surroundings
from modelreg.verbs import environments, inflows, kernels, makers, told
from modelreg.verbs.uncertain import uncertain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelreg.records import Json, Run

STALE: Final = 5 * 60 * moments.SECOND
"""After so long nothing is captured any more, wherever the kernel is that did."""


def of(runs: Sequence[Run]) -> Surroundings | None:
    """Return what the runs of a version, newest first, have kept of their surroundings; None where nothing was captured."""
    captured = makers.first(runs)
    if not captured:
        return None
    made, flowed = told.table(captured[0].capture), inflows.read(kind(captured, "data"))
    sizes: dict[str, int] = {}
    for run in captured:
        for one in run.files:
            sizes.setdefault(one.name, one.size)
    waiting, errors = told.texts(made.get("pending")), told.texts(made.get("errors"))
    state = captured[0].capture_state
    if abandoned(captured[0]):
        lost = f"the kernel ended before {', '.join(waiting) or 'the rest'} could be captured"
        state, waiting, errors = "partial", (), (*errors, lost)
    return Surroundings(
        state=state,
        waiting=waiting,
        errors=errors,
        redactions=len(told.tables(made.get("redactions"))),
        statements=_statements(kind(captured, "code"), kind(captured, "git")),
        repository=_repository(kind(captured, "git")),
        environment=environments.read(kind(captured, "environment")),
        data=(*flowed, *inflows.told_of(captured, flowed)),
        metrics=tuple(_metrics(runs).items()),
        took=told.number(kind(captured, "training").get("duration")) or 0,
        unsaved=told.choice(kind(captured, "notebook").get("unsaved")),
        kept=tuple(sizes.items()),
    )


def abandoned(run: Run) -> bool:
    """Whether what a run captures is pending and nobody does it any more."""
    if run.capture_state != "pending":
        return False
    return moments.now() - run.at > STALE or kernels.gone(told.table(run.capture).get("by"))


def settled(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return runs, those partial that nobody completes any more."""
    return tuple(replace(run, capture_state="partial") if abandoned(run) else run for run in runs)


def kind(runs: Sequence[Run], name: str) -> Mapping[str, Any]:
    """Return the facts of one kind, of the first of these runs that has any."""
    return next((facts for run in runs if (facts := told.table(told.table(run.capture).get(name)))), {})


def hyperparameters(runs: Sequence[Run]) -> dict[str, Json]:
    """Return all hyperparameters of a model that are one plain value, also those that nobody chose."""
    found = told.table(kind(makers.first(runs), "model").get("params"))
    return {name: value for name, value in found.items() if not isinstance(value, dict | list)}


def _metrics(runs: Sequence[Run]) -> dict[str, str]:
    """Return where each metric comes from; of two runs that gave one the newer tells."""
    found: dict[str, str] = {}
    for run in runs:
        for one in told.tables(told.table(told.table(run.capture).get("metrics")).get("kept")):
            found.setdefault(told.text(one.get("name")), told.text(one.get("source")))
    return found


def _statements(facts: Mapping[str, Any], git: Mapping[str, Any]) -> Statements | None:
    if not facts:
        return None
    return Statements(
        cells=told.number(facts.get("cells")) or 0,
        of=told.number(facts.get("of")) or 0,
        uncertain=uncertain(facts, git),
        outside=told.texts(facts.get("outside")),
    )


def _repository(facts: Mapping[str, Any]) -> Repository | None:
    commit, modules = told.text(facts.get("commit")), told.tables(facts.get("modules"))
    warnings = told.texts(facts.get("warnings"))
    if not (commit or modules or warnings):
        return None
    return Repository(
        commit=commit,
        branch=told.text(facts.get("branch")),
        remote=told.text(facts.get("remote")),
        dirty=told.choice(facts.get("dirty")),
        pushed=told.choice(facts.get("pushed")),
        changed=tuple(
            (told.text(one.get("path")), told.text(one.get("status"))) for one in told.tables(facts.get("changed"))
        ),
        modules=tuple((told.text(one.get("path")), told.number(one.get("size")) or 0) for one in modules),
        untracked=told.number(facts.get("untracked_count")) or 0,
        warnings=warnings,
    )
