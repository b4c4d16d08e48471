"""What a library raises over stored contents becomes one error of ours, in one line: they may come from anybody."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from modelreg.errors import IntegrityError, ModelRegError

if TYPE_CHECKING:
    from collections.abc import Iterator

PANIC: Final = "PanicException"
"""What libraries in Rust raise where they did not expect what they read. It is no ``Exception``, so that nobody catches it."""

_LONGEST: Final = 300


@contextmanager
def making(what: str) -> Iterator[None]:
    """Let a library make something of stored contents.

    Parameters
    ----------
    what : str
        How the message begins: ``this keras cannot make the model``.

    Raises
    ------
    IntegrityError
        It cannot, for whatever reason. What is one of our errors stays as it is.
    """
    try:
        yield
    except ModelRegError:
        raise
    except MemoryError as error:
        raise IntegrityError(f"{what}: that needs more memory than this process gets") from error
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != PANIC:
            raise
        raise IntegrityError(f"{what}: {said(error)}") from error


def said(error: BaseException) -> str:
    """Return what an error says, in one line; its name where it says nothing, or next to nothing."""
    text = " ".join(str(error).split())[:_LONGEST]
    plain = isinstance(error, (KeyError, IndexError)) or not text
    return f"{type(error).__name__}: {text}".rstrip(": ") if plain else text


def unhidden(made: object) -> None:
    """See that nothing hides a method of what a library made: some set every attribute that a file names.

    Raises
    ------
    IntegrityError
        Something does.
    """
    hidden = next((name for name in vars(made) if callable(getattr(type(made), name, None))), None)
    if hidden is not None:
        msg = f"these contents set {hidden!r} of a {type(made).__name__}, which is a method of it: nothing was loaded"
        raise IntegrityError(msg)
