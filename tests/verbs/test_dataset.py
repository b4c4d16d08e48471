"""``data == df``: which versions and models used some data, whether or not anybody logged it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from modelreg import views
from modelreg.capture.data import fingerprint
from modelreg.errors import QueryError

from .cells import Cells

if TYPE_CHECKING:
    from pathlib import Path

    from modelreg.registry import Registry


@pytest.fixture
def train() -> pd.DataFrame:
    return pd.DataFrame({"a": np.arange(10.0), "b": list("abcdefghij")})


@pytest.fixture
def used(registry: Registry, train: pd.DataFrame) -> Registry:
    """Return a registry with two models of the same data, one of other data and one of none that is known."""
    registry.register({"n": 0}, "churn", data={"train": train})
    registry.register({"n": 1}, "churn", data={"train": train.assign(a=0.0)})
    registry.register({"n": 2}, "churn")
    registry.register({"n": 3}, "fraud", data={"train": train.copy(), "test": train.head(2)})
    return registry


def found(registry: Registry, query: str, **names: object) -> list[str]:
    return sorted(version.ref for version in registry.versions(None, query, names=names))


def test_an_object_finds_who_used_the_same_contents(used: Registry, train: pd.DataFrame) -> None:
    assert found(used, "data == df", df=train) == ["churn:v0", "fraud:v0"]
    assert found(used, "df == data", df=train.copy()) == ["churn:v0", "fraud:v0"]
    assert found(used, "data == df", df=train.head(2)) == ["fraud:v0"]
    assert found(used, "data == df", df=train.head(3)) == []
    assert [v.ref for v in used.versions("churn", "data == df", names={"df": train})] == ["churn:v0"]


def test_models_are_found_by_the_data_of_their_versions(used: Registry, train: pd.DataFrame) -> None:
    assert {model.name for model in used.models("data == df", names={"df": train})} == {"churn", "fraud"}
    used.unlink("churn:v0")
    assert {model.name for model in used.models("data == df", names={"df": train})} == {"fraud"}


def test_what_used_other_data_is_not_what_used_none(used: Registry, train: pd.DataFrame) -> None:
    assert found(used, "data != df", df=train) == ["churn:v1"]
    assert found(used, "not data == df", df=train) == ["churn:v1"]
    assert found(used, 'data is None and name == "churn"') == ["churn:v2"]
    assert found(used, "data is not None and version > 0") == ["churn:v1"]


def test_the_answer_says_in_which_role_a_version_used_the_data(used: Registry, train: pd.DataFrame) -> None:
    used.log(train, "data/train", kind="dataset")
    used.register({"n": 6}, "late", data={"from": train, "<b>": train.copy()})
    page = used.versions(None, "data == df", names={"df": train})
    roles = {version.ref: page.used[version.uid] for version in page}
    assert roles == {"churn:v0": {"train": True}, "fraud:v0": {"train": True}, "late:v0": {"<b>": True, "from": True}}
    view = views.show(page)
    told = dict(zip((version.ref for version in view), view.columns()["data"], strict=True))
    assert told == {ref: tuple(found) for ref, found in roles.items()}
    assert re.search(r"late:v0 +<b>, train \(a part, or made of it\) ", repr(view))
    assert "<b>, train" not in view._repr_html_()
    assert used.versions(None, 'name == "churn"').used == {}


def test_where_no_version_has_the_data_the_answer_says_what_was_compared(used: Registry, train: pd.DataFrame) -> None:
    names = {"df": train.head(3), "y": np.zeros(4), "train": train}
    said = "df is compared by all its contents, 3 × 2; a part of it, such as a split, is other data"
    assert used.versions(None, "data == df", names=names).note == said
    assert used.versions("churn", "data == df and version > 7", names=names).note == said
    assert used.versions(None, "data == y", names=names).note.startswith("y is compared by all its contents, 4 rows;")
    for query in ("data == train and version > 7", 'data == "000000"', "not data == df and version > 7"):
        assert used.versions(None, query, names=names).note == ""


def test_a_digest_or_its_beginning_finds_the_same(used: Registry, train: pd.DataFrame) -> None:
    digest = fingerprint(train).digest
    assert digest is not None
    assert found(used, f'data == "{digest}"') == ["churn:v0", "fraud:v0"]
    assert found(used, f'data == "{digest.removeprefix("mrfp1:")[:10]}"') == ["churn:v0", "fraud:v0"]
    assert found(used, 'data == "000000"') == []


@pytest.mark.parametrize("first", [True, False])
def test_a_dataset_finds_who_used_it_also_before_it_was_logged(
    used: Registry, train: pd.DataFrame, *, first: bool
) -> None:
    if first:
        used.register({"n": 4}, "late", data={"train": train})
    used.log(train, "data/train", kind="dataset")
    if not first:
        used.register({"n": 4}, "late", data={"train": train.copy()})
    assert found(used, 'data == "data/train:v0"') == ["churn:v0", "fraud:v0", "late:v0"]
    assert found(used, "data == df", df=used.load("data/train:v0", trust=True)) == ["churn:v0", "fraud:v0", "late:v0"]


def test_a_dataset_that_is_named_is_found_by_its_contents(used: Registry, train: pd.DataFrame) -> None:
    used.log(train, "data/train", kind="dataset")
    used.register({"n": 5}, "named", data={"train": "data/train:v0"})
    assert found(used, "data == df", df=train) == ["churn:v0", "fraud:v0", "named:v0"]


@pytest.mark.parametrize(
    ("query", "column", "message"),
    [
        ("data < df", 7, "data has no order; compare it with == or !="),
        ("data in (df, df)", 8, "data is compared with ==: data == df_train"),
        ("data == nothing", 8, "there is no variable 'nothing'"),
        ("data == model", 8, "a Model is no data that can be told again"),
        (
            "data == rows",
            8,
            "a list_iterator is no data that can be told again: a list_iterator gives its values once only",
        ),
        ('data == "data/none:v3"', 8, "there is no file 'data/none:v3' here, and no dataset of that name"),
        (
            'data == "/no/such.csv"',
            8,
            "there is no file '/no/such.csv'; what was read from it can be asked for too: data == df",
        ),
        ('data == "churn:v0"', 8, "churn:v0 is a model; data are datasets"),
        ("data", 0, "data alone is no condition"),
        ("data is 3", 8, "'is' asks for None only"),
        ('"x" in data', 7, "data is compared with =="),
        ('data.startswith("x")', 0, "data holds no text"),
    ],
)
def test_what_is_no_question_about_data_is_refused_with_its_place(
    used: Registry, train: pd.DataFrame, query: str, column: int, message: str
) -> None:
    class Model:
        """No data."""

    with pytest.raises(QueryError) as fault:
        used.versions(None, query, names={"df": train, "model": Model(), "rows": iter([1])})
    assert message in fault.value.message
    assert fault.value.column == column


def test_a_variable_called_data_is_the_variable_on_the_right(used: Registry, train: pd.DataFrame) -> None:
    assert found(used, "data == data", data=train) == ["churn:v0", "fraud:v0"]


def test_a_list_cannot_be_sorted_by_data(used: Registry) -> None:
    with pytest.raises(QueryError, match="cannot be sorted by data"):
        used.versions("churn", order="data")


def test_a_page_goes_on_with_the_same_data(used: Registry, train: pd.DataFrame) -> None:
    first = used.versions(None, "data == df", names={"df": train}, limit=1)
    second = used.versions(None, "data == df", names={"df": train}, limit=1, token=first.next)
    assert sorted([*(v.ref for v in first), *(v.ref for v in second)]) == ["churn:v0", "fraud:v0"]


def test_a_list_of_who_used_a_file_says_how_many_used_other_contents_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cells = Cells(tmp_path)
    cells("import pandas as pd\nfrom sklearn.dummy import DummyClassifier")
    for rows in range(3, 6):
        (tmp_path / "data.csv").write_text("a,b\n" + "1,2\n" * rows)
        cells(f"df = pd.read_csv('data.csv')\nclf = DummyClassifier(random_state={rows}).fit(df[['a']], df['b'])")
        cells.register("clf", "churn" if rows < 5 else "fraud")
    asked = 'data == "data.csv"'
    by_its_whole_path = cells.registry.versions(None, f'data == "{tmp_path / "data.csv"}"')
    assert [one.ref for one in by_its_whole_path] == [one.ref for one in cells.registry.versions(None, asked)] != []
    every = cells.registry.versions(None, asked)
    assert [(one.home, every.note) for one in every] == [("fraud", "2 versions used other contents of data.csv")]
    assert views.show(every).text().endswith("\n2 versions used other contents of data.csv")
    assert "2 versions used other contents of data.csv" in views.show(every)._repr_html_()
    of_one = cells.registry.versions("churn", asked)
    assert (len(of_one), of_one.note) == (0, "2 versions used other contents of data.csv")
    assert cells.registry.versions("fraud", asked).note == ""
    (tmp_path / "other.csv").write_text("a\n1\n")
    assert cells.registry.versions(None, 'data == "other.csv"').note == ""
    cells.registry.unlink("churn:v0")
    assert cells.registry.versions("churn", asked).note == "1 version used other contents of data.csv"


def test_a_frame_finds_what_was_passed_or_made_of_it_and_says_which(tmp_path: Path) -> None:
    cells = Cells(tmp_path)
    cells("import pandas as pd\nfrom sklearn.dummy import DummyClassifier")
    cells(
        "df = pd.DataFrame({'a': range(9), 'b': range(9), 'y': [0, 1, 2] * 3})\nX, y = df[['a', 'b']], df['y'].copy()"
    )
    cells("def made(d):\n    return d[['a', 'b']] * 2")
    given = {"exact": "X", "part": "df[[c for c in df if c != 'y']]", "made": "made(df)"}
    for place, name in enumerate(given):
        cells(f"clf = DummyClassifier(random_state={place}).fit({given[name]}, y)")
        cells.register("clf", name)
    said = views.show(cells.registry.versions(None, "data == df", names=cells.names)).text()
    assert re.findall(r"(\w+):v0 +([a-z, ()]+?)  ", said) == [
        ("made", "train (a part, or made of it)"),
        ("part", "train (a part, or made of it)"),
    ]
    said = views.show(cells.registry.versions(None, "data == X", names=cells.names)).text()
    assert re.findall(r"(\w+):v0 +([a-z, ()]+?)  ", said) == [("part", "train"), ("exact", "train")]
