"""``register OBJ [NAME]``: what is kept, what the answer says, and what is refused without losing anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from modelreg.errors import ConflictError, InvalidError, NotFoundError, RefusedError, UnpicklableError, UsageError

if TYPE_CHECKING:
    from tests.commands.desk import Desk

SHAPE = re.compile(
    r"(?P<ref>\S+:v\d+) ← (?P<variable>[^·\n]+) \((?P<kind>\w+)\)"
    r"(?: · (?P<metrics>[^·]*\d[^·]*?(?: \([+-][\d.]+ vs v\d+\))?))??"
    r"(?P<aliases>(?: · (?:\+ \S+|\S+ moved from v\d+))*)"
    r" · \d+ m?s"
    r"(?:\n(?!next: )(?P<notes>[^\n]+))?"
    r"(?:\nnext: %modelreg (?P<next>[^\n]+))?"
)
"""The answer as the design fixes it, in at most three lines."""


def answer(desk: Desk, line: str) -> dict[str, str | None]:
    """Return the parts of the answer, which has its shape."""
    text = desk.says(line)
    found = SHAPE.fullmatch(text)
    assert found is not None, f"not the shape of an answer of register: {text!r}"
    return found.groupdict()


def test_a_model_becomes_version_0_of_a_new_registered_model(desk: Desk) -> None:
    parts = answer(desk, "register clf churn")
    assert parts["ref"] == "churn:v0"
    assert (parts["variable"], parts["kind"]) == ("clf", "LogisticRegression")
    assert desk.registry.get("churn:v0").source == "train/clf:v0"


def test_the_answer_has_exactly_the_parts_of_the_design(churn: Desk) -> None:
    churn.run("alias churn:v0 staging")
    parts = answer(churn, "register tree churn --metric auc=0.918 -a staging")
    assert parts["ref"] == "churn:v2"
    assert parts["metrics"] == "auc 0.918 (+0.004 vs v1)"
    assert parts["aliases"] == " · staging moved from v0"
    assert parts["next"] == "promote churn:v2"
    assert parts["notes"] is None


def test_the_next_line_of_the_answer_works(churn: Desk) -> None:
    following = answer(churn, "register tree churn")["next"]
    churn.run(str(following))
    assert churn.aliases("churn") == {"staging": 2}


def test_an_unchanged_model_gives_the_same_version_and_says_where_latest_stays(churn: Desk) -> None:
    parts = answer(churn, "register clf churn")
    assert parts["ref"] == "churn:v0"
    assert parts["notes"] == "identical to churn:v0; churn:latest stays v1"
    assert churn.registry.model("churn").versions == 2


def test_new_version_makes_one_of_identical_contents(churn: Desk) -> None:
    assert answer(churn, "register clf churn --new-version")["ref"] == "churn:v2"


def test_a_retrained_model_is_never_swallowed(churn: Desk) -> None:
    churn.variables["clf"].coef_ = churn.variables["clf"].coef_ + 1
    assert answer(churn, "register clf churn")["ref"] == "churn:v2"


def test_without_a_name_the_notebook_names_the_registered_model(desk: Desk) -> None:
    assert answer(desk, "register clf")["ref"] == "train:v0"


def test_without_a_name_it_goes_where_the_variable_went_last(churn: Desk) -> None:
    churn.variables["clf"].coef_ = churn.variables["clf"].coef_ + 1
    assert answer(churn, "register clf")["ref"] == "churn:v2"


@pytest.mark.parametrize("notebook", ["", "Untitled.ipynb", "Untitled3.ipynb"])
def test_without_any_name_the_line_to_type_is_given_and_works(desk: Desk, notebook: str) -> None:
    desk.notebook.path = notebook
    view = desk.leads_on("register clf", "which registered model")
    assert view.version.ref == "my-model:v0"


def test_alone_it_opens_the_form_over_this_kernel(churn: Desk) -> None:
    page = churn.says("register")
    assert re.search(r"clf +LogisticRegression +unchanged +churn:v0", page)
    assert page.endswith("next: %modelreg register reg train")


def test_alone_it_needs_a_model_where_no_panel_is_shown(churn: Desk) -> None:
    churn.session.full = True
    churn.refuses("register", "register needs OBJ")


def test_an_attribute_or_item_is_registered_by_its_path(desk: Desk) -> None:
    desk.variables["models"] = {"r f": {"best": desk.variables["tree"]}}
    parts = answer(desk, 'register models["r f"]["best"] churn')
    assert parts["ref"] == "churn:v0"
    assert desk.registry.get("churn:v0").artifact == "train/models-r f-best"


def test_metrics_are_evaluated_in_the_notebook(desk: Desk) -> None:
    line = "register clf churn --metric acc=clf.score(rows, classes) --metric n=len(rows) --param depth={'a': [1, 2]}"
    parts = answer(desk, line)
    version = desk.registry.get("churn:v0")
    assert version.metrics == {
        "acc": desk.variables["clf"].score(desk.variables["rows"], desk.variables["classes"]),
        "n": 6,
    }
    assert version.params == {"depth": {"a": [1, 2]}}
    assert parts["metrics"] == "acc 1, n 6"


def test_a_dict_of_metrics_keeps_the_last_point_of_a_curve(desk: Desk) -> None:
    desk.variables["scores"] = {"loss": [0.9, 0.5, 0.3], "auc": 0.9}
    desk.run("register clf churn --metrics scores --metric auc=0.95")
    assert desk.registry.get("churn:v0").metrics == {"loss": 0.3, "auc": 0.95}


def test_tags_aliases_and_the_reason_are_kept(desk: Desk) -> None:
    desk.run('register clf churn --tag reviewed --tag "team=data science" -a best -a staging -m "first; try # 1"')
    version = desk.registry.get("churn:v0")
    assert version.tags == {"reviewed": "", "team": "data science"}
    assert version.aliases == ("best", "staging")
    assert {action.reason for action in desk.registry.history("churn") if action.kind == "linked"} == {"first; try # 1"}


def test_variables_are_put_into_texts(desk: Desk) -> None:
    desk.variables.update(depth=3, team="growth")
    desk.run('register clf churn --tag team=$team -m "depth {depth}, {{plain}}"')
    assert desk.registry.get("churn").tags == {"team": "growth"}
    assert desk.registry.history("churn")[0].reason == "depth 3, {plain}"


def test_project_names_the_artifact(desk: Desk) -> None:
    desk.run("register clf churn --project billing")
    assert desk.registry.get("churn:v0").source == "billing/clf:v0"


def test_a_file_is_registered_by_its_path(desk: Desk) -> None:
    with open("my model.onnx", "wb") as file:  # noqa: PTH123  (a name with a blank, as typed)
        file.write(b"weights")
    view = desk.value('register --path "my model.onnx" churn')
    assert view.version.ref == "churn:v0"
    assert view.version.flavor == "files"
    assert desk.value("load churn:v0").read_bytes() == b"weights"


def test_expect_alias_moves_only_from_where_it_is_expected(churn: Desk) -> None:
    churn.run("alias churn:v0 production")
    message = churn.refuses(
        "register tree churn -a production --expect-alias production=v1", "production", ConflictError
    )
    assert "v0" in message
    assert churn.aliases("churn") == {"production": 0}
    assert churn.registry.model("churn").versions == 2
    churn.run("register tree churn -a production --expect-alias production=v0")
    assert churn.aliases("churn") == {"production": 2}


def test_a_protected_alias_stops_the_whole_and_the_line_to_type_exists(churn: Desk) -> None:
    churn.run("alias churn:v0 production")
    churn.run("protect churn production")
    message = churn.refuses("register tree churn -a production", "'production' of 'churn' is protected", RefusedError)
    assert message.endswith("Try %modelreg unprotect churn production")
    assert churn.registry.model("churn").versions == 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("register -a best", r"register needs OBJ, the variable that holds the model"),
        ("register --quiet", r"register needs OBJ"),
        ("register --frame", r"register needs OBJ"),
        ("register nope churn", r"no variable 'nope' in this kernel; models are in clf, better, tree, reg"),
        ("register cfl churn", r"no variable 'cfl' in this kernel; did you mean 'clf'\?"),
        ("register clf.best_ churn", r"clf \(LogisticRegression\) has no attribute 'best_'"),
        ("register rows[9] churn", r"rows has no item 9; it has 6"),
        (
            "register clf.fit(rows) churn",
            r"clf.fit\(rows\) at column 10 is a call; bind it first: model = clf.fit\(rows\)",
        ),
        ("register clf churn eu", r"'eu' at column 20 is too much \(quote names with blanks\)"),
        ("register clf churn --metric auc", r"--metric takes KEY=EXPR, not 'auc' \(column 29\)"),
        ("register clf churn --metric auc=nope", r"--metric auc: nope raised NameError: no variable 'nope'"),
        ("register clf churn --metric auc=1/0", r"--metric auc: 1/0 raised ZeroDivisionError: division by zero"),
        (
            "register clf churn --metric auc='high'",
            r"--metric auc takes a number or a sequence of numbers, not 'high' \(str\)",
        ),
        ("register clf churn --metric auc=0.9 --metric auc=1", r"--metric auc is given twice"),
        ("register clf churn --metrics 3", r"--metrics takes a dict, Series or DataFrame; 3 is 3 \(int\)"),
        ("register clf churn --metric auc=[]", r"--metric auc has no points"),
        ("register clf churn -a", r"register -a needs a value"),
        ("register clf churn --alais best", r"register has no option --alais \(column 20\); did you mean '--alias'"),
        ("register clf churn -m x -m y", r"--message is given twice"),
        ("register clf churn --tag $nope", r"no variable 'nope' for \$nope at column 26"),
        ("register clf churn --expect-alias production", r"--expect-alias takes ALIAS=vN or ALIAS=none"),
        ("register clf churn --expect-alias production=best", r"expected at a version such as v3, or at none"),
        ("register clf churn --path w.bin", r"register takes --path or OBJ, not both"),
        ("register clf churn --new-version=yes", r"--new-version takes no value"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused_and_nothing_is_written(desk: Desk, line: str, message: str) -> None:
    desk.refuses(line, message)
    assert not desk.place.exists()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "register clf train/churn",
            r"no slash in its name: 'train/churn' .*Try %modelreg register clf train-churn or ",
        ),
        ("register clf a/b/c", r"write 'a-b-c'\. Try %modelreg register clf a-b-c$"),
        (
            "register --path x a/b",
            r"a registered model has no slash in its name: 'a/b' .*; write 'a-b'. Try .* --path x a-b",
        ),
        ("register clf churn:v3", "contains ':', which has a meaning in references"),
        ("register clf churn -a latest", "the alias 'latest' always means the newest version"),
        ("register clf churn -a v3", "the alias 'v3' is reserved"),
        ("register clf churn --tag =x", "the tag is empty"),
        ("register --path nofile churn", "there is no file or folder 'nofile'"),
    ],
)
def test_names_and_files_that_cannot_be_are_refused_and_nothing_is_written(desk: Desk, line: str, message: str) -> None:
    desk.refuses(line, message, InvalidError)
    assert not desk.place.exists()


def test_an_object_that_cannot_be_pickled_is_named_with_its_attribute(desk: Desk) -> None:
    desk.variables["clf"].callback_ = (each for each in ())
    desk.refuses("register clf churn", "callback_", UnpicklableError)
    assert not desk.registry.models()


def test_a_name_that_differs_by_case_only_is_kept_with_a_warning(churn: Desk) -> None:
    parts = answer(churn, "register tree Churn")
    assert parts["ref"] == "Churn:v0"
    assert parts["notes"] == "'Churn' is new and differs from 'churn' by case only"


def test_a_derived_model_says_from_which_version(churn: Desk) -> None:
    model = churn.value("load churn:v1")
    churn.variables["model"] = model
    model.coef_ = model.coef_ * 2
    assert answer(churn, "register model churn")["notes"] == "derived from train/better:v0"


def test_what_was_deleted_is_offered_again_in_the_words_of_the_program(churn: Desk) -> None:
    churn.run("delete churn:v0 --force")
    parts = answer(churn, "register clf churn")
    assert parts["ref"] == "churn:v2"
    note = "the same contents were deleted as train/clf:v0; %modelreg undelete train/clf:v0"
    assert note in str(parts["notes"])
    churn.run(note.rpartition("%modelreg ")[2])
    assert churn.registry.get("train/clf:v0").number == 0


def test_contents_of_the_artifact_that_are_linked_now_name_their_source(churn: Desk) -> None:
    parts = answer(churn, "register clf churn-eu")
    assert parts["ref"] == "churn-eu:v0"
    assert parts["notes"] == "identical to train/clf:v0, which is linked now"


def test_quiet_gives_the_answer_but_asks_that_nothing_be_shown(desk: Desk) -> None:
    answer_ = desk.run("register clf churn --quiet")
    assert answer_.quiet
    assert answer_.value.version.ref == "churn:v0"


def test_an_html_answer_has_the_alias_as_a_chip(churn: Desk) -> None:
    html = churn.value("register tree churn -a staging")._repr_html_()
    assert "churn:v2" in html
    assert re.search(r"<span[^>]*>[^<]*staging[^<]*</span>", html)


def test_the_logged_datasets_that_it_was_trained_on_are_kept(desk: Desk) -> None:
    desk.variables.update(clf={"w": 1}, X_train=np.arange(600.0), X_test=np.arange(3.0))
    desk.run("log X_train data/train --kind dataset")
    desk.run("log X_test data/test --kind dataset --quiet")
    desk.run('register clf churn --data X_train --data test="data/test:v0"')
    (run,) = desk.registry.show("churn:v0").runs
    assert run.inputs == ("data/test:v0", "data/train:v0")
    assert "data/train:v0" in desk.says("show churn:v0")


@pytest.mark.parametrize(
    ("given", "message", "kind"),
    [
        (
            "--data train=iter(X)",
            r"the data 'train' \(a list_iterator\) is no logged dataset, .*a list of its values can be told",
            NotFoundError,
        ),
        ("--data train=nope", "no variable 'nope'", UsageError),
        ('--data "data/none:v0"', "no artifact 'data/none'", NotFoundError),
        ('--data "churn:v0"', "the data 'data' is churn:v0, a model; data are datasets", InvalidError),
        ("--data train=X --data train=X", "--data train is given twice", UsageError),
    ],
)
def test_data_that_are_no_datasets_are_refused(churn: Desk, given: str, message: str, kind: type) -> None:
    churn.variables.update(fresh={"w": 7}, X=[1, 2])
    churn.refuses(f"register fresh churn {given}", message, kind)


def test_a_misspelt_alias_is_asked_about_and_the_line_takes_back_nothing_else(desk: Desk) -> None:
    lines = desk.says("register clf churn -a stagng").splitlines()
    assert lines[1] == "'stagng' is new; did you mean 'staging'? %modelreg unalias churn stagng takes it back"
    desk.run(lines[1].partition("%modelreg ")[2].removesuffix(" takes it back"))
    assert desk.aliases("churn") == {}
    assert desk.registry.model("churn").versions == 1
    assert len(desk.says("register better churn -a staging").splitlines()) == 2


def test_an_evaluation_that_fails_says_once_what_the_library_says(desk: Desk) -> None:
    desk.variables["frame"] = pd.DataFrame({"a": [0.0, 1.0, 2.0], "t": [0, 1, 1]})
    desk.variables["net"] = Ridge().fit(desk.variables["frame"][["a"]], [0, 1, 1])
    text = desk.refuses('register net churn --eval frame,frame["t"]', "computed nothing", InvalidError)
    assert text.startswith('--eval frame, frame["t"] computed nothing: ValueError: The feature names should match')
    assert "Feature names unseen at fit time: - t. Nothing was registered" in text
    assert text.count('frame["t"]') == 1
    assert ".." not in text
    assert not list(desk.registry.models())


@pytest.mark.parametrize("line", ["register clf churn", "log clf train/clf"])
def test_a_metric_that_is_no_number_is_kept_and_told(desk: Desk, line: str) -> None:
    desk.variables["hist"] = [0.5, float("nan")]
    text = desk.says(f'{line} --metric auc=float("nan") --metric loss=hist --metric f1=1')
    assert "auc is nan: it is kept, and no condition finds it · loss is nan" in text
    assert "f1 is" not in text
    version = desk.registry.get("train/clf:v0")
    assert np.isnan([version.metrics["auc"], version.metrics["loss"]]).all()
    assert not list(desk.value("versions train/clf metrics.auc <= 1"))


@pytest.mark.parametrize(
    ("wrong", "message", "roles"),
    [
        ("--eval rows, classes", "'classes' at column 33 is too much", ["eval", "eval_target"]),
        (
            "--data train=rows,target=classes",
            "--data takes one input, not train=rows,target=classes",
            ["train", "target"],
        ),
    ],
)
def test_inputs_that_were_run_together_lead_to_a_line_that_works(
    desk: Desk, wrong: str, message: str, roles: list[str]
) -> None:
    done = desk.leads_on(f"register clf churn {wrong}", message)
    (run,) = desk.registry.show(done.version.ref).runs
    assert [one.role for one in run.data] == roles


def test_an_evaluation_and_data_may_stand_in_quotes_as_in_a_shell(desk: Desk) -> None:
    desk.run('register clf churn --eval "rows[:], classes" --data "train=rows"')
    (run,) = desk.registry.show("churn:v0").runs
    assert [(one.role, one.name) for one in run.data] == [
        ("train", "rows"),
        ("eval", "rows[:]"),
        ("eval_target", "classes"),
    ]


def test_data_without_a_fingerprint_is_logged_by_its_variable(desk: Desk) -> None:
    class Own:
        pass

    desk.variables["mine"] = Own()
    desk.refuses(
        "register clf churn --data train=mine", "no logged dataset.*log mine data/train --kind dataset", NotFoundError
    )
