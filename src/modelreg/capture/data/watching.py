"""What the arguments of a training were just after its cell had run, so that a later change is told.

Cells without a training cost a look at their text. The rest is bounded: accesses only, a few arguments, small data read
in full and large data at some places.
"""

from __future__ import annotations

import weakref
from collections import deque
from contextlib import suppress
from dataclasses import replace
from time import thread_time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from modelreg import syntax
from modelreg.capture.data.access import evaluate, names_in, value_of
from modelreg.capture.data.altering import ANYTHING, altered, changed_after
from modelreg.capture.data.bounds import Bounds
from modelreg.capture.data.flows import is_data, is_model
from modelreg.capture.data.kinds import Unreadable, kind_of, library, shape_of
from modelreg.capture.data.looking import own
from modelreg.capture.data.profiles import schema
from modelreg.capture.data.quick import FULL_BYTES, quick_digest, weight
from modelreg.capture.data.records import Change, Schema, Seen
from modelreg.capture.data.roles import called_as
from modelreg.capture.data.running import statements
from modelreg.capture.data.sessions import Session
from modelreg.capture.data.trainings import Argument, arguments, calls_with, trainers, trainings
from modelreg.notebook.watching import may_train

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from modelreg.capture.data.following import Source
    from modelreg.capture.data.objects import Event
    from modelreg.notebook.execution import Execution

__all__ = ["Watcher", "quick_digest", "so_far", "weight"]

_KEPT: Final = 500
_ARGUMENTS: Final = 16
_CALLS: Final = 32
"""Trainings of one cell that are looked at."""
_SECONDS: Final = 0.04
_SMALL: Final = 1 << 20
"""Bytes that are looked at however busy the machine is."""
_HELD: Final = 10_000
"""Members of a container that are compared."""
_SCHEMA_COLUMNS: Final = 200


class _Remembered(NamedTuple):
    seen: Seen
    same: Callable[[Any], bool]


class _Looked(NamedTuple):
    known: dict[str, Any]
    value: Any


