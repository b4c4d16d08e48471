"""What a panel changes: each function is one call of the registry, with the same history entry as the command.

The answer says what was done, how to take it back, and brings the page that the view stands on anew.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from modelreg import names
from modelreg.errors import InvalidError, ModelRegError, NotFoundError
from modelreg.panels import reading, rows
from modelreg.verbs import several

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelreg.panels.browser import Browser
    from modelreg.records import Change, Json

    View = Mapping[str, Any]
    """What the view shows: ``name`` and the parameters of :func:`modelreg.panels.reading.versions`."""


def alias(
    panel: Browser, view: View, ref: str, alias: str, expect: int | None, message: str = "", *, force: bool = False
) -> Json:
    """Point an alias at a version, unless it stands elsewhere than the view shows (``expect``)."""
    done = panel.registry.alias(ref, alias, message=message, expect=expect, force=force)
    return _said(panel, view, done)


def unalias(
    panel: Browser, view: View, name: str, alias: str, expect: int | None, message: str = "", *, force: bool = False
) -> Json:
    """Remove an alias from where the view shows it (``expect``)."""
    done = panel.registry.unalias(name, alias, message=message, expect=expect, force=force)
    return _said(panel, view, done)


def protect(panel: Browser, view: View, name: str, alias: str, message: str = "", *, on: bool = True) -> Json:
    """Guard an alias, or take the guard from it; where somebody was faster it is so already."""
    act = panel.registry.protect if on else panel.registry.unprotect
    return _said(panel, view, act(name, alias, message=message))


def promote(
    panel: Browser, view: View, ref: str, stage: str, expect: int | None, message: str = "", *, force: bool = False
) -> Json:
    """Give a version a stage, unless that stands elsewhere than the view shows (``expect``)."""
    done = panel.registry.promote(ref, stage, message=message, expect=expect, force=force)
    return _said(panel, view, done)


def rollback(
    panel: Browser, view: View, name: str, alias: str, expect: int | None, message: str = "", *, force: bool = False
) -> Json:
    """Point an alias at the version it stood at before it came where the view shows it (``expect``)."""
    done = panel.registry.rollback(name, alias, message=message, expect=expect, force=force)
    return _said(panel, view, done)


def link(panel: Browser, view: View, refs: Sequence[str], name: str, message: str = "") -> Json:
    """Link versions to another registered model: all or none."""
    made = panel.registry.link(_some(refs), name, message=message)
    known = [each.outcome == "identical" for each in made]
    parts = [
        f"{each.version.ref} ← {ref}{' (linked before)' if old else ''}"
        for each, ref, old in zip(made, refs, known, strict=True)
    ]
    said = several.listed(parts, ", ")
    return _answer(panel, view, f"linked: {said}", undo=None if all(known) else _last(panel))


def unlink(panel: Browser, view: View, refs: Sequence[str], message: str = "", *, force: bool = False) -> Json:
    """End memberships: all or none."""
    return _said(panel, view, panel.registry.unlink(*_some(refs), message=message, force=force))


def delete(panel: Browser, view: View, refs: Sequence[str], message: str = "", *, force: bool = False) -> Json:
    """Delete versions, all or none; refused while something holds one, and the refusal says what."""
    return _said(panel, view, panel.registry.delete(*_some(refs), message=message, force=force))


def delete_model(panel: Browser, view: View, name: str, message: str = "", *, force: bool = False) -> Json:
    """Delete a registered model; its versions stay in their artifacts."""
    return _said(panel, view, panel.registry.delete(name, message=message, force=force))


def create(panel: Browser, name: str, description: str = "", tags: Sequence[str] = ()) -> Json:
    """Make an empty registered model and go there."""
    made = panel.registry.create(name, description=description, tags=tags)
    panel.went(made.name)
    twins = [f"{made.name!r} differs from {twin!r} by case only" for twin in panel.registry.twins(made.name)]
    return _answer(panel, {"name": made.name}, f"registered model {made.name} created", twins, undo=_last(panel))


def rename(panel: Browser, view: View, name: str, new: str, message: str = "") -> Json:
    """Rename a registered model, unless it is called otherwise than the view shows by now."""
    done = panel.registry.rename(name, new, message=message, expect=name)
    panel.renamed(name, new)
    return _said(panel, {**view, "name": new}, done)


def describe(panel: Browser, view: View, ref: str, text: str, expect: str, message: str = "") -> Json:
    """Set the description of a registered model or a version, unless it is another one than was read (``expect``)."""
    return _said(panel, view, panel.registry.describe(ref, text, message=message, expect=expect))


def preview(panel: Browser, text: str) -> Json:
    """Return a description as the card that it would be."""
    return {"card": rows.card(names.clean_text(text, "description"))}


def tag(
    panel: Browser,
    view: View,
    refs: Sequence[str],
    tag: str,
    shown: Mapping[str, str] | None = None,
    message: str = "",
) -> Json:
    """Set a tag on a registered model or on versions, all or none; unless it is another one than was ``shown``."""
    key, _ = names.clean_tag(tag)
    expect = None if shown is None else {key: shown.get(key)}
    return _said(panel, view, panel.registry.tag(_some(refs), tag, message=message, expect=expect))


def untag(panel: Browser, view: View, ref: str, key: str, expect: str) -> Json:
    """Remove a tag, unless it has another value than the view shows (``expect``)."""
    return _said(panel, view, panel.registry.untag(ref, key, expect={key: expect}))


def metric(panel: Browser, view: View, name: str, metric: str, direction: str | None) -> Json:
    """Declare which way a metric is better."""
    return _said(panel, view, panel.registry.metric(name, metric, direction))


def undo(panel: Browser, view: View | None, operation: str) -> Json:
    """Take back the change that the view offers to undo, and no other: the one that ``undo`` on a line would."""
    taken = panel.registry.undo(only=operation)
    refused = not taken.changed and bool(taken.notes)  # with what stands in the way of it
    return _answer(panel, view, taken.text, taken.notes, refused=refused)


def _some(refs: Sequence[str]) -> list[str]:
    if not refs:
        msg = "no version is selected"
        raise InvalidError(msg)
    return [*refs]


def _last(panel: Browser) -> str | None:
    """Return the operation that was just done, as undo takes it."""
    found = panel.registry.undoable()
    return None if found is None else found.operation


def _said(panel: Browser, view: View | None, done: Change) -> Json:
    return _answer(panel, view, done.text, done.notes, undo=_last(panel) if done.changed else None)


def _answer(
    panel: Browser,
    view: View | None,
    text: str,
    notes: Sequence[str] = (),
    *,
    undo: str | None = None,
    refused: bool = False,
) -> Json:
    """Return what was done with the way back, where anything was changed, and the fresh page.

    What was done stays done when the page cannot be read: it is ``gone`` with the model, or the front end reads it again
    and shows why it cannot (a filter that names a variable which is no more).
    """
    panel.changed()
    fresh, lost = None, view is None
    with suppress(ModelRegError):
        try:
            fresh = None if view is None else reading.open_model(panel, **view, go=False)
        except NotFoundError:
            lost = True
    if lost and (view is None or panel.model == view["name"]):
        panel.went(None)
    return {"said": text, "notes": list(notes), "undo": undo, "refused": refused, "fresh": fresh, "gone": lost}
