"""What the register form asks and does: the same call of the registry as the command, with every value that was ticked.

A value reaches the kernel as the user would type it (``roc_auc_score(y, p)``, ``scores["auc"]``) and is read there by the
code that reads a line. Nothing that was only found is kept.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from modelreg import names, views
from modelreg.errors import InvalidError, ModelRegError
from modelreg.panels import finding, naming
from modelreg.panels.telling import Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from modelreg.panels.base import Panel
    from modelreg.records import Json, LiveModel, Registration

    Typed = Sequence[Sequence[str]]
    """Name and expression, in pairs."""

STATES: Final = ("changed", "never", "unknown", "large", "unchanged")
"""What is worth registering first."""
FAULTS: Final = {"unpicklable": "model", "refused": "aliases", "conflict": "aliases"}
"""Kind of refusal -> the field that it is about."""


def candidates(panel: Panel) -> Json:
    """Return the models of the kernel and how each stands, what is worth registering first."""
    held = panel.desk.models()
    live = {each.variable: each for each in panel.registry.status(held)}
    newest = [live[source] for source in reversed(list(held)) if source in live]
    return {
        "models": [_candidate(each) for each in sorted(newest, key=lambda each: STATES.index(each.state))],
        "line": "from sklearn.linear_model import LogisticRegression\nclf = LogisticRegression().fit(X, y)",
        "next": f"{panel.desk.program} register",
    }


def found(panel: Panel, variable: str) -> Json:
    """Return what may belong to a model, and the registered model that it goes to by default."""
    desk, scope = panel.desk, panel.desk.scope
    named = desk.find(variable)
    home = desk.home(named.variable) or ""
    data = finding.datasets(scope, desk.notebook, panel.registry)
    logged = {each["source"] for each in data}
    return {
        "home": home,
        "metrics": [{**each} for each in finding.metrics(scope, named.variable, named.obj)],
        "attachments": [{**each} for each in finding.pictures_and_tables(scope) if each["source"] not in logged],
        "data": [{**each} for each in data],
    }


def register(
    panel: Panel,
    variable: str,
    name: str,
    *,
    aliases: Sequence[str] = (),
    message: str = "",
    tags: Sequence[str] = (),
    metrics: Typed = (),
    attachments: Typed = (),
    data: Typed = (),
    project: str = "",
    new_version: bool = False,
    expect: Mapping[str, int | None] | None = None,
    call: str = "",
) -> Json:
    """Register a model; what is refused names the field that it is about.

    ``expect`` tells where each alias stood as the form showed it; ``call`` comes back with each word of progress.
    """
    desk = panel.desk
    with _field("model"):
        named = desk.find(variable)
    with _field("name"):
        home = naming.clean(name)
    with _field("aliases"):
        given = [names.clean_alias(alias) for alias in aliases]
    with _field("tags"):
        for tag in tags:
            names.clean_tag(tag)
    values = _read("metrics", "metric", metrics, desk.metric)
    kept = _attachments(panel, attachments)
    used = _read("data", "data", data, lambda source, what: _reference(source) or desk.value(source, what))
    try:
        done = panel.registry.register(
            named.obj,
            home,
            aliases=given,
            message=message,
            metrics=values,
            data=used,
            tags=tags,
            attachments=kept,
            project=project or None,
            artifact=named.artifact,
            new_version=new_version,
            expect={alias: number for alias, number in (expect or {}).items() if alias in given} or None,
            variable=named.variable,
            progress=Told(panel.tell, call),
        )
    except ModelRegError as error:
        _mark(error, FAULTS.get(error.kind, ""))
        raise
    return _answer(panel, done)


def look(panel: Panel, ref: str) -> Json:
    """Return a version as a page that stands still, escaped in views."""
    return {"html": views.show(panel.registry.show(ref), program=panel.desk.program)._repr_html_()}


METHODS: Final[Mapping[str, Callable[..., Json]]] = {
    "candidates": candidates,
    "found": found,
    "standing": naming.standing,
    "register": register,
    "look": look,
}
"""What the form calls, of whatever panel it stands in."""


def _candidate(live: LiveModel) -> dict[str, Json]:
    ref = live.version.ref if live.version is not None else ""
    texts = {
        "unchanged": f"registered as {ref}",
        "changed": f"changed since {ref}",
        "never": "not registered",
        "large": f"large, not checked{f'; was {ref}' if ref else ''}",
    }
    return {
        "variable": live.variable,
        "class": live.class_name.rpartition(".")[2],
        "class_name": live.class_name,
        "state": live.state,
        "text": texts.get(live.state, "cannot be checked"),
        "why": live.why,
        "ref": ref,
    }


def _read(field: str, what: str, typed: Typed, read: Callable[[str, str], Any]) -> dict[str, Any]:
    """Evaluate pairs of name and expression in the kernel."""
    values: dict[str, Any] = {}
    with _field(field):
        for name, source in typed:
            key = names.clean_key(name.strip() or source.strip(), what)
            if key in values:
                msg = f"the {what} {key!r} is given twice; tick or name one of them only"
                raise InvalidError(msg)
            if not source.strip():
                msg = f"the {what} {key!r} has no value; write an expression beside it"
                raise InvalidError(msg)
            values[key] = read(source, f"the {what} {key}")
    return values


def _attachments(panel: Panel, typed: Typed) -> dict[str, Any]:
    """Read what is attached: an expression or a path; without a name what it is gives one."""
    values: dict[str, Any] = {}
    with _field("attachments"):
        for name, source in typed:
            called, obj = panel.desk.attachment(source)
            key = name.strip() or called
            if key in values:
                msg = f"two attachments are called {key!r}; name one of them otherwise"
                raise InvalidError(msg)
            values[key] = obj
    return values


def _reference(source: str) -> str:
    """Return what is written like a reference of a dataset, which needs no quotes in a form; empty for an expression."""
    text = source.strip()
    return text if re.fullmatch(r"[^\s'\"()\[\]{}]+/[^'\"()\[\]{}]+", text) else ""


@contextmanager
def _field(name: str) -> Iterator[None]:
    """Let a refusal say which field of the form it is about; the form has no options."""
    try:
        yield
    except ModelRegError as error:
        error.message = error.message.removeprefix("--")
        _mark(error, name)
        raise


def _mark(error: ModelRegError, field: str) -> None:
    vars(error)["field"] = field


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
        "outcome": done.outcome,
        "lines": [*lines] if following else [*lines, last],
        "next": following,
        "undo": [back.operation] if back else None,
    }
