"""What a panel changes: each function is one call of the registry, with the same history entry as the command.

The answer says what was done, how to take it back, and brings the page that the view stands on anew.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from modelreg import names
from modelreg.errors import InvalidError, ModelRegError
from modelreg.panels import reading, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

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


def unalias(panel: Browser, view: View, name: str, alias: str, message: str = "", *, force: bool = False) -> Json:
    """Remove an alias."""
    return _said(panel, view, panel.registry.unalias(name, alias, message=message, force=force))


def protect(panel: Browser, view: View, name: str, alias: str, message: str = "", *, on: bool = True) -> Json:
    """Guard an alias, or take the guard from it."""
    act = panel.registry.protect if on else panel.registry.unprotect
    return _said(panel, view, act(name, alias, message=message))


def promote(
    panel: Browser, view: View, ref: str, stage: str | None = None, message: str = "", *, force: bool = False
) -> Json:
    """Give a version its next stage, or the one named."""
    return _said(panel, view, panel.registry.promote(ref, stage, message=message, force=force))


def rollback(panel: Browser, view: View, name: str, alias: str, message: str = "", *, force: bool = False) -> Json:
    """Point an alias at the version it stood at before."""
    return _said(panel, view, panel.registry.rollback(name, alias, message=message, force=force))


def link(panel: Browser, view: View, refs: Sequence[str], name: str, message: str = "") -> Json:
    """Link versions to another registered model."""
    done: list[str] = []
    operations: list[str] = []
    for ref in _some(refs):
        with _telling(done):
            made = panel.registry.link(ref, name, message=message)
        known = made.outcome == "identical"
        done.append(f"{made.version.ref} ← {ref}{' (linked before)' if known else ''}")
        operations.extend([] if known else _last(panel))
    return _answer(panel, view, f"linked: {', '.join(done)}", undo=operations)


def unlink(panel: Browser, view: View, refs: Sequence[str], message: str = "", *, force: bool = False) -> Json:
    """End memberships."""
    return _each(panel, view, refs, lambda ref: panel.registry.unlink(ref, message=message, force=force))


def delete(panel: Browser, view: View, refs: Sequence[str], message: str = "", *, force: bool = False) -> Json:
    """Delete versions; refused while something holds one, and the refusal says what."""
    return _each(panel, view, refs, lambda ref: panel.registry.delete(ref, message=message, force=force))


def delete_model(panel: Browser, name: str, message: str = "", *, force: bool = False) -> Json:
    """Delete a registered model; its versions stay in their artifacts."""
    done = panel.registry.delete(name, message=message, force=force)
    panel.went(None)
    return _said(panel, None, done)


def create(panel: Browser, name: str, description: str = "", tags: Sequence[str] = ()) -> Json:
    """Make an empty registered model and go there."""
    made = panel.registry.create(name, description=description, tags=tags)
    twins = [f"{made.name!r} differs from {twin!r} by case only" for twin in panel.registry.twins(made.name)]
    return _answer(panel, {"name": made.name}, f"registered model {made.name} created", twins, undo=_last(panel))


def rename(panel: Browser, view: View, name: str, new: str, message: str = "") -> Json:
    """Rename a registered model."""
    number, done = panel.version, panel.registry.rename(name, new, message=message)
    told = _said(panel, {**view, "name": new}, done)
    panel.opened(number)  # the same version is open under the new name
    return told


def describe(panel: Browser, view: View, ref: str, text: str, message: str = "") -> Json:
    """Set the description of a registered model or a version."""
    return _said(panel, view, panel.registry.describe(ref, text, message=message))


def preview(panel: Browser, text: str) -> Json:
    """Return a description as the card that it would be."""
    return {"card": rows.card(names.clean_text(text, "description"))}


def tag(panel: Browser, view: View, ref: str, tag: str) -> Json:
    """Set a tag on a registered model or a version."""
    return _said(panel, view, panel.registry.tag(ref, tag))


def untag(panel: Browser, view: View, ref: str, key: str) -> Json:
    """Remove a tag."""
    return _said(panel, view, panel.registry.untag(ref, key))


def metric(panel: Browser, view: View, name: str, metric: str, direction: str | None) -> Json:
    """Declare which way a metric is better."""
    return _said(panel, view, panel.registry.metric(name, metric, direction))


def undo(panel: Browser, view: View | None, operations: Sequence[str]) -> Json:
    """Take back the change that the view offers to undo, and no other; one that was several operations, the last first."""
    taken = [panel.registry.undo(only=operation) for operation in reversed(operations)]
    notes = [note for each in taken for note in each.notes]
    return _answer(panel, view, "; ".join(each.text for each in taken), notes)


def _each(panel: Browser, view: View, refs: Sequence[str], act: Callable[[str], Change]) -> Json:
    """Do one thing to several versions in the order of the table; what was done before a refusal stays done, and is said."""
    done: list[str] = []
    operations: list[str] = []
    notes: list[str] = []
    for ref in _some(refs):
        with _telling(done):
            change = act(ref)
        done.append(change.text)
        notes.extend(change.notes)
        operations.extend(_last(panel) if change.changed else [])
    return _answer(panel, view, "; ".join(done), notes, undo=operations)


@contextmanager
def _telling(done: Sequence[str]) -> Iterator[None]:
    """Let a refusal say what was done before it."""
    try:
        yield
    except ModelRegError as error:
        if done:
            error.message = f"{error.message} (done before: {'; '.join(done)})"
        raise


def _some(refs: Sequence[str]) -> Sequence[str]:
    if not refs:
        msg = "no version is selected"
        raise InvalidError(msg)
    return refs


def _last(panel: Browser) -> list[str]:
    """Return the operation that was just done, as undo takes it."""
    found = panel.registry.undoable()
    return [] if found is None else [found.operation]


def _said(panel: Browser, view: View | None, done: Change) -> Json:
    return _answer(panel, view, done.text, done.notes, undo=_last(panel) if done.changed else ())


def _answer(
    panel: Browser, view: View | None, text: str, notes: Sequence[str] = (), *, undo: Sequence[str] = ()
) -> Json:
    """Return what was done with the way back, where anything was changed, and the fresh page."""
    return {
        "said": text,
        "notes": list(notes),
        "undo": list(undo) or None,
        "fresh": None if view is None else reading.open_model(panel, **view),
    }
