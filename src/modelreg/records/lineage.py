"""Where a version comes from and what became of it: a graph of versions, runs and registered models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelreg.records.version import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Something in a lineage."""

    key: str
    """Says which node it is, in this lineage only."""
    kind: str
    """``model`` or ``dataset`` (a version in its artifact), ``run``, ``link`` (a version in a registered model), ``data`` (what
    a run used that is not logged)."""
    label: str
    """A version's reference, a run's notebook; the registered model's reference of a link; of a group what it holds."""
    ref: str = ""
    """What opens it: the reference of a version; empty for a run and a group."""
    at: int = 0
    """When it was logged, run or linked."""
    actor: str = ""
    act: str = ""
    """``register``, ``log`` or ``use``, of a run."""
    variable: str = ""
    """What the object was called in the run."""
    message: str = ""
    """The reason that was given for the run."""
    aliases: tuple[str, ...] = ()
    """Of a link."""
    also: tuple[str, ...] = ()
    """References of a version in registered models, where these are not nodes of their own."""
    deleted: bool = False
    members: tuple[Node, ...] = ()
    """Siblings that stand as one node because they are many; the newest first."""


@dataclass(frozen=True, slots=True)
class Edge:
    """From what there was first to what came of it."""

    tail: str
    head: str
    role: str = ""
    """Of data: the role it had (``train``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Data, runs, versions and registered models around one version."""

    version: Version
    focus: str
    """Key of the version's node."""
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    note: str = ""
    """What is left out."""

    def node(self, key: str) -> Node:
        """Return the node with a key."""
        return next(node for node in self.nodes if node.key == key)
