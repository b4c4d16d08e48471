"""What was captured around a version as the front end gets it: whole where it is small, bounded where it is not."""

from __future__ import annotations

import pytest

from modelreg.notebook import Notebook
from modelreg.panels import captured
from modelreg.records import Column, Dataset, Repository, Statements, Surroundings
from modelreg.verbs import capturing

from .surrounded import ran, surround


@pytest.fixture
def known(home, unopened, tmp_path):
    """A panel over ``churn``, whose two versions were captured."""
    surround(home / "registry", tmp_path / "work")
    unopened.open("browse churn")
    return unopened


def text(cells):
    return ["".join(word for _, word in cell) for cell in cells]


def test_a_version_says_which_tabs_there_are(known):
    told = known.ask("version", ref="churn:v1")["captured"]
    assert told["kinds"] == [["slice", "What made it"], ["session", "Whole session"]]
    assert (told["statements"], told["cells"]) == (3, "3 of 8 cells")
    assert (told["state"], told["doubts"]) == ("", [])
    assert told["data"] == len(known.ask("data", ref="churn:v1")["sets"])
    assert told["environment"] == len(known.ask("environment", ref="churn:v1")["direct"])
    git = told["git"]
    assert (git["branch"], git["apart"], git["changed"], git["patch"]) == (
        "main", ["1 file uncommitted", "not on a remote"], [["M", "features.py"]], True,
    )  # fmt: skip
    assert len(git["commit"]) == 40
    assert "the repository has no remote" in known.registry.show("churn:v1").surroundings.repository.warnings
    assert git["warnings"] == []  # "not on a remote" says it


def test_a_metric_says_where_it_comes_from(known):
    from sklearn.ensemble import RandomForestRegressor

    rows = [[float(number)] for number in range(30)]
    forest = RandomForestRegressor(n_estimators=9, oob_score=True, random_state=0).fit(rows, [row[0] for row in rows])
    book = Notebook.current()
    book.log.on = True
    try:
        ran(book, "forest = fit()")
        known.registry.register(forest, "churn", variable="forest", metrics={"mae": 0.5})
        assert capturing.wait(book, 60)
    finally:
        book.log.on = False
        book.log = type(book.log)()
    told = known.ask("version", ref="churn:v2")
    sources = told["captured"]["sources"]
    assert sources
    assert {"mae", *sources} == {name for name, _ in told["metrics"]}  # of what the user gave nothing is said
    assert set(sources.values()) <= set(dict(known.registry.show("churn:v2").surroundings.metrics).values())


def test_a_version_that_was_not_captured_has_no_such_tabs(opened):
    assert opened.ask("version", ref="churn:v1")["captured"] is None
    assert opened.refused("code", ref="churn:v1")["kind"] == "not-found"
    assert opened.refused("environment", ref="churn:v1")["kind"] == "not-found"
    assert opened.refused("data", ref="churn:v1")["kind"] == "invalid"


def test_code_comes_as_words_that_are_the_code(known):
    told = known.ask("code", ref="churn:v1")
    assert text(told["cells"]) == [known.registry.code("churn:v1").cells[0]]
    assert ["keyword", "import"] in told["cells"][0]
    assert ["string", "'<b>Ulm</b>'"] in told["cells"][0]
    assert (told["whole"], told["left"]) == (True, 0)
    assert told["line"] == "%modelreg code churn:v1 --to slice.py"


def test_the_whole_session_comes_cell_by_cell(known):
    told = known.ask("code", ref="churn:v1", what="session")
    assert len(told["cells"]) == 8
    assert text(told["cells"])[2] == "unrelated = 'not kept'"
    assert told["heads"] == [f"[{number}]" for number in range(1, 9)]
    assert told["line"] == "%modelreg code churn:v1 --log --to session.ipynb"
    assert "session" in known.refused("code", ref="churn:v1", what="everything")["text"]


def test_uncommitted_changes_come_as_lines_with_their_marks(known):
    told = known.ask("code", ref="churn:v1", what="patch")
    assert told["lines"] == [
        ["=", "features.py"], ["@", "@@ -1,2 +1,2 @@"], ["-", "limit = 1"], ["+", "limit = 20"], [" ", "other = 2"],
    ]  # fmt: skip
    assert (told["left"], told["line"]) == (0, "%modelreg code churn:v1 --patch --to git.patch")


