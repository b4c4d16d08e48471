"""Which field of a form a refusal is about, so that the form can say it there."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from modelreg.errors import ModelRegError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextmanager
def about(name: str = "", kinds: Mapping[str, str] | None = None) -> Iterator[None]:
    """Let a refusal say which field it is about: of its kind the one in ``kinds``, else ``name``.

    A form has no options, so the message names none.
    """
    try:
        yield
    except ModelRegError as error:
        error.message = error.message.removeprefix("--")
        vars(error)["field"] = (kinds or {}).get(error.kind, name)
        raise
