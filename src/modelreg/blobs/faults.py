"""What can be wrong with an object, in the words of every store."""

from __future__ import annotations

from modelreg.digests import is_digest
from modelreg.errors import IntegrityError


def checked(name: str) -> str:
    """Return ``name`` if it is a digest: nothing else ever becomes part of a path.

    Raises
    ------
    IntegrityError
        It is none.
    """
    if not is_digest(name):
        msg = f"{name!r:.80} is not the digest of an object"
        raise IntegrityError(msg)
    return name


def missing(name: str) -> IntegrityError:
    """Return the error for an object that is not there."""
    msg = f"object b3:{name} is missing; check lists the versions that need it"
    return IntegrityError(msg, tries=("check",))


def damaged(name: str, how: str) -> IntegrityError:
    """Return the error for an object that is not what it should be."""
    msg = f"object b3:{name} {how}; check lists the versions that need it"
    return IntegrityError(msg, tries=("check --read-data",))


class OtherBytesError(IntegrityError):
    """An object that is not what its name says.

    Parameters
    ----------
    name : str
        Its name.
    """

    def __init__(self, name: str) -> None:
        msg = f"object b3:{name} holds other bytes than were registered (digest mismatch); check lists who needs it"
        super().__init__(msg, tries=("check --read-data",))
