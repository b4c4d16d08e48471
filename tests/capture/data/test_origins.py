"""Where data came from is read from the cells; nothing of them runs again, and no secret is told."""

from __future__ import annotations

import os
from pathlib import Path

import blake3
import pytest
import sklearn

from modelreg.capture.data import origins
from modelreg.notebook.execution import Execution

HEAD = "import os\nimport numpy as np\nimport pandas as pd\nfrom pathlib import Path\nfrom sklearn import datasets\n"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A project with one data file; it is the current directory."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("x,y\n1,2\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def came(*cells, expression="df", scope=None, **more):
    log = [Execution(source=one) for one in (HEAD, *cells)]
    return origins(log, {} if scope is None else scope, expression, **more)


def test_a_file_is_told_with_its_digest(place):
    (one,) = came("df = pd.read_csv('data/a.csv')")
    assert (one.kind, one.call, one.function, one.cell) == ("file", "pd.read_csv", "pandas.read_csv", 1)
    assert (one.path, one.relative) == (str(place / "data" / "a.csv"), "data/a.csv")
    assert one.digest == blake3.blake3(b"x,y\n1,2\n").hexdigest()
    assert one.size == 8
    assert one.modified == (place / "data" / "a.csv").stat().st_mtime_ns // 1000
    assert one.package == "pandas"


@pytest.mark.parametrize(
    "cell",
    [
        "df = pd.read_csv(filepath_or_buffer='data/a.csv')",
        "df = pd.read_csv(Path('data') / 'a.csv')",
        "df = pd.read_csv(Path('data', 'a.csv'))",
        "df = pd.read_csv(Path('data').joinpath('a.csv').resolve())",
        "df = pd.read_csv(os.path.join('data', 'a.csv'))",
        "df = pd.read_csv(DATA / 'a.csv')",
        "df = pd.read_csv(str(DATA / 'a.csv'))",
        "df = pd.read_csv(f'{DATA}/a.csv')",
        "df = pd.read_csv(FOLDER + '/a.csv')",
        "df = pd.read_csv(paths['a'])",
        "with open('data/a.csv') as f:\n    df = pd.read_csv(f)",
        "df = pd.read_csv(open('data/a.csv'))",
        "df = np.loadtxt('data/a.csv', skiprows=1)",
        "df = pd.read_csv('data/../data/a.csv')",
        "raw = pd.read_csv('data/a.csv')\nclean = raw.dropna()\ndf = clean[clean.x > 0]",
        "def load():\n    return pd.read_csv('data/a.csv')\ndf = load()",
        "df = pd.DataFrame()\ndf['x'] = pd.read_csv('data/a.csv')['x']",
        "parts = []\nparts.append(pd.read_csv('data/a.csv'))\ndf = pd.concat(parts)",
    ],
)
def test_every_way_to_write_the_path_is_read(place, cell):
    scope = {"DATA": Path("data"), "FOLDER": "data", "paths": {"a": "data/a.csv"}}
    found = [one for one in came(cell, scope=scope) if one.kind == "file"]
    assert [one.relative for one in found] == ["data/a.csv"]


def test_only_what_the_data_was_made_of_is_told(place):
    found = came("other = pd.read_csv('data/b.csv')\ndf = pd.read_csv('data/b.csv')\ndf = pd.read_csv('data/a.csv')")
    assert [one.relative for one in found] == ["data/a.csv"]


@pytest.mark.parametrize(
    "cell",
    [
        "df, later = pd.read_csv('data/a.csv'), pd.read_csv('b.csv')",
        "[later, (df, _)] = [pd.read_csv('b.csv'), (pd.read_csv('data/a.csv'), 1)]",
        "later, df = pd.read_csv('data/a.csv'), pd.read_csv('b.csv')\ndf, later = later, df",
        "(df, z), later = (pd.read_csv('data/a.csv'), pd.read_csv('b.csv')), 1",
        "parts = []\nlater, n = parts.append(pd.read_csv('data/a.csv')), pd.read_csv('b.csv')\ndf = pd.concat(parts)",
        "later, n = (df := pd.read_csv('data/a.csv')), pd.read_csv('b.csv')",
        "box = {}\nbox['a'], later = pd.read_csv('data/a.csv'), pd.read_csv('b.csv')\ndf = box['a']",
    ],
)
def test_of_several_that_are_assigned_at_once_each_has_its_own(place, cell):
    (place / "b.csv").write_text("x\n1\n")
    assert [one.relative for one in came(cell)] == ["data/a.csv"]


def test_where_they_cannot_be_told_apart_all_are_told(place):
    (place / "b.csv").write_text("x\n1\n")
    assert len(came("df, *later = pd.read_csv('data/a.csv'), pd.read_csv('b.csv')")) == 2


