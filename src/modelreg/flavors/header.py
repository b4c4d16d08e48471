"""The stream of a flavor that runs no code: one JSON object that says what the buffers and files are.

It is no more to be believed than any other stored byte: what reads it asks for each thing by its type.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from modelreg.digests import canonical
from modelreg.errors import IntegrityError

if TYPE_CHECKING:
    from modelreg.flavors.base import Sink, Source

Kind = TypeVar("Kind")


def write(sink: Sink, header: dict[str, Any]) -> None:
    """Write the stream; the order of keys does not count."""
    sink.stream().write(canonical(header))


def read(source: Source) -> dict[str, Any]:
    """Return what :func:`write` wrote.

    Raises
    ------
    IntegrityError
        The stream is no JSON object.
    """
    try:
        found = json.loads(bytes(source.stream()))
    except (ValueError, RecursionError) as error:
        raise wrong(f"no JSON: {error}") from error
    if not isinstance(found, dict):
        raise wrong("no object")
    return found


def need(holder: object, key: str, kind: type[Kind] | tuple[type[Kind], ...]) -> Kind:
    """Return an entry of the header.

    Raises
    ------
    IntegrityError
        It is not there, or of another type; a bool is no number.
    """
    found = holder.get(key) if isinstance(holder, dict) else None
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if not isinstance(found, kinds) or (isinstance(found, bool) and bool not in kinds):
        raise wrong(f"no {key!r}")
    return found


def words(holder: object, key: str) -> list[str]:
    """Return an entry that is a list of texts.

    Raises
    ------
    IntegrityError
        It is not there, or something else.
    """
    found = need(holder, key, list)
    if not all(isinstance(one, str) for one in found):
        raise wrong(f"no {key!r}")
    return found


def plain(value: object) -> bool:
    """Whether a value is the same once it was written as JSON and read again."""
    try:
        return bool(json.loads(json.dumps(value, allow_nan=False)) == value)
    except (TypeError, ValueError, RecursionError):
        return False


def wrong(what: str) -> IntegrityError:
    """Return the error for contents that make no sense."""
    return IntegrityError(f"these contents cannot be read: their header has {what}")
