"""Pictures, tables and files are kept with the run, whatever happens to the version, the catalog or the disk."""

from __future__ import annotations

import dataclasses
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import modelreg
from modelreg.errors import IntegrityError, InvalidError, NotFoundError, StorageError
from modelreg.records import MISSING
from modelreg.verbs import attach
from tests.verbs.test_interrupt import interrupted
from tests.verbs.test_rebuild import a_record, rebuilt

if TYPE_CHECKING:
    from modelreg.blobs.base import BlobStore
    from modelreg.records import Attachment
    from modelreg.registry import Registry

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="1"/></svg>'
PNG = b"\x89PNG\r\n\x1a\n"


def kept(registry: Registry, ref: str = "churn:v0") -> dict[str, Attachment]:
    """Return the attachments of a version by name."""
    return {attachment.name: attachment for attachment in registry.show(ref).attachments}


def files(registry: Registry) -> int:
    """Return how many objects lie on the disk."""
    return sum(1 for _ in registry._context.blobs.iterate())


def sweep(registry: Registry) -> None:
    """Let gc take all that nothing needs: it condemns, and deletes what it condemned."""
    for _ in range(2):
        time.sleep(0.01)
        registry.gc(run=True, grace=0)


def test_what_is_attached_comes_back_byte_by_byte(registry: Registry, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_bytes(b"one\r\ntwo\xff")
    given = {"roc.svg": SVG, "scores": pd.DataFrame({"a": [1]}), "grid": np.eye(2), "notes": notes, "raw": b"\x00"}
    answer = registry.register({"n": 1}, "churn", attachments=given)
    assert answer.facts == ("5 attachments",)
    found = {name: (registry.attachment("churn", name).data, one.role) for name, one in kept(registry).items()}
    assert found == {
        "roc.svg": (SVG, "picture"),
        "scores": (b"a\r\n1\r\n", "table"),
        "grid": (b"0,1\r\n1.0,0.0\r\n0.0,1.0\r\n", "table"),
        "notes": (b"one\r\ntwo\xff", "file"),
        "raw": (b"\x00", "file"),
    }
    assert registry.check(read_data=True).ok


def test_a_logged_version_keeps_attachments_too(registry: Registry) -> None:
    registry.log({"n": 1}, "train/clf", attachments={"roc.svg": SVG})
    assert list(kept(registry, "train/clf:v0")) == ["roc.svg"]


def test_a_version_shows_the_newest_of_each_name_and_each_run_its_own(registry: Registry) -> None:
    registry.register({"n": 1}, "churn", attachments={"a": b"old", "b": b"only"})
    registry.register({"n": 1}, "churn", attachments={"c": b"c", "a": b"new"})
    assert list(kept(registry)) == ["c", "a", "b"]
    assert registry.attachment("churn", "a").data == b"new"
    runs = registry.show("churn:v0").runs
    assert [[one.name for one in run.attachments] for run in runs] == [["c", "a"], ["a", "b"]]


def test_a_view_gets_pictures_that_are_small_and_the_beginnings_of_tables(registry: Registry) -> None:
    small, large = SVG + b" " * 200_000, SVG + b" " * attach.PICTURE
    rows = pd.DataFrame({"n": range(30_000)})
    given = {"small.svg": small, "large.svg": large, "rows": rows, "file": b"x"}
    registry.register({"n": 1}, "churn", attachments=given)
    found = kept(registry)
    assert found["small.svg"].data == small
    assert found["large.svg"].data is None
    assert found["file"].data is None
    assert found["rows"].data == rows.to_csv(index=False, lineterminator="\r\n").encode()[: attach.HEAD]


def test_all_pictures_of_a_view_have_a_cap_too(registry: Registry) -> None:
    given = {f"{number}.svg": SVG + bytes([number + 33]) * 290_000 for number in range(5)}
    registry.register({"n": 1}, "churn", attachments=given)
    assert [one.data is not None for one in kept(registry).values()] == [True, True, True, False, False]


def test_versions_are_compared_by_what_is_attached(registry: Registry) -> None:
    registry.register({"n": 1}, "churn", attachments={"same.svg": SVG, "roc.svg": SVG + b"1", "old": b"1"})
    registry.register({"n": 2}, "churn", attachments={"same.svg": SVG, "roc.svg": SVG + b"2"})
    compared = registry.compare("churn:v0", "churn:v1")
    rows = {row.name: row for row in compared.rows if row.section == "attachments"}
    assert {name: row.differs for name, row in rows.items()} == {"same.svg": False, "roc.svg": True, "old": True}
    assert MISSING in dataclasses.astuple(rows["old"])[2]
    assert [[one.data for one in found if one.name == "roc.svg"] for found in compared.attachments] == [
        [SVG + b"1"],
        [SVG + b"2"],
    ]


def test_what_differs_is_shown_first_where_there_is_no_room_for_all(registry: Registry) -> None:
    same = {f"{number}.svg": SVG + bytes([number + 33]) * 290_000 for number in range(4)}
    for number in range(2):
        own = {"roc.svg": SVG + bytes([number + 65]) * 290_000}
        registry.register({"n": number}, "churn", attachments={**same, **own})
    for found in registry.compare("churn:v0", "churn:v1").attachments:
        assert next(one for one in found if one.name == "roc.svg").data is not None


def test_a_broken_attachment_is_named_and_nothing_is_registered(registry: Registry) -> None:
    class Broken(pd.DataFrame):
        def to_csv(self, *_args: Any, **_options: Any) -> str:
            msg = "no\nsuch column"
            raise KeyError(msg)

    with pytest.raises(InvalidError, match=r"the attachment 'scores' \(Broken\) could not be written: KeyError: .*"):
        registry.register({"n": 1}, "churn", attachments={"roc.svg": SVG, "scores": Broken({"a": [1]})})
    assert not Path(registry.location).exists()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a/b", "contains a slash"), ("..\\x", "contains a slash"), ("..", "is no name"), ("", "is empty"),
        ("-x", "like an option"),
        ("a\x00", "cannot be seen"), ("\u202egnp.exe", "cannot be seen"), ("x" * 129, "129 characters"), (3, "must be text"),
    ],
)  # fmt: skip
def test_a_name_that_is_none_for_a_file_is_refused(registry: Registry, name: Any, why: str) -> None:
    with pytest.raises(InvalidError, match=why):
        registry.register({"n": 1}, "churn", attachments={name: SVG})


