"""A loaded object never goes over something else that nobody said may go: in the panel and on the line."""

from __future__ import annotations

import pytest

from modelreg.errors import InvalidError, NotFoundError, UsageError
from modelreg.panels import binding


@pytest.fixture
def check(opened):
    """Check a name for ``churn:v2`` against the variables of the notebook."""

    def act(name, ref="churn:v2", **more):
        session = opened.desk.session
        binding.check(
            name, ref, scope=opened.desk.variables, registry=session.registry, notebook=session.notebook, **more
        )

    return act


@pytest.mark.parametrize("name", ["best", "_", "größe", "match"])
def test_a_free_name_may_be_bound(check, name):
    check(name)


@pytest.mark.parametrize("name", ["", " ", "a b", "a.b", "a[0]", "1a", "class", "None", "a\n", "a;b", "💥"])
def test_what_is_no_name_is_refused(check, name):
    with pytest.raises(InvalidError, match="is no name of a variable"):
        check(name)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (3, "to 3 already"),
        (True, "to True already"),
        pytest.param(10**5000, "to an int already", id="huge"),
        ("text", "to the text 'text' already"),
        (["x"], "to a list already"),
        (None, "to a NoneType already"),
        (object(), "to an object already"),
    ],
)
def test_a_bound_name_is_refused_with_what_it_is_and_the_lines_that_lead_on(opened, check, value, said):
    opened.desk.variables["best"] = value
    with pytest.raises(UsageError, match=f"'best' is bound {said}") as refused:
        check("best")
    assert refused.value.tries == ("load churn:v2 --as best --overwrite", "load churn:v2 --as best_2")


def test_a_long_value_is_cut_in_the_message(opened, check):
    opened.desk.variables["best"] = "x" * 10_000
    with pytest.raises(UsageError) as refused:
        check("best")
    assert len(str(refused.value)) < 250


def test_a_value_whose_repr_fails_is_named_by_its_class(opened, check):
    class Sullen:
        def __repr__(self):
            raise RuntimeError

    opened.desk.variables["best"] = Sullen()
    with pytest.raises(UsageError, match="'best' is bound to a Sullen already"):
        check("best")


def test_a_cell_that_loads_can_be_run_again(opened, check):
    opened.desk.run("load churn:v2 --as best")
    check("best")
    with pytest.raises(UsageError, match="'best' is bound to a LinearRegression"):
        check("best", "churn:v1")


def test_a_version_of_another_time_is_another_version(opened, check):
    opened.desk.run("load churn:v1 --as best")
    opened.somebody().alias("churn:v3", "production")
    with pytest.raises(UsageError, match="'best' is bound to a LinearRegression"):
        check("best", "churn:production")
    with pytest.raises(NotFoundError):
        check("best", "churn:nobody")


def test_panel_and_line_refuse_alike(opened):
    opened.desk.variables["best"] = [1]
    told = opened.desk.refuses("load churn:v2 --as best", "'best' is bound to a list already; nothing was loaded")
    assert opened.refused("load", ref="churn:v2", variable="best")["text"] in told
    opened.desk.run("load churn:v2 --as best --overwrite")
    opened.ask("load", ref="churn:v2", variable="best")
    opened.desk.run("load churn:v2 --as best")


def test_what_is_trusted_for_once_is_the_contents_that_were_shown_and_no_others(opened, home, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "somebody-else"))
    shown = opened.ask("version", ref="churn:v2")["content"]
    assert opened.refused("load", ref="churn:v2", variable="best")["kind"] == "untrusted"
    refusal = opened.refused("load", ref="churn:v3", variable="best", expect=shown)
    assert (refusal["kind"], "nothing was loaded" in refusal["text"]) == ("integrity", True)
    assert opened.refused("load", ref="churn:v2", variable="best", trust=True)["kind"] == "invalid"
    assert "best" not in opened.desk.variables
    opened.ask("load", ref="churn:v2", variable="best", expect=shown)
    assert "best" in opened.desk.variables
