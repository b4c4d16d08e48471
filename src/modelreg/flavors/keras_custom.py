"""The flavor ``keras_custom``: models of keras 3 with classes or functions of the user, which come along with the model.

The stream is a pickle of the header of the flavor ``keras`` and of what keras cannot find by itself: classes of a notebook by
value, those of modules by name. So loading runs code. Nothing needs to be registered with keras, or defined again.
"""

from __future__ import annotations

import pickle
import sys
from contextlib import contextmanager
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

from modelreg import opcodes
from modelreg.errors import MissingLibraryError, UnpicklableError
from modelreg.flavors import header, keras, keras_backend, keras_config, named
from modelreg.flavors.keras_config import OWN, REFUSED
from modelreg.flavors.libraries import library, root_of
from modelreg.flavors.making import making
from modelreg.flavors.python import dump

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from modelreg.flavors.base import Sink, Source
    from modelreg.flavors.keras_config import Foreign
    from modelreg.opcodes import Part
    from modelreg.progress import Progress

CODE: Final = REFUSED - {"Lambda"}
"""What keras stores as code and does not load in its safe mode; a layer around a named function is no such thing."""


class KerasCustom(keras.Keras):
    """A model with parts that are not keras's own."""

    name = "keras_custom"
    runs_code = True
    pickles: Final = True

    def serves(self, obj: object) -> bool:
        """Serve every model of keras."""
        return keras.is_model(obj)

    def save(self, obj: Any, sink: Sink, progress: Progress) -> int:
        """Put the header, the user's classes and functions, and the variables into ``sink``."""
        strange = keras_config.foreign(keras.configuration(obj))
        told, brought = keras.told(obj, sink, progress), _brought(obj, strange)
        _try(obj, told, brought)
        dump((told, brought), sink.stream())
        return 1

    def load(self, source: Source, directory: Path | None) -> Any:
        """Return the model. This runs the code that came along: only the gate of ``trust`` may lead here."""
        keras_backend.ready()
        with making("what came along with this model cannot be loaded"):
            try:
                found = pickle.loads(source.stream())  # noqa: S301
            except ModuleNotFoundError as error:
                msg = f"loading needs the module {error.name!r}, which is not installed here"
                raise MissingLibraryError(msg) from error
        told, brought = found if isinstance(found, tuple) and len(found) == 2 else (None, None)  # noqa: PLR2004
        if not (
            isinstance(told, dict) and isinstance(brought, dict) and all(isinstance(name, str) for name in brought)
        ):
            raise header.wrong("no header")
        with making("keras cannot use what came along with this model"), _known(brought):
            return keras.made(told, source, brought)

    def names(self, stream: bytes, buffer: Callable[[int], bytes]) -> Part | None:
        """Return what the flavor ``keras`` names, and what came along; nothing is unpickled for it."""
        found = opcodes.read(stream)
        whole = None if found is None else found.parts(buffer, "")
        if found is None or whole is None:
            return None
        told: Any = found.value()
        came = [part._replace(name="custom") if part.name == "[1]" else part for part in whole.parts]
        return named.whole("model", [*keras.outline(told[0], buffer), *(part for part in came if part.name != "[0]")])


KERAS_CUSTOM: Final = KerasCustom()


def _brought(obj: Any, strange: Iterable[Foreign]) -> dict[str, Any]:
    """Return what a configuration names beside keras's own, by the names that keras looks for.

    Raises
    ------
    UnpicklableError
        It is stored as code by keras, or is nowhere to be found.
    """
    live: dict[str, Any] = {}
    registered = library("keras").saving.get_registered_name
    for part in _parts(obj):
        live.setdefault(registered(part), part)
    found: dict[str, Any] = {}
    for one in strange:
        if one.module.partition(".")[0] == OWN and one.name not in CODE:
            continue
        if one.name in CODE or not one.registered:
            msg = f"model cannot be stored: keras does not load {one.name} again in its safe mode"
            raise UnpicklableError(msg)
        there = live.get(one.registered) or library("keras").saving.get_registered_object(one.registered)
        there = there or vars(sys.modules.get(one.module) or object).get(one.name)
        if there is None:
            msg = f"model cannot be stored: its configuration names {one}, which is not to be found in this kernel"
            raise UnpicklableError(msg)
        found[one.registered] = there
    return found


def _parts(obj: Any) -> Iterator[Any]:
    """Yield the classes and functions that a model is made of."""
    compiled = getattr(getattr(obj, "_compile_config", None), "config", None)
    for holder in (*obj._flatten_layers(), compiled, getattr(obj, "optimizer", None)):  # noqa: SLF001
        yield from _kinds(holder, 4)


def _kinds(value: Any, depth: int) -> Iterator[Any]:
    if isinstance(value, FunctionType):
        yield value
    elif not depth or value is None or isinstance(value, type):
        return
    elif isinstance(value, (dict, list, tuple)):
        for inner in list(value.values()) if isinstance(value, dict) else value:
            yield from _kinds(inner, depth - 1)
    elif root_of(type(value)) not in {"builtins", "numpy", "torch"}:
        if root_of(type(value)) != OWN:
            yield type(value)
        for inner in list(vars(value).values()) if hasattr(value, "__dict__") else ():
            yield from _kinds(inner, depth - 1)


def _try(obj: Any, told: dict[str, Any], brought: Mapping[str, Any]) -> None:
    """See that the configuration makes the model: a class of the user's without ``get_config`` is made of its defaults.

    Raises
    ------
    UnpicklableError
        It makes another one, or none.
    """
    lib = library("keras.src.saving.serialization_lib")
    config = keras.configured(told)
    config.pop("compile_config", None)
    try:
        with _known(brought), _dice_at_rest(), lib.ObjectSharingScope():
            again = lib.deserialize_keras_object(config, custom_objects=dict(brought), safe_mode=True)
            shapes = [[tuple(one.shape) for one in model.weights] for model in (obj, again)]
    except Exception as error:
        said = " ".join(str(error).split())[:300]
        msg = f"model cannot be stored: keras cannot make it again of its configuration: {said}"
        raise UnpicklableError(msg) from error
    if shapes[0] != shapes[1]:
        msg = (
            f"model cannot be stored: its configuration makes another {type(obj).__name__}; "
            "get_config() must return every argument of __init__"
        )
        raise UnpicklableError(msg)


@contextmanager
def _dice_at_rest() -> Iterator[None]:
    """Leave the generators of random numbers as they are: what comes after in the notebook must come as without this."""
    import random

    import numpy as np

    torch = sys.modules.get("torch")
    plain, legacy = random.getstate(), np.random.get_state()  # noqa: NPY002  (the one that keras draws from)
    tensors = None if torch is None else torch.random.get_rng_state()
    try:
        yield
    finally:
        random.setstate(plain)
        np.random.set_state(legacy)  # noqa: NPY002
        if torch is not None:
            torch.random.set_rng_state(tensors)


@contextmanager
def _known(brought: Mapping[str, Any]) -> Iterator[None]:
    """Let keras find what came along, and not what this kernel has under the same name."""
    saving = library("keras").saving
    registry = saving.get_custom_objects()
    before = dict(registry)
    try:
        for name, thing in brought.items():
            package, mark, short = name.partition(">")
            if (
                mark and saving.get_registered_name(thing) != name
            ):  # so that it is called the same when it is stored again
                saving.register_keras_serializable(package, short)(thing)
        registry.update(brought)
        yield
    finally:
        registry.clear()
        registry.update(before)
