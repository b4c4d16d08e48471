"""The format safetensors, written here: eight bytes, a JSON header, then the tensors one after the other.

The library refuses tensors that share memory, and needs each as a copy; a file that any reader takes needs neither.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Final

from modelreg.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DTYPES: Final = {
    "bfloat16": "BF16",
    "bool": "BOOL",
    "complex64": "C64",
    "float16": "F16",
    "float32": "F32",
    "float64": "F64",
    "float8_e4m3fn": "F8_E4M3",
    "float8_e5m2": "F8_E5M2",
    "int16": "I16",
    "int32": "I32",
    "int64": "I64",
    "int8": "I8",
    "uint16": "U16",
    "uint32": "U32",
    "uint64": "U64",
    "uint8": "U8",
}
"""Name of torch -> name in the header."""
ALIGN: Final = 8


def writable(state: Mapping[str, Any]) -> bool:
    """Whether all that a dict holds are tensors that the format can write."""
    torch = sys.modules.get("torch")
    return (
        bool(state)
        and torch is not None
        and all(isinstance(one, torch.Tensor) and one.layout is torch.strided for one in state.values())
    )


def write(state: Mapping[str, Any], place: Path) -> str:
    """Write tensors to a new file and return its name.

    Parameters
    ----------
    state : mapping of str to tensor
        Written in the order of their names; those that share memory are written once each.
    place : Path
        The file.

    Raises
    ------
    InvalidError
        The format has no name for a tensor's type.
    """
    names = sorted(state)
    told: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name in names:
        tensor = state[name]
        told[name] = {
            "dtype": _dtype(name, tensor),
            "shape": list(tensor.shape),
            "data_offsets": [end, end := end + tensor.numel() * tensor.element_size()],
        }
    text = json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % ALIGN)
    with place.open("xb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name in names:
            file.write(_bytes(state[name]))
    return place.name


def _dtype(name: str, tensor: Any) -> str:
    kind = str(tensor.dtype).removeprefix("torch.")
    if kind not in DTYPES:
        raise InvalidError(
            f"{name} holds numbers of type {kind}, for which safetensors has no name; nothing was written"
        )
    return DTYPES[kind]


def _bytes(tensor: Any) -> memoryview:
    torch = sys.modules["torch"]
    plain = tensor.detach().resolve_conj().resolve_neg().cpu().contiguous()
    return memoryview(plain.reshape(-1).view(torch.uint8).numpy())
