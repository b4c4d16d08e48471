"""What was captured around versions, read back and compared; what no release of ours wrote does no harm."""

from __future__ import annotations

import importlib
import json
import sqlite3
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import modelreg
from modelreg import views
from modelreg.catalog import create
from modelreg.errors import NotFoundError
from modelreg.notebook import Execution, Notebook
from modelreg.records import MISSING, Attachment, Environment, Repository, Run, Surroundings
from modelreg.verbs import capturing, contrast, diff, surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from modelreg.records import CompareRow
    from modelreg.registry import Registry

Json = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | st.sampled_from(["", "a", "numpy"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "version", "role"]), inner),
    max_leaves=8,
)
KINDS = {
    "code": ("cells", "of", "uncertain", "outside"),
    "git": ("commit", "branch", "remote", "dirty", "pushed", "changed", "modules", "untracked_count", "warnings"),
    "environment": ("python", "needed", "homeless", "missing", "variables", "warnings", "system"),
    "data": ("inputs",),
}
FACTS = {kind: st.dictionaries(st.sampled_from(keys), Json) for kind, keys in KINDS.items()}


@pytest.fixture
def reg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """Return a registry beside a git repository of one commit and a change; cells are run by :func:`ran`."""
    monkeypatch.chdir(tmp_path)
    who = ("-c", "user.name=a", "-c", "user.email=a@b")
    (tmp_path / "x.py").write_text("one = 1\n")
    for line in (("init", "-q", "-b", "main"), ("add", "."), (*who, "commit", "-q", "-m", "first")):
        subprocess.run(["git", *line], check=True)
    (tmp_path / "x.py").write_text("one = 22\n")  # of another size: git looks no closer within a second
    book = Notebook.current()
    monkeypatch.setattr(book, "log", type(book.log)())
    book.log.on = True
    registry = modelreg.connect()
    yield registry
    capturing.wait(book, 60)
    registry.close()


class Flat:
    """A model that says the same of everything."""

    def __init__(self, said: int) -> None:
        self.said = said

    def predict(self, rows: Any) -> list[int]:
        return [self.said] * len(rows)


def ran(*sources: str) -> None:
    log = Notebook.current().log
    for source in sources:
        log.begin(len(log.executions()), Execution(source=source), {})
        log.end(len(log.executions()), Execution(source=source), {})


def registered(reg: Registry, obj: object) -> Surroundings:
    """Register an object as ``clf``; return what was captured, once all of it has landed."""
    ref = reg.register(obj, "churn", variable="clf").version.ref
    assert capturing.wait(Notebook.current(), 60)
    found = reg.show(ref).surroundings
    assert found is not None
    return found


def rows(reg: Registry, *refs: str) -> dict[str, CompareRow]:
    return {f"{row.section}.{row.name}": row for row in reg.compare(*refs).rows}


def rewrite(reg: Registry, before: str, after: str) -> None:
    """Write into what was captured, as another machine would have."""
    database = sqlite3.connect(reg._context.catalog.place / create.DATABASE)
    database.execute("UPDATE runs SET capture = replace(capture, ?, ?)", (before, after))
    database.commit()
    database.close()


def test_everything_that_was_captured_is_read_back(reg: Registry) -> None:
    ran("unrelated = 1", "clf = make()")
    found = registered(reg, np.arange(3.0))
    assert (found.state, found.waiting, found.errors) == ("complete", (), ())
    assert found.statements is not None
    assert (found.statements.cells, found.statements.of, found.statements.outside) == (1, 2, ("make",))
    assert found.repository is not None
    assert len(found.repository.commit) == 40
    assert (found.repository.branch, found.repository.dirty, found.repository.pushed) == ("main", True, False)
    assert found.repository.changed == (("x.py", "M"),)
    assert found.environment is not None
    assert "numpy" in [one.name for one in found.environment.direct]
    assert {"slice.py", "session.ipynb", "git.patch", "requirements.txt"} <= {name for name, _ in found.kept}
    assert "-one = 1\n+one = 22" in reg.code("churn", what="patch").cells[0]


def test_a_notebook_that_was_not_saved_since_is_known(reg: Registry, tmp_path: Path) -> None:
    book = Notebook.current()
    cell = {"cell_type": "code", "id": "a", "source": "clf = 1", "metadata": {}, "outputs": [], "execution_count": 1}
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}))
    before, book.path = book.path, str(tmp_path / "n.ipynb")
    try:
        for number, source in enumerate(("clf = 1", "clf = 2")):
            book.log.begin(number, Execution(source=source, cell_id="a"), {})
            book.log.end(number, Execution(source=source, cell_id="a"), {})
            assert registered(reg, {"n": number}).unsaved is (source != "clf = 1")
    finally:
        book.path = before