def test_packages_stand_beside_those_of_this_kernel(known):
    told = known.ask("environment", ref="churn:v1")
    assert told["same"]
    assert told["findings"] == []
    names = [name for name, *_ in told["direct"]]
    assert names == sorted(names)
    assert "scikit-learn" in names
    assert all(then == here and not severity for _, then, here, severity, _ in told["direct"] + told["others"])
    assert told["requirements"].startswith("# CPython 3.")


def test_data_comes_with_its_columns_in_figures(known):
    sets = {each["role"]: each for each in known.ask("data", ref="churn:v1")["sets"]}
    train, target = sets["train"], sets["target"]
    assert (train["role"], train["name"], train["size"]) == ("train", "train[['age']]", "45 × 1")
    assert train["columns"] == [["age", "float64", "0", "0", "44", "22"]]
    assert (target["role"], target["size"]) == ("target", "45 rows")
    assert train["digest"].startswith(train["short"])


def test_what_differs_of_code_and_data_is_compared(known):
    told = known.ask("compare", refs=["churn:v0", "churn:v1"])
    (code,) = told["code"]
    assert (code["added"], code["removed"], code["left"]) == (2, 2, 0)
    fitted = "clf = LinearRegression(fit_intercept=False).fit(train[['age']], train['income'])"
    assert ["+", fitted] in code["lines"]
    differs = {f"{row['section']}.{row['name']}" for row in told["rows"] if row["differs"]}
    assert {"data.train", "data.train.age", "data.target", "code.statements"} <= differs
    assert not any(name.startswith(("git.", "environment.")) for name in differs)


def test_a_long_session_and_long_lines_are_told_in_part(unopened):
    book = Notebook.current()
    book.log.on = True
    try:
        for number in range(300):
            ran(book, f"x{number} = '{'y' * 2000}'")
        ran(book, "clf = {'n': 1}")
        registry = unopened.registry
        registry.register({"n": 1}, "churn", variable="clf")
        assert capturing.wait(book, 60)
    finally:
        book.log.on = False
        book.log = type(book.log)()
    unopened.open("browse churn")
    told = unopened.ask("code", ref="churn:v0", what="session")
    assert 0 < len(told["cells"]) < 40
    assert told["left"] == 301 - len(told["cells"])
    assert not told["whole"]
    assert unopened.size("code", ref="churn:v0", what="session") <= 2 * captured.CODE


def test_thousands_of_lines_columns_and_files_are_told_in_part():
    lines = captured.difference([("+", "z" * 5000)] * 10_000)
    assert (len(lines["lines"]), lines["left"]) == (captured.LINES, 10_000 - captured.LINES)
    assert len(lines["lines"][0][1]) == captured.WIDE
    columns = tuple(Column(name=f"c{number}") for number in range(3000))
    told = captured._dataset(Dataset(role="train", columns=columns))
    assert (len(told["columns"]), told["left"]) == (captured.COLUMNS, 3000 - captured.COLUMNS)
    found = Surroundings(
        statements=Statements(uncertain=tuple(("why" * 2000, "") for _ in range(500))),
        repository=Repository(commit="a" * 40, changed=tuple((f"{number}.py", "M") for number in range(5000))),
    )
    glance = captured.glance(found, "r")
    assert (len(glance["git"]["changed"]), glance["git"]["more"]) == (200, {"changed": 4800})
    assert len(glance["doubts"]) == 200
    assert max(map(len, glance["doubts"])) <= 1200


def test_what_was_asked_for_is_asked_for_again_when_the_rest_of_a_capture_lands():
    pending, whole = Surroundings(state="pending", waiting=("environment",)), Surroundings()
    assert captured.glance(pending, "r")["mark"] != captured.glance(whole, "r")["mark"]
    assert captured.glance(pending, "r")["state"] == "pending: environment"
    assert captured.glance(whole, "r")["mark"] != captured.glance(whole, "another run")["mark"]
