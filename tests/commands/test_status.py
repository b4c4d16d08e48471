"""``status``: how the models of this kernel stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.base import clone
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV

if TYPE_CHECKING:
    from tests.commands.desk import Desk


class Fractions:
    """Something that looks like no model."""

    def __init__(self) -> None:
        self.weights = [1, 2, 3]


def states(desk: Desk, line: str = "status") -> dict[str, str]:
    """Return the state of each variable."""
    return {live.variable: live.state for live in desk.value(line)}


def refs(desk: Desk) -> dict[str, str]:
    """Return the version of each variable."""
    return {live.variable: live.version.ref for live in desk.value("status") if live.version}


def test_each_model_is_told_unchanged_changed_or_never_registered(churn: Desk) -> None:
    churn.variables["better"].coef_ = churn.variables["better"].coef_ + 1
    assert states(churn) == {"better": "changed", "clf": "unchanged", "reg": "never", "tree": "never"}
    lines = {line.split()[0]: line.split()[1:] for line in churn.says("status").splitlines()}
    assert lines["clf"] == ["LogisticRegression", "unchanged", "churn:v0"]
    assert lines["better"][:3] == ["LogisticRegression", "changed", "since"]


def test_the_next_line_registers_what_is_not(churn: Desk) -> None:
    for name in ("reg", "tree"):
        assert states(churn)[name] == "never"
        churn.run(churn.says("status").rpartition("next: %modelreg ")[2])
    assert "never" not in states(churn).values()


def test_models_in_a_dict_and_a_list_are_told_as_they_are_typed(churn: Desk) -> None:
    variables = churn.variables
    variables.update(models={"r f": variables.pop("tree"), "n": 3}, many=[variables.pop("reg"), variables.pop("clf")])
    assert list(states(churn)) == ["better", "many[0]", "many[1]", 'models["r f"]']
    churn.run("register models['r f'] churn")
    assert states(churn) == {
        "better": "unchanged",
        "many[0]": "never",
        "many[1]": "unchanged",
        'models["r f"]': "unchanged",
    }
    churn.run(churn.says("status").rpartition("next: %modelreg ")[2])
    assert "never" not in states(churn).values()
    assert churn.notebook.registered_as['models["r f"]'] == "churn"
    assert churn.value('register models["r f"]').version.ref == "churn:v2"  # where it went before


def test_items_of_a_list_are_told_in_their_order(desk: Desk) -> None:
    desk.variables["many"] = [desk.variables["clf"]] * 11
    assert [name for name in states(desk) if name.startswith("many")] == [f"many[{at}]" for at in range(11)]


def test_what_a_search_found_is_told_once_it_is_registered(desk: Desk) -> None:
    search = GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=2).fit(desk.variables["rows"], desk.variables["classes"])
    desk.variables.update(grid=search)
    assert "grid.best_estimator_" not in states(desk)
    desk.run("register grid.best_estimator_ ridge")
    assert states(desk)["grid.best_estimator_"] == "unchanged"
    assert states(desk)["grid"] == "never"


def test_a_loaded_model_is_known(churn: Desk) -> None:
    churn.run("load churn:v1 --as model")
    known = {live.variable: live.version for live in churn.value("status")}
    assert known["model"] is not None
    assert known["model"].ref == "churn:v1"


def test_it_creates_no_registry(desk: Desk) -> None:
    assert set(states(desk).values()) == {"never"}
    assert not desk.place.exists()


def test_a_model_is_told_as_what_it_was_registered_itself_not_as_the_newest_that_equals_it(desk: Desk) -> None:
    variables = desk.variables
    variables["b"] = clone(variables["clf"]).fit(variables["rows"], variables["classes"])
    desk.run("register clf churn -a production")
    desk.run("register b trial")
    assert refs(desk)["clf"] == "churn:v0"
    assert refs(desk)["b"] == "trial:v0"
    assert "production" in desk.says("status")
    variables["clf"] = clone(variables["clf"]).fit(variables["rows"], variables["classes"])
    assert refs(desk)["clf"] == "churn:v0"  # where register puts it, if it is told no name
    desk.run("load churn:production --as mine")
    desk.run("link churn:production third")
    assert refs(desk)["mine"] == "churn:v0"


def test_one_object_is_told_as_what_each_of_its_variables_was_registered_as(desk: Desk) -> None:
    variables = desk.variables
    variables["second"] = variables["clf"]
    desk.run("register clf churn")
    desk.run("register second trial")
    assert (refs(desk)["clf"], refs(desk)["second"]) == ("churn:v0", "trial:v0")


def test_what_was_registered_or_loaded_is_told_of_whatever_its_class(desk: Desk) -> None:
    variables = desk.variables
    variables.update(big=Fractions(), checkpoint={"tree": variables["tree"], "epoch": 3}, notes={"tree": 1})
    assert not {"big", "checkpoint"} & set(states(desk))
    desk.run("register big big")
    desk.run("register checkpoint checkpoint")
    variables["loaded"] = desk.value("load checkpoint")
    told = states(desk)
    assert (told["big"], told["checkpoint"], told["loaded"]) == ("unchanged", "unchanged", "unchanged")
    assert "notes" not in told
    variables["big"].weights.append(4)
    variables["checkpoint"]["epoch"] = 4
    variables["loaded"]["epoch"] = 4
    told = states(desk)
    assert (told["big"], told["checkpoint"], told["loaded"]) == ("changed", "changed", "changed")
    del variables["big"]
    variables["checkpoint"] = {"epoch": 4}
    assert not {"big", "checkpoint"} & set(states(desk))


def test_what_was_loaded_and_holds_nothing_that_tells_it_apart_is_told_while_its_contents_do(desk: Desk) -> None:
    desk.variables["settings"] = {"depth": 3, "names": "a b"}
    desk.run("register settings settings")
    desk.variables["mine"] = desk.value("load settings")
    desk.run("load settings --as other")
    assert {name: states(desk).get(name) for name in ("settings", "mine", "other")} == dict.fromkeys(
        ("settings", "mine", "other"), "unchanged"
    )
    desk.variables["mine"]["depth"] = 4  # as far as anybody knows, another dict in the place of one that is gone
    desk.variables["settings"]["depth"] = 4
    assert "mine" not in states(desk)
    assert states(desk)["settings"] == "changed"


def test_what_lies_in_something_that_is_registered_is_not_asked_for(desk: Desk) -> None:
    desk.variables["checkpoint"] = {"tree": desk.variables.pop("tree")}
    assert states(desk)['checkpoint["tree"]'] == "never"
    desk.run("register checkpoint checkpoint")
    assert 'checkpoint["tree"]' not in states(desk)


def test_a_variable_is_the_next_before_an_item_that_stands_before_it(desk: Desk) -> None:
    clf = desk.variables["clf"]
    desk.variables.clear()
    desk.variables.update(ahead={"net": clf}, net=clf)
    assert list(states(desk)) == ['ahead["net"]', "net"]
    assert desk.says("status").endswith("next: %modelreg register net train")


def test_one_that_is_named_is_told_alone_whatever_its_class(churn: Desk) -> None:
    churn.variables["big"] = Fractions()
    assert {live.variable: live.state for live in churn.value("status clf")} == {"clf": "unchanged"}
    assert {live.variable: live.state for live in churn.value("status big")} == {"big": "never"}
    churn.refuses("status clg", "no variable 'clg' in this kernel")


def test_what_is_large_is_told_with_the_line_that_checks_it(desk: Desk) -> None:
    desk.variables["clf"].coef_ = np.zeros((9_000_000, 1))
    desk.run("register clf churn")
    said = desk.says("status")
    assert states(desk)["clf"] == "large"
    assert "churn:v0" in said
    assert "more than 67.1 MB; %modelreg status clf checks it" in said
    assert states(desk, "status clf") == {"clf": "unchanged"}
    desk.variables["clf"].coef_[7] = 1
    (live,) = desk.value("status clf")
    assert live.state == "changed"
    assert live.why.startswith("changed: coef_ (1 of ")
