"""Which data a query means: an object of the kernel as it is now, a reference of a dataset, a digest, or a file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from modelreg import queries
from modelreg.capture.data import fingerprint
from modelreg.catalog import datasets
from modelreg.errors import InvalidError, NotFoundError
from modelreg.names import quote
from modelreg.verbs import target

if TYPE_CHECKING:
    from modelreg.verbs.context import Context

SCHEME: Final = "mrfp1:"
_DIGEST: Final = re.compile(r"(?:mrfp1:)?([0-9a-f]{6,64})", re.ASCII)
_WHOLE: Final = 64


def meant(ctx: Context, value: object) -> queries.Data:
    """Return which data a value of a query is.

    Raises
    ------
    InvalidError
        It is no data, or a reference of something else.
    NotFoundError
        There is no such dataset.
    """
    if not isinstance(value, str):
        return _live(value)
    digest = _DIGEST.fullmatch(value)
    if digest is not None:
        return queries.Data(digest=SCHEME + digest[1], whole=len(digest[1]) == _WHOLE)
    place = Path(value).expanduser()
    if place.is_absolute():  # no dataset is called so
        if not place.exists():
            raise NotFoundError(f"there is no file {value!r}; what was read from it can be asked for too: data == df")
        return _live(place)
    with ctx.read() as conn:
        try:
            found = target.find(conn, value)
        except NotFoundError:
            if not Path(value).exists():
                msg = f"there is no file {value!r} here, and no dataset of that name; a variable stands without quotes"
                raise NotFoundError(msg) from None
            return _live(Path(value))
        if found.home.holds != "dataset":
            msg = f"{value} is a {found.home.holds}; data are datasets, and a variable stands without quotes"
            raise InvalidError(msg, tries=(f"show {quote(value)}",))
        record = found.record(conn)
        return queries.Data(digest=datasets.print_of(conn, record.content_id) or "", versions=(record.uid,))


def _live(value: object) -> queries.Data:
    if value is None:
        msg = "it is None, which is no data"
        raise InvalidError(msg)
    found = fingerprint(value)
    if found.digest is None:
        why = (found.error or "").removeprefix("no fingerprint: ")
        msg = f"a {type(value).__name__} is no data that can be told again: {why}"
        raise InvalidError(msg)
    return queries.Data(digest=found.digest)
