"""``backup DIRECTORY``: a consistent copy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from modelreg.errors import InvalidError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_the_copy_is_a_registry_that_the_next_line_opens(churn: Desk) -> None:
    text = churn.says('backup "copy of it"')
    churn.run(text.rpartition("%modelreg ")[2])
    churn.run("models")
    assert churn.session.registry.location == str(Path("copy of it").absolute())
    assert churn.value("load churn:v0").C == 1.0


def test_changes_after_it_are_not_in_it(churn: Desk) -> None:
    churn.run("backup copy")
    churn.run("register tree churn")
    churn.run("connect copy")
    assert len(churn.value("versions churn")) == 2


def test_nothing_is_overwritten(churn: Desk) -> None:
    Path("copy").mkdir()
    Path("copy/mine").write_text("x", encoding="utf-8")
    churn.refuses("backup copy", "exists and is not an empty directory; nothing was written", InvalidError)
    assert [path.name for path in Path("copy").iterdir()] == ["mine"]


def test_it_needs_a_place(churn: Desk) -> None:
    churn.refuses("backup", r"backup needs DESTINATION.*Try %modelreg backup ~/models-copy")