def test_a_file_outside_the_project_has_no_relative_path(place, tmp_path_factory):
    (one,) = came("df = pd.read_csv('data/a.csv')", base=tmp_path_factory.mktemp("elsewhere"))
    assert one.relative is None
    assert one.path == str(place / "data" / "a.csv")


def test_a_file_that_is_gone_is_said(place):
    (one,) = came("df = pd.read_csv('data/none.csv')")
    assert (one.kind, one.error, one.digest) == ("file", "it is not there any more", None)


def test_a_file_that_was_written_after_it_was_read_is_told(place):
    log = [Execution(source=HEAD), Execution(source="df = pd.read_csv('data/a.csv')", ended=1_000_000_000_000_000)]
    os.utime("data/a.csv", ns=(0, 10**18 + 5000))
    assert origins(log, {}, "df")[0].changed is True
    os.utime("data/a.csv", ns=(0, 10**18 - 5000))
    assert origins(log, {}, "df")[0].changed is False


def test_a_folder_is_told_by_all_its_files(place):
    (before,) = came("df = pd.read_parquet('data')")
    assert (before.kind, before.size) == ("folder", 8)
    (place / "data" / "b.csv").write_text("1")
    assert came("df = pd.read_parquet('data')")[0].digest != before.digest


def test_an_address_is_told_without_user_password_and_query():
    (one,) = came("df = pd.read_csv('https://me:hunter2@example.org/a.csv?token=abc#x')")
    assert (one.kind, one.url) == ("url", "https://example.org/a.csv")
    assert "hunter2" not in str(one)


def test_a_token_in_a_path_is_taken_out(place):
    token = "ghp_" + "a1B2" * 9
    (one,) = came(f"df = pd.read_csv('data/{token}.csv')")
    assert token not in str(one.to_json())


def test_a_query_is_told_without_its_text():
    (one,) = came("df = pd.read_sql('select * from people where name = \\'Ada\\'', 'postgresql://me:pw@host/db')")
    assert (one.kind, one.function) == ("query", "pandas.read_sql")
    assert "Ada" not in str(one)
    assert "pw@" not in str(one)


def test_a_data_set_that_a_function_made_is_told_with_its_arguments():
    (one,) = came("df, y = datasets.make_classification(100, n_features=4, random_state=seed)", scope={"seed": 1})
    assert (one.kind, one.function) == ("generated", "sklearn.datasets.make_classification")
    assert one.arguments == (("0", "100"), ("n_features", "4"), ("random_state", "…"))
    assert (one.package, one.version) == ("sklearn", sklearn.__version__)


def test_a_secret_among_the_arguments_is_taken_out():
    (one,) = came("df = datasets.fetch_openml('titanic', password='hunter2secret')")
    assert "hunter2secret" not in str(one)
    assert one.arguments[0] == ("0", "'titanic'")


def test_a_data_set_that_was_imported_by_name_is_told():
    (one,) = came("from sklearn.datasets import load_iris\ndf = load_iris(as_frame=True).data")
    assert (one.function, one.arguments) == ("sklearn.datasets.load_iris", (("as_frame", "True"),))


def test_pipelines_are_no_data():
    assert came("from sklearn.pipeline import make_pipeline\ndf = make_pipeline(None)") == ()


def test_the_sidecar_of_dvc_is_read(place):
    md5 = "d41d8cd98f00b204e9800998ecf8427e"
    (place / "data" / "a.csv.dvc").write_text(f"outs:\n- md5: {md5}\n  size: 8\n  path: a.csv\n")
    assert came("df = pd.read_csv('data/a.csv')")[0].dvc == md5
    (place / "data" / "a.csv.dvc").unlink()
    (place / "data.dvc").write_text(f"outs:\n- md5: {md5}.dir\n  path: data\n")
    assert came("df = pd.read_csv('data/a.csv')")[0].dvc == f"{md5}.dir"


def test_a_path_from_a_loop_is_not_guessed(place):
    (one,) = came("parts = [pd.read_csv(f) for f in files]\ndf = pd.concat(parts)", scope={"f": "data/a.csv"})
    assert (one.kind, one.error) == ("unknown", "f changes in a loop: which files were read is not known")


def test_a_path_that_a_function_works_out_is_not_run_again():
    called = []
    (one,) = came("df = pd.read_csv(where())", scope={"where": lambda: called.append(1)})
    assert called == []
    assert one.error == "where() is worked out by the cell"


def test_a_name_that_is_gone_is_said():
    assert came("df = pd.read_csv(NOWHERE)")[0].error == "NOWHERE is not there any more"


def test_a_file_that_was_written_is_no_origin(place):
    assert came("with open('data/out.txt', 'w') as f:\n    df = f.write('x')") == ()


def test_cells_that_are_no_python_are_left_out(place):
    assert [one.relative for one in came("df = pd.read_csv('data/a.csv')", "for for")] == ["data/a.csv"]


def test_what_is_no_expression_is_said_not_raised():
    (one,) = came(expression="df +")
    assert "df +" in one.error
