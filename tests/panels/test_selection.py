"""What is chosen in a panel, as user code sees it."""

from __future__ import annotations

import pytest

from modelreg.errors import NotFoundError, UntrustedModelError, UsageError
from modelreg.panels.selection import Selection


def test_the_open_version_is_selected_until_others_are_ticked(opened):
    panel = opened.open("browse churn:v2")
    assert panel.selection.refs == ("churn:v2",)
    panel.picked = ["churn:v0", "churn:v1"]
    assert panel.selection.refs == ("churn:v0", "churn:v1")
    panel.picked = []
    assert panel.selection.refs == ("churn:v2",)
    panel.version = None
    assert panel.selection.refs == ()


def test_a_selection_iterates_over_records(opened):
    panel = opened.open("browse churn")
    opened.ask("pick", refs=["churn:v0", "churn:v3"])
    assert [version.metrics["auc"] for version in panel.selection] == [0.9, 0.93]
    assert len(panel.selection) == 2
    assert repr(panel.selection) == "Selection(churn:v0, churn:v3)"


def test_a_selection_can_be_observed(opened):
    panel = opened.open("browse churn")
    seen = []
    panel.observe(lambda change: seen.append(change["new"].refs), "selection")
    opened.ask("version", ref="churn:v1")
    opened.ask("pick", refs=["churn:v1"])  # selects the same
    opened.ask("pick", refs=["churn:v2"])
    assert seen == [("churn:v1",), ("churn:v2",)]


def test_the_one_that_is_selected_is_loaded(opened):
    panel = opened.open("browse churn:v2")
    assert panel.selection.load().coef_[0] == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("refs", "said"),
    [
        ([], "no version is selected in the panel, and load brings back one: tick it, or open it"),
        (
            ["churn:v0", "churn:v1"],
            r"2 versions are selected .* Try %modelreg load churn:v0 or %modelreg load churn:v1",
        ),
    ],
)
def test_load_needs_exactly_one(opened, refs, said):
    panel = opened.open("browse churn")
    panel.picked = refs
    with pytest.raises(UsageError, match=said):
        panel.selection.load()


def test_a_version_that_is_gone_is_refused_by_name(opened):
    panel = opened.open("browse churn:v2")
    opened.somebody().unlink("churn:v2")
    with pytest.raises(NotFoundError, match="churn:v2 was unlinked by jonas"):
        panel.selection.load()
    with pytest.raises(NotFoundError, match="churn:v2 was unlinked by jonas"):
        list(panel.selection)


def test_load_asks_for_trust_as_everywhere(opened, home, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "somebody-else"))
    panel = opened.open("browse churn:v2")
    with pytest.raises(UntrustedModelError, match="churn:v2"):
        panel.selection.load()
    assert panel.selection.load(trust=True).coef_[0] == pytest.approx(3.0)


def test_selections_of_the_same_versions_are_equal(opened):
    one, same, other = (Selection(opened.registry, refs) for refs in (["a:v0"], ["a:v0"], ["a:v1"]))
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != ("a:v0",)
    assert repr(Selection(opened.registry)) == "Selection(nothing)"