def test_two_names_that_are_one_after_normalising_are_refused(registry: Registry) -> None:
    with pytest.raises(InvalidError, match="two attachments are called 'é'"):
        registry.register({"n": 1}, "churn", attachments={"e\u0301": SVG, "\u00e9": SVG})


def test_an_object_that_cannot_be_attached_is_named_with_what_can(registry: Registry) -> None:
    with pytest.raises(InvalidError, match="'clf' is a dict, which cannot be attached; figures, frames"):
        registry.register({"n": 1}, "churn", attachments={"clf": {}})


def test_an_attachment_that_is_not_there_is_told_with_those_that_are(registry: Registry) -> None:
    registry.register({"n": 1}, "churn", attachments={"roc.svg": SVG})
    with pytest.raises(NotFoundError, match=r"churn:v0 has no attachment 'rok\.svg'; did you mean 'roc\.svg'"):
        registry.attachment("churn", "rok.svg")
    registry.register({"n": 2}, "churn")
    with pytest.raises(NotFoundError, match=r"churn:v1 has no attachment 'roc\.svg'; it has none"):
        registry.attachment("churn", "roc.svg")


def test_it_is_saved_under_its_name_and_never_over_a_file(registry: Registry, tmp_path: Path) -> None:
    registry.register({"n": 1}, "churn", attachments={"scores": pd.DataFrame({"a": [1]})})
    answer = registry.attachment("churn", "scores.csv", to=tmp_path)
    assert answer.saved == str(tmp_path / "scores.csv")
    assert (tmp_path / "scores.csv").read_bytes() == b"a\r\n1\r\n"
    (tmp_path / "scores.csv").write_bytes(b"mine")
    with pytest.raises(InvalidError, match=r"scores\.csv' exists and was left as it is"):
        registry.attachment("churn", "scores", to=tmp_path)
    assert (tmp_path / "scores.csv").read_bytes() == b"mine"
    with pytest.raises(StorageError, match="No such file or directory"):
        registry.attachment("churn", "scores", to=tmp_path / "no" / "such.csv")


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "..", "a\\b"])
def test_a_name_that_somebody_wrote_into_the_catalog_leads_out_of_no_folder(
    registry: Registry, tmp_path: Path, name: str
) -> None:
    registry.register({"n": 1}, "churn", attachments={"raw": b"x"})
    with registry._context.catalog.write() as conn:
        conn.exec_driver_sql("UPDATE attachments SET name = ?", (name,))
    inside = tmp_path / "out" / "inside"
    inside.mkdir(parents=True)
    with pytest.raises(InvalidError, match="attachment"):
        registry.attachment("churn", name, to=inside)
    assert [path.name for path in (tmp_path / "out").rglob("*")] == ["inside"]


