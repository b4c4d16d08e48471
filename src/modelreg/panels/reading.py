"""What a panel reads: each function answers one method of the front end with JSON of bounded size."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from modelreg import moments, names, queries
from modelreg.errors import InvalidError, LockedError, NotFoundError
from modelreg.panels import portion, remember, rows
from modelreg.panels.watch import PATIENCE
from modelreg.records import ModelDetail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.panels.browser import Browser
    from modelreg.records import Collection, Json, Keys

LISTED: Final = 100
"""Registered models that come at a time; the list asks for more as it is scrolled."""
MOST_LISTED: Final = 500
"""Registered models that come at a time at most, for a list that was scrolled far and is read again."""
LARGEST_PAGE: Final = 200
TOLD: Final = 30
"""Entries of a history that come at a time; one that was gone through far is read again as far."""
DEFAULT_METRICS: Final = 3
DETAILS: Final = ("created", "by")
KNOWN_DETAILS: Final = frozenset({"class", "size", "source", "linked", "created", "by", "tags", "description"})
"""Columns besides metrics and params; the front end has a table of them."""
SUGGESTED: Final = 12


def start(panel: Browser) -> Json:
    """Return all that a view needs for its first picture, in one answer."""
    pulse = panel.registry.pulse()  # before the reads: a change in between is seen by the next look
    opened = None
    if panel.model is not None:
        with suppress(NotFoundError):  # it was deleted since: the list still opens
            opened = open_model(panel, panel.model, limit=panel.desk.page_size)
    return {
        "pulse": pulse,
        "location": panel.registry.location,
        "writable": panel.registry.writable,
        "locked": _locked(panel),
        "program": panel.desk.program,
        "page_size": panel.desk.page_size,
        "models": models(panel),
        "open": opened,
        "version": None
        if opened is None
        else panel.version,  # after the model was read: it may be called otherwise by now
        "picked": list(panel.picked),
        "now": moments.now() // 1000,
    }


def _locked(panel: Browser) -> str:
    """Return why nothing can be changed from here, and what to do; empty where it can."""
    if panel.registry.writable:
        return ""
    place = panel.registry.location
    return (
        f"You may look at {place} but not write to it. Try {panel.desk.program} connect DIRECTORY for one of your own"
    )


def seen(panel: Browser, view: str, *, on: bool) -> Json:
    """Note whether a view can be seen; return the change counter, and whether the view is told when it changes.

    A registry that somebody has locked is looked at by the watch later: the counter is 0 then, older than any.
    """
    watching = panel.watch.seen(view, on=on)
    with suppress(LockedError):
        return {"pulse": panel.registry.pulse(patience=PATIENCE), "watching": watching}
    return {"pulse": 0, "watching": watching}


def models(
    panel: Browser, search: str = "", order: str = "-updated", token: str | None = None, limit: object = LISTED
) -> Json:
    """Return registered models that a search finds."""
    page = panel.registry.models(search=search, order=order, limit=_size(limit, MOST_LISTED), token=token)
    return {"items": [rows.model(each) for each in page], "next": page.next, "total": page.total}


def open_model(panel: Browser, name: str, *, go: bool = True, **view: Any) -> Json:
    """Return a registered model with a page of its versions; it is the panel's model from now on, unless not ``go``."""
    pulse = panel.registry.pulse()  # before the reads: a change in between is seen by the next look
    record = home(panel, names.clean_home(name))
    if name != record.name:
        panel.renamed(name, record.name)
    if go:
        panel.went(record.name)
    panel.drop_gone()
    return {
        "pulse": pulse,
        "overview": rows.overview(record, panel.desk.program),
        "note": f"{name} is now called {record.name}" if name != record.name else "",
        "page": versions(panel, record.name, **view),
    }


def versions(
    panel: Browser,
    name: str,
    query: str = "",
    order: str = "-version",
    token: str | None = None,
    limit: object = 25,
) -> Json:
    """Return a page of versions with the columns that are chosen for the model."""
    page = panel.registry.versions(
        names.clean_home(name),
        query.strip() or None,
        order=order,
        limit=_size(limit, LARGEST_PAGE),
        token=token,
        names=panel.desk.scope,
    )
    known = panel.registry.keys(name)
    chosen = remember.recall(known.uid)
    metrics = chosen.get("metrics", [*known.metrics[:DEFAULT_METRICS]])
    params = chosen.get("params", [])
    return {
        "rows": [*rows.table(page.items, metrics, params)],
        "next": page.next,
        "total": page.total,
        "note": page.note,
        "metrics": [*metrics],
        "params": [*params],
        "asked": {"metrics": _asked("metrics", metrics), "params": _asked("params", params)},
        "details": [each for each in chosen.get("details", DETAILS) if each in KNOWN_DETAILS],
        "chosen": bool(chosen),
        "known": _known(known, metrics, params),
    }


def _known(known: Keys, metrics: Sequence[str], params: Sequence[str]) -> rows.Row:
    """Return the first metrics and params of a model, and those that are chosen; ``cut`` tells which have more."""
    told: rows.Row = {}
    cut: list[Json] = []
    for kind, chosen, keys in (("metrics", metrics, known.metrics), ("params", params, known.params)):
        shown = portion.names(keys, portion.MOST)
        told[kind] = [*dict.fromkeys([*shown, *chosen])]
        cut.extend([kind] if len(shown) < len(keys) or len(keys) >= portion.MOST else [])
    return {**told, "cut": cut}


def choose(
    panel: Browser, name: str, metrics: Sequence[str], params: Sequence[str], details: Sequence[str], **view: Any
) -> Json:
    """Keep the columns that are chosen for a model; return the page with them."""
    remember.remember(panel.registry.keys(name).uid, metrics=metrics, params=params, details=details)
    return versions(panel, name, **view)


def history(
    panel: Browser,
    name: str,
    kinds: Sequence[str] = (),
    token: str | None = None,
    number: int | None = None,
    limit: object = TOLD,
) -> Json:
    """Return a page of what was done to a model, or to one of its versions."""
    about = names.clean_home(name) if number is None else f"{names.clean_home(name)}:v{number}"
    page = panel.registry.history(about, kinds=tuple(kinds), token=token, limit=_size(limit, MOST_LISTED))
    return {"items": [rows.action(each) for each in page], "next": page.next}


def moment(panel: Browser, name: str, at: str) -> Json:
    """Return what every alias meant at a time."""
    record = panel.registry.moment(name, at)
    return {
        "at": rows.moment(record.at),
        "latest": record.latest,
        **portion.of(aliases=[rows.tenure(each) for each in record.aliases]),
    }


def named(panel: Browser, text: str) -> Json:
    """Return names of registered models that begin so, or hold the text."""
    page = panel.registry.models(search=text, order="name", limit=SUGGESTED)
    return {"names": [each.name for each in page]}


def home(panel: Browser, name: str) -> Collection:
    """Return a registered model, or an artifact."""
    if "/" not in name:
        return panel.registry.model(name)
    detail = panel.registry.show(name)
    assert isinstance(detail, ModelDetail)  # noqa: S101  (a name without a selector)
    return detail.model


def _size(asked: object, most: int) -> int:
    if not isinstance(asked, int):
        msg = f"the size of a page must be a number, not {asked!r}"
        raise InvalidError(msg)
    return max(1, min(asked, most))


def _asked(kind: str, keys: Sequence[str]) -> list[Json]:
    """Return how a list is sorted by each of these metrics or params."""
    return [str(queries.Field(kind, key)) for key in keys]
