"""What the browser panel tells a front end, and what user code sees of it; no browser is needed for that."""

from __future__ import annotations

import pytest
from traitlets import TraitError

from modelreg.errors import NotFoundError
from modelreg.panels import PANELS
from modelreg.panels.browser import MOST_PICKED, Browser

from .opened import Opened
from .registries import crowd

HOSTILE = ["", "   ", "a" * 500, "../../etc", "<img onerror=alert(1)>", "x\x00y", "churn:v1:v2", None, 7, [], {}]


# -- opening -----------------------------------------------------------------------------------


def test_one_answer_holds_all_of_the_first_picture(opened):
    start = opened.ask("start")
    assert [each["name"] for each in start["models"]["items"]] == ["churn", "fraud"]
    assert start["open"]["overview"]["name"] == "churn"
    assert [row["ref"] for row in start["open"]["page"]["rows"]] == ["churn:v3", "churn:v2", "churn:v1", "churn:v0"]
    assert (start["version"], start["picked"]) == (None, [])
    assert start["writable"]


def test_a_reference_opens_there(opened):
    panel = opened.open("browse churn:production")
    assert (panel.model, panel.version) == ("churn", 1)
    assert opened.ask("start")["version"] == 1
    assert (opened.open("browse fraud").model, opened.panel.version) == ("fraud", None)


def test_an_old_name_opens_the_renamed_model_and_says_so(opened):
    opened.somebody().rename("churn", "leavers")
    assert opened.open("browse churn").model == "leavers"
    told = opened.ask("open", name="churn")
    assert told["overview"]["name"] == "leavers"
    assert told["note"] == "churn is now called leavers"


def test_an_artifact_opens_without_what_only_registered_models_have(opened):
    told = opened.ask("open", name="scratch/churn")
    assert not told["overview"]["registered"]
    assert told["overview"]["stages"] == told["overview"]["protected"] == []
    assert len(told["page"]["rows"]) == 4


def test_what_is_not_there_opens_nothing(opened):
    before = opened.panel
    with pytest.raises(NotFoundError, match="no registered model 'chrun'"):
        opened.open("browse chrun")
    assert opened.panel is before


def test_without_a_registry_nothing_is_created(unopened):
    start = unopened.ask("start")
    assert start["models"] == {"items": [], "next": None, "total": 0}
    assert start["open"] is None
    assert unopened.panel.model is None
    assert unopened.ask("seen", view="a", on=False) == {"pulse": 0, "watching": True}
    assert not unopened.desk.place.exists()


def test_a_model_that_was_deleted_elsewhere_is_refused_by_name(opened):
    opened.ask("start")
    opened.somebody().delete("churn", force=True)
    assert opened.refused("open", name="churn")["kind"] == "not-found"
    assert [each["name"] for each in opened.ask("models")["items"]] == ["fraud"]


# -- what cannot be meant ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nope", "__init__", "answer", "registry", "went", "methods", "", None, 3, ["start"]])
def test_only_what_stands_in_the_table_can_be_called(opened, name):
    refusal = opened.refused(name)
    assert refusal["kind"] == "invalid"
    assert refusal["text"] == f"this panel has no method {name!r}"


def test_every_method_of_the_table_refuses_parameters_that_it_does_not_have(opened):
    for method in Browser.methods:
        refusal = opened.refused(method, nonsense=1)
        assert refusal["kind"] == "invalid", method
        assert "trace" not in refusal


@pytest.mark.parametrize("params", ["text", 3, [1, 2], {"panel": None}, {"self": 1}])
def test_parameters_that_are_no_parameters_are_refused(opened, params):
    told = opened.panel.answer({"id": 1, "method": "models", "params": params})
    assert set(told) == {"id", "err"}


def test_a_message_without_anything_is_refused(opened):
    assert opened.panel.answer({})["err"]["text"] == "this panel has no method None"


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_names_are_refused_and_change_nothing(opened, value):
    opened.ask("start")
    pulse = opened.ask("seen", view="a", on=False)
    for method, key in (
        ("open", "name"),
        ("versions", "name"),
        ("history", "name"),
        ("version", "ref"),
        ("load", "ref"),
    ):
        more = {"variable": "x"} if method == "load" else {}
        assert opened.refused(method, **{key: value}, **more)["text"], method
    assert opened.ask("seen", view="a", on=False) == pulse
    assert "x" not in opened.desk.variables


