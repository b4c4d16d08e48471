"""The registry as Python sees it: every verb is a method here, and nothing else is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from modelreg import settings, verbs
from modelreg.notebook import Notebook

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
        Registration,
        Report,
        Undoable,
        Version,
    )
    from modelreg.records.replay import CheckedOut
    from modelreg.verbs.context import Context


class Registry:
    """A registry of models. Get one from :func:`connect`.

    Safe for use from several threads and processes: every change is one transaction.
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

    # -- keep ----------------------------------------------------------------------------------

    def register(
        self,
        obj: object,
        name: str,
        *,
        aliases: Sequence[str] = (),
        message: str = "",
        metrics: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        evaluate: Mapping[str, tuple[Any, Any]] | None = None,
        tags: Sequence[str] = (),
        project: str | None = None,
        artifact: str | None = None,
        path: str | Path | None = None,
        attachments: Mapping[str, Any] | None = None,
        new_version: bool = False,
        expect: Mapping[str, int | None] | None = None,
        variable: str | None = None,
        progress: Progress | None = None,
    ) -> Registration:
        """Log a version of ``obj`` and link it to the registered model ``name``, in one transaction.

        Parameters
        ----------
        obj : object
            The model. With ``path`` it is ignored and may be None.
        name : str
            The registered model; made when it does not exist.
        aliases : sequence of str
            Aliases that the version gets in the registered model.
        message : str
            The reason, kept in the history and with the run.
        metrics : mapping
            Metric to a number, or to a sequence or frame column of numbers (a stepped curve; the last is current).
        params : mapping
            Param to a JSON-like value.
        data : mapping of str to (str or object)
            Role (``train``, ``test``) to data: the reference of a logged dataset, or any data in memory.
        evaluate : mapping of str to tuple, optional
            What the model is evaluated on, as the user writes it (``X_test, y_test``), to the two objects. Its scores become
            metrics of the run, where ``metrics`` has none of the name.
        tags : sequence of str
            ``key`` or ``key=value``, put on the version.
        project : str, optional
            Project of the artifact. Default: the notebook's stem, else ``scratch``.
        artifact : str, optional
            Name of the artifact in the project. Default: ``variable``, else ``name``.
        path : str or Path, optional
            A file or folder that is the model.
        attachments : mapping of str to object
            Name to a picture (a figure of matplotlib or plotly, an image of PIL), a table (a DataFrame, Series or array
            of at most two dimensions), bytes, or the path of a file; kept with the run.
        new_version : bool
            Make a new version even of identical contents.
        expect : mapping of str to (int or None), optional
            Compare-and-set: where an alias must stand now (None: nowhere).
        variable : str, optional
            What the object is called in the notebook.
        progress : Progress, optional
            Told of the bytes.

        Raises
        ------
        UnpicklableError
            The object cannot become bytes; the message names the attribute.
        InvalidError
            An argument cannot be meant, or an attachment cannot be written; nothing was registered.
        ConflictError
            An alias does not stand where ``expect`` says.
        RefusedError
            An alias is protected.
        """
        return verbs.register(
            self._context,
            obj,
            name,
            aliases=aliases,
            message=message,
            metrics=metrics,
            params=params,
            data=data,
            evaluate=evaluate,
            tags=tags,
            project=project,
            artifact=artifact,
            path=path,
            attachments=attachments,
            new_version=new_version,
            expect=expect,
            variable=variable,
            progress=progress,
        )

    def log(
        self,
        obj: object,
        artifact: str,
        *,
        kind: str | None = None,
        aliases: Sequence[str] = (),
        message: str = "",
        metrics: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        tags: Sequence[str] = (),
        path: str | Path | None = None,
        attachments: Mapping[str, Any] | None = None,
        new_version: bool = False,
        variable: str | None = None,
        progress: Progress | None = None,
    ) -> Registration:
        """Log a version of ``obj`` to the artifact ``project/name`` without linking it.

        ``kind`` is ``model`` (the default for a new artifact) or ``dataset`` and is fixed per artifact; the other
        parameters are those of :meth:`register`, with ``aliases`` in the artifact.
        """
        return verbs.log(
            self._context,
            obj,
            artifact,
            kind=kind,
            aliases=aliases,
            message=message,
            metrics=metrics,
            params=params,
            tags=tags,
            path=path,
            attachments=attachments,
            new_version=new_version,
            variable=variable,
            progress=progress,
        )

    @overload
    def link(self, ref: str, name: str, *, aliases: Sequence[str] = (), message: str = "") -> Registration: ...
    @overload
    def link(
        self, ref: list[str] | tuple[str, ...], name: str, *, aliases: Sequence[str] = (), message: str = ""
    ) -> tuple[Registration, ...]: ...
    def link(
        self, ref: str | Sequence[str], name: str, *, aliases: Sequence[str] = (), message: str = ""
    ) -> Registration | tuple[Registration, ...]:
        """Make the version ``ref`` a member of the registered model ``name``; copies no bytes, idempotent.

        A list of references links all of them or none, in one operation.
        """
        refs = [ref] if isinstance(ref, str) else ref
        made = verbs.link(self._context, refs, name, aliases=aliases, message=message)
        return made[0] if isinstance(ref, str) else made

    def unlink(self, *refs: str, message: str = "", force: bool = False) -> Change:
        """End memberships (``churn:v3``), all or none, in one operation. The versions stay in their artifacts."""
        return verbs.unlink(self._context, refs, message=message, force=force)

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

    def alias(
        self,
        ref: str,
        alias: str,
        *,
        message: str = "",
        expect: int | str | None = "any",
        force: bool = False,
    ) -> Change:
        """Point ``alias`` at ``ref`` in its home; an alias that exists moves.

        ``expect`` makes it compare-and-set: the number the alias must stand at now, None when it must not exist.
        ``force`` moves a protected alias.
        """
        return verbs.alias(self._context, ref, alias, message=message, expect=expect, force=force)

    def unalias(
        self,
        name: str,
        alias: str,
        *,
        message: str = "",
        expect: int | str | None = "any",
        force: bool = False,
    ) -> Change:
        """Remove ``alias`` from the home ``name``; no change when it is absent. ``expect`` as in :meth:`alias`."""
        return verbs.unalias(self._context, name, alias, message=message, expect=expect, force=force)

    def promote(
        self,
        ref: str,
        stage: str | None = None,
        *,
        message: str = "",
        expect: int | str | None = "any",
        force: bool = False,
    ) -> Change:
        """Give the version its next stage (or ``stage``) and take the previous stage from it.

        ``expect`` says where the stage that it gets must stand now, as in :meth:`alias`.
        """
        return verbs.promote(self._context, ref, stage, message=message, expect=expect, force=force)

    def rollback(
        self,
        name: str,
        alias: str,
        *,
        message: str = "",
        expect: int | str | None = "any",
        force: bool = False,
    ) -> Change:
        """Point ``alias`` at the version it stood at before; again: one step further back.

        ``expect`` says where it must stand now, as in :meth:`alias`.
        """
        return verbs.rollback(self._context, name, alias, message=message, expect=expect, force=force)

    def protect(self, name: str, alias: str, *, message: str = "") -> Change:
        """Guard ``alias``: moving, removing, unlinking and deleting under it then need ``force``."""
        return verbs.protect(self._context, name, alias, message=message)

    def unprotect(self, name: str, alias: str, *, message: str = "") -> Change:
        """Take the guard from ``alias``."""
        return verbs.unprotect(self._context, name, alias, message=message)

    def undo(self, *, message: str = "", only: str | None = None) -> Change:
        """Take back the last change made from this notebook; again: the one before.

        ``only`` names the operation that is meant: when another came after it, nothing is undone.
        """
        return verbs.undo(self._context, message=message, only=only)

    def undoable(self) -> Undoable | None:
        """Return what :meth:`undo` would take back; None when this notebook has changed nothing."""
        return verbs.undoable(self._context)

    def stages(self, name: str, stages: Sequence[str], *, message: str = "") -> Change:
        """Set the stages of a registered model, in order."""
        return verbs.stages(self._context, name, stages, message=message)

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

    def compare(self, *refs: str) -> Comparison:
        """Compare versions; of one registered model alone: its newest version against production."""
        return verbs.compare(self._context, refs)

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

    def status(self, namespace: Mapping[str, Any] | None = None) -> tuple[LiveModel, ...]:
        """Say of every model in ``namespace`` (default: the notebook's) how it stands to the registry."""
        return verbs.status(self._context, namespace)

    # -- edit ----------------------------------------------------------------------------------

    def create(
        self, name: str, *, description: str = "", tags: Sequence[str] = (), message: str = ""
    ) -> RegisteredModel:
        """Make an empty registered model."""
        return verbs.create(self._context, name, description=description, tags=tags, message=message)

    def describe(self, ref: str, text: str, *, message: str = "", expect: str | None = None) -> Change:
        """Set the description (Markdown) of a registered model, artifact or version.

        ``expect`` makes it compare-and-set: the description that was read and must stand there now; None: whichever.
        """
        return verbs.describe(self._context, ref, text, message=message, expect=expect)

    def tag(
        self,
        ref: str | Sequence[str],
        *tags: str,
        message: str = "",
        expect: Mapping[str, str | None] | None = None,
    ) -> Change:
        """Set tags, ``key`` or ``key=value``, on a registered model, artifact or version; on a list of them in one go.

        ``expect`` makes it compare-and-set: the value that a key must have now, None where it must be absent.
        """
        refs = [ref] if isinstance(ref, str) else ref
        return verbs.tag(self._context, refs, tags, message=message, expect=expect)

    def untag(self, ref: str, *keys: str, message: str = "", expect: Mapping[str, str | None] | None = None) -> Change:
        """Remove tags by key; absent ones are no change. ``expect`` as in :meth:`tag`."""
        return verbs.untag(self._context, ref, keys, message=message, expect=expect)

    def rename(self, name: str, new: str, *, message: str = "", expect: str | None = None) -> Change:
        """Rename a registered model. The old name answers with the new one.

        ``expect`` makes it compare-and-set: what it must be called now, as ``name`` may be a former name.
        """
        return verbs.rename(self._context, name, new, message=message, expect=expect)

    def delete(self, *refs: str, message: str = "", force: bool = False) -> Change:
        """Delete a version (of an artifact) or a registered model; refused while something holds it.

        Several versions are deleted in one operation, all or none.
        """
        return verbs.delete(self._context, refs, message=message, force=force)

    def undelete(self, ref: str, *, message: str = "") -> Change:
        """Bring back a deleted version or registered model, with the links that its deletion removed."""
        return verbs.undelete(self._context, ref, message=message)

    def metric(self, name: str, metric: str, direction: str | None, *, message: str = "") -> Change:
        """Declare whether ``lower`` or ``higher`` values of ``metric`` are better; None: not known."""
        return verbs.metric(self._context, name, metric, direction, message=message)

    # -- keep house ----------------------------------------------------------------------------

    def check(self, *, read_data: bool = False, rebuild: bool = False, progress: Progress | None = None) -> Report:
        """Check the registry; with ``read_data`` every byte; ``rebuild`` restores a lost catalog from its records."""
        return verbs.check(self._context, read_data=read_data, rebuild=rebuild, progress=progress)

    def gc(self, *, run: bool = False, grace: float = 24.0) -> Report:
        """Say what no version needs, or with ``run`` delete it; ``grace`` in hours."""
        return verbs.gc(self._context, run=run, grace=grace)

    def du(self, name: str | None = None) -> Report:
        """Say how much space versions take, logically and on disk."""
        return verbs.du(self._context, name)

    def backup(self, destination: str | Path) -> Report:
        """Copy the live registry to ``destination``, consistently."""
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


def connect(
    location: str | Path | None = None, *, notebook: Notebook | None = None, actor: str | None = None
) -> Registry:
    """Return the registry at ``location``.

    Parameters
    ----------
    location : str or Path, optional
        A directory; made at the first write when it does not exist. Default: what ``%modelreg connect`` chose in this
        kernel, else ``MODELREG_REGISTRY``, else the user's config file, else a directory under the user's data
        directory, shared by all notebooks of the user.
    notebook : Notebook, optional
        The notebook that acts; the extension passes its own.
    actor : str, optional
        Who acts, as it stands in the history. Default: the user's name.

    Raises
    ------
    RegistryError
        The place is not a registry, was written by a newer modelreg, or cannot be used.
    """
    book = notebook or Notebook.current()
    place = settings.registry(location or book.place or None)
    return Registry(verbs.open_context(place, notebook=book, actor=actor))
