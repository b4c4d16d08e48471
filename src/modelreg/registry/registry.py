"""The registry to somebody who keeps models: what looks, and all that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from modelreg import verbs
from modelreg.registry.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from modelreg.progress import Progress
    from modelreg.records import (
        Change,
        RegisteredModel,
        Registration,
        Report,
    )
    from modelreg.records.replay import Reproduction


class Registry(Reader):
    """A registry of models. Get one from :func:`connect`.

    Safe for use from several threads and processes: every change is one transaction.
    """

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
        """Give the version its next stage (or ``stage``) and take the previous stage from it; every byte of it is read before.

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

    def stages(self, name: str, stages: Sequence[str], *, message: str = "") -> Change:
        """Set the stages of a registered model, in order."""
        return verbs.stages(self._context, name, stages, message=message)

    # -- run again -----------------------------------------------------------------------------

    def reproduce(
        self,
        ref: str,
        *,
        timeout: float = 600.0,
        trust: bool = False,
        source: str | Path | None = None,
        progress: Progress | None = None,
    ) -> Reproduction:
        """Run the code of a version again in a fresh kernel, compare what its model answers, and mark the version.

        Parameters
        ----------
        ref : str
            The version.
        timeout : float
            Seconds that it may take.
        trust : bool
            Run code that did not run on this machine, and load contents of somebody else, for this once.
        source : str or Path, optional
            A repository that holds the commit; default: where the version was registered, else the one around.
        progress : Progress, optional
            Told of the cells.

        Raises
        ------
        NotFoundError
            No code was captured, or its commit is nowhere.
        UntrustedModelError
            Nobody here has allowed the contents or the code.
        """
        return verbs.reproduce(self._context, ref, timeout=timeout, trust=trust, source=source, progress=progress)

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
