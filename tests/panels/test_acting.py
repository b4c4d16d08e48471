"""What a panel changes: each act is one entry of the history, refused by name, and taken back alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path

import pytest

from modelreg.panels.browser import Browser

ACTS = {
    "alias": {"ref": "churn:v3", "alias": "staging", "expect": 2},
    "unalias": {"name": "churn", "alias": "production", "expect": 1},
    "protect": {"name": "churn", "alias": "production"},
    "promote": {"ref": "churn:v3", "stage": "staging", "expect": 2},
    "rollback": {"name": "churn", "alias": "staging", "expect": 2},
    "link": {"refs": ["churn:v0", "churn:v2"], "name": "leavers"},
    "unlink": {"refs": ["churn:v0", "churn:v2"]},
    "delete": {"refs": ["churn:v0", "churn:v2"], "force": True},
    "rename": {"name": "churn", "new": "leavers"},
    "describe": {"ref": "churn:v3", "text": "**better**", "expect": ""},
    "tag": {"refs": ["churn:v0", "churn:v2"], "tag": "team=growth"},
    "untag": {"ref": "fraud", "key": "team", "expect": "risk"},
    "metric": {"name": "churn", "metric": "auc", "direction": "higher"},
}
"""An act of each kind that goes well from the page of ``churn``, whose ``staging`` moved from v0 to v2."""


@pytest.fixture
def moved(opened):
    """A panel at ``churn``, whose ``staging`` moved from v0 to v2."""
    for ref in ("churn:v0", "churn:v2"):
        opened.somebody().alias(ref, "staging")
    opened.open("browse churn")
    return opened


def state(opened):
    """Return all that the acts of this page can change."""
    registry = opened.registry
    models = [
        (m.name, dict(m.aliases), dict(m.tags), m.description, m.protected, dict(m.directions), m.versions)
        for m in registry.models(order="name")
    ]
    versions = [
        (v.ref, v.aliases, dict(v.tags), v.description)
        for model in registry.models(order="name")
        for v in registry.versions(model.name)
    ]
    logged = [v.number for v in registry.versions("scratch/churn")]
    return models, versions, logged


def test_every_method_that_changes_something_is_tested_here():
    acts = {name for name, method in Browser.methods.items() if method.__module__.endswith("acting")}
    assert acts - {"preview", "create", "delete_model", "undo"} == set(ACTS)


@pytest.mark.parametrize("method", list(ACTS))
def test_an_act_changes_the_registry_and_undo_brings_back_what_was(moved, method):
    before = state(moved)
    told = moved.act(method, **ACTS[method])
    assert told["said"]
    assert told["fresh"]["overview"]["name"] == moved.panel.model
    assert state(moved) != before
    assert moved.ask("undo", view=None, operation=told["undo"])["said"].startswith("undone: ")
    assert state(moved) == before


@pytest.mark.parametrize("method", sorted(set(ACTS) - {"untag", "metric"}))
def test_an_act_keeps_its_reason(moved, method):
    moved.act(method, **ACTS[method], message="asked for by the board")
    assert "asked for by the board" in {action.reason for action in moved.registry.history(limit=10)}


def test_making_and_deleting_a_model_can_be_undone(opened):
    before = state(opened)
    made = opened.ask("create", name="wine", description="*red*", tags=["team=cellar", "gpu"])
    assert made["fresh"]["overview"]["name"] == opened.panel.model == "wine"
    assert dict(opened.registry.model("wine").tags) == {"team": "cellar", "gpu": ""}
    gone = opened.act("delete_model", name="wine")
    assert (gone["fresh"], gone["gone"], opened.panel.model) == (None, True, None)
    opened.ask("undo", view=None, operation=gone["undo"])
    assert opened.registry.model("wine").description == "*red*"
    opened.panel.model = "wine"
    taken = opened.act("undo", operation=made["undo"])
    assert taken["said"].startswith("undone: ")
    assert (taken["fresh"], taken["gone"], opened.panel.model) == (None, True, None)
    assert state(opened) == before


def test_what_was_done_is_told_though_the_page_cannot_be_read_any_more(opened):
    opened.desk.variables["most"] = 1
    view = {"name": "churn", "query": "version > most"}
    assert opened.ask("open", **view)["page"]["rows"]
    del opened.desk.variables["most"]
    told = opened.ask("alias", view=view, ref="churn:v3", alias="best", expect=None)
    assert "best" in told["said"]
    assert (told["fresh"], told["gone"]) == (None, False)
    assert opened.registry.model("churn").aliases["best"] == 3


def test_an_act_from_a_page_that_was_left_leaves_the_panel_where_it_is(opened):
    opened.ask("open", name="fraud")
    opened.ask("tag", view={"name": "churn"}, refs=["churn"], tag="late")
    assert opened.panel.model == "fraud"
    assert "late" in opened.registry.model("churn").tags


def test_a_name_that_differs_by_case_only_is_said(opened):
    assert opened.ask("create", name="Churn")["notes"] == ["'Churn' differs from 'churn' by case only"]


@pytest.mark.parametrize("name", ["", "a/b", "churn", "v3\n", "x" * 300, None])
def test_a_name_that_cannot_be_is_refused_and_nothing_is_made(opened, name):
    before = state(opened)
    assert opened.refused("create", name=name)["kind"] in {"invalid", "already-exists"}
    assert state(opened) == before


def test_undo_takes_back_that_operation_and_no_other(moved):
    first = moved.act("tag", refs=["churn"], tag="a")
    second = moved.act("tag", refs=["churn"], tag="b")
    refusal = moved.refused("undo", view={"name": "churn"}, operation=first["undo"])
    assert refusal["kind"] == "conflict"
    assert dict(moved.registry.model("churn").tags) == {"a": "", "b": ""}
    moved.act("undo", operation=second["undo"])
    moved.act("undo", operation=first["undo"])
    assert not moved.registry.model("churn").tags


def test_what_changed_nothing_offers_no_undo(moved):
    done = moved.act("tag", refs=["churn"], tag="a")
    assert done["undo"]
    assert moved.act("tag", refs=["churn"], tag="a")["undo"] is None
    assert moved.act("protect", name="churn", alias="production", on=False)["undo"] is None
    assert moved.act("link", refs=["churn:v1"], name="churn")["undo"] is None
    assert moved.act("undo", operation=done["undo"])["undo"] is None


def test_an_undo_that_takes_nothing_back_is_refused_with_what_is_in_the_way(moved):
    done = moved.act("alias", ref="churn:v3", alias="champion", expect=None)
    assert not done["refused"]
    moved.somebody().alias("churn:v2", "champion")
    told = moved.act("undo", operation=done["undo"])
    assert told["refused"]
    assert told["said"].startswith("nothing was undone of")
    assert any("champion" in note for note in told["notes"])
    assert moved.registry.model("churn").aliases["champion"] == 2


def test_an_undo_that_takes_something_back_is_none_that_is_refused(moved):
    done = moved.act("tag", refs=["churn"], tag="a")
    assert not moved.act("undo", operation=done["undo"])["refused"]


def test_a_line_of_the_notebook_undoes_what_the_panel_did_and_the_other_way_round(moved):
    moved.act("alias", ref="churn:v3", alias="champion", expect=None)
    assert "undone: alias" in moved.desk.says("undo")
    assert "champion" not in moved.desk.aliases("churn")
    moved.desk.run("alias churn:v0 champion")
    moved.act("undo", operation=moved.desk.session.registry.undoable().operation)
    assert "champion" not in moved.desk.aliases("churn")


# -- conflicts and guards ----------------------------------------------------------------------


def test_an_alias_that_somebody_moved_since_is_not_overwritten(moved):
    moved.ask("open", name="churn")
    moved.somebody().alias("churn:v3", "staging", message="mine")
    pulse = moved.registry.pulse()
    refusal = moved.refused("alias", view={"name": "churn"}, ref="churn:v0", alias="staging", expect=2)
    assert refusal["kind"] == "conflict"
    assert "staging" in refusal["text"]
    assert "v3" in refusal["text"]
    assert moved.desk.aliases("churn")["staging"] == 3
    assert moved.registry.pulse() == pulse


def test_an_alias_that_somebody_set_since_is_not_overwritten(moved):
    moved.somebody().alias("churn:v3", "champion")
    refusal = moved.refused("alias", view={"name": "churn"}, ref="churn:v0", alias="champion", expect=None)
    assert refusal["kind"] == "conflict"
    assert moved.desk.aliases("churn")["champion"] == 3


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("alias", {"ref": "churn:v3", "alias": "production", "expect": 1}),
        ("unalias", {"name": "churn", "alias": "production", "expect": 1}),
        ("unlink", {"refs": ["churn:v1"]}),
        ("delete", {"refs": ["churn:v1"]}),
    ],
)
def test_a_protected_alias_refuses_until_it_is_forced(moved, method, params):
    moved.act("protect", name="churn", alias="production")
    before = state(moved)
    refusal = moved.refused(method, view={"name": "churn"}, **params)
    assert refusal["kind"] == "refused"
    assert "production" in refusal["text"]
    assert state(moved) == before
    moved.act(method, **params, force=True)
    assert state(moved) != before


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("unalias", {"name": "churn", "alias": "staging", "expect": 2}),
        ("promote", {"ref": "churn:v0", "stage": "staging", "expect": 2}),
        ("rollback", {"name": "churn", "alias": "staging", "expect": 2}),
    ],
)
def test_what_stands_elsewhere_than_the_dialog_showed_stays(moved, method, params):
    moved.somebody().alias("churn:v3", "staging")
    before = state(moved)
    refusal = moved.refused(method, view={"name": "churn"}, **params, force=True)
    assert refusal["kind"] == "conflict"
    assert "moved meanwhile to v3 by jonas" in refusal["text"]
    assert state(moved) == before
    moved.act(method, **{**params, "expect": 3})
    assert state(moved) != before


@pytest.mark.parametrize("ref", ["churn", "churn:v3"])
def test_a_description_that_somebody_wrote_since_is_not_overwritten(moved, ref):
    moved.somebody().describe(ref, "theirs")
    before = state(moved)
    refusal = moved.refused("describe", view={"name": "churn"}, ref=ref, text="mine", expect="")
    assert refusal["kind"] == "conflict"
    assert "by jonas and reads 'theirs' now" in refusal["text"]
    assert state(moved) == before
    moved.act("describe", ref=ref, text="mine", expect="theirs")
    assert moved.registry.show(ref) != before


def test_a_tag_that_somebody_set_otherwise_since_stays(moved):
    shown = {"team": "risk"}
    moved.somebody().tag("fraud", "team=growth")
    before = state(moved)
    removed = moved.refused("untag", view={"name": "fraud"}, ref="fraud", key="team", expect="risk")
    changed = moved.refused("tag", view={"name": "fraud"}, refs=["fraud"], tag="team=sales", shown=shown)
    new = moved.refused("tag", view={"name": "fraud"}, refs=["fraud"], tag="team", shown={})
    for refusal in (removed, changed, new):
        assert refusal["kind"] == "conflict"
        assert "is 'team=growth' now; nothing was changed" in refusal["text"]
    assert state(moved) == before
    moved.act("tag", refs=["fraud"], tag="other=1", shown=shown)
    moved.act("untag", ref="fraud", key="team", expect="growth")
    gone = moved.refused("tag", view={"name": "fraud"}, refs=["fraud"], tag="team=sales", shown=shown)
    assert "was changed meanwhile and is gone" in gone["text"]
    assert dict(moved.registry.model("fraud").tags) == {"other": "1"}


def test_a_model_that_somebody_renamed_since_keeps_that_name(moved):
    moved.somebody().rename("churn", "leavers")
    refusal = moved.refused("rename", view={"name": "churn"}, name="churn", new="goers")
    assert (refusal["kind"], "called 'leavers' now" in refusal["text"]) == ("conflict", True)
    assert moved.registry.model("churn").name == "leavers"


# -- several at once ---------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "held"), [("unlink", "protected alias"), ("delete", "linked to 'churn'")])
def test_of_several_all_are_done_or_none_and_force_does_all(moved, method, held):
    moved.act("protect", name="churn", alias="production")
    before = state(moved)
    refs = ["churn:v3", "churn:v1", "churn:v0"]
    refusal = moved.refused(method, view={"name": "churn"}, refs=refs)
    assert refusal["kind"] == "refused"
    assert held in refusal["text"]
    assert f"{method} churn:v3 churn:v1 churn:v0 --force" in refusal["tries"]
    assert state(moved) == before
    told = moved.act(method, refs=refs, force=True)
    assert [row["number"] for row in told["fresh"]["page"]["rows"]] == [2]
    assert "undone: " in moved.desk.says("undo")
    assert state(moved) == before


def test_several_are_one_operation_with_an_entry_for_each(moved):
    told = moved.act("tag", refs=["churn:v0", "churn:v2", "churn:v3"], tag="reviewed", message="audit")
    entries = moved.registry.history("churn", kinds=["tagged"])
    assert [(entry.number, entry.reason) for entry in entries] == [(3, "audit"), (2, "audit"), (0, "audit")]
    assert {entry.operation for entry in entries} == {told["undo"]}
    assert told["said"].startswith("churn:v0 (scratch/churn:v0), churn:v2")
    moved.act("undo", operation=told["undo"])
    assert not moved.registry.get("churn:v2").tags


def test_one_of_several_that_is_not_there_leaves_the_others(moved):
    before = state(moved)
    for method, more in (("delete", {}), ("unlink", {}), ("link", {"name": "leavers"}), ("tag", {"tag": "x"})):
        refusal = moved.refused(method, view={"name": "churn"}, refs=["churn:v0", "churn:v9"], **more)
        assert refusal["kind"] == "not-found"
    assert state(moved) == before


@pytest.mark.parametrize("method", ["link", "unlink", "delete", "tag"])
def test_with_nothing_selected_nothing_is_done(opened, method):
    more = {"link": {"name": "x"}, "tag": {"tag": "x"}}.get(method, {})
    assert opened.refused(method, view={"name": "churn"}, refs=[], **more)["text"] == "no version is selected"


def test_several_versions_are_one_act_to_undo(moved):
    told = moved.act("link", refs=["churn:v0", "churn:v2", "churn:v0"], name="leavers")
    assert told["said"].endswith("leavers:v0 ← churn:v0 (linked before)")
    assert moved.registry.model("leavers").versions == 2
    moved.act("undo", operation=told["undo"])
    assert [model.name for model in moved.registry.models(order="name")] == ["churn", "fraud"]


def test_an_old_name_goes_on_answering_after_a_rename(moved):
    told = moved.act("rename", name="churn", new="leavers")
    assert told["fresh"]["overview"]["name"] == moved.panel.model == "leavers"
    assert moved.ask("open", name="churn")["overview"]["name"] == "leavers"
    assert moved.act("tag", refs=["churn:v1"], tag="x")["fresh"]["overview"]["name"] == "leavers"


# -- cards -------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "![x](https://example.org/x.png)",
        "<svg onload=x>",
        "<style>*{display:none}</style>",
        '<p style="position:fixed">over</p>',
    ],
)
def test_a_card_holds_nothing_that_acts_loads_or_covers(opened, text):
    opened.ask("open", name="churn")
    described = opened.act("describe", ref="churn", text=f"# Hello\n\n{text}", expect="")["fresh"]["overview"]["card"]
    for card in (opened.ask("preview", text=f"# Hello\n\n{text}")["card"], described):
        assert "Hello</h" in card
        for tag, attributes in Tags(card).found:
            assert tag not in {"script", "img", "svg", "style", "iframe", "input"}
            assert not [name for name in attributes if name.startswith("on")]
            assert not str(attributes.get("href")).startswith("javascript")
            assert "position" not in str(attributes.get("style"))


def test_an_empty_description_has_no_card(opened):
    assert opened.ask("preview", text="  \n ")["card"] == ""


# -- bring back --------------------------------------------------------------------------------


def test_a_loaded_model_is_bound_and_can_be_loaded_again(opened):
    told = opened.ask("load", ref="churn:v2", variable=" best ")
    assert told["said"] == "best is now churn:v2 (LinearRegression)"
    assert opened.desk.variables["best"].coef_[0] == pytest.approx(3.0)
    opened.ask("load", ref="churn:v2", variable="best")


def test_a_variable_that_is_bound_stays_until_it_may_go(opened):
    opened.desk.variables["best"] = [1, 2]
    refusal = opened.refused("load", ref="churn:v2", variable="best")
    assert (refusal["kind"], refusal["text"]) == ("bound", "'best' is bound to a list already; nothing was loaded")
    assert opened.desk.variables["best"] == [1, 2]
    opened.ask("load", ref="churn:v2", variable="best", overwrite=True)
    assert opened.desk.variables["best"].coef_[0] == pytest.approx(3.0)


@pytest.mark.parametrize("variable", ["", "a b", "class", "x.y", "x; import os", "__import__('os')", "1x"])
def test_what_is_no_variable_binds_nothing(opened, variable):
    before = dict(opened.desk.variables)
    assert opened.refused("load", ref="churn:v2", variable=variable)["kind"] == "invalid"
    assert opened.desk.variables == before


def test_a_strangers_model_loads_only_when_it_is_trusted(opened, home, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "somebody-else"))
    refusal = opened.refused("load", ref="churn:v2", variable="best")
    assert refusal["kind"] == "untrusted"
    assert "best" not in opened.desk.variables
    opened.ask("load", ref="churn:v2", variable="best", expect=opened.ask("version", ref="churn:v2")["content"])
    assert "best" in opened.desk.variables
    assert opened.refused("load", ref="churn:v3", variable="other")["kind"] == "untrusted"


# -- what cannot be written --------------------------------------------------------------------

READ_ONLY = """
import json, os, sys
sys.path.insert(0, sys.argv[3])
os.environ.update(HOME=sys.argv[2], XDG_DATA_HOME=sys.argv[2], XDG_CONFIG_HOME=sys.argv[2], MODELREG_REGISTRY=sys.argv[1])
from pathlib import Path
from tests.panels.opened import Opened
import cloudpickle, sklearn.linear_model, markdown_it, nh3
Opened(Path(sys.argv[2]) / "warm").ask("start")
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
opened = Opened(Path(sys.argv[1]))
acts = json.loads(sys.argv[4])
said = {"writable": opened.ask("start")["writable"], "version": opened.ask("version", ref="churn:v2")["number"]}
for method, params in acts.items():
    said[method] = opened.refused(method, view={"name": "churn"}, **params)["kind"]
print(json.dumps(said))
"""


def test_a_registry_that_cannot_be_written_is_read_and_says_so(moved):
    public = Path(tempfile.mkdtemp(prefix="modelreg-public-"))
    try:
        moved.close()
        shutil.copytree(moved.desk.place, public / "registry")
        (public / "scratch").mkdir()
        for path in [public, *public.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        (public / "scratch").chmod(0o777)
        root = str(Path(__file__).parents[2])
        line = [sys.executable, "-c", READ_ONLY, str(public / "registry"), str(public / "scratch"), root]
        done = subprocess.run([*line, json.dumps(ACTS)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    finally:
        for path in [public, *(path for path in public.rglob("*") if path.is_dir())]:
            path.chmod(0o755)
        shutil.rmtree(public)
    said = json.loads(done.stdout)
    assert (said.pop("writable"), said.pop("version")) == (False, 2)
    assert said == dict.fromkeys(ACTS, "read-only")
