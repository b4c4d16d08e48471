"""Which variables flowed into the training of a model, read from the text of the session and looked up as it is now."""

from __future__ import annotations

from time import thread_time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from modelreg import syntax
from modelreg.capture.data.access import is_access, value_of
from modelreg.capture.data.kinds import Unreadable, belongs, kind_of, shape_of
from modelreg.capture.data.looking import attribute
from modelreg.capture.data.records import Input
from modelreg.capture.data.running import statements
from modelreg.capture.data.sessions import Session

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from modelreg.capture.data.following import Source
    from modelreg.capture.data.objects import Event, Thing
    from modelreg.notebook.execution import Execution

__all__ = ["FROM", "inputs", "is_data", "is_model", "of_event", "session_of"]

_HOLDERS: Final = ("xgboost", "lightgbm", "catboost", "datasets", "tensorflow")
FROM: Final = "from"
"""The role of what the data of a training is a part of, or was made of."""
_HOLDING: Final = frozenset({"", "container", "dict", "list", "tuple"})
"""What is no data itself, but may hold some."""
_REFITTED: Final = frozenset({".best_estimator_"})
_SECONDS: Final = 2.0
"""So long the calls of all cells are followed into their functions."""
_CHOSEN: Final = 100_000
"""Names or places that are looked at."""
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
        if session.unread:
            return (_unknown(target, "a cell calls more functions that train than can be followed"),)
        node = syntax.parse(target.strip(), mode="eval").body
        thing, value = session.names.of(node), _value(target, scope)
        found: dict[tuple[str, str], Input] = {}
        for event, near in _trainings(session, thing, value):
            for one in of_event(event, scope, value, near):
                found.setdefault((one.role, one.expression), one)
        return tuple(found.values())
    except Exception as error:  # noqa: BLE001  (a capture never stops what it describes)
        return (_unknown(target, f"{type(error).__name__}: {error}"),)


def _unknown(target: str, why: str) -> Input:
    told = f"what {target} was trained on was not found out: {why}"
    return Input(role="", expression="", name="", argument="", call="", cell=-1, error=told)


def session_of(log: Sequence[Execution], scope: Mapping[str, Any]) -> Session:
    """Return a session read from its log; cells that are no Python are left out."""
    session = Session(lambda name: is_model(scope.get(name)))
    session.budget.until = thread_time() + _SECONDS
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


class Near(NamedTuple):
    """How near a training is to the object that is asked for."""

    inferred: bool = False
    """It is that of what holds it, or what it holds."""
    whole: bool = True
    """What the training was given went on to the object as it was."""
    sure: bool = True
    """It is a training of this object; else of one of several."""


def _trainings(session: Session, thing: Thing, model: Any) -> Iterator[tuple[Event, Near]]:
    events, near = _events(session, thing)
    kept = _counting(events, model)
    if not kept:
        kept = _beside(thing, model)
        near = Near(inferred=True, sure=len(kept) == 1)
    # what is fitted was fitted, if only there
    alone = len(kept) == 1 and kept[0].maybe == 1 and not thing.doubtful and _is_fitted(model)
    for one in kept:
        yield one, near._replace(sure=near.sure and (alone or not (one.maybe or thing.doubtful)))


def of_event(event: Event, scope: Mapping[str, Any], model: Any = None, near: Near | None = None) -> list[Input]:
    """Return what flowed into one training, without what only chose columns of it."""
    every = [one for source in event.inputs if (one := _input(source, event, scope, near or Near())) is not None]
    names = getattr(model, "__dict__", {}).get("feature_names_in_")
    known = set() if names is None else {one for one in list(names) if isinstance(one, str)}
    found: list[Input] = []
    for one in every:
        if not one.whole and any(other.expression == one.expression for other in found):
            continue  # once is enough of what both were made of
        beside = [other for other in every if other is not one and other.argument == one.argument]
        if one.whole or not one.present or not chooses(_value(one.expression, scope), one, beside, scope, known):
            found.append(one)
    return found


