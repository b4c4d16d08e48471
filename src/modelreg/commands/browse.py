"""``browse [REF]``, and the empty line: the registry at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelreg.commands.declare import Argument, Command

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import LiveModel
    from modelreg.views import View

COMMAND = Command(
    summary="Open the registry: registered models, and one of them with its versions",
    arguments=(
        Argument(
            "ref",
            "ref",
            "the registered model or version to open; default the one that changed last",
            optional=True,
        ),
    ),
    examples=("browse", "browse churn"),
)


def run(nb: Session, args: Arguments) -> View[Any]:
    """Return the landing page."""
    from modelreg import names, views
    from modelreg.records import ModelDetail

    registry = nb.registry
    page = registry.models(limit=nb.page_size)
    if args.ref is not None and names.parse(args.ref).explicit:
        return nb.view(registry.show(args.ref))
    name = args.ref or (page[0].name if len(page) else None)
    detail = registry.show(name) if name else None
    if args.ref is not None and not isinstance(detail, ModelDetail):
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
