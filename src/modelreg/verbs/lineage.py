"""Lineage: the data, runs and versions that a version came from, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from modelreg.capture.datasets import FILE
from modelreg.catalog import datasets
from modelreg.catalog import lineage as facts
from modelreg.errors import InvalidError
from modelreg.records import Edge, Lineage, Node
from modelreg.verbs import capturing, target
from modelreg.verbs.siblings import gathered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.engine import Connection

    from modelreg.catalog.lineage import Act
    from modelreg.records import DataUse
    from modelreg.verbs.context import Context

DEPTH: Final = 4
"""How many versions away from the one that was asked for."""
DEEPEST: Final = 50
MOST: Final = 200
"""Runs of one step that are read."""
CAPTURES: Final = 20
"""Runs of which is read what came from which file."""
MODEL: Final = "model"
"""The role of what an object was loaded from."""
PENDING: Final = "what was registered last is still being captured: its data may be missing here"
UNNAMED: Final = "a session"
"""What a run is called whose notebook is not known."""


def lineage(ctx: Context, ref: str, *, depth: int = DEPTH) -> Lineage:
    """Return what a version came from and led to; see :meth:`modelreg.registry.Registry.lineage`."""
    if not 1 <= depth <= DEEPEST:
        msg = f"the depth of a lineage is 1 to {DEEPEST}, not {depth}"
        raise InvalidError(msg)
    landed = capturing.wait(ctx.notebook)
    with ctx.read() as conn:
        found = target.find(conn, ref)
        web = _Web(conn, found.member.version_id)
        web.upstream(depth)
        web.downstream(depth)
        web.join()
        web.look_at_data()
        web.use()
        web.name()
        nodes, edges = gathered(web.nodes, web.edges, web.focus)
        return Lineage(
            version=found.record(conn), focus=web.focus, nodes=nodes, edges=edges, note=web.note if landed else PENDING
        )


class _Web:
    """A lineage while it is gathered."""

    def __init__(self, conn: Connection, version: int) -> None:
        self._conn = conn
        self._version = version
        self._versions: dict[int, None] = {version: None}
        self._ancestors: set[int] = set()
        self._acts: dict[int, Act] = {}
        self._left: list[str] = []
        self.focus = _version(version)
        self.nodes: dict[str, Node] = {}
        self.edges: dict[Edge, None] = {}

    def upstream(self, depth: int) -> None:
        """Go back from version to the runs that made it to the versions that these used."""
        ahead: Sequence[int] = [self._version]
        for _ in range(depth):
            acts = self._take(facts.producers(self._conn, ahead, MOST))
            used = facts.inputs(self._conn, [act.id for act in acts])
            ahead = self._beyond(version for _, version, _ in used)
            self._ancestors.update(ahead)
            if not ahead:
                return
        self._left.append("what lies further back")

    def downstream(self, depth: int) -> None:
        """Go on from a version to the runs that used it to the versions that these made."""
        ahead: Sequence[int] = [self._version]
        for _ in range(depth):
            acts = self._take(facts.consumers(self._conn, ahead, MOST))
            ahead = self._beyond(act.version_id for act in acts)
            if not ahead:
                return
        self._left.append("what came later still")

    def join(self) -> None:
        """Draw the lines between runs and versions that are both here."""
        for act in self._acts.values():
            self.nodes[_run(act)] = _of_run(act)
            self.edges[Edge(_run(act), _version(act.version_id))] = None
        for run, version, role in facts.inputs(self._conn, list(self._acts)):
            if version in self._versions:
                self.edges[Edge(_version(version), f"run:{run}", "" if role == MODEL else role)] = None

    def look_at_data(self) -> None:
        """Add the data of runs that is not logged: the same contents are the same node."""
        found = datasets.unlogged(self._conn, list(self._acts))
        read = [run for run, uses in found.items() if any(use.role == FILE for use in uses)]
        came = facts.origins(self._conn, read[:CAPTURES])
        for run, uses in found.items():
            for use in uses:
                key = _data(run, use)
                node = Node(key=key, kind="data", label=use.name, at=self._acts[run].at, variable=_shape(use))
                self.nodes.setdefault(key, node)
            self._feed(run, uses, came.get(run, {}))

    def _feed(self, run: int, uses: Sequence[DataUse], came: Mapping[tuple[str, str], set[str]]) -> None:
        """Draw the lines from files to what was read from them, and from all data to its run."""
        files = {use.name: _data(run, use) for use in uses if use.role == FILE}
        read = set()
        for use in uses:
            for name in came.get((use.role, use.name), set()) & files.keys():
                if files[name] != _data(run, use):
                    self.edges[Edge(files[name], _data(run, use))] = None
                    read.add(name)
        for use in uses:
            if use.role != FILE or use.name not in read:
                self.edges[Edge(_data(run, use), f"run:{run}", use.role)] = None

    def use(self) -> None:
        """Add the sessions that loaded the version or one made from it, and registered nothing made from it."""
        made = {
            (act.session, edge.tail) for act in self._acts.values() for edge in self.edges if edge.head == _run(act)
        }
        later = [version for version in self._versions if version not in self._ancestors]
        sessions: dict[str, list[Act]] = defaultdict(list)
        for act in facts.users(self._conn, later, MOST):
            if (act.session, _version(act.version_id)) not in made:
                sessions[act.session].append(act)
        for session, acts in sessions.items():
            key = f"use:{session}"
            self.nodes[key] = _of_run(acts[0], key)
            for act in acts:
                self.edges[Edge(_version(act.version_id), key)] = None

    def name(self) -> None:
        """Say what the versions are called, and in which registered models they stand."""
        for version, place in facts.places(self._conn, self._versions).items():
            label = f"{place.artifact}:v{place.number}"
            self.nodes[_version(version)] = Node(
                key=_version(version), kind=place.kind, label=label, ref=label, at=place.at, deleted=place.deleted
            )
        also: dict[int, list[str]] = defaultdict(list)
        for link in facts.links(self._conn, self._versions):
            ref = f"{link.name}:v{link.number}"
            if link.version_id in self._ancestors:
                also[link.version_id].append(ref)
                continue
            key = f"link:{link.id}"
            self.nodes[key] = Node(key=key, kind="link", label=ref, ref=ref, at=link.at, aliases=link.aliases)
            self.edges[Edge(_version(link.version_id), key)] = None
        for version, refs in also.items():
            node = self.nodes[_version(version)]
            self.nodes[node.key] = Node(
                key=node.key, kind=node.kind, label=node.label, ref=node.ref, at=node.at, deleted=node.deleted,
                also=tuple(refs),
            )  # fmt: skip

    @property
    def note(self) -> str:
        """Say what is left out."""
        return f"left out: {', '.join(self._left)}" if self._left else ""

    def _take(self, acts: Sequence[Act]) -> Sequence[Act]:
        """Keep runs; return those that were not here yet."""
        if len(acts) == MOST and f"runs before the newest {MOST}" not in self._left:
            self._left.append(f"runs before the newest {MOST}")
        new = [act for act in acts if act.id not in self._acts]
        self._acts.update((act.id, act) for act in new)
        return new

    def _beyond(self, versions: Iterable[int]) -> list[int]:
        """Keep versions; return those that were not here yet."""
        new = [version for version in dict.fromkeys(versions) if version not in self._versions]
        self._versions.update(dict.fromkeys(new))
        return new


def _shape(use: DataUse) -> str:
    """Return how large some data is: ``1,000 × 12``, ``1,000 rows``; of a file that it is one."""
    if use.role == FILE:
        return use.kind
    known = [f"{count:,}" for count in (use.rows, use.columns) if count is not None]
    return " × ".join(known) if len(known) != 1 else f"{known[0]} rows"


def _data(run: int, use: DataUse) -> str:
    return f"data:{use.digest or f'{run}/{use.role}/{use.name}'}"


def _version(version: int) -> str:
    return f"version:{version}"


def _run(act: Act) -> str:
    return f"run:{act.id}"


def _of_run(act: Act, key: str = "") -> Node:
    return Node(
        key=key or _run(act), kind="run", label=PurePath(act.notebook).name or UNNAMED, at=act.at, actor=act.actor,
        act=act.kind, variable=act.variable, message=act.message,
    )  # fmt: skip