def chooses(value: Any, one: Input, beside: Sequence[Input], scope: Mapping[str, Any], known: Collection[str]) -> bool:
    """Whether a value only says which part of other data is taken, or how: names of columns, places, options."""
    kind = kind_of(value)
    if kind in {"dict", "set", "frozenset", "container"} and beside:
        return True
    if kind not in {"list", "tuple", "pandas.Index"} and not (kind == "numpy.ndarray" and value.dtype.kind in "OU"):
        return False
    if len(shape_of(value)) != 1 or len(value) > _CHOSEN:
        return False
    texts = {each for each in list(value) if isinstance(each, str)}
    if len(texts) == len(value) and texts and texts <= set(known):
        return True
    rows: set[int | None] = set()
    columns: set[str] = set()
    for other in beside:
        held = _value(other.expression, scope)
        rows.add(next(iter(shape_of(held)), None))
        columns |= set(map(str, getattr(held, "columns", ())))
    if texts and texts <= columns:
        return True
    return bool(beside) and len(value) not in rows


def _events(session: Session, thing: Thing) -> tuple[list[Event], Near]:
    """Return the trainings of an object, and how near they are: of what holds it or what it holds, if it has none."""
    if thing.events:
        return thing.events, Near()
    above, path = thing.whole, _key_in(thing)
    while above is not None:
        if above.events:
            # grid.best_estimator_ was given all of it, a step of a pipeline what the steps before made of it
            return above.events, Near(whole=path in _REFITTED)
        path, above = "", above.whole
    around = [one for one in session.every if one.events and any(thing is inner for inner in one.within())]
    if around:
        return _all(around), Near(inferred=True, whole=all(one.each for one in around))
    inner = thing.within()[1:]
    return _all(inner), Near(inferred=True)


def _key_in(thing: Thing) -> str:
    held = thing.whole.held if thing.whole is not None else {}
    return next((key for key, one in held.items() if one is thing), "")


def _is_fitted(model: Any) -> bool:
    found = getattr(model, "__dict__", {})
    return isinstance(found, dict) and any(name.endswith("_") and not name.startswith("_") for name in found)


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
    whole = [place for place, one in enumerate(events) if not one.stepwise and not one.maybe]
    return events[whole[-1] :] if whole else events


def _goes_on(model: Any) -> bool:
    try:
        return attribute(model, "warm_start") is True
    except (Unreadable, AttributeError):  # an array or a frame has no such attribute, and looking says so
        return False


def _input(one: Source, event: Event, scope: Mapping[str, Any], near: Near) -> Input | None:
    whole = one.whole and near.whole
    known: dict[str, Any] = {"role": one.role if whole or one.error else _of(one.role), "argument": one.argument}
    known |= {"expression": one.expression, "name": one.name, "call": event.call, "cell": event.cell}
    known |= {"whole": whole, "inferred": near.inferred, "maybe": one.maybe or not near.sure, "made": one.made}
    if one.error:
        return Input(**known, error=one.error)
    if not whole and one.expression != one.name and kind_of(scope.get(one.name)) not in _HOLDING:
        known["expression"] = one.name  # which part of it is no matter any more
        one = one._replace(expression=one.name)
    try:
        value = value_of(one.expression, scope)
    except Unreadable as error:
        if one.expression != one.name and not is_access(syntax.parse(one.expression, mode="eval").body):
            # what cannot be made again was made of this
            return _input(one._replace(expression=one.name, whole=False), event, scope, near)
        return Input(**known, error=str(error))
    if not is_data(value):
        return None
    return Input(**known, present=True, kind=kind_of(value) or type(value).__name__, shape=shape_of(value))


def _of(role: str) -> str:
    """Return the role of what data of a role was made of."""
    return FROM if role in {"train", "argument"} else role if role.endswith(FROM) else f"{role} {FROM}"


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
