"""``browse [REF]``: the registry as a page in the cell, and what an empty line does."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from modelreg.commands.declare import Argument, Command
from modelreg.errors import NotFoundError
from modelreg.records import ModelDetail

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import LiveModel
    from modelreg.registry import Registry
    from modelreg.views import View

COMMAND = Command(
    summary="Open the registry: registered models, and the newest one with its versions",
    arguments=(Argument("ref", "ref", "the model or version to open; default the model changed last", optional=True),),
    examples=("browse", "browse churn", "browse churn:v3"),
    more="The panel is an object: panel = %modelreg browse churn, then panel.selection.load(), panel.model, panel.version.",
)


def run(nb: Session, args: Arguments) -> Any:
    """Return the panel; the page that stands still where no widget runs, and for a table."""
    if nb.full or args.frame:
        return still(nb, args.ref)
    from modelreg.panels import PANELS

    return PANELS["browser"].open(nb, args.ref, still=partial(_twin, nb))


def still(nb: Session, ref: str | None) -> View[Any]:
    """Return the landing page at a registered model, or the version or artifact that is named."""
    return _page(nb, nb.registry, ref)


def _page(nb: Session, registry: Registry, ref: str | None) -> View[Any]:
    from modelreg import names, views

    page = registry.models(limit=nb.page_size)
    if ref is not None and names.parse(ref).explicit:
        return nb.view(registry.show(ref))
    name = ref or (page[0].name if len(page) else None)
    detail = registry.show(name) if name else None
    if ref is not None and not isinstance(detail, ModelDetail):
        return nb.view(detail)
    return views.landing(
        page,
        detail if isinstance(detail, ModelDetail) else None,
        live=() if len(page) else _live(nb),
        location=registry.location,
        name=nb.notebook.stem,
        line="models",
        program=nb.program,
        full=nb.full,
    )


def _twin(nb: Session, panel: Any) -> View[Any]:
    """Return what stands for the panel in a saved notebook: the page that it shows, or what there is now in its place."""
    version = None if panel.model is None or panel.version is None else f"{panel.model}:v{panel.version}"
    for ref in filter(None, (version, panel.model)):
        with suppress(NotFoundError):  # deleted since
            return _page(nb, panel.registry, ref)
    return _page(nb, panel.registry, None)


def _live(nb: Session) -> tuple[LiveModel, ...]:
    """Return the models of this kernel, unchecked: an empty registry knows none of them."""
    from modelreg.commands.objects import holding_models
    from modelreg.records import LiveModel

    scope = nb.scope
    return tuple(
        LiveModel(
            variable=name,
            class_name=f"{type(scope[name]).__module__}.{type(scope[name]).__qualname__}",
            state="never",
        )
        for name in sorted(holding_models(scope))
    )
