import math

import pytest

from modelreg import views
from modelreg.records import AliasChange, Change, Loaded, MetricDelta


def metric(name="auc", value=0.912, before=0.908, direction="higher", against=2):
    return MetricDelta(name=name, value=value, before=before, direction=direction, against=against)


def test_register_answers_in_exactly_this_shape(made):
    assert repr(views.show(made.registration())) == (
        "churn:v3 ← clf (RandomForestClassifier) · auc 0.912 (+0.004 vs v2) · staging moved from v2"
        " · data 2 frames, git a1b2c3 +diff, 14 cells · 38 ms\n"
        "next: %modelreg promote churn:v3"
    )


def test_html_says_the_same_as_text(made, read):
    view = views.show(made.registration(notes=("a note",)))
    assert "".join(read(view._repr_html_()).text.split()) == "".join(repr(view).split())


def test_parts_that_do_not_apply_are_left_out(made):
    view = views.show(made.registration(aliases=(), metrics=(), facts=(), duration=0))
    assert repr(view) == "churn:v3 ← clf (RandomForestClassifier)\nnext: %modelreg promote churn:v3"


def test_identical_contents_name_both_sides(made):
    view = views.show(made.registration(outcome="identical", latest=7))
    assert repr(view).split("\n")[1] == "identical to churn:v3; churn:latest stays v7"


def test_identical_to_the_newest_says_that_nothing_is_new(made):
    view = views.show(made.registration(outcome="identical", latest=3))
    assert repr(view).split("\n")[1] == "identical to churn:v3; no new version"


def test_the_answer_has_three_lines_at_most(made):
    view = views.show(
        made.registration(outcome="identical", latest=7, derived_from="train/clf:v2", notes=("one\nline", "two"))
    )
    assert repr(view).split("\n")[1:] == [
        "identical to churn:v3; churn:latest stays v7 · derived from train/clf:v2 · one line · two",
        "next: %modelreg promote churn:v3",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (AliasChange(home="churn", alias="best", before=None, after=3), " · + best · "),
        (AliasChange(home="churn", alias="best", before=1, after=3), " · best moved from v1 · "),
        (AliasChange(home="churn", alias="best", before=3, after=None), " · - best · "),
        (AliasChange(home="churn", alias="best", before=3, after=3), "Classifier) · auc 0.912 (+0.004 vs v2) · data"),
    ],
)
def test_each_change_of_an_alias_is_told(made, change, words):
    assert words in repr(views.show(made.registration(aliases=(change,))))


def test_the_older_version_is_named_once(made):
    view = views.show(made.registration(metrics=(metric(), metric("f1", 0.8, 0.81), metric("acc", 0.9, None))))
    assert "auc 0.912 (+0.004 vs v2), f1 0.8 (-0.01), acc 0.9 ·" in repr(view)


def test_four_metrics_show_and_the_others_are_counted(made):
    view = views.show(made.registration(metrics=tuple(metric(f"m{n}", 1.0, None) for n in range(7))))
    assert "m0 1, m1 1, m2 1, m3 1, +3 metrics ·" in repr(view)
    view = views.show(made.registration(metrics=tuple(metric(f"m{n}", 1.0, None) for n in range(5))))
    assert "+1 metric ·" in repr(view)


def test_an_equal_metric_says_so(made):
    assert "auc 0.9 (= vs v2)" in repr(views.show(made.registration(metrics=(metric(value=0.9, before=0.9),))))


@pytest.mark.parametrize("values", [(math.nan, 0.5), (0.5, math.nan), (math.inf, math.inf)])
def test_nothing_is_subtracted_from_what_is_no_number(made, values):
    text = repr(views.show(made.registration(metrics=(metric(value=values[0], before=values[1]),))))
    assert "(+" not in text
    assert "vs v2" not in text


@pytest.mark.parametrize(
    ("value", "direction", "colour"),
    [
        (0.95, "higher", "--jp-success-color1"),
        (0.85, "higher", "--jp-error-color1"),
        (0.85, "lower", "--jp-success-color1"),
        (0.95, "lower", "--jp-error-color1"),
        (0.95, None, None),
        (0.9, "higher", None),
    ],
)
def test_differences_are_coloured_by_the_declared_direction_only(made, read, value, direction, colour):
    view = views.show(made.registration(metrics=(metric(value=value, before=0.9, direction=direction),)))
    styles = "".join(read(view._repr_html_()).values("style"))
    assert (colour in styles) if colour else ("success" not in styles and "error" not in styles)


def test_the_last_stage_has_no_next_line(made):
    done = made.registration(version=made.version(3, aliases=("production",)))
    assert "next" not in repr(views.show(done))


def test_the_stages_of_the_model_decide(made):
    done = made.registration(version=made.version(3, aliases=("production",)))
    assert "next: %modelreg promote churn:v3" in repr(views.show(done, model=made.model(stages=("production", "eu"))))
    assert "next" not in repr(views.show(done, model=made.model(stages=())))


def test_what_only_an_artifact_has_is_linked_next(made):
    done = made.registration(version=made.version(7, home="train/clf", artifact_number=7))
    assert repr(views.show(done)).endswith("next: %modelreg link train/clf:v7 clf")


def test_a_dataset_has_no_next_line(made):
    done = made.registration(version=made.version(7, home="train/df", artifact="train/df", kind="dataset"))
    assert "next" not in repr(views.show(done))


def test_an_object_without_a_name_shows_its_source(made):
    done = made.registration(variable="")
    assert repr(views.show(done)).startswith("churn:v3 ← train/clf:v7 (RandomForestClassifier)")


def test_the_version_of_the_answer_is_at_hand(made):
    view = views.show(made.registration())
    assert view.version.ref == "churn:v3"
    assert view.outcome == "new"


def test_a_change_says_what_notes_and_next(made):
    change = Change(text="churn: best moved from v1 to v3", next="rollback churn best", notes=("was protected",))
    assert repr(views.show(change)) == (
        "churn: best moved from v1 to v3\nwas protected\nnext: %modelreg rollback churn best"
    )


def test_a_change_is_marked_and_nothing_changed_is_not(made, read):
    assert read(views.show(Change(text="a"))._repr_html_()).text == "✓ a"
    assert read(views.show(Change(text="a", changed=False))._repr_html_()).text == "= a"


def test_the_frame_of_a_change_has_its_aliases(made):
    table = views.show(made.every()["change"]).to_frame()
    assert table.to_dict("records") == [{"name": "churn", "alias": "production", "before": 2, "after": 3}]


class Unprintable:
    def __repr__(self):
        raise AssertionError("the object itself is not for showing")


@pytest.mark.parametrize(
    ("note", "text"),
    [
        ("", "churn:v3"),
        ("latest; production is v2", "churn:v3 (latest; production is v2)"),
        ("churn:v3 (latest)", "churn:v3 (latest)"),
    ],
)
def test_load_says_which_version_came_and_never_shows_the_object(made, note, text):
    view = views.show(Loaded(obj=Unprintable(), version=made.version(3), note=note))
    assert repr(view) == text
    assert text in view._repr_html_()


def test_load_tells_its_warnings(made, read):
    view = views.show(Loaded(obj=None, version=made.version(3), warnings=("numpy 1 → 2", "python 3.11 → 3.12")))
    assert repr(view).split("\n") == ["churn:v3", "numpy 1 → 2", "python 3.11 → 3.12"]
    assert "⚠ python 3.11 → 3.12" in read(view._repr_html_()).text
