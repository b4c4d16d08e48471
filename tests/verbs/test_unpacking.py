"""What keeps stored contents from becoming an object is one line, with the version, the cause and what to type."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from modelreg.errors import MissingLibraryError, StorageError, UnloadableError
from tests.faults.conftest import disk as disk  # noqa: PLC0414  (a fixture of theirs)

if TYPE_CHECKING:
    from modelreg.registry import Registry


class Sulking:
    """Cannot be made again while it is told so."""

    why: BaseException | None = None

    def __init__(self) -> None:
        self.weight = 1

    def __setstate__(self, state: dict[str, Any]) -> None:
        if Sulking.why is not None:
            raise Sulking.why
        self.__dict__.update(state)


@pytest.fixture
def sulking(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Register one; return what sets what it raises."""
    registry.register(Sulking(), "sl")
    return monkeypatch


def test_code_that_raises_is_named_with_what_it_said(registry: Registry, sulking: pytest.MonkeyPatch) -> None:
    sulking.setattr(Sulking, "why", ValueError("bad state\nand more"))
    with pytest.raises(UnloadableError) as caught:
        registry.load("sl:v0")
    assert str(caught.value) == (
        "sl:v0 cannot be loaded: Sulking.__setstate__ raises ValueError: bad state and more. Try %modelreg show sl:v0"
    )
    assert isinstance(caught.value.__cause__, ValueError), "with --debug all of it is seen"


def test_an_error_that_says_nothing_is_named(registry: Registry, sulking: pytest.MonkeyPatch) -> None:
    sulking.setattr(Sulking, "why", AssertionError())
    with pytest.raises(UnloadableError, match=r"raises AssertionError\. Try"):
        registry.load("sl:v0")


def test_a_module_that_its_code_misses_is_a_missing_library(registry: Registry, sulking: pytest.MonkeyPatch) -> None:
    sulking.setattr(Sulking, "why", ModuleNotFoundError("No module named 'nowhere'", name="nowhere"))
    with pytest.raises(MissingLibraryError, match=r"^sl:v0 cannot be loaded: .*'nowhere'"):
        registry.load("sl:v0")


@pytest.mark.parametrize("kind", [KeyboardInterrupt, MemoryError, SystemExit])
def test_what_is_no_fault_of_the_object_stays_what_it_is(
    registry: Registry, sulking: pytest.MonkeyPatch, kind: type[BaseException]
) -> None:
    sulking.setattr(Sulking, "why", kind())
    with pytest.raises(kind):
        registry.load("sl:v0")


LOAD = """
import sys
import modelreg
registry = modelreg.connect(sys.argv[1])
try:
    loaded = registry.fetch("plain:v0")
    print(loaded.obj.read_text(), loaded.obj, *loaded.warnings, sep="|")
except Exception as error:
    print(type(error).__name__, error)
"""


def elsewhere(registry: Registry, home: Path) -> str:
    """Load a file in another process whose home is another one; return what it says."""
    done = subprocess.run(
        [sys.executable, "-c", LOAD, registry.location],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"HOME": str(home), "XDG_DATA_HOME": str(home / "data")},
    )
    return done.stdout.strip()


def test_a_file_comes_back_where_the_home_cannot_be_written(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "model.txt").write_text("weights")
    registry.register(None, "plain", path=tmp_path / "model.txt")
    home = tmp_path / "no-home"
    home.write_text("a file: nobody, not even root, makes a folder in it")
    text, place, warning = elsewhere(registry, home).split("|")
    assert text == "weights"
    assert Path(place).is_relative_to(tempfile.gettempdir())
    assert warning.startswith(str(home))
    assert "cannot be written: the files lie in" in warning


def test_a_disk_without_room_for_the_files_is_one_line_with_the_way_out(
    registry: Registry, tmp_path: Path, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    for number in range(8):
        (tmp_path / "folder" / f"{number}.bin").write_bytes(os.urandom(1 << 20))
    registry.register(None, "plain", path=tmp_path / "folder")
    monkeypatch.setenv("XDG_DATA_HOME", str(disk))
    (disk / "fill").write_bytes(bytes(42 << 20))
    with pytest.raises(StorageError, match=r"^plain:v0 cannot be loaded: .*No space left") as caught:
        registry.load("plain:v0")
    assert caught.value.tries == ("export plain:v0 DIRECTORY",)
    assert [path for path in disk.rglob("*") if path.suffix == ".bin"] == []
    (disk / "fill").unlink()
    assert len(list(registry.load("plain:v0").iterdir())) == 8
