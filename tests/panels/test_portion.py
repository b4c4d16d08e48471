"""However much a version holds, what the panel is told of it has bounds, and says how much more there is."""

from __future__ import annotations

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


def test_many_aliases_are_told_in_part_but_for_the_page_of_their_model(opened):
    opened.somebody().register({"n": 1}, "churn", aliases=[f"candidate-{number:03}" for number in range(300)])
    page = opened.ask("open", name="churn")
    row = page["page"]["rows"][0]
    assert (len(row["aliases"]), row["more"]["aliases"]) == (rows.ALIASES, 300 - rows.ALIASES)
    assert len(page["overview"]["aliases"]) == 301
    (listed,) = opened.ask("models", search="churn")["items"]
    assert (listed["aliases"][0], listed["more"]["aliases"]) == (["production", 1, False], 301 - rows.ALIASES)
    told = opened.ask("version", ref="churn:v4")
    assert (len(told["aliases"]), told["more"]) == (portion.MOST, {"aliases": 100})
    assert opened.size("versions", name="churn") <= 10_000


def test_of_thousands_of_curves_the_first_names_and_the_number_are_told():
    line = ((0, 1.0), (1, 2.0))
    found = attached.curves({f"curve-{number:04}": [line] for number in range(3000)}, ["churn:v0"])
    assert (len(found["names"]), found["total"], len(found["charts"])) == (attached.NAMES, 3000, attached.CHARTS)
    assert found["names"][0] == "curve-0000"


def test_long_names_of_curves_are_as_many_as_there_is_room_for():
    told = portion.names([f"{number:04}{'x' * 236}" for number in range(1000)], attached.NAMES)
    assert len(told) == portion.ROOM // 240
