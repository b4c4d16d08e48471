"""The columns that a user chose are kept on this machine, and a broken memory harms nobody."""

from __future__ import annotations

import json

import pytest

from modelreg import settings
from modelreg.panels import remember

CHOSEN = {"metrics": ["val/f1"], "params": ["depth"], "details": ["class", "size"]}


def columns(opened, name="churn"):
    page = opened.ask("versions", name=name)
    return {kind: page[kind] for kind in ("metrics", "params", "details")}


def test_the_first_metrics_are_shown_until_somebody_chooses(opened):
    assert columns(opened) == {"metrics": ["auc", "loss", "val/f1"], "params": [], "details": ["created", "by"]}


def test_chosen_columns_come_at_once_and_in_another_kernel_too(opened):
    page = opened.ask("choose", name="churn", **CHOSEN, limit=2)
    assert {kind: page[kind] for kind in CHOSEN} == CHOSEN
    assert len(page["rows"]) == 2
    assert page["rows"][0]["metrics"] == {"val/f1": "0.5"}
    assert page["rows"][0]["params"] == {"depth": "3"}
    opened.open("browse churn")
    assert columns(opened) == CHOSEN


def test_columns_belong_to_one_model(opened):
    opened.ask("choose", name="churn", **CHOSEN)
    assert columns(opened, "fraud") == {"metrics": [], "params": [], "details": ["created", "by"]}


def test_no_column_at_all_is_a_choice(opened):
    opened.ask("choose", name="churn", metrics=[], params=[], details=[])
    assert columns(opened) == {"metrics": [], "params": [], "details": []}


def test_a_chosen_column_that_no_version_has_stays_known(opened):
    page = opened.ask("choose", name="churn", metrics=["gone"], params=[], details=["nonsense"])
    assert page["known"]["metrics"] == ["auc", "loss", "val/f1", "gone"]
    assert page["rows"][0]["metrics"] == {"gone": None}
    assert page["details"] == []


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"%s": 3}', '{"%s": {"metrics": 3}}', '{"%s": {"metrics": [1, null, {}]}}', "\x00\xff"],
)
def test_a_broken_file_means_the_defaults_and_is_mended_by_the_next_choice(opened, text):
    opened.ask("choose", name="churn", **CHOSEN)
    (file,) = settings.private_directory().glob("columns.json")
    (key,) = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(text.replace("%s", key), encoding="latin-1")
    assert columns(opened)["details"] == ["created", "by"]
    opened.ask("choose", name="churn", **CHOSEN)
    assert columns(opened) == CHOSEN


def test_a_place_that_cannot_be_written_is_no_fault(opened):
    settings.private_directory().parent.mkdir(parents=True, exist_ok=True)
    settings.private_directory().with_name("private").rename(settings.private_directory().with_name("aside"))
    settings.private_directory().write_text("a file where a folder should be")
    assert opened.ask("choose", name="churn", **CHOSEN)["details"] == ["created", "by"]


def test_the_memory_is_bounded_and_forgets_the_oldest(home):
    for number in range(remember.KEPT + 5):
        remember.remember(f"{number:032x}", metrics=["auc"], params=[], details=[])
    assert remember.recall(f"{0:032x}") == {}
    assert remember.recall(f"{remember.KEPT + 4:032x}")["metrics"] == ["auc"]
    held = json.loads((settings.private_directory() / "columns.json").read_text(encoding="utf-8"))
    assert len(held) == remember.KEPT


def test_a_renamed_model_keeps_its_columns_and_a_new_one_of_the_old_name_has_none(opened):
    opened.ask("choose", name="churn", **CHOSEN)
    opened.somebody().rename("churn", "leavers")
    assert columns(opened, "leavers") == CHOSEN
    opened.somebody().create("churn")
    assert columns(opened) == {"metrics": [], "params": [], "details": ["created", "by"]}


def test_what_was_kept_by_name_is_dropped_by_the_next_choice(opened):
    opened.ask("choose", name="churn", **CHOSEN)
    file = settings.private_directory() / "columns.json"
    held = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({"/somewhere churn": CHOSEN, **held}), encoding="utf-8")
    opened.ask("choose", name="churn", **CHOSEN)
    assert json.loads(file.read_text(encoding="utf-8")) == held


def test_columns_to_choose_from_are_those_of_the_model_and_not_of_the_page(opened):
    opened.somebody().register([4], "churn", metrics={"rare": 1.0}, params={"seed": 3})
    page = opened.ask("versions", name="churn", query="version < 2", limit=1)
    assert page["known"] == {
        "metrics": ["rare", "auc", "loss", "val/f1"],
        "params": ["seed", "depth"],
        "cut": [],
    }
    assert page["metrics"] == ["rare", "auc", "loss"]


def test_nothing_is_written_into_the_registry(opened):
    opened.ask("start")
    before = sorted(opened.desk.place.rglob("*"))
    opened.ask("choose", name="churn", **CHOSEN)
    assert sorted(opened.desk.place.rglob("*")) == before
