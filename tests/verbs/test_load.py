"""The one gate: integrity, then trust, then what must be installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from modelreg.errors import IntegrityError, InvalidError, MissingLibraryError, UntrustedModelError
from tests.canary import Canary

if TYPE_CHECKING:
    from modelreg.registry import Registry


@pytest.fixture
def canary(registry: Registry, tmp_path: Path) -> Path:
    """Register a model that leaves a trace when it is unpickled; return where."""
    trace = tmp_path / "trace"
    registry.register(Canary(trace), "bird", aliases=["production"], project="train", artifact="bird")
    assert not trace.exists()
    return trace


def test_what_was_registered_here_loads_without_a_question(registry: Registry, canary: Path) -> None:
    registry.load("bird")
    assert canary.exists()


def test_a_stranger_is_refused_and_told_who_what_and_how(canary: Path, stranger: Registry) -> None:
    with pytest.raises(UntrustedModelError) as caught:
        stranger.load("bird:production")
    said = str(caught.value)
    content_id = stranger.get("bird").content_id
    for part in (
        "bird:v0",
        "registered by",
        "It imports the unusual pathlib.Path.touch, beside 1 usual name of Python",
        f"b3:{content_id}",
        "trust bird:v0",
        "--trust",
        "--expect",
    ):
        assert part in said
    assert not canary.exists()


def test_no_command_but_an_approved_load_fires_the_canary(canary: Path, stranger: Registry) -> None:
    def refused(verb: Any, *args: Any) -> None:
        with pytest.raises(UntrustedModelError):
            verb(*args)

    stranger.show("bird:v0")
    stranger.show("bird")
    stranger.models()
    stranger.versions("bird", "metrics.auc is None")
    stranger.history("bird")
    stranger.link("bird:v0", "second")
    stranger.compare("bird:v0", "second:v0")
    stranger.alias("bird:v0", "staging")
    stranger.check(read_data=True)
    stranger.gc(run=True, grace=0)
    stranger.du()
    stranger.status({"x": 1})
    stranger.backup(canary.parent / "copy")
    refused(stranger.load, "bird:v0")
    refused(stranger.export, "bird:v0", canary.parent / "out")
    assert not canary.exists()
    stranger.load("bird:v0", trust=True)
    assert canary.exists()


def test_trust_once_is_for_once(canary: Path, stranger: Registry) -> None:
    stranger.load("bird", trust=True)
    with pytest.raises(UntrustedModelError):
        stranger.load("bird")


def test_an_approval_stays_until_it_is_taken_back(canary: Path, stranger: Registry) -> None:
    stranger.trust("bird:v0")
    stranger.load("bird")
    assert [approval.how for approval in stranger.approvals()] == ["approved"]
    stranger.untrust("bird:v0")
    with pytest.raises(UntrustedModelError):
        stranger.load("bird")


def test_an_approval_is_of_contents_not_of_a_number(registry: Registry, canary: Path, stranger: Registry) -> None:
    stranger.trust("bird:v0")
    registry.register(Canary(canary.with_name("other")), "bird", project="train", artifact="bird")
    with pytest.raises(UntrustedModelError):
        stranger.load("bird:v1")


def test_the_expected_contents_load_and_others_do_not(canary: Path, stranger: Registry) -> None:
    content_id = stranger.get("bird").content_id
    with pytest.raises(IntegrityError, match=r"^bird:v0 is not what is expected.*not the expected"):
        stranger.load("bird", expect="b3:" + "0" * 64)
    with pytest.raises(InvalidError, match="64 hex"):
        stranger.load("bird", expect="sha256:abc")
    assert not canary.exists()
    stranger.load("bird", expect=f"b3:{content_id}")
    assert canary.exists()


def test_files_load_for_anybody(registry: Registry, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    (tmp_path / "model.txt").write_text("weights")
    registry.register(None, "plain", path=tmp_path / "model.txt")
    stranger: Registry = request.getfixturevalue("stranger")
    loaded = stranger.load("plain")
    assert loaded.read_text() == "weights"


def test_a_changed_byte_is_found_before_trust_is_asked(registry: Registry, canary: Path) -> None:
    for path in Path(registry.location, "objects").rglob("*"):
        if path.is_file() and b"touch" in path.read_bytes():
            data = bytearray(path.read_bytes())
            data[-2] ^= 1
            path.chmod(0o644)
            path.write_bytes(data)
    with pytest.raises(IntegrityError, match=r"bird:v0 cannot be loaded"):
        registry.load("bird")
    assert not canary.exists()
    report = registry.check(read_data=True)
    assert not report.ok
    assert any("train/bird:v0" in finding.subject for finding in report.findings)


def test_a_missing_object_is_named_with_who_needs_it(registry: Registry, canary: Path) -> None:
    stored = [path for path in Path(registry.location, "objects").rglob("*") if path.is_file()]
    victim = next(path for path in stored if b"touch" in path.read_bytes() and not path.read_bytes().startswith(b"{"))
    victim.unlink()
    with pytest.raises(IntegrityError, match="missing"):
        registry.load("bird")
    assert [version.ref for version in registry.versions("bird")] == ["bird:v0"]
    assert not registry.check().ok


# checklist 36
def test_a_library_that_is_not_installed_is_named_before_anything_runs(
    registry: Registry, tmp_path: Path, stranger: Registry
) -> None:
    (tmp_path / "vanished.py").write_text("class Model:\n    pass\n")
    code = f"""
