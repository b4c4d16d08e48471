"""The walk from the end of a session back to what an object needs."""

from __future__ import annotations

import builtins
from dataclasses import dataclass, field
from time import thread_time
from typing import TYPE_CHECKING

from modelreg.capture.slice.core import TooLongError
from modelreg.capture.slice.learned import forgets
from modelreg.capture.slice.packages import DATA
from modelreg.capture.slice.render import Kept, rendered
from modelreg.capture.slice.session import Session
from modelreg.capture.slice.statements import Statement, statements_of
from modelreg.capture.slice.surroundings import CONFIG
from modelreg.capture.slice.values import Effects, Key, Value, reach

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from modelreg.notebook.execution import Execution

LIMIT = 3.0
"""Seconds of computing after which the whole log is given instead of a slice."""

ABOUT_THE_SHELL = frozenset({"get_ipython", "display", "exit", "quit", "__name__", "__file__"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What made an object: text that runs alone, and what could not be told for certain."""

    source: str
    kept: tuple[Kept, ...]
    dropped: int
    uncertain: tuple[tuple[str, str], ...]
    """Pairs of reason and place."""
    outside: frozenset[str]
    """Names that must exist already: no statement of the log binds them."""
    rng: tuple[tuple[str, str, str], ...] = ()
    """Generators of random numbers: which, whether `seeded`, `drawn` or `unseeded`, and the place."""


@dataclass(slots=True)
class Step:
    """A statement and what it does."""

    statement: Statement
    effects: Effects


@dataclass(slots=True)
class _Need:
    """What is needed at one moment of the walk."""

    keys: set[Key] = field(default_factory=set)
    whole: set[Value] = field(default_factory=set)
    forgotten: set[Value] = field(default_factory=set)
    """Estimators whose earlier fits do not matter."""


def slice_log(log: Sequence[Execution], target: str, *, scope: Mapping[str, object] | None = None) -> Slice:
    """The statements of `log` that made what `target` names.

    Parameters
    ----------
    log
        Executions in the order in which they ran.
    target
        The variable, attribute or item that holds the object.
    scope
        The namespace as it is now: types that it tells make the slice smaller.
    """
    statements, unread = statements_of(log)
    session = Session(scope)
    session.until = thread_time() + LIMIT
    steps: list[Step] = []
    try:
        for time, one in enumerate(statements):
            session.look()
            steps.append(Step(one, session.effects_of(one, time)))
        last = session.effects_of_target(target, len(steps))
    except TooLongError:
        return _whole(statements, unread, f"the analysis took more than {LIMIT:g} s")
    except RecursionError:
        return _whole(statements, unread, "an expression nests too deep")
    # who set it once may have taken it back since
    goes_on = any("warm_start" in one.text for one in statements)
    chosen, needed = _walk(steps, last, {} if goes_on else _by_object(session, scope or {}))
    return _sliced(steps, chosen, unread, needed)


def _walk(steps: list[Step], last: Effects, objects: Mapping[Value, object]) -> tuple[list[Step], set[Key]]:
    # the settings are an input of everything
    need = _Need({CONFIG})
    _require(need, last, len(steps))
    chosen: list[Step] = []
    for time in range(len(steps) - 1, -1, -1):
        step = steps[time]
        found = step.effects
        if not _wanted(need, found):
            continue
        chosen.append(step)
        need.keys -= found.sure
        if need.forgotten:
            need.forgotten -= reach(one for one in found.whole if one.family not in DATA)
        for one in found.resets:
            if one in need.keys and forgets(objects.get(one)):
                need.forgotten |= reach([one])
        _require(need, found, time)
    chosen.reverse()
    return chosen, need.keys


def _wanted(need: _Need, found: Effects) -> bool:
    if not need.keys.isdisjoint(found.binds):
        return True
    changed = need.keys & found.changes
    if not need.forgotten:
        return bool(changed)
    return any(one not in need.forgotten or one not in found.fits or one in found.others for one in changed)


def _require(need: _Need, found: Effects, time: int) -> None:
    """Add what a statement reads, as it was then."""
    need.keys |= found.uses
    for key in found.near:
        need.keys.add(key)
        _owners(need, key)
    todo = list(found.whole)
    while todo:
        one = todo.pop()
        if one.kind == "token":
            need.keys.add(one.dotted)
        if one in need.whole:
            continue
        need.whole.add(one)
        need.keys.add(one)
        _owners(need, one)
        for name, held in one.fields.items():
            need.keys.add((one, name))
            todo += [inner for inner, since in held.items() if since <= time]


def _owners(need: _Need, key: Key) -> None:
    one = key[0] if isinstance(key, tuple) else key
    while isinstance(one, Value) and one.owner is not None:
        need.keys.update((one.owner, one.owner[0]))
        one = one.owner[0]


def _by_object(session: Session, scope: Mapping[str, object]) -> dict[Value, object]:
    """The real objects of which the text tells exactly which they are."""
    names = session.session.names.items()
    return {next(iter(values)): scope[name] for name, values in names if len(values) == 1 and name in scope}


def _sliced(steps: list[Step], chosen: list[Step], doubts: Iterable[tuple[str, str]], needed: set[Key]) -> Slice:
    found = [*doubts]
    rng: dict[tuple[str, str, str], None] = {}
    for step in chosen:
        place = _place(step)
        found += [(reason, place) for reason in sorted(step.effects.reasons)]
        for generator, what in sorted(step.effects.unseeded):
            found.append((f"{what} draws from {_named(generator)}, which nothing seeded", place))
            rng[_named(generator), "unseeded", place] = None
        rng.update(dict.fromkeys((_named(one), "seeded", place) for one in sorted(step.effects.seeds)))
        rng.update(dict.fromkeys((_named(one), "drawn", place) for one in sorted(step.effects.draws)))
    bound = {one for step in chosen for one in step.effects.binds}
    known = {one for one in needed if isinstance(one, str) and not one.startswith("<") and not hasattr(builtins, one)}
    source, kept = rendered([(one.statement, one.effects) for one in chosen])
    return Slice(
        source=source,
        kept=kept,
        dropped=len(steps) - len(chosen),
        uncertain=tuple(dict.fromkeys(found)),
        outside=frozenset(known - bound - ABOUT_THE_SHELL),
        rng=tuple(rng),
    )


def _whole(statements: list[Statement], unread: list[tuple[str, str]], reason: str) -> Slice:
    """Everything that ran, where a slice cannot be found."""
    ran = [(one, Effects()) for one in statements if not one.left_out]
    source, kept = rendered(ran)
    doubt = (f"{reason}: the whole log is kept", "everywhere")
    return Slice(source=source, kept=kept, dropped=0, uncertain=(*unread, doubt), outside=frozenset())


def _place(step: Step) -> str:
    return f"cell {step.statement.cell + 1}"


def _named(generator: str) -> str:
    return {"numpy": "numpy.random", "random": "random"}.get(name := generator[5:-1], name)
