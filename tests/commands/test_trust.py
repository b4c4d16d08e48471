"""``trust REF`` and ``trust --list``: what may be loaded on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelreg.errors import NotFoundError, UntrustedModelError
from modelreg.notebook import Execution

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.commands.desk import Desk


def test_an_approved_version_loads_and_the_others_do_not(stranger: Desk) -> None:
    text = stranger.says("trust churn:v0")
    assert text.startswith(
        "churn:v0 is trusted on this machine now (it imports only 3 usual names of numpy and sklearn)"
    )
    assert text.endswith("\nnext: %modelreg load churn:v0")
    assert stranger.value("load churn:v0").C == 1.0
    stranger.refuses("load churn:v1", "not trusted", UntrustedModelError)


def test_a_terminal_is_sent_to_no_line_that_it_cannot_run(stranger: Desk) -> None:
    stranger.session.kernel = False
    assert "next:" not in stranger.says("trust churn:v0")


def test_approving_runs_no_code_and_writes_nothing_into_the_registry(stranger: Desk) -> None:
    stranger.unchanged_by(lambda: stranger.run("trust churn:v0"))


def test_what_is_approved_is_listed(stranger: Desk) -> None:
    assert list(stranger.value("trust --list")) == []
    stranger.run("trust churn:v0")
    (approval,) = stranger.value("trust --list")
    assert approval.content_id == stranger.registry.get("churn:v0").content_id
    assert approval.how == "approved"
    assert "churn:v0" in stranger.says("trust --list")


def test_what_one_registered_oneself_is_trusted_already(churn: Desk) -> None:
    assert churn.says("trust churn:v0").startswith("churn:v0 is trusted already")


def test_wrong_lines_are_refused(churn: Desk) -> None:
    churn.refuses("trust", r"trust needs REF \(the version\), or --list. Try %modelreg trust churn:v3")
    churn.refuses("trust churn:v9", "no version 9", NotFoundError)


def test_code_of_its_own_is_said_to_be_that_and_can_be_read(
    churn: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "class Model:\n    def predict(self, X):\n        import subprocess\n        return subprocess.run(X)\nclf = Model()"
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(source, space)
    monkeypatch.setattr(churn.notebook, "log", type(churn.notebook.log)())
    churn.notebook.log.on = True
    churn.notebook.log.begin(1, Execution(source=source, count=1), {})
    churn.notebook.log.end(1, Execution(source=source, count=1), {})
    churn.variables["clf"] = space["clf"]
    churn.run("register clf own")
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "stranger"))
    churn.session.opened.clear()
    message = churn.refuses("load own", "It brings code of its own, which can do anything", UntrustedModelError)
    assert "usual name" not in message
    assert "Try %modelreg code own:v0 or %modelreg trust own:v0 or" in message
    assert "subprocess" in churn.says("code own:v0")
