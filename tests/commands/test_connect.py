"""``connect [DIRECTORY]``: which registry this kernel uses, and why."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from modelreg.errors import DamagedError, InvalidError, ReadOnlyError

if TYPE_CHECKING:
    from modelreg.errors import ModelRegError
    from tests.commands.desk import Desk


def test_the_place_and_the_reason_are_told(churn: Desk) -> None:
    assert churn.says("connect") == f"registry {churn.place} (MODELREG_REGISTRY)"


def test_another_registry_is_used_from_then_on(churn: Desk) -> None:
    text = churn.says("connect other")
    assert text.startswith(f"registry {Path('other').absolute()} (connect in this kernel, nothing there yet")
    assert not Path("other").exists()
    churn.run("register tree trees")
    assert [model.name for model in churn.registry.models()] == ["churn"]
    assert [model.name for model in churn.value("models")] == ["trees"]


def test_default_goes_back(churn: Desk) -> None:
    churn.run("connect other")
    churn.run("connect --default")
    assert [model.name for model in churn.value("models")] == ["churn"]


def test_without_variable_and_file_it_is_the_users_data_directory(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MODELREG_REGISTRY")
    assert desk.says("connect").startswith(f"registry {home / 'data' / 'modelreg' / 'registry'} (the default, nothing")


def test_a_path_keeps_its_backslashes_and_blanks(desk: Desk) -> None:
    assert desk.says(r'connect "C:\new models"').startswith(
        f"registry {Path('C:' + chr(92) + 'new models').absolute()} "
    )


def test_what_cannot_be_a_registry_is_refused_and_the_old_one_stays(churn: Desk) -> None:
    Path("file").write_text("x", encoding="utf-8")
    stays = rf"; this kernel stays with {churn.place}\. Try"
    churn.refuses("connect file", f"file is a file; a registry is a directory{stays}", InvalidError)
    churn.refuses("connect s3://bucket", "a registry at s3:// is not served; name a directory", InvalidError)
    churn.refuses("connect a b", "'b' at column 11 is too much")
    assert churn.says("connect") == f"registry {churn.place} (MODELREG_REGISTRY)"


@pytest.mark.parametrize(
    ("place", "told", "kind"),
    [
        ("houses.csv", "houses.csv is a file; a registry is a directory", InvalidError),
        ("houses.csv/models", "houses.csv is a file; a registry is a directory", InvalidError),
        (".", "is no registry and holds other files", InvalidError),
        ("/proc/models", "no registry can be made at /proc/models: ", ReadOnlyError),
    ],
)
def test_a_place_where_none_can_be_made_is_refused_before_the_first_register(
    churn: Desk, place: str, told: str, kind: type[ModelRegError]
) -> None:
    Path("houses.csv").write_text("a,b", encoding="utf-8")
    before = sorted(Path().iterdir())
    answer = churn.leads_on(f"connect {place}", told, kind)
    assert repr(answer).endswith("nothing there yet; the first register makes it)")
    assert sorted(Path().iterdir()) == before
    churn.run("register clf other")
    churn.run("connect --default")
    assert [model.name for model in churn.value("models")] == ["churn"]


def test_an_empty_directory_serves_and_stays_empty(desk: Desk) -> None:
    Path("mine").mkdir()
    assert "nothing there yet" in desk.says("connect mine")
    assert not list(Path("mine").iterdir())


def test_a_registry_without_its_catalog_can_be_looked_at_to_rebuild_it(churn: Desk) -> None:
    shutil.copytree(churn.place / "objects", "copy/objects")
    assert churn.says("connect copy") == f"registry {Path('copy').absolute()} (connect in this kernel)"
    churn.run("check --rebuild")
    assert [model.name for model in churn.value("models")] == ["churn"]


def test_a_registry_that_was_removed_is_begun_anew_once_it_is_connected_to_again(churn: Desk) -> None:
    churn.run("models")
    shutil.rmtree(churn.place)
    gone = "is gone: its directory was removed or unmounted while it was in use"
    churn.leads_on("register tree churn", gone, DamagedError)
    assert "nothing there yet; the first register makes it" in churn.says("connect")
    churn.run("register tree churn")
    assert [model.versions for model in churn.value("models")] == [1]


def test_the_first_answer_after_a_refusal_says_where_it_went_and_no_other(churn: Desk) -> None:
    Path("file").write_text("x", encoding="utf-8")
    churn.refuses("connect file", "is a file", InvalidError)
    assert f"this went to {churn.place}: connect had refused file" in churn.says("register tree churn")
    assert "this went to" not in churn.says("register reg churn")
    churn.refuses("connect file", "is a file", InvalidError)
    churn.run("connect elsewhere")
    assert "this went to" not in churn.says("log clf train/clf")
