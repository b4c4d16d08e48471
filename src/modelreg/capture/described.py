"""What the model is: its class, hyperparameters, signature, libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from modelreg import names
from modelreg.capture.clean import cleaned
from modelreg.capture.moment import Captured
from modelreg.capture.trained import sample
from modelreg.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.capture.moment import Moment

MOST: Final = 100
"""Params that a run gets from a model."""
LONGEST: Final = 200
"""Letters of such a param: what is longer stands in the facts alone."""


def capture(moment: Moment) -> Captured:
    """Return the facts; hyperparameters that are not what the class has by itself become params of the run."""
    if moment.obj is None or moment.dataset:
        return Captured()
    from modelreg.capture.data import schema
    from modelreg.capture.model import describe

    rows = sample(moment)
    known = _is_known(moment.obj)
    found = describe(moment.obj, schema=None if rows is None else schema(rows).to_json(), sample=rows, predict=known)
    told = found.to_json()
    if rows is not None and not known:
        told["signature"]["note"] = "it is of a class of its own: it was not asked to predict"
    errors = tuple(f"of the model {one}" for one in told.pop("errors", ()))
    facts, taken = cleaned(told)
    return Captured(facts=facts, params=_params(facts.get("changed", {})), redactions=taken, errors=errors)


def _is_known(obj: Any) -> bool:
    """Whether a model is all of known libraries: code of anybody else may take for ever, or change the model."""
    from modelreg.capture.model import family_of
    from modelreg.capture.model.outputs import is_known

    try:
        return is_known(obj, family_of(obj))
    except Exception:  # noqa: BLE001  (its parts are looked at by its own code)
        return False


def _params(changed: Mapping[str, Any]) -> dict[str, Any]:
    """Return those that are one plain value under a name that a query can ask for."""
    found: dict[str, Any] = {}
    for name, value in changed.items():
        plain = (
            value is None or isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= LONGEST)
        )
        if plain and len(found) < MOST:
            try:
                found[names.clean_key(name, "param")] = value
            except InvalidError:
                continue
    return found
