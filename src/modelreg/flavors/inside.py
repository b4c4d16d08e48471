"""What is named in files: tensors of safetensors, and settings of the configurations that the libraries write beside them.

Files may come from anybody, and names are for comparing alone: a file that makes no sense is one part, as all others are.
"""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from modelreg.errors import IntegrityError
from modelreg.flavors import named, weights
from modelreg.opcodes.paths import MOST, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from modelreg.flavors.base import Parts

_LARGEST: Final = 64 << 10
"""Bytes of a configuration."""


def inside(files: Mapping[str, Parts]) -> dict[str, tuple[Part, ...]]:
    """Return of every file what is named in it, as far as anything is; of all together no more than of one model."""
    found: dict[str, tuple[Part, ...]] = {}
    left = MOST
    for path, file in files.items():
        read = next((read for pattern, read in _READERS.items() if fnmatchcase(path, pattern)), None)
        parts = () if read is None else read(file, left)
        left -= sum(map(named.size, parts))
        if parts:
            found[path] = parts
    return found


def settings(file: Parts, most: int = MOST) -> tuple[Part, ...]:
    """Return the entries of a configuration; nothing where it is none, or has more than are named."""
    if file.nbytes > _LARGEST:
        return ()
    try:
        told = json.loads(bytes(file.read(0, file.nbytes)))
        parts = named.value("", told).parts if isinstance(told, dict) else ()
    except (ValueError, RecursionError, IntegrityError):
        return ()
    return parts if sum(map(named.size, parts)) <= most else ()


_READERS: Final[Mapping[str, Callable[[Parts, int], tuple[Part, ...]]]] = {
    "*.safetensors": weights.tensors,
    "*config*.json": settings,
}
"""What a path looks like -> what reads the names out of such a file."""
