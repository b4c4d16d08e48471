"""What the arguments of a training were just after its cell had run, so that a later change is told.

Cells without a training cost a look at their text. The rest is bounded: accesses only, a few arguments, small data read
in full and large data at some places.
"""

from __future__ import annotations

import ast
import weakref
from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from modelreg import digests
from modelreg.capture.data.access import evaluate, is_access, root_of, value_of
from modelreg.capture.data.fingerprints import fingerprint
from modelreg.capture.data.flows import is_data
from modelreg.capture.data.kinds import Unreadable, kind_of, shape_of
from modelreg.capture.data.profiles import schema
from modelreg.capture.data.records import Change, Schema, Seen
from modelreg.capture.data.roles import FITS, Given, given, is_container, name_of_call
from modelreg.capture.data.sessions import statements
from modelreg.notebook.watching import may_train

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from modelreg.notebook.execution import Execution

__all__ = ["Watcher", "quick_digest", "weight"]

_KEPT: Final = 500
_ARGUMENTS: Final = 16
_SECONDS: Final = 0.04
_FULL_BYTES: Final = 8 << 20
_FULL_OBJECTS: Final = 20_000
"""Cells that are Python objects cost far more than numbers."""
_COLUMN: Final = 40_000
_PLACES: Final = 8
_VISITS: Final = 100
"""Columns looked at, over all places."""
_ROWS: Final = 256
_SCHEMA_COLUMNS: Final = 200


class _Remembered(NamedTuple):
    seen: Seen
    same: Callable[[Any], bool]


class Watcher:
    """Remembers what went into the trainings of a session; holds no data itself."""

    def __init__(self) -> None:
        self._remembered: deque[_Remembered] = deque(maxlen=_KEPT)

    def note(self, execution: Execution, scope: Mapping[str, Any]) -> tuple[Seen, ...]:
        """Return what is remembered of a cell that has just run; nothing of one without a training.

        Parameters
        ----------
        execution : Execution
            The cell.
        scope : mapping
            The namespace after it.
        """
        if not may_train(execution.code):
            return ()
        try:
            return tuple(self._note(execution, scope))
        except Exception:  # noqa: BLE001  (a hook never disturbs a cell; what was not seen is unknown later)
            return ()

    def _note(self, execution: Execution, scope: Mapping[str, Any]) -> Iterator[Seen]:
        until = monotonic() + _SECONDS
        body = statements(execution)
        done: set[str] = set()
        for call in _trainings(body):
            for one in _accesses(call):
                expression = ast.unparse(one.node)
                if expression in done or len(done) >= _ARGUMENTS:
                    continue
                done.add(expression)
                seen = self._see(one, call, execution, scope, until)
                if seen is not None:
                    rebound = _rebound(body, root_of(one.node), call)
                    yield self._keep(seen, rebound)

    def _keep(self, found: tuple[dict[str, Any], Any], rebound: bool) -> Seen:  # noqa: FBT001
        known, value = found
        seen = Seen(**known, rebound=rebound)
        self._remembered.append(_Remembered(seen, _identity(value)))
        return seen

    def _see(
        self, one: Given, call: ast.Call, execution: Execution, scope: Mapping[str, Any], until: float
    ) -> tuple[dict[str, Any], Any] | None:
        known: dict[str, Any] = {
            "expression": ast.unparse(one.node),
            "role": one.role,
            "call": ast.unparse(call.func)[:80],
        }
        known |= {"cell_id": execution.cell_id, "count": execution.count}
        try:
            value = evaluate(one.node, scope, _refuse_large)
        except Unreadable as unread:
            return {**known, "error": str(unread)}, None
        if not is_data(value):
            return None
        known |= {"kind": kind_of(value) or type(value).__name__, "shape": shape_of(value)}
        if monotonic() > until:
            return {**known, "error": "there was no time to look at it"}, value
        digest, sampled = quick_digest(value)
        error = None if digest else "its contents cannot be compared"
        return {**known, "schema": _brief(value), "digest": digest, "sampled": sampled, "error": error}, value

    def last(self, expression: str, execution: Execution | None = None) -> Seen | None:
        """Return what is remembered of an argument: of this run of a cell, else the newest."""
        found = self._newest(expression, execution)
        return None if found is None else found.seen

    def _newest(self, expression: str, execution: Execution | None) -> _Remembered | None:
        place = None if execution is None else (execution.cell_id, execution.count)
        return next(
            (
                one
                for one in reversed(self._remembered)
                if one.seen.expression == expression and place in {None, (one.seen.cell_id, one.seen.count)}
            ),
            None,
        )

    def change(self, expression: str, scope: Mapping[str, Any], execution: Execution | None = None) -> Change:
        """Return whether an argument is still what a training took.

        Parameters
        ----------
        expression : str
            As in :class:`Input`.
        scope : mapping
            The namespace as it is now.
        execution : Execution, optional
            The run of the cell that trained. Default: the newest that trained on it.
        """
        found = self._newest(expression, execution)
        if found is None:
            return Change(state="unknown", reason="it was not seen when the model was trained")
        try:
            return _compared(found, value_of(expression, scope))
        except Exception as error:  # noqa: BLE001  (a capture never stops what it describes)
            return Change(state="unknown", reason=str(error) or type(error).__name__)


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
    return Change(state="unchanged", same_object=same, sampled=sampled)


