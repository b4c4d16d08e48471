"""The tensors in a file of the format safetensors, by name: no library is asked, and nothing is made of the numbers.

Its header is read for comparing versions alone. It may come from anybody: what makes no sense in it, or would take long, has
no names, and the file is one part as any other.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from modelreg.crew import spread
from modelreg.digests import HASHERS, PART, hasher
from modelreg.errors import IntegrityError
from modelreg.flavors import named
from modelreg.flavors.native.safetensors import DTYPES
from modelreg.opcodes.paths import MOST, Part

if TYPE_CHECKING:
    from modelreg.flavors.base import Parts

LARGEST: Final = 16 << 30
"""Bytes of a file that is read once more for its names."""
_START: Final = 8
_HEADER: Final = 4 << 20
"""Bytes of the header of as many tensors as are named."""
_RANK: Final = 16
_LETTERS: Final = 16
_TWO: Final = 2
_NAMES: Final = {short: name for name, short in DTYPES.items()}
"""Name in a header -> name of torch."""


class _Tensor(NamedTuple):
    """Where a tensor lies, and what it is."""

    start: int
    end: int
    name: str
    kind: str
    shape: tuple[int, ...]


def tensors(file: Parts, most: int = MOST) -> tuple[Part, ...]:
    """Return the tensors of a file in the order of its header; nothing where they cannot be told.

    Parameters
    ----------
    file : Parts
        Its bytes.
    most : int, optional
        So many are named; of a file with more none is.
    """
    try:
        found = _listed(file, most)
        if not found:
            return ()
        marks = list(spread(lambda one: _mark(file, one), found, min(HASHERS, os.cpu_count() or 1), "hash"))
    except IntegrityError:  # it is not what it was: whoever stores it says so
        return ()
    told = (
        named.array(f"[{one.name!r}]", _NAMES.get(one.kind, one.kind), one.shape, None, mark)
        for one, mark in zip(found, marks, strict=True)
    )
    return tuple({part.name: part for part in told}.values())


def _listed(file: Parts, most: int) -> list[_Tensor]:
    """Return the tensors that the header tells of; none where it is no sound header."""
    if not _START < file.nbytes <= LARGEST:
        return []
    length = int.from_bytes(file.read(0, _START), "little")
    if length > min(_HEADER, file.nbytes - _START):
        return []
    try:
        told = json.loads(bytes(file.read(_START, length)))
    except (ValueError, RecursionError):
        return []
    if not isinstance(told, dict) or len(told) > most + 1:
        return []
    start = _START + length
    found = [_tensor(name, one, start) for name, one in told.items() if name != "__metadata__"]
    known = [one for one in found if one is not None]
    end = start
    for one in sorted(known):  # each byte belongs to one tensor, so that none is read more than once
        if one.start < end:
            return []
        end = one.end
    return known if len(known) == len(found) and end <= file.nbytes else []


def _tensor(name: str, told: Any, start: int) -> _Tensor | None:
    if not isinstance(told, dict):
        return None
    kind, shape, place = told.get("dtype"), _whole(told.get("shape")), _whole(told.get("data_offsets"))
    if not (isinstance(kind, str) and len(kind) <= _LETTERS and kind.isascii() and kind.isprintable()):
        return None
    if shape is None or len(shape) > _RANK or place is None or len(place) != _TWO or place[0] > place[1]:
        return None
    return _Tensor(start + place[0], start + place[1], name, kind, shape)


def _whole(numbers: Any) -> tuple[int, ...] | None:
    sound = isinstance(numbers, list) and all(type(one) is int and one >= 0 for one in numbers)
    return tuple(numbers) if sound else None


def _mark(file: Parts, one: _Tensor) -> bytes:
    whole = hasher()
    for place in range(one.start, one.end, PART):
        whole.update(file.read(place, min(PART, one.end - place)))
    return bytes(whole.digest())
