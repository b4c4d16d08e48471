"""The folders that transformers and sentence-transformers write: cleaned when they are stored, looked through before they are read.

Weights lie in ``.safetensors``, all else is JSON and text. What such a folder may hold beside that names code, or leads out of
the folder, and is refused.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from modelreg.errors import IntegrityError
from modelreg.flavors import folders
from modelreg.flavors.libraries import library
from modelreg.flavors.making import making

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from modelreg.flavors.base import Source

SUFFIXES: Final = (".json", ".jinja", ".model", ".safetensors", ".txt")
ENVIRONMENT: Final = frozenset(
    {
        "__version__",
        "_commit_hash",
        "_name_or_path",
        "is_local",
        "local_files_only",
        "name_or_path",
        "transformers_version",
    }
)
"""What the libraries note of the machine, of their own version and of where the model came from."""
CODE: Final = frozenset(
    {
        "auto_map",
        "auto_mapping",
        "base_model_name_or_path",
        "custom_generate",
        "custom_pipelines",
        "quantization_config",
        "trust_remote_code",
    }
)
"""What leads to code, to other libraries' readers, or to another model on which this one is put."""
ACTIVATIONS: Final = frozenset({"activation_fn", "activation_function", "sbert_ce_default_activation_function"})
_ACTIVATION: Final = re.compile(r"torch\.nn\.(?:modules\.[a-z]+\.)?[A-Z]\w*")
"""A class: it is made without arguments."""
_OWN_CLASS: Final = re.compile(r"sentence_transformers\.(?:[a-z0-9_]+\.|[A-Z]\w*\.)*[A-Z]\w*")
"""Of sentence-transformers; in lower case there are the modules that it imports, such as torch."""
NESTED: Final = 50
WEIGHTS: Final = ".safetensors"
TIMM: Final = frozenset({"architecture", "backbone"})
"""How timm's models are named in a configuration."""
TOLD_FILES: Final = frozenset({"added_tokens_file", "special_tokens_map_file"})
"""Names of files that a tokenizer notes and does not read."""
TOKENIZER: Final = "tokenizer.json"
TOKENIZER_CONFIG: Final = "tokenizer_config.json"
_ODD: Final = frozenset({"\\", ":", "\0"})
"""What leads elsewhere on some systems."""
LAST_ASKED: Final = {"padding": None, "truncation": None}
"""What a tokenizer notes of the last call, and sets anew in the next."""


def clean(root: Path) -> None:
    """Take what belongs to the environment, or to the last question, out of the JSON files below ``root``."""
    for place in root.rglob("*config*.json"):
        told = json.loads(place.read_text(encoding="utf-8"))
        if isinstance(told, dict):
            kept = _without(told)
            place.write_text(json.dumps(kept, ensure_ascii=False, indent=2), encoding="utf-8")
    for place in root.rglob(TOKENIZER):
        told = json.loads(place.read_text(encoding="utf-8"))
        place.write_text(json.dumps({**told, **LAST_ASKED}, ensure_ascii=False), encoding="utf-8")


def _without(told: Any) -> Any:
    if isinstance(told, dict):
        return {key: _without(value) for key, value in told.items() if key not in ENVIRONMENT}
    return [_without(value) for value in told] if isinstance(told, list) else told


@contextmanager
def unfolded(source: Source, directory: Path | None) -> Iterator[Path]:
    """Give a private folder with the files of ``source``, of which none names code.

    Raises
    ------
    IntegrityError
        One is of another kind, or names code.
    """
    folders.only(source, SUFFIXES)
    with folders.unfolded(source, directory) as place:
        for path in sorted(place.rglob("*.json")):
            if path.name != TOKENIZER:  # words and merges, read by a parser of its own
                _look_through(path)
        yield place


def _look_through(place: Path) -> None:
    try:
        told = json.loads(folders.text(place))
    except (ValueError, RecursionError) as error:
        raise IntegrityError(f"these contents hold a file {place.name!r} that is no JSON") from error
    found = names_code(told)
    if found:
        raise IntegrityError(f"the file {place.name!r} of these contents says {found}: nothing was loaded")
    kept = {key: value for key, value in told.items() if not _is_file(key, value)} if isinstance(told, dict) else told
    if kept != told and place.name == TOKENIZER_CONFIG:
        place.write_text(json.dumps(kept), encoding="utf-8")


def _is_file(key: str, value: object) -> bool:
    """Whether an entry of a tokenizer says where a file lies: some releases would read that in place of the one stored."""
    return isinstance(value, str) and key.endswith(("_file", "_spm")) and key not in TOLD_FILES


def names_code(told: Any) -> str:
    """Return the entry of a configuration that leads to code, or out of the folder, and which; nothing where none does."""
    return next(_names(told, 0), "")


def _names(told: Any, depth: int) -> Iterator[str]:
    if depth > NESTED:
        yield "more than can be looked through, which leads to code"
    elif isinstance(told, dict):
        for key, value in told.items():
            if key in CODE and value:
                yield f"{key!r}, which leads to code"
            elif _leads_out(key, value):
                yield f"{key} = {str(value)[:80]!r}, which leads to code"
            elif _leads_away(key, value, told):
                yield f"{key} = {str(value)[:80]!r}, which leads out of the folder"
            else:
                yield from _names(value, depth + 1)
    elif isinstance(told, list):
        for value in told:
            yield from _names(value, depth + 1)


def _leads_away(key: str, value: object, beside: dict[str, Any]) -> bool:
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
    if key == "audio_tokenizer_name_or_path" or (key == "path" and "type" in beside):
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


@contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers from drawing bars of its own, and from asking the network."""
    logging = library("transformers").utils.logging
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def public(kind: type, root: str) -> bool:
    """Whether a class is found in its library under its own name."""
    return getattr(library(root), kind.__name__, None) is kind


def named(root: str, name: object, *bases: type) -> type:
    """Return a class of a library by its name.

    Raises
    ------
    IntegrityError
        There is none, or it is of another kind.
    """
    said = isinstance(name, str) and name.isidentifier() and not name.startswith("_")
    with making(f"this {root} cannot bring {str(name)[:80]!r}"):  # classes are imported as they are asked for
        found = getattr(library(root), str(name), None) if said else None
    if not (isinstance(found, type) and issubclass(found, bases) and found.__module__.partition(".")[0] == root):
        raise IntegrityError(f"this {root} has no class {str(name)[:80]!r} of the kind that is stored")
    return found


def origin(model: Any) -> str:
    """Return where a model came from on the hub; nothing of this machine's folders."""
    name = getattr(getattr(model, "config", None), "_name_or_path", None) or ""
    return "" if not isinstance(name, str) or os.path.isabs(name) or os.path.exists(name) else name  # noqa: PTH117, PTH110
