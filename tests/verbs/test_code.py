"""The captured code and environment of a version, as they are asked for."""

from __future__ import annotations

import importlib
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import modelreg
from modelreg.capture.environment import Drift
from modelreg.errors import InvalidError, NotFoundError
from modelreg.notebook import Execution, Notebook
from modelreg.verbs import capturing
from modelreg.verbs.env import _missing
from modelreg.views import show

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from modelreg.registry import Registry


@pytest.fixture
def reg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """Return a registry with one version, registered in a session of three cells."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Notebook.current(), "log", type(Notebook.current().log)())
    registry = modelreg.connect()
    registry.register({"without": "capture"}, "bare")
    log = Notebook.current().log
    log.on = True
    for at, source in enumerate(("limit = 2", "unrelated = 1", "clf = {'limit': limit}"), 1):
        log.begin(at, Execution(source=source, count=at), {})
        log.end(at, Execution(source=source, count=at), {})
    registry.register({"limit": 2}, "churn", variable="clf")
    assert capturing.wait(Notebook.current(), 60)
    yield registry
    registry.close()


def test_the_statements_that_made_a_version_are_shown_with_their_words_coloured(reg: Registry) -> None:
    code = reg.code("churn:v0")
    assert "limit = 2" in code.cells[0]
    assert "unrelated" not in code.cells[0]
    view = show(code)
    assert "clf = {'limit': limit}" in view.text()
    assert "<span style=" in view._repr_html_()


def test_the_whole_session_is_one_cell_after_the_other(reg: Registry) -> None:
    assert reg.code("churn", what="session").cells == ("limit = 2", "unrelated = 1", "clf = {'limit': limit}")


def test_why_there_is_no_patch_is_told(reg: Registry, tmp_path: Path) -> None:
    with pytest.raises(
        NotFoundError, match=r"no git\.patch of churn:v0: there was no git repository.*Try .*code churn:v0"
    ):
        reg.code("churn", what="patch")
    with pytest.raises(NotFoundError, match=r"no git\.patch of bare:v0: it was registered without it.*show bare:v0"):
        reg.code("bare", what="patch")
    (tmp_path / "x.py").write_text("one = 1\n")
    for line in (
        ("init", "-q"),
        ("add", "x.py"),
        ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "first"),
    ):
        subprocess.run(["git", *line], check=True, cwd=tmp_path)
    reg.register({"limit": 9}, "clean", variable="clf")
    assert capturing.wait(Notebook.current(), 60)
    with pytest.raises(NotFoundError, match=r"no git\.patch of clean:v0: nothing was uncommitted"):
        reg.code("clean", what="patch")


def test_a_patch_that_lacks_because_git_does_not_follow_a_file_says_where_that_is(
    reg: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.py").write_text("one = 1\n")
    for line in (
        ("init", "-q"),
        ("add", "x.py"),
        ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "first"),
    ):
        subprocess.run(["git", *line], check=True, cwd=tmp_path)
    (tmp_path / "apart_from_git.py").write_text("class Model:\n    rate = 2\n")
    monkeypatch.syspath_prepend(tmp_path)
    model = importlib.import_module("apart_from_git").Model()
    reg.register(model, "own", variable="clf")
    assert capturing.wait(Notebook.current(), 60)
    with pytest.raises(NotFoundError, match=r"as committed; .* is kept as files \(apart_from_git\.py\)") as caught:
        reg.code("own", what="patch")
    assert caught.value.tries == ("checkout own:v0 DIRECTORY",)


def test_packages_that_are_missing_come_in_one_line_for_the_model_and_one_for_the_rest() -> None:
    def gone(name: str, severity: str) -> Drift:
        return Drift(
            severity=severity, rank=1, what=name, then="1.0", now="", message=f"{name} is missing", pip=f"{name}==1.0"
        )  # type: ignore[arg-type]

    found = list(_missing([gone("a", "error"), gone("b", "error"), gone("c", "warning"), gone("d", "note")]))
    assert [(one.severity, one.subject) for one in found] == [("error", "2 packages"), ("note", "2 packages")]
    assert [one.text.partition(": ")[2] for one in found] == ["pip install a==1.0 b==1.0", "pip install c==1.0 d==1.0"]
    (one,) = _missing([gone("a", "error")])
    assert (one.subject, one.text) == ("a", "a is missing")


def test_cells_of_the_session_say_when_they_ran_and_which_failed(reg: Registry) -> None:
    log = Notebook.current().log
    log.begin(9, Execution(source="oops()", count=4), {})
    log.end(9, Execution(source="oops()", count=4, ok=False, error="NameError"), {})
    reg.register({"limit": 3}, "churn", variable="clf")
    assert capturing.wait(Notebook.current(), 60)
    code = reg.code("churn:v1", what="session")
    assert code.heads == ("[1]", "[2]", "[3]", "[4] failed: NameError")
    view = show(code)
    assert "# [4] failed: NameError\noops()" in view.text()
    assert "[4] failed: NameError" in view._repr_html_()
    assert reg.code("churn:v1").heads == ()


def test_code_is_saved_to_a_new_file_only(reg: Registry, tmp_path: Path) -> None:
    code = reg.code("churn", to=tmp_path)
    assert code.saved == str(tmp_path / "slice.py")
    assert (tmp_path / "slice.py").read_bytes() == code.data
    with pytest.raises(InvalidError, match="exists and was left as it is"):
        reg.code("churn", to=tmp_path)


def test_a_version_without_capture_says_so(reg: Registry) -> None:
    with pytest.raises(NotFoundError, match=r"no slice\.py of bare:v0: it was registered without it"):
        reg.code("bare:v0")
    with pytest.raises(NotFoundError, match="no environment of bare:v0"):
        reg.env("bare:v0")


def test_other_code_is_refused_by_name(reg: Registry) -> None:
    with pytest.raises(InvalidError, match="code is slice, session, notebook, patch, not 'all'"):
        reg.code("churn", what="all")


def test_the_environment_tells_the_python_and_that_nothing_differs(reg: Registry) -> None:
    report = reg.env("churn:v0")
    assert report.ok
    assert report.summary.startswith("CPython 3.")
    assert report.summary.endswith("this kernel has the same")


def test_hostile_code_is_escaped(reg: Registry) -> None:
    log = Notebook.current().log
    log.begin(9, Execution(source="x = '<script>alert(1)</script>'"), {})
    log.end(9, Execution(source="x = '<script>alert(1)</script>'"), {})
    reg.register({"x": "<script>"}, "hostile", variable="x")
    assert "<script>" not in show(reg.code("hostile"))._repr_html_()


def test_magics_are_shown_as_they_were_typed_and_saved_as_python(reg: Registry) -> None:
    lines = [
        "m = get_ipython().run_line_magic('modelreg', 'load churn:v0')",
        "if m:",
        "    get_ipython().run_line_magic('cd', \"it's\")",
        "    get_ipython().system('ls -l')",
        "files = get_ipython().getoutput('ls')",
        "get_ipython().run_line_magic('matplotlib', '')",
        "get_ipython().run_line_magic('a', name)",
        "get_ipython().run_line_magic('a', 'two\\nlines')",
    ]
    code = replace(reg.code("churn"), cells=("\n".join(lines),))
    view = show(code)
    assert view.text().splitlines() == [
        "m = %modelreg load churn:v0",
        "if m:",
        "    %cd it's",
        "    !ls -l",
        "files = !ls",
        "%matplotlib",
        "get_ipython().run_line_magic('a', name)",
        "get_ipython().run_line_magic('a', 'two\\nlines')",
    ]
    assert "load churn:v0" in view._repr_html_()
    assert "run_line_magic('modelreg'" in view.to_frame()["source"][0]
