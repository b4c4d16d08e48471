"""What is told of a node in a few words: ``float64 3 × 4``, ``LogisticRegression``, ``0.5``. Texts are never told."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from modelreg.opcodes.machine import Node

_LONGEST: Final = 6
"""A tuple of so many numbers is told as it is."""

_WHOLE: Final = 8
"""Numbers of so many bytes are told."""

FRAME: Final = "modelreg.frame"
"""What makes a table of its columns: :func:`modelreg.flavors.rebuild.frame`."""

COLUMN: Final = "column"
"""Kind of the node that stands for one column of many that lie in one array; its payload is what is told of it."""

_DIGITS: Final = 10
"""Characters of a number that is told as it is."""

_KINDS: Final = {"f": "float", "i": "int", "u": "uint", "c": "complex"}
_BYTES: Final = frozenset({"1", "2", "4", "8", "12", "16", "24", "32"})
"""How many a number of numpy has."""

_WORDS: Final = {"b1": "bool", "O8": "object"}
_SCALARS: Final = {
    "f8": "d",
    "f4": "f",
    "i8": "q",
    "i4": "i",
    "i2": "h",
    "i1": "b",
    "u8": "Q",
    "u4": "I",
    "u1": "B",
    "b1": "?",
}


def told(node: Node) -> str:
    """Return what kind of thing a node is, and its value where that is a number."""
    write = _ATOMS.get(node.kind)
    if write is not None:
        return write(node)
    if node.kind == "tuple":
        return _tuple(node)
    if node.kind in {"list", "dict", "set", "frozenset"}:
        return node.kind
    return tensor(node) or _scalar(node) or maker(node)


def is_told(node: Node) -> bool:
    """Whether what is told of a node is all there is to it: a small number, a truth value, None."""
    if node.kind == "float":
        return len(node.payload) == _WHOLE and len(repr(struct.unpack(">d", node.payload)[0])) <= _DIGITS
    return node.kind in {"none", "bool"} or (node.kind == "int" and len(node.payload) <= _WHOLE)


def word(node: Node) -> str:
    """Return the text of a string, nothing for what is none."""
    return bytes(node.payload).decode("utf-8", "backslashreplace") if node.kind in {"str", "bytestr"} else ""


def named(node: Node) -> str:
    """Return the name by which a global is imported, without its module."""
    return word(node.parts[1]) if node.kind == "global" else ""


def called(node: Node) -> str:
    """Return what a call calls, as library and name: ``numpy.scalar``, wherever in the library that is."""
    if node.kind != "call" or node.parts[0].kind != "global":
        return ""
    return f"{word(node.parts[0].parts[0]).partition('.')[0]}.{named(node.parts[0])}"


def arguments(node: Node) -> list[Node]:
    """Return what is called with."""
    return node.parts[1].parts if node.kind == "call" and node.parts[1].kind == "tuple" else []


def listed(node: Node) -> list[Node]:
    """Return the items of a tuple or a list in their order."""
    return node.parts if node.kind == "tuple" else [one for e, nodes in node.events if e == "append" for one in nodes]


def key_of(node: Node) -> str:
    """Return a key as a step of a path."""
    return f"[{word(node)!r}]" if node.kind == "str" else f"[{told(node)}]"


def tensor(node: Node) -> str:
    """Return type and shape of an array or tensor, nothing for what is none."""
    if called(node) in _WRAPPED and arguments(node):
        node = arguments(node)[0]
    read = _TENSORS.get(called(node))
    return read(node) if read is not None else ""


def maker(node: Node) -> str:
    """Return the name of the class of an object, as far as it can be seen."""
    if not node.parts:
        return node.kind
    if called(node) == FRAME:
        return "DataFrame"
    made = node.parts[0]
    name = named(made) or _by_value(made)
    held = arguments(node)
    if name[:1].islower() or name[:1] == "_":  # a function that is given the class to make
        name = next((found for part in held[:1] if (found := named(part) or _by_value(part))), name)
    return name.rpartition(".")[2].strip("_") or node.kind


def _by_value(node: Node) -> str:
    return next((word(part) for part in arguments(node) if part.kind == "str"), "")


def _frombuffer(node: Node) -> str:
    held = arguments(node)
    return _sized(dtype_of(held[1]), held[2]) if len(held) > 2 else ""  # noqa: PLR2004


def _reconstructed(node: Node) -> str:
    """Tell an array that is given its contents as its state: ``(version, shape, dtype, fortran, contents)``."""
    for event, states in node.events:
        if event == "build" and states[0].kind == "tuple" and len(states[0].parts) > 2:  # noqa: PLR2004
            return _sized(dtype_of(states[0].parts[2]), states[0].parts[1])
    return ""


def _torch(node: Node) -> str:
    """Tell a tensor of torch: ``(storage, offset, size, …)``."""
    held = arguments(node)
    if len(held) < 3:  # noqa: PLR2004
        return ""
    storage = arguments(held[0]) if called(held[0]) == "modelreg.typed_storage" else []
    return _sized(named(storage[1]) if len(storage) > 1 else "tensor", held[2])


def _column(node: Node) -> str:
    """Tell a column of a table: ``(memory, dtype, rows)``."""
    held = arguments(node)
    return f"{dtype_of(held[1])} {_integer(held[2])}" if len(held) > 2 else ""  # noqa: PLR2004


_TENSORS: Final[Mapping[str, Callable[[Node], str]]] = {
    "numpy._frombuffer": _frombuffer,
    "numpy._reconstruct": _reconstructed,
    "torch._rebuild_tensor": _torch,
    "torch._rebuild_tensor_v2": _torch,
    "modelreg.column": _column,
}
"""Name of the function that makes a tensor -> what reads its type and shape."""

_WRAPPED: Final = frozenset({"torch._rebuild_parameter", "torch._rebuild_parameter_with_state"})
"""Functions that are given a tensor first."""


def _sized(kind: str, shape: Node) -> str:
    sizes = [_integer(part) for part in shape.parts]
    return " ".join([kind or "array", " × ".join(sizes)]).strip()


def dtype_of(node: Node) -> str:
    """Return the name of a dtype of numpy."""
    code = word(arguments(node)[0]) if arguments(node) else ""
    if code in _WORDS:
        return _WORDS[code]
    if code[:1] in _KINDS and code[1:] in _BYTES:
        return f"{_KINDS[code[:1]]}{int(code[1:]) * 8}"
    return code


def _scalar(node: Node) -> str:
    held = arguments(node)
    if called(node) != "numpy.scalar" or len(held) != 2:  # noqa: PLR2004
        return ""
    code = word(arguments(held[0])[0]) if arguments(held[0]) else ""
    payload = bytes(held[1].payload)
    form = "<" + _SCALARS[code] if code in _SCALARS else ""
    fits = form and struct.calcsize(form) == len(payload) and held[1].kind == "bytes"
    return _written(struct.unpack(form, payload)[0]) if fits and not _swapped(held[0]) else dtype_of(held[0])


def _swapped(dtype: Node) -> bool:
    return any(word(part) == ">" for event, nodes in dtype.events if event == "build" for part in nodes[0].parts)


def _tuple(node: Node) -> str:
    if 0 < len(node.parts) <= _LONGEST and all(part.kind in _NUMBERS for part in node.parts):
        return f"({', '.join(told(part) for part in node.parts)})"
    return node.kind


def _integer(node: Node) -> str:
    payload = bytes(node.payload)
    if node.kind != "int" or len(payload) > _WHOLE:
        return node.kind
    return str(int.from_bytes(payload, "little", signed=True))


def _float(node: Node) -> str:
    payload = bytes(node.payload)
    return _written(struct.unpack(">d", payload)[0]) if len(payload) == struct.calcsize(">d") else node.kind


def _written(number: float) -> str:
    """Return a number in at most so many digits as are the same on every machine that computes it."""
    exact = str(number)
    return exact if len(exact) <= _DIGITS else f"{number:.6g}"


_NUMBERS: Final = frozenset({"int", "float", "bool", "none"})

_ATOMS: Final[Mapping[str, Callable[[Node], str]]] = {
    "none": lambda _: "None",
    "bool": lambda node: str(bytes(node.payload) == b"1"),
    "int": _integer,
    "float": _float,
    "str": lambda _: "str",
    "bytestr": lambda _: "str",
    "bytes": lambda _: "bytes",
    "bytearray": lambda _: "bytes",
    COLUMN: lambda node: bytes(node.payload).decode(),
    "global": lambda node: named(node) or "global",
}
"""Kind of an atom -> what is told of it. A text may be anything, also a password: it is only told that it is one."""