def test_attachments_are_a_mapping(registry: Registry) -> None:
    with pytest.raises(InvalidError, match="not a list"):
        registry.register({"n": 1}, "churn", attachments=[SVG])


def test_an_interrupted_call_is_done_once_and_another_attachment_is_another_call(registry: Registry) -> None:
    with interrupted(registry, "COMMIT"):
        registry.register({"n": 1}, "churn", attachments={"a": b"1"})
    assert registry.register({"n": 1}, "churn", attachments={"a": b"1"}).outcome == "replayed"
    with interrupted(registry, "COMMIT"):
        registry.register({"n": 1}, "churn", attachments={"a": b"2"})
    assert registry.register({"n": 1}, "churn", attachments={"a": b"3"}).outcome == "identical"
    assert registry.attachment("churn", "a").data == b"3"
    assert len(registry.show("churn:v0").runs) == 3


def test_deleting_and_undoing_keep_them_until_the_contents_go(registry: Registry) -> None:
    registry.register({"n": 1}, "churn", attachments={"roc.svg": SVG}, project="train", artifact="clf")
    registry.delete("train/clf:v0", force=True)
    registry.undelete("train/clf:v0")
    registry.undo()
    registry.undo()
    assert registry.attachment("churn:v0", "roc.svg").data == SVG
    registry.undo()
    assert registry.check(read_data=True).ok


def test_gc_takes_them_with_their_version_and_no_sooner(registry: Registry) -> None:
    registry.log({"n": 1}, "train/clf", attachments={"roc.svg": SVG, "both": b"both"})
    registry.log({"n": 2}, "train/clf", attachments={"both": b"both"})
    before = files(registry)
    sweep(registry)
    assert files(registry) == before
    registry.delete("train/clf:v0")
    sweep(registry)
    assert registry.attachment("train/clf:v1", "both").data == b"both"
    assert SVG not in [registry._context.blobs.read(name) for name, _, _ in registry._context.blobs.iterate()]
    assert registry.check(read_data=True).ok