@pytest.mark.parametrize(
    "look",
    [
        {"order": "nonsense"},
        {"order": "-metrics"},
        {"token": "forged"},
        {"query": "metrics.auc ="},
        {"query": "__import__('os').getpid() == 1"},
        {"limit": "x"},
        {"limit": None},
    ],
)
def test_a_page_that_cannot_be_meant_is_refused_in_a_sentence(opened, look):
    refusal = opened.refused("versions", name="churn", **look)
    assert refusal["text"]
    assert "Traceback" not in refusal["text"]
    assert "trace" not in refusal


def test_a_fault_of_a_query_comes_with_its_column(opened):
    assert opened.refused("versions", name="churn", query="metrics.auc = 3")["column"] == 12


# -- sizes -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sizes(tmp_path_factory):
    """Return the size of every reading answer at 500 and at 10,000 models, and versions of one model."""
    from .opened import Opened

    found = []
    for many in (500, 10_000):
        place = tmp_path_factory.mktemp("crowd") / "registry"
        _, tall = crowd(place, models=many, versions=1, tall=many)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MODELREG_REGISTRY", str(place))
            patch.setenv("XDG_DATA_HOME", str(place.parent / "data"))
            opened = Opened(place)
            opened.open(f"browse {tall}")
            page = opened.ask("versions", name=tall, limit=100)
            asked = {
                "start": {},
                "models": {},
                "open": {"name": tall},
                "versions": {"name": tall, "limit": 1_000_000},
                "history": {"name": tall},
                "trend": {"name": tall, "metric": page["known"]["metrics"][0]},
                "complete": {"name": tall, "text": "m"},
                "named": {"text": "model"},
                "moment": {"name": tall, "at": "now"},
                "compare": {"refs": [row["ref"] for row in page["rows"][:3]]},
            }
            found.append({method: opened.size(method, **params) for method, params in asked.items()})
            opened.desk.session.registry.close()
    return found


@pytest.mark.parametrize(
    "method", ["start", "models", "open", "versions", "history", "trend", "complete", "named", "moment", "compare"]
)
def test_an_answer_is_as_large_at_ten_thousand_as_at_five_hundred(sizes, method):
    few, many = (each[method] for each in sizes)
    assert abs(many - few) <= max(0.07 * few, 60)  # some numbers have a digit more
    assert many < 120_000


def test_a_selection_is_bounded(opened):
    opened.ask("pick", refs=[f"churn:v{number}" for number in range(5 * MOST_PICKED)])
    assert len(opened.panel.picked) == MOST_PICKED


# -- what user code sees -----------------------------------------------------------------------


def test_an_unknown_keyword_is_refused_with_the_near_one(opened):
    with pytest.raises(TraitError, match="Browser has no trait 'pick'; did you mean 'picked'"):
        Browser(opened.desk.session, still=lambda _: None, pick=[])


def test_traits_follow_the_view_and_can_be_observed(opened):
    seen = []
    panel = opened.open("browse churn")
    panel.observe(lambda change: seen.append((change["name"], change["new"])), ["model", "version", "picked"])
    opened.ask("version", ref="churn:v2")
    opened.ask("pick", refs=["churn:v1", "churn:v2"])
    opened.ask("close")
    opened.ask("open", name="fraud")
    assert seen[:3] == [("version", 2), ("picked", ["churn:v1", "churn:v2"]), ("version", None)]
    assert sorted(seen[3:], key=str) == [("model", "fraud"), ("picked", [])]
    assert [each for each in opened.sent if each.get("event")] == []  # the view knows already


def test_what_is_assigned_is_told_to_the_views(opened):
    panel = opened.open("browse churn")
    panel.version = 2
    panel.picked = ["churn:v0"]
    panel.model = "fraud"
    assert opened.sent == [
        {"event": "go", "model": "churn", "version": 2},
        {"event": "picked", "refs": ["churn:v0"]},
        {"event": "go", "model": "fraud", "version": None},
    ]
    assert (panel.version, panel.picked) == (None, [])


