"""The columns of a table of pandas, by name. Without pandas: from the arrays in which columns of one type lie together."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final, Literal

from modelreg.opcodes.machine import Node
from modelreg.opcodes.told import COLUMN, FRAME, arguments, called, dtype_of, key_of, listed, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Read = Callable[[int], bytes | None]

_LOOKED: Final = 1000
"""So many nodes are looked at for the names of columns."""

_WORDS: Final[Mapping[int, Literal["B", "H", "I", "Q"]]] = {1: "B", 2: "H", 4: "I", 8: "Q"}
_FEWEST, _PAIR = 3, 2


def columns(node: Node, read: Read) -> dict[str, Node]:
    """Return index and columns of a table; nothing of what is none.

    Parameters
    ----------
    node : Node
        What makes the table, or manages its arrays.
    read : callable
        Returns the bytes of the buffer of a number, None where they are too many to be looked at.
    """
    held = arguments(node)
    if called(node) == FRAME and len(held) >= _FEWEST:
        found = dict(enumerate(listed(held[2])))
        return {"columns": held[0], "index": held[1]} | _labelled(
            held[0], {(place,): one for place, one in found.items()}
        )
    axes = listed(held[1]) if called(node) == "pandas.BlockManager" and len(held) == _PAIR else []
    if len(axes) != _PAIR:
        return {}
    placed: dict[tuple[int, ...], Node] = {}
    for block in listed(held[0]):
        placed.update(_split(block, read))
    return {"columns": axes[0], "index": axes[1]} | _labelled(axes[0], dict(sorted(placed.items())))


def _labelled(index: Node, placed: dict[tuple[int, ...], Node]) -> dict[str, Node]:
    """Return what lies in columns by their names; what lies in several by all of theirs."""
    labels = _labels(index, sum(map(len, placed)))
    found = {}
    for places, node in placed.items():
        names = [labels[place] if 0 <= place < len(labels) else f"[{place}]" for place in places]
        found[names[0] if len(names) == 1 else f"[{', '.join(name[1:-1] for name in names)}]"] = node
    return found


def _labels(index: Node, count: int) -> list[str]:
    """Return what columns are called, as far as their index is made of a list of as many texts; else their places."""
    pending = [index]
    for _ in range(_LOOKED):
        if not pending:
            break
        node = pending.pop()
        found = listed(node)
        if len(found) == count and all(one.kind == "str" for one in found):
            labels = [key_of(one) for one in found]
            return labels if len(set(labels)) == count else []
        pending.extend([*node.parts, *(part for _, nodes in node.events for part in nodes)])
    return []


def _split(block: Node, read: Read) -> Iterator[tuple[tuple[int, ...], Node]]:
    """Yield the columns of a block with their places, all at once where they cannot be told apart."""
    held = arguments(block)
    places = _places(held[1]) if len(held) >= _PAIR else ()
    if not places:
        return
    apart = _numbers(held[0], read) or _objects(held[0])
    if len(apart) == len(places):
        yield from (((place,), one) for place, one in zip(places, apart, strict=True))
    else:
        yield places, held[0]


def _places(node: Node) -> tuple[int, ...]:
    """Return in which columns a block lies: a slice, or an array of numbers."""
    held = arguments(node)
    if called(node) == "builtins.slice" and len(held) == _FEWEST:
        start, stop, step = (_number(part) for part in held)
        return tuple(range(start, min(stop, start + _LOOKED * step), step)) if step > 0 else ()
    if called(node) == "numpy._frombuffer" and held[0].kind in {"bytes", "bytearray"} and dtype_of(held[1]) == "int64":
        data = bytes(held[0].payload)
        return tuple(int.from_bytes(data[at : at + 8], "little") for at in range(0, len(data), 8))
    return ()


def _numbers(values: Node, read: Read) -> list[Node]:
    """Return the columns of an array of numbers: its rows, since pandas keeps tables on their side."""
    held = arguments(values)
    if called(values) != "numpy._frombuffer" or len(held) <= _FEWEST or len(held[2].parts) != _PAIR:
        return []
    count, length = (_number(part) for part in held[2].parts)
    data = _bytes(held[0], read)
    if data is None or count < 1 or length < 1 or len(data) % (count * length):
        return []
    size = len(data) // (count * length)
    if bytes(held[3].payload) == b"C":
        rows = [data[row * length * size : (row + 1) * length * size] for row in range(count)]
    elif size in _WORDS:
        words = array(_WORDS[size], data)
        rows = [words[row::count].tobytes() for row in range(count)]
    else:
        return []
    about = f"{dtype_of(held[1])} {length}".encode()
    return [Node(COLUMN, about, [held[1], Node("bytes", row)]) for row in rows]


def _bytes(node: Node, read: Read) -> bytes | None:
    while node.kind == "readonly":
        node = node.parts[0]
    if node.kind == "buffer":
        return read(int(node.payload))
    return bytes(node.payload) if node.kind in {"bytes", "bytearray"} else None


def _objects(values: Node) -> list[Node]:
    """Return the columns of an array of objects, whose state ends with ``shape, dtype, fortran, items``."""
    states = [nodes[0] for event, nodes in values.events if event == "build"]
    state = states[0].parts if called(values) == "numpy._reconstruct" and states and len(states[0].parts) > 4 else []  # noqa: PLR2004
    if not state or len(state[1].parts) != _PAIR:
        return []
    count, length = (_number(part) for part in state[1].parts)
    items = listed(state[4])
    if count < 1 or len(items) != count * length or told(state[3]) != "False":
        return []
    about = f"object {length}".encode()
    return [Node(COLUMN, about, items[row * length : (row + 1) * length]) for row in range(count)]


def _number(node: Node) -> int:
    """Return a whole number that is no larger than a size; -1 for anything else."""
    payload = bytes(node.payload)
    return int.from_bytes(payload, "little", signed=True) if node.kind == "int" and len(payload) <= 8 else -1  # noqa: PLR2004
