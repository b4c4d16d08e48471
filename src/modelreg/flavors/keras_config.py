"""What the configuration of a keras model may name: looked through before keras reads it, and without keras.

keras makes objects of the classes and functions that a configuration names. Its safe mode refuses Python lambdas, and by
version more or less of the rest; here nothing passes but layers, optimizers, losses and the like of keras itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN: Final = "keras"
REFUSED: Final = frozenset(
    {"Lambda", "TorchModuleWrapper", "TFSMLayer", "JaxLayer", "FlaxLayer", "__lambda__", "__typespec__"}
)
"""Classes of keras that bring code or read files."""
FUNCTIONS: Final = frozenset(
    {
        "builtins",
        "keras.activations",
        "keras.initializers",
        "keras.losses",
        "keras.metrics",
        "keras.ops",
        "keras.regularizers",
    }
)
"""Modules whose functions only compute; ``builtins`` stands for those of keras that go by their name alone."""
CLASSES: Final = frozenset(
    {
        "keras",
        "keras.constraints",
        "keras.dtype_policies",
        "keras.initializers",
        "keras.layers",
        "keras.losses",
        "keras.metrics",
        "keras.models",
        "keras.optimizers",
        "keras.optimizers.schedules",
        "keras.quantizers",
        "keras.random",
        "keras.regularizers",
    }
)
"""Where keras has the classes of what a model is made of."""
SOURCES: Final = re.compile(
    r"keras\.src\.(?:backend\.[a-z]+\.optimizers|constraints|dtype_policies|initializers|layers|losses|metrics|models"
    r"|optimizers|quantizers|random|regularizers)\.[a-z0-9_.]+"
)
"""The same where a class has no public name."""
HELPERS: Final = frozenset({"deserialize", "get", "serialize"})
"""Functions of these modules that make objects, and compute nothing."""
SHARED: Final = "shared_object_id"
_SHOWN: Final = 80
"""Letters of what is no name that a message shows."""
_VALUES: Final = frozenset({"__bytes__", "__ellipsis__", "__keras_tensor__", "__numpy__", "__slice__", "__tensor__"})


class Foreign(NamedTuple):
    """Something that is not keras's own."""

    module: str
    name: str
    """Of the class or function."""
    registered: str
    """Under which keras looks for it."""

    def __str__(self) -> str:
        return self.name if self.module in {"", "__main__"} else f"{self.module}.{self.name}"


def foreign(config: object) -> list[Foreign]:
    """Return what a configuration names that is not keras's own or may not be loaded unasked, each once."""
    return list(dict.fromkeys(_foreign(config)))


def _foreign(config: object) -> Iterator[Foreign]:
    if isinstance(config, dict):
        found = _strange(config) if "class_name" in config else None
        if found is not None:
            yield found
        if isinstance(config.get("vocabulary"), str):  # the path of a file that the layer would read
            yield Foreign("", f"the vocabulary {config['vocabulary']!r}", "")
        for value in config.values():
            yield from _foreign(value)
    elif isinstance(config, list | tuple):
        for value in config:
            yield from _foreign(value)


def _strange(node: dict[str, Any]) -> Foreign | None:
    name, module, registered = (node.get(key) for key in ("class_name", "module", "registered_name"))
    if not isinstance(name, str) or not all(isinstance(one, str | None) for one in (module, registered)):
        return Foreign("", str(name)[:_SHOWN], "")
    if name in _VALUES:
        return None
    if name == "function":
        called = str(node.get("config"))
        known = module in FUNCTIONS and called not in HELPERS
        own = known and registered in {called, None} and ">" not in called
        return None if own else Foreign(str(module or ""), called, called)  # keras looks for it by its name
    if module is None and registered is None and name not in REFUSED:
        return None  # the older form: keras looks for it among its own
    # in lower case there are functions, such as load_model, which keras would give as they are
    known = name[:1].isupper() and (module in CLASSES or SOURCES.fullmatch(str(module)) is not None)
    own = known and name not in REFUSED and registered in {name, None} and ">" not in name
    return None if own else Foreign(str(module or ""), name, str(registered or name))


def lambdas(config: object) -> bool:
    """Whether a Python lambda is among what a configuration holds."""
    if isinstance(config, dict):
        return config.get("class_name") == "__lambda__" or any(map(lambdas, config.values()))
    return isinstance(config, list | tuple) and any(map(lambdas, config))


def settled(config: Any, known: dict[int, int] | None = None) -> Any:
    """Return a configuration in which objects that occur twice are numbered in order, not by their addresses.

    Policies of number types are values: whether two layers share one, a loaded model does not know.
    """
    known = {} if known is None else known
    if isinstance(config, dict):
        value = config.get("class_name") == "DTypePolicy"
        return {
            key: known.setdefault(inner, len(known))
            if key == SHARED and isinstance(inner, int)
            else settled(inner, known)
            for key, inner in config.items()
            if key != SHARED or not value
        }
    return [settled(inner, known) for inner in config] if isinstance(config, list | tuple) else config