def test_gc_takes_nothing_from_a_writer_between_bytes_and_commit(
    registry: Registry, other: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.register({"n": 0}, "churn")
    store, swept = attach.Prepared.store, []

    def interrupted_by_gc(self: attach.Prepared, blobs: BlobStore, written: list[str] | None = None) -> None:
        store(self, blobs, written)
        if not swept:
            time.sleep(0.01)
            swept.append(other.gc(run=True, grace=0))

    monkeypatch.setattr(attach.Prepared, "store", interrupted_by_gc)
    registry.register({"n": 0}, "churn", attachments={"roc.svg": SVG})
    assert swept[0].rows[0]["count"] == 1
    assert registry.attachment("churn", "roc.svg").data == SVG


def test_they_count_as_space_once(registry: Registry) -> None:
    registry.register({"n": 1}, "churn")
    before = registry.du("churn").rows[0]["bytes on disk"]
    for number in range(2):
        registry.register({"n": 1}, "churn", attachments={f"{number}.svg": SVG})
    assert registry.du("churn").rows[0]["bytes on disk"] == before + len(SVG)


@pytest.mark.parametrize("damage", [None, b"", b"x" * len(SVG)])
def test_damage_is_found_told_and_never_shown(registry: Registry, damage: bytes | None) -> None:
    registry.register({"n": 1}, "churn", attachments={"roc.svg": SVG}, project="train", artifact="clf")
    digest = kept(registry)["roc.svg"].digest
    path = Path(registry.location) / "objects" / "b3" / digest[:2] / digest[2:]
    path.chmod(0o644)
    path.unlink() if damage is None else path.write_bytes(damage)
    shown = kept(registry)["roc.svg"]
    assert shown.data is None
    assert shown.fault
    with pytest.raises(IntegrityError, match=r"the attachment 'roc\.svg' of churn:v0 cannot be read"):
        registry.attachment("churn", "roc.svg")
    report = registry.check(read_data=True)
    assert [finding.subject for finding in report.findings] == ["train/clf:v0"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE attachments SET digest = 'ab'",
        "UPDATE attachments SET name = 'other'",
        "UPDATE attachments SET owner = 'nobody'",
        "DELETE FROM attachments",
    ],
)
def test_a_row_that_was_changed_by_hand_is_found(registry: Registry, statement: str) -> None:
    registry.register({"n": 1}, "churn", attachments={"roc.svg": SVG})
    assert registry.check().ok
    with registry._context.catalog.write() as conn:
        conn.exec_driver_sql(statement)
    assert not registry.check().ok


def test_a_copy_of_the_registry_has_them(registry: Registry, tmp_path: Path) -> None:
    registry.register({"n": 1}, "churn", attachments={"roc.svg": SVG})
    registry.backup(tmp_path / "copy")
    assert modelreg.connect(tmp_path / "copy").attachment("churn", "roc.svg").data == SVG


def test_a_rebuilt_catalog_has_those_that_came_with_new_versions(registry: Registry) -> None:
    registry.register({"n": 1}, "churn", attachments={"roc.svg": SVG, "note": b"hi"})
    registry.register({"n": 1}, "churn", attachments={"later": b"lost with the catalog"})
    said = rebuilt(registry)
    assert list(kept(registry)) == ["roc.svg", "note"]
    assert registry.attachment("churn", "roc.svg").data == SVG
    assert "attachments given later" in said[0].text
    assert registry.check(read_data=True).ok


def test_a_rebuild_tells_of_attachments_that_are_lost(registry: Registry) -> None:
    registry.register({"n": 1}, "churn", attachments={"roc.svg": SVG})
    registry._context.blobs.delete(kept(registry)["roc.svg"].digest)
    assert any("1 of its 3 objects are missing" in finding.text for finding in rebuilt(registry))


def test_the_record_of_a_version_without_any_has_no_word_of_them(registry: Registry) -> None:
    registry.register({"n": 1}, "churn")
    assert "attachments" not in a_record(registry)


@pytest.mark.parametrize("what", ["record", "layout"])
def test_nothing_that_a_rebuild_would_believe_is_attached(registry: Registry, what: str) -> None:
    registry.register({"n": 1}, "churn")
    record = a_record(registry)
    own = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    forged = own if what == "record" else registry._context.blobs.read(record["layout"])
    with pytest.raises(InvalidError, match="'forged' is a record of a registry"):
        registry.register({"n": 2}, "churn", attachments={"forged": forged})
