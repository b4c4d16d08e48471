"""``log OBJ [PROJECT/NAME]``: a version of an artifact, in no registered model yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.commands.declare import MESSAGE, Argument, Command, Option
from modelreg.commands.register import KEPT, what
from modelreg.errors import UsageError

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments
    from modelreg.commands.session import Session
    from modelreg.records import Registration
    from modelreg.views import View

COMMAND = Command(
    summary="Log a version of an artifact without linking it",
    arguments=(
        Argument("obj", "object", 'the model or dataset: clf, models["rf"]; left out with --path', optional=True),
        Argument("name", "artifact", "the artifact; default the notebook and the variable", optional=True),
    ),
    options=(
        Option(
            "--kind",
            "text",
            "what the artifact holds, fixed by its first version",
            choices=("model", "dataset"),
        ),
        Option("-a/--alias", "alias", "an alias that the version gets in the artifact", repeatable=True),
        MESSAGE,
        *KEPT,
    ),
    examples=(
        "log clf train/clf",
        "log X_train data/train --kind dataset",
        "log clf train/clf -a best --metric loss=0.31",
        "log --path model.onnx train/net",
    ),
    group="keep",
)


def run(nb: Session, args: Arguments) -> View[Registration]:
    """Log the object and say what came of it."""
    from modelreg.commands import attach, expressions

    obj, variable, artifact, name = what(nb, args, "log")
    if name is None and artifact is None:
        msg = "which artifact? With --path the line must name one"
        raise UsageError(msg, tries=(f"log --path {args.path} {nb.notebook.project}/model",))
    done = nb.registry.log(
        obj,
        name or f"{nb.notebook.project}/{artifact}",
        kind=args.kind,
        aliases=args.alias,
        message=args.message or "",
        metrics=expressions.metrics(nb, args.metric, args.metrics),
        params=expressions.params(nb, args.param),
        tags=args.tag,
        path=args.path,
        attachments=attach.attachments(nb, args.attach),
        new_version=args.new_version,
        variable=variable,
        progress=nb.progress(),
    )
    return nb.view(nb.told(done))
