"""Where the registry is, and the user's config file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg import settings
from modelreg.errors import InvalidError

if TYPE_CHECKING:
    from pathlib import Path


def test_the_argument_wins_over_everything(tmp_path: Path) -> None:
    assert settings.registry(tmp_path) == tmp_path


def test_the_variable_wins_over_the_config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.write("registry", str(tmp_path / "filed"))
    monkeypatch.setenv("MODELREG_REGISTRY", str(tmp_path / "set"))
    assert settings.registry() == tmp_path / "set"
    monkeypatch.delenv("MODELREG_REGISTRY")
    assert settings.registry() == tmp_path / "filed"


def test_without_any_word_it_is_in_the_users_data(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MODELREG_REGISTRY")
    assert settings.registry().is_relative_to(home / "data")


def test_a_server_that_is_not_served_is_named() -> None:
    with pytest.raises(InvalidError, match="postgresql://"):
        settings.registry("postgresql://host/db")


def test_a_setting_is_kept_with_the_comments_around_it() -> None:
    path = settings.config_file()
    path.parent.mkdir(parents=True)
    path.write_text("# mine\npage_size = 10  # few\n")
    settings.write("page_size", "30")
    assert settings.read()["page_size"] == 30
    assert "# mine" in path.read_text()
    settings.write("page_size", None)
    assert settings.read()["page_size"] == 25


@pytest.mark.parametrize("value", ["0", "many", "1001", "-3", "1.5"])
def test_a_bad_value_is_refused_and_nothing_is_written(value: str) -> None:
    with pytest.raises(InvalidError, match="page_size"):
        settings.write("page_size", value)
    assert not settings.config_file().exists()


def test_an_unknown_setting_is_named_with_a_close_one() -> None:
    with pytest.raises(InvalidError, match="did you mean 'page_size'"):
        settings.write("pagesize", "3")


def test_a_broken_file_is_named() -> None:
    path = settings.config_file()
    path.parent.mkdir(parents=True)
    path.write_text("registry = [")
    with pytest.raises(InvalidError, match=r"config\.toml"):
        settings.read()
