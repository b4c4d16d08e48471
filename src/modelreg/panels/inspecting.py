"""What a panel reads of single versions: all of one, several side by side, and how a metric went over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg import names, sizes
from modelreg.errors import InvalidError, ModelRegError
from modelreg.panels import attached, captured, comparing, portion, rows
from modelreg.panels.marked import mark
from modelreg.records import Detail
from modelreg.verbs.compare import MOST
from modelreg.views import format as fmt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.panels.browser import Browser
    from modelreg.records import Json, Version

TREND: Final = 400
"""Versions that a trend goes back."""


def version(panel: Browser, ref: str, *, go: bool = True) -> Json:
    """Return all of a version; it is the panel's version from now on if it is one of its model, unless not ``go``."""
    detail = panel.registry.show(ref, patience=0)  # what lands later is told by the next look
    if not isinstance(detail, Detail):
        msg = f"{ref!r} names no version"
        raise InvalidError(msg)
    record = detail.version
    if go and record.home == panel.model:  # another view may have gone to another model meanwhile
        panel.opened(record.number)
    name = next((run.variable for run in detail.runs if run.variable.isidentifier()), rows.variable(record.home))
    return {
        **rows.version(record),
        "card": rows.card(record.description),
        "text": record.description,
        "content": f"b3:{record.content_id}",
        "attachments": [attached.attachment(each, _opens(panel, record, each.name)) for each in detail.attachments],
        "curves": attached.curves({name: [points] for name, points in detail.curves.items()}, [record.ref]),
        "runs": [rows.run(run) for run in detail.runs],
        "trusted": detail.trusted,
        "mark": mark(detail.mark),
        "variable": name,
        "lines": _lines(panel, record, name),
        "elsewhere": _elsewhere(panel),
        "captured": captured.glance(detail.surroundings, detail.runs[0].uid if detail.runs else ""),
        **_many(detail),
    }


def curves(panel: Browser, refs: Sequence[str], names: Sequence[str]) -> Json:
    """Return charts of some curves of versions, at most as many as come by themselves; see :func:`attached.charts`."""
    series = [panel.registry.curves(ref) for ref in refs[:MOST]]
    held = {name: [each.get(name, ()) for each in series] for name in names[: attached.CHARTS]}
    found = {name: lines for name, lines in held.items() if any(lines)}
    return {"charts": attached.charts(found, refs[:MOST], found)}


def compare(panel: Browser, refs: Sequence[str]) -> Json:
    """Return versions side by side."""
    found = panel.registry.compare(*refs, patience=0)
    labels = [each.ref for each in found.versions]
    lines = [f"{panel.desk.program} attachment {names.quote(ref)}" for ref in labels]
    return {
        **comparing.comparison(found),
        "attachments": attached.beside(found, lines),
        "code": captured.diffs(found.code),
        "curves": attached.curves(found.curves, labels),
    }


def trend(panel: Browser, name: str, metric: str) -> Json:
    """Return the values of a metric over the newest versions of a model, oldest first, and how many are left out."""
    page = panel.registry.versions(name, order="-version", limit=TREND)
    held = [each for each in reversed(page.items) if metric in each.metrics]
    return {
        "metric": metric,
        "note": f"the newest {TREND:,} of {page.total:,}" if (page.total or 0) > TREND else "",
        "points": [
            [each.number, rows.point(each.metrics[metric]), fmt.number(each.metrics[metric]), list(each.aliases)]
            for each in held
        ],
    }


def _many(detail: Detail) -> rows.Row:
    """Return what a version may have any number of."""
    record = detail.version
    width = portion.width(len(record.params))
    return portion.of(
        aliases=record.aliases,
        metrics=[[key, fmt.number(value)] for key, value in record.metrics.items()],
        params=[[key, fmt.value(value, limit=width)] for key, value in record.params.items()],
        links=[[link.ref, "/" in link.home] for link in detail.links if link.ref != record.ref],
        files=[[name, sizes.human(size)] for name, size in detail.files],
        arrays=[list(pair) for pair in detail.arrays],
        imports=detail.imports,
        derived=detail.derived,
    )


def _opens(panel: Browser, record: Version, name: str) -> str:
    """Return the line that opens an attachment."""
    return f"{panel.desk.program} attachment {names.quote(record.ref)} {names.quote(name)}"


def _lines(panel: Browser, record: Version, name: str) -> list[Json]:
    """Return lines to type that bring the version back: in a notebook, in Python, in a container."""
    ref = names.quote(record.ref)
    return [
        ["In a notebook", f"{name} = {panel.desk.program} load {ref}"],
        ["In Python", f"import modelreg\n{name} = modelreg.connect().load({record.ref!r})"],
        ["Pinned to these contents", f"{name} = {panel.desk.program} load {ref} --expect b3:{record.content_id}"],
    ]


def _elsewhere(panel: Browser) -> str:
    """Return the line that leads lines to the panel's registry; empty while they lead there.

    A panel stays with its registry when the kernel is connected to another one.
    """
    try:
        here = panel.desk.registry.location == panel.registry.location
    except ModelRegError:  # the other one cannot be opened
        here = False
    return "" if here else f"{panel.desk.program} connect {names.quote(panel.registry.location)}"
