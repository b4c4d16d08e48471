"""The numbers of a keras model: collected and given back by keras's own walk over layers, optimizer and seeds.

Each variable becomes a buffer, so that layers that did not change are stored once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from modelreg.errors import IntegrityError, UnpicklableError
from modelreg.flavors import header
from modelreg.flavors.libraries import library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from modelreg.flavors.base import Sink

WALK: Final = "keras.src.saving.saving_lib"
"""Where keras keeps the walk that ``.keras`` files are made by."""
SEEDS: Final = "//seeds"
"""A place that no layer has."""
METRICS: Final = ("_compile_metrics", "_loss_tracker")
"""What sums up one epoch, and begins anew in the next."""


class Group(dict[str, Any]):
    """The variables of one layer, as arrays."""

    def __setitem__(self, key: str, value: Any) -> None:
        array = library("keras").ops.convert_to_numpy(value)
        if array.dtype.hasobject:
            msg = f"a layer holds {key!r}, which is no array of numbers: keras cannot store it"
            raise UnpicklableError(msg)
        super().__setitem__(key, array)


def collect(model: Any, folder: Callable[[], Path]) -> dict[str, Group]:
    """Return the variables of every part of a model that has some.

    Parameters
    ----------
    model : keras.Model
        A model.
    folder : callable
        Gives a folder for what layers can only write as files, if one asks.
    """
    lib = library(WALK)

    class Variables(lib.NpzIOStore):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            self.groups: dict[str, Group] = {}

        def make(self, path: str, metadata: object = None) -> Group:
            return self.groups.setdefault(path, Group())

    kept = Variables()
    lib._save_state(  # noqa: SLF001
        model, weights_store=kept, assets_store=_assets(lib, folder), inner_path="", visited_saveables=_left_out(model)
    )
    for index, seed in enumerate(_seeds(model)):
        kept.make(SEEDS)[str(index)] = seed
    return {path: group for path, group in kept.groups.items() if group}


def give(model: Any, groups: dict[str, dict[str, Any]], assets: Path | None) -> None:
    """Put stored variables into a model that was made of its configuration.

    Raises
    ------
    IntegrityError
        They do not fit the configuration.
    """
    lib = library(WALK)

    class Variables(lib.NpzIOStore):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            self.asked: set[str] = {SEEDS}

        def get(self, path: str) -> dict[str, Any]:
            self.asked.add(path)
            return groups.get(path, {})

        def has_path(self, path: str) -> bool:
            return path in groups

    kept, failed, errors = Variables(), set[int](), dict[int, tuple[Any, Exception]]()
    lib._load_state(  # noqa: SLF001
        model,
        weights_store=kept,
        assets_store=None if assets is None else lib.DiskIOStore(str(assets), mode="r"),
        inner_path="",
        visited_saveables=_left_out(model),
        failed_saveables=failed,
        error_msgs=errors,
    )
    _sow(model, groups.get(SEEDS, {}))
    unasked = (f"nothing asks for {path!r}" for path in groups if path not in kept.asked)
    wrong = next((f"{part}: {error}" for part, error in errors.values()), None) or next(unasked, None)
    if wrong is not None:
        msg = f"the stored numbers do not fit the layers: {str(wrong).splitlines()[0][:300]}"
        raise IntegrityError(msg)


def _seeds(model: Any) -> list[Any]:
    """Return the states of generators of random numbers, which no weight is and keras's own files lack."""
    weights = {id(one) for one in model.weights}
    return [one for one in model.variables if id(one) not in weights]


def _sow(model: Any, states: dict[str, Any]) -> None:
    seeds = _seeds(model)
    if len(seeds) != len(states):
        msg = f"the stored numbers do not fit the layers: {len(states)} seeds for {len(seeds)} generators"
        raise IntegrityError(msg)
    for index, seed in enumerate(seeds):
        seed.assign(states[str(index)])


def put(sink: Sink, groups: dict[str, Group]) -> list[Any]:
    """Put variables into ``sink``; return what the header says of them."""
    import numpy as np

    told = []
    for path, group in groups.items():
        for key, value in group.items():
            array = np.ascontiguousarray(value)
            sink.buffer(array.reshape(-1).view(np.uint8).data)
            told.append([path, key, str(array.dtype), list(value.shape)])
    return told


def taken(told: Iterable[Any], buffers: list[memoryview]) -> dict[str, dict[str, Any]]:
    """Return variables as the header tells them.

    Raises
    ------
    IntegrityError
        The header does not fit the buffers.
    """
    groups: dict[str, dict[str, Any]] = {}
    entries = list(told)
    if len(entries) != len(buffers):
        raise header.wrong("another number of variables than there are")
    for entry, buffer in zip(entries, buffers, strict=True):
        if not (isinstance(entry, list) and [type(part) for part in entry] == [str, str, str, list]):
            raise header.wrong("a variable of no known form")
        path, key, dtype, shape = entry
        groups.setdefault(path, {})[key] = _array(buffer, dtype, shape)
    return groups


def _array(buffer: memoryview, dtype: str, shape: list[Any]) -> Any:
    import numpy as np

    try:
        kind = np.dtype(getattr(library("ml_dtypes"), dtype, dtype))
        if kind.hasobject or str(kind) != dtype:
            raise header.wrong(f"the type {dtype!r}")
        return np.frombuffer(buffer, kind).reshape(tuple(shape))
    except (TypeError, ValueError) as error:
        raise header.wrong(f"a variable that is no {dtype!r} of shape {shape}") from error


def _assets(lib: Any, folder: Callable[[], Path]) -> Any:
    """Return what keras takes for a store to write files to; a folder is made once a layer asks for it."""

    class Folder(lib.DiskIOStore):  # type: ignore[misc]
        def __init__(self) -> None:
            """Ask for nothing yet."""

        def make(self, path: str) -> str:
            place = folder() / path
            place.mkdir(parents=True, exist_ok=True)
            return str(place)

    return Folder()


def _left_out(model: Any) -> set[int]:
    """Return the ids of what has nothing to say of the model: sums of the epoch, and an optimizer before its first step."""
    optimizer = getattr(model, "optimizer", None)
    parts = [getattr(model, name, None) for name in METRICS]
    parts += [*(getattr(model, "metrics", None) or ()), None if started(optimizer) else optimizer]
    return {id(part) for part in parts if part is not None}


def started(optimizer: Any) -> bool:
    """Whether an optimizer has a state of its own."""
    return optimizer is not None and bool(getattr(optimizer, "built", False))
