"""Records as the front end gets them: JSON with every number, age and sentence already written.

The browser only lays out. So a panel and its static twin say the same, and a text that a user wrote stays a plain string
until the front end makes a text node of it; the one exception is a description, which comes as sanitized HTML beside its
source.
"""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, Final

from modelreg import moments, names, sizes
from modelreg.panels import portion
from modelreg.panels.portion import LONGEST
from modelreg.records import RegisteredModel
from modelreg.views import format as fmt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from modelreg.records import Action, Collection, Json, Run, Tenure, Version

    Row = dict[str, Json]

ALIASES: Final = 20
"""Aliases that are told in a row; the page of a model and of a version tell more."""


def model(record: Collection) -> Row:
    """Return a registered model as it stands in the list."""
    return {
        **_named(record),
        "aliases": standing(record)[:ALIASES],
        "more": {"aliases": max(0, len(record.aliases) - ALIASES)},
    }


def overview(record: Collection, program: str) -> Row:
    """Return all of a registered model but its versions."""
    own = record if isinstance(record, RegisteredModel) else None
    guarded, directions = (own.protected, own.directions) if own else ((), {})
    return {
        **_named(record),
        **portion.of(aliases=standing(record), tags=pairs(record.tags), protected=guarded),
        "description": record.description,
        "card": card(record.description),
        "created": moment(record.created_at),
        "by": record.created_by,
        "latest": record.latest,
        "stages": list(own.stages) if own else [],
        "directions": dict(islice(directions.items(), portion.MOST)),
        "registered": own is not None,
        "load": f"{variable(record.name)} = {program} load {names.quote(best(record))}" if record.versions else "",
    }


def best(record: Collection) -> str:
    """Return the reference that a user of the model wants: its last stage that is set, else the newest version."""
    stages = record.stages if isinstance(record, RegisteredModel) else ()
    stage = next((each for each in reversed(stages) if each in record.aliases), None)
    return f"{record.name}:{stage or names.LATEST}"


def variable(name: str) -> str:
    """Return a name of a variable for a model of this name."""
    words = "".join(c if c.isalnum() else "_" for c in name.rpartition("/")[2]).strip("_").lower()
    return words if words.isidentifier() else "model"


def card(description: str) -> str:
    """Return a description as sanitized HTML; empty for none."""
    from modelreg.views.cards import markdown

    return markdown(description).text if description.strip() else ""


def standing(record: Collection) -> list[Json]:
    """Return aliases: name, number, whether protected; the stages first, the last of them before all."""
    own = record if isinstance(record, RegisteredModel) else None
    guarded, stages = (own.protected, own.stages) if own else ((), ())
    ranked = sorted(record.aliases, key=lambda name: (-stages.index(name) if name in stages else 1, name))
    return [[name, record.aliases[name], name in guarded] for name in ranked]


def version(record: Version) -> Row:
    """Return a version as a row of a table."""
    return {
        "uid": record.uid,
        "ref": record.ref,
        "home": record.home,
        "number": record.number,
        "aliases": list(record.aliases[:ALIASES]),
        "more": {"aliases": max(0, len(record.aliases) - ALIASES)},
        "tags": pairs(record.tags),
        "description": fmt.first_line(record.description, LONGEST),
        "class": record.class_label,
        "class_name": record.class_name,
        "flavor": record.flavor,
        "size": sizes.human(record.size),
        "source": record.source,
        "by": record.created_by,
        "created": moment(record.created_at),
        "linked": moment(record.linked_at),
    }


def table(records: Sequence[Version], metrics: Iterable[str], params: Iterable[str]) -> list[Row]:
    """Return versions with the cells of the chosen columns; the decimals of a column stand below each other."""
    rows = [version(record) for record in records]
    for name in metrics:
        places = fmt.decimals(record.metrics[name] for record in records if name in record.metrics)
        for row, record in zip(rows, records, strict=True):
            cells(row, "metrics")[name] = fmt.fixed(record.metrics[name], places) if name in record.metrics else None
    for name in params:
        for row, record in zip(rows, records, strict=True):
            cells(row, "params")[name] = (
                fmt.value(record.params[name], limit=LONGEST) if name in record.params else None
            )
    return rows


def cells(row: Row, kind: str) -> dict[str, Json]:
    """Return the cells of a row of one kind, made on first use."""
    held = row.setdefault(kind, {})
    assert isinstance(held, dict)  # noqa: S101  (made here)
    return held


def run(record: Run) -> Row:
    """Return a run."""
    return {
        "kind": record.kind,
        "at": moment(record.at),
        "by": record.actor,
        "where": fmt.sentence([record.notebook, record.host], " on "),
        "variable": record.variable,
        "message": record.message,
        "took": fmt.duration(record.duration) if record.duration else "",
        "inputs": list(record.inputs),
    }


def action(record: Action) -> Row:
    """Return an entry of the history."""
    return {
        "sequence": record.sequence,
        "operation": record.operation,
        "at": moment(record.at),
        "by": record.actor,
        "kind": record.kind,
        "subject": record.subject,
        "number": record.number,
        "alias": record.alias,
        "before": record.before if isinstance(record.before, int) else None,
        "sentence": " ".join(record.sentence.split()),
        "reason": record.reason,
    }


def tenure(record: Tenure) -> Row:
    """Return what an alias meant over a span of time."""
    return {
        "alias": record.alias,
        "number": record.number,
        "since": moment(record.since),
        "until": None if record.until is None else moment(record.until),
        "by": record.actor,
        "reason": record.reason,
    }


def pairs(held: Mapping[str, str]) -> list[Json]:
    """Return tags as pairs in the order of their keys."""
    return [[key, held[key]] for key in sorted(held)]


def moment(instant: int) -> Row:
    """Return an instant as its exact time and in milliseconds: its age is told by the page, which may stand open long."""
    return {"exact": moments.iso(instant), "at": instant // 1000}


def point(value: float) -> Json:
    """Return a number for a chart; JSON knows no nan and no infinity, a chart no place for them."""
    return value if math.isfinite(value) else None


def _named(record: Collection) -> Row:
    """Return what is told of a registered model wherever it stands."""
    return {
        "uid": record.uid,
        "name": record.name,
        "versions": record.versions,
        "updated": moment(record.updated_at),
    }
