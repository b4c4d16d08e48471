"""How good a model is: what it keeps of its training, what cells computed after it, what a test set gives.

Nothing guessed is told as sure, and nothing but the explicit evaluation runs the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelreg.capture.metrics.records import Found, Metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from modelreg.notebook.execution import Execution

__all__ = ["Found", "Metrics", "evaluate", "find"]


def find(
    obj: Any, *, variable: str = "", scope: Mapping[str, Any] | None = None, log: Sequence[Execution] = ()
) -> Metrics:
    """Return the metrics of a model that are there already, those that it keeps itself first.

    Parameters
    ----------
    obj : object
        The model.
    variable : str, optional
        The expression that is the model: ``clf``, ``models["rf"]``.
    scope : mapping, optional
        The namespace of the cells.
    log : sequence of Execution, optional
        What ran, the oldest first.
    """
    from modelreg.capture.metrics.attributes import attributes
    from modelreg.capture.metrics.logged import logged

    found: list[Found] = []
    errors: list[str] = []
    ways: dict[str, Callable[[], Iterable[Found]]] = {
        "the metrics that the model keeps": lambda: attributes(obj),
        "the metrics of the cells": lambda: logged(scope or {}, log, variable, obj),
    }
    for what, way in ways.items():
        try:
            found.extend(way())
        except Exception as error:  # noqa: BLE001  (a capture never stops what it describes)
            errors.append(f"{what} were not read: {type(error).__name__}: {error}"[:300])
    return Metrics(found=tuple(_unique(found)), errors=tuple(errors))


def evaluate(model: Any, inputs: Any, target: Any, *, expression: str = "X, y") -> Metrics:
    """Return how well a model predicts ``target`` from ``inputs``: its own score, and a few measures by the kind of task.

    A classification gives accuracy, f1, and from probabilities or decisions roc_auc and log_loss; a regression r2, rmse and
    mae. What could not be computed is said in ``errors``.

    Parameters
    ----------
    model : object
        A fitted model. A network is put into evaluation mode, and back.
    inputs, target : array-like
        What it takes, and what is true.
    expression : str, optional
        How the user wrote them: ``X_test, y_test``.
    """
    from modelreg.capture.metrics.evaluation import evaluated

    return evaluated(model, inputs, target, expression)


def _unique(found: Iterable[Found]) -> list[Found]:
    """Return each name once; one more under a taken name is told with its data before it, where that is another."""
    from dataclasses import replace

    known: dict[str, Found] = {}
    for one in found:
        taken = known.get(one.name)
        if taken is None:
            known[one.name] = one
        elif one.data and one.data != taken.data and not one.sure:
            name = f"{one.data.partition(',')[0]}/{one.name}"
            known.setdefault(name, replace(one, name=name))
    return list(known.values())
