"""The real program in a terminal: ``python -m modelreg …`` in processes of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from modelreg import __version__, settings
from modelreg.__main__ import main

if TYPE_CHECKING:
    from tests.commands.desk import Desk

MODELREG = [sys.executable, "-m", "modelreg"]


def run(*items: str, **environment: str) -> tuple[int, str, str]:
    """Run the program in a process of its own; return its status, output and errors."""
    done = subprocess.run(
        [*MODELREG, *items], env={**os.environ, **environment}, capture_output=True, check=False, timeout=120
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def typed(*items: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Run the program in this process, where many lines are tried."""
    capsys.readouterr()
    status = main(items)
    shown = capsys.readouterr()
    return status, shown.out, shown.err


def test_a_session_of_the_terminal(churn: Desk) -> None:
    Path("model.onnx").write_bytes(b"weights")
    status, out, err = run("register", "--path", "model.onnx", "my model", "-a", "staging", "-m", "why; not # it")
    assert (status, err) == (0, "")
    assert out.startswith("my model:v0 ← scratch/my model:v0 (file) · + staging · ")
    assert out.endswith("\nnext: modelreg promote 'my model:v0'\n")
    assert churn.registry.history("my model")[0].reason == "why; not # it"

    status, out, err = run("models")
    assert (status, err) == (0, "")
    assert [line.split("  ")[0] for line in out.splitlines()[1:]] == ["my model", "churn"]

    status, out, err = run("versions", "churn", 'metrics.auc > 0.912 and class_name == "LogisticRegression"')
    assert (status, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()[1:]] == ["churn:v1"]

    assert run("alias", "churn:v1", "production", "-m", "better")[:2] == (0, "churn:v1 · + production\n")
    assert churn.aliases("churn") == {"production": 1}

    status, out, _ = run("history", "churn", "--limit", "1")
    assert status == 0
    assert "production added to v1" in out
    assert "better" in out
    assert out.splitlines()[-1] == "… and more: modelreg history churn --limit 100"


