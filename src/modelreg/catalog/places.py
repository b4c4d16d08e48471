"""Where a registry may be: asked before anything is written, of a place that a user names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from modelreg.catalog import create
from modelreg.errors import InvalidError, ReadOnlyError
from modelreg.names import quote

if TYPE_CHECKING:
    from pathlib import Path


def must_serve(place: Path) -> None:
    """Refuse a place where no registry is and none can be made; nothing is left there.

    Raises
    ------
    InvalidError
        It is a file, or a directory of other files.
    ReadOnlyError
        It cannot be written.
    """
    try:
        if create.is_registry(place) or (place / "objects").exists():  # one without its catalog can be rebuilt
            return
        nearest = next(path for path in (place, *place.parents) if path.exists())
        if not nearest.is_dir():
            msg = f"{nearest} is a file; a registry is a directory"
            raise InvalidError(msg, tries=(_line(nearest.with_name("registry")),))
        if not create.is_vacant(place):
            msg = f"{place} is no registry and holds other files; name an empty or new directory"
            raise InvalidError(msg, tries=(_line(place / "registry"),))
        _write(nearest)
    except OSError as error:
        msg = f"no registry can be made at {place}: {error.strerror or error}"
        raise ReadOnlyError(msg, tries=("connect ~/models",)) from error


def _write(directory: Path) -> None:
    """Find out whether something can be made in a directory; what the system says of its rights is not always so."""
    probe = directory / f".modelreg-{os.getpid()}-{os.urandom(6).hex()}"
    probe.mkdir()
    probe.rmdir()


def _line(place: Path) -> str:
    return f"connect {quote(str(place))}"
