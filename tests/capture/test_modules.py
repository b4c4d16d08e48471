"""Files of loaded modules, asked of modules that do not want to be asked."""

from __future__ import annotations

import importlib.util
import json
import sys
import types
from typing import TYPE_CHECKING

import pytest

from modelreg.capture import environment, sources
from modelreg.capture.modules import file_of

if TYPE_CHECKING:
    from pathlib import Path


class Grumpy(types.ModuleType):
    def __getattribute__(self, name: str) -> object:
        raise ImportError(name)


@pytest.fixture
def late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """A module that loads itself when it is first asked for anything."""
    (tmp_path / "mr_late.py").write_text("raise RuntimeError('loaded')\n")
    spec = importlib.util.spec_from_file_location("mr_late", tmp_path / "mr_late.py")
    assert spec is not None
    assert spec.loader is not None
    loader = importlib.util.LazyLoader(spec.loader)
    spec.loader = loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "mr_late", module)
    loader.exec_module(module)
    return module


def test_a_module_tells_its_file():
    assert file_of(json) == json.__file__
    assert file_of(sys) is None


def test_what_is_no_module_has_none():
    assert [file_of(None), file_of(Grumpy("grumpy")), file_of(types.SimpleNamespace(__file__=3))] == [None, None, None]


@pytest.mark.usefixtures("late")
def test_a_module_that_loads_late_is_not_loaded_and_stops_no_capture(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "mr_grumpy", Grumpy("mr_grumpy"))
    assert isinstance(sources.own(), dict)
    assert environment.capture({"mr_late", "mr_grumpy", "numpy"}).needed
