"""Flavors: how one kind of model becomes bytes and comes back; and what a model is.

A new flavor is one module and one line in ``FLAVORS``, plus a line in ``ROOTS`` for each library whose objects it serves.
A flavor of another package (entry point ``modelreg.flavors``) serves the library that it is named after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg.flavors.base import TooLarge
from modelreg.flavors.culprit import UNNAMED
from modelreg.flavors.declared import is_model
from modelreg.flavors.libraries import root_of
from modelreg.plugins import LazyTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.flavors.base import Flavor

__all__ = ["FLAVORS", "ROOTS", "UNNAMED", "TooLarge", "flavor_for", "is_model"]

FLAVORS: Final[LazyTable[Flavor]] = LazyTable(
    "flavor",
    {
        "python": "modelreg.flavors.python:PYTHON",
        "files": "modelreg.flavors.files:FILES",
        "keras": "modelreg.flavors.keras:KERAS",
        "keras_custom": "modelreg.flavors.keras_custom:KERAS_CUSTOM",
        "onnx": "modelreg.flavors.onnx:ONNX",
        "sentence_transformers": "modelreg.flavors.sentence_transformers:SENTENCE_TRANSFORMERS",
        "spacy": "modelreg.flavors.spacy:SPACY",
        "torch_program": "modelreg.flavors.torch_program:TORCH_PROGRAM",
        "torch_state": "modelreg.flavors.torch_state:TORCH_STATE",
        "transformers": "modelreg.flavors.transformers:TRANSFORMERS",
    },
    group="modelreg.flavors",
)

ROOTS: Final[Mapping[str, tuple[str, ...]]] = {
    "builtins": ("torch_state", "transformers"),
    "collections": ("torch_state",),
    "keras": ("keras", "keras_custom"),
    "onnx": ("onnx",),
    "pathlib": ("files",),
    "sentence_transformers": ("sentence_transformers",),
    "spacy": ("spacy",),
    "torch": ("torch_program",),
    "transformers": ("transformers",),
}
"""Top-level module of a class of the object -> the flavors that may serve it, the first that does is taken. All else is of
the flavor ``python``."""


def flavor_for(obj: object) -> Flavor:
    """Return the flavor that stores ``obj``.

    Parameters
    ----------
    obj : object
        Any object; a :class:`~pathlib.Path` stands for the file or folder it names.
    """
    table = {**{name: (name,) for name in FLAVORS if name not in FLAVORS.built_in}, **ROOTS}
    roots = dict.fromkeys(root_of(kind) for kind in type(obj).__mro__ if kind is not object)
    asked = dict.fromkeys(name for root in roots for name in table.get(root, ()))
    return next((FLAVORS[name] for name in asked if FLAVORS[name].serves(obj)), FLAVORS["python"])