class Watcher:
    """Remembers what went into the trainings of a session; holds no data itself."""

    def __init__(self) -> None:
        self._remembered: deque[_Remembered] = deque(maxlen=_KEPT)
        self._trainers: set[str] = set()
        self._read: tuple[Session, int] | None = None
        """The session as far as its cells were read, and how many those are."""
        self._last = ""
        """The last of them: where another one stands there, all are read again."""

    def trains(self, code: str) -> bool:
        """Whether a cell may train something: by the words in it, or by a function that trains."""
        return may_train(code) or any(one in code for one in self._trainers)

    def note(self, execution: Execution, scope: Mapping[str, Any], log: Sequence[Execution] = ()) -> tuple[Seen, ...]:
        """Return what is remembered of a cell that has just run; nothing of one without a training.

        Parameters
        ----------
        execution : Execution
            The cell.
        scope : mapping
            The namespace after it.
        log : sequence of Execution, optional
            All cells that ran, this one last: what is trained inside a function of an earlier one is looked at too.
        """
        if not self.trains(execution.code):
            return ()
        try:
            return tuple(self._note(execution, scope, log))
        except KeyboardInterrupt:
            raise
        except BaseException:  # noqa: BLE001  (a hook never disturbs a cell; what was not seen is unknown later)
            return ()

    def _note(self, execution: Execution, scope: Mapping[str, Any], log: Sequence[Execution]) -> Iterator[Seen]:
        body = statements(execution)
        self._trainers |= trainers(body, self._trainers)
        inside = list(self._inside(execution, scope, log))
        until = thread_time() + _SECONDS
        known: dict[str, _Looked | None] = {}
        kept: set[tuple[str, str]] = set()
        for call in trainings(body, self._trainers)[:_CALLS]:
            for one in arguments(call):
                if one.expression not in known:
                    if len(known) >= _ARGUMENTS:
                        continue
                    known[one.expression] = _look(one, scope, until)
                looked = known[one.expression]
                if looked is not None:
                    kept.add((one.expression, called_as(call)))
                    rebound = self._is_rebound(body, one.expression, call, scope)
                    yield self._keep(looked, one, called_as(call), execution, rebound)
        for event, source, taken in inside:
            seen = {event.call, called_as(taken)}
            rest = (one for one in (source.expression, source.name) if kept.isdisjoint((one, call) for call in seen))
            for expression in dict.fromkeys(rest):
                one = Argument(source.role, expression, source.name)
                if expression not in known and len(known) < 2 * _ARGUMENTS:
                    known[expression] = _look(one, scope, until)
                looked = known.get(expression)
                if looked is not None:
                    rebound = self._is_rebound(body, expression, taken, scope)
                    yield self._keep(looked, one, event.call, execution, rebound)

    def _inside(
        self, execution: Execution, scope: Mapping[str, Any], log: Sequence[Execution]
    ) -> Iterator[tuple[Event, Source, ast.Call]]:
        """Yield what the trainings of a cell took, those inside its functions too, with the call of the cell that took it."""
        for event in self._events(execution, scope, log)[-_CALLS:]:
            for source in event.inputs:
                taken = event.at if source.by is None else source.by
                if not source.error and source.made in {None, event.cell} and taken is not None:
                    yield event, source, taken

    def _events(self, execution: Execution, scope: Mapping[str, Any], log: Sequence[Execution]) -> list[Event]:
        """Return the trainings of a cell, those inside its functions too."""
        cells = log if log and log[-1] is execution else (*log, execution)
        session, read = self._read or (None, 0)
        if session is None or read > len(cells) - 1 or (read and cells[read - 1].source != self._last):
            session, read = Session(lambda name: is_model(scope.get(name))), 0
        session.is_model = lambda name: is_model(scope.get(name))
        until = session.budget.until = thread_time() + _SECONDS
        before = len(session.noted)
        for place in range(read, len(cells)):
            before = len(session.noted)
            with suppress(SyntaxError, ValueError, RecursionError):
                session.run(place, statements(cells[place]))
            self._read, self._last = (session, place + 1), cells[place].source
            if thread_time() > until and place + 1 < len(cells):
                return []  # the next training goes on from here
        return [] if len(cells) - 1 in session.unread else session.noted[before:]

    def _is_rebound(self, body: Sequence[ast.stmt], expression: str, call: ast.Call, scope: Mapping[str, Any]) -> bool:
        """Whether the cell gave an expression another value after a call, under another name too."""
        names = names_in(expression)
        if any(altered(body, name, call) for name in names):
            return True
        changed = changed_after(body, call, self._read[0].functions if self._read else {})
        if ANYTHING in changed:
            return True
        return any(_shares(scope.get(one), scope.get(name)) for one in changed for name in names)

    def _keep(self, looked: _Looked, one: Argument, call: str, execution: Execution, rebound: bool) -> Seen:  # noqa: FBT001
        seen = Seen(
            expression=one.expression, role=one.role, call=call, cell_id=execution.cell_id,
            count=execution.count, rebound=rebound, **looked.known,
        )  # fmt: skip
        self._remembered.append(_Remembered(seen, _identity(looked.value)))
        return seen

    def last(self, expression: str, execution: Execution | None = None, call: str = "") -> Seen | None:
        """Return what is remembered of an argument: of this run of a cell, else the newest."""
        found = self._newest(expression, execution, call)
        return None if found is None else found.seen

    def _newest(self, expression: str, execution: Execution | None, call: str) -> _Remembered | None:
        found = [one for one in self._remembered if one.seen.expression == expression]
        place = _place(execution) if execution is not None else _place(found[-1].seen) if found else None
        found = [one for one in found if _place(one.seen) == place]
        # trainings that cannot be told apart: what holds of one of them is not sure of any
        found = [one for one in found if one.seen.call == call] or found
        if not found:
            return None
        rebound = any(one.seen.rebound for one in found)
        return found[-1]._replace(seen=replace(found[-1].seen, rebound=rebound))

    def change(
        self, expression: str, scope: Mapping[str, Any], execution: Execution | None = None, call: str = ""
    ) -> Change:
        """Return whether an argument is still what a training took.

        Parameters
        ----------
        expression : str
            As in :class:`Input`.
        scope : mapping
            The namespace as it is now.
        execution : Execution, optional
            The run of the cell that trained. Default: the newest that trained on it.
        call : str, optional
            What trained, as in :class:`Input`: a cell may train several models.
        """
        found = self._newest(expression, execution, call)
        if found is None:
            return self._since_before(expression, scope, execution)
        try:
            return _compared(found, value_of(expression, scope))
        except Exception as error:  # noqa: BLE001  (a capture never stops what it describes)
            return Change(state="unknown", reason=str(error) or type(error).__name__)

    def _since_before(self, expression: str, scope: Mapping[str, Any], execution: Execution | None) -> Change:
        """Return that what was seen before a training is the same now, as when what holds it was made: then it was in between.

        What differs may have done so before or after the training: that is not known.
        """
        unseen = Change(state="unknown", reason="it was not seen when the model was trained")
        if execution is None or execution.count is None:
            return unseen
        known = (one for one in reversed(self._remembered) if one.seen.expression == expression)
        found = next((one for one in known if one.seen.count is not None and one.seen.count < execution.count), None)
        try:
            state = unseen if found is None else _compared(found, value_of(expression, scope))
        except Exception:  # noqa: BLE001  (a capture never stops what it describes)
            return unseen
        return state if state.state == "unchanged" else unseen


