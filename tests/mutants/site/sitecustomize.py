"""Loads one module of modelreg with one piece of its text replaced, in this process and all that it starts.

``MODELREG_MUTANT`` is a JSON list: module, text, text in its place. Python imports this file by itself when its folder is on
``PYTHONPATH``.
"""

from __future__ import annotations

import json
import os
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import CodeType

MODULE, OLD, NEW = json.loads(os.environ["MODELREG_MUTANT"])


class Mutant(SourceFileLoader):
    """Compiles the text as changed; nothing is written, and no compiled file is read."""

    def get_code(self, fullname: str) -> CodeType:
        text = Path(self.path).read_text(encoding="utf-8")
        assert text.count(OLD) == 1, f"{OLD!r} stands {text.count(OLD)} times in {self.path}"
        return compile(text.replace(OLD, NEW), self.path, "exec", dont_inherit=True)


class Finder(MetaPathFinder):
    """Finds the one module."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if fullname != MODULE:
            return None
        found = PathFinder.find_spec(fullname, path)  # type: ignore[arg-type]
        assert found is not None
        assert found.origin is not None
        found.loader = Mutant(fullname, found.origin)
        return found


sys.meta_path.insert(0, Finder())
