"""``attachment REF [NAME]``: look at what is kept with a version, or save it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from modelreg.errors import InvalidError, NotFoundError

if TYPE_CHECKING:
    from tests.commands.desk import Desk

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.fixture
def kept(desk: Desk) -> Desk:
    """Return a notebook that registered a model with a picture and a table."""
    Path("roc.svg").write_bytes(SVG)
    desk.variables["df"] = pd.DataFrame({"a": [1, 2]})
    desk.run("register clf churn --attach roc.svg --attach scores=df")
    return desk


def test_a_picture_shows(kept: Desk) -> None:
    view = kept.value("attachment churn:v0 roc.svg")
    assert repr(view).startswith(
        "roc.svg (picture, 41 B) of churn:v0\nsave it: %modelreg attachment churn:v0 roc.svg --to ."
    )
    assert '<img src="data:image/svg+xml;base64,' in view._repr_html_()


def test_a_table_comes_back_as_a_frame(kept: Desk) -> None:
    pd.testing.assert_frame_equal(kept.value("attachment churn scores --frame"), kept.variables["df"])


def test_it_is_saved(kept: Desk) -> None:
    Path("out").mkdir()
    assert (
        kept.says("attachment churn scores --to out") == "scores.csv (table, 9 B) of churn:v0\nsaved to out/scores.csv"
    )
    assert Path("out/scores.csv").read_bytes() == b"a\r\n1\r\n2\r\n"
    kept.refuses("attachment churn scores --to out", "exists and was left as it is", InvalidError)


@pytest.mark.parametrize(
    ("name", "to", "fitting"),
    [("roc.svg", "out.png", "out.svg"), ("scores", "out.svg", "out.csv"), ("roc.svg", "my pic.tiff", "my pic.svg")],
)
def test_a_picture_or_table_is_not_saved_under_a_name_that_says_it_is_another(
    kept: Desk, name: str, to: str, fitting: str
) -> None:
    saved = kept.leads_on(f'attachment churn {name} --to "{to}"', r"is no \w+, as '.+' would say", InvalidError)
    assert saved.saved == fitting
    assert [path.name for path in Path().iterdir() if path.stem == Path(to).stem] == [fitting]


def test_what_is_text_is_saved_under_any_name_of_text(kept: Desk) -> None:
    kept.run("attachment churn scores --to scores.txt")
    kept.run("attachment churn scores --to scores.bak")
    assert Path("scores.txt").read_bytes() == Path("scores.bak").read_bytes() == b"a\r\n1\r\n2\r\n"


def test_the_line_that_the_view_gives_saves_it(kept: Desk) -> None:
    line = kept.says("attachment churn scores").rpartition("%modelreg ")[2]
    kept.run(line)
    assert Path("scores.csv").exists()


def test_show_lists_them(kept: Desk) -> None:
    assert "attachments  roc.svg (picture, 41 B), scores.csv (table, 9 B)" in kept.says("show churn:v0")


def test_a_name_may_be_left_out_where_there_is_one(kept: Desk) -> None:
    kept.run("register tree churn --attach roc.svg")
    assert kept.value("attachment churn:v1").data == SVG
    assert kept.leads_on("attachment churn:v0", "has roc.svg, scores; name the one", InvalidError).data == SVG
    kept.run("register better churn")
    assert kept.leads_on("attachment churn:v2", "^churn:v2 has no attachment", InvalidError).version.number == 2


def test_a_name_that_is_not_there_is_told_with_those_that_are(kept: Desk) -> None:
    kept.refuses("attachment churn score", "has no attachment 'score'; did you mean 'scores'?", NotFoundError)
