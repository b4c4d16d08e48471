"""Names of bytes: BLAKE3-256 in lowercase hex, and the one way to write JSON that is hashed."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from modelreg.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PART: Final = 8 << 20
"""Bytes of a leaf. Part of the content id: it never changes."""

HASHERS: Final = 4
"""At most so many threads hash one buffer."""

Bytes: TypeAlias = "bytes | bytearray | memoryview"
"""What holds bytes. A memoryview is one-dimensional and contiguous."""

_HEX = re.compile(r"[0-9a-f]{64}")


@cache
def _blake3() -> Any:
    from blake3 import blake3

    return blake3


def digest(data: Bytes) -> str:
    """Return the digest of ``data``: 64 lowercase hex digits."""
    return str(_blake3()(data).hexdigest())


def hasher() -> Any:
    """Return a BLAKE3 hasher: what is given to ``update`` piece by piece, ``hexdigest`` names as a whole."""
    return _blake3()()


def digest_of(chunks: Iterable[Bytes]) -> str:
    """Return the digest of the concatenation of ``chunks``, which is never built."""
    whole = hasher()
    for chunk in chunks:
        whole.update(chunk)
    return str(whole.hexdigest())


def raw_digest(data: Bytes) -> bytes:
    """Return the digest of ``data`` as 32 bytes."""
    return bytes(_blake3()(data).digest())


def leaves(view: Bytes) -> list[str]:
    """Return the digests of the 8 MiB leaves of ``view``; the last leaf is shorter, nothing has none."""
    flat = memoryview(view).cast("B")
    parts = [flat[start : start + PART] for start in range(0, flat.nbytes, PART)]
    if len(parts) < 2:  # noqa: PLR2004  (one leaf needs no second thread)
        return [digest(part) for part in parts]
    return _hashed(parts)


def _hashed(parts: Sequence[memoryview]) -> list[str]:
    # Threads of our own, for one call: the thread pool inside blake3 does not survive a fork.
    import os

    from modelreg.crew import spread

    _blake3()
    return list(spread(digest, parts, min(HASHERS, os.cpu_count() or 1), "hash"))


def canonical(value: object) -> bytes:
    """Return ``value`` as the one JSON text that is hashed: sorted keys, no blanks, UTF-8, no NaN.

    Raises
    ------
    InvalidError
        The value is no JSON, or holds a number that JSON cannot write.
    """
    try:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return text.encode()
    except (TypeError, ValueError) as error:  # a lone surrogate is a ValueError too
        msg = f"no canonical JSON: {error}"
        raise InvalidError(msg) from error


def is_digest(text: object) -> bool:
    """Whether ``text`` is written as a digest: 64 lowercase hex digits."""
    return isinstance(text, str) and _HEX.fullmatch(text) is not None
