"""Register: log a version and link it to a registered model, in one transaction."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from modelreg import names
from modelreg.catalog import homes, members
from modelreg.errors import InvalidError
from modelreg.flavors import is_model
from modelreg.names import quote
from modelreg.verbs import attach, inputs, measuring, values
from modelreg.verbs.doubts import doubts, is_data
from modelreg.verbs.log import keep
from modelreg.verbs.order import Order
from modelreg.verbs.withholding import without_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from modelreg.progress import Progress
    from modelreg.records import Registration
    from modelreg.verbs.context import Context


@without_secrets
def register(
    ctx: Context,
    obj: object,
    name: str,
    *,
    aliases: Sequence[str] = (),
    message: str = "",
    metrics: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    evaluate: Mapping[str, tuple[Any, Any]] | None = None,
    tags: Sequence[str] = (),
    project: str | None = None,
    artifact: str | None = None,
    path: str | Path | None = None,
    attachments: Mapping[str, Any] | None = None,
    new_version: bool = False,
    expect: Mapping[str, int | None] | None = None,
    variable: str | None = None,
    progress: Progress | None = None,
) -> Registration:
    """Register a model; see :meth:`modelreg.registry.Registry.register`."""
    if isinstance(obj, str) and not isinstance(name, str):  # whatever the annotations say
        msg = f"the model comes first, then its name: register(model, {obj!r})"  # type: ignore[unreachable]
        raise InvalidError(msg)
    home = names.clean_model(name, tries=_slashed(str(name), variable or "OBJ") if path is None else ())
    if path is None and is_data(obj):
        raise _no_model(obj, home, variable)
    measured = measuring.with_evaluation(measuring.of_user(metrics), obj, evaluate)
    kept = attach.prepare(attachments).saying(measured.notes)
    logged, used = inputs.resolve(ctx, data)
    order = Order(
        command="register",
        name=home,
        artifact=names.clean_artifact(f"{project or ctx.notebook.project}/{artifact or _artifact(variable) or home}"),
        kind="model",
        aliases=tuple(dict.fromkeys(names.clean_alias(alias) for alias in aliases)),
        message=names.clean_text(message, "reason"),
        metrics=measured.series,
        given=measured.given,
        params=values.params(params),
        data=logged,
        used=(*used, *inputs.evaluated(ctx, evaluate)),
        tags=tuple(names.clean_tag(tag) for tag in tags),
        variable=variable or "",
        new_version=new_version,
        expect={names.clean_alias(alias): number for alias, number in (expect or {}).items()},
        attachments=kept.items,
    )
    before = "" if path is not None or is_model(obj) else _held(ctx, home)
    done = keep(ctx, order, obj, kept, path=path, progress=progress)
    other = done.outcome == "new" and before != done.version.class_label
    unsure = path is None and bool(doubts(obj, dataset=False))
    return replace(done, unsure=unsure, held=before) if other and before else replace(done, unsure=unsure)


def _held(ctx: Context, name: str) -> str:
    """Return the class of the newest version of a registered model; empty where there is none."""
    with ctx.read() as conn:
        home = homes.find(conn, name)
        number = None if home is None else homes.latest(conn, home.id)
        if home is None or number is None:
            return ""
        member = members.resolve(conn, home, names.Reference(name=home.name, number=number))
        return members.record(conn, member).class_label


def _slashed(name: str, variable: str) -> list[str]:
    """Return the lines that may be meant by a name with a slash: without it, or to log to an artifact."""
    project, _, own = name.strip("/").partition("/")
    log = [f"log {variable} {quote(name)}"] if project and own and "/" not in own else []
    return [f"register {variable} {quote(name.strip('/').replace('/', '-'))}", *log]


def _no_model(obj: object, home: str, variable: str | None) -> InvalidError:
    """Return the error for data in the place of a model, with the line that keeps it as what it is."""
    kind = type(obj).__name__
    told = f"{variable} ({kind}) is" if variable else f"this {kind} is"
    line = f"log {variable or 'OBJ'} {quote(f'data/{_artifact(variable) or home}')} --kind dataset"
    return InvalidError(f"{told} data, not a model; nothing was registered", tries=(line,))


def _artifact(variable: str | None) -> str:
    """Return the name of the artifact for what the object is called: ``models["rf"]`` gives ``models-rf``."""
    return re.sub(r"[^\w.]+", "-", variable or "").strip("-.")
