"""Take back what writes have left that failed or were cut off: on a full disk it would stand in the way of everything."""

from __future__ import annotations

import os
import shutil
import stat
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from modelreg.blobs import plain
from modelreg.catalog import stored
from modelreg.errors import ModelRegError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelreg.verbs.context import Context

_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | plain.NOFOLLOW


def discard(ctx: Context, names: Sequence[str]) -> None:
    """Delete objects of a version that was not written and that nothing else came to need.

    Under the write lock, as gc does: a writer that found one of them there, or had put it there, looks again in its own
    commit and writes what is gone. What cannot be deleted now is garbage that gc takes later.
    """
    if not names:  # a registry that is not there yet is not made for that
        return
    with suppress(ModelRegError), ctx.catalog.write() as conn:
        known = stored.known(conn)
        for name in names:
            if name not in known:
                with suppress(ModelRegError):
                    ctx.blobs.delete(name)


@contextmanager
def taken_back(ctx: Context, names: Sequence[str]) -> Iterator[None]:
    """Delete objects again if the version that needs them is not written: a refusal, a failure, an interrupt.

    An interrupt that comes right after the commit takes nothing: what a version needs stands in the catalog then.
    """
    try:
        yield
    except BaseException:
        discard(ctx, names)
        raise


def sweep(ctx: Context, seconds: float) -> None:
    """Remove folders that a killed process was putting a model together in, if they are older.

    Whoever can write the registry can put a link in the place of its ``tmp``, or into it: none is followed.
    """
    try:
        place = os.open(ctx.staging, _FOLDER)
    except OSError:  # there is none
        return
    try:
        for name in os.listdir(place):  # noqa: PTH208  (of a descriptor, which nobody can exchange)
            with suppress(FileNotFoundError):
                found = os.lstat(name, dir_fd=place)
                if stat.S_ISDIR(found.st_mode) and time.time() - found.st_mtime > seconds:
                    shutil.rmtree(name, ignore_errors=True, dir_fd=place)
    finally:
        os.close(place)
