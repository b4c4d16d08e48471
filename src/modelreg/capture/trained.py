"""What the model was trained on, as it is now and as it was in the cell that trained it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelreg.capture.data import Change, Input, Seen
    from modelreg.capture.moment import Moment

__all__ = ["Trained", "sample", "trained_on"]

MOST: Final = 16
"""Datasets of one model that are looked at."""
_KEY: Final = "trained on"


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
        """Whether it is there, and not known to have changed."""
        return self.value is not None and (self.change is None or self.change.state != "changed")


def trained_on(moment: Moment) -> tuple[Trained, ...]:
    """Return what flowed into the training, found once for all captures of a moment."""
    if _KEY not in moment.known:
        moment.known[_KEY] = tuple(_found(moment)) if moment.variable and moment.log else ()
    found: tuple[Trained, ...] = moment.known[_KEY]
    return found


def sample(moment: Moment) -> Any:
    """Return data as the model takes it, None where none is there."""
    stands = (one for one in trained_on(moment) if one.stands and one.input.whole and one.input.role == "train")
    first = next(stands, None)
    return None if first is None else first.value


def _found(moment: Moment) -> Iterator[Trained]:
    from modelreg.capture.data import inputs

    for one in inputs(moment.log, moment.scope, moment.variable)[:MOST]:
        yield _looked_at(one, moment) if one.expression else Trained(one)


def _looked_at(one: Input, moment: Moment) -> Trained:
    from modelreg.capture.data import Change, value_of

    cell = moment.log[one.cell] if 0 <= one.cell < len(moment.log) else None
    value = None
    if one.present:
        try:
            value = value_of(one.expression, moment.scope)
        except Exception:  # noqa: BLE001  (code of the user's classes; then it is as good as gone)
            value = None
    if cell is not None and cell.running:
        return Trained(one, value, Change(state="unknown", reason="the cell that trained on it is still running"))
    if moment.watcher is None:
        return Trained(one, value, Change(state="unknown", reason="it was not seen when the model was trained"))
    change = moment.watcher.change(one.expression, moment.scope, cell)
    return Trained(one, value, change, moment.watcher.last(one.expression, cell))