def test_a_model_and_its_version_assigned_together_are_one_move(opened):
    panel = opened.open("browse fraud")
    with panel.hold_trait_notifications():
        panel.model = "churn"
        panel.version = 1
    assert (panel.model, panel.version, panel.selection.refs) == ("churn", 1, ("churn:v1",))


@pytest.mark.parametrize(("trait", "value"), [("model", 3), ("version", "v3"), ("picked", [3]), ("selection", "x")])
def test_a_trait_takes_only_what_it_can_mean(opened, trait, value):
    with pytest.raises(TraitError):
        setattr(opened.panel, trait, value)


@pytest.mark.parametrize(
    ("trait", "value", "said"),
    [
        ("model", "chrun", "no registered model 'chrun'; did you mean 'churn'"),
        ("version", 9, "no version 9 of 'churn'; it has v0-v3"),
        ("picked", ["churn:v1", "churn:v9"], "no version 9 of 'churn'; it has v0-v3"),
        ("picked", ["chrun:v1"], "no registered model 'chrun'"),
    ],
)
def test_an_assignment_names_what_is_not_there_and_changes_nothing(opened, trait, value, said):
    panel = opened.open("browse churn:v2")
    panel.picked = ["churn:v0"]
    opened.sent.clear()
    with pytest.raises(TraitError, match=said) as caught:
        setattr(panel, trait, value)
    assert "\n" not in str(caught.value)
    assert (panel.model, panel.version, panel.picked, panel.selection.refs) == ("churn", 2, ["churn:v0"], ("churn:v0",))
    assert opened.sent == []


def test_a_version_of_no_model_is_refused(unopened):
    with pytest.raises(TraitError, match=r"shows no model .* assign panel\.model first"):
        unopened.panel.version = 1


def test_assigned_together_nothing_of_it_holds_when_one_is_not_there(opened):
    panel = opened.open("browse fraud")
    with pytest.raises(TraitError, match="no version 9 of 'churn'; it has v0-v3"), panel.hold_trait_notifications():
        panel.model = "churn"
        panel.version = 9
    assert (panel.model, panel.version) == ("fraud", None)


def test_an_assignment_by_an_old_name_or_an_alias_means_what_it_is_called_now(opened):
    panel = opened.open("browse fraud")
    opened.somebody().rename("churn", "leavers")
    panel.model = "churn"
    panel.picked = ["leavers:production", "churn:v2"]
    assert (panel.model, panel.picked) == ("leavers", ["leavers:v1", "leavers:v2"])


# -- while others change the registry ------------------------------------------------------------


def test_versions_that_are_gone_are_ticked_no_more(opened):
    opened.open("browse churn")
    opened.ask("pick", refs=["churn:v0", "churn:v2", "churn:v3"])
    opened.somebody().unlink("churn:v2")
    opened.sent.clear()
    opened.ask("open", name="churn", go=False)
    assert opened.panel.picked == ["churn:v0", "churn:v3"]
    assert opened.sent == [{"event": "gone", "refs": ["churn:v2"]}]
    opened.ask("open", name="churn", go=False)
    assert len(opened.sent) == 1


@pytest.mark.parametrize("who", ["somebody", "the panel"])
def test_what_is_ticked_and_open_goes_on_under_the_new_name(opened, who):
    opened.open("browse churn:v2")
    opened.ask("pick", refs=["churn:v0", "churn:v3"])
    if who == "somebody":
        opened.somebody().rename("churn", "leavers")
        opened.ask("open", name="churn", go=False)
    else:
        opened.act("rename", name="churn", new="leavers")
    panel = opened.panel
    assert (panel.model, panel.version, panel.picked) == ("leavers", 2, ["leavers:v0", "leavers:v3"])
    assert [version.number for version in panel.selection] == [0, 3]


# -- shown, closed, shown again --------------------------------------------------------------------


