"""``undo``: this notebook's last change is taken back, then the one before."""

from __future__ import annotations

from modelreg.errors import ModelRegError
from tests.commands.desk import Desk


def test_the_last_change_is_taken_back_then_the_one_before(churn: Desk) -> None:
    churn.run("alias churn:v0 production")
    churn.run("alias churn:v1 production")
    assert churn.says("undo").startswith("undone: alias (")
    assert churn.aliases("churn") == {"production": 0}
    churn.run('undo -m "all of it"')
    assert churn.aliases("churn") == {}
    assert "all of it" in churn.registry.history("churn")[0].reason


def test_it_is_a_change_of_its_own_in_the_history(churn: Desk) -> None:
    churn.run("alias churn:v0 production")
    churn.run("undo")
    assert churn.actions("churn")[:2] == ["alias-removed", "alias-added"]


def test_the_changes_of_another_notebook_stay(churn: Desk) -> None:
    other = Desk(churn.place, "other.ipynb")
    other.run("alias churn:v1 best")
    before = churn.aliases("churn")
    churn.run("alias churn:v0 production")
    churn.run("undo")
    assert churn.aliases("churn") == before == {"best": 1}


def test_with_nothing_done_here_it_says_so(churn: Desk) -> None:
    other = Desk(churn.place, "other.ipynb")
    before = churn.actions()
    other.refuses("undo", "nothing", ModelRegError)
    assert churn.actions() == before


def test_it_takes_no_argument(churn: Desk) -> None:
    churn.refuses("undo churn", "undo takes no arguments; 'churn' at column 6 is too much")