def test_a_version_without_capture_has_no_surroundings(reg: Registry) -> None:
    Notebook.current().log.on = False
    reg.register({"n": 1}, "churn")
    assert reg.show("churn:v0").surroundings is None
    assert {row.section for row in reg.compare("churn:v0", "churn:v0").rows} == {"version"}


def test_own_modules_of_one_name_that_are_others_are_compared_line_by_line(
    reg: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "features_of_two.py").write_text("scale = 1\nshift = 0\n")
    monkeypatch.delitem(sys.modules, "features_of_two", raising=False)
    importlib.import_module("features_of_two")
    ran("clf = {'n': 1}")
    registered(reg, {"n": 1})
    ran("clf = {'n': 2}")
    registered(reg, {"n": 2})
    assert not rows(reg, "churn:v0", "churn:v1")["code.module features_of_two"].differs
    (tmp_path / "features_of_two.py").write_text("scale = 1\nshift = 10\n")
    ran("clf = {'n': 3}")
    registered(reg, {"n": 3})
    found = rows(reg, "churn:v1", "churn:v2")["code.module features_of_two"]
    assert found.differs
    assert [str(one)[:11] for one in found.values] == ["2 lines b3:"] * 2
    own = reg.compare("churn:v1", "churn:v2").code[-1]
    assert (own.file, own.added, own.removed) == ("features_of_two.py", 1, 1)
    assert ("+", "shift = 10") in own.lines
    said = repr(views.show(reg.compare("churn:v1", "churn:v2")))
    assert "code churn:v1 → churn:v2 · features_of_two.py · +1 −1 lines" in said


def test_what_made_two_versions_is_compared_line_by_line(reg: Registry) -> None:
    ran("limit = 2", "clf = {'limit': limit}")
    registered(reg, {"limit": 2})
    ran("other = 1", "limit = 3", "clf = {'limit': limit, 'deep': True}")
    registered(reg, {"limit": 3, "deep": True})
    (code,) = reg.compare("churn:v0", "churn:v1").code
    assert (code.before, code.after, code.added, code.removed) == ("churn:v0", "churn:v1", 2, 2)
    assert ("-", "limit = 2") in code.lines
    assert ("+", "limit = 3") in code.lines
    assert not any("cell" in text for _, text in code.lines)  # where it stood in the session is no difference
    found = rows(reg, "churn:v0", "churn:v1")
    assert found["code.statements"].differs
    assert not found["git.commit"].differs
    assert reg.compare("churn:v0", "churn:v0").code == ()


def test_only_packages_that_the_model_needs_itself_stand_among_the_differences(reg: Registry) -> None:
    ran("clf = 1")
    registered(reg, np.arange(3.0))
    rewrite(reg, '"python": "3.', '"python": "2.')
    needed = json.dumps("numpy") + ', "version": '
    rewrite(reg, needed + f'"{np.__version__}"', needed + '"1.0.0"')
    ran("clf = 2")
    registered(reg, np.arange(4.0))
    found = rows(reg, "churn:v0", "churn:v1")
    assert found["environment.numpy"].values == ("1.0.0", np.__version__)
    assert not found["environment.numpy"].minor
    shown = {f"{row.section}.{row.name}" for row in reg.compare("churn:v0", "churn:v1").differences}
    assert {"environment.python", "environment.numpy"} <= shown
    assert not any(row.minor for row in reg.compare("churn:v0", "churn:v1").differences)


def test_who_needs_a_package_is_told_and_one_that_only_one_version_lists_for_others_is_no_difference(
    reg: Registry,
) -> None:
    ran("clf = 1")
    registered(reg, np.arange(3.0))
    ran("import modelreg, pytest\nclf = modelreg.one(pytest)")
    registered(reg, np.arange(4.0))
    told = {row["package"]: row["for"] for row in reg.env("churn:v1").rows}
    assert (told["numpy"], told["pytest"], told["modelreg"]) == ("the model", "its code", "its code")
    assert told["pluggy"] == "another package"
    assert "ipywidgets" not in told
    assert not rows(reg, "churn:v0", "churn:v1")["environment.pluggy"].differs


