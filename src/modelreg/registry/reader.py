"""The registry to somebody who looks: lists, versions, history, comparisons, and the live objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelreg import verbs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from modelreg.progress import Progress
    from modelreg.records import (
        Action,
        Approval,
        Attached,
        Beside,
        Change,
        Code,
        Collection,
        Comparison,
        Detail,
        Keys,
        Lineage,
        LiveModel,
        Loaded,
        ModelDetail,
        Moment,
        Page,
        Points,
        RegisteredModel,
        Report,
        Undoable,
        Version,
    )
    from modelreg.records.replay import CheckedOut
    from modelreg.verbs.context import Context


class Reader:
    """What there is in a registry, and what comes back out of it. Every way to look; none changes what others see.

    Safe for use from several threads and processes.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    def location(self) -> str:
        """Where the registry is: a directory."""
        return self._context.location

    @property
    def writable(self) -> bool:
        """Whether this registry can be changed from here."""
        return self._context.catalog.writable

    def close(self) -> None:
        """Give back the connections. The registry opens again by itself when used."""
        self._context.catalog.close()
        self._context.allowed.close()
        self._context.remembered.close()

    # -- bring back ----------------------------------------------------------------------------

    def load(
        self,
        ref: str,
        *,
        at: str | int | None = None,
        trust: bool = False,
        expect: str | None = None,
        progress: Progress | None = None,
    ) -> Any:
        """Return the live object of ``ref``.

        Parameters
        ----------
        ref : str
            ``churn:v3``, ``churn:production``, ``train/clf:v0``.
        at : str or int, optional
            A time: what the alias meant then.
        trust : bool
            Approve the contents for this one call.
        expect : str, optional
            ``b3:<64 hex digits>``: the content id that must come, which is an approval too.
        progress : Progress, optional
            Told of the bytes.

        Raises
        ------
        IntegrityError
            Bytes are missing or changed. Checked before trust.
        UntrustedModelError
            Loading would run code that nobody here approved.
        MissingLibraryError
            A library that the contents import is not installed.
        """
        return self.fetch(ref, at=at, trust=trust, expect=expect, progress=progress).obj

    def fetch(
        self,
        ref: str,
        *,
        at: str | int | None = None,
        trust: bool = False,
        expect: str | None = None,
        progress: Progress | None = None,
    ) -> Loaded:
        """Return the live object of ``ref`` with the version it is and what was noted; see :meth:`load`."""
        return verbs.load(self._context, ref, at=at, trust=trust, expect=expect, progress=progress)

    def export(self, ref: str, directory: str | Path, *, trust: bool = False, expect: str | None = None) -> Report:
        """Write the version in its library's own file format into ``directory``, which must be new or empty."""
        return verbs.export(self._context, ref, directory, trust=trust, expect=expect)

    # -- where a version stands ----------------------------------------------------------------

    def undoable(self) -> Undoable | None:
        """Return what :meth:`undo` would take back; None when this notebook has changed nothing."""
        return verbs.undoable(self._context)

    def done(self, operation: str) -> str:
        """Say what a write did, by the uid of its operation; empty where it was never committed."""
        return verbs.done(self._context, operation)

    # -- look ----------------------------------------------------------------------------------

    def models(
        self,
        query: str | None = None,
        *,
        search: str | None = None,
        order: str = "-updated",
        limit: int = 50,
        token: str | None = None,
        names: Mapping[str, Any] | None = None,
    ) -> Page[RegisteredModel]:
        """List registered models.

        Parameters
        ----------
        query : str, optional
            A Python expression over name, description, tags, aliases, created, updated, user, versions.
        search : str, optional
            Words that all stand in the name, an alias or a tag, whatever their case; counts what matches, too.
        order : str
            A field, with ``-`` before it for descending.
        limit : int
            1 to 1000.
        token : str, optional
            ``page.next`` of the page before, of the same query and order.
        names : mapping, optional
            Where bare names on the right of a comparison are looked up.

        Raises
        ------
        QueryError
            The query or order cannot be understood; the message gives the column.
        """
        return verbs.models(self._context, query, search=search, order=order, limit=limit, token=token, names=names)

    def artifacts(self, query: str | None = None, *, limit: int = 50, token: str | None = None) -> Page[Collection]:
        """List artifacts, newest change first."""
        return verbs.artifacts(self._context, query, limit=limit, token=token)

    def versions(
        self,
        name: str | None = None,
        query: str | None = None,
        *,
        order: str = "-version",
        limit: int = 50,
        token: str | None = None,
        names: Mapping[str, Any] | None = None,
    ) -> Page[Version]:
        """List versions of ``name`` (a registered model or artifact), or of every registered model.

        The query is a Python expression over name, version, alias, aliases, tags, description, created, updated, user,
        flavor, class_name, source, size, metrics and params; see :meth:`models` for the other parameters.
        """
        return verbs.versions(self._context, name, query, order=order, limit=limit, token=token, names=names)

    def get(self, ref: str, *, at: str | int | None = None) -> Version:
        """Return the version that ``ref`` means now, or meant at the time ``at``."""
        return verbs.get(self._context, ref, at=at)

    def model(self, name: str) -> RegisteredModel:
        """Return the registered model ``name``."""
        return verbs.model(self._context, name)

    def keys(self, name: str) -> Keys:
        """Return which metrics and params the newest 400 versions of a registered model or artifact have."""
        return verbs.keys(self._context, name)

    def pulse(self, *, patience: float | None = None) -> int:
        """Return a number that is another one after every change of the registry, from wherever: cheap to ask often.

        ``patience`` is how many seconds it waits for somebody who holds the whole registry before it is a LockedError.
        """
        return verbs.pulse(self._context, patience)

    def twins(self, name: str) -> tuple[str, ...]:
        """Return the names of registered models, or artifacts, that differ from ``name`` by case only."""
        return verbs.twins(self._context, name)

    def show(self, ref: str, *, at: str | int | None = None, patience: float = 2.0) -> Detail | ModelDetail:
        """Return all of a version (``churn:v3``), or of a registered model or artifact (``churn``).

        What this notebook still captures is waited for as many seconds as ``patience`` says.
        """
        return verbs.show(self._context, ref, at=at, patience=patience)

    def history(
        self,
        name: str | None = None,
        *,
        limit: int = 50,
        token: str | None = None,
        kinds: Sequence[str] = (),
        newest_first: bool = True,
    ) -> Page[Action]:
        """List the actions on ``name`` (also ``churn:v3``, also of a deleted name), or on everything."""
        return verbs.history(self._context, name, limit=limit, token=token, kinds=kinds, newest_first=newest_first)

    def moment(self, name: str, at: str | int) -> Moment:
        """Return what every alias of ``name`` meant at the time ``at``: who was production when."""
        return verbs.moment(self._context, name, at)

    def compare(self, *refs: str, patience: float = 2.0) -> Comparison:
        """Compare versions; of one registered model alone: its newest version against production.

        What this notebook still captures is waited for as many seconds as ``patience`` says.
        """
        return verbs.compare(self._context, refs, patience=patience)

    def lineage(self, ref: str, *, depth: int = 4) -> Lineage:
        """Return the data, runs and versions that a version came from and led to.

        Parameters
        ----------
        ref : str
            The version.
        depth : int
            How many versions away the graph reaches, 1 to 50, each way.
        """
        return verbs.lineage(self._context, ref, depth=depth)

    def attachment(self, ref: str, name: str | None = None, *, to: str | Path | None = None) -> Attached:
        """Return an attachment of a version with its bytes; ``to`` writes it to a new file, or into a folder.

        ``name`` may be left out where the version has one only.
        """
        return verbs.attachment(self._context, ref, name, to=to)

    def code(self, ref: str, *, what: str = "slice", to: str | Path | None = None) -> Code:
        """Return the code that was captured with a version; ``to`` writes it to a new file, or into a folder.

        ``what`` is ``slice`` (the statements that made it), ``session`` (all that ran), ``notebook`` (as it was saved) or
        ``patch`` (what was not committed).
        """
        return verbs.code(self._context, ref, what=what, to=to)

    def checkout(self, ref: str, directory: str | Path, *, source: str | Path | None = None) -> CheckedOut:
        """Lay out the files that made a version in a new or empty directory; the user's own tree stays as it is.

        ``source`` is a repository that holds the commit; default: where the version was registered, else the one around.
        """
        return verbs.checkout(self._context, ref, directory, source=source)

    def env(self, ref: str) -> Report:
        """Return the environment that a version needs, and how this Python differs from it."""
        return verbs.env(self._context, ref)

    def environment(self, ref: str) -> Beside:
        """Return each package that a version needs beside what this Python has of it, and its ``requirements.txt``."""
        return verbs.environment(self._context, ref)

    def curves(self, ref: str) -> Mapping[str, Points]:
        """Return every point, (step, value), of the metrics of a version that were given as more than one."""
        return verbs.curves(self._context, ref)

    def status(self, namespace: Mapping[str, Any] | None = None, *, full: bool = False) -> tuple[LiveModel, ...]:
        """Say of every model in ``namespace`` (default: the notebook's) how it stands to the registry.

        With ``full`` every object of it is told of, whatever its class, and compared, whatever its size.
        """
        return verbs.status(self._context, namespace, full=full)

    # -- keep house ----------------------------------------------------------------------------

    def du(self, name: str | None = None) -> Report:
        """Say how much space versions take, logically and on disk."""
        return verbs.du(self._context, name)

    def backup(self, destination: str | Path) -> Report:
        """Copy the live registry to ``destination``, consistently.

        What is damaged is left out, and told with who needs it: where a disk begins to fail, the rest is what is to be saved.
        """
        return verbs.backup(self._context, destination)

    def trust(self, ref: str) -> Change:
        """Approve the contents of ``ref`` on this machine, for this user."""
        return verbs.trust(self._context, ref)

    def untrust(self, ref: str) -> Change:
        """Take the approval back."""
        return verbs.untrust(self._context, ref)

    def approvals(self) -> tuple[Approval, ...]:
        """List what is approved on this machine, newest first."""
        return verbs.approvals(self._context)
