"""What the code of a cell does with a model: train it, predict with it, score it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SCOPES", "Names", "called", "met", "metric_calls", "metric_name", "predicts", "same", "text", "trains"]

METRIC: Final = re.compile(r"^(?:score|evaluate\w*|\w+_(?:score|error|loss)|\w*accuracy|auc)$")
"""What a function is called that tells how good predictions are."""
NO_METRIC: Final = re.compile(r"^(?:fit|train|plot|show|print|make|set|get|add|update|log)_")
TRAINERS: Final = re.compile(r"^(?:fit|partial_fit|fit_\w+|train|training|train_\w+|refit|backward|load_state_dict)$")
PREDICTORS: Final = re.compile(r"^(?:predict\w*|decision_function|forward|cross_val_predict)$")
LONGEST: Final = 200
SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(slots=True)
class Names:
    """Which names stand for a model, and which for what it predicted."""

    model: frozenset[str]
    """Variables and expressions, as Python writes them."""
    containers: frozenset[str] = frozenset()
    """Variables that hold the model among others: whoever walks through one meets it."""
    predictions: dict[str, str] = field(default_factory=dict)
    """Variable -> the expression that was predicted on."""


def text(node: ast.AST) -> str:
    """Return an expression as Python writes it, cut where it is long."""
    found = ast.unparse(node)
    return found if len(found) <= LONGEST else f"{found[:LONGEST]}…"


def same(node: ast.AST, model: frozenset[str]) -> bool:
    """Whether an expression is the model."""
    if isinstance(node, ast.Name):
        return node.id in model
    return isinstance(node, ast.Attribute | ast.Subscript) and ast.unparse(node) in model


def called(node: ast.Call) -> str:
    """Return the last name of what is called."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _arguments(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(one.value for one in node.keywords)]


def _receiver(node: ast.Call) -> ast.expr | None:
    return node.func.value if isinstance(node.func, ast.Attribute) else None


def _takes(node: ast.Call, model: frozenset[str]) -> bool:
    """Whether a call is of the model, or is given it."""
    receiver = _receiver(node)
    return (receiver is not None and same(receiver, model)) or any(same(one, model) for one in _arguments(node))


def met(statement: ast.stmt, names: Names) -> frozenset[str]:
    """Return the loop variables of a statement that are the model at some time."""
    if not isinstance(statement, ast.For | ast.AsyncFor):
        return frozenset()
    walked = {one.id for one in ast.walk(statement.iter) if isinstance(one, ast.Name)}
    if walked.isdisjoint(names.containers):
        return frozenset()
    return frozenset(one.id for one in ast.walk(statement.target) if isinstance(one, ast.Name))


def trains(statement: ast.stmt, model: frozenset[str]) -> bool:
    """Whether a statement trains the model, makes it anew, or steps what trains it."""
    if isinstance(statement, SCOPES):
        return False
    return any(_trains(node, model) for node in ast.walk(statement))


def _trains(node: ast.AST, model: frozenset[str]) -> bool:
    if isinstance(node, ast.Call) and TRAINERS.match(called(node)):
        return _takes(node, model) or called(node) == "backward"
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        flat = [each for one in targets for each in (one.elts if isinstance(one, ast.Tuple | ast.List) else [one])]
        return any(same(one, model) for one in flat)
    return False


def predicts(node: ast.AST, names: Names) -> str | None:
    """Return what was predicted on in an expression: an expression, empty where it cannot be told; None: nothing was."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and one.id in names.predictions:
            return names.predictions[one.id]
        if isinstance(one, ast.Call):
            receiver = _receiver(one)
            direct = same(one.func, names.model)
            if direct or (PREDICTORS.match(called(one)) and _takes(one, names.model)):
                given = [each for each in one.args if not same(each, names.model)]
                own = receiver is not None and same(receiver, names.model)
                return text(given[0]) if given and (own or direct or called(one).startswith("cross")) else ""
    return None


def metric_calls(node: ast.AST, names: Names) -> Iterator[tuple[ast.Call, str | None]]:
    """Yield the calls in an expression that score the model, with the data that they did it on."""
    for one in _computing(node):
        if not isinstance(one, ast.Call) or not METRIC.match(called(one)) or NO_METRIC.match(called(one)):
            continue
        receiver = _receiver(one)
        arguments = [each for each in _arguments(one) if not same(each, names.model)]
        if (receiver is not None and same(receiver, names.model)) or len(arguments) < len(_arguments(one)):
            yield one, ", ".join(map(text, arguments[:2])) or None
            continue
        on = [predicts(each, names) for each in arguments]
        where = next((place for place, each in enumerate(on) if each is not None), None)
        if where is not None:
            truth = [text(each) for place, each in enumerate(arguments[:2]) if place != where]
            yield one, ", ".join([*filter(None, [on[where]]), *truth]) or None


def _computing(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what a value is computed from; what only decides, or stands in a body of its own, is no part of it."""
    yield node
    if isinstance(node, ast.Compare | ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        return
    children = [node.body, node.orelse] if isinstance(node, ast.IfExp) else list(ast.iter_child_nodes(node))
    for child in children:
        yield from _computing(child)


def metric_name(node: ast.Call) -> str:
    """Return what a scoring function is called without its ending: ``accuracy`` of ``accuracy_score``."""
    name = called(node)
    return name.removesuffix("_score") if name.endswith("_score") else name
