"""What the register form does: the same call of the registry as the command, with every value that was ticked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from modelreg import names, views
from modelreg.panels import drafting, fields, keeping, naming, offering
from modelreg.panels.telling import Told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from modelreg.panels.base import Panel
    from modelreg.panels.keeping import Typed
    from modelreg.records import Json, Registration

FAULTS: Final = {"unpicklable": "model", "refused": "aliases", "conflict": "aliases"}
"""Kind of refusal -> the field that it is about."""


def register(
    panel: Panel,
    name: str,
    *,
    variable: str = "",
    path: str = "",
    aliases: Sequence[str] = (),
    tags: Sequence[str] = (),
    expect: Mapping[str, int | None] | None = None,
    call: str = "",
    message: str = "",
    project: str = "",
    new_version: bool = False,
    **kept: Typed,
) -> Json:
    """Register a model, or what lies at a path; what is refused names the field that it is about.

    ``expect`` tells where each alias stood as the form showed it; ``call`` comes back with each word of progress; ``kept``
    is what was ticked or typed, by the names of :data:`modelreg.panels.keeping.GROUPS`.
    """
    progress = Told(panel.tell, call)
    progress.begin(f"reading {variable or path.strip()}", 0)  # so that the view knows that its turn has come
    with fields.about("model"):
        what = _what(panel, variable, path)
    with fields.about("name"):
        home = naming.clean(name)
    with fields.about("aliases"):
        given = [names.clean_alias(alias) for alias in aliases]
        shown = {names.clean_alias(alias): number for alias, number in (expect or {}).items()}
    _check(tags, message, project)
    values = keeping.read(panel, kept)
    with fields.about(kinds=FAULTS):
        done = panel.registry.register(
            name=home, aliases=given, tags=tags, message=message, project=project or None, new_version=new_version,
            expect={alias: number for alias, number in shown.items() if alias in given} or None,
            progress=progress, **what, **values,
        )  # fmt: skip
    drafting.forget(panel)
    panel.changed()
    return _answer(panel, done)


def _check(tags: Sequence[str], message: str, project: str) -> None:
    """Refuse at its field what the registry would refuse."""
    with fields.about("tags"):
        for tag in tags:
            names.clean_tag(tag)
    with fields.about("message"):
        names.clean_text(message, "reason")
    with fields.about("project"):
        names.clean_artifact(f"{project or 'scratch'}/model")


def _what(panel: Panel, variable: str, path: str) -> dict[str, Any]:
    """Return what is registered, as the registry takes it."""
    if path:
        return {"obj": None, "path": offering.located(path)}
    named = panel.desk.find(variable)
    return {"obj": named.obj, "variable": named.variable, "artifact": named.artifact}


def look(panel: Panel, ref: str) -> Json:
    """Return a version as a page that stands still, escaped in views."""
    return {"html": views.show(panel.registry.show(ref), program=panel.desk.program)._repr_html_()}


METHODS: Final[Mapping[str, Callable[..., Json]]] = {
    "candidates": offering.candidates,
    "present": offering.present,
    "found": offering.found,
    "file": offering.file,
    "paths": offering.paths,
    "standing": naming.standing,
    "draft": drafting.keep,
    "register": register,
    "look": look,
}
"""What the form calls, of whatever panel it stands in."""


def _answer(panel: Panel, done: Registration) -> Json:
    """Return the answer of the command, in its lines, and the way back."""
    record = done.version
    view = views.show(done, program=panel.desk.program, model=panel.registry.model(record.home))
    *lines, last = repr(view).split("\n")
    following = last.removeprefix("next: ") if last.startswith("next: ") else ""
    changed = done.outcome == "new" or done.linked or any(each.changed for each in done.aliases)
    back = panel.registry.undoable() if changed else None
    return {
        "name": record.home,
        "ref": record.ref,
        "number": record.number,
        "lines": [*lines] if following else [*lines, last],
        "next": following,
        "undo": back.operation if back else None,
    }
