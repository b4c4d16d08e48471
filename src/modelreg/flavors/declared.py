"""What counts as a model: the base classes of the libraries that make models, and users' classes that act like one."""

from __future__ import annotations

import sys
from collections import OrderedDict
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

DECLARED: Final[Mapping[str, frozenset[str]]] = {
    "autogluon": frozenset({"TabularPredictor", "TimeSeriesPredictor", "MultiModalPredictor"}),
    "catboost": frozenset({"CatBoost", "_CatBoostBase"}),
    "fastai": frozenset({"Learner"}),
    "flax": frozenset({"Module"}),
    "gensim": frozenset({"SaveLoad"}),
    "keras": frozenset({"Layer", "Model"}),
    "lightgbm": frozenset({"Booster", "LGBMModel"}),
    "lightning": frozenset({"LightningModule"}),
    "onnx": frozenset({"ModelProto"}),
    "onnxruntime": frozenset({"InferenceSession"}),
    "prophet": frozenset({"Prophet"}),
    "pyspark": frozenset({"Model", "Transformer", "Estimator"}),
    "sentence_transformers": frozenset({"SentenceTransformer", "CrossEncoder"}),
    "sklearn": frozenset({"BaseEstimator"}),
    "spacy": frozenset({"Language"}),
    "statsmodels": frozenset({"Results", "ResultsWrapper"}),
    "tensorflow": frozenset({"Module"}),
    "torch": frozenset({"ExportedProgram", "Module", "ScriptModule"}),
    "transformers": frozenset({"PreTrainedModel", "Pipeline", "TFPreTrainedModel"}),
    "xgboost": frozenset({"Booster", "XGBModel"}),
}
"""Top-level module -> names of the classes there whose instances are models."""

DATA: Final = frozenset(
    {
        "builtins",
        "collections",
        "dask",
        "datetime",
        "ibis",
        "numpy",
        "pandas",
        "polars",
        "pyarrow",
        "scipy",
        "xarray",
    }
)
"""Top-level modules whose objects are data, whatever methods they have."""

NEVER: Final = (type, ModuleType, FunctionType, MethodType, BuiltinFunctionType)
"""Kinds of object that are no models though they may have every method of one."""

ACTS: Final = (("predict",), ("predict_proba",), ("fit", "transform"))
"""A class with all methods of one of these acts like a model."""

PREPARES: Final = frozenset(
    {"FeatureExtractionMixin", "ImageProcessingMixin", "PreTrainedTokenizerBase", "ProcessorMixin"}
)
"""Classes of transformers that make the inputs of a model."""

WEIGHTS: Final = frozenset({"bias", "weight"})
"""How a tensor of a module is called, which one of a batch of data is not."""


def is_model(obj: object) -> bool:
    """Whether ``obj`` is a model: an instance of a library's model class, or of a class that acts like one.

    Nothing is imported and nothing of the object is run: only the names of its classes and their attributes are seen.

    Parameters
    ----------
    obj : object
        The value of a variable.
    """
    if issubclass(type(obj), NEVER):  # of the type: isinstance asks the object too, which may answer anything
        return False
    try:
        return _is_model(type(obj).__mro__) or is_state(obj) or _leads_a_pair(obj)
    except Exception:  # noqa: BLE001  (a metaclass can refuse any question about its classes)
        return False


def _is_model(kinds: tuple[type, ...]) -> bool:
    if any(kind.__name__ in DECLARED.get(_root(kind), ()) for kind in kinds):
        return True
    if _root(kinds[0]) in DATA:
        return False
    return any(all(_callable(kinds, name) for name in names) for names in ACTS)


def is_state(obj: object, *, strictly: bool = True) -> bool:
    """Whether ``obj`` is a state dict of torch: a flat dict of names to tensors.

    Parameters
    ----------
    obj : object
        The value of a variable.
    strictly : bool, optional
        Only one that looks like the weights of a module: a batch of data is a dict of tensors too.
    """
    torch = sys.modules.get("torch")
    if torch is None or type(obj) not in (dict, OrderedDict) or not obj:
        return False
    kinds = (torch.Tensor, torch.nn.Parameter)
    if type(next(iter(obj.values()))) not in kinds:  # type: ignore[attr-defined]  # most dicts are told by one look
        return False
    if not all(type(name) is str and type(value) in kinds for name, value in list(obj.items())):  # type: ignore[attr-defined]
        return False
    noted = type(obj) is OrderedDict and "_metadata" in vars(obj)
    return not strictly or noted or any(name.rpartition(".")[2] in WEIGHTS for name in obj)  # type: ignore[attr-defined]


def _leads_a_pair(obj: object) -> bool:
    """Whether ``obj`` is a pair of a model of transformers and what makes its inputs: they are of no use apart."""
    if type(obj) is not tuple or len(obj) != 2:  # noqa: PLR2004
        return False
    model, other = (type(part).__mro__ for part in obj)
    return _of(model, "transformers", DECLARED["transformers"]) and _of(other, "transformers", PREPARES)


def _of(kinds: tuple[type, ...], root: str, names: frozenset[str]) -> bool:
    return any(kind.__name__ in names and _root(kind) == root for kind in kinds)


def _root(kind: type) -> str:
    module: object = kind.__module__  # a class may have made it anything
    return module.partition(".")[0] if isinstance(module, str) else ""


def _callable(kinds: tuple[type, ...], name: str) -> bool:
    # Read from the dictionaries of the classes: a lookup by name may run code of a metaclass or a descriptor.
    found = next((kind.__dict__[name] for kind in kinds if name in kind.__dict__), None)
    return callable(found) or (hasattr(type(found), "__get__") and not hasattr(type(found), "__set__"))
