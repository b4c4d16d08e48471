"""However much a version holds, what the panel is told of it has bounds, and says how much more there is."""

from __future__ import annotations

import pytest

from modelreg.panels import attached, portion, rows


def test_thousands_of_metrics_and_hundreds_of_long_params_are_told_in_part(opened):
    opened.somebody().register(
        {"n": 1},
        "churn",
        metrics={f"validation/metric-{number:04}": number / 7 for number in range(5000)},
        params={f"param-{number:03}": "x" * 2000 for number in range(500)},
    )
    told = opened.ask("version", ref="churn:v4")
    assert told["more"] == {"metrics": 4800, "params": 300}
    assert [name for name, _ in told["metrics"][:2]] == ["validation/metric-0000", "validation/metric-0001"]
    assert len(told["metrics"]) == len(told["params"]) == portion.MOST
    assert {len(text) for _, text in told["params"]} == {rows.LONGEST}
    assert opened.size("version", ref="churn:v4") <= 100_000


def test_few_long_params_are_told_at_length(opened):
    opened.somebody().register({"n": 1}, "churn", params={"query": "x" * 1000})
    told = opened.ask("version", ref="churn:v4")
    assert told["params"] == [["query", "x" * 1000]]
    assert told["more"] == {}


def test_a_folder_of_many_files_is_told_in_part(opened, tmp_path):
    for number in range(2000):
        (tmp_path / f"shard-{number:05}-of-a-large-network.bin").touch()
    opened.somebody().register(None, "churn", path=tmp_path)
    told = opened.ask("version", ref="churn:v4")
    assert (len(told["files"]), told["more"]) == (portion.MOST, {"files": 1800})
    assert opened.size("version", ref="churn:v4") <= 100_000


def test_many_aliases_are_told_in_part(opened):
    opened.somebody().register({"n": 1}, "churn", aliases=[f"candidate-{number:03}" for number in range(300)])
    page = opened.ask("open", name="churn")
    row = page["page"]["rows"][0]
    assert (len(row["aliases"]), row["more"]["aliases"]) == (rows.ALIASES, 300 - rows.ALIASES)
    assert (len(page["overview"]["aliases"]), page["overview"]["more"]) == (portion.MOST, {"aliases": 101})
    then = opened.ask("moment", name="churn", at="now")
    assert (len(then["aliases"]), then["more"]) == (portion.MOST, {"aliases": 101})
    (listed,) = opened.ask("models", search="churn")["items"]
    assert (listed["aliases"][0], listed["more"]["aliases"]) == (["production", 1, False], 301 - rows.ALIASES)
    told = opened.ask("version", ref="churn:v4")
    assert (len(told["aliases"]), told["more"]) == (portion.MOST, {"aliases": 100})
    assert opened.size("versions", name="churn") <= 10_000


def test_of_many_tags_of_a_model_the_first_are_told(opened):
    for number in range(3):
        opened.somebody().tag("churn", f"k{number}=v")
    opened.somebody().create("tagged", tags=[f"key-{number:03}=value" for number in range(250)])
    told = opened.ask("open", name="tagged")["overview"]
    assert (len(told["tags"]), told["more"]) == (portion.MOST, {"tags": 50})
    assert opened.ask("open", name="churn")["overview"]["more"] == {}


@pytest.fixture
def wide(opened):
    """Two versions with thousands of metrics and long params that differ, and some that are equal."""
    for version in range(2):
        opened.somebody().register(
            {"n": version},
            "churn",
            metrics={f"loss/{number:04}": number + version for number in range(3000)},
            params={
                **{f"a-same-{number:03}": number for number in range(300)},
                **{f"layer-{number:03}": f"{version}{'x' * 2000}" for number in range(250)},
            },
        )
    return opened


def test_of_thousands_of_facts_that_differ_the_first_of_each_section_are_compared(wide):
    told = wide.ask("compare", refs=["churn:v4", "churn:v5"])
    assert told["sections"]["metrics"] == {"differ": 3000, "equal": 0}
    assert told["sections"]["params"] == {"differ": 250, "equal": 300}
    shown = [row for row in told["rows"] if row["section"] == "params"]
    assert len(shown) == portion.MOST
    assert all(row["differs"] for row in shown)  # what differs goes before what is equal
    assert {len(text) for row in shown for text in row["values"]} == {portion.LONGEST}
    assert wide.size("compare", refs=["churn:v4", "churn:v5"]) <= 200_000


def test_equal_facts_fill_what_room_is_left_in_their_order(opened):
    for version in range(2):
        opened.somebody().register(
            {"n": version}, "churn", params={f"p{n:03}": n if n % 2 else version for n in range(210)}
        )
    told = opened.ask("compare", refs=["churn:v4", "churn:v5"])
    names = [row["name"] for row in told["rows"] if row["section"] == "params"]
    assert len(names) == portion.MOST
    assert names == sorted(names)
    assert told["sections"]["params"] == {"differ": 105, "equal": 105}


def test_of_thousands_of_columns_the_first_and_the_chosen_are_offered(wide):
    assert wide.ask("versions", name="fraud")["known"]["cut"] == []
    page = wide.ask("choose", name="churn", metrics=["loss/2999"], params=[], details=[], limit=1)
    assert (len(page["known"]["metrics"]), page["known"]["metrics"][-1]) == (portion.MOST + 1, "loss/2999")
    assert page["known"]["cut"] == ["metrics", "params"]


def test_long_names_of_columns_are_as_many_as_there_is_room_for(opened):
    opened.somebody().register([4], "churn", metrics={f"{number:03}{'x' * 124}": 1.0 for number in range(199)})
    known = opened.ask("versions", name="churn")["known"]
    assert len(known["metrics"]) <= portion.ROOM // 127 + 3
    assert known["cut"] == ["metrics"]


def test_of_thousands_of_curves_the_first_names_and_the_number_are_told():
    line = ((0, 1.0), (1, 2.0))
    found = attached.curves({f"curve-{number:04}": [line] for number in range(3000)}, ["churn:v0"])
    assert (len(found["names"]), found["total"], len(found["charts"])) == (attached.NAMES, 3000, attached.CHARTS)
    assert found["names"][0] == "curve-0000"


def test_long_names_of_curves_are_as_many_as_there_is_room_for():
    told = portion.names([f"{number:04}{'x' * 236}" for number in range(1000)], attached.NAMES)
    assert len(told) == portion.ROOM // 240
