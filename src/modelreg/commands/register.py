"""``register OBJ [NAME]``: keep the model in memory with what explains it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from modelreg import names
from modelreg.commands.declare import COMMON, MESSAGE, Argument, Command, Option, missing
from modelreg.errors import Slip, UsageError
from modelreg.names import quote

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments, Expression
    from modelreg.commands.session import Session
    from modelreg.views import View

_NAMED: Final = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)(.+)", re.DOTALL)
_ANOTHER: Final = re.compile(r",\s*[^\W\d]\w*\s*=(?!=)(?![^(]*\))")
"""A second ``NAME=`` in a text, outside of calls."""
KEPT = (
    Option(
        "--metric",
        "expr",
        "a metric: a number, or a sequence of numbers for a curve",
        repeatable=True,
        pair=True,
    ),
    Option(
        "--metrics",
        "expr",
        "metrics: a dict, Series or DataFrame; columns and lists are curves",
        metavar="EXPR",
        completer="table-variable",
    ),
    Option("--param", "expr", "a param", repeatable=True, pair=True),
    Option("--tag", "tag", "a tag of the version", metavar="KEY[=VALUE]", repeatable=True),
    Option(
        "--attach",
        "expr",
        "a figure, table, array or file to keep with the run",
        metavar="[NAME=]EXPR|PATH",
        repeatable=True,
        named=True,
        completer="attachable",
    ),
    Option("--path", "path", "a file or folder that is the model, in place of OBJ"),
    Option("--new-version", flag=True, help="a new version even of identical contents"),
)
"""What register and log both take."""

COMMAND = Command(
    summary="Keep a model: log a version and link it to a registered model",
    arguments=(
        Argument(
            "obj",
            "object",
            'the model: clf, grid.best_estimator_, models["rf"]; left out with --path',
            optional=True,
        ),
        Argument(
            "name",
            "model",
            "the registered model; default the one it was last registered under, else the notebook",
            optional=True,
        ),
    ),
    options=(
        Option("-a/--alias", "alias", "an alias that the version gets", repeatable=True),
        MESSAGE,
        *KEPT,
        Option(
            "--data",
            "expr",
            "data that it was trained on: the object, or the reference of a logged dataset in quotes",
            metavar="[ROLE=]EXPR",
            repeatable=True,
        ),
        Option(
            "--eval",
            "expr",
            "data that it is evaluated on: its scores become metrics",
            metavar="X,y",
            repeatable=True,
        ),
        Option("--project", "text", "the project of its artifact; default the notebook"),
        Option(
            "--expect/--expect-alias",
            "text",
            "refuse unless the alias stands there now",
            metavar="[ALIAS=]vN|none",
            repeatable=True,
        ),
    ),
    examples=(
        "register clf churn",
        'register clf churn -a staging -m "deeper trees"',
        "register grid.best_estimator_ churn --metric auc=grid.best_score_",
        "register clf churn --metric auc=roc_auc_score(y, clf.predict_proba(X)[:, 1])",
        "register clf churn -a production --expect-alias production=v3",
        "register --path model.onnx churn",
        "register clf churn --data train=X_train",
        "register clf churn --eval X_test,y_test",
        "register clf churn --attach fig --attach scores=df.describe() --attach notes.md",
        "register --path model.onnx churn --attach roc=figures/roc.png",
    ),
    group="keep",
    more="Alone it opens a form that finds models, metrics, figures and data in this kernel.\n"
    "An expression stays Python and needs no quotes as long as its blanks stand inside brackets.\n"
    "As %%modelreg register … on top of a cell it registers what the cell made, once the cell succeeds.",
)


def run(nb: Session, args: Arguments) -> Any:
    """Register the object and say what came of it; a line that says nothing opens the form."""
    from modelreg.commands import attach, expressions

    if nb.kernel and not nb.full and _says_nothing(args):
        return form(nb)
    obj, variable, artifact, name = what(nb, args, "register")
    name = name or _default_name(nb, variable, args)
    _must_be_a_name(name)
    done = nb.registry.register(
        obj,
        name,
        aliases=args.alias,
        message=args.message or "",
        metrics=expressions.metrics(nb, args.metric, args.metrics),
        params=expressions.params(nb, args.param),
        data=_data(nb, args.data),
        evaluate=_evaluations(nb, args.eval),
        tags=args.tag,
        project=args.project,
        artifact=artifact,
        path=args.path,
        attachments=attach.attachments(nb, args.attach),
        new_version=args.new_version,
        expect=_expected(args.expect_alias, args.alias),
        variable=variable,
        progress=nb.progress(),
    )
    return nb.view(nb.told(done), model=nb.registry.model(done.version.home))


def _must_be_a_name(text: str) -> None:
    """Refuse a reference to an alias in the place of a name, with the option that sets one: others say it themselves."""
    name, mark, alias = text.partition("@" if "@" in text else ":")
    if name and mark and "/" not in name and names.number(alias) is None and alias.lower() != names.LATEST:
        msg = f"register takes a name, not the reference {names.shown(text)}"
        raise UsageError(msg, slip=Slip(None, text, f"{quote(name)} -a {quote(alias)}" if alias else quote(name)))


def form(nb: Session) -> Any:
    """Return the form that asks for what the line does not say."""
    from functools import partial

    from modelreg.panels import PANELS

    return PANELS["register"].open(nb, still=partial(_twin, nb))


def _says_nothing(args: Arguments) -> bool:
    """Whether a line is the bare command: one that gives an alias, or asks for quiet, means a model that it lacks."""
    asked = [option.key for option in (*COMMAND.options, *COMMON) if option.key != "debug"]
    return args.obj is None and args.name is None and not any(getattr(args, key) for key in asked)


def _twin(nb: Session, panel: Any) -> View[Any]:
    """Return what stands for the form in a saved notebook: the models of the kernel, and the line that registers one."""
    from modelreg.panels.offering import status
    from modelreg.records import LiveModel

    return nb.view(tuple(status(panel, nb.scope)), of=LiveModel, name=nb.notebook.stem)


def what(nb: Session, args: Arguments, command: str) -> tuple[Any, str | None, str | None, str | None]:
    """Return the object, what it is called, the name of its artifact, and the second argument."""
    if args.path is not None:
        if args.name is not None:
            msg = f"{command} takes --path or OBJ, not both"
            raise UsageError(msg, tries=(f"{command} --path {args.path} {args.name}",))
        return None, None, None, args.obj.text if args.obj is not None else None
    if args.obj is None:
        if not nb.kernel:
            raise _no_variables(command, "a terminal has no variables: name")
        held = next(iter(nb.models()), "")
        name = "" if command == "log" else f" {quote(nb.home(held) or 'my-model')}"
        tries = (f"{command} {held}{name}",) if held else ()
        raise missing(command, COMMAND, "OBJ, the variable that holds the model, or --path", tries)
    if not nb.kernel:
        raise _no_variables(command, f"{command} OBJ works on the variables of a live kernel; here it takes")
    from modelreg.commands import objects

    named = objects.find(args.obj, nb.scope, first=nb.made)
    return named.obj, named.variable, named.artifact, args.name


def _no_variables(command: str, why: str) -> UsageError:
    """Return the error for a terminal, with the line that registers or logs a file from there."""
    name = "PROJECT/NAME" if command == "log" else "NAME"
    return UsageError(f"{why} a file or folder", tries=(f"{command} --path FILE {name}",))


def _default_name(nb: Session, variable: str | None, args: Arguments) -> str:
    """Return the registered model when the line names none."""
    known = nb.home(variable)
    if known is not None:
        return known
    given = f"register {args.obj.source}" if args.obj is not None else f"register --path {quote(args.path)}"
    msg = "which registered model? The name of this notebook is not known, so the line must name one"
    raise UsageError(msg, tries=(f"{given} my-model",))


def _data(nb: Session, given: list[Expression]) -> dict[str, Any]:
    """Read ``--data``: the role is given, or the name of the variable."""
    found: dict[str, Any] = {}
    for expression in given:
        named = _NAMED.fullmatch(expression.source) or _NAMED.fullmatch(expression.text)
        source = named[2] if named else expression.source
        start = named.start(2) if named else 0
        role = named[1] if named else source if source.isidentifier() else "data"
        if role in found:
            msg = f"--data {role} is given twice; name each role: --data train=X --data test=Z"
            raise UsageError(msg)
        if _ANOTHER.search(source):
            msg = f"--data takes one input, not {expression.source} (column {expression.column + 1})"
            raise UsageError(msg, slip=Slip(expression.column, expression.source, _apart(expression.source)))
        part = replace(expression, source=source, column=expression.column + start)
        found[role] = nb.evaluate(part, f"--data {role}") if nb.kernel else source
    return found


def _apart(source: str) -> str:
    """Return several inputs as several options: ``X=a --data y=b``."""
    parts = _ANOTHER.finditer(source)
    cuts = [0, *(one.start() for one in parts), len(source)]
    return " --data ".join(source[start:end].strip(" ,") for start, end in pairwise(cuts))


def _bare(expression: Expression) -> Expression:
    """Return an expression without the quotes around it as a whole, as one writes it in a shell."""
    return replace(expression, source=expression.text) if expression.source[:1] in {"'", '"'} else expression


def _evaluations(nb: Session, given: list[Expression]) -> dict[str, tuple[Any, Any]]:
    """Read ``--eval``: two expressions, what the model takes and what is true."""
    found: dict[str, tuple[Any, Any]] = {}
    for expression in map(_bare, given):
        pair = nb.evaluate(expression, "--eval") if nb.kernel else None
        if not isinstance(pair, tuple) or len(pair) != 2:  # noqa: PLR2004
            msg = f"--eval takes two expressions, what the model takes and what is true, not {expression.source}"
            scope = nb.scope if nb.kernel else {}
            truth = next((name for name in (re.sub(r"^X", "y", expression.source), "y") if name in scope), None)
            both = truth and truth != expression.source
            slip = Slip(expression.column, expression.source, f"{expression.source},{truth}") if both else None
            raise UsageError(msg, slip=slip)
        found[", ".join(part.strip() for part in expression.source.split(",", 1))] = pair
    return found


def _expected(texts: list[str], aliases: list[str]) -> dict[str, int | None] | None:
    """Read ``--expect-alias``; where the version gets one alias, its name may be left out."""
    found: dict[str, int | None] = {}
    for text in texts:
        alias, equals, where = text.rpartition("=")
        if not equals and len(aliases) == 1:
            alias = aliases[0]
        if not alias:
            msg = f"--expect-alias takes ALIAS=vN or ALIAS=none, not {text!r}"
            raise UsageError(msg, slip=Slip(None, text, f"{aliases[0] if aliases else 'production'}={where}"))
        found[alias] = standing(where)
    return found or None


def standing(text: str, alias: str = "") -> int | None:
    """Return the number that an alias is expected at: ``v3``, ``3``, ``production=v3``; None for ``none``, nowhere."""
    where = text.removeprefix(f"{alias}=") if alias else text
    if where == "none":
        return None
    number = names.number(where)
    if number is None:
        msg = f"an alias is expected at a version such as v3, or at none, not at {text!r}"
        raise UsageError(msg)
    return number
