"""The allow-list: trust, untrust, export; a list that cannot be believed is empty."""

from __future__ import annotations

import os
import pickle
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from modelreg.blobs.local import LocalBlobs
from modelreg.contents.layout import Extent, Layout
from modelreg.contents.listing import Listing
from modelreg.digests import digest
from modelreg.errors import IntegrityError, InvalidError, ModelRegError, UntrustedModelError
from modelreg.settings import private_directory
from tests.canary import Canary

if TYPE_CHECKING:
    from modelreg.registry import Registry


@pytest.fixture
def trace(registry: Registry, tmp_path: Path) -> Path:
    """Register a canary; return what it would touch."""
    registry.register(Canary(tmp_path / "trace"), "bird", project="train", artifact="bird")
    return tmp_path / "trace"


def test_an_approval_says_what_it_lets_in_and_is_given_once(
    registry: Registry, trace: Path, stranger: Registry
) -> None:
    change = stranger.trust("bird:v0")
    assert "pathlib.Path.touch" in change.text
    assert change.next == "load bird:v0"
    again = stranger.trust("bird")
    assert (again.changed, again.text) == (False, "bird:v0 is trusted already (approved)")
    (approval,) = stranger.approvals()
    assert (approval.content_id, approval.how) == (stranger.get("bird").content_id, "approved")
    assert approval.label.startswith("bird:v0 by ")
    assert not trace.exists()


def test_taking_back_what_was_never_given_changes_nothing(registry: Registry, trace: Path, stranger: Registry) -> None:
    change = stranger.untrust("bird")
    assert (change.changed, change.text) == (False, "bird:v0 was not trusted here")


def test_the_owner_may_distrust_too(registry: Registry, trace: Path) -> None:
    assert registry.untrust("bird").changed
    with pytest.raises(UntrustedModelError):
        registry.load("bird")
    assert not trace.exists()


def test_the_newest_approval_comes_first(registry: Registry) -> None:
    for number in range(3):
        registry.register({"n": number}, "churn")
    assert [a.label.split(" ")[0] for a in registry.approvals()] == ["churn"] * 3
    times = [approval.at for approval in registry.approvals()]
    assert times == sorted(times, reverse=True)


# checklist 52
@pytest.mark.parametrize("mode", [0o666, 0o620, 0o602])
def test_a_list_that_others_can_write_is_not_believed(registry: Registry, trace: Path, mode: int) -> None:
    file = private_directory() / "trust.db"
    assert file.stat().st_mode & 0o777 == 0o600
    assert private_directory().stat().st_mode & 0o777 == 0o700
    file.chmod(mode)
    with pytest.raises(UntrustedModelError):
        registry.load("bird")
    assert registry.approvals() == ()
    assert not trace.exists()
    file.chmod(0o600)
    registry.load("bird")


# checklist 52
def test_a_folder_that_others_can_write_is_not_believed(registry: Registry, trace: Path) -> None:
    private_directory().chmod(0o777)
    with pytest.raises(UntrustedModelError):
        registry.load("bird")
    answer = registry.register({"n": 1}, "churn")
    assert any("chmod go-w" in note for note in answer.notes)
    assert not trace.exists()


# checklist 52
@pytest.mark.parametrize("damage", [b"shopping list" * 50, b"SQLite format 3\x00" + bytes(4000)])
def test_a_list_that_cannot_be_read_is_empty_and_kept_aside(registry: Registry, trace: Path, damage: bytes) -> None:
    file = private_directory() / "trust.db"
    registry._context.allowed.close()
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    file.write_bytes(damage)
    with pytest.raises(UntrustedModelError):
        registry.load("bird")
    assert not trace.exists()
    registry.trust("bird:v0")
    registry.load("bird")
    assert trace.exists()
    assert [kept.read_bytes() for kept in private_directory().glob("trust.db.corrupt-*")] == [damage]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_list_of_another_user_is_not_believed(registry: Registry, trace: Path) -> None:
    os.chown(private_directory() / "trust.db", 65534, 65534)
    with pytest.raises(UntrustedModelError):
        registry.load("bird")
    assert not trace.exists()


