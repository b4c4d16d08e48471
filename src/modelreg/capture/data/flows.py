"""Which variables flowed into the training of a model, read from the text of the session and looked up as it is now."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.data.access import is_access, value_of
from modelreg.capture.data.kinds import Unreadable, belongs, kind_of, shape_of
from modelreg.capture.data.looking import attribute
from modelreg.capture.data.records import Input
from modelreg.capture.data.sessions import Session, statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from modelreg.capture.data.following import Source
    from modelreg.capture.data.objects import Event, Thing
    from modelreg.notebook.execution import Execution

__all__ = ["inputs", "is_data", "is_model", "session_of"]

_HOLDERS: Final = ("xgboost", "lightgbm", "catboost", "datasets", "tensorflow")
_GO_ON: Final = ("torch", "keras", "tensorflow", "lightning", "pytorch_lightning")
"""What is fitted again goes on from where it was."""


def inputs(log: Sequence[Execution], scope: Mapping[str, Any], target: str) -> tuple[Input, ...]:
    """Return what flowed into the training of `target`, the first argument first; nothing is called or changed.

    Parameters
    ----------
    log : sequence of Execution
        The cells in the order in which they ran.
    scope : mapping
        The namespace as it is now.
    target : str
        The model: a name, attribute or subscript, such as ``models["rf"]``.
    """
    try:
        session = session_of(log, scope)
        node = ast.parse(target.strip(), mode="eval").body
        thing, value = session.names.of(node), _value(target, scope)
        events, inferred = _events(session, thing)
        events = _counting(events, value) or _beside(thing, value)
        found: dict[tuple[str, str], Input] = {}
        for event in events:
            for source in event.inputs:
                one = _input(source, event, scope, inferred=inferred)
                if one is not None:
                    found.setdefault((one.role, one.expression), one)
        return tuple(found.values())
    except Exception as error:  # noqa: BLE001  (a capture never stops what it describes)
        told = f"what {target} was trained on was not found out: {type(error).__name__}: {error}"
        return (Input(role="", expression="", name="", argument="", call="", cell=-1, error=told),)


def session_of(log: Sequence[Execution], scope: Mapping[str, Any]) -> Session:
    """Return a session read from its log; cells that are no Python are left out."""
    session = Session(lambda name: is_model(scope.get(name)))
    for place, execution in enumerate(log):
        try:
            session.run(place, statements(execution))
        except (SyntaxError, ValueError, RecursionError):
            continue
    return session


def _value(target: str, scope: Mapping[str, Any]) -> Any:
    try:
        return value_of(target, scope)
    except Unreadable:
        return None


def _events(session: Session, thing: Thing) -> tuple[list[Event], bool]:
    """Return the trainings of an object, and whether they are only those of what holds it or what it holds."""
    if thing.events:
        return thing.events, False
    above = thing.whole
    while above is not None:
        if above.events:  # grid.best_estimator_
            return above.events, False
        above = above.whole
    around = [one for one in session.every if one.events and any(thing is inner for inner in one.within())]
    if around:
        return _all(around), True
    return _all(thing.within()[1:]), True


def _beside(thing: Thing, model: Any) -> list[Event]:
    """Return all trainings of what a container of models holds, where it is not known which of them made this one."""
    above = thing.whole
    return [] if above is None or not is_model(model) else _all(above.within()[1:])


def _all(things: Iterable[Thing]) -> list[Event]:
    found = {id(event): event for one in things for event in one.events}
    return sorted(found.values(), key=lambda event: event.order)


def _counting(events: list[Event], model: Any) -> list[Event]:
    """Return the trainings that the model still shows: a new ``fit`` forgets the ones before."""
    if _goes_on(model) or any(belongs(model, one) for one in _GO_ON):
        return events
    whole = [place for place, one in enumerate(events) if not one.stepwise]
    return events[whole[-1] :] if whole else events


def _goes_on(model: Any) -> bool:
    try:
        return attribute(model, "warm_start") is True
    except (Unreadable, AttributeError):  # an array or a frame has no such attribute, and looking says so
        return False


def _input(one: Source, event: Event, scope: Mapping[str, Any], *, inferred: bool) -> Input | None:
    known: dict[str, Any] = {"role": one.role, "expression": one.expression, "name": one.name, "argument": one.argument}
    known |= {"call": event.call, "cell": event.cell, "whole": one.whole, "inferred": inferred}
    if one.error:
        return Input(**known, error=one.error)
    try:
        value = value_of(one.expression, scope)
    except Unreadable as error:
        if one.whole and one.expression != one.name and not is_access(ast.parse(one.expression, mode="eval").body):
            # what cannot be made again was made of this
            return _input(one._replace(expression=one.name, whole=False), event, scope, inferred=inferred)
        return Input(**known, error=str(error))
    if not is_data(value):
        return None
    return Input(**known, present=True, kind=kind_of(value) or type(value).__name__, shape=shape_of(value))


def is_data(value: Any) -> bool:
    """Whether a value may be data: a table, an array, a list, what a framework makes of them."""
    if kind_of(value):
        return True
    if isinstance(value, type) or is_model(value):
        return False
    return any(belongs(value, one) for one in _HOLDERS) or _torch_data(value)


def _torch_data(value: Any) -> bool:
    return any(one.__module__.startswith("torch.utils.data") for one in type(value).__mro__)


def is_model(value: Any) -> bool:
    """Whether a value is something that is trained."""
    kind = type(value)
    return (
        not isinstance(value, type)
        and not kind_of(value)
        and any(hasattr(kind, one) for one in ("forward", "fit", "predict"))
    )
