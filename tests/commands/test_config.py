"""``config [KEY [VALUE]]``: settings for every kernel and terminal of the user."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from modelreg import settings
from modelreg.errors import InvalidError, StorageError

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.commands.desk import Desk


def test_every_setting_is_shown_with_its_meaning(desk: Desk) -> None:
    rows = {row["setting"]: row for row in desk.value("config").record.rows}
    assert set(rows) == set(settings.KEYS)
    assert all(row["meaning"] for row in rows.values())
    assert str(settings.config_file()) in desk.says("config")


def test_a_setting_is_changed_and_acts_at_once(churn: Desk) -> None:
    assert churn.says("config page_size 1") == f"page_size is 1 (in {settings.config_file()})"
    assert settings.read()["page_size"] == 1
    assert churn.says("versions churn").endswith("… and 1 more: %modelreg versions churn --limit 100")


def test_unset_goes_back_to_the_default(desk: Desk) -> None:
    desk.run("config page_size 7")
    assert "is the default again" in desk.says("config page_size --unset")
    assert settings.read()["page_size"] == 25


def test_comments_in_the_file_stay(desk: Desk) -> None:
    settings.config_file().parent.mkdir(parents=True)
    settings.config_file().write_text("# mine\npage_size = 3\n", encoding="utf-8")
    desk.run("config page_size 4")
    assert settings.config_file().read_text(encoding="utf-8") == "# mine\npage_size = 4\n"


def test_the_registry_is_chosen_by_it(desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MODELREG_REGISTRY")
    desk.run(f'config registry "{home / "mine"}"')
    desk.run("register clf churn")
    assert (home / "mine").is_dir()
    assert desk.says("connect") == f"registry {home / 'mine'} (config file {settings.config_file()})"


def test_a_wrong_setting_is_refused_and_nothing_is_written(desk: Desk) -> None:
    desk.refuses("config page_size 0", "page_size must be a whole number from 1 to 1000, not '0'", InvalidError)
    desk.refuses("config page_size many", "page_size must be a whole number", InvalidError)
    desk.refuses("config pagesize", r"no setting 'pagesize'; did you mean 'page_size'\?", InvalidError)
    desk.refuses("config pagesize 3", r"no setting 'pagesize'; did you mean 'page_size'\?", InvalidError)
    desk.refuses("config --unset", "config --unset needs KEY")
    assert not settings.config_file().exists()


def test_a_broken_file_is_named(desk: Desk) -> None:
    settings.config_file().parent.mkdir(parents=True)
    settings.config_file().write_text("page_size = [", encoding="utf-8")
    desk.refuses("config", "the config file .*config.toml cannot be read", InvalidError)
    desk.refuses("config page_size 3", "the config file .*config.toml cannot be read", InvalidError)
    assert settings.config_file().read_text(encoding="utf-8") == "page_size = ["


def test_the_line_to_type_has_the_right_name_and_the_value_that_was_meant(desk: Desk) -> None:
    assert repr(desk.leads_on("config pagesize 3", "no setting 'pagesize'", InvalidError)).startswith("page_size is 3")
    assert desk.leads_on("config captur", "no setting 'captur'", InvalidError).record.rows[0]["setting"] == "capture"
    assert len(desk.leads_on("config nothing", "no setting 'nothing'", InvalidError).record.rows) == len(settings.KEYS)
    assert repr(desk.leads_on("config page_size many", "whole number", InvalidError)).startswith("page_size is 25")


def test_a_folder_that_cannot_be_written_is_told_in_one_line(desk: Desk, home: Path) -> None:
    settings.config_file().parent.parent.mkdir(parents=True)
    settings.config_file().parent.write_text("a file stands here", encoding="utf-8")
    told = r"the config file .*config.toml cannot be written: .+; {} stays as it was\. Try %modelreg {}"
    desk.refuses("config page_size 7", told.format("page_size", "config$"), StorageError)
    desk.refuses(f"config registry {home}/b", told.format("registry", f"connect {home}/b$"), StorageError)


def test_what_cannot_be_written_changes_nothing(desk: Desk) -> None:
    settings.write("page_size", "7")
    settings.config_file().with_name(f".config.toml.{os.getpid()}").mkdir()  # where it is written first
    desk.refuses("config page_size 8", "cannot be written: .*; page_size stays as it was", StorageError)
    assert settings.read()["page_size"] == 7
