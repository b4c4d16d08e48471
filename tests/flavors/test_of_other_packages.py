"""A flavor of another package: installed, it stores, is asked for, and is told of honestly by who is to trust it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

import modelreg
from modelreg import plugins
from modelreg.contents import pack
from modelreg.errors import UntrustedModelError
from modelreg.flavors import FLAVORS
from modelreg.flavors.python import PYTHON

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from modelreg.registry import Registry

LISP = '''
"""A library whose models are programs; loading one runs it."""

import io
import pickle

from modelreg.flavors.base import Description, class_name


class Program:
    def __init__(self, text):
        self.text = text


class Flavor:
    name, format, runs_code, requires = "lisp", 1, True, ("lisp",)

    def serves(self, obj):
        return type(obj) is Program

    def save(self, obj, sink, progress):
        sink.stream().write(obj.text.encode())
        return 1

    def load(self, source, directory):
        return Program(bytes(source.stream()).decode())

    def export(self, obj, source, directory):
        (directory / "program.lisp").write_text(obj.text)
        return ["program.lisp"]

    def describe(self, obj):
        return Description(class_name=class_name(obj))


class Pickled(Flavor):
    name, pickles = "lisp", True

    def save(self, obj, sink, progress):
        sink.stream().write(pickle.dumps({"text": obj.text, "with": io.StringIO}))
        return 1

    def load(self, source, directory):
        return Program(pickle.loads(source.stream())["text"])


FLAVOR, PICKLED = Flavor(), Pickled()
'''
PROGRAMS = ["(lambda (x) x)", "", "N.", "cos\nsystem\n.", "\x80\x04\x95"]
"""Texts; some begin as a pickle does, or are one."""


@pytest.fixture
def installed(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Install a package with a flavor, as an installer leaves it, and return the package."""
    metadata = tmp_path / "lisp-1.0.dist-info"
    metadata.mkdir()
    (tmp_path / "lisp.py").write_text(LISP, encoding="utf-8")
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: lisp\nVersion: 1.0\n", encoding="utf-8")
    attribute = getattr(request, "param", "FLAVOR")
    (metadata / "entry_points.txt").write_text(f"[modelreg.flavors]\nlisp = lisp:{attribute}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    forget()
    yield __import__("lisp")
    forget()
    del sys.modules["lisp"]


def forget() -> None:
    """Look for installed packages again, as a new process does."""
    plugins._added.cache_clear()
    plugins._points.cache_clear()
    FLAVORS._loaded.pop("lisp", None)


def stranger(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Return the registry as another user opens it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "stranger"))
    return modelreg.connect(registry.location)


@pytest.mark.parametrize("text", PROGRAMS)
def test_its_stream_need_not_be_a_pickle(
    installed: Any, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    answer = registry.register(installed.Program(text), "prog")
    assert answer.version.flavor == "lisp"
    assert registry.load("prog").text == text
    assert registry.register(registry.load("prog"), "prog").outcome == "identical"
    other = stranger(registry, tmp_path, monkeypatch)
    with pytest.raises(UntrustedModelError) as caught:
        other.load("prog")
    said = "imports lisp, and what else loading it runs cannot be told from its bytes"
    assert f"loading it runs code. It {said}; it was registered by" in str(caught.value)
    assert other.trust("prog").text.endswith(f"(it {said})")
    assert other.load("prog").text == text


def test_two_texts_are_never_one_because_they_would_unpickle_alike(installed: Any) -> None:
    packed = [pack(installed.Program(text), installed.FLAVOR) for text in ("N.", "N0N.")]
    assert [one.canonical_id for one in packed] == [None, None]


@pytest.mark.parametrize("installed", ["PICKLED"], indirect=True)
def test_what_a_flavor_pickles_is_read(installed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    registry.register(installed.Program("(f)"), "prog")
    other = stranger(registry, tmp_path, monkeypatch)
    with pytest.raises(UntrustedModelError, match=r"It imports the unusual (_io\.StringIO|io\.StringIO), lisp; it was"):
        other.load("prog")
    assert pack(installed.Program("(f)"), installed.PICKLED).canonical_id is not None


def test_where_the_package_is_missing_nothing_is_told_of_what_it_runs(
    installed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    registry.register(installed.Program("(f)"), "prog")
    (tmp_path / "lisp-1.0.dist-info" / "entry_points.txt").unlink()
    forget()
    other = stranger(registry, tmp_path, monkeypatch)
    assert "the flavor 'lisp', which is not installed here, so what loading it runs" in other.trust("prog").text


def test_a_pickle_of_ours_is_always_read() -> None:
    assert pack({"a": io_of()}, PYTHON).imports == ("_io.StringIO",)


def io_of() -> type:
    import io

    return io.StringIO
