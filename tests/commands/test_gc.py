"""``gc``: what no version needs is told, then freed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.errors import ModelRegError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def objects(desk: Desk) -> set[str]:
    """Return the names of the stored objects."""
    return {path.name for path in (desk.place / "objects").rglob("*") if path.is_file()}


def test_without_run_nothing_is_touched(churn: Desk) -> None:
    churn.run("delete churn:v0 --force")
    before = objects(churn)
    assert "nothing was changed" in churn.says("gc --grace 0")
    assert objects(churn) == before


def test_what_was_deleted_is_freed_after_its_grace_in_two_steps(churn: Desk) -> None:
    churn.run("delete churn:v0 --force")
    before = objects(churn)
    churn.run("gc --run --grace 0")
    churn.run("gc --run --grace 0")
    assert objects(churn) < before
    assert churn.value("load churn:v1").C == 10.0
    churn.refuses("undelete train/clf:v0", "train/clf:v0", ModelRegError)


def test_within_its_grace_everything_stays(churn: Desk) -> None:
    churn.run("delete churn:v0 --force")
    churn.run("gc --run")
    churn.run("gc --run")
    churn.run("undelete train/clf:v0")
    assert churn.value("load churn:v0").C == 1.0


def test_wrong_lines_are_refused(churn: Desk) -> None:
    churn.refuses("gc --grace soon", r"'soon' is no whole number \(column 12\)")
    churn.refuses("gc --grace -1", r"'-1' is no whole number")
    churn.refuses("gc all", "gc takes no arguments")
