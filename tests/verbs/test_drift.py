"""What a load says of a Python that is not the one that made the model: before anything is unpickled, and in one line."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

import pytest

from modelreg.capture.environment import Distribution, Environment
from modelreg.errors import MissingLibraryError
from modelreg.verbs import drift

from .cells import Cells

if TYPE_CHECKING:
    from pathlib import Path

MODULE = "class Model:\n    def __init__(self):\n        self.rate = 2\n"


class Library:
    """An installed library with one class of models."""

    def __init__(self, place: Path, name: str) -> None:
        self.place, self.name = place, name
        place.mkdir()
        (place / f"{name}.py").write_text(MODULE)

    def version(self, version: str) -> None:
        """Install a version of it in place of the one before."""
        for old in self.place.glob("*.dist-info"):
            for file in old.iterdir():
                file.unlink()
            old.rmdir()
        about = self.place / f"{self.name}-{version}.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {self.name}\nVersion: {version}\n")
        (about / "RECORD").write_text(f"{self.name}.py,,\n")
        (about / "top_level.txt").write_text(f"{self.name}\n")
        importlib.invalidate_caches()


@pytest.fixture
def library(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """Return a library of a name of its own, on the path of this process."""
    name = f"drifting{abs(hash(request.node.name)) % 10**8}"
    made = Library(tmp_path / "site-packages", name)
    monkeypatch.syspath_prepend(str(made.place))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return made


@pytest.fixture
def cells(library: Library, tmp_path: Path) -> Cells:
    """Return a session that has registered a model of version 1.4.2 of the library."""
    library.version("1.4.2")
    made = Cells(tmp_path)
    made(f"import {library.name}\nclf = {library.name}.Model()")
    made.register("clf")
    return made


def test_the_same_versions_need_no_word(cells: Cells) -> None:
    loaded = cells.registry.fetch("churn:v0")
    assert (loaded.obj.rate, loaded.warnings) == (2, ())


def test_another_minor_version_of_the_library_is_one_line(cells: Cells, library: Library) -> None:
    library.version("1.7.0")
    loaded = cells.registry.fetch("churn:v0")
    assert loaded.warnings == (f"not as it was made: {library.name} 1.4.2 then, 1.7.0 now",)
    assert loaded.obj.rate == 2


def test_a_patch_release_needs_no_word(cells: Cells, library: Library) -> None:
    library.version("1.4.9")
    assert cells.registry.fetch("churn:v0").warnings == ()


def test_a_missing_library_is_told_with_its_version_before_anything_is_unpickled(
    cells: Cells, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, library.name)
    monkeypatch.setattr(sys, "path", [one for one in sys.path if one != str(library.place)])
    importlib.invalidate_caches()
    with pytest.raises(MissingLibraryError) as caught:
        cells.registry.load("churn:v0")
    needs = f"churn:v0 needs {library.name}, which this Python does not have; %pip install {library.name}==1.4.2"
    assert str(caught.value) == needs


def test_one_line_for_pip_has_all_that_a_model_needs_itself_and_is_gone() -> None:
    def one(name: str, **how: bool) -> Distribution:
        return Distribution(name=name, version="1.0", modules=(name.replace("-", "_"),), **{"direct": True, **how})

    then = Environment(needed=(one("gone-front"), one("gone-back"), one("pytest"), one("gone-in-turn", direct=False)))
    assert drift.missing(then, ["gone_front"]) == (["gone-front==1.0", "gone-back==1.0"], [])
    assert drift.missing(then, []) == ([], [])


def test_a_missing_module_of_the_user_leads_to_the_checkout_that_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    (tmp_path / "drifting_own.py").write_text(MODULE)
    cells = Cells(tmp_path)
    cells("import drifting_own\nclf = drifting_own.Model()")
    cells.register("clf")
    monkeypatch.delitem(sys.modules, "drifting_own")
    (tmp_path / "drifting_own.py").unlink()
    importlib.invalidate_caches()
    with pytest.raises(
        MissingLibraryError, match=r"needs drifting_own.*in no package.*Try %modelreg checkout churn:v0"
    ):
        cells.registry.load("churn:v0")
    cells.registry.checkout("churn:v0", tmp_path / "again")
    assert (tmp_path / "again" / "drifting_own.py").read_text() == MODULE


def test_without_capture_nothing_is_compared(tmp_path: Path) -> None:
    cells = Cells(tmp_path)
    cells.notebook.log.on = False
    cells.registry.register({"plain": 1}, "bare")
    assert cells.registry.fetch("bare").warnings == ()
