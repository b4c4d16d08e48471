"""``--attach``: figures, tables and files by what they are called on the line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from modelreg.commands.line import argv
from modelreg.commands.session import Session
from modelreg.errors import InvalidError, UsageError
from modelreg.notebook import Notebook

if TYPE_CHECKING:
    from tests.commands.desk import Desk

Figure = pytest.importorskip("matplotlib.figure").Figure

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.fixture
def book(desk: Desk) -> Desk:
    """Return a notebook with a figure, a table and files beside it."""
    figure = Figure()
    figure.subplots().plot([1, 2])
    desk.variables.update(fig=figure, df=pd.DataFrame({"a": [1, 2]}), plots={"roc": figure}, grid=np.eye(2))
    desk.variables["where"] = "figures/roc.svg"
    Path("figures").mkdir()
    Path("figures/roc.svg").write_bytes(SVG)
    Path("my notes.md").write_bytes(b"hi")
    Path("df").write_bytes(b"a file that is called as the variable is")
    Path("a=b.txt").write_bytes(b"odd")
    return desk


def kept(desk: Desk, ref: str = "churn:v0") -> dict[str, str]:
    """Return name -> role of what is attached."""
    return {one.name: one.role for one in desk.registry.show(ref).attachments}


@pytest.mark.parametrize(
    ("given", "name", "role"),
    [
        ("fig", "fig", "picture"), ("roc=fig", "roc", "picture"), ('plots["roc"]', "plots-roc", "picture"),
        ("df", "df", "table"), ("scores=df.describe()", "scores", "table"), ("df.describe()", "df.describe", "table"),
        ("grid", "grid", "table"), ("df[df.a==2]", "df-df.a-2", "table"), ('"the matrix"=grid', "the matrix", "table"),
        ("figures/roc.svg", "roc.svg", "picture"), ("roc=figures/roc.svg", "roc", "picture"),
        ("'my notes.md'", "my notes.md", "file"), ("notes='my notes.md'", "notes", "file"), ("where", "roc.svg", "picture"),
        ('f"figures/{\'roc\'}.svg"', "roc.svg", "picture"), ("./df", "df", "file"), ("a=b.txt", "a=b.txt", "file"),
    ],
)  # fmt: skip
def test_what_is_attached_is_called_by_its_name_variable_or_file(book: Desk, given: str, name: str, role: str) -> None:
    assert " · 1 attachment · " in book.says(f"register clf churn --attach {given}")
    assert kept(book) == {name: role}


def test_several_are_kept_in_their_order_and_with_log_too(book: Desk) -> None:
    line = "log clf train/clf --attach fig --attach scores=df --attach=figures/roc.svg"
    assert "3 attachments" in book.says(line)
    assert list(kept(book, "train/clf:v0")) == ["fig", "scores", "roc.svg"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("figures/rok.svg", r"there is no file 'figures/rok\.svg', and no variable of that name"),
        ("missing.png", r"there is no file 'missing\.png', and no variable of that name"),
        ("roc=missing.png", r"there is no file 'missing\.png', and no variable of that name"),
        ("figg", "no variable 'figg'; did you mean 'fig'?"),
        ("fig --attach fig", "--attach fig is given twice; name one of them: --attach NAME=fig"),
        ("int(df)", r"--attach int\(df\): int\(df\) raised TypeError"),
        ("x=", "takes|no Python expression"),
        ("~nobody-here/x.png", "there is no file"),
        (f"{'x' * 5000}.png", "there is no file"),
        ("df.nothing()", "raised AttributeError"),
    ],
)
def test_a_line_that_cannot_be_meant_registers_nothing(book: Desk, given: str, why: str) -> None:
    book.refuses(f"register clf churn --attach {given}", why)
    assert not book.place.exists()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("clf", "'clf' is a LogisticRegression, which cannot be attached"),
        ("nothing=print()", "'nothing' is a NoneType, which cannot be attached"),
        ("figures", "'figures' is a folder"),
        ('"no such.png"', "there is no file 'no such.png'"),
        ("a/b=fig", "contains a slash"),
    ],
)
def test_what_cannot_be_attached_is_named_and_nothing_is_registered(book: Desk, given: str, why: str) -> None:
    book.refuses(f"register clf churn --attach {given}", why, InvalidError)
    assert not book.place.exists()


def test_a_terminal_attaches_files_only(book: Desk) -> None:
    terminal = Session(
        notebook=Notebook(), beside=print, assign=lambda *_: None, program="modelreg", kernel=False, full=True
    )
    from modelreg.commands import dispatch

    def run(*words: str) -> object:
        return dispatch.run(terminal, argv(words)).value

    Path("model.onnx").write_bytes(b"weights")
    base = ("register", "--path", "model.onnx", "churn")
    run(*base, "--attach", "figures/roc.svg", "--attach", "notes=my notes.md", "--attach", "df")
    assert kept(book) == {"roc.svg": "picture", "notes": "file", "df": "file"}
    with pytest.raises(
        UsageError, match=r"^--attach: there is no file 'fig'\. Try %modelreg register --path model.onnx churn$"
    ):
        run(*base, "--attach", "fig")


def test_help_shows_it_with_an_example(book: Desk) -> None:
    text = book.says("help register")
    assert "--attach [NAME=]EXPR|PATH" in text
    assert "register clf churn --attach fig --attach scores=df.describe() --attach notes.md" in text


def test_curves_of_a_history_are_compared(book: Desk) -> None:
    class History:
        history = {"loss": [0.9, 0.5, 0.3], "val_loss": [1.0, 0.8, 0.9], "lr": [0.1, 0.1, 0.1]}  # noqa: RUF012

    book.variables["history"] = History()
    book.run("register clf churn --metrics history.history")
    History.history = {**History.history, "loss": [0.8, 0.4, 0.2]}
    book.run("register tree churn --metrics history.history")
    text = book.says("compare churn:v0 churn:v1")
    assert "curves.loss" in text
    assert "curves.lr" not in text
    assert book.registry.curves("churn:v1")["loss"] == ((0, 0.8), (1, 0.4), (2, 0.2))
