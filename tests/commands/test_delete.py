"""``delete REF``: refused while something holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.errors import NotFoundError, RefusedError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_a_version_that_nothing_holds_is_deleted_and_comes_back(desk: Desk) -> None:
    desk.run("log clf train/clf")
    text = desk.says('delete train/clf:v0 -m "wrong"')
    assert text == "train/clf:v0 deleted\nnext: %modelreg undelete train/clf:v0"
    assert not desk.registry.versions("train/clf")
    assert desk.registry.history("train/clf")[0].reason == "wrong"
    desk.run(text.rpartition("%modelreg ")[2])
    assert desk.registry.get("train/clf:v0").number == 0


def test_a_linked_version_is_refused_with_the_lines_that_do_it(churn: Desk) -> None:
    churn.run("alias churn:v0 best")
    message = churn.refuses("delete churn:v0", r"is linked to 'churn' as v0.*best.*nothing was deleted", RefusedError)
    unlink, force = message.partition("Try ")[2].replace("%modelreg ", "").split(" or ")
    assert churn.registry.get("churn:v0").number == 0
    churn.run(unlink)
    churn.run("delete train/clf:v0")
    assert force == "delete churn:v0 --force"


def test_force_deletes_a_linked_version_with_its_links(churn: Desk) -> None:
    churn.run("alias churn:v0 best")
    churn.run("delete churn:v0 --force")
    assert [version.ref for version in churn.registry.versions("churn")] == ["churn:v1"]
    assert churn.aliases("churn") == {}


def test_a_registered_model_goes_and_its_versions_stay_in_their_artifacts(churn: Desk) -> None:
    churn.run("delete churn --force")
    assert not churn.registry.models()
    assert churn.registry.get("train/clf:v0").number == 0


def test_aliases_hold_a_registered_model_and_are_named(churn: Desk) -> None:
    churn.run("alias churn:v0 production")
    churn.run('alias churn:v1 "best of all"')
    message = churn.refuses("delete churn", "nothing was deleted", RefusedError)
    assert message == (
        "'churn' has the aliases 'best of all', 'production'; nothing was deleted. "
        'Try %modelreg unalias churn "best of all" or %modelreg delete churn --force'
    )
    assert churn.aliases("churn") == {"best of all": 1, "production": 0}
    churn.run("unalias churn 'best of all'")
    assert churn.leads_on("delete churn", "has the alias 'production'; nothing was deleted", RefusedError).changed
    assert not churn.registry.models()


def test_a_protected_alias_holds_a_registered_model(churn: Desk) -> None:
    churn.run("alias churn:v0 production")
    churn.run("protect churn production")
    message = churn.refuses("delete churn", "protected alias 'production'; nothing was deleted", RefusedError)
    assert "%modelreg delete churn --force" in message
    assert churn.registry.model("churn").versions == 2


def test_what_is_not_there_is_refused(churn: Desk) -> None:
    churn.refuses("delete nope", "no registered model 'nope'", NotFoundError)
    churn.refuses("delete train/clf:v4", "no version 4 of 'train/clf'", NotFoundError)
    churn.refuses("delete", "delete needs REF")
