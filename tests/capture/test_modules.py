"""Files of loaded modules, asked of modules that do not want to be asked."""

from __future__ import annotations

import ast
import importlib.util
import json
import sys
import types
from pathlib import Path

import pytest

from modelreg.capture import environment, sources
from modelreg.capture.modules import file_of


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


@pytest.mark.parametrize("inside", ["lib/python3.11/site-packages", "lib/python3/dist-packages", "user"])
def test_a_package_that_somebody_installed_elsewhere_is_no_module_of_the_users(
    inside: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("site.getusersitepackages", lambda: str(tmp_path / "user"))
    for name, folder in (("mr_brought", tmp_path / inside), ("mr_mine", tmp_path / "work")):
        folder.mkdir(parents=True)
        (folder / f"{name}.py").write_text("")
        monkeypatch.syspath_prepend(str(folder))
        monkeypatch.delitem(sys.modules, name, raising=False)
        importlib.import_module(name)
    found = sources.own()
    assert "mr_mine" in found
    assert "mr_brought" not in found


IMPORTS = """
import a.b as x, \\
    c
from . import (  # (that one)
    d as e,
    f,
)
from ..g import *; import h
try: from i.j import k
except ImportError: import l  # import not_this
def m():
\tfrom .import n
    # import nor_this
"""


def test_what_a_source_imports_is_found_without_its_whole_syntax():
    names = list(sources._spelled(sources._imports(IMPORTS.encode()), "p.q"))
    assert names == ["a.b", "c", "p.q.d", "p.q.f", "p.g.*", "h", "i.j.k", "l", "p.q.n"]
    for module in (json.decoder, importlib.util, types):
        source = Path(module.__file__ or "").read_bytes()
        said = {node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.alias)}
        assert said <= {name for one in sources._imports(source) for name in one.names}