def test_a_word_of_another_tool_is_answered_with_a_line_for_this_shell(
    churn: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    err = typed("mv", "my model", "it's", capsys=capsys)[2]
    assert err == """modelreg: no command 'mv'; here it is 'rename'. Try modelreg rename 'my model' 'it'"'"'s'\n"""
    typed("mv", "churn", "my model", capsys=capsys)
    assert churn.registry.model("churn").versions == 2


def test_refused_is_1_and_misunderstood_is_2_each_in_one_line(churn: Desk) -> None:
    status, out, err = run("alias", "churn:v9", "production")
    assert (status, out) == (1, "")
    assert err == "modelreg: no version 9 of 'churn'; it has v0-v1. Try modelreg versions churn\n"

    status, out, err = run("alais", "churn:v1", "production")
    assert (status, out) == (2, "")
    assert err.startswith("modelreg: no command 'alais'; did you mean 'alias'")
    assert err.count("\n") == 1
    assert churn.aliases("churn") == {}


def test_a_reader_that_has_seen_enough_is_no_error(churn: Desk) -> None:
    shell = shutil.which("bash")
    if shell is None:
        pytest.skip("no bash on this machine")
    for number in range(300):
        churn.registry.tag("churn", f"key-{number}={'x' * 200}")
    line = f"set -o pipefail; '{sys.executable}' -m modelreg history --limit 1000 | head -1"
    done = subprocess.run([shell, "-c", line], capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout.startswith("when")
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
    assert done.returncode in {0, 141}


def test_an_old_terminal_shows_what_it_can(churn: Desk) -> None:
    churn.run('describe churn "für Köln → λ"')
    status, out, err = run("show", "churn", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert (status, err) == (0, "")
    assert r"f\xfcr K\xf6ln \u2192 \u03bb" in out


def test_an_old_terminal_shows_errors_too(churn: Desk) -> None:
    status, _, err = run("show", "köln→", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert status == 1
    assert err.startswith(r"modelreg: no registered model 'k\xf6ln\u2192'")
    assert churn.place.is_dir()


def test_the_variable_and_the_config_file_choose_the_registry_alike(
    churn: Desk, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed("connect", capsys=capsys) == (0, f"registry {churn.place} (MODELREG_REGISTRY)\n", "")
    assert typed("config", "registry", str(home / "mine"), capsys=capsys)[0] == 0
    assert typed("connect", capsys=capsys)[1] == f"registry {churn.place} (MODELREG_REGISTRY)\n"
    monkeypatch.delenv("MODELREG_REGISTRY")
    text = typed("connect", capsys=capsys)[1]
    assert text.startswith(f"registry {home / 'mine'} (config file {settings.config_file()}, nothing there yet")
    assert churn.says("connect") == text.rstrip("\n")
    status, out, _ = run("models")
    assert (status, out.splitlines()[0]) == (0, "No registered models yet")
    assert str(churn.place) in run("connect", MODELREG_REGISTRY=str(churn.place))[1]


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (
            ("load", "churn:v0"),
            (
                "load brings a live object into a notebook; in Python: modelreg.connect().load('churn:v0')."
                " Try modelreg export churn:v0 DIRECTORY"
            ),
        ),
        (
            ("load", "my model:v0", "--as", "clf"),
            (
                "load brings a live object into a notebook; in Python: modelreg.connect().load('my model:v0')."
                " Try modelreg export 'my model:v0' DIRECTORY"
            ),
        ),
        (("status",), "status works on the variables of a live kernel; type it in a notebook as %modelreg status"),
        (
            ("register", "clf", "churn"),
            (
                "register OBJ works on the variables of a live kernel; here it takes a file or folder."
                " Try modelreg register --path FILE NAME"
            ),
        ),
        (("register",), "a terminal has no variables: name a file or folder. Try modelreg register --path FILE NAME"),
        (("log",), "a terminal has no variables: name a file or folder. Try modelreg log --path FILE PROJECT/NAME"),
        (
            ("connect", "elsewhere"),
            (
                "connect changes the registry of one kernel; in a terminal set MODELREG_REGISTRY, or the config file."
                " Try modelreg config registry DIRECTORY"
            ),
        ),
    ],
)
def test_what_needs_a_kernel_says_so_and_what_to_do_instead(
    churn: Desk, items: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    churn.unchanged_by(lambda: None)
    assert typed(*items, capsys=capsys) == (2, "", f"modelreg: {message}\n")


@pytest.mark.parametrize(
    "items",
    [
        (),
        ("models",),
        ("versions",),
        ("versions", "digits"),
        ("artifacts",),
        ("history",),
        ("browse", "digits"),
        ("show", "digits"),
        ("du",),
        ("check",),
        ("gc",),
        ("trust", "--list"),
        ("config",),
        ("help",),
        ("help", "--all"),
        ("-h",),
        *((("help", name)) for name in ("register", "log", "models", "versions", "describe", "undo", "trust")),
    ],
)
def test_nothing_in_a_terminal_is_written_for_a_notebook(
    desk: Desk, items: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    desk.run("create digits")
    status, out, err = typed(*items, capsys=capsys)
    assert (status, err) == (0, "")
    assert "%modelreg" not in out
    assert "register clf" not in out


def test_a_live_object_is_told_as_a_line_of_python(churn: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    out = typed("show", "churn:v0", capsys=capsys)[1]
    line = next(line for line in out.splitlines() if line.startswith("load")).removeprefix("load").strip()
    import modelreg

    assert line.startswith("in Python: ")
    loaded = eval(line.removeprefix("in Python: "), {"modelreg": modelreg})
    assert loaded.C == 1.0


def test_a_line_for_more_is_quoted_for_the_shell(churn: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    import shlex

    items = ("versions", "churn", 'metrics.auc > 0.9 and name != "x y"', "--order", "metrics.auc", "--limit", "1")
    out = typed(*items, capsys=capsys)[1]
    program, *more = shlex.split(out.rpartition(": ")[2])
    assert program == "modelreg"
    rows = typed(*more, capsys=capsys)[1].splitlines()[1:]
    assert [row.split()[0] for row in rows] == ["churn:v0", "churn:v1"]


def test_names_that_a_shell_would_read_come_back_from_the_next_line(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    import shlex

    Path("w.bin").write_bytes(b"w")
    name = "cost {x} $HOME `id` \"now\" 'then' \\"
    out = typed("register", "--path", "w.bin", name, capsys=capsys)[1]
    program, *following = shlex.split(out.rpartition("next: ")[2])
    assert typed(*following, capsys=capsys)[0] == 0
    assert program == "modelreg"
    assert desk.aliases(name) == {"staging": 0}


def test_a_check_that_finds_something_wrong_is_1(churn: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("check", capsys=capsys)[0] == 0
    next(path for path in (churn.place / "objects").rglob("*") if path.is_file()).unlink()
    assert typed("check", capsys=capsys)[0] == 1


def test_quiet_prints_nothing_and_keeps_the_status(churn: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("alias", "churn:v0", "best", "--quiet", capsys=capsys) == (0, "", "")
    assert typed("models", "--quiet", capsys=capsys) == (0, "", "")
    next(path for path in (churn.place / "objects").rglob("*") if path.is_file()).unlink()
    assert typed("check", "--quiet", capsys=capsys) == (1, "", "")


def test_a_frame_is_printed_whole(churn: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    out = typed("versions", "churn", "--frame", capsys=capsys)[1]
    assert "..." not in out.splitlines()[0]
    assert "content_id" in out.splitlines()[0]


def test_debug_shows_where_a_refusal_comes_from(churn: Desk) -> None:
    status, _, err = run("show", "nope", "--debug")
    assert status == 1
    assert "Traceback" in err
    assert err.rstrip().splitlines()[-1].startswith("modelreg.errors.NotFoundError: no registered model 'nope'")
    assert churn.place.is_dir()


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("--version", capsys=capsys) == (0, f"modelreg {__version__}\n", "")


def test_an_interrupt_is_one_word_and_its_status(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from modelreg.commands import dispatch

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(dispatch, "run", interrupted)
    assert typed("models", capsys=capsys) == (130, "", "modelreg: interrupted\n")
