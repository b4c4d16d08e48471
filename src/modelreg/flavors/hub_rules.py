"""What the settings of transformers and sentence-transformers must not say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE: Final = frozenset(
    {
        "attribute_map",
        "auto_map",
        "auto_mapping",
        "custom_generate",
        "custom_pipelines",
        "quantization_config",
        "trust_remote_code",
    }
)
"""What leads to code or to other libraries' readers, and what gives another name to such an entry."""
BASE: Final = "base_model_name_or_path"
"""In the file of an adapter the model on which it is put; in a configuration a note."""
ADAPTER: Final = "adapter_config.json"
MODULES: Final = "modules.json"
WORDS: Final = frozenset(
    {
        "added_tokens",
        "added_tokens_decoder",
        "added_tokens_encoder",
        "id2label",
        "id2lang",
        "label2id",
        "lang2id",
        "lang_to_id",
        "prompts",
        "task_to_id",
        "vocab",
        "word_weights",
    }
)
"""Entries whose keys are labels and words, of which any may be called like a setting."""
ACTIVATIONS: Final = frozenset({"activation_fn", "activation_function", "sbert_ce_default_activation_function"})
_ACTIVATION: Final = re.compile(r"torch\.nn\.(?:modules\.[a-z]+\.)?[A-Z]\w*")
"""A class: it is made without arguments."""
_OWN_CLASS: Final = re.compile(r"sentence_transformers\.(?:[a-z0-9_]+\.|[A-Z]\w*\.)*[A-Z]\w*")
"""Of sentence-transformers; in lower case there are the modules that it imports, such as torch."""
NESTED: Final = 50
WEIGHTS: Final = ".safetensors"
TIMM: Final = frozenset({"architecture", "backbone"})
"""How timm's models are named in a configuration."""
_ODD: Final = frozenset({"\\", ":", "\0"})
"""What leads elsewhere on some systems."""


def names_code(told: Any, file: str = "") -> str:
    """Return the entry of a configuration that leads to code, or out of the folder, and which; nothing where none does.

    Parameters
    ----------
    told : Any
        The configuration.
    file : str
        The name of the file that it lies in: some entries lead elsewhere in one file, and are notes in all others.
    """
    return next(_names(told, 0, file.casefold()), "")


def _names(told: Any, depth: int, file: str) -> Iterator[str]:
    if depth > NESTED:
        yield "more than can be looked through, which leads to code"
    elif isinstance(told, dict):
        for key, value in told.items():
            if key in WORDS and isinstance(value, dict):
                yield from _names(list(value.values()), depth + 1, file)
            elif value and (key in CODE or (key == BASE and file == ADAPTER)):
                yield f"{key!r}, which leads to code"
            elif _leads_out(str(key), value):
                yield f"{key} = {str(value)[:80]!r}, which leads to code"
            elif _leads_away(str(key), value, file):
                yield f"{key} = {str(value)[:80]!r}, which leads out of the folder"
            else:
                yield from _names(value, depth + 1, file)
    elif isinstance(told, (list, tuple)):
        for value in told:
            yield from _names(value, depth + 1, file)


def _leads_away(key: str, value: object, file: str) -> bool:
    """Whether an entry names a place outside the folder: weights, or a module of sentence-transformers."""
    if key == "weight_map":
        places: list[Any] = list(value.values()) if isinstance(value, dict) else [None]
        return not all(_is_below(place) and place.endswith(WEIGHTS) for place in places)
    if key == "types" and isinstance(value, dict):
        return not all(map(_is_below, value))
    if key in TIMM:  # a name, or a source and what timm brings from there
        return isinstance(value, str) and ":" in value
    if key == "checkpoint_path":
        return bool(value)
    if key == "audio_tokenizer_name_or_path" or (key == "path" and file == MODULES):
        return not _is_below(value)
    return False


def _is_below(place: Any) -> bool:
    """Whether a text is a relative path that leads nowhere else; nothing is the folder itself."""
    return (
        isinstance(place, str)
        and ".." not in place.split("/")
        and not (place[:1] in "/~" and place)
        and not _ODD & {*place}
    )


def _leads_out(key: str, value: object) -> bool:
    """Whether an entry names a class of another library, or an implementation that would be fetched."""
    if key.endswith("_implementation"):
        return value is not None and not (isinstance(value, str) and value.replace("_", "").isalnum())
    if key in ACTIVATIONS and isinstance(value, str) and "." in value:
        return _ACTIVATION.fullmatch(value) is None
    if key == "types" and isinstance(value, dict):
        return any(_leads_out("type", kind) for kind in value.values())
    return (
        key in {"type", "tokenizer_class"}
        and isinstance(value, str)
        and "." in value
        and _OWN_CLASS.fullmatch(value) is None
    )
