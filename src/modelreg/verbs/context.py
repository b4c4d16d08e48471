"""What every verb works with: the parts of one registry, and who acts."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from modelreg import moments, settings
from modelreg.blobs.local import LocalBlobs
from modelreg.catalog import backups, transaction
from modelreg.catalog.engine import Catalog
from modelreg.digests import digest
from modelreg.trust import Allowed
from modelreg.verified import Remembered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from modelreg.catalog.transaction import Transaction
    from modelreg.notebook import Notebook


STAGING: Final = "tmp"
"""Folder of a registry for what is being put together; nothing in it outlasts its writer but for a crash."""


@dataclass(slots=True, kw_only=True)
class Context:
    """The parts of one registry and who acts on it."""

    location: str
    catalog: Catalog
    blobs: LocalBlobs
    allowed: Allowed
    remembered: Remembered
    notebook: Notebook
    actor: str
    clock: Callable[[], int] = moments.now

    def read(self) -> AbstractContextManager[Connection]:
        """Open a consistent look at the catalog."""
        return self.catalog.read()

    def storage(self) -> LocalBlobs:
        """Return where bytes are to be stored now: a registry that is not there yet is made."""
        self.catalog.prepare()
        return self.blobs

    @property
    def staging(self) -> Path:
        """Where a model is put together that can only be written as a folder: on the disk that will hold it."""
        return self.blobs.root / STAGING

    @contextmanager
    def write(
        self,
        command: str,
        /,
        *,
        once: bool = False,
        creates: bool = False,
        patience: float | None = None,
        **asked: Any,
    ) -> Iterator[Transaction]:
        """Open a write for ``command``.

        Parameters
        ----------
        command : str
            The verb.
        once : bool
            For a verb that does more, or fails, when it is run twice. A call that is interrupted keeps its operation id in
            the notebook until this notebook changes something else; made again with the same words it finds its own commit
            in ``transaction.replayed``, which the verb must look at before anything else.
        creates : bool
            Whether the verb makes the registry when there is none. Any other verb finds nothing in it then, and leaves
            nothing behind.
        patience : float, optional
            Seconds to wait for the lock.
        **asked
            Everything that was asked for.
        """
        words = json.dumps([command, self.location, asked], sort_keys=True, default=str)
        mark = digest(words.encode("utf-8", "surrogatepass"))
        operation = self.notebook.wrote = self.notebook.pending.get(mark) or transaction.uid()
        request = transaction.Request(
            command=command,
            actor=self.actor,
            session=self.notebook.session,
            host=settings.host(),
            notebook=self.notebook.path,
            digest=mark,
            operation=operation,
        )
        if not creates and not self.catalog.exists:
            with self.catalog.read() as conn:
                yield transaction.Transaction(conn=conn, request=request, at=self.clock())
            return
        try:
            with transaction.write(self.catalog, request, self.clock, patience=patience) as tx:
                operation = self.notebook.wrote = tx.request.operation
                yield tx
            backups.when_due(self.catalog)
        except Exception:  # nothing was written; what waited for its answer goes on waiting
            raise
        except BaseException:  # an interrupt: it may have come after the commit
            if once:
                self.notebook.pending[mark] = operation
            raise
        self.notebook.settle(mark, operation if once else None, changed=tx.changed and command != "use")


def open_context(place: Path, *, notebook: Notebook, actor: str | None = None) -> Context:
    """Return the context of the registry at ``place``; nothing is opened or made yet."""
    blobs, remembered = LocalBlobs(place), Remembered(settings.private_directory())
    blobs.hits.memory = remembered
    return Context(
        location=str(place),
        catalog=Catalog(place),
        blobs=blobs,
        allowed=Allowed(settings.private_directory()),
        remembered=remembered,
        notebook=notebook,
        actor=actor or settings.user(),
    )