def test_a_row_that_was_changed_hides_no_import_from_who_is_asked(
    registry: Registry, trace: Path, stranger: Registry
) -> None:
    with closing(sqlite3.connect(Path(registry.location) / "registry.db", isolation_level=None)) as driver:
        driver.execute("UPDATE contents SET imports = '[]'")
    with pytest.raises(UntrustedModelError, match=r"pathlib\.Path\.touch"):
        stranger.load("bird")
    assert "pathlib.Path.touch" in stranger.trust("bird").text
    assert not trace.exists()


def test_what_runs_no_code_is_approved_as_such(registry: Registry, stranger: Registry, tmp_path: Path) -> None:
    (tmp_path / "weights.txt").write_text("weights")
    registry.register(None, "weights", path=tmp_path / "weights.txt", project="train", artifact="weights")
    assert stranger.trust("weights").text == "weights:v0 is trusted on this machine now (loading it runs no code)"
    assert stranger.load("weights").read_text() == "weights"


@pytest.mark.usefixtures("trace")
def test_damaged_contents_are_not_approved(registry: Registry, stranger: Registry) -> None:
    for path in (Path(registry.location) / "objects").rglob("*"):
        if path.is_file():
            path.chmod(0o644)
            path.write_bytes(bytes(path.stat().st_size))
    with pytest.raises(IntegrityError, match="was not approved"):
        stranger.trust("bird")
    assert "approved" not in {approval.how for approval in stranger.approvals()}


# checklist 30
def test_a_catalog_that_answers_otherwise_each_time_lets_no_pickle_pass_as_a_file(
    registry: Registry, trace: Path, stranger: Registry
) -> None:
    stream = pickle.dumps(Canary(trace))
    listing = Listing(flavor="files", format=1, stream=digest(stream))
    layout = Layout(
        content=listing.content_id,
        flavor=("files", 1),
        objects=((digest(stream), len(stream)),),
        stream=(Extent(0, 0, len(stream)),),
        buffers=(),
        files=(),
    )
    blobs = LocalBlobs(registry.location)
    told = {
        "id": f"'{listing.content_id}'",
        "layout": f"'{blobs.put(layout.encoded())}'",
        "flavor": "CASE WHEN random() > 0 THEN 'python' ELSE 'files' END",
        "flavor_format": "1",
    }
    blobs.put(stream)
    assert stranger.models(), "opened before the schema is changed: what is refused at open cannot help here"
    with closing(sqlite3.connect(Path(registry.location) / "registry.db", isolation_level=None)) as driver:
        names = [row[1] for row in driver.execute("PRAGMA table_info(contents)")]
        driver.execute("PRAGMA legacy_alter_table = ON")
        driver.execute("ALTER TABLE contents RENAME TO before")
        driver.execute("UPDATE versions SET content_id = ?", (listing.content_id,))
        columns = ", ".join(f"{told.get(name, name)} AS {name}" for name in names)
        driver.execute(f"CREATE VIEW contents AS SELECT {columns} FROM before")
    for _ in range(40):
        with suppress(ModelRegError):
            stranger.load("bird")
    assert not trace.exists()


def test_files_are_exported_as_they_are(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("one")
    (tmp_path / "in" / "sub").mkdir()
    (tmp_path / "in" / "sub" / "b.txt").write_text("two")
    registry.register(None, "files", path=tmp_path / "in")
    report = registry.export("files:v0", tmp_path / "out")
    assert sorted(str(row["file"]) for row in report.rows) == ["a.txt", "sub/b.txt"]
    assert (tmp_path / "out" / "sub" / "b.txt").read_text() == "two"


def test_an_export_overwrites_nothing(registry: Registry, tmp_path: Path) -> None:
    registry.register({"n": 1}, "churn")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("precious")
    (tmp_path / "file").write_text("precious")
    for place in ("full", "file"):
        with pytest.raises(InvalidError, match=f"{place} exists and is not an empty directory; nothing was written"):
            registry.export("churn:v0", tmp_path / place)
    assert (tmp_path / "full" / "thesis.txt").read_text() == (tmp_path / "file").read_text() == "precious"


def test_a_refused_export_makes_no_folder(registry: Registry, trace: Path, stranger: Registry, tmp_path: Path) -> None:
    with pytest.raises(UntrustedModelError):
        stranger.export("bird:v0", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not trace.exists()
