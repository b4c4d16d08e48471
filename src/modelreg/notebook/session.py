"""One kernel session: its namespace, what it is called, what ran in it, and which object in it is which version."""

from __future__ import annotations

import os
import re
import threading
import weakref
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from modelreg.notebook.live import LiveObjects
from modelreg.notebook.log import Log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from threading import Thread

SCRATCH = "scratch"
_UNTITLED = re.compile(r"(untitled:)?untitled(-copy)?[ _-]?\(?\d*\)?", re.IGNORECASE)
"""How JupyterLab (``Untitled1``, ``Untitled-Copy1``) and VS Code (``Untitled-1``) call a notebook that nobody named."""


@dataclass(slots=True, kw_only=True, eq=False)
class Notebook:
    """One kernel session.

    Parameters
    ----------
    path : str
        Path or name of the notebook file, empty when unknown.
    namespace : callable
        Returns the user's variables.
    session : str
        Random id of this kernel session; ``undo`` takes back what this session did.
    """

    path: str = ""
    namespace: Callable[[], Mapping[str, Any]] = field(default=dict)
    session: str = field(default_factory=lambda: os.urandom(16).hex())
    live: LiveObjects = field(default_factory=LiveObjects)
    log: Log = field(default_factory=Log)
    kernel: str = ""
    """Id of the kernel, empty when unknown."""
    late: list[Thread] = field(default_factory=list)
    """What still captures after an answer was given."""
    awaited: bool = False
    """A process that ends waits for it."""
    pending: dict[str, str] = field(default_factory=dict)
    """Digest of a request that was interrupted -> its operation id: run again unchanged it is not done twice."""
    answers: threading.local = field(default_factory=threading.local, repr=False)
    """What each thread is about to answer: a panel may act in one while a cell runs in another."""
    registered_as: dict[str, str] = field(default_factory=dict)
    """Variable -> the registered model it was last registered under."""
    left: weakref.WeakSet[Any] = field(default_factory=weakref.WeakSet, repr=False)
    """Panels that no page shows any more: their cells were run again, or deleted."""
    place: str = ""
    """The registry that ``connect`` chose in this kernel; empty: settings decide."""

    @property
    def done(self) -> tuple[str, str] | None:
        """Request and operation of the newest write of this thread whose answer may not have been seen yet."""
        return getattr(self.answers, "done", None)

    @done.setter
    def done(self, write: tuple[str, str] | None) -> None:
        self.answers.done = write

    @property
    def wrote(self) -> str | None:
        """Operation of the newest write that the call of this thread has begun; after an interrupt it tells what to ask for."""
        return getattr(self.answers, "wrote", None)

    @wrote.setter
    def wrote(self, operation: str | None) -> None:
        self.answers.wrote = operation

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Do one call; interrupted after its write, that is unseen. The call that this one came into goes on as it was."""
        before, self.done = self.done, None
        begun, self.wrote = self.wrote, None
        try:
            yield
        except Exception:
            self.wrote = begun
            raise
        except BaseException:  # an interrupt after the commit, before the answer
            self.unseen()
            raise
        else:
            self.wrote = begun
        finally:
            self.done = before

    def settle(self, request: str, operation: str | None, *, changed: bool) -> None:
        """Note that a write has ended well. Once something was changed, no earlier call waits for its answer any more."""
        self.done = None if operation is None else (request, operation)
        if changed:
            self.pending.clear()
        self.pending.pop(request, None)

    def unseen(self) -> None:
        """Note that the answer to the newest write was not seen: made again unchanged it is not done twice."""
        if self.done is not None:
            self.pending[self.done[0]] = self.done[1]

    @property
    def stem(self) -> str:
        """The notebook's name without folder and ending; empty when unknown or still ``Untitled``."""
        stem = PurePath(self.path).stem
        return "" if _UNTITLED.fullmatch(stem) else stem

    @property
    def project(self) -> str:
        """The project that artifacts go to by default."""
        return re.sub(r"[/:@]", "-", self.stem).strip(" -") or SCRATCH

    @staticmethod
    def current() -> Notebook:
        """Return the notebook of this process: that of the loaded extension, else a nameless one."""
        return _current[-1]


_current: list[Notebook] = [Notebook()]


def attach(notebook: Notebook) -> None:
    """Make ``notebook`` the one of this process; the extension does so when it is loaded."""
    _current.append(notebook)


def detach(notebook: Notebook) -> None:
    """Undo :func:`attach`."""
    if notebook in _current[1:]:
        _current.remove(notebook)