def _trainings(body: list[ast.stmt]) -> list[ast.Call]:
    calls = [one for each in body for one in ast.walk(each) if isinstance(one, ast.Call)]
    stepping = any(name_of_call(one) == "backward" for one in calls)
    named = [one for one in calls if name_of_call(one) in FITS or is_container(one)]
    # in a loop of torch the data goes into the model itself
    return named + ([one for one in calls if isinstance(one.func, ast.Name) and one not in named] if stepping else [])


def _accesses(call: ast.Call) -> Iterator[Given]:
    kind = "boost" if name_of_call(call) == "train" and len(call.args) > 1 else name_of_call(call)
    for one in (*given(call, kind), *(given(call) if kind == "boost" else ())):
        if is_access(one.node):
            yield one


def _rebound(body: list[ast.stmt], name: str | None, call: ast.Call) -> bool:
    """Whether a cell gives a name a value below the line of a training."""
    stores = (
        one
        for each in body
        for one in ast.walk(each)
        if isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Store)
    )
    return any(one.lineno > call.lineno for one in stores)


def _identity(value: Any) -> Callable[[Any], bool]:
    try:
        reference: Callable[[], Any] = weakref.ref(value)
    except TypeError:
        number = id(value)  # a list allows no weak reference; another one may get its number once it is gone
        return lambda other: id(other) == number
    return lambda other: reference() is other


def _refuse_large(base: Any, place: Any) -> None:
    """Refuse a subscript that would copy very much."""
    if not isinstance(place, str | int | slice) and weight(base) > 4 * _FULL_BYTES:
        raise Unreadable("it is part of very large data: taking it out again would take long")


def _brief(value: Any) -> Schema:
    found = schema(value)
    if len(found.fields) <= _SCHEMA_COLUMNS:
        return found
    return Schema(kind=found.kind, shape=found.shape, fields=found.fields[:_SCHEMA_COLUMNS], truncated=True)


def weight(value: Any) -> int:
    """Return about how many bytes of numbers take as long as looking at all of `value`."""
    shape = shape_of(value)
    if kind_of(value) == "scipy.sparse":
        return int(value.nnz) * 16
    cells = 1
    for one in shape:
        cells *= one
    each = 8
    kinds = (
        getattr(value, "dtypes", None) if kind_of(value) == "pandas.DataFrame" else [getattr(value, "dtype", "object")]
    )
    texts = sum(
        str(one) in {"object", "str", "string", "category", "String"} for one in (kinds if kinds is not None else ())
    )
    if texts or kind_of(value) in {"list", "tuple", "dict", "set", "frozenset", "pyarrow.Table"}:
        each = _FULL_BYTES // _FULL_OBJECTS
    # each column takes a moment of its own
    return cells * each + (shape[1] if len(shape) > 1 and kind_of(value) != "numpy.ndarray" else 0) * _COLUMN


def quick_digest(value: Any) -> tuple[str | None, bool]:
    """Return a digest that is quick to make, and whether it is of some places only; None where there is none.

    Parameters
    ----------
    value : object
        Any data.
    """
    if kind_of(value) in {"path", "set", "frozenset"} or kind_of(value).startswith(("torch.S", "torch.D")):
        return None, False
    if weight(value) <= _FULL_BYTES:
        return fingerprint(value).digest, False
    parts = [fingerprint(one).digest for one in _parts(value)]
    if not parts or None in parts:
        return None, True
    return digests.digest("\n".join(str(one) for one in (*parts, *shape_of(value))).encode()), True


def _parts(value: Any) -> Iterator[Any]:
    """Yield a few runs of rows, the first and the last always."""
    kind, shape = kind_of(value), shape_of(value)
    if kind == "dict" or not shape or weight(value) // max(shape[0], 1) > _FULL_BYTES:
        return
    if kind == "scipy.sparse" and value.format != "csr":
        return
    width = shape[1] if len(shape) > 1 else 1
    if kind == "pandas.DataFrame" and width > _VISITS:
        value = value.iloc[:, :: -(-width // _VISITS)]
        width = value.shape[1]
    places = max(2, min(_PLACES, _VISITS // max(width, 1)))
    count = max(1, min(_ROWS, _FULL_BYTES // 16 // places // max(width, 1)))
    cut = _CUTS.get(kind, _rows)
    for place in range(places):
        start = (shape[0] - count) * place // (places - 1)
        yield cut(value, max(start, 0), max(start, 0) + count)


def _rows(value: Any, start: int, stop: int) -> Any:
    return value[start:stop]


_CUTS: Final[dict[str, Callable[[Any, int, int], Any]]] = {
    "pandas.DataFrame": lambda one, start, stop: one.iloc[start:stop],
    "pandas.Series": lambda one, start, stop: one.iloc[start:stop],
    "polars.DataFrame": lambda one, start, stop: one.slice(start, stop - start),
    "polars.Series": lambda one, start, stop: one.slice(start, stop - start),
    "pyarrow.Table": lambda one, start, stop: one.slice(start, stop - start),
}
