"""What a model answers for a few rows, found without leaving a trace.

Predicting is the one thing here that runs the model. It is given at most five rows and a second, without warnings or
gradients, and the random generators are put back afterwards. Whose classes are all of known libraries answers itself, since
their predictions change nothing; anything else, and a network in training mode, answers as a copy when it is small and not
at all when it is large. Of a failure only its class is told: its words may hold values of the data.
"""

from __future__ import annotations

import contextlib
import copy
import random
import sys
import threading
import warnings
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.model import estimator
from modelreg.capture.model.families import FAMILIES, PREFIXES
from modelreg.capture.model.records import Output
from modelreg.capture.model.values import path_of, root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["NotKnown", "head", "is_known", "output"]

ROWS: Final = 5
SECONDS: Final = 1.0
SMALL: Final = 16 << 20
"""Bytes that may be copied for it."""
WALKED: Final = 20_000
"""Objects that are looked at to find how large a model is."""


class NotKnown(Exception):  # noqa: N818  (never leaves this package)
    """The output is not known; the message says why."""


def output(obj: Any, family: str, sample: Any, seconds: float = SECONDS) -> Output:
    """Return what ``obj`` answers for the first rows of ``sample``.

    Raises
    ------
    NotKnown
        It was not asked, or did not answer.
    """
    few = head(sample)
    model = obj if is_known(obj, family) else _copied(obj)
    method, call = _call(model, family)
    answer = _in_time(lambda: call(few), seconds)
    return _told(answer, method, _rows(few))


def head(sample: Any) -> Any:
    """Return the first rows of some data.

    Raises
    ------
    NotKnown
        It has no rows that can be taken.
    """
    try:
        rows = sample.iloc[:ROWS] if hasattr(sample, "iloc") else sample[:ROWS]
        if _rows(rows):
            return rows
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        pass
    raise NotKnown(f"there are no rows to take of the {path_of(type(sample))}")


def _rows(data: Any) -> int:
    return int(data.shape[0]) if hasattr(data, "shape") else len(data)  # a sparse matrix has no length


def is_known(obj: Any, family: str) -> bool:
    """Whether every class that works in a model is of a known library, and none is in the middle of a training."""
    if family == "torch":
        return not any(one.training or root(type(one)) != "torch" for one in obj.modules())
    known = {prefix for name in FAMILIES for prefix in PREFIXES.get(name, (name,))} - {"python"}
    parts = [obj, *(one for _, one in estimator.components(obj) if not isinstance(one, str))]
    return all(root(type(one)) in known for one in parts)


def _copied(obj: Any) -> Any:
    if _weight(obj) > SMALL:
        raise NotKnown("it is of a class of its own and too large to be copied: it was not asked to predict")
    try:
        return copy.deepcopy(obj)
    except Exception as error:
        raise NotKnown(f"it cannot be copied, so it was not asked to predict: {type(error).__name__}") from error


def _weight(obj: Any) -> int:
    """Return the bytes of the arrays and texts in an object, more than can be copied when there is no end of it."""
    total, seen, waiting = 0, set(), [obj]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        size = getattr(one, "nbytes", None)
        total += size if isinstance(size, int) else sys.getsizeof(one, 64)
        if len(seen) > WALKED or total > SMALL:
            return SMALL + 1
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list | tuple | set | frozenset):
            waiting.extend(one)
        elif not isinstance(one, type) and isinstance(held := getattr(one, "__dict__", None), dict):
            waiting.extend(held.values())
    return total


def _call(model: Any, family: str) -> tuple[str, Callable[[Any], Any]]:
    if family == "torch":
        return "forward", lambda rows: _forward(model, rows)
    if family == "xgboost" and not hasattr(model, "get_params"):
        return "predict", lambda rows: model.predict(sys.modules["xgboost"].DMatrix(rows))
    if family == "keras":
        return "predict", lambda rows: model.predict(rows, verbose=0)
    for name in ("predict", "transform"):
        if callable(getattr(model, name, None)):
            return name, getattr(model, name)
    raise NotKnown("it has neither predict nor transform")


def _forward(model: Any, rows: Any) -> Any:
    from modelreg.capture.model.torch import tensor

    given = tensor(model, rows)
    with sys.modules["torch"].no_grad():
        return model.eval()(given)  # either a copy, or in this mode already


def _in_time(call: Callable[[], Any], seconds: float) -> Any:
    """Return what a call gives; it runs beside this thread, which does not wait longer than that."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(call())
        except BaseException as error:  # noqa: BLE001  (told in the thread that waits)
            found.extend([None, error])

    thread = threading.Thread(target=run, name="modelreg-predict", daemon=True)
    with _quietly():
        thread.start()
        thread.join(seconds)
    if not found or thread.is_alive():
        raise NotKnown(f"it did not answer in {seconds:g} s")
    if len(found) > 1:
        error = found[1]
        raise NotKnown(f"it did not answer: {type(error).__name__}")
    return found[0]


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Warn of nothing, and put back the random generators that are loaded."""
    numpy, torch = sys.modules.get("numpy.random"), sys.modules.get("torch")
    python, state = random.getstate(), numpy.get_state() if numpy else None
    tensor = torch.random.get_rng_state() if torch and hasattr(torch, "random") else None
    try:
        with warnings.catch_warnings():  # what is printed stays: other threads print too, and theirs would be lost
            warnings.simplefilter("ignore")
            yield
    finally:
        random.setstate(python)
        if numpy:
            numpy.set_state(state)
        if tensor is not None and torch:
            torch.random.set_rng_state(tensor)


def _told(answer: Any, method: str, rows: int) -> Output:
    kind = path_of(type(answer))
    shape = getattr(answer, "shape", None)
    if shape is None and isinstance(answer, list | tuple | dict):
        return Output(method=method, kind=kind, shape=(len(answer),))
    sizes = tuple(int(one) for one in shape) if shape is not None else ()
    dtype = getattr(answer, "dtype", None)
    # what has a shape and no dtype is a frame, whose columns have one each
    return Output(
        method=method,
        kind=kind,
        dtype=None if dtype is None else str(dtype).removeprefix("torch."),
        shape=(-1, *sizes[1:]) if sizes[:1] == (rows,) else sizes,
    )
