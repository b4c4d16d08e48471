"""From contents that passed the gate to the live object: what keeps one from becoming the other is one line."""

from __future__ import annotations

import os
import re
import traceback
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any, Final

import modelreg
from modelreg import contents, flavors
from modelreg.errors import MissingLibraryError, ModelRegError, StorageError, UnloadableError
from modelreg.names import quote
from modelreg.settings import private_directory

if TYPE_CHECKING:
    from modelreg.flavors.base import Flavor
    from modelreg.verbs.load import Verified

PANIC: Final = "PanicException"
"""What libraries in Rust raise, which is no ``Exception``."""
_GONE: Final = re.compile(r"Can't get attribute '([^']+)' on <module '([^']+)'")
_LONGEST: Final = 300


def unpacked(ready: Verified) -> Any:
    """Return the live object of contents that passed the gate.

    Raises
    ------
    UnloadableError
        A class is not where it was, or code that belongs to the object raises.
    StorageError
        Contents that are files cannot be laid out.
    ModelRegError
        Whatever its flavor says.
    """
    directory = None
    try:
        directory = place(ready)
        return contents.unpack(ready.source, flavor(ready), directory=directory)
    except MemoryError:
        raise
    except ModelRegError as error:
        raise _named(ready, error) from error
    except Exception as error:
        if isinstance(error, OSError) and ready.source.files():
            raise _unlaid(ready, error, directory) from error
        raise _unmade(ready, error) from error
    except BaseException as error:
        if type(error).__name__ != PANIC:
            raise
        raise _unmade(ready, error) from error


def flavor(ready: Verified) -> Flavor:
    """Return the flavor that the gate was asked about: a catalog that others write may say another each time it is read."""
    return flavors.FLAVORS[ready.source.flavor[0]]


def place(ready: Verified) -> Path | None:
    """Return where contents that are files come to lie: with the user, outside every registry.

    None where the user's own directory cannot be written, and for all other contents: the system's for temporary files.
    """
    if not ready.source.files():
        return None
    found = private_directory() / "files"
    try:
        found.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return found if os.access(found, os.W_OK | os.X_OK) else None


def elsewhere(ready: Verified) -> tuple[str, ...]:
    """Say that files do not lie with the user but where the system may take them away."""
    if not ready.source.files() or place(ready) is not None:
        return ()
    return (
        f"{private_directory() / 'files'} cannot be written: the files lie in {gettempdir()}, and may be gone later",
    )


def _named(ready: Verified, error: ModelRegError) -> ModelRegError:
    """Return the error of a flavor, which does not know what it reads, with the name of the version."""
    ref = ready.version.ref
    if error.message.startswith(ref):
        return error
    lines = error.tries
    if not lines:
        lines = (f"export {quote(ref)} DIRECTORY",) if isinstance(error, StorageError) else _next(ready)
    try:
        return type(error)(f"{ref} cannot be loaded: {error.message}{_other(ready)}", tries=lines)
    except TypeError:  # of a class of somebody else's
        return error


def _unlaid(ready: Verified, error: OSError, directory: Path | None) -> StorageError:
    ref, why = ready.version.ref, error.strerror or type(error).__name__
    said = (
        f"{ref} cannot be loaded: its files cannot be written to {directory or error.filename or 'a directory'}: {why}"
    )
    return StorageError(said, tries=(f"export {quote(ref)} DIRECTORY",))


def _unmade(ready: Verified, error: BaseException) -> ModelRegError:
    """Return the error for what was raised while the object was made."""
    ref = ready.version.ref
    text = " ".join(str(error).split())[:_LONGEST]
    gone = _GONE.search(text)
    where = _raiser(error)
    what = f"{type(error).__name__}: {text}" if text else type(error).__name__
    cause = f"{where} raises {what}" if where else what
    if gone is not None and isinstance(error, AttributeError):
        cause = f"the module {gone[2]!r} has no {gone[1]!r} here"
    kind = MissingLibraryError if isinstance(error, ModuleNotFoundError) else UnloadableError
    return kind(f"{ref} cannot be loaded: {cause}{_other(ready)}", tries=_next(ready))


def _raiser(error: BaseException) -> str:
    """Return the function that raised, where that is no code of ours."""
    frames = list(traceback.walk_tb(error.__traceback__))
    code = frames[-1][0].f_code if frames else None
    if code is None or Path(code.co_filename).is_relative_to(Path(modelreg.__file__).parent):
        return ""
    return code.co_qualname


def _other(ready: Verified) -> str:
    """Say what is not as it was made: that may be why."""
    return "".join(f"; {one}" for one in ready.warned())


def _next(ready: Verified) -> tuple[str, ...]:
    ref = quote(ready.version.ref)
    laid = (f"checkout {ref} DIRECTORY",) if ready.differing() else ()
    return (*laid, f"env {ref}" if ready.environment is not None else f"show {ref}")
