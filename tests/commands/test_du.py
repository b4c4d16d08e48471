"""``du [NAME]``: how much space versions take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.blobs.local import LocalBlobs
from modelreg.errors import NotFoundError
from modelreg.sizes import human

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_every_registered_model_has_a_row(churn: Desk) -> None:
    churn.run("register tree churn-eu")
    rows = {row["name"]: row for row in churn.value("du").record.rows}
    assert set(rows) == {"churn", "churn-eu"}
    assert "churn-eu" in churn.says("du")


def test_one_is_asked_by_its_name(churn: Desk) -> None:
    churn.run("register tree churn-eu")
    assert [row["name"] for row in churn.value("du churn-eu").record.rows] == ["churn-eu"]


def test_an_empty_registry_takes_nothing(desk: Desk) -> None:
    assert "0 B on disk in all" in desk.says("du")


def test_an_unknown_name_is_refused(churn: Desk) -> None:
    churn.refuses("du nope", "no registered model 'nope'", NotFoundError)


def test_all_is_what_lies_on_the_disk(churn: Desk) -> None:
    churn.run("du")  # what SQLite puts beside the file for a reader is there then
    whole = sum(file.stat().st_size for file in churn.place.rglob("*") if file.is_file())
    assert whole > 100_000, "the catalog is most of it"
    assert f"{human(whole)} on disk in all, of which gc would free 0 B" in churn.says("du")


def test_what_a_killed_kernel_left_is_told_before_gc_frees_it(churn: Desk) -> None:
    LocalBlobs(churn.place).put(bytes(5_000_000))
    assert "of which gc would free 0 B, and 5 MB once 24 hours old" in churn.says("du")
    rows = {row["what"]: row["count"] for row in churn.value("gc").record.rows}
    assert rows["files left by interrupted writes, to be deleted"] == 0
    assert rows["files of writes that are under way or were interrupted, within the grace period"] == 1
    assert "5 MB freed" in churn.says("gc --run --grace 0")
    assert "once 24 hours old" not in churn.says("du")
