"""``status``: how the models of this kernel stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def states(desk: Desk) -> dict[str, str]:
    """Return the state of each variable."""
    return {live.variable: live.state for live in desk.value("status")}


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


def test_it_takes_no_argument(desk: Desk) -> None:
    desk.refuses("status clf", "status takes no arguments; 'clf' at column 8 is too much")
