"""OBJ on a line: variables, attributes and items that hold a model, and what is said where there is none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from modelreg.commands.declare import Expression
from modelreg.commands.objects import find, holding_models
from modelreg.errors import UsageError


class Grid:
    """A search that was not fitted."""

    @property
    def best_(self) -> object:
        """What there is after fit."""
        msg = "call\nfit first"
        raise RuntimeError(msg)


def scope(fitted: dict[str, Any]) -> dict[str, Any]:
    """Return variables with models in many places."""
    tree = fitted["tree"]
    return {
        "clf": tree,
        "models": {"rf": tree, "a/b": tree, 3: tree, ("x", 1): tree, -1: tree},
        "found": [tree, fitted["reg"]],
        "box": SimpleNamespace(inner=SimpleNamespace(model=tree), models={"rf": tree}),
        "grid": Grid(),
        "key": "rf",
        "empty": {},
        "number": 3,
    }


@pytest.mark.parametrize(
    ("source", "artifact"),
    [
        ("clf", "clf"),
        ('models["rf"]', "models-rf"),
        ("models['a/b']", "models-a-b"),
        ("models[3]", "models-3"),
        ("models[-1]", "models-1"),
        ('models["x", 1]', "models-x-1"),
        ("models[key]", "models-key"),
        ("found[0]", "found-0"),
        ("box.inner.model", "box-inner-model"),
        ('box.models["rf"]', "box-models-rf"),
    ],
)
def test_an_object_is_reached_and_its_artifact_is_called_after_the_way(
    fitted: dict[str, Any], source: str, artifact: str
) -> None:
    named = find(Expression(source, 9, source), scope(fitted))
    assert named.obj is fitted["tree"]
    assert named.artifact == artifact


def test_an_object_is_called_as_status_and_completion_write_it(fitted: dict[str, Any]) -> None:
    variables = {**scope(fitted), "odd": {'say "x"': {"it's": fitted["tree"]}}}
    written = {
        "models['rf']": 'models["rf"]',
        "box.models['rf']": 'box.models["rf"]',
        "models[ -1 ]": "models[-1]",
        "models[key]": "models[key]",
        """odd['say "x"']["it's"]""": """odd["say \\"x\\""]["it's"]""",
    }
    assert {source: find(Expression(source, 0, source), variables).variable for source in written} == written


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("nope", "no variable 'nope' in this kernel; models are in clf"),
        ("foundd", "no variable 'foundd' in this kernel; did you mean 'found'"),
        ('models["rff"]', r"models has no key 'rff'; did you mean 'rf'\?"),
        ('empty["rf"]', "empty has no key 'rf'; it is empty"),
        ("found[7]", "found has no item 7; it has 2"),
        ('found["a"]', r"found\['a'\] raised TypeError"),
        ("number[0]", r"number\[0\] raised TypeError"),
        ("box.innr", r"box \(SimpleNamespace\) has no attribute 'innr'; did you mean 'inner'\?"),
        ("number.nope", r"number \(int\) has no attribute 'nope'"),
        ("grid.best_", "grid.best_ raised RuntimeError: call fit first"),
        ("clf.fit()", r"clf.fit\(\) at column 10 is a call; bind it first: model = clf.fit\(\)"),
        ("found[len(found)]", "is a call; bind it first"),
        ("[clf]", r"\[clf\] at column 10 is no variable, attribute or item"),
        ("3", "3 at column 10 is no variable"),
        ("clf + clf", "is no variable, attribute or item"),
        ("'clf'.x", "is no variable, attribute or item"),
        ("clf.", "'clf.' at column 10 names no object"),
        ("a b", "names no object"),
        ("clf\0", "names no object"),
    ],
)
def test_what_is_no_object_is_told(fitted: dict[str, Any], source: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        find(Expression(source, 9, source), scope(fitted))


def test_without_any_model_it_is_said() -> None:
    with pytest.raises(UsageError, match="no variable 'clf' in this kernel; no variable holds a model"):
        find(Expression("clf", 0, "clf"), {"_hidden": 1})


def test_variables_that_hold_models_are_found_and_hidden_ones_are_not(fitted: dict[str, Any]) -> None:
    held = holding_models({**scope(fitted), "_tree": fitted["tree"], "Tree": type(fitted["tree"])})
    assert held == ["clf"]
