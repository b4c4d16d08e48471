"""``status``: how the models of this kernel stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
