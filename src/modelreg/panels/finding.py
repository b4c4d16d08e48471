"""What lies in the kernel beside a model and may belong to it: metrics, things to attach, logged datasets.

All of it is a guess that the user ticks or leaves. Nothing of the user's objects runs for it: only their classes, plain
containers, and what numbers and arrays of known libraries hold are looked at.
"""

from __future__ import annotations

import json
import re
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from modelreg import attachments
from modelreg.errors import ModelRegError
from modelreg.panels import plain
from modelreg.views import format as fmt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from modelreg.notebook import Execution, Notebook
    from modelreg.records import Version
    from modelreg.registry import Registry

    Row = dict[str, str]
    """``name``, ``source`` as the user would type it, ``value`` as text; ``note`` where more is to be said than the source."""


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


METRICS: Final = _words(
    "acc accuracies accuracy ap auc aucs auprc auroc average_precision balanced_accuracy bleu brier cross_entropy d2",
    "deviance dice elbo error error_rate explained_variance f1 f2 fbeta gini hinge hit_rate iou jaccard kappa ks log_loss",
    "logloss loss losses mae map mape mcc mean_absolute_error",  # codespell:ignore
    "mean_squared_error median_absolute_error merror mlogloss mrr mse msle ndcg nll perplexity ppl pr_auc precision psnr",
    "r2 r_squared recall rmse rmsle roc_auc rouge score scores",  # codespell:ignore
    "sensitivity silhouette smape specificity ssim top1 top5 wer",
)
"""Names of metrics, in lower case, without what :data:`AROUND` takes away."""
AROUND: Final = _words(
    "avg best binary cv dev eval final holdout last macro mean micro neg oof test train training val valid validation",
    "weighted",
)
"""Words before or after a metric that say of what it is."""
AFTER: Final = AROUND | {"score", "scores"}
TABLES: Final = _words(
    "evaluation evals hist history log logs metric metrics performance report result results score scores"
)
"""Last words of the names of dicts whose every number is a metric."""
ATTRIBUTES: Final = (
    "best_score_", "oob_score_", "validation_score_", "best_loss_", "loss_", "loss_curve_", "validation_scores_",
    "train_score_", "inertia_", "lower_bound_",
)  # fmt: skip
"""Attributes in which fitted estimators keep how good they are."""
SHOWN: Final = ("images", "matplotlib", "plotly")
"""Kinds of attachment that are pictures; a table is found as well, an array is more often data than a result."""
DEEPEST: Final = 2
LONGEST_NAME: Final = 100
MOST: Final = 60
"""How many of each are offered."""


def metrics(scope: Mapping[str, Any], variable: str, obj: object, log: Sequence[Execution] = ()) -> list[Row]:
    """Return numbers and curves that look like metrics: of the model, of cells that scored it, the newest variable first."""
    owner = variable.rpartition(".")[0]
    held = [(variable, obj), *([(owner, scope[owner])] if owner in scope else [])]
    found = chain(
        chain.from_iterable(plain.safely(_of_model, source, each) for source, each in held),
        chain.from_iterable(
            plain.safely(_metrics, name, name, value, named=is_metric(name)) for name, value in plain.newest(scope)
        ),
    )
    computed = list(plain.safely(_computed, scope, log, variable, obj))
    sources = {each["source"] for each in computed}
    rows = [{"name": key, "source": source, "value": text} for key, source, text in islice(found, MOST)]
    own = sum(each["source"].startswith(f"{variable}.") for each in rows) if variable else 0
    return [*rows[:own], *computed, *(each for each in rows[own:] if each["source"] not in sources)][:MOST]


def _computed(scope: Mapping[str, Any], log: Sequence[Execution], variable: str, obj: object) -> Iterator[Row]:
    """Yield what cells computed of the model since it was trained, with what it was computed on."""
    from modelreg.capture.measured import expression
    from modelreg.capture.metrics.logged import logged

    for one in logged(scope, log, variable, obj) if log and variable else ():
        source = expression(one, scope)
        if source:
            cell = one.source.rpartition("cell ")[2]
            note = f"cell {cell}, on {one.data}" if one.data else f"cell {cell}"
            yield {"name": one.name, "source": source, "value": fmt.number(one.value), "note": note}


def trained_on(scope: Mapping[str, Any], log: Sequence[Execution], variable: str) -> list[Row]:
    """Return the data that flowed into the training of a model."""
    return list(plain.safely(_trained_on, scope, log, variable))[:MOST]