import sys; sys.path.insert(0, {str(tmp_path)!r})
import modelreg, vanished
modelreg.connect({registry.location!r}).register(vanished.Model(), "gone")
"""
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ})
    with pytest.raises(MissingLibraryError, match=r"needs vanished.*pip install vanished"):
        registry.load("gone", trust=True)


# checklist 34
def test_a_class_of_a_script_comes_back_in_another_process_and_is_the_same_version(
    registry: Registry,
) -> None:
    code = """
import sys, modelreg
class Model:
    scale = 2
    def __init__(self, weight): self.weight = weight
    def predict(self, x): return self.scale * self.weight * x
answer = modelreg.connect(sys.argv[1]).register(Model(3), "custom", project="p", artifact="m")
print(answer.outcome, answer.version.number)
"""
    said = [
        subprocess.run(
            [sys.executable, "-c", code, registry.location], check=True, capture_output=True, text=True,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
        ).stdout.split()
        for seed in (1, 2)
    ]  # fmt: skip
    assert said == [["new", "0"], ["identical", "0"]]
    assert registry.load("custom").predict(5) == 30


def test_loading_is_noted_once_per_session(registry: Registry) -> None:
    registry.register({"w": 1}, "churn")
    for _ in range(3):
        registry.load("churn")
    detail: Any = registry.show("churn:v0")
    assert [run.kind for run in detail.runs] == ["use", "register"]


def test_which_version_was_meant_is_said_when_the_reference_did_not(registry: Registry) -> None:
    registry.register({"w": 1}, "churn", aliases=["production"])
    registry.register({"w": 2}, "churn")
    assert registry.fetch("churn").note == "churn:v1 (latest; production is v0)"
    assert registry.fetch("churn:v1").note == ""


def test_a_home_that_keeps_no_approvals_does_not_lose_the_model(registry: Registry) -> None:
    private = registry._context.allowed.directory
    private.parent.mkdir(parents=True, exist_ok=True)
    private.write_text("no directory")
    answer = registry.register({"n": 1}, "churn")
    assert any("loading it will ask for trust" in note for note in answer.notes)
    assert registry.load("churn:v0", trust=True) == {"n": 1}


def test_registering_what_was_trusted_once_approves_nothing(registry: Registry, stranger: Registry) -> None:
    registry.register({"weights": [1, 2]}, "churn")
    answer = stranger.register(stranger.load("churn", trust=True), "churn", metrics={"acc": 1.0})
    assert answer.outcome == "identical"
    assert any("not trusted here" in note for note in answer.notes)
    assert stranger.approvals() == ()
    with pytest.raises(UntrustedModelError):
        stranger.load("churn")
