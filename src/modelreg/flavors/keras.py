"""The flavor ``keras``: models of keras 3 made of keras's own layers. Loading one runs no code but that of keras.

The stream is a JSON header with the configuration of the model, of its compilation and of its variables; each variable is a
buffer. Training goes on where it was: the optimizer and the generators of random numbers have variables too.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Final

from modelreg.errors import IntegrityError, UnpicklableError
from modelreg.flavors import folders, header, keras_backend, keras_config, keras_state, named
from modelreg.flavors.base import Description, class_name
from modelreg.flavors.libraries import library, root_of
from modelreg.flavors.making import making

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from modelreg.flavors.base import Sink, Source
    from modelreg.opcodes import Part
    from modelreg.progress import Progress

ASSETS: Final = "assets"


class Keras:
    """A model all of whose parts are keras's own."""

    name: str = "keras"
    format: int = 1
    runs_code: bool = False
    requires: Final = ("keras",)

    def serves(self, obj: object) -> bool:
        """Serve models whose class and layers are keras's own, and whose configuration names nothing else."""
        if not is_model(obj) or root_of(type(obj)) != keras_config.OWN:
            return False
        layers = obj._flatten_layers()  # type: ignore[attr-defined]  # noqa: SLF001
        if any(root_of(type(layer)) != keras_config.OWN for layer in layers):
            return False
        try:
            return not keras_config.foreign(configuration(obj))
        except UnpicklableError:
            return False

    def save(self, obj: Any, sink: Sink, progress: Progress) -> int:
        """Put the header and the variables of ``obj`` into ``sink``."""
        header.write(sink, told(obj, sink, progress))
        return 1

    def load(self, source: Source, directory: Path | None) -> Any:
        """Return the model, compiled as it was."""
        keras_backend.ready()
        known = header.read(source)
        try:
            strange = keras_config.foreign(configured(known))
        except RecursionError as error:
            raise header.wrong("a configuration that is nested too deep") from error
        if strange:
            msg = f"these contents name {strange[0]}, which is not keras's own: nothing was loaded"
            raise IntegrityError(msg)
        return made(known, source, {})

    def export(self, obj: Any, source: Source, directory: Path) -> list[str]:
        """Write ``model.keras``, which ``keras.saving.load_model`` reads."""
        obj.save(directory / "model.keras")
        return ["model.keras"]

    def describe(self, obj: Any) -> Description:
        """Return the class of ``obj``."""
        return Description(class_name=class_name(obj))

    def names(self, stream: bytes, buffer: Callable[[int], bytes]) -> Part | None:
        """Return the configuration and the variables by name; see :mod:`modelreg.flavors.named`."""
        return named.whole("model", outline(json.loads(stream), buffer))


KERAS: Final = Keras()


def is_model(obj: object) -> bool:
    """Whether an object is a model of keras 3."""
    kinds = type(obj).__mro__
    return "keras" in sys.modules and any(
        kind.__name__ == "Model" and root_of(kind) == keras_config.OWN for kind in kinds
    )


def configuration(obj: Any) -> Any:
    """Return the configuration of a model, as JSON knows it.

    Raises
    ------
    UnpicklableError
        A part of it cannot describe itself.
    """
    lib = library("keras.src.saving.serialization_lib")
    try:
        with lib.ObjectSharingScope():
            found = lib.serialize_keras_object(obj)
        return json.loads(json.dumps(keras_config.settled(found)))
    except (TypeError, ValueError, NotImplementedError, AttributeError, OSError) as error:
        said = " ".join(str(error).split())[:300]
        msg = f"model cannot be stored: keras has no configuration of this {type(obj).__name__}: {said}"
        raise UnpicklableError(msg) from error


def told(obj: Any, sink: Sink, progress: Progress) -> dict[str, Any]:
    """Put the variables of a model into ``sink`` and return the header."""
    config = configuration(obj)
    if keras_config.lambdas(config):
        msg = (
            "model cannot be stored: it holds a Python lambda, which keras does not load in its safe mode; "
            "write it as a named function"
        )
        raise UnpicklableError(msg)
    staged: list[Path] = []

    def folder() -> Path:
        if not staged:
            staged.append(sink.directory())
        return staged[0]

    progress.begin("reading layers", 1)
    try:
        groups = keras_state.collect(obj, folder)
        variables = keras_state.put(sink, groups)
        if staged:
            folders.put(sink, staged[0], ASSETS)
        progress.advance(1)
    finally:
        progress.end()
    # as text: in an object of JSON whose keys are sorted the order of the user's own dicts would be lost
    return {
        "config": json.dumps(config),
        "started": keras_state.started(getattr(obj, "optimizer", None)),
        "variables": variables,
    }


def outline(told: dict[str, Any], buffer: Callable[[int], bytes]) -> list[Part]:
    """Return the configuration and the variables that a header of our own tells of, by name."""
    parts = [
        named.array(f"{path.replace('/', '.')}.{key}", kind, shape, None, buffer(number))
        for number, (path, key, kind, shape) in enumerate(told["variables"])
    ]
    return [named.value("config", json.loads(told["config"])), *parts]


def configured(known: dict[str, Any]) -> Any:
    """Return the configuration that a header holds."""
    try:
        return json.loads(header.need(known, "config", str))
    except (ValueError, RecursionError) as error:
        raise header.wrong("no configuration") from error


def made(known: dict[str, Any], source: Source, customs: Mapping[str, Any]) -> Any:
    """Return the model that a header tells of.

    Parameters
    ----------
    known : dict
        The header.
    source : Source
        Gives the variables.
    customs : mapping
        What keras cannot find by itself, by registered name.
    """
    lib = library("keras.src.saving.serialization_lib")
    config = configured(known)
    compiled = config.pop("compile_config", None) if isinstance(config, dict) else None
    with making("this keras cannot make the model of its configuration"):
        with lib.ObjectSharingScope(), lib.SafeModeScope(True):  # noqa: FBT003  (keras's own argument)
            model = lib.deserialize_keras_object(config, custom_objects=dict(customs), safe_mode=True)
            if compiled and is_model(model):
                _compile(model, compiled, header.need(known, "started", bool), lib, customs)
        groups = keras_state.taken(header.need(known, "variables", list), source.buffers())
        with folders.unfolded(source) as place:
            assets = place / ASSETS
            keras_state.give(model, groups, assets if assets.is_dir() else None)
    if not is_model(model):
        raise header.wrong("no model")
    return model


def _compile(model: Any, compiled: dict[str, Any], started: bool, lib: Any, customs: Mapping[str, Any]) -> None:  # noqa: FBT001
    """Compile a model; what keras would prepare for an optimizer that had not begun is left to its first step."""
    from contextlib import nullcontext

    keras = library("keras")
    with keras.saving.custom_object_scope(dict(customs)) if customs else nullcontext():
        if started or type(model).compile is not keras.Model.compile:
            model.compile_from_config(compiled)
        else:
            model.compile(**lib.deserialize_keras_object(compiled, custom_objects=dict(customs), safe_mode=True))
