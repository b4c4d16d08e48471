"""The register form without a browser: what it finds in the kernel, what it registers, and which field a refusal names."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from sklearn.linear_model import Ridge

from modelreg.capture.data import fingerprint
from modelreg.panels import PANELS
from modelreg.panels.register import RegisterForm
from modelreg.panels.telling import Told

from .forms import ROWS, given, variables

# -- the models of the kernel ------------------------------------------------------------------


def test_a_bare_line_opens_the_form(form):
    assert isinstance(form.panel, RegisterForm)
    assert "register" in PANELS
    assert form.ask("start") == {"program": "%modelreg", "writable": True}


def test_the_twin_says_how_the_models_stand_and_gives_the_line(form):
    text = repr(form.panel.twin())
    assert "clf" in text
    assert "not registered" in text
    assert text.endswith("next: %modelreg register clf train")
    assert "not registered" in form.panel.twin()._repr_html_()


# -- the name ----------------------------------------------------------------------------------


def test_the_default_name_is_that_of_the_command(form):
    assert form.ask("found", variable="clf")["home"] == "train"
    form.desk.run("register clf fraud --quiet")
    assert form.ask("found", variable="clf")["home"] == "fraud"
    form.desk.notebook.path = "Untitled.ipynb"
    variables(form, other=Ridge())
    assert form.ask("found", variable="other")["home"] == ""


def test_a_name_that_is_there_comes_with_its_aliases_and_its_number(form):
    told = form.ask("standing", name="churn")
    assert (told["new"], told["latest"], told["versions"]) == (False, 3, 4)
    assert ["production", 1, False] in told["aliases"]
    assert told["stages"] == ["staging", "production"]


def test_a_new_name_names_its_near_twins(form):
    assert form.ask("standing", name="Churn")["near"] == ["churn"]
    assert form.ask("standing", name="churns")["near"] == ["churn"]
    assert form.ask("standing", name="rockets") == {
        "name": "rockets", "new": True, "aliases": [], "stages": ["staging", "production"], "near": [],
    }  # fmt: skip


def test_a_renamed_model_is_told_by_its_new_name(form):
    form.somebody().rename("churn", "leavers")
    assert form.ask("standing", name="churn")["name"] == "leavers"


# -- registering -------------------------------------------------------------------------------


def test_what_is_given_is_registered_as_the_command_would(form):
    variables(form, auc=0.95, curve=[3, 2, 1], fig=Figure())
    done = form.ask(
        "register",
        **given(
            aliases=["staging", "best"], message="deeper", tags=["reviewed", "team=growth"],
            metrics=[["auc", "auc"], ["acc", "clf.score([[0.0]], [0])"], ["loss", "curve"]],
            attachments=[["", "fig"], ["half", "fig"]], project="billing",
        ),
    )  # fmt: skip
    detail = form.registry.show("churn:v4")
    version = detail.version
    assert (done["name"], done["ref"], done["number"]) == ("churn", "churn:v4", 4)
    assert set(version.metrics) == {"auc", "acc", "loss"}
    assert (version.metrics["auc"], version.metrics["loss"]) == (0.95, 1.0)
    assert len(detail.curves["loss"]) == 3
    assert (version.aliases, version.tags) == (("best", "staging"), {"reviewed": "", "team": "growth"})
    assert {each.name for each in detail.attachments} == {"fig", "half"}
    assert version.source.startswith("billing/clf:")
    (run,) = detail.runs
    assert (run.message, run.variable) == ("deeper", "clf")


def test_params_are_what_their_expressions_give(form):
    variables(form, config={"depth": 3, "kind": "rf"})
    form.ask("register", **given(params=[["depth", 'config["depth"]'], ["optimizer", "'adam'"], ["C", "clf.C"]]))
    params = form.registry.get("churn:v4").params
    assert {name: params[name] for name in ("depth", "optimizer", "C")} == {"depth": 3, "optimizer": "adam", "C": 1.0}


def test_a_quotient_of_variables_is_an_expression_and_no_reference(form):
    variables(form, X=np.arange(4.0), total=np.ones(2), n=2)
    for source, value in (("X/255", np.arange(4.0) / 255), ("total/n", np.ones(2) / 2), ("2*X/n", np.arange(4.0))):
        done = form.ask("register", **given(data=[["mean", source]]))
        (use,) = form.registry.show(done["ref"]).runs[0].data
        assert (use.role, use.digest) == ("mean", fingerprint(value).digest)
    for source in ("data/train", "data/X:v0", "my-X/255"):
        assert f"'{source.partition(':')[0]}'" in form.refused("register", **given(data=[["mean", source]]))["text"]


def test_a_dict_or_table_without_a_name_gives_all_its_metrics(form):
    variables(
        form,
        scores={"auc": 0.9, "loss": [3, 2]},
        table=pd.DataFrame({"f1": [0.1, 0.2]}),
        curve=pd.Series([0.5, 0.25]),
        acc=0.75,
    )
    form.ask("register", **given(metrics=[["", "scores"], ["", "table"], ["", "curve"], ["", "acc"]]))
    assert form.registry.get("churn:v4").metrics == {"auc": 0.9, "loss": 2.0, "f1": 0.2, "curve": 0.25, "acc": 0.75}


def test_a_file_is_attached_by_its_path(form, tmp_path):
    notes = tmp_path / "notes.md"
    notes.write_text("# why", encoding="utf-8")
    form.ask("register", **given(attachments=[["", str(notes)], ["other.md", str(notes)]]))
    assert {each.name for each in form.registry.show("churn:v4").attachments} == {"notes.md", "other.md"}


def test_nothing_that_was_only_found_is_kept(form):
    variables(form, auc=0.95, fig=Figure(), df=pd.DataFrame({"a": [1]}))
    form.ask("found", variable="clf")
    form.ask("register", **given())
    detail = form.registry.show("churn:v4")
    assert (detail.version.metrics, detail.attachments, detail.version.aliases) == ({}, (), ())


def test_the_answer_has_the_lines_of_the_command(form):
    done = form.ask("register", **given(aliases=["production"]))
    assert done["lines"][0].startswith("churn:v4 ← clf (LogisticRegression) · production moved from v1")
    same = form.ask("register", **given())
    assert same["lines"][1:] == ["identical to churn:v4; no new version"]
    assert form.ask("register", **given(new_version=True))["next"] == "%modelreg promote churn:v5"


def test_a_registration_can_be_undone_and_one_that_changed_nothing_cannot(form):
    operation = form.ask("register", **given())["undo"]
    form.panel.registry.undo(only=operation)
    assert form.registry.model("churn").versions == 4
    assert form.ask("register", **given(new_version=True))["undo"]
    assert form.ask("register", **given())["undo"] is None


def test_the_new_version_can_be_looked_at_in_place(form):
    form.ask("register", **given(message="<b>bold</b>"))
    html = form.ask("look", ref="churn:v4")["html"]
    assert "churn:v4" in html
    assert "<b>bold" not in html


def test_the_browser_has_the_methods_of_the_form(opened):
    opened.desk.variables["clf"] = Ridge()
    opened.open("browse")
    assert opened.ask("register", variable="clf", name="ridge")["ref"] == "ridge:v0"


# -- refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "field", "text"),
    [
        ({"variable": "cfl"}, "model", "no variable 'cfl' in this kernel; did you mean 'clf'?"),
        ({"variable": "clf.fit(X)"}, "model", "is a call; bind it first"),
        ({"name": " "}, "name", "which registered model? Give it a name, for example churn"),
        ({"name": "a/b"}, "name", "no slash in its name: 'a/b' names an artifact (project/name); write 'a-b'"),
        ({"name": "churn:v3"}, "name", "contains ':'"),
        ({"aliases": ["latest"]}, "aliases", "the alias 'latest' always means the newest version"),
        ({"tags": ["=x"]}, "tags", "the tag is empty"),
        ({"message": "x\0"}, "message", "the reason contains NUL"),
        ({"project": "a:b"}, "project", "contains ':'"),
        ({"metrics": [["auc", "nope"]]}, "metrics", "the metric auc: nope raised NameError: no variable 'nope'"),
        ({"metrics": [["auc", "'x'"]]}, "metrics", "the metric auc takes a number or a sequence of numbers, not 'x' (str)"),
        ({"metrics": [["auc", ""]]}, "metrics", "the metric 'auc' has no value; write an expression beside it"),
        ({"metrics": [["auc", "1"], ["auc", "2"]]}, "metrics", "the metric 'auc' is given twice"),
        ({"metrics": [["auc", "1 +"]]}, "metrics", "is no Python expression"),
        ({"metrics": [["", "{'auc': 'x'}"]]}, "metrics", "the metric auc takes a number or a sequence of numbers, not 'x' (str)"),
        ({"metrics": [["auc", "1"], ["", "{'auc': 1}"]]}, "metrics", "the metric 'auc' is given twice"),
        ({"params": [["C", "nope"]]}, "params", "the param C: nope raised NameError: no variable 'nope'"),
        ({"params": [["", ""]]}, "params", "the param"),
        ({"sounds": [["a", "b"]]}, "", "there is no kind 'sounds' of what is kept; there are metrics, params"),
        ({"attachments": [["", "none.md"]]}, "attachments", "attach: there is no file 'none.md', and no variable of that name"),
        ({"attachments": [["x", "clf"], ["x", "clf"]]}, "attachments", "two attachments are called 'x'"),
        ({"data": [["train", "nope"]]}, "data", "the data train: nope raised NameError"),
        ({"data": [["train", "iter(ROWS)"]]}, "", "the data 'train' (a list_iterator) is no logged dataset, and no data"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_field_and_nothing_is_registered(form, more, field, text):
    variables(form, ROWS=ROWS)
    before = form.registry.pulse()
    told = form.refused("register", **given(**more))
    assert told["kind"] != "bug"
    assert text in told["text"]
    assert told["field"] == field
    assert form.registry.pulse() == before


def test_an_alias_that_moved_since_the_form_showed_it_is_a_conflict(form):
    form.somebody().alias("churn:v2", "production")
    told = form.refused("register", **given(aliases=["production"], expect={"production": 1}))
    assert (told["kind"], told["field"]) == ("conflict", "aliases")
    assert (
        form.ask("register", **given(aliases=["production"], expect={"production": 2, "best": 7}))["ref"] == "churn:v4"
    )


def test_a_protected_alias_is_refused_with_the_line_that_frees_it(form):
    form.somebody().protect("churn", "production")
    told = form.refused("register", **given(aliases=["production"], expect={"production": 1}))
    assert (told["kind"], told["field"]) == ("refused", "aliases")
    form.desk.run(told["tries"][0])
    form.ask("register", **given(aliases=["production"], expect={"production": 1}))


def test_a_model_that_cannot_be_kept_names_its_attribute(form):
    form.desk.variables["clf"].callback_ = (each for each in ())
    told = form.refused("register", **given())
    assert (told["kind"], told["field"]) == ("unpicklable", "model")
    assert "clf.callback_" in told["text"]


def test_the_stop_button_is_answered_and_the_next_call_goes_through(form):
    class Slow:
        stopped = False

        def predict(self, rows):
            return rows

        def __reduce__(self):
            if not Slow.stopped:
                Slow.stopped = True
                raise KeyboardInterrupt
            return (dict, ())

    variables(form, slow=Slow())
    told = form.refused("register", variable="slow", name="slow")
    assert (told["kind"], told["text"]) == ("interrupted", "interrupted; do it again, nothing is done twice")
    assert form.ask("register", variable="slow", name="slow")["ref"] == "slow:v0"


# -- progress ----------------------------------------------------------------------------------


def test_progress_is_told_with_the_call_that_it_is_of(form):
    variables(form, clf=[np.zeros(1 << 20), np.ones(1 << 20)])
    form.ask("register", **given(call="abc"))
    told = [each for each in form.sent if each.get("event") == "progress"]
    assert told
    assert {each["call"] for each in told} == {"abc"}
    assert (told[0]["label"], told[0]["total"], told[0]["over"]) == ("reading clf", 0, False)
    stored = [each for each in told if each["label"] == "storing"]
    assert [each["over"] for each in stored] == [False] * (len(stored) - 1) + [True]
    assert stored[0]["done"] == 0
    assert stored[-1]["done"] >= stored[-1]["total"] > 1 << 23
    assert all(each["text"].endswith("MB") for each in stored)


def test_files_are_counted_and_one_step_says_nothing(form, tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.bin").touch()
    form.ask("register", path=str(tmp_path), name="net", call="abc")
    told = {each["label"]: each["text"] for each in form.sent if each.get("event") == "progress"}
    assert told["reading files"] == "3 of 3"
    assert told[f"reading {tmp_path}"] == ""


def test_many_steps_are_few_words(form):
    words = []
    listener = Told(lambda event, **facts: words.append((event, facts["done"])), "x")
    listener.begin("storing", 100_000)
    for _ in range(100_000):
        listener.advance(1)
    listener.end()
    assert words[0] == ("progress", 0)
    assert words[-1] == ("progress", 100_000)
    assert len(words) < 1000