def test_an_environment_stands_beside_this_kernel(reg: Registry) -> None:
    ran("clf = 1")
    registered(reg, np.arange(3.0))
    same = reg.environment("churn")
    assert {one.severity for one in same.environment.packages} == {""}
    assert f"numpy=={np.__version__}" in same.requirements
    needed = json.dumps("numpy") + ', "version": '
    rewrite(reg, needed + f'"{np.__version__}"', needed + '"0.5.0"')
    found = reg.environment("churn")
    numpy = next(one for one in found.environment.packages if one.name == "numpy")
    assert (numpy.version, numpy.here, numpy.severity) == ("0.5.0", np.__version__, "warning")
    assert found.findings[0].subject == "numpy"
    with pytest.raises(NotFoundError, match="no environment of other:v0 is known"):
        Notebook.current().log.on = False
        reg.register({"n": 1}, "other")
        reg.environment("other")


@given(st.fixed_dictionaries({}, optional={**FACTS, "pending": Json, "errors": Json, "redactions": Json}))
def test_facts_of_another_shape_count_as_not_there(facts: dict[str, Any]) -> None:
    run = Run(
        uid="r", kind="register", at=0, actor="a", host="h", notebook="", variable="", capture={"schema": 9, **facts}
    )
    found = surroundings.of([run])
    assert found is not None
    assert all(isinstance(each, str) for each in (*found.waiting, *found.errors))
    assert all(isinstance(one.role, str) for one in found.data)


def columns(**digests: str) -> dict[str, Any]:
    listed = [{"name": name, "type": "float64", "nulls": 0, "digest": digest * 64} for name, digest in digests.items()]
    figures = [{"name": name, "type": "float64", "nulls": 0, "mean": 1 / 3} for name in digests]
    return {"role": "train", "expression": "df", "shape": [10, len(listed)], "digest": f"mrfp1:{listed[0]['digest']}",
            "columns": listed, "profile": {"columns": figures}}  # fmt: skip


def of_data(*inputs: dict[str, Any]) -> Surroundings:
    run = Run(
        uid="r", kind="register", at=0, actor="a", host="h", notebook="", variable="",
        capture={"data": {"inputs": list(inputs)}},
    )  # fmt: skip
    found = surroundings.of([run])
    assert found is not None
    return found


def test_data_differs_column_by_column() -> None:
    from modelreg.verbs import contrast

    found = [of_data(columns(age="a", city="b")), of_data(columns(age="c", city="b", pay="d"))]
    told = {row.name: row for row in contrast.rows(found, [None, None])}
    assert told["train"].values == ("10 × 2 aaaaaaaa", "10 × 3 cccccccc")
    assert told["train.age"].values == ("float64 aaaaaaaa", "float64 cccccccc")
    assert not told["train.city"].differs
    assert told["train.pay"].values == (MISSING, "float64 mean 0.333333")


def test_two_datasets_of_one_role_are_told_apart_by_name() -> None:
    from modelreg.verbs import contrast

    two = of_data({**columns(age="a"), "expression": "old"}, {**columns(age="b"), "expression": "new"})
    names = [row.name for row in contrast.rows([two, two], [None, None])]
    assert names == ["train old", "train old.age", "train new", "train new.age"]


def test_what_a_model_was_evaluated_on_stands_beside_what_it_was_trained_on(reg: Registry) -> None:
    table, truth = np.arange(6.0).reshape(3, 2), np.array([0, 1, 0])
    book = Notebook.current()
    ran("import numpy as np", "table, truth = np.ones((3, 2)), np.ones(3)", "clf = Flat(0)")
    clf = Flat(0)
    reg.register(clf, "churn", variable="clf", data={"train": table})
    reg.register(clf, "churn", variable="clf", evaluate={"table, truth": (table, truth)})
    reg.register(Flat(1), "churn", variable="clf", data={"train": table + 1, "valid": table})
    assert capturing.wait(book, 60)
    found = reg.show("churn:v0").surroundings
    assert found is not None
    assert [(one.role, one.shape) for one in found.data] == [("train", (3, 2)), ("eval", (3, 2)), ("eval_target", (3,))]
    told = rows(reg, "churn:v0", "churn:v1")
    assert told["data.train"].differs
    assert told["data.eval"].values[1] is MISSING
    assert told["data.valid"].values[0] is MISSING


def test_an_array_has_values_in_place_of_a_column_without_a_name() -> None:
    found = of_data(columns(**{"None": "a"}))
    assert [one.name for one in found.data[0].columns] == ["values"]
    assert found.data[0].columns[0].mean == "0.333333"


