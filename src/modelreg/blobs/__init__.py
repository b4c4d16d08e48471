"""Bytes by digest: the table of stores, and how one is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg.plugins import LazyTable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from modelreg.blobs.base import BlobStore

__all__ = ["STORES", "open_store"]

STORES: Final[LazyTable[Callable[[str], BlobStore]]] = LazyTable(
    "object store",
    {"file": "modelreg.blobs.local:LocalBlobs"},
    group="modelreg.blobs",
)
"""URL scheme -> what opens a store at a place of that scheme."""


def open_store(place: str | Path) -> BlobStore:
    """Return the store at ``place``: a directory, or a URL whose scheme is in the table.

    Raises
    ------
    NotFoundError
        No store serves the scheme; the message lists those that exist.
    """
    scheme, separator, rest = str(place).partition("://")
    return STORES[scheme](rest) if separator else STORES["file"](str(place))
