"""The folders that transformers and sentence-transformers write: cleaned when they are stored, looked through before they are read.

Weights lie in ``.safetensors``, all else is JSON and text. What such a folder may hold beside that names code, or leads out of
the folder, and is refused: see ``hub_rules``.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from modelreg.errors import IntegrityError, UnpicklableError
from modelreg.flavors import folders
from modelreg.flavors.files import files_below
from modelreg.flavors.hub_rules import BASE, MODULES, names_code
from modelreg.flavors.libraries import library, root_of
from modelreg.flavors.making import making

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from modelreg.flavors.base import Source

SUFFIXES: Final = (".codes", ".jinja", ".json", ".model", ".safetensors", ".spm", ".tokenizer", ".txt")
"""Weights, configurations, and words of tokenizers, each read by a parser of its own."""
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
TOLD_FILES: Final = frozenset({"added_tokens_file", "special_tokens_map_file"})
"""Names of files that a tokenizer notes and does not read."""
TOKENIZER: Final = "tokenizer.json"
TOKENIZER_CONFIG: Final = "tokenizer_config.json"
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
def unfolded(source: Source, directory: Path | None, *, based: bool = True) -> Iterator[Path]:
    """Give a private folder with the files of ``source``, of which none names code.

    Parameters
    ----------
    source, directory
        What is stored, and where the folder is made.
    based : bool
        Whether a configuration may tell on which model this one is based: not where the library would go there.

    Raises
    ------
    IntegrityError
        One is of another kind, or names code.
    """
    folders.only(source, SUFFIXES)
    with folders.unfolded(source, directory) as place:
        for path in _settings(place):
            told = _read(path)
            found = names_code(told, path.name)
            if found:
                raise IntegrityError(f"the file {path.name!r} of these contents says {found}: nothing was loaded")
            if isinstance(told, dict):
                dropped = [key for key, value in told.items() if key == BASE and not based]
                dropped += [
                    key for key, value in told.items() if path.name == TOKENIZER_CONFIG and _is_file(key, value)
                ]
                if dropped:
                    kept = {key: value for key, value in told.items() if key not in dropped}
                    path.write_text(json.dumps(kept), encoding="utf-8")
        yield place


def loadable(root: Path) -> None:
    """See that the files below ``root``, which were just written, are such as are loaded again.

    Raises
    ------
    UnpicklableError
        One would be refused then.
    """
    for path in files_below(root):
        name = path[0].rpartition("/")[2]
        if not name.endswith(SUFFIXES):
            raise UnpicklableError(
                f"model cannot be stored: it is written with a file {name!r} that would not be loaded"
            )
    for place in _settings(root):
        found = names_code(_read(place), place.name)
        if found:
            raise UnpicklableError(f"model cannot be stored: its file {place.name!r} says {found}")


def _settings(root: Path) -> list[Path]:
    """Return the files with settings: those with words and merges are read by parsers of their own."""
    return [path for path in sorted(root.rglob("*.json")) if _is_settings(path.name.casefold())]


def _is_settings(name: str) -> bool:
    return "config" in name or name == MODULES or name.endswith(".index.json")


def _read(place: Path) -> Any:
    try:
        return json.loads(folders.text(place))
    except (ValueError, RecursionError) as error:
        raise IntegrityError(f"these contents hold a file {place.name!r} that is no JSON") from error


def _is_file(key: str, value: object) -> bool:
    """Whether an entry of a tokenizer says where a file lies: some releases would read that in place of the one stored."""
    return isinstance(value, str) and key.endswith(("_file", "_spm")) and key not in TOLD_FILES


def loads_again(parts: Iterable[Any]) -> bool:
    """Whether the settings that the libraries will write for models, tokenizers and the like are read again later."""
    try:
        held = {id(one): one for part in parts for one in (part, *vars(part).values())}
        return not any(names_code(told) for one in held.values() for told in _told(one))
    except Exception:  # noqa: BLE001  (code of the library, for settings that were changed)
        return False


def _told(one: Any) -> Iterator[Any]:
    """Give the settings of an object, as they are written."""
    kind = type(one)
    for name in ("get_config_dict", "_get_model_config") if root_of(kind) == "sentence_transformers" else ():
        if callable(getattr(kind, name, None)):
            yield getattr(one, name)()
    if callable(getattr(kind, "to_json_string", None)):
        yield json.loads(one.to_json_string())
    if _is_tokenizer(one):
        yield one.init_kwargs


def _is_tokenizer(one: Any) -> bool:
    return any(kind.__name__ == "PreTrainedTokenizerBase" for kind in type(one).__mro__)


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
