"""The flavor ``torch_state``: a state dict of torch, as numbers and names. Loading it runs no code.

The stream is a JSON header::

    {"kind": "OrderedDict" or "dict", "metadata": what torch notes of its modules, or null,
     "names": [[name, index of its tensor], …],
     "tensors": [{"buffer": index or null, "dtype": name, "shape": […], "stride": […], "offset": in items,
                  "parameter": bool, "grad": bool}, …]}

Tensors that lie in the same memory do so again: tied weights stay tied. Of a memory only what the tensors reach is stored.
"""

from __future__ import annotations

import json
import sys
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from modelreg.flavors import header, named
from modelreg.flavors.base import Description
from modelreg.flavors.declared import is_state
from modelreg.flavors.libraries import library

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from modelreg.flavors.base import Sink, Source
    from modelreg.opcodes import Part
    from modelreg.progress import Progress

ATTRIBUTES: Final = frozenset({"_metadata"})
"""What torch hangs on a state dict."""


class TorchState:
    """A dict or OrderedDict of plain tensors, from any device; it comes back on the processor."""

    name: Final = "torch_state"
    format: Final = 1
    runs_code: Final = False
    requires: Final = ("torch",)

    def serves(self, obj: object) -> bool:
        """Serve flat dicts of names to dense tensors."""
        if not is_state(obj, strictly=False):
            return False
        torch = sys.modules["torch"]
        held = vars(obj) if type(obj) is OrderedDict else {}
        return (
            held.keys() <= ATTRIBUTES
            and header.plain(_listed(held.get("_metadata")))
            and all(_dense(tensor, torch) for tensor in obj.values())  # type: ignore[attr-defined]
        )

    def save(self, obj: Any, sink: Sink, progress: Progress) -> int:
        """Put the header and the memory of the tensors into ``sink``."""
        tensors = {id(tensor): tensor for tensor in obj.values()}
        places = {key: index for index, key in enumerate(tensors)}
        memory = Memory()
        told = [memory.placed(tensor) for tensor in tensors.values()]
        header.write(
            sink,
            {
                "kind": type(obj).__name__,
                "metadata": _listed(getattr(obj, "_metadata", None)),
                "names": [[name, places[id(tensor)]] for name, tensor in obj.items()],
                "tensors": memory.described(told),
            },
        )
        memory.put(sink, progress)
        return 1

    def load(self, source: Source, directory: Path | None) -> Any:
        """Return the dict; its tensors lie in the memory that ``source`` gives."""
        torch = library("torch")
        told = header.read(source)
        storages = [_storage(buffer, torch) for buffer in source.buffers()]
        tensors = [tensor_of(one, storages, torch) for one in header.need(told, "tensors", list)]
        state: dict[str, Any] = OrderedDict() if header.need(told, "kind", str) == "OrderedDict" else {}
        for pair in header.need(told, "names", list):
            if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)):  # noqa: PLR2004
                raise header.wrong("no names")
            state[pair[0]] = tensors[_index(pair[1], len(tensors))]
        metadata = told.get("metadata")
        if isinstance(metadata, list) and isinstance(state, OrderedDict):
            state._metadata = OrderedDict(_pairs(metadata))  # type: ignore[attr-defined]  # noqa: SLF001
        return state

    def export(self, obj: Any, source: Source, directory: Path) -> list[str]:
        """Write ``model.safetensors``."""
        from modelreg.flavors.native.safetensors import write

        return [write(obj, directory / "model.safetensors")]

    def describe(self, obj: Any) -> Description:
        """Return that it is a state dict: the class of the dict would say nothing of it."""
        return Description(class_name="state_dict")

    def names(self, stream: bytes, buffer: Callable[[int], bytes]) -> Part | None:
        """Return the tensors by name; see :mod:`modelreg.flavors.named`."""
        told = json.loads(stream)
        parts = []
        for name, place in told["names"]:
            one = told["tensors"][place]
            memory = b"" if one["buffer"] is None else buffer(one["buffer"])
            rest = {key: one[key] for key in ("stride", "offset", "parameter", "grad")}
            parts.append(named.array(name, one["dtype"], one["shape"], rest, memory))
        return named.whole("state_dict", parts)


TORCH_STATE: Final = TorchState()


