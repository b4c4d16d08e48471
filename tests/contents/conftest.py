"""A store of its own for each test, and the way of an object through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from modelreg.blobs.local import LocalBlobs
from modelreg.contents import Packed, fetch, pack, store, unpack
from modelreg.flavors.python import PYTHON

if TYPE_CHECKING:
    from pathlib import Path


class Shelf:
    """A store and what is in it."""

    def __init__(self, root: Path) -> None:
        self.blobs = LocalBlobs(root)

    def keep(self, obj: object) -> Packed:
        """Pack and store an object."""
        packed = pack(obj, PYTHON)
        store(packed, self.blobs)
        return packed

    def get(self, packed: Packed) -> Any:
        """Return the object."""
        return unpack(fetch(packed.layout, packed.content_id, self.blobs), PYTHON)

    def trip(self, obj: Any) -> Any:
        """Return an object as it is after it was stored and loaded."""
        return self.get(self.keep(obj))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf")
