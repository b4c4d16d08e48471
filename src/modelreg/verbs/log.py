"""Log a version: bytes first, then one transaction that writes facts and history together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from modelreg import contents, flavors, names
from modelreg.catalog import aliases, edits, facts, homes, members, stored, versions
from modelreg.digests import canonical, digest
from modelreg.errors import InvalidError, RegistryError, UnpicklableError
from modelreg.notebook import Origin
from modelreg.records import MetricDelta, Registration
from modelreg.verbs import identity, values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from modelreg.catalog.homes import Home
    from modelreg.catalog.members import Member
    from modelreg.catalog.transaction import Transaction
    from modelreg.contents import Packed
    from modelreg.progress import Progress
    from modelreg.records import AliasChange, Json
    from modelreg.verbs.context import Context

RECORD: Final = "version-record"

TABLES: Final = frozenset({"dask", "pandas", "polars", "pyarrow", "xarray"})
"""Top-level modules whose objects are tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Everything that register or log was asked for, checked before any work is done."""

    command: str
    artifact: str
    name: str | None = None
    """The registered model to link to."""
    kind: str | None = None
    aliases: tuple[str, ...] = ()
    message: str = ""
    metrics: Mapping[str, values.Series] = field(default_factory=dict)
    params: Mapping[str, Json] = field(default_factory=dict)
    data: tuple[tuple[str, int], ...] = ()
    """(role, row id of the version) of each dataset."""
    tags: tuple[tuple[str, str], ...] = ()
    variable: str = ""
    new_version: bool = False
    expect: Mapping[str, int | None] = field(default_factory=dict)

    def asked(self) -> dict[str, Any]:
        """Return what tells this request from another, besides the contents."""
        return {slot: getattr(self, slot) for slot in self.__slots__}


def log(
    ctx: Context,
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
    new_version: bool = False,
    variable: str | None = None,
    progress: Progress | None = None,
) -> Registration:
    """Log a version to an artifact; see :meth:`modelreg.registry.Registry.log`."""
    if kind not in (None, "model", "dataset"):
        msg = f"an artifact holds models or datasets, not {kind!r}; write kind model or dataset"
        raise InvalidError(msg)
    order = Order(
        command="log",
        artifact=names.clean_artifact(artifact),
        kind=kind or ("model" if path is None and flavors.is_model(obj) else None),
        aliases=tuple(dict.fromkeys(names.clean_alias(alias) for alias in aliases)),
        message=names.clean_text(message, "reason"),
        metrics=values.metrics(metrics),
        params=values.params(params),
        tags=tuple(names.clean_tag(tag) for tag in tags),
        variable=variable or "",
        new_version=new_version,
    )
    return keep(ctx, order, obj, path=path, progress=progress)


def keep(
    ctx: Context, order: Order, obj: object, *, path: str | Path | None, progress: Progress | None
) -> Registration:
    """Store the bytes, then write the version, its links and aliases in one transaction."""
    started = ctx.clock()
    flavor = flavors.FLAVORS["files"] if path is not None else flavors.flavor_for(obj)
    try:
        packed = contents.pack(path if path is not None else obj, flavor, progress=progress)
    except UnpicklableError as error:
        raise _called(order.variable, error) from error
    origin = None if path is not None else ctx.notebook.live.origin(obj)
    twin = identity.twin(ctx, packed, origin)
    ctx.catalog.prepare()
    contents.store(packed, ctx.blobs, progress=progress)
    notes = [*_doubts(order, obj), *_vouch(ctx, order, packed)]
    with ctx.write(order.command, once=True, contents=packed.content_id, **order.asked()) as tx:
        entry = Entry(ctx, tx, order, packed, origin, twin, started, notes)
        answer = entry.replay() if tx.replayed is not None else entry.write()
    if path is None:
        own = Origin(ctx.catalog.uid, answer.version.uid, answer.version.source, answer.version.content_id)
        ctx.notebook.live.remember(obj, own)
    if order.name is not None and order.variable:
        ctx.notebook.registered_as[order.variable] = order.name
    return answer


def _called(variable: str, error: UnpicklableError) -> UnpicklableError:
    """Return the error with the path as the user writes it: ``clf.callback_`` for ``model.callback_``."""
    path = error.message.removeprefix(flavors.UNNAMED)
    known = bool(variable) and path != error.message
    return UnpicklableError(f"{variable}{path}; nothing was registered" if known else error.message)


def _doubts(order: Order, obj: object) -> list[str]:
    """Say what is probably not meant: tables are data, and a version of them is a dataset."""
    if isinstance(obj, type):
        return [f"{obj.__name__} is a class, not a model that was made of it"]
    if order.kind == "dataset" or type(obj).__module__.partition(".")[0] not in TABLES:
        return []
    return [f"a {type(obj).__name__} is data rather than a model: log keeps it as a dataset with --kind dataset"]


def _vouch(ctx: Context, order: Order, packed: Packed) -> list[str]:
    """Note that this user made these contents. A home that cannot keep that is no reason to lose the model.

    Contents that are stored already and that nobody here approved are somebody else's: to register what ``load --trust``
    brought is no approval.
    """
    if not packed.runs_code:
        return []
    try:
        with ctx.read() as conn:
            elsewhere = stored.find(conn, packed.content_id) is not None
        if elsewhere and ctx.allowed.how(packed.content_id) is None:
            return ["the same contents were registered by somebody else and are not trusted here"]
        label = f"{order.name or order.artifact} ({packed.class_name})"
        ctx.allowed.allow(packed.content_id, "registered", label=label)
    except RegistryError as error:
        return [f"loading it will ask for trust: {error.message}"]
    return []


@dataclass(slots=True)
class Entry:
    """The writing of one version in an open transaction."""

    ctx: Context
    tx: Transaction
    order: Order
    packed: Packed
    origin: Origin | None
    twin: str | None
    """Content id of the stored contents that the object was found to equal, though its bytes differ."""
    started: int
    notes: list[str] = field(default_factory=list)
    deleted: str | None = None
    """Reference of a deleted version with these contents."""

    def write(self) -> Registration:
        """Write everything; return the answer."""
        conn = self.tx.conn
        target, created = (None, False) if self.order.name is None else self._home(self.order.name)
        artifact, _ = self._home(self.order.artifact)
        if self.order.kind is not None or target is not None:
            homes.same_kind(artifact, self.order.kind or "model")
        view = target or artifact
        previous = homes.latest(conn, view.id)
        found = None if self.order.new_version else self._identical(target, artifact)
        version_id, outcome = (self._new(artifact), "new") if found is None else (found.version_id, "identical")
        held = members.of_version(conn, view.id, version_id)
        member = held or self._link(view, version_id)
        run = facts.add_run(
            self.tx, version_id, self.order.command,
            variable=self.order.variable, message=self.order.message, started=self.started,
        )  # fmt: skip
        self._facts(run, version_id, view, member, outcome)
        derived = self._derived(run, version_id)
        if outcome == "new":
            self._record(artifact, version_id, view, member)
        changes = self._aliases(view, member)
        self.tx.result.update(home=view.name, number=member.number, outcome=outcome)
        return Registration(
            version=members.record(conn, member),
            outcome=outcome,
            variable=self.order.variable,
            created_home=created,
            linked=found is not None and held is None,
            latest=homes.latest(conn, view.id),
            aliases=changes,
            metrics=self._deltas(view, member, previous),
            derived_from=derived,
            deleted=self.deleted,
            notes=tuple(self.notes),
            duration=max(0, self.ctx.clock() - self.started),
        )

    def replay(self) -> Registration:
        """Return the answer for a call that was committed before it was interrupted."""
        done = self.tx.replayed or {}
        home = homes.need(self.tx.conn, done["home"])
        member = members.resolve(self.tx.conn, home, names.Reference(name=home.name, number=done["number"]))
        return Registration(
            version=members.record(self.tx.conn, member),
            outcome="replayed",
            variable=self.order.variable,
            latest=homes.latest(self.tx.conn, home.id),
            notes=("this was done before the interrupt; nothing was written twice",),
            duration=max(0, self.ctx.clock() - self.started),
        )

    def _home(self, name: str) -> tuple[Home, bool]:
        """Return the home of this name and whether it was made now."""
        home = homes.find(self.tx.conn, name)
        if home is not None:
            return home, False
        kind = homes.ARTIFACT if "/" in name else homes.REGISTERED
        for twin in homes.twins(self.tx.conn, name, kind):
            self.notes.append(f"{name!r} is new and differs from {twin!r} by case only")
        return homes.create(self.tx, name, holds=self.order.kind or "model"), True

    def _identical(self, target: Home | None, artifact: Home) -> Member | None:
        """Return the version that has these contents: among the target's members first, then in the artifact."""
        wanted = [self.packed.content_id, *([] if self.twin is None else [self.twin])]
        places = [artifact.id] if target is None else [target.id, artifact.id]
        found = members.with_contents(self.tx.conn, places, wanted, self.packed.canonical_id)
        if found is not None:
            return found
        self.deleted = members.deleted_with_contents(self.tx.conn, artifact.id, self.packed.content_id)
        return None

    def _new(self, artifact: Home) -> int:
        """Write contents and version; return the row id of the version."""
        self._keep_objects()
        number = homes.number(self.tx, artifact.name)
        version_id = versions.add(
            self.tx, artifact.id, number, self.packed.content_id, class_name=self.packed.class_name
        )
        members.add(self.tx, artifact, version_id, number=number)
        self.tx.act(
            "logged",
            artifact.name,
            home=artifact.id,
            version=version_id,
            number=number,
            reason=self.order.message,
        )
        return version_id

    def _keep_objects(self) -> None:
        """Write down the contents; what gc took since the bytes were stored is stored again."""
        parts = [*self.packed.objects, (self.packed.layout, self.packed.layout_size)]
        stored.add(
            self.tx,
            stored.Contents(
                self.packed.content_id, self.packed.flavor, self.packed.flavor_format, self.packed.runs_code,
                self.packed.layout, self.packed.size, self.packed.imports,
            ),
            canonical=(self.packed.canonical_id, self.packed.canonical_scheme),
            parts=parts,
        )  # fmt: skip
        if any(self.ctx.blobs.size(name) != size for name, size in parts):
            contents.store(self.packed, self.ctx.blobs, progress=None)

    def _link(self, home: Home, version_id: int) -> Member:
        member = members.add(self.tx, home, version_id)
        link_entry(self.tx, home, member, self.order.message)
        return member

    def _facts(self, run: int, version_id: int, view: Home, member: Member, outcome: str) -> None:
        if outcome == "identical":
            self.tx.act(
                "run-added",
                view.name,
                home=view.id,
                version=version_id,
                number=member.number,
                reason=self.order.message,
            )
        facts.add_params(self.tx, run, version_id, self.order.params)
        for role, dataset in self.order.data:
            facts.add_input(self.tx, run, dataset, role)
        replaced = facts.add_metrics(self.tx, run, version_id, self.order.metrics)
        for key, before in replaced.items():
            self._replaced(version_id, key, before)
        for key, value in self.order.tags:
            if outcome == "new":  # part of what was logged; later ones are edits with an entry of their own
                facts.set_tag(self.tx, versions.uid_of(self.tx.conn, version_id), key, value)
            else:
                edits.tag(self.tx, view, member, key, value, self.order.message)

    def _replaced(self, version_id: int, key: str, before: float) -> None:
        """Say that a metric of a version has another value now: in every home that shows the version."""
        now = self.order.metrics[key][-1][1]
        self.notes.append(f"{key} of this version was {before:g} before")
        for place in members.all_of_version(self.tx.conn, version_id):
            home = homes.get(self.tx.conn, place.home_id)
            self.tx.act(
                "metric-changed", home.name, home=home.id, version=version_id, number=place.number,
                before=f"{key} {before}", after=f"{key} {now}", reason=self.order.message,
            )  # fmt: skip

    def _derived(self, run: int, version_id: int) -> str | None:
        """Note which version the object was loaded from, or registered as, before it became this one."""
        if self.origin is None or self.origin.registry != self.ctx.catalog.uid:
            return None
        if self.origin.content_id == self.packed.content_id:  # the same model in another artifact comes from none
            return None
        parent = versions.by_uid(self.tx.conn, self.origin.version)
        if parent is None or parent == version_id:
            return None
        facts.add_input(self.tx, run, parent)
        return self.origin.source

    def _record(self, artifact: Home, version_id: int, view: Home, member: Member) -> None:
        """Leave the immutable version record, durable before the commit: a lost catalog is rebuilt from these."""
        row = versions.row(self.tx.conn, version_id)
        text = canonical({
            "modelreg": RECORD, "v": 1, "registry": self.ctx.catalog.uid, "version": row.uid,
            "artifact": artifact.name, "kind": artifact.holds, "number": row.number, "content": row.content_id,
            "layout": self.packed.layout, "flavor": [self.packed.flavor, self.packed.flavor_format],
            "runs_code": self.packed.runs_code, "class": row.class_name, "size": self.packed.size,
            "imports": list(self.packed.imports),
            "objects": [list(part) for part in (*self.packed.objects, (self.packed.layout, self.packed.layout_size))],
            "link": None if view.id == artifact.id else [view.name, member.number],
            "run": {"kind": self.order.command, "variable": self.order.variable, "message": self.order.message,
                    "notebook": self.tx.request.notebook, "host": self.tx.request.host},
            "params": dict(self.order.params), "tags": [list(tag) for tag in self.order.tags],
            "metrics": {key: [[step, str(value)] for step, value in points] for key, points in self.order.metrics.items()},
            "at": self.tx.at, "by": self.tx.actor,
        })  # fmt: skip
        name = digest(text)
        self.ctx.blobs.put(text)
        stored.keep(self.tx, [(name, len(text))])
        versions.set_record(self.tx, version_id, name)

    def _aliases(self, view: Home, member: Member) -> tuple[AliasChange, ...]:
        changes = []
        for alias in self.order.aliases:
            expect = self.order.expect.get(alias, "any")
            change = aliases.point(
                self.tx, view, alias, member.number, reason=self.order.message, expect=expect, again=""
            )
            changes.append(change)
        return tuple(changes)

    def _deltas(self, view: Home, member: Member, previous: int | None) -> tuple[MetricDelta, ...]:
        return deltas(self.tx.conn, view, member, self.order.metrics, previous)


def link_entry(tx: Transaction, home: Home, member: Member, reason: str) -> None:
    """Write into the history of ``home`` that ``member`` was linked, and from where."""
    tx.act(
        "linked", home.name, home=home.id, version=member.version_id, number=member.number,
        after=versions.source(tx.conn, member.version_id), reason=reason,
    )  # fmt: skip


def deltas(
    conn: Connection, view: Home, member: Member, given: Mapping[str, values.Series], previous: int | None
) -> tuple[MetricDelta, ...]:
    """Return the metrics that were given beside those of the version that was the newest before."""
    if not given:
        return ()
    older: Mapping[str, float] = {}
    if previous is not None and previous != member.number:
        before = members.resolve(conn, view, names.Reference(name=view.name, number=previous)).version_id
        older = members.metrics(conn, [before]).get(before, {})
    ways = homes.directions(conn, view.id)
    return tuple(
        MetricDelta(
            name=key, value=points[-1][1], before=older.get(key), direction=ways.get(key),
            against=previous if key in older else None,
        )
        for key, points in given.items()
    )  # fmt: skip
