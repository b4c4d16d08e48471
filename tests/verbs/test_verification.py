"""When every byte is read, and when what is remembered will do: load, expect, promote, check."""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from modelreg.errors import ConflictError, IntegrityError, NewerRegistryError
from modelreg.flavors.files import Files
from modelreg.flavors.python import Python
from modelreg.verified import Remembered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from modelreg.registry import Registry


@pytest.fixture
def weights(registry: Registry) -> Any:
    """Register an array as churn:v0, load it once, and return it."""
    array = np.random.default_rng(0).random(200_000)
    registry.register({"w": array}, "churn", project="train", artifact="clf")
    registry.load("churn")
    return array


@pytest.fixture
def rot(registry: Registry) -> Callable[[], None]:
    """Return what flips a bit in the array on the disk, so that nothing but the bytes tells."""

    def flip() -> None:
        (path,) = [name for name, size, _ in registry._context.blobs.iterate() if size == 1_600_000]
        file = registry._context.blobs.path(path)
        found, data = file.stat(), bytearray(file.read_bytes())
        data[800_000] ^= 1
        file.chmod(0o644)
        file.write_bytes(data)
        os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns))

    return flip


def test_a_load_believes_what_this_machine_verified(registry: Registry, weights: Any, rot: Callable[[], None]) -> None:
    rot()
    assert np.count_nonzero(registry.load("churn")["w"] != weights) == 1  # what the system itself does not tell


def test_who_expects_certain_contents_has_every_byte_read(
    registry: Registry, weights: Any, rot: Callable[[], None]
) -> None:
    expect = f"b3:{registry.get('churn').content_id}"
    assert np.array_equal(registry.load("churn", expect=expect)["w"], weights)
    rot()
    with pytest.raises(IntegrityError, match=r"^churn:v0 cannot be loaded: .*digest mismatch"):
        registry.load("churn", expect=expect)
    with pytest.raises(IntegrityError, match="digest mismatch"):  # it is forgotten that it was ever true
        registry.load("churn")


def test_a_damaged_version_is_not_promoted(registry: Registry, weights: Any, rot: Callable[[], None]) -> None:
    registry.promote("churn")
    rot()
    with pytest.raises(IntegrityError, match=r"^churn:v0 is damaged and was not promoted: .*digest mismatch"):
        registry.promote("churn")
    assert registry.get("churn:v0").aliases == ("staging",)
    with pytest.raises(IntegrityError, match="digest mismatch"):
        registry.load("churn")


def test_reading_all_data_finds_it_and_forgets_it(registry: Registry, weights: Any, rot: Callable[[], None]) -> None:
    rot()
    assert registry.check().ok
    report = registry.check(read_data=True)
    assert [finding.text.partition("… ")[2] for finding in report.findings] == [
        "holds other bytes than were registered; registering that model again mends it"
    ]
    assert "train/clf:v0" in report.findings[0].subject
    with pytest.raises(IntegrityError, match="digest mismatch"):
        registry.load("churn")


def test_reading_all_data_is_a_verification_too(registry: Registry) -> None:
    registry.register({"w": np.arange(200_000.0)}, "churn")
    memory, names = registry._context.remembered, [name for name, _, _ in registry._context.blobs.iterate()]
    assert memory.known(names) == {}  # what was written was not read
    assert registry.check(read_data=True).ok
    assert {*memory.known(names)} == {*names}


def test_what_is_registered_again_stays_verified(registry: Registry, weights: Any) -> None:
    memory, blobs = registry._context.remembered, registry._context.blobs
    registry.register({"w": weights, "more": 1}, "churn", project="train", artifact="clf")
    (name,) = [name for name, size, _ in blobs.iterate() if size == 1_600_000]
    assert memory.known([name]) == {name: {blobs.reader().readinto(name, 0, memoryview(b""))}}


def test_the_memory_lies_with_the_user(registry: Registry, weights: Any, home: Path) -> None:
    assert (home / "data" / "modelreg" / "private" / "verified.db").exists()
    assert not [path for path in home.rglob("verified.db") if registry.location in str(path)]
    assert isinstance(registry._context.remembered, Remembered)


def test_another_version_is_not_promoted_in_place_of_the_one_that_was_verified(
    registry: Registry, other: Registry, weights: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    promote = importlib.import_module("modelreg.verbs.promote")
    whole = promote._whole

    def late(*args: Any) -> int | None:
        verified = whole(*args)
        other.register({"n": 1}, "churn", project="train", artifact="clf")
        return verified

    monkeypatch.setattr(promote, "_whole", late)
    with pytest.raises(ConflictError, match="'churn' came to mean another version while the bytes were verified"):
        registry.promote("churn")
    assert registry.model("churn").aliases == {}


def test_contents_of_a_newer_format_are_named_with_what_is_read_here(
    registry: Registry, weights: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Python, "format", 0)
    with pytest.raises(NewerRegistryError, match=r"churn:v0 .*format 1 of the flavor 'python'.* up to format 0"):
        registry.load("churn")


def test_the_flavor_that_a_row_claims_is_not_believed(
    registry: Registry, weights: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Python, "name", Files.name)  # as if the row led to the wrong one
    with pytest.raises(IntegrityError, match="holds contents of the flavor 'python', but its row says 'files'"):
        registry.load("churn")
