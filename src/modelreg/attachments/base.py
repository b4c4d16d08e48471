"""What every kind of attachment is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from modelreg import media, sizes
from modelreg.errors import InvalidError

if TYPE_CHECKING:
    from modelreg.media import Medium

MOST: Final = 100_000_000
"""Bytes of one attachment: it is made in memory, and shown beside the version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The bytes of an attachment.

    Parameters
    ----------
    medium : Medium
        What they are.
    data : bytes
        The same bytes for the same object, in every kernel.
    note : str
        What the user should know of it, in one line.
    """

    medium: Medium
    data: bytes = field(repr=False)
    note: str = ""


class Kind(Protocol):
    """One kind of object that can be attached. It changes nothing: not the object, not settings of its library."""

    def serves(self, obj: Any) -> bool:
        """Whether it can make an attachment of the object, whose library it is named for."""
        ...

    def make(self, name: str, obj: Any) -> Made:
        """Return the bytes; ``name`` is for messages.

        Whatever the library raises is told as one line by the caller.
        """
        ...


def within(name: str, made: Made) -> Made:
    """Return what was made, if it is of a known medium and not too large.

    Raises
    ------
    InvalidError
        It is not.
    """
    if media.MEDIA.get(made.medium.type) != made.medium:
        msg = f"the attachment {name!r} is of the unknown medium {made.medium.type!r}; nothing was registered"
        raise InvalidError(msg)
    if len(made.data) > MOST:
        raise too_large(name, len(made.data))
    return made


def too_large(name: str, size: int) -> InvalidError:
    """Return the error for an attachment that is too large."""
    msg = (
        f"the attachment {name!r} has {sizes.human(size)}; {sizes.human(MOST)} is the most, and nothing was registered"
    )
    return InvalidError(
        f"{msg}. Keep it as a dataset of its own", tries=("log --path FILE PROJECT/NAME --kind dataset",)
    )
