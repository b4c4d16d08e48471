"""Files come into place when they are whole: what goes wrong leaves the disk as it was."""

from __future__ import annotations

import os
import pickle
import tempfile
from typing import TYPE_CHECKING, Any

import pytest

from modelreg.errors import IntegrityError, InvalidError, StorageError, UnloadableError
from modelreg.flavors.python import PYTHON
from tests.faults.conftest import disk as disk  # noqa: PLC0414  (a fixture of theirs)

if TYPE_CHECKING:
    from pathlib import Path

    from modelreg.registry import Registry


class TornError(Exception):
    """What a library raises."""


@pytest.fixture
def model(registry: Registry) -> dict[str, Any]:
    """Register a model and return it."""
    made = {"w": os.urandom(1 << 20)}
    registry.register(made, "churn")
    return made


def below(place: Path) -> list[str]:
    """Return all that lies in a directory."""
    return sorted(path.relative_to(place).as_posix() for path in place.rglob("*"))


@pytest.mark.parametrize("there", [False, True])
def test_the_files_of_an_export_are_the_only_ones(
    registry: Registry, model: dict[str, Any], tmp_path: Path, there: bool
) -> None:
    place = tmp_path / "in" / "out"
    if there:
        place.mkdir(parents=True)
    report = registry.export("churn:v0", place)
    assert [row["file"] for row in report.rows] == ["model.pkl"]
    assert below(tmp_path / "in") == ["out", "out/model.pkl"]
    assert pickle.loads((place / "model.pkl").read_bytes()) == model
    assert (place.stat().st_mode & 0o777) == (tmp_path.joinpath("in").stat().st_mode & 0o777), "as any new directory"


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize(
    ("raised", "told", "said"),
    [
        (KeyboardInterrupt(), KeyboardInterrupt, "^$"),
        (
            OSError(5, "Input/output error"),
            StorageError,
            r"^\S+/out cannot be written: Input/output error; nothing was w",
        ),
        (
            TornError("[02:04:01] Write incomplete\nStack trace:\n  [bt] (0)"),
            StorageError,
            r"^churn:v0 cannot be exported: TornError:",
        ),
    ],
)
def test_an_export_that_stops_leaves_nothing(
    registry: Registry,
    model: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    there: bool,
    raised: BaseException,
    told: type[BaseException],
    said: str,
) -> None:
    place = tmp_path / "in" / "out"
    if there:
        place.mkdir(parents=True)

    def half(_self: object, _obj: object, _source: object, directory: Path) -> list[str]:
        (directory / "model.pkl").write_bytes(b"half")
        raise raised

    monkeypatch.setattr(type(PYTHON), "export", half)
    with pytest.raises(told, match=said) as caught:
        registry.export("churn:v0", place)
    assert "\n" not in str(caught.value)
    assert not there or below(tmp_path / "in") == ["out"]
    assert (tmp_path / "in").exists() is there


def test_a_full_disk_is_one_line_and_leaves_nothing(registry: Registry, disk: Path) -> None:
    registry.register({"w": os.urandom(4 << 20)}, "churn")
    (disk / "fill").write_bytes(bytes(46 << 20))
    with pytest.raises(StorageError, match=r"^churn:v0 cannot be exported to \S+/out: the disk is full; nothing was w"):
        registry.export("churn:v0", disk / "out")
    assert below(disk) == ["fill"]
    (disk / "fill").unlink()
    registry.export("churn:v0", disk / "out")
    assert below(disk) == ["out", "out/model.pkl"]


def test_a_library_that_says_a_full_disk_in_its_own_words_is_one_line(registry: Registry, disk: Path) -> None:
    xgboost = pytest.importorskip("xgboost")
    numpy = pytest.importorskip("numpy")
    data = numpy.random.default_rng(0).normal(size=(4000, 8))
    registry.register(xgboost.XGBRegressor(n_estimators=300, max_depth=10).fit(data, data[:, 0] * data[:, 1]), "xg")
    with (disk / "fill").open("wb") as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(bytes(1 << 16))
            file.flush()
    os.truncate(disk / "fill", (disk / "fill").stat().st_size - (1 << 17))
    with pytest.raises(
        StorageError, match=r"^xg:v0 cannot be exported to .* the disk is full; nothing was written"
    ) as caught:
        registry.export("xg:v0", disk / "out")
    assert "\n" not in str(caught.value)
    assert below(disk) == ["fill"]


@pytest.mark.parametrize("place", ["/proc/x", "/dev/null/x", "/proc/self/mem"])
def test_a_place_that_cannot_be_is_one_line(registry: Registry, model: dict[str, Any], place: str) -> None:
    with pytest.raises((StorageError, InvalidError), match=f"^{place} "):
        registry.export("churn:v0", place)
    assert model


def test_files_are_not_laid_out_twice(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.txt").write_text("weights")
    registry.register(None, "plain", path=tmp_path / "model.txt")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    registry.export("plain:v0", tmp_path / "out")
    assert below(tmp_path / "out") == ["model.txt"]
    assert below(tmp_path / "tmp") == []


class Sulking:
    """Cannot be made again."""

    why: Exception

    def __setstate__(self, state: object) -> None:
        raise Sulking.why

    def __getstate__(self) -> dict[str, int]:
        return {"w": 1}


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (ValueError("bad state"), r"Sulking\.__setstate__ raises ValueError: bad state\."),
        (IntegrityError("the weights do not fit"), r"the weights do not fit\."),
    ],
)
def test_an_object_that_cannot_be_made_is_told_as_at_a_load(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: Exception, said: str
) -> None:
    monkeypatch.setattr(Sulking, "why", why, raising=False)
    registry.register(Sulking(), "sl")
    with pytest.raises((UnloadableError, IntegrityError), match=f"^sl:v0 cannot be loaded: {said} Try %modelreg show"):
        registry.export("sl:v0", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_name_that_no_directory_can_have_is_refused(registry: Registry, model: dict[str, Any]) -> None:
    with pytest.raises(InvalidError, match="cannot be the name of a directory"):
        registry.export("churn:v0", "x\0y")
    with pytest.raises(StorageError, match=r"^c+ cannot be written: File name too long; nothing was written$"):
        registry.export("churn:v0", "c" * 300)
    assert model
