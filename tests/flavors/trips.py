"""The way of an object into bytes and back, without a store."""

from __future__ import annotations

import pickle
from typing import Any

from tests.flavors import routes

from modelreg.contents import pack
from modelreg.flavors import pickler
from modelreg.flavors.python import PYTHON

Dumped = tuple[int, bytes, list[bytes]]


def dumped(obj: object, *, apart: bool = True) -> Dumped:
    """Return format, stream and buffers of an object."""
    return routes.written(pickler.pickled(obj, apart=apart))


def loaded(found: Dumped) -> Any:
    """Return the object, each buffer in writable memory of its own."""
    return pickle.loads(found[1], buffers=[memoryview(bytearray(data)) for data in found[2]])


def trip(obj: Any) -> Any:
    """Return an object as it is after it was stored and loaded."""
    return loaded(dumped(obj))


def found_again(obj: object, again: object) -> bool:
    """Whether ``again``, registered after ``obj``, is the same version."""
    one, other = pack(obj, PYTHON), pack(again, PYTHON)
    return one.content_id == other.content_id or None is not one.canonical_id == other.canonical_id
