"""The nouns, frozen: what reads return and what views show.

Instants are integers: microseconds since 1970 in UTC. A *home* is where a version is looked at from: a registered
model (``churn``) or its artifact (``train/clf``); ``number`` and ``aliases`` are those of the home.
"""

from __future__ import annotations

from modelreg.records.action import SENTENCES, Action, Moment, Tenure
from modelreg.records.answer import AliasChange, Change, Loaded, MetricDelta, Registration, Undoable
from modelreg.records.captured import Code
from modelreg.records.detail import MISSING, Attached, CompareRow, Comparison, Detail, Keys, ModelDetail, Points
from modelreg.records.house import Approval, Finding, LiveModel, Report
from modelreg.records.lineage import Edge, Lineage, Node
from modelreg.records.page import Json, Page
from modelreg.records.run import Attachment, DataUse, Run
from modelreg.records.surroundings import (
    Beside,
    Column,
    Dataset,
    Diff,
    Environment,
    Package,
    Repository,
    Statements,
    Surroundings,
)
from modelreg.records.version import Artifact, Collection, RegisteredModel, Version

__all__ = [
    "MISSING", "SENTENCES", "Action", "AliasChange", "Approval", "Artifact", "Attached", "Attachment", "Beside", "Change",
    "Code", "Collection", "Column", "CompareRow", "Comparison", "DataUse", "Dataset", "Detail", "Diff", "Edge", "Environment",
    "Finding", "Json", "Keys", "Lineage", "LiveModel", "Loaded", "MetricDelta", "ModelDetail", "Moment", "Node", "Package",
    "Page", "Points", "RegisteredModel", "Registration", "Report", "Repository", "Run", "Statements", "Surroundings", "Tenure",
    "Undoable", "Version",
]  # fmt: skip
