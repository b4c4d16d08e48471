"""``export REF DIRECTORY``: the library's own file."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import TYPE_CHECKING

from modelreg.errors import InvalidError, NotFoundError, UntrustedModelError

if TYPE_CHECKING:
    import pytest

    from tests.commands.desk import Desk


def test_a_file_is_written_that_python_opens_without_modelreg(churn: Desk) -> None:
    text = churn.says("export churn:v0 exported")
    assert "model.pkl" in text
    with Path("exported/model.pkl").open("rb") as file:
        assert pickle.load(file).C == 1.0


def test_a_registered_file_comes_out_as_it_went_in(desk: Desk) -> None:
    Path("w.onnx").write_bytes(b"weights")
    desk.run("register --path w.onnx churn")
    desk.run("export churn:v0 out")
    assert Path("out/w.onnx").read_bytes() == b"weights"


def test_nothing_is_overwritten_and_the_line_to_type_works(churn: Desk) -> None:
    Path("out").mkdir()
    Path("out/mine").write_text("x", encoding="utf-8")
    churn.leads_on("export churn:v0 out", "exists and is not an empty directory; nothing was written", InvalidError)
    assert [path.name for path in Path("out").iterdir()] == ["mine"]


def test_it_passes_the_gate_of_trust(churn: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "stranger"))
    churn.session.opened.clear()
    churn.refuses("export churn:v0 out", "not trusted", UntrustedModelError)
    assert not Path("out").exists()
    churn.run("export churn:v0 out --trust")
    assert Path("out/model.pkl").exists()


def test_wrong_lines_are_refused(churn: Desk) -> None:
    churn.refuses("export churn:v0", "export needs DIRECTORY")
    churn.refuses("export churn:v9 out", "no version 9", NotFoundError)
    assert not Path("out").exists()
