"""torch: the modules of a network, how many parameters they hold, and where."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import chain, islice
from typing import Any, Final

from modelreg.capture.model import estimator
from modelreg.capture.model.records import Params, Signature
from modelreg.capture.model.values import attribute, jsonable

__all__ = ["architecture", "params", "signature", "tensor"]

MOST_LAYERS: Final = 200


def params(obj: Any) -> Params:
    """Return the arguments that the module kept under their own names; of a lightning module its ``hparams``."""
    found = estimator.declared(obj)
    kept = attribute(obj, "hparams")
    every = {str(name): jsonable(value) for name, value in kept.items()} if hasattr(kept, "items") else {}
    return Params(every={**found.every, **every}, changed={**found.changed, **every})


def signature(obj: Any) -> Signature:
    """Return nothing: only its code knows what a module takes."""
    return Signature()


def architecture(obj: Any) -> dict[str, Any] | None:
    """Return the modules, the counts of parameters, and the dtypes and devices that they are on; of what is no network nothing."""
    if not isinstance(obj, sys.modules["torch"].nn.Module):  # an optimizer, a schedule
        return None
    layers = list(obj.named_modules())
    weights = list(obj.parameters())
    buffers = list(obj.buffers())
    return {
        "layers": [f"{name}: {_described(one)}" for name, one in islice(layers, 1, MOST_LAYERS + 1)],
        "n_layers": len(layers) - 1,
        "parameters": sum(map(_size, weights)),
        "trainable": sum(_size(one) for one in weights if one.requires_grad),
        "buffers": sum(map(_size, buffers)),
        "dtype": _shares([(str(one.dtype).removeprefix("torch."), _size(one)) for one in weights]),
        "device": _shares([(str(one.device), _size(one)) for one in chain(weights, buffers)]),
        "training": bool(obj.training),
    }


def _described(module: Any) -> str:
    """Return the class of a module with its settings, in one line."""
    try:
        extra = " ".join(str(module.extra_repr()).split())[:200]
    except Exception:  # noqa: BLE001  (code of the module's own class)
        extra = ""
    return f"{type(module).__name__}({extra})"


def _size(tensor: Any) -> int:
    try:
        return int(tensor.numel())
    except Exception:  # noqa: BLE001  (a lazy parameter has no size before its first input)
        return 0


def _shares(sized: list[tuple[str, int]]) -> Any:
    """Return the one name that all have, else how much is of each."""
    count: Counter[str] = Counter()
    for name, size in sized:
        count[name] += size
    return next(iter(count), None) if len(count) <= 1 else dict(count)


def tensor(model: Any, data: Any) -> Any:
    """Return data as a module takes it: a tensor where its weights are, of their precision unless it is whole numbers."""
    torch: Any = sys.modules["torch"]
    weight = next(iter(model.parameters()), None)
    if not isinstance(data, torch.Tensor):
        data = torch.tensor(data.to_numpy() if hasattr(data, "to_numpy") else data)
    return data if weight is None else data.to(weight.device, weight.dtype if data.is_floating_point() else None)
