"""What is known of a model; every record can be written as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from modelreg.capture.data.records import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Family", "ModelFacts", "Output", "Params", "Signature"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Params(Record):
    """Hyperparameters, as JSON by the rules of :func:`~modelreg.capture.model.values.jsonable`."""

    every: Mapping[str, Any] = field(default_factory=dict)
    """All of them; those of a part under ``part__param``."""
    changed: Mapping[str, Any] = field(default_factory=dict)
    """Those that are not what the class has by itself."""
    steps: tuple[tuple[str, str], ...] = ()
    """The parts, each with its path and class, in the order in which they work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output(Record):
    """What a model answered for a few rows."""

    method: str
    kind: str
    dtype: str | None = None
    shape: tuple[int, ...] = ()
    """-1 stands for the rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature(Record):
    """What goes into a model and what comes out."""

    n_features: int | None = None
    feature_names: tuple[str, ...] | None = None
    n_outputs: int | None = None
    n_classes: int | None = None
    classes: tuple[Any, ...] | None = None
    truncated: bool = False
    """There are more feature names or classes than are listed."""
    input: Mapping[str, Any] | None = None
    """The schema of the data that the caller knows of."""
    output: Output | None = None
    note: str | None = None
    """Why the output is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts(Record):
    """What a model is."""

    family: str
    class_name: str
    framework: str | None = None
    """The module of the library that the class comes from."""
    version: str | None = None
    frameworks: Mapping[str, str] = field(default_factory=dict)
    """Version of each library that a part of the model comes from."""
    params: Mapping[str, Any] = field(default_factory=dict)
    changed: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[tuple[str, str], ...] = ()
    architecture: Mapping[str, Any] | None = None
    """Layers, counts of parameters, dtype and device of a network."""
    signature: Signature = field(default_factory=Signature)
    errors: tuple[str, ...] = ()
    """What could not be found out."""


class Family(Protocol):
    """How the models of one library are read: a module of this package with these functions.

    A family imports no library that is not loaded, and changes nothing of the model. It may raise: that becomes an entry of
    ``errors``, and the rest is still told.
    """

    def params(self, obj: Any, /) -> Params:
        """Return the hyperparameters of ``obj``."""

    def signature(self, obj: Any, /) -> Signature:
        """Return what ``obj`` itself knows of its inputs and outputs."""

    def architecture(self, obj: Any, /) -> dict[str, Any] | None:
        """Return the layers and sizes of a network, None of what is none."""
