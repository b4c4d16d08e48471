"""What lies in the kernel beside a model and may belong to it: metrics, things to attach, logged datasets.

All of it is a guess that the user ticks or leaves. Nothing of the user's objects runs for it: only their classes, plain
containers, and what numbers and arrays of known libraries hold are looked at.
"""

from __future__ import annotations

import json
import re
from numbers import Real
from typing import TYPE_CHECKING, Any, Final

from modelreg import attachments
from modelreg.errors import ModelRegError
from modelreg.views import format as fmt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from modelreg.notebook import Notebook
    from modelreg.records import Version
    from modelreg.registry import Registry

    Row = dict[str, str]
    """``name``, ``source`` as the user would type it, and ``value`` as text."""


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
ARRAYS: Final = frozenset({"jax", "jaxlib", "numpy", "tensorflow", "torch"})
SHOWN: Final = ("images", "matplotlib", "plotly")
"""Kinds of attachment that are pictures; a table is found as well, an array is more often data than a result."""
DEEPEST: Final = 2
LONGEST: Final = 100_000
MOST: Final = 60
"""How many of each are offered."""


def metrics(scope: Mapping[str, Any], variable: str, obj: object) -> list[Row]:
    """Return numbers and curves that look like metrics: those of the model first, then the newest variable first."""
    found = [*_of_model(variable, obj)]
    owner = variable.rpartition(".")[0]
    if owner in scope:
        found.extend(_of_model(owner, scope[owner]))
    for name, value in _newest(scope):
        found.extend(_metrics(name, name, value, named=is_metric(name)))
    return [{"name": key, "source": source, "value": text} for key, source, text in found[:MOST]]


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
    try:
        held = object.__getattribute__(obj, "__dict__")  # what its class says of attributes is not asked
    except AttributeError:
        return
    for name in ATTRIBUTES if type(held) is dict else ():
        if name in held and (text := _number(held[name]) or _curve(held[name])):
            yield name.strip("_"), f"{source}.{name}", text


def _metrics(key: str, source: str, value: Any, *, named: bool, depth: int = 0) -> Iterator[tuple[str, str, str]]:
    """Yield the metrics that a value is or holds."""
    root = _root(value)
    if root == "keras" and type(value).__name__ == "History":
        yield from _metrics(key, f"{source}.history", value.__dict__.get("history"), named=True, depth=depth)
    elif type(value) is dict or (root == "pandas" and _is_table(value)):
        yield from _items(key, source, value, depth=depth)
    elif named and (text := _number(value) or _curve(value)):
        yield key, source, text
        if root == "numpy" and text.endswith("points"):  # the scores of a cross-validation
            yield f"{key}_mean", f"{source}.mean()", fmt.number(float(value.mean()))


def _is_table(value: Any) -> bool:
    """Whether something of pandas holds values by name, and not one curve."""
    kind = type(value).__name__
    return kind == "DataFrame" or (kind == "Series" and value.index.dtype.kind not in "iufMm")


def _items(key: str, source: str, table: Any, *, depth: int) -> Iterator[tuple[str, str, str]]:
    """Yield the metrics of a dict or table: all of one that is called so, else those called like metrics."""
    if depth >= DEEPEST or len(table.keys()) > MOST:
        return
    whole = _last_word(key) in TABLES or depth > 0
    for name, value in table.items():
        if type(name) is not str or (type(value) is not dict and not whole and not is_metric(name)):
            continue
        if type(value) is dict and not whole:
            continue
        own = name if depth == 0 else f"{key}/{name}"
        yield from _metrics(
            own, f"{source}[{json.dumps(name, ensure_ascii=False)}]", value, named=True, depth=depth + 1
        )


def pictures_and_tables(scope: Mapping[str, Any]) -> list[Row]:
    """Return what may be attached: pictures first, then tables, the newest variable first."""
    found: dict[bool, list[Row]] = {True: [], False: []}
    for name, value in _newest(scope):
        kind = attachments.ROOTS.get(_root(value), "")
        if kind in (*SHOWN, "frames") and attachments.served(type(value)):
            found[kind in SHOWN].append({"name": name, "source": name, "value": _shape(value)})
    return [*found[True], *found[False]][:MOST]


def datasets(scope: Mapping[str, Any], notebook: Notebook, registry: Registry) -> list[Row]:
    """Return the variables that are logged datasets, with the version that each is."""
    found: list[Row] = []
    for name, value in _newest(scope):
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


def _newest(scope: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the user's variables, the newest first."""
    return ((name, value) for name, value in reversed(list(scope.items())) if not name.startswith("_"))


def _number(value: Any) -> str:
    """Return a number as text; empty for what is none."""
    if _root(value) in ARRAYS and getattr(value, "shape", None) == ():
        value = value.item()
    return fmt.number(float(value)) if issubclass(type(value), Real) and type(value) is not bool else ""


def _curve(value: Any) -> str:
    """Return a sequence of numbers as its ends; empty for what is none."""
    array = _root(value) in {"numpy", "pandas"} and len(getattr(value, "shape", ())) == 1 and value.dtype.kind in "fiu"
    if not (array or type(value) in {list, tuple}) or not 0 < len(value) <= LONGEST:
        return ""
    points = value.tolist() if array else value
    if not all(_number(point) for point in points):
        return ""
    ends = [_number(points[0]), _number(points[-1])]
    return f"{ends[0]} → {ends[-1]} · {fmt.count(len(points), 'point')}"


def _root(value: Any) -> str:
    """Return the top-level module of the class of a value; of a class only what it is made of is asked."""
    module: object = type(value).__module__
    return module.partition(".")[0] if isinstance(module, str) else ""


def _shape(value: Any) -> str:
    """Return what a picture or table is, with the size of a table."""
    shape = getattr(value, "shape", None)
    kind = type(value).__name__
    return f"{kind} {' × '.join(str(each) for each in shape)}" if isinstance(shape, tuple) and shape else kind


def _last_word(name: str) -> str:
    return name.lower().rstrip("_0123456789").rpartition("_")[2]