def _trained_on(scope: Mapping[str, Any], log: Sequence[Execution], variable: str) -> Iterator[Row]:
    from modelreg.capture.data import inputs

    for one in inputs(log, scope, variable) if log and variable else ():
        if one.present:
            shape = " × ".join(f"{count:,}" for count in one.shape)
            note = f"{one.expression}, kept in any case"
            yield {"name": one.role, "source": one.expression, "value": shape, "note": note}


def is_metric(name: str) -> bool:
    """Whether a name is that of a metric: ``auc``, ``val_loss``, ``test_f1_macro``, ``ndcg@10``.

    Examples
    --------
    >>> [is_metric(name) for name in ("val_auc", "AUC", "f1_score", "recall@5", "learning_rate", "n_rows")]
    [True, True, True, True, False, False]
    """
    words = [word for word in re.findall(r"[a-z]+\d*|\d+", name.lower()) if not word.isdigit() and word != "at"]
    spans = ((start, end) for start in range(len(words)) for end in range(start + 1, len(words) + 1))
    return any(
        "_".join(words[start:end]) in METRICS and AROUND.issuperset(words[:start]) and AFTER.issuperset(words[end:])
        for start, end in spans
    )


def _of_model(source: str, obj: object) -> Iterator[tuple[str, str, str]]:
    """Yield what a model, or the search that found it, says of itself."""
    for name in ATTRIBUTES:
        held = plain.attribute(obj, name)
        if text := plain.number(held) or plain.curve(held):
            yield name.strip("_"), f"{source}.{name}", text


def _metrics(key: str, source: str, value: Any, *, named: bool, depth: int = 0) -> Iterator[tuple[str, str, str]]:
    """Yield the metrics that a value is or holds."""
    root = plain.root(value)
    if root == "keras" and type(value).__name__ == "History":
        held = plain.attribute(value, "history")
        yield from _metrics(key, f"{source}.history", held, named=True, depth=depth)
    elif type(value) is dict or (root == "pandas" and _is_table(value)):
        yield from _items(key, source, value, depth=depth)
    elif named and (text := plain.number(value) or plain.curve(value)):
        yield key, source, text
        if mean := plain.mean(value):  # the scores of a cross-validation
            yield f"{key}_mean", f"{source}.mean()", mean


def _is_table(value: Any) -> bool:
    """Whether something of pandas holds values by name, and not one curve."""
    kind = type(value).__name__
    return kind == "DataFrame" or (kind == "Series" and value.index.dtype.kind not in "iufMm")


def _items(key: str, source: str, table: Any, *, depth: int) -> Iterator[tuple[str, str, str]]:
    """Yield the metrics of a dict or table: all of one that is called so, else those called like metrics."""
    keys = table.keys()
    if depth >= DEEPEST or len(keys) > MOST or not getattr(keys, "is_unique", True):
        return
    whole = _last_word(key) in TABLES or depth > 0
    for name, value in table.items():
        if type(name) is not str or len(name) > LONGEST_NAME or not name.isprintable():
            continue
        if not whole and (type(value) is dict or not is_metric(name)):
            continue
        own = name if depth == 0 else f"{key}/{name}"
        inner = f"{source}[{json.dumps(name, ensure_ascii=False)}]"
        yield from plain.safely(_metrics, own, inner, value, named=True, depth=depth + 1)


def pictures_and_tables(scope: Mapping[str, Any]) -> list[Row]:
    """Return what may be attached: pictures first, then tables, the newest variable first."""
    found: dict[bool, list[Row]] = {True: [], False: []}
    for name, value in plain.newest(scope):
        for kind, text in plain.safely(_picture_or_table, value):
            found[kind in SHOWN].append({"name": name, "source": name, "value": text})
    return [*found[True], *found[False]][:MOST]


def _picture_or_table(value: Any) -> Iterator[tuple[str, str]]:
    kind = attachments.ROOTS.get(plain.root(value), "")
    if kind in (*SHOWN, "frames") and attachments.served(type(value)):
        yield kind, plain.shape(value)


def datasets(scope: Mapping[str, Any], notebook: Notebook, registry: Registry) -> list[Row]:
    """Return the variables that are logged datasets, with the version that each is."""
    found: list[Row] = []
    for name, value in plain.newest(scope):
        record = _dataset(value, notebook, registry)
        if record is not None:
            found.append({"name": name, "source": name, "value": record.source})
    return found[:MOST]


def _dataset(value: Any, notebook: Notebook, registry: Registry) -> Version | None:
    origin = notebook.live.origin(value)
    try:
        record = None if origin is None else registry.get(origin.source)
    except ModelRegError:  # deleted since, or of another registry
        return None
    return record if origin and record and record.uid == origin.version and record.kind == "dataset" else None


def _last_word(name: str) -> str:
    return name.lower().rstrip("_0123456789").rpartition("_")[2]
