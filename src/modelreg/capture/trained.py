"""What the model was trained on, as it is now and as it was in the cell that trained it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from modelreg.capture.data import Change, Input, Seen
    from modelreg.capture.moment import Moment
    from modelreg.notebook import Execution

__all__ = ["Trained", "sample", "trained_on"]

MOST: Final = 16
"""Datasets of one model that are looked at."""
_KEY: Final = "trained on"
_TABLE: Final = 2
"""Dimensions of what has columns."""


class Trained(NamedTuple):
    """One thing that flowed into the training."""

    input: Input
    value: Any = None
    """None where it is not there any more."""
    change: Change | None = None
    """Whether it is still what the model saw."""
    then: Seen | None = None
    """What it was in the cell that trained, where that is known."""

    @property
    def stands(self) -> bool:
        """Whether it is there, and was compared with what the model saw: wholly, or at some places."""
        return self.value is not None and self.change is not None and self.change.state in {"unchanged", "sampled"}

    @property
    def sure(self) -> bool:
        """Whether all of it is what the model saw."""
        return self.stands and self.change is not None and self.change.state == "unchanged"

    @property
    def same(self) -> bool:
        """Whether the very object is there that the model saw, whatever was done to it."""
        rebound = self.then is not None and self.then.rebound
        return self.stands or (self.change is not None and self.change.same_object is True and not rebound)


def trained_on(moment: Moment) -> tuple[Trained, ...]:
    """Return what flowed into the training, found once for all captures of a moment."""
    if _KEY not in moment.known:
        moment.known[_KEY] = tuple(_found(moment)) if moment.variable and moment.log else ()
    found: tuple[Trained, ...] = moment.known[_KEY]
    return found


def sample(moment: Moment) -> Any:
    """Return data as the model takes it, None where none is there."""
    there = [
        one for one in trained_on(moment) if one.value is not None and one.input.whole and one.input.role == "train"
    ]
    known = [one for one in there if one.change is not None and one.change.state != "changed"]
    return next((one.value for one in sorted(known, key=lambda one: not one.stands)), None)


def change(moment: Moment, one: Input, expression: str) -> Change:
    """Return whether what an expression means is still what it was when an input went into the training.

    Parameters
    ----------
    moment : Moment
        The moment of the register.
    one : Input
        The input, whose training counts.
    expression : str
        That of the input, or the variable that it is a part of.
    """
    from modelreg.capture.data import Change, names_in, so_far

    cell, call = _seen_in(one, moment)
    if one.maybe:
        return Change(
            state="unknown", reason="it is not known whether the model was trained on it, or on something else"
        )
    if cell is not None and cell.running:
        names = [one.name, *sorted(names_in(expression) - {one.name})]  # those that choose what is taken count too
        states = [so_far(name, cell, call) for name in names]
        return next((state for state in states if state.state != "unchanged"), states[0])
    if moment.watcher is None:
        return Change(state="unknown", reason="it was not seen when the model was trained")
    found: Change = moment.watcher.change(expression, moment.scope, cell, call)
    if found.state == "sampled" and _touched(
        moment.log[(one.cell if one.made is None else one.made) + 1 :], names_in(expression)
    ):
        return replace(found, state="unknown", reason="a cell since may have changed it where nobody looked")
    return found


def _seen_in(one: Input, moment: Moment) -> tuple[Execution | None, str]:
    """Return the cell in which something went into a training, and what took it there: the cell of a ``DMatrix`` counts."""
    place = one.cell if one.made is None else one.made
    return moment.log[place] if 0 <= place < len(moment.log) else None, one.call if one.made is None else ""


def _touched(log: Sequence[Execution], names: Iterable[str]) -> bool:
    """Whether later cells change one of these variables, as far as their text tells."""
    from modelreg.capture.data.altering import touched
    from modelreg.capture.data.running import statements

    for cell in log:
        try:
            body = statements(cell)
        except (SyntaxError, ValueError, RecursionError):
            continue
        if any(touched(body, name) for name in names):
            return True
    return False


def _found(moment: Moment) -> Iterator[Trained]:
    from modelreg.capture.data import inputs

    for one in inputs(moment.log, moment.scope, moment.variable)[:MOST]:
        yield _looked_at(one, moment) if one.expression else Trained(one)


def _looked_at(one: Input, moment: Moment) -> Trained:
    from modelreg.capture.data import value_of

    value = None
    if one.present:
        try:
            value = value_of(one.expression, moment.scope)
        except Exception:  # noqa: BLE001  (what a library of data does not give is as good as gone)
            value = None
    cell, call = _seen_in(one, moment)
    then = None if moment.watcher is None or one.maybe else moment.watcher.last(one.expression, cell, call)
    other = _other(one, value, moment.obj)
    return Trained(one, value, other or change(moment, one, one.expression), then)


def _other(one: Input, value: Any, model: Any) -> Change | None:
    """Return that a value is not what the model says that it saw; None where nothing speaks against it."""
    from modelreg.capture.data import Change

    if one.role != "train" or not one.whole or one.inferred or len(one.shape) != _TABLE:
        return None
    kept = getattr(model, "__dict__", {})
    known = (kept.get("n_samples_fit_", one.shape[0]), kept.get("n_features_in_", one.shape[1]))
    if all(type(count) is int for count in known) and known != one.shape:
        return Change(state="unknown", reason=f"the model saw {known[0]} × {known[1]}, and this is now {_size(one)}")
    names, columns = kept.get("feature_names_in_"), getattr(value, "columns", ())
    if one.kind == "pandas.DataFrame" and names is not None and list(names) != list(columns):
        return Change(state="unknown", reason="the model saw other columns")
    return None


def _size(one: Input) -> str:
    return " × ".join(map(str, one.shape))
