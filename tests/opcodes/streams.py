"""Strategies for pickle streams: of nested values, of broken bytes, of opcodes in any order."""

from __future__ import annotations

import pickle
import pickletools
from typing import Any

from hypothesis import strategies as st

ATOMS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.binary(max_size=20)
    | st.complex_numbers(allow_nan=False)
)

KEYS = st.integers() | st.text(max_size=10) | st.tuples(st.text(max_size=5), st.booleans())

VALUES = st.recursive(
    ATOMS | st.frozensets(KEYS, max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.tuples(inner, inner)
        | st.sets(KEYS, max_size=4)
    ),
    max_leaves=20,
)

CODES = [opcode.code.encode("latin-1") for opcode in pickletools.opcodes]


def pickles() -> st.SearchStrategy[bytes]:
    """Return pickles of values in every protocol."""
    return st.builds(pickle.dumps, VALUES, st.integers(0, 5))


@st.composite
def mutated(draw: Any) -> bytes:
    """Return a pickle with some bytes changed, cut out or put in."""
    data = bytearray(draw(pickles()))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["change", "cut", "insert"])):
            case "change" if at < len(data):
                data[at] = draw(st.integers(0, 255))
            case "cut":
                del data[at : at + draw(st.integers(0, 10))]
            case _:
                data[at:at] = draw(st.binary(max_size=6))
    return bytes(data)


@st.composite
def shuffled(draw: Any) -> bytes:
    """Return opcodes in any order with any arguments; some of it is even a pickle."""
    pieces = draw(st.lists(st.tuples(st.sampled_from(CODES), st.binary(max_size=9)), max_size=30))
    return b"".join(code + argument for code, argument in pieces) + b"."
