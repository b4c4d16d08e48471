"""The writing of one version: facts and history together, in an open transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from modelreg import contents, names
from modelreg.capture.datasets import extent
from modelreg.catalog import aliases, attachments, datasets, edits, facts, homes, members, stored, versions
from modelreg.records import Registration
from modelreg.verbs import descent, identity, record, slip, sources
from modelreg.verbs.deltas import deltas
from modelreg.verbs.inputs import EVALUATED
from modelreg.verbs.link import link_entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.capture.data import Fingerprint
    from modelreg.catalog.homes import Home
    from modelreg.catalog.members import Member
    from modelreg.catalog.transaction import Transaction
    from modelreg.contents import Packed
    from modelreg.notebook import Origin
    from modelreg.records import AliasChange, DataUse, Json
    from modelreg.verbs.attach import Prepared
    from modelreg.verbs.capturing import Taken
    from modelreg.verbs.context import Context
    from modelreg.verbs.order import Order
    from modelreg.verbs.values import Series


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
    kept: Prepared
    taken: Taken
    brought: list[str]
    """Objects that were not there before: they go again if the version is not written."""
    told: Fingerprint | None = None
    """What a dataset is as data."""
    notes: list[str] = field(default_factory=list)
    params: Mapping[str, Json] = field(default_factory=dict)
    metrics: Mapping[str, Series] = field(default_factory=dict)
    data: tuple[DataUse, ...] = ()
    """All that the run gets: what was asked for, and what was captured."""
    run: int = 0
    """Row id of the run, once it is written."""
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
        self.run = run = facts.add_run(
            self.tx, version_id, self.order.command, variable=self.order.variable, message=self.order.message,
            started=self.started, capture=(self.taken.state, self.taken.facts),
        )  # fmt: skip
        self.notes += [] if found is None else sources.other(conn, version_id, self.packed.imports)
        self._gather(None if found is None else version_id)
        self._facts(run, version_id, view, member, outcome)
        derived = descent.note(self, version_id, made=outcome == "new")
        if outcome == "new":
            record.leave(self, artifact, version_id, None if view.id == artifact.id else (view.name, member.number))
        changes = self._aliases(view, member)
        self.tx.result.update(home=view.name, number=member.number, outcome=outcome, run=run)
        return Registration(
            version=members.record(conn, member),
            outcome=outcome,
            variable=self.order.variable,
            created_home=created,
            linked=found is not None and held is None,
            latest=homes.latest(conn, view.id),
            aliases=changes,
            metrics=deltas(conn, view, member, self.metrics, previous),
            derived_from=derived,
            deleted=self.deleted,
            notes=tuple(self.notes),
            facts=self._said(),
            duration=max(0, self.ctx.clock() - self.started),
        )

    def replay(self) -> Registration:
        """Return the answer for a call that was committed before it was interrupted."""
        done = self.tx.replayed or {}
        # the interrupt may have come before the rest was captured; where it is under way, it goes on by itself
        waits = facts.is_pending(self.tx.conn, done.get("run")) and not any(
            one.is_alive() for one in self.ctx.notebook.late
        )
        self.run = done["run"] if waits else 0
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
        deleted = (members.deleted_with_contents(self.tx.conn, artifact.id, one) for one in dict.fromkeys(wanted))
        self.deleted = next((one for one in deleted if one), None)
        return None

    def _new(self, artifact: Home) -> int:
        """Write contents and version; return the row id of the version."""
        same = identity.stored_as(self.tx, self.packed, self.twin, self.ctx.blobs)
        if same is None:
            self._keep_objects()
        self.packed = same or self.packed
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
        if self.packed.torn:
            threads = f"thread {', '.join(self.packed.torn)} was at work"
            self.tx.act("concurrent", artifact.name, home=artifact.id, version=version_id, number=number, after=threads)
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
        if not self.ctx.blobs.stands(parts):
            contents.store(self.packed, self.ctx.blobs, written=self.brought)

    def _link(self, home: Home, version_id: int) -> Member:
        member = members.add(self.tx, home, version_id)
        link_entry(self.tx, home, member, self.order.message)
        return member

    def _gather(self, known: int | None) -> None:
        """Put together what was asked for and what was captured, of which nothing takes the place of what a user gave."""
        params, metrics = (set(), set()) if known is None else facts.keys(self.tx.conn, known)
        found = {key: value for key, value in self.taken.params.items() if key not in params}
        self.params = {**found, **self.order.params}
        own = {key: value for key, value in self.taken.metrics.items() if key not in metrics}
        self.metrics = {
            **self.order.metrics,
            **{key: value for key, value in own.items() if key not in self.order.metrics},
        }
        declared = {use.digest for use in self.order.used if use.role not in EVALUATED}
        self.data = (
            *self.order.used,
            *(use for use in self.taken.data if use.digest is None or use.digest not in declared),
        )

    @property
    def print(self) -> datasets.Print | None:
        """What a dataset is as data, where that is known."""
        told = self.told
        if told is None or told.digest is None:
            return None
        return datasets.Print(told.digest, *extent(told))

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
        facts.add_params(self.tx, run, version_id, self.params)
        for role, dataset in self.order.data:
            facts.add_input(self.tx, run, dataset, role)
        datasets.use(self.tx, run, version_id, self.data)
        if self.print is not None:
            datasets.tell(self.tx, version_id, self.packed.content_id, self.print)
        for files in (self.kept, self.taken.files):
            stored.keep(self.tx, files.objects)
            attachments.add(self.tx, run, files.items)
            files.store_again(self.ctx.blobs, self.brought)
        replaced = facts.add_metrics(self.tx, run, version_id, self.metrics)
        for key, before in replaced.items():
            self._replaced(version_id, key, before)
        if outcome == "new":  # part of what was logged; later ones are edits with an entry of their own
            if self.order.tags:
                facts.add_tags(self.tx, versions.uid_of(self.tx.conn, version_id), dict(self.order.tags))
            return
        for key, value in self.order.tags:
            edits.tag(self.tx, view, member, key, value, self.order.message)

    def _said(self) -> tuple[str, ...]:
        """Say in a few words what was kept beside the model."""
        many = len(self.order.attachments)
        own = (f"{many} attachment{'' if many == 1 else 's'}",) if many else ()
        return (*own, *self.taken.said)

    def _replaced(self, version_id: int, key: str, before: float) -> None:
        """Say that a metric of a version has another value now: in every home that shows the version."""
        now = self.metrics[key][-1][1]
        self.notes.append(f"{key} of this version was {before:g} before")
        for place in members.all_of_version(self.tx.conn, version_id):
            home = homes.get(self.tx.conn, place.home_id)
            self.tx.act(
                "metric-changed", home.name, home=home.id, version=version_id, number=place.number,
                before=f"{key} {before}", after=f"{key} {now}", reason=self.order.message,
            )  # fmt: skip

    def _aliases(self, view: Home, member: Member) -> tuple[AliasChange, ...]:
        changes = []
        for alias in self.order.aliases:
            expect = self.order.expect.get(alias, "any")
            change = aliases.point(
                self.tx, view, alias, member.number, reason=self.order.message, expect=expect, again=""
            )
            changes.append(slip.marked(self.tx.conn, view, change))
        return tuple(changes)
