"""Which distribution brings a module, and what is known of a distribution."""

from __future__ import annotations

import json
import os
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from modelreg.capture.environment.records import Distribution
from modelreg.capture.modules import file_of
from modelreg.capture.secrets import bare

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["describe", "distributions_of", "importable", "own", "pip_name"]

_PIP_NAMES: Final = {
    "Crypto": "pycryptodome",
    "OpenSSL": "pyOpenSSL",
    "PIL": "pillow",
    "attr": "attrs",
    "catboost": "catboost",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "dotenv": "python-dotenv",
    "faiss": "faiss-cpu",
    "git": "GitPython",
    "imblearn": "imbalanced-learn",
    "joblib": "joblib",
    "keras": "keras",
    "lightgbm": "lightgbm",
    "lightning": "lightning",
    "numpy": "numpy",
    "onnx": "onnx",
    "pandas": "pandas",
    "polars": "polars",
    "pyarrow": "pyarrow",
    "pytorch_lightning": "pytorch-lightning",
    "sentence_transformers": "sentence-transformers",
    "scipy": "scipy",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "spacy": "spacy",
    "statsmodels": "statsmodels",
    "tensorflow": "tensorflow",
    "tensorflow_hub": "tensorflow-hub",
    "torch": "torch",
    "torchvision": "torchvision",
    "transformers": "transformers",
    "umap": "umap-learn",
    "xgboost": "xgboost",
    "yaml": "PyYAML",
}


class _Index(NamedTuple):
    """What was installed at one moment."""

    seen: tuple[tuple[str, int], ...]
    """The directories that hold distributions, and when they changed."""
    by_module: Mapping[str, Sequence[str]]
    editable: Mapping[str, str]
    """Directory of the sources -> distribution."""


_lock = Lock()
_indexes: list[_Index] = []


def _seen() -> tuple[tuple[str, int], ...]:
    seen = []
    for entry in dict.fromkeys(sys.path):
        try:
            seen.append((entry, Path(entry or ".").stat().st_mtime_ns))
        except OSError:
            continue
    return tuple(seen)


def _index(module: str) -> _Index:
    """Return what is installed; read anew only where ``module`` is not in it and something was installed since."""
    with _lock:
        old = _indexes[-1] if _indexes else None
        if old and module in old.by_module:
            return old
        seen = _seen()
        if old and old.seen == seen:
            return old
        new = _Index(seen, metadata.packages_distributions(), _editable())
        _indexes[:] = [new]
        return new


def _editable() -> dict[str, str]:
    found = {}
    for one in metadata.distributions():
        url, about = _direct_url(one)
        parts = urlsplit(url)
        if about.get("editable") and parts.scheme == "file":
            found[os.path.realpath(url2pathname(unquote(parts.path)))] = one.name
    return found


def distributions_of(module: str) -> list[str]:
    """Return the names of the distributions that bring a module, by its dotted name; several where they share it."""
    top = module.partition(".")[0]
    index = _index(top)
    names = list(dict.fromkeys(index.by_module.get(top, ())))
    file = file_of(sys.modules.get(module))
    if len(names) > 1 and file:
        return [name for name in names if _brings(name, file)] or names
    if not names:
        place = os.path.realpath(file) if file else _origin(top)
        return [name for directory, name in index.editable.items() if place and Path(place).is_relative_to(directory)]
    return names


def _brings(name: str, file: str) -> bool:
    try:
        one = metadata.distribution(name)
        place = os.path.realpath(file)
        return any(
            os.path.realpath(str(one.locate_file(path))) == place
            for path in one.files or ()
            if path.name == Path(file).name
        )
    except (metadata.PackageNotFoundError, OSError, ValueError):
        return False


def _origin(top: str) -> str | None:
    """Return where a top-level module would be imported from, importing nothing."""
    try:
        spec = find_spec(top)
    except (ImportError, ValueError, AttributeError):
        return None
    if spec is None:
        return None
    places = list(spec.submodule_search_locations or ())
    place = (
        spec.origin
        if spec.origin and spec.origin not in {"built-in", "frozen", "namespace"}
        else next(iter(places), None)
    )
    return os.path.realpath(place) if place else None


def importable(module: str) -> bool:
    """Tell whether the top-level module of ``module`` is there; nothing is imported."""
    top = module.partition(".")[0]
    return top in sys.modules or top in sys.builtin_module_names or _origin(top) is not None


def own(module: str) -> bool:
    """Tell whether a module belongs to Python itself, or to no file at all."""
    top = module.partition(".")[0]
    return not top or top in sys.stdlib_module_names or top in {"__main__", "__mp_main__"}


def pip_name(module: str) -> tuple[str, bool]:
    """Return what to give to pip to have a module, and whether that is known: anybody can publish under a guessed name."""
    top = module.partition(".")[0]
    return _PIP_NAMES.get(top, top.replace("_", "-")), top in _PIP_NAMES


def describe(
    name: str, modules: Sequence[str] = (), *, direct: bool = False, code: bool = False
) -> Distribution | None:
    """Return what is installed under a name, or None."""
    try:
        one = metadata.distribution(name)
        version = one.version
    except (metadata.PackageNotFoundError, ValueError, KeyError, OSError):
        return None
    url, about = _direct_url(one)
    return Distribution(
        name=one.name or name,
        version=version or "",
        modules=tuple(sorted(modules)),
        direct=direct,
        code=code,
        origin=bare(f"{about['vcs']}+{url}" if about.get("vcs") else url) if url else None,
        commit=about.get("commit_id"),
        editable=bool(about.get("editable")),
    )


def _direct_url(one: metadata.Distribution) -> tuple[str, dict[str, str]]:
    """Return where a distribution was installed from when that was no index, and what else pip noted of it."""
    try:
        noted = json.loads(one.read_text("direct_url.json") or "{}")
        about = {**noted.get("dir_info", {}), **noted.get("vcs_info", {})}
        return str(noted.get("url", "")), about
    except (ValueError, OSError, TypeError, AttributeError):
        return "", {}
