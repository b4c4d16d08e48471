"""The parts of contents whose stream is a header, by name: what flavors such as ``torch_state`` and ``keras`` tell of theirs.

A flavor that knows the names of what it wrote has a method ``names(stream, buffer)``: it gets the stream, and what returns
the digest of the buffer of a number, and returns a :class:`~modelreg.opcodes.Part`. Of a flavor whose stream is a pickle they
are read from that.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from modelreg.digests import canonical, digest
from modelreg.opcodes.paths import ABOUT, DEEPEST, MOST, Part, cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from modelreg.records import Json

_DIGITS: Final = 16
_WIDE: Final = 100
"""A list or dict of more values is one part."""


def whole(about: str, parts: Iterable[Part]) -> Part | None:
    """Return a model with its parts; None where they are too many. What contents it has is its mark, which comes later."""
    found = {part.name: part for part in parts}
    if sum(map(size, found.values())) > MOST:
        return None
    return Part("", about[:ABOUT], "0" * _DIGITS, tuple(found.values()))


def entries(stream: bytes) -> Part | None:
    """Return the entries of a header of our own beside which a model is files."""
    return whole("model", [value(key, found) for key, found in json.loads(stream).items()])


def array(name: str, kind: str, shape: Sequence[int], told: Json, memory: bytes = b"") -> Part:
    """Return an array.

    Parameters
    ----------
    name : str
        How it is reached.
    kind, shape : str, sequence of int
        Type of its numbers, and its shape.
    told : Json
        What else is said of it.
    memory : bytes
        A digest of the memory it lies in.
    """
    about = " ".join([kind, *([" × ".join(map(str, shape))] if shape else [])])
    return Part(cut(name), about[:ABOUT], digest(canonical([kind, list(shape), told]) + memory)[:_DIGITS])


def value(name: str, found: Json, depth: int = 0) -> Part:
    """Return a value of JSON with what is in it. Texts are not told, only that they are some."""
    # not the JSON that is hashed elsewhere: a configuration may hold what that does not allow, such as an infinity
    mark = digest(json.dumps(found, sort_keys=True).encode())[:_DIGITS]
    held: list[tuple[str, Any]] = []
    if isinstance(found, dict):
        held = list(found.items())
    elif isinstance(found, list) and any(isinstance(one, (dict, list)) for one in found):
        held = [(f"[{place}]", one) for place, one in enumerate(found)]
    if not held or len(held) > _WIDE or depth >= DEEPEST - 1:
        return Part(cut(name), _about(found), mark)
    parts = {cut(step): value(step, one, depth + 1) for step, one in held}
    return Part(cut(name), "list" if isinstance(found, list) else "dict", mark, tuple(parts.values()))


def _about(found: Json) -> str:
    if isinstance(found, str):
        return "str"
    if isinstance(found, (dict, list)):
        short = json.dumps(found)
        plain = isinstance(found, list) and not any(isinstance(one, str) for one in found)
        return short if plain and len(short) <= ABOUT else f"{type(found).__name__} of {len(found):,}"
    return str(found)[:ABOUT]


def size(part: Part) -> int:
    """Return how many parts there are, this one among them."""
    return 1 + sum(map(size, part.parts))