def test_columns_are_told_once_and_by_their_means_where_these_tell_them_apart() -> None:
    from modelreg.verbs import contrast

    def train(mean: float, digest: str) -> dict[str, Any]:
        known = columns(age=digest)
        known["profile"]["columns"][0]["mean"] = mean
        return known

    def told(*sets: dict[str, Any]) -> dict[str, CompareRow]:
        both = [of_data(one, {**one, "role": "from", "expression": "df"}) for one in sets]
        return {row.name: row for row in contrast.rows(both, [None, None])}

    assert told(train(1.5, "a"), train(2.5, "b"))["train.age"].values == ("float64 mean 1.5", "float64 mean 2.5")
    alike = told(train(1.5, "a"), train(1.5, "b"))
    assert alike["train.age"].values == ("float64 aaaaaaaa", "float64 bbbbbbbb")
    assert "from.age" not in alike
    assert "from" in alike


def test_a_column_has_its_digest_and_its_figures() -> None:
    (column,) = of_data(columns(age="a")).data[0].columns
    assert (column.name, column.type, column.nulls, column.mean, column.digest) == (
        "age", "float64", 0, "0.333333", "a" * 64,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1e6, "1000000"), (-0.0, "0"), (1 / 3, "0.333333"), (1e300, "1e+300"), (float("inf"), "inf"), ("red", "red"), (True, "")],
)  # fmt: skip
def test_figures_are_written_as_they_are_read(value: object, shown: str) -> None:
    known = columns(age="a")
    known["profile"]["columns"][0]["max"] = value
    assert of_data(known).data[0].columns[0].max == shown


def test_code_that_is_too_long_is_not_compared() -> None:
    long = [f"x{number} = 1" for number in range(diff.LONGEST + 1)]
    (found,) = diff.between(["a:v0", "a:v1"], [long, [*long, "y"]])
    assert found.fault == "more than 2,000 lines are not compared"


def test_code_that_is_lost_is_compared_with_nothing(reg: Registry) -> None:
    lost = Attachment(uid="a", name="slice.py", media_type="text/plain", size=3, digest="ab" * 32, role="capture")
    run = Run(uid="r", kind="register", at=0, actor="a", host="h", notebook="", variable="", files=(lost,))
    assert diff.sources(reg._context.blobs, [run]) is None
    assert [(one.before, one.after) for one in diff.between(["a", "b", "c"], [["x"], None, ["y"]])] == [("a", "c")]


def test_what_comes_between_the_answer_and_the_rest_is_kept_too(reg: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = capturing.Capturing.go_on

    def later(self: capturing.Capturing, run_id: int) -> None:
        for thread in self._beside:
            thread.join()
        go_on(self, run_id)

    monkeypatch.setattr(capturing, "PATIENCE", 0.0)
    monkeypatch.setattr(capturing.Capturing, "go_on", later)
    ran("clf = 1")
    assert "git.patch" in dict(registered(reg, {"n": 1}).kept)


def test_what_was_not_captured_of_a_version_differs_from_nothing():
    here = Surroundings(environment=Environment(python="CPython 3.12.1"), repository=Repository(commit="a" * 40))
    there = Surroundings(environment=Environment(python="CPython 3.13.0"), repository=Repository(commit="b" * 40))
    told = {(row.section, row.name): row for row in contrast.rows([here, Surroundings(), None], [None, None, None])}
    assert told["environment", "python"].values == ("CPython 3.12.1", MISSING, MISSING)
    assert not any(row.differs for row in told.values())
    told = {(row.section, row.name): row for row in contrast.rows([here, None, there], [None, None, None])}
    assert {name for name, row in told.items() if row.differs} == {("environment", "python"), ("git", "commit")}


def test_a_comparison_waits_for_what_is_still_captured(reg: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    land, asked = capturing.Capturing._land, threading.Event()

    def late(self: capturing.Capturing, run_id: int, early: set[str]) -> None:
        assert asked.wait(60)
        land(self, run_id, early)

    monkeypatch.setattr(capturing.Capturing, "_land", late)
    ran("clf = 1")
    for n in range(2):
        reg.register({"n": n}, "churn", variable="clf")
    assert "environment" not in {row.section for row in reg.compare("churn:v0", "churn:v1", patience=0).rows}
    threading.Timer(0.1, asked.set).start()
    assert "environment" in {row.section for row in reg.compare("churn:v0", "churn:v1", patience=60).rows}
