"""What keras computes with here. It is looked for before keras is imported: a kernel keeps what keras was once set to."""

from __future__ import annotations

import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from modelreg.errors import MissingLibraryError
from modelreg.flavors.libraries import library

BACKENDS: Final = ("torch", "jax", "tensorflow", "openvino")
"""Names that keras has for what it computes with: those of the modules too."""
PLAIN: Final = "tensorflow"
"""What keras takes where nothing else was said."""
SETTING: Final = "keras.src.backend.config"
"""Where keras keeps what it is set to; it stays when the import of keras fails."""


def ready() -> Any:
    """Return keras, imported.

    Raises
    ------
    MissingLibraryError
        It is not there, or what it is set to compute with is not.
    """
    if not sys.modules.get("keras") and _here("keras"):
        wanted = _set_to()
        if wanted in BACKENDS and not _here(wanted):
            raise MissingLibraryError(_lacking(wanted))
    return library("keras")


def _lacking(wanted: str) -> str:
    """Return the message that names what can be used in its place."""
    said = f"loading needs keras, which is set to compute with {wanted} here, and that is not installed"
    there = next((name for name in BACKENDS if _here(name)), None)
    if there is None:
        others = " or ".join(name for name in BACKENDS if name != wanted)
        return f"{said}; %pip install {wanted}, or {others} with os.environ['KERAS_BACKEND'] set to its name"
    where = "in a new kernel, then load" if SETTING in sys.modules else "and load again"
    return f"{said}, but {there} is: os.environ['KERAS_BACKEND'] = {there!r} {where}; or %pip install {wanted}"


def _set_to() -> str:
    """Return what keras will compute with once it is imported, by its own rules."""
    setting = sys.modules.get(SETTING)
    if setting is not None:
        return str(setting.backend())
    return os.environ.get("KERAS_BACKEND") or _noted() or PLAIN


def _noted() -> str:
    """Return what the file of keras's settings says; nothing where there is none."""
    home = os.environ.get("KERAS_HOME") or Path("~/.keras").expanduser()
    try:
        found = json.loads((Path(home) / "keras.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    said = found.get("backend") if isinstance(found, dict) else None
    return said if isinstance(said, str) else ""


def _here(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False
