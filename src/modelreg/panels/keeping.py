"""What may be kept with a model: for each kind how it is found in the kernel, and how what is given is read there.

A value reaches the kernel as the user would type it (``roc_auc_score(y, p)``, ``scores["auc"]``) and is read there by the
code that reads a line. Nothing that was only found is kept.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from modelreg import names, syntax
from modelreg.errors import InvalidError
from modelreg.panels import fields, finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from modelreg.notebook import Execution
    from modelreg.panels.base import Panel
    from modelreg.panels.finding import Row

    Typed = Sequence[Sequence[str]]
    """Name and expression, in pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One kind of thing that is kept with a model; its name is that of the registry's parameter for it."""

    find: Callable[[Panel, str, object], list[Row]]
    """From the panel, and the variable and object of the model (empty and None for a file): what is offered."""
    read: Callable[[Panel, Typed], dict[str, Any]]
    """From the panel and what was ticked or typed: what is kept."""


def found(panel: Panel, variable: str, obj: object) -> dict[str, list[Row]]:
    """Return what may belong to a model, by kind."""
    return {name: group.find(panel, variable, obj) for name, group in GROUPS.items()}


def read(panel: Panel, given: Mapping[str, Typed]) -> dict[str, Any]:
    """Return what is kept, by kind; a refusal names the kind."""
    kept: dict[str, Any] = {}
    for name, typed in given.items():
        if name not in GROUPS:
            msg = f"there is no kind {name!r} of what is kept; there are {', '.join(GROUPS)}"
            raise InvalidError(msg)
        with fields.about(name):
            kept[name] = GROUPS[name].read(panel, typed)
    return kept


def _metrics(panel: Panel, typed: Typed) -> dict[str, Any]:
    """Read metrics; what has no name and is a dict or table gives all that it holds."""
    values: dict[str, Any] = {}
    for name, source in typed:
        if name.strip():
            _put(values, "metric", name, source, panel.desk.metric)
            continue
        for key, value in panel.desk.metrics(_there("metric", source.strip(), source)).items():
            _put(values, "metric", key, source, lambda *_, value=value: value)
    return values


def _params(panel: Panel, typed: Typed) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, source in typed:
        _put(values, "param", name, source, panel.desk.value)
    return values


def _data(panel: Panel, typed: Typed) -> dict[str, Any]:
    values: dict[str, Any] = {}
    scope = panel.desk.scope
    for name, source in typed:
        _put(values, "data", name, source, lambda text, what: _reference(text, scope) or panel.desk.value(text, what))
    return values


def _attachments(panel: Panel, typed: Typed) -> dict[str, Any]:
    """Read what is attached: an expression or a path; without a name what it is gives one."""
    values: dict[str, Any] = {}
    for name, source in typed:
        called, obj = panel.desk.attachment(source)
        key = name.strip() or called
        if key in values:
            msg = f"two attachments are called {key!r}; name one of them otherwise"
            raise InvalidError(msg)
        values[key] = obj
    return values


def _put(values: dict[str, Any], what: str, name: str, source: str, value: Callable[[str, str], Any]) -> None:
    """Read one value under its name, or what it is written as."""
    key = names.clean_key(name.strip() or source.strip(), what)
    if key in values:
        msg = f"the {what} {key!r} is given twice; tick or name one of them only"
        raise InvalidError(msg)
    values[key] = value(_there(what, key, source), f"the {what} {key}")


def _there(what: str, key: str, source: str) -> str:
    """Return an expression that is not empty."""
    if not source.strip():
        msg = f"the {what} {key!r} has no value; write an expression beside it"
        raise InvalidError(msg)
    return source


def _reference(source: str, scope: Mapping[str, object]) -> str:
    """Return what is written like a reference of a dataset, which needs no quotes in a form; empty for an expression.

    ``X/255`` is an expression where there is an ``X``.
    """
    text = source.strip()
    if not re.fullmatch(r"[^\s'\"()\[\]{}/]+/[^'\"()\[\]{}]+", text):
        return ""
    try:
        left, _ = syntax.parse(text.partition("/")[0], mode="eval"), syntax.parse(text, mode="eval")
    except (SyntaxError, ValueError):  # train/frame:v3
        return text
    used = {node.id for node in ast.walk(left) if isinstance(node, ast.Name)}
    return "" if used and used <= scope.keys() else text


def _pictures_and_tables(panel: Panel, variable: str, obj: object) -> list[Row]:
    """Return what may be attached; what is logged or was trained on is data already."""
    data = {each["source"] for each in _datasets(panel, variable, obj)}
    return [each for each in finding.pictures_and_tables(panel.desk.scope) if each["source"] not in data]


def _datasets(panel: Panel, variable: str, _obj: object) -> list[Row]:
    """Return the data that the model was trained on, and the datasets that are logged."""
    logged = finding.datasets(panel.desk.scope, panel.desk.notebook, panel.registry)
    known = {each["source"] for each in logged}
    trained = finding.trained_on(panel.desk.scope, _log(panel), variable)
    return [*logged, *(each for each in trained if each["source"] not in known)]


def _log(panel: Panel) -> Sequence[Execution]:
    """Return what ran; nothing where capture is off."""
    log = panel.desk.notebook.log
    return log.executions() if log.on else ()


GROUPS: Final[Mapping[str, Group]] = {
    "metrics": Group(
        find=lambda panel, variable, obj: finding.metrics(panel.desk.scope, variable, obj, _log(panel)),
        read=_metrics,
    ),
    "params": Group(find=lambda *_: [], read=_params),
    "attachments": Group(find=_pictures_and_tables, read=_attachments),
    "data": Group(find=_datasets, read=_data),
}
