"""What the arguments of a training call are: which is trained on, which is the target, which only evaluated."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, NamedTuple

from modelreg.capture.data.access import is_constant, root_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BOOSTERS", "CONTAINERS", "FITS", "STEPWISE", "Given", "called_as", "given", "is_container", "name_of_call"]

FITS: Final = frozenset(
    {
        "fit",
        "fit_generator",
        "fit_predict",
        "fit_resample",
        "fit_transform",
        "partial_fit",
        "train",
        "train_on_batch",
    }
)
"""Methods that train their receiver."""
STEPWISE: Final = frozenset({"partial_fit", "train_on_batch"})
"""Those that go on from where the last one ended."""
BOOSTERS: Final = frozenset({"xgboost", "lightgbm", "catboost"})
"""Packages whose function ``train`` makes a model."""
CONTAINERS: Final = frozenset(
    {
        "DMatrix",
        "DataLoader",
        "Dataset",
        "Pool",
        "QuantileDMatrix",
        "Subset",
        "TensorDataset",
        "from_dataset",
        "from_tensor_slices",
    }
)
"""What only holds the data it is made of."""

_KEYWORDS: Final = {
    "train": "X x data training_data train_set dtrain train_dataset train_dataloaders train_dataloader exog dataset pool",
    "target": "y Y label labels target targets endog",
    "weight": "sample_weight weight weights",
    "groups": "groups group qid",
    "eval": "eval_set evals valid_sets validation_data eval_data eval_dataset val_dataloaders val_dataloader X_val x_val Xval "
    "test_data",
    "eval_target": "y_val Y_val yval",
}
_ROLES: Final = {name: role for role, names in _KEYWORDS.items() for name in names.split()}
_OPTIONS: Final = """
params param callbacks callback epochs epoch batch_size verbose verbose_eval num_boost_round eval_metric optimizer
loss metrics shuffle num_workers early_stopping_rounds classes init_model xgb_model evals_result feval obj custom_metric
feature_name feature_names categorical_feature feature_types valid_names reference model args trainer ckpt_path
class_weight cat_features collate_fn sampler batch_sampler family steps_per_epoch validation_split random_state
"""
_NO_DATA: Final = frozenset(_OPTIONS.split())
_LONG: Final = 60
"""Letters of a call that are no name any more."""
_POSITIONS: Final = ("train", "target")
_OWN_POSITIONS: Final = {
    "boost": ("", "train"),
    "trainer": ("", "train", "eval"),
    "Dataset": ("train", "target"),
    "DMatrix": ("train", "target"),
    "QuantileDMatrix": ("train", "target"),
    "Pool": ("train", "target"),
    "TensorDataset": ("train", "target"),
    "DataLoader": ("train",),
    "Subset": ("train", "argument"),
    "from_tensor_slices": ("train",),
    "OLS": ("target", "train"),
    "WLS": ("target", "train"),
    "GLS": ("target", "train"),
    "GLM": ("target", "train"),
    "Logit": ("target", "train"),
    "Probit": ("target", "train"),
    "MNLogit": ("target", "train"),
    "Poisson": ("target", "train"),
    "RLM": ("target", "train"),
}


class Given(NamedTuple):
    """One argument of a training call."""

    role: str
    argument: str
    node: ast.expr


def name_of_call(call: ast.Call) -> str:
    """Return the last part of what is called: ``fit`` of ``clf.fit(X)``."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else (root_of(call.func) or "")


def called_as(call: ast.Call) -> str:
    """Return what is called as it is told: ``clf.fit``, ``….fit`` where an object was made in the same statement."""
    text = ast.unparse(call.func)
    return text if len(text) < _LONG else f"….{name_of_call(call)}"


def is_container(node: ast.AST) -> bool:
    """Whether an expression makes something that only holds data."""
    return isinstance(node, ast.Call) and name_of_call(node) in CONTAINERS


def given(call: ast.Call, kind: str = "") -> Iterator[Given]:
    """Yield the arguments of a call that may be data, lists of pairs taken apart.

    Parameters
    ----------
    call : ast.Call
        The call.
    kind : str, optional
        ``boost``, ``trainer``, or the name of a constructor, whose places mean something else than those of ``fit``.
    """
    places = _OWN_POSITIONS.get(kind, _POSITIONS)
    for number, node in enumerate(call.args):
        role = places[number] if number < len(places) else "argument"
        if role:
            inner = node.value if isinstance(node, ast.Starred) else node
            yield from _apart(Given(role, str(number), inner if isinstance(inner, ast.List | ast.Tuple) else node))
    for one in call.keywords:
        if one.arg is not None and one.arg not in _NO_DATA:
            yield from _apart(Given(_ROLES.get(one.arg, one.arg), one.arg, one.value))


def _apart(one: Given) -> Iterator[Given]:
    node = one.node
    if is_constant(node) or isinstance(node, ast.Dict | ast.Lambda | ast.JoinedStr):
        return
    if not isinstance(node, ast.List | ast.Tuple):
        yield one
        return
    pair = isinstance(node, ast.Tuple) and not any(isinstance(inner, ast.List | ast.Tuple) for inner in node.elts)
    for number, inner in enumerate(node.elts):
        role = one.role
        if pair and number and role in {"eval", "train"}:
            role = {"eval": "eval_target", "train": "target"}[role] if number == 1 else "argument"
        yield from _apart(Given(role, f"{one.argument}[{number}]", inner))