class Memory:
    """The memory of tensors, each piece once, cut to what the tensors reach."""

    def __init__(self) -> None:
        self._storages: dict[int, list[Any]] = {}

    def placed(self, tensor: Any) -> tuple[Any, int | None]:
        """Take a tensor; return it as it is stored, and which memory it lies in."""
        plain = tensor.detach().resolve_conj().resolve_neg()
        if plain.numel() == 0:
            return (plain, tensor), None
        storage = plain.untyped_storage()
        key = storage._cdata  # noqa: SLF001  (the identity of the memory, which has no public name)
        low = plain.storage_offset() * plain.element_size()
        high = low + (_reach(plain.shape, plain.stride()) + 1) * plain.element_size()
        kept = self._storages.setdefault(key, [storage, low, high])
        kept[1], kept[2] = min(kept[1], low), max(kept[2], high)
        return (plain, tensor), key

    def described(self, placed: list[tuple[Any, int | None]]) -> list[dict[str, Any]]:
        """Return what the header says of the tensors, once all have been placed."""
        order = {key: index for index, key in enumerate(self._storages)}
        return [
            {
                "buffer": None if key is None else order[key],
                "dtype": str(plain.dtype).removeprefix("torch."),
                "shape": list(plain.shape),
                "stride": list(plain.stride()),
                "offset": 0 if key is None else plain.storage_offset() - self._start(key) // plain.element_size(),
                "parameter": type(tensor).__name__ == "Parameter",
                "grad": bool(tensor.requires_grad and tensor.is_leaf),
            }
            for (plain, tensor), key in placed
        ]

    def put(self, sink: Sink, progress: Progress) -> None:
        """Put each piece of memory into ``sink``."""
        torch = sys.modules["torch"]
        progress.begin("reading tensors", len(self._storages))
        try:
            for key, (storage, _, high) in self._storages.items():
                here = storage if storage.device.type == "cpu" else storage.cpu()
                whole = torch.empty(0, dtype=torch.uint8).set_(here)
                sink.buffer(memoryview(whole[self._start(key) : high].numpy()))
                progress.advance(1)
        finally:
            progress.end()

    def _start(self, key: int) -> int:
        """Return where a piece begins: at a multiple of every item's size, so that all offsets stay whole."""
        return int(self._storages[key][1]) // 16 * 16


def tensor_of(told: object, storages: list[Any], torch: Any) -> Any:
    """Return a tensor as the header tells it.

    Raises
    ------
    IntegrityError
        It makes no sense, or reaches out of its memory.
    """
    dtype = getattr(torch, header.need(told, "dtype", str), None)
    if not isinstance(dtype, torch.dtype):
        raise header.wrong("an unknown dtype")
    shape, stride = _whole(header.need(told, "shape", list)), _whole(header.need(told, "stride", list))
    offset = _whole([header.need(told, "offset", int)])[0]
    if len(shape) != len(stride):
        raise header.wrong("a shape that does not fit its strides")
    buffer = told.get("buffer") if isinstance(told, dict) else None
    grad, parameter = header.need(told, "grad", bool), header.need(told, "parameter", bool)
    try:
        if buffer is None:
            if 0 not in shape:
                raise header.wrong("a tensor without memory")
            found = torch.empty_strided(shape, stride, dtype=dtype)
        else:
            storage = storages[_index(buffer, len(storages))]
            if (offset + _reach(shape, stride) + 1) * dtype.itemsize > storage.nbytes():
                raise header.wrong("a tensor that reaches out of its memory")
            found = torch.empty(0, dtype=dtype).set_(storage, offset, shape, stride)
        if parameter:
            return torch.nn.Parameter(found, requires_grad=grad)
        return found.requires_grad_(grad) if grad else found
    except (RuntimeError, TypeError, ValueError) as error:
        raise header.wrong(f"a tensor that torch does not make: {str(error).splitlines()[0]}") from error


def _storage(buffer: memoryview, torch: Any) -> Any:
    if not buffer.nbytes:
        return torch.empty(0, dtype=torch.uint8).untyped_storage()
    return torch.frombuffer(buffer, dtype=torch.uint8).untyped_storage()


def _dense(tensor: Any, torch: Any) -> bool:
    return (
        tensor.layout is torch.strided
        and not tensor.is_quantized
        and tensor.device.type != "meta"
        and not vars(tensor)  # attributes of its own would be lost
    )


def _reach(shape: Any, stride: Any) -> int:
    """Return how many items lie between the first and the last one of a tensor."""
    return int(sum((length - 1) * step for length, step in zip(shape, stride, strict=True)))


def _whole(numbers: list[Any]) -> list[int]:
    if not all(type(number) is int and 0 <= number < 1 << 62 for number in numbers):
        raise header.wrong("a size that is no whole number")
    return numbers


def _index(number: object, length: int) -> int:
    if type(number) is not int or not 0 <= number < length:
        raise header.wrong("a reference to nothing")
    return number


def _listed(metadata: Any) -> Any:
    """Return torch's notes with their order, which JSON does not keep."""
    return None if metadata is None else [[name, value] for name, value in metadata.items()]


def _pairs(metadata: list[Any]) -> list[Any]:
    if not all(isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) for pair in metadata):  # noqa: PLR2004
        raise header.wrong("no notes of modules")
    return metadata