def test_a_registry_that_cannot_be_read_is_said_where_the_twin_would_stand(opened):
    panel = opened.open("browse churn")
    opened.desk.session.registry.close()
    (opened.desk.place / "registry.db").write_bytes(b"<script>no database</script>" * 200)
    panel._ipython_display_()
    bundle, _ = opened.desk.beside[-2]._repr_mimebundle_()
    assert "is not a catalog of modelreg" in bundle["text/plain"]
    assert "is not a catalog of modelreg" in bundle["text/html"]
    assert "\n" not in bundle["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in opened.desk.beside[-1]._repr_mimebundle_()[0]


def test_a_panel_without_views_is_closed_when_another_is_shown(opened):
    first = opened.open("browse churn")
    first._ipython_display_()
    for view in ("a", "b"):
        first.answer({"id": f"{view}-1", "method": "seen", "params": {"view": view, "on": False}})
        first._receive(first, {"id": f"{view}-1", "method": "start"}, [])
    second = opened.open("browse fraud")
    first._receive(first, {"id": "a-0", "method": "left", "params": {"view": "a"}}, [])
    second._ipython_display_()
    assert first.comm is not None  # one view is there still
    first._receive(first, {"id": "b-0", "method": "left", "params": {"view": "b"}}, [])
    second._ipython_display_()
    assert first.comm is None
    assert second.comm is not None


def test_a_panel_of_another_kernel_session_stays_open(opened):
    first = opened.open("browse churn")
    first._receive(first, {"id": "a-0", "method": "left", "params": {"view": "a"}}, [])
    other = Opened(opened.desk.place)
    other.open("browse churn")._ipython_display_()
    other.close()
    assert first.comm is not None


def test_a_version_of_another_model_is_not_the_one_that_the_panel_has_open(opened):
    panel = opened.open("browse fraud")
    assert opened.ask("version", ref="churn:v3")["ref"] == "churn:v3"
    assert (panel.model, panel.version, len(panel.selection)) == ("fraud", None, 0)
    opened.ask("open", name="churn")
    opened.ask("version", ref="churn:v3")
    assert (panel.version, len(panel.selection)) == (3, 1)


def test_a_closed_panel_that_is_shown_again_goes_on(opened):
    panel = opened.open("browse churn:v1")
    panel.close()
    panel._ipython_display_()
    assert panel.comm is not None
    assert "application/vnd.jupyter.widget-view+json" in opened.desk.beside[-1]._repr_mimebundle_()[0]
    panel.version = 2
    assert opened.ask("start")["version"] == 2


def test_the_twin_follows_the_page_and_the_version(opened):
    panel = opened.open("browse fraud")
    assert panel.twin().detail.model.name == "fraud"
    opened.ask("open", name="churn")
    assert panel.twin().detail.model.name == "churn"
    opened.ask("version", ref="churn:v2")
    assert panel.twin().version.ref == "churn:v2"
    opened.ask("close")
    panel._ipython_display_()
    twin, widget = (shown._repr_mimebundle_()[0] for shown in opened.desk.beside[-2:])
    assert set(widget) == {"application/vnd.jupyter.widget-view+json", "text/plain"}
    assert widget["text/plain"] == ""
    bundle = twin
    assert "churn" in bundle["text/html"]
    assert "churn" in bundle["text/plain"]
    assert "<script" not in bundle["text/html"]
    assert list(panel.to_frame().columns)


def test_the_twin_stands_also_when_the_model_is_gone(opened):
    opened.open("browse churn:v1")
    opened.somebody().delete("churn", force=True)
    opened.panel._ipython_display_()
    bundle, _ = opened.desk.beside[-2]._repr_mimebundle_()
    assert bundle["text/plain"]
    assert "fraud" in bundle["text/html"]


def test_the_panel_and_its_twin_stay_with_their_registry_when_the_kernel_connects_elsewhere(opened, home):
    panel = opened.open("browse churn")
    opened.desk.run(f"connect {home / 'other'}")
    assert [each["name"] for each in opened.ask("models")["items"]] == ["churn", "fraud"]
    assert panel.twin().detail.model.name == "churn"


def test_the_table_of_panels_holds_classes_that_open(opened):
    assert "browser" in list(PANELS)
    assert isinstance(PANELS["browser"].open(opened.desk.session, still=lambda panel: panel), Browser)


# -- numbers and keys --------------------------------------------------------------------------


def test_numbers_that_json_does_not_know_are_text_and_gaps(opened):
    version = opened.ask("version", ref="churn:v2")
    assert ["loss", "nan"] in version["metrics"]
    points = opened.ask("trend", name="churn", metric="loss")["points"]
    assert [(number, value, text) for number, value, text, _ in points] == [
        (0, 0.1, "0.1"),
        (1, 0.1, "0.1"),
        (2, None, "nan"),
        (3, None, "inf"),
    ]
    opened.somebody().metric("churn", "loss", "lower")
    (row,) = (row for row in opened.ask("compare", refs=["churn:v0", "churn:v2"])["rows"] if row["name"] == "loss")
    assert row["better"] is None


@pytest.fixture
def words(opened):
    """What the filter of ``churn`` offers for a text: the word that it replaces, and the words."""

    def words(text):
        told = opened.ask("complete", name="churn", text=text)
        return told["word"], [word for word, _ in told["words"]]

    return words


def test_completion_offers_fields_keys_and_aliases(words):
    assert words("metrics.a") == ("metrics.a", ["metrics.auc"])
    assert words('version > 1 and "pro') == ('"pro', ['"production" in aliases'])
    assert 'metrics["val/f1"]' in words("metrics")[1]
    assert words("metrics.v") == ("metrics.v", ['metrics["val/f1"]'])
    assert words("nothing_such") == ("nothing_such", [])
    assert words("version>met") == ("met", ["metrics.", "metrics.auc", "metrics.loss", 'metrics["val/f1"]'])


ODD = ["f1 score", "lambda", "a'b", 'a"b', "back\\slash", "ﬁt", "None", "größe", "2nd", "x[0]"]
"""Keys of which few can stand behind a dot; ``größe`` can."""


def test_odd_keys_are_offered_sorted_by_and_filtered_as_they_must_be_written(opened, words):
    odd = {key: float(place) for place, key in enumerate(ODD)}
    opened.somebody().register([1], "churn", metrics=odd, params=odd)
    opened.ask("choose", name="churn", metrics=ODD, params=ODD, details=[])
    page = opened.ask("versions", name="churn")
    for kind in ("metrics", "params"):
        assert page[kind] == ODD
        for key, asked in zip(ODD, page["asked"][kind], strict=True):
            (row,) = opened.ask("versions", name="churn", query=f"{asked} == {odd[key]}", order=f"-{asked}")["rows"]
            assert (row["number"], float(row[kind][key])) == (4, odd[key])
            assert asked in words(f"{kind}.{key[:1]}")[1]
            if key[:1] not in "\"'":
                assert asked in words(f'version > 1 and {kind}["{key[:1]}')[1]
    assert page["asked"]["metrics"][:2] == ['metrics["f1 score"]', 'metrics["lambda"]']
    assert words('metrics["f1 sc') == ('metrics["f1 sc', ['metrics["f1 score"]'])


def test_the_trend_of_a_metric_that_nobody_has_is_empty(opened):
    assert opened.ask("trend", name="churn", metric="nope")["points"] == []


def test_paging_leads_through_every_version_once(opened):
    seen, token = [], None
    while True:
        page = opened.ask("versions", name="churn", limit=3, token=token, order="version")
        seen += [row["number"] for row in page["rows"]]
        token = page["next"]
        if token is None:
            break
    assert seen == [0, 1, 2, 3]


def test_a_filter_sees_the_variables_of_the_user(opened):
    opened.desk.variables["least"] = 0.915
    page = opened.ask("versions", name="churn", query="metrics.auc > least", order="version")
    assert [row["number"] for row in page["rows"]] == [2, 3]


def test_a_filter_finds_who_used_some_data(opened):
    opened.desk.variables["rows"] = [1.0, 2.0]
    opened.registry.register({"n": 9}, "churn", data={"train": [1.0, 2.0]})
    page = opened.ask("versions", name="churn", query="data == rows", order="version")
    assert [row["number"] for row in page["rows"]] == [4]
