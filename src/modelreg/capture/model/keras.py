"""keras: layers with their settings, and what the model was compiled with."""

from __future__ import annotations

from typing import Any, Final

from modelreg.capture.model.records import Params, Signature
from modelreg.capture.model.values import attribute, jsonable

__all__ = ["architecture", "params", "signature"]

MOST_LAYERS: Final = 200
CONFIG_DEPTH: Final = 8


def params(obj: Any) -> Params:
    """Return what the model was compiled with; the settings of its layers are its architecture."""
    found: dict[str, Any] = {}
    optimizer = attribute(obj, "optimizer")
    if hasattr(optimizer, "get_config"):
        found["optimizer"] = type(optimizer).__name__
        found |= {f"optimizer__{name}": jsonable(value) for name, value in optimizer.get_config().items()}
    loss = attribute(obj, "loss")
    if loss is not None:
        found["loss"] = jsonable(loss)
    return Params(every=found, changed=found)


def signature(obj: Any) -> Signature:
    """Return the sizes of the last dimensions of its one input and one output."""
    return Signature(n_features=_width(attribute(obj, "input_shape")), n_outputs=_width(attribute(obj, "output_shape")))


def _width(shape: Any) -> int | None:
    known = isinstance(shape, tuple) and len(shape) == 2 and isinstance(shape[1], int)  # noqa: PLR2004  (rows, columns)
    return shape[1] if known else None


def architecture(obj: Any) -> dict[str, Any]:
    """Return the layers, the counts of parameters, and the configuration that makes the model anew."""
    layers = list(attribute(obj, "layers") or ())
    trainable = attribute(obj, "trainable_weights") or ()
    return {
        "layers": [
            f"{one.name}: {type(one).__name__} {attribute(one, 'output_shape') or _output(one)}".rstrip()
            for one in layers[:MOST_LAYERS]
        ],
        "n_layers": len(layers),
        "parameters": _count(attribute(obj, "weights") or ()),
        "trainable": _count(trainable),
        "dtype": jsonable(attribute(obj, "dtype")),
        "config": jsonable(attribute(obj, "get_config")(), CONFIG_DEPTH) if hasattr(obj, "get_config") else None,
    }


def _output(layer: Any) -> str:
    shape = attribute(attribute(layer, "output"), "shape")
    return "" if shape is None else str(tuple(shape))


def _count(weights: Any) -> int:
    total = 0
    for one in weights:
        size = 1
        for length in one.shape:
            size *= int(length)
        total += size
    return total
