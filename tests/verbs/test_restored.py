"""Facts that no release of ours wrote: what can be read of them is told, nothing stops a load or ends in a traceback."""

from __future__ import annotations

import sqlite3
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelreg.capture import environment
from modelreg.catalog.create import DATABASE
from modelreg.errors import ModelRegError
from modelreg.verbs import drift, restored, vouching

from .cells import Cells

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

Words = st.sampled_from(["", "a", "numpy", "file", "a\0b", "\ud800", "../..", "1.0\n2"])
Json = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | Words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(Words, inner, max_size=3),
    max_leaves=8,
)
Origin = st.fixed_dictionaries({}, optional=dict.fromkeys(("kind", "path", "relative", "digest"), Words | Json))
Package = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("name", "version", "modules", "direct", "origin", "commit"), Words | st.lists(Words) | Json
    ),
)
Facts = st.fixed_dictionaries(
    {},
    optional={
        "git": st.fixed_dictionaries({}, optional=dict.fromkeys(("commit", "top", "relative"), Words | Json)) | Json,
        "environment": Json
        | st.fixed_dictionaries(
            {},
            optional={
                "python": Words | Json,
                "needed": st.lists(Package | Json, max_size=3) | Json,
                "homeless": st.lists(st.dictionaries(st.sampled_from(["module", "file"]), Json), max_size=2) | Json,
                "missing": st.lists(Words) | Json,
                "variables": st.lists(st.lists(Words, max_size=3), max_size=3) | Json,
            },
        ),
        "data": st.fixed_dictionaries({"inputs": st.lists(st.fixed_dictionaries({"origin": st.lists(Origin) | Json}))})
        | Json,
        "code": Json,
    },
)

# the first look reads what is installed
ODD = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@ODD
@given(Facts | Json)
def test_an_environment_is_read_from_facts_of_any_shape(facts: object) -> None:
    then = restored.first([facts, None])
    if then is None:
        return
    drift.warned(drift.glance(then))
    drift.missing(then, ["numpy", "a\0b"])
    environment.drift(then, environment.present(then))
    environment.requirements(then)


@ODD
@given(Facts | Json)
def test_what_a_rerun_acts_on_is_read_from_facts_of_any_shape(facts: object) -> None:
    found = vouching.means(facts)
    for place in (found.top, found.relative, *(part for one in found.data for part in one[:2])):
        assert not (Path("x") / place).is_symlink()
    assert vouching.key(facts, []) == vouching.key(facts, [])


def test_an_environment_comes_back_as_it_was_captured() -> None:
    import dataclasses
    import json

    made = environment.capture(["numpy.linalg", "nowhere_to_be_found"])
    back = restored.environment(json.loads(json.dumps(dataclasses.asdict(made))))
    assert back == dataclasses.replace(made, loaded=())
    assert back is not None
    assert back.needed


SHAPES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "packages are a number": lambda held: held["environment"].update(needed=5),
    "an environment is a word": lambda held: held.update(environment="x"),
    "code is a word": lambda held: held.update(code="x"),
    "doubts are numbers": lambda held: held["code"].update(uncertain=[1], outside=3),
    "modules are letters": lambda held: held["git"].update(modules="ab", commit=5),
    "a size is a word": lambda held: held["git"].update(modules=[{"path": "a", "size": "x"}, {"path": "b\0"}]),
    "a folder holds a NUL": lambda held: held["git"].update(relative="a\0b", top="c\0"),
    "a folder leads out": lambda held: held["git"].update(relative="../../..", top=7),
    "data is a word": lambda held: held.update(data={"inputs": [{"origin": "x"}, 3]}),
    "facts are a list": lambda held: [1],
}


def test_no_shape_of_the_facts_ends_in_a_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    cells = Cells(tmp_path)
    cells("clf = {'weights': [1]}")
    cells.register("clf")
    captured: list[dict[str, Any]] = []
    cells.rewrite(captured.append)
    raw = []
    for shape, edit in SHAPES.items():
        cells.rewrite(lambda _, edit=edit: _edited(captured[0], edit))
        raw += [f"{shape}: {said}" for said in _said(cells, tmp_path / shape)]
    database = sqlite3.connect(Path(cells.registry.location) / DATABASE)
    database.execute("UPDATE runs SET capture = '{nope'")
    database.commit()
    database.close()
    assert [*raw, *_said(cells, tmp_path / "no JSON")] == []


def _edited(captured: dict[str, Any], edit: Callable[[dict[str, Any]], Any]) -> Any:
    held = {kind: dict(facts) if isinstance(facts, dict) else facts for kind, facts in captured.items()}
    changed = edit(held)
    return held if changed is None else changed


def _said(cells: Cells, place: Path) -> list[str]:
    """Return what is no answer and no error of ours; a load answers always."""
    reg = cells.registry
    assert reg.load("churn:v0") == {"weights": [1]}
    raw = []
    asked: dict[str, tuple[object, ...]] = dict.fromkeys(("env", "environment", "code", "show"), ())
    for verb, more in {**asked, "compare": ("churn:v0",), "checkout": (place,)}.items():
        try:
            getattr(reg, verb)("churn:v0", *more)
        except ModelRegError:
            continue
        except Exception as error:  # noqa: BLE001  (any is what is looked for)
            raw.append(f"{verb} {type(error).__name__}: {error}")
    return raw


def test_a_module_that_loads_late_is_not_loaded_to_ask_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    class Late(types.ModuleType):
        def __getattribute__(self, name: str) -> Any:
            raise ImportError(name)

    monkeypatch.setitem(sys.modules, "loads_late", Late("loads_late"))
    listed = types.ModuleType("listed")
    listed.__version__ = ["1"]
    monkeypatch.setitem(sys.modules, "listed", listed)
    needed = [{"name": name, "version": "1.0", "modules": [name], "direct": True} for name in ("loads_late", "listed")]
    then = restored.environment({"python": "3.12.1", "needed": needed})
    assert then is not None
    assert drift.warned(drift.glance(then)) == ()