def _compared(found: _Remembered, value: Any) -> Change:
    same, seen = found.same(value), found.seen
    if seen.digest is None:
        return Change(state="unknown", same_object=same, reason=seen.error or "")
    if seen.shape != shape_of(value):
        reason = f"its shape was {seen.shape} and is {shape_of(value)}"
        return Change(state="changed", same_object=same, reason=reason)
    digest, sampled = quick_digest(value)
    sampled |= seen.sampled
    if digest != seen.digest:
        return Change(state="changed", same_object=same, sampled=sampled, reason="its contents differ")
    if seen.rebound:
        reason = "the cell gave it another value after the training"
        return Change(state="unknown", same_object=same, sampled=sampled, reason=reason)
    if sampled and not (same and kind_of(value).startswith("pyarrow.")):  # these never change
        return Change(state="sampled", same_object=same, sampled=True, reason="it was compared at some places only")
    return Change(state="unchanged", same_object=same, sampled=sampled)


def so_far(name: str, execution: Execution, call: str = "") -> Change:
    """Return whether a cell that still runs has changed a variable since it trained on it, as far as its text tells.

    Parameters
    ----------
    name : str
        The variable.
    execution : Execution
        The cell, which has come to its `failing_line`.
    call : str, optional
        What trained, as in :class:`Input`.
    """
    running = "the cell that trained on it is still running"
    body = statements(execution)
    calls = [one for one in trainings(body) if called_as(one) == call] or calls_with(body, name)[:1]
    if not calls or any(altered(body, name, one) for one in calls):
        return Change(state="unknown", reason=f"{running}, and may have given it another value since")
    return Change(state="unchanged", reason=f"{running}, and has not changed it since")


def _place(one: Execution | Seen) -> tuple[str | None, int | None]:
    return one.cell_id, one.count


def _look(one: Argument, scope: Mapping[str, Any], until: float) -> _Looked | None:
    """Return what some data is now; None for what is no data."""

    def guard(base: Any, place: Any) -> None:
        _refuse_large(base, place)
        if place is None and thread_time() > until and weight(base) > _SMALL:
            raise Unreadable("there was no time to make it again")

    try:
        value = evaluate(syntax.parse(one.expression, mode="eval").body, scope, Bounds(guard, until))
    except Unreadable as unread:
        return _Looked({"error": str(unread)}, None)
    if not is_data(value):
        return None
    known: dict[str, Any] = {"kind": kind_of(value) or type(value).__name__, "shape": shape_of(value)}
    if thread_time() > until and weight(value) > _SMALL:
        return _Looked({**known, "error": "there was no time to look at it"}, value)
    digest, sampled = quick_digest(value)
    error = None if digest else "its contents cannot be compared"
    return _Looked({**known, "schema": _brief(value), "digest": digest, "sampled": sampled, "error": error}, value)


def _shares(one: Any, other: Any) -> bool:
    """Whether what is done to one object is done to the other."""
    if one is None or one is other:
        return one is other and one is not None
    held = own(one) if kind_of(one) == "" else one if type(one) is dict else {}
    inner = held.values() if held else one if type(one) in {list, tuple} else ()
    if len(inner) <= _HELD and any(each is other for each in inner):
        return True
    numpy = library("numpy")
    arrays = numpy is not None and type(one) is numpy.ndarray and type(other) is numpy.ndarray
    return arrays and bool(numpy.may_share_memory(one, other))


def _identity(value: Any) -> Callable[[Any], bool]:
    try:
        reference: Callable[[], Any] = weakref.ref(value)
    except TypeError:
        number = id(value)  # a list allows no weak reference; another one may get its number once it is gone
        return lambda other: id(other) == number
    return lambda other: reference() is other


def _refuse_large(base: Any, place: Any) -> None:
    """Refuse a subscript, or a call without one, that would copy very much."""
    if not isinstance(place, str | int | slice) and weight(base) > 4 * FULL_BYTES:
        raise Unreadable("it is part of very large data: taking it out again would take long")


def _brief(value: Any) -> Schema:
    found = schema(value)
    if len(found.fields) <= _SCHEMA_COLUMNS:
        return found
    return Schema(kind=found.kind, shape=found.shape, fields=found.fields[:_SCHEMA_COLUMNS], truncated=True)
