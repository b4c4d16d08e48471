"""What a model is: its family and class, hyperparameters, layers, inputs and outputs.

One module a family, one line in :data:`~modelreg.capture.model.families.FAMILIES`. Nothing here raises, imports a library
that is not loaded, or changes the model.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.model import estimator
from modelreg.capture.model.families import FAMILIES, family_of, home
from modelreg.capture.model.records import ModelFacts, Output, Params, Signature
from modelreg.capture.model.values import jsonable, path_of, root

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    T = TypeVar("T")

__all__ = ["FAMILIES", "ModelFacts", "Output", "Params", "Signature", "describe", "family_of"]

SCHEMA_DEPTH: Final = 6


def describe(
    obj: object, *, schema: Mapping[str, Any] | None = None, sample: Any = None, predict: bool = True
) -> ModelFacts:
    """Return what ``obj`` is; what cannot be found out is said in ``errors``.

    Parameters
    ----------
    obj : object
        A model.
    schema : mapping, optional
        The schema of the data that it was trained on.
    sample : optional
        Data as the model takes it. It is asked for the first rows, and the signature tells what the answer is like.
    predict : bool, optional
        Whether it may be asked.
    """
    errors: list[str] = []
    family = _attempt("its family", lambda: family_of(obj), "python", errors)
    reader = _attempt("its family", lambda: FAMILIES[family], None, errors)
    if reader is None:
        return ModelFacts(family=family, class_name=path_of(type(obj)), errors=tuple(errors))
    params = _attempt("its hyperparameters", lambda: reader.params(obj), Params(), errors)
    signature = _attempt("its signature", lambda: reader.signature(obj), Signature(), errors)
    signature = _attempt("its input", lambda: _with_input(signature, schema), signature, errors)
    if sample is not None and predict:
        signature = _attempt("its output", lambda: _with_output(obj, family, signature, sample), signature, errors)
    framework = home(obj, family)
    return ModelFacts(
        family=family,
        class_name=path_of(type(obj)),
        framework=framework if _version(framework) else None,
        version=_version(framework),
        frameworks=_attempt("its libraries", lambda: _frameworks(obj, framework), {}, errors),
        params=params.every,
        changed=params.changed,
        steps=params.steps,
        architecture=_attempt("its layers", lambda: reader.architecture(obj), None, errors),
        signature=signature,
        errors=tuple(errors),
    )


def _attempt(what: str, find: Callable[[], T], otherwise: T, errors: list[str]) -> T:
    """Return what ``find`` finds; its failure is noted, and never the end of anything."""
    try:
        return find()
    except Exception as error:  # noqa: BLE001  (code of the model's own class runs: it may raise anything)
        said = str(error).splitlines() or [""]
        errors.append(f"{what}: {type(error).__name__}: {said[0]}"[:300])
        return otherwise


def _version(module: str) -> str | None:
    found = getattr(sys.modules.get(module), "__version__", None)
    return found if isinstance(found, str) else None


def _frameworks(obj: Any, own: str) -> dict[str, str]:
    parts = estimator.components(obj)
    roots = dict.fromkeys([own, *(root(type(one)) for _, one in parts if not isinstance(one, str))])
    return {name: version for name in roots if (version := _version(name))}


def _with_input(signature: Signature, schema: Mapping[str, Any] | None) -> Signature:
    """Return a signature with the schema of the data, and the names of its columns as they are written there."""
    if schema is None:
        return signature
    known = jsonable(dict(schema), SCHEMA_DEPTH)
    fields = schema.get("fields")
    columns = [one.get("name") for one in fields if hasattr(one, "get")] if isinstance(fields, list | tuple) else []
    given = signature.feature_names
    # lightgbm writes spaces as underscores
    if given and given != tuple(columns) and given == tuple(str(one).replace(" ", "_") for one in columns):
        signature = replace(signature, feature_names=tuple(str(one) for one in columns))
    return replace(signature, input=known)


def _with_output(obj: Any, family: str, signature: Signature, sample: Any) -> Signature:
    from modelreg.capture.model import outputs

    try:
        found = outputs.output(obj, family, sample)
    except outputs.NotKnown as reason:
        return replace(signature, note=str(reason))
    width = found.shape[1] if len(found.shape) == 2 else 1 if len(found.shape) == 1 else None  # noqa: PLR2004
    return replace(signature, output=found, n_outputs=signature.n_outputs or width)
