"""Get, show, history, moment, compare: what is told, and as of when."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import modelreg
from modelreg.errors import InvalidError, NotFoundError
from modelreg.records import MISSING

if TYPE_CHECKING:
    from modelreg.registry import Registry
    from tests.verbs.conftest import Clock


class Model:
    """A model that allows weak references."""

    def __init__(self, weight: int) -> None:
        self.weight = weight

    def predict(self, x: int) -> int:
        """Make it a model."""
        return self.weight * x


@pytest.fixture
def past(registry: Registry, clock: Clock) -> list[int]:
    """Let a minute pass between changes; return the instants: two versions, three moves, an unlink, a relink."""
    at = []
    for change in (
        lambda: registry.register({"n": 0}, "churn", project="train", artifact="clf"),
        lambda: registry.register({"n": 1}, "churn", project="train", artifact="clf"),
        lambda: registry.alias("churn:v0", "production", message="go"),
        lambda: registry.alias("churn:v1", "production", message="better"),
        lambda: registry.unalias("churn", "production", message="stop"),
        lambda: registry.unlink("churn:v1"),
        registry.undo,
    ):
        change()
        at.append(clock.on(60))
    return at


def test_a_reference_means_what_it_meant_then(registry: Registry, past: list[int]) -> None:
    assert registry.get("churn:production", at=past[2]).number == 0
    assert registry.get("churn@production", at=past[3] - 1).number == 0
    assert registry.get("churn:production", at=past[3]).number == 1
    assert registry.load("churn:production", at=past[2]) == {"n": 0}
    for then in (past[1], past[4]):
        with pytest.raises(NotFoundError, match=r"'churn' had no alias 'production' at 20.* UTC.*history churn"):
            registry.get("churn:production", at=then)


def test_latest_is_what_it_was_then_also_between_unlink_and_return(registry: Registry, past: list[int]) -> None:
    assert [registry.moment("churn", then).latest for then in past] == [0, 1, 1, 1, 1, 0, 1]
    assert registry.get("churn", at=past[0]).number == 0
    assert registry.get("churn:v1", at=past[0]).number == 1, "a number means itself at any time"


def test_latest_of_an_artifact_then(registry: Registry, clock: Clock) -> None:
    registry.log({"n": 0}, "train/clf")
    clock.on(60)
    registry.log({"n": 1}, "train/clf")
    both = clock.on(60)
    registry.delete("train/clf:v1")
    gone = clock.on(60)
    registry.undelete("train/clf:v1")
    assert [registry.moment("train/clf", then).latest for then in (both, gone, clock.at)] == [1, 0, 1]


def test_a_moment_says_since_when_until_when_and_why(registry: Registry, past: list[int]) -> None:
    (first,) = registry.moment("churn", past[2]).aliases
    assert (first.alias, first.number, first.since, first.until, first.reason) == (
        "production",
        0,
        past[2],
        past[3],
        "go",
    )
    (second,) = registry.moment("churn", past[3]).aliases
    assert (second.number, second.since, second.until, second.reason) == (1, past[3], past[4], "better")
    assert registry.moment("churn", past[4]).aliases == ()


def test_before_it_was_made_there_was_nothing(registry: Registry, past: list[int]) -> None:
    with pytest.raises(NotFoundError, match=r"'churn' did not exist at .*; it was created 20"):
        registry.moment("churn", past[0] - 1)
    with pytest.raises(NotFoundError, match="had no version at"):
        registry.get("churn", at=past[0] - 1)


@pytest.mark.parametrize("at", [2**80, -(2**80), 10**18, "soon", "", 1.5, True, None])
def test_what_is_no_time_is_refused(registry: Registry, past: list[int], at: Any) -> None:
    with pytest.raises(InvalidError):
        registry.moment("churn", at)
    if at is not None:
        with pytest.raises(InvalidError):
            registry.get("churn", at=at)


def test_words_are_times_too(registry: Registry) -> None:
    registry.register({"n": 0}, "churn", aliases=["production"])
    assert registry.get("churn:production", at="now").number == 0
    with pytest.raises(NotFoundError):
        registry.get("churn:production", at="2 days ago")


def test_a_version_shows_all_that_is_known(registry: Registry) -> None:
    registry.register(Model(1), "churn", project="train", artifact="clf", aliases=["best"], metrics={"auc": 1})
    registry.link("churn:v0", "second")
    detail: Any = registry.show("churn:best")
    assert [v.ref for v in detail.links] == ["churn:v0", "second:v0"]
    assert detail.runs_code
    assert detail.trusted == "registered"
    assert any("Model" in name for name in detail.imports)
    assert sum(size for _, size in detail.files) > 0


def test_an_overview_has_the_newest_first_and_says_how_many(registry: Registry) -> None:
    for number in range(30):
        registry.register({"n": number}, "churn")
    detail: Any = registry.show("churn")
    assert [v.number for v in detail.versions] == list(range(29, 4, -1))
    assert (detail.versions.total, len(detail.history)) == (30, 10)
    following = registry.versions("churn", limit=1000, token=detail.versions.next)
    assert [v.number for v in following] == list(range(4, -1, -1))


def test_the_history_is_paged_both_ways_without_loss(registry: Registry) -> None:
    for number in range(12):
        registry.register({"n": number}, "churn", aliases=["best"])
    whole = [a.sequence for a in registry.history(limit=1000)]
    for newest_first, expected in ((True, whole), (False, whole[::-1])):
        found, token = [], None
        while True:
            page = registry.history(limit=7, token=token, newest_first=newest_first)
            found += [a.sequence for a in page]
            token = page.next
            if token is None:
                break
        assert found == expected


@pytest.mark.parametrize("token", ["x", "-1", "9" * 40, "٣", "1.0", ""])
def test_a_history_has_no_such_page(registry: Registry, token: str) -> None:
    with pytest.raises(InvalidError, match="is no page of this history"):
        registry.history(token=token)


def test_the_history_of_one_member_is_its_own(registry: Registry, past: list[int]) -> None:
    told = [(a.kind, a.number) for a in registry.history("churn:v0", newest_first=False)]
    assert told == [("linked", 0), ("alias-added", 0), ("alias-moved-away", 0)]
    assert {a.number for a in registry.history("churn:latest")} == {1}


def test_kinds_of_the_history_are_chosen_by_name(registry: Registry, past: list[int]) -> None:
    assert [a.kind for a in registry.history(kinds=["unlinked", "alias-removed"])] == ["unlinked", "alias-removed"]
    with pytest.raises(InvalidError, match="no kind of action 'moved'; there is alias-added"):
        registry.history(kinds=["moved"])


def test_every_action_has_a_sentence(registry: Registry, past: list[int]) -> None:
    registry.tag("churn", "team=a")
    registry.rename("churn", "leavers")
    registry.protect("leavers", "production")
    registry.metric("leavers", "auc", "higher")
    registry.stages("leavers", ["a"])
    registry.delete("leavers")
    for action in registry.history(limit=1000):
        assert action.sentence
        assert "None" not in action.sentence
        assert "{" not in action.sentence


def test_the_newest_is_compared_with_production(registry: Registry) -> None:
    for number in range(3):
        registry.register({"n": number}, "churn", metrics={"rmse": 3.0 - number})
    registry.alias("churn:v0", "production")
    result = registry.compare("churn")
    assert ([v.number for v in result.versions], result.note) == ([0, 2], "v2 against production (v0)")
    assert [v.number for v in registry.compare().versions] == [0, 2], "without a name: the model changed last"


def test_without_production_it_is_compared_with_the_one_before(registry: Registry) -> None:
    for number in range(12):
        registry.register({"n": number}, "churn")
    assert [v.number for v in registry.compare("churn").versions] == [10, 11]
    with pytest.raises(NotFoundError, match="nothing before v0 to compare"):
        registry.compare("churn:v0")
    result = registry.compare("churn:v2")
    assert ([v.number for v in result.versions], result.note) == ([1, 2], "v2 against v1 (no production yet)")
    registry.unlink("churn:v1")
    assert [v.number for v in registry.compare("churn:v2").versions] == [0, 2]
    registry.alias("churn", "production")
    assert registry.compare("churn").note == "v11 against v10 (production is v11 itself)"
    registry.log({"n": 0}, "train/clf")
    with pytest.raises(NotFoundError, match="nothing before v0"):
        registry.compare("train/clf")


def test_nothing_and_too_much_are_not_compared(registry: Registry) -> None:
    with pytest.raises(NotFoundError, match="no registered model to compare"):
        registry.compare()
    registry.register({"n": 0}, "churn")
    with pytest.raises(InvalidError, match="at most 8"):
        registry.compare(*["churn:v0"] * 9)


def test_only_what_differs_is_told_with_direction_and_delta(registry: Registry) -> None:
    registry.register(
        {"n": 0}, "churn", metrics={"rmse": 2.0, "auc": 0.5, "same": 1}, params={"a": 1, "b": 1}, tags=["x=1"]
    )
    registry.register(
        {"n": 1}, "churn", metrics={"rmse": 1.5, "f1": 0.5, "same": 1}, params={"a": 1, "b": True}, tags=["x=1"]
    )
    registry.metric("churn", "rmse", "lower")
    result = registry.compare("churn:v0", "churn:v1")
    rows = {row.name: row for row in result.differences if row.section != "version"}
    assert set(rows) == {"rmse", "auc", "f1", "b", "['n']"}
    assert (rows["rmse"].delta, rows["rmse"].best, rows["rmse"].direction) == (-0.5, (1,), "lower")
    assert (rows["auc"].values, rows["auc"].best, rows["auc"].delta) == ((0.5, MISSING), (), None)
    assert rows["b"].delta is None, "a truth value is no number"


def test_best_needs_a_direction_and_a_difference(registry: Registry) -> None:
    for number, value in enumerate([1.0, 2.0, 2.0, math.nan]):
        registry.register({"n": number}, "churn", metrics={"m": value})
    refs = [f"churn:v{n}" for n in range(4)]
    assert next(row for row in registry.compare(*refs).rows if row.name == "m").best == ()
    registry.metric("churn", "m", "higher")
    row = next(row for row in registry.compare(*refs).rows if row.name == "m")
    assert (row.best, row.delta, row.differs) == ((1, 2), None, True)
    same = next(row for row in registry.compare("churn:v1", "churn:v2").rows if row.name == "m")
    assert (same.best, same.differs, same.delta) == ((), False, 0.0)
    nan = next(row for row in registry.compare("churn:v3", "churn:v3").rows if row.name == "m")
    assert not nan.differs


def test_versions_of_different_models_are_compared(registry: Registry) -> None:
    registry.register({"n": 0}, "churn", metrics={"m": 1})
    registry.register({"n": 1}, "fraud", metrics={"m": 2})
    result = registry.compare("churn", "fraud:v0")
    assert [v.ref for v in result.versions] == ["churn:v0", "fraud:v0"]
    assert result.note == "churn:v0 (latest)"


def test_comparing_reads_no_bytes(registry: Registry) -> None:
    registry.register({"n": 0}, "churn")
    registry.register({"n": 1}, "churn")
    shutil.rmtree(Path(registry.location) / "objects")
    assert registry.compare("churn:v0", "churn:v1").differences


def test_live_models_are_told_apart(registry: Registry) -> None:
    registered, changed, never = Model(1), Model(2), Model(3)
    registry.register(registered, "churn", project="train", artifact="clf")
    registry.register(changed, "churn", project="train", artifact="clf")
    changed.weight = 99
    loaded = registry.load("churn:v0")
    space = {"a": registered, "b": changed, "c": never, "d": loaded, "_hidden": Model(5), "number": 3, "text": "x"}
    told = {live.variable: (live.state, live.version.ref if live.version else None) for live in registry.status(space)}
    assert told == {
        "a": ("unchanged", "churn:v0"), "b": ("changed", "churn:v1"), "c": ("never", None), "d": ("unchanged", "churn:v0"),
    }  # fmt: skip


def test_a_model_whose_version_was_deleted_is_registered_no_more(registry: Registry) -> None:
    model = Model(1)
    registry.register(model, "churn", project="train", artifact="clf")
    registry.delete("train/clf:v0", force=True)
    (live,) = registry.status({"m": model})
    assert (live.state, live.version) == ("never", None)


def test_a_model_that_cannot_be_dumped_is_unknown_with_the_reason(registry: Registry) -> None:
    model = Model(1)
    model.weight = (x for x in ())  # type: ignore[assignment]
    (live,) = registry.status({"m": model})
    assert live.state == "unknown"
    assert "weight" in live.why


def test_a_large_model_is_not_dumped_to_look_at_it(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelreg.verbs.identity.LARGEST", 1000)
    model = Model(1)
    registry.register(model, "churn")
    model.weight = bytes(5000)  # type: ignore[assignment]
    (live,) = registry.status({"m": model})
    assert live.state == "large"
    assert live.version is not None
    assert live.version.ref == "churn:v0"


def test_an_object_of_another_registry_is_none_of_this(registry: Registry, tmp_path: Any) -> None:
    model = Model(1)
    modelreg.connect(tmp_path / "elsewhere").register(model, "churn")
    registry.register(Model(2), "churn")
    (live,) = registry.status({"m": model})
    assert (live.state, live.version) == ("never", None)


def test_contents_without_a_canonical_form_are_like_no_others(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modelreg.opcodes.canonical", lambda _stream: None)
    registry.register(Model(1), "churn")
    (live,) = registry.status({"m": Model(2)})
    assert live.state == "never"


def test_an_empty_list_says_which_metric_no_version_has(registry):
    registry.register(Model(1), "wine", metrics={"accuracy": 0.9}, params={"alpha": 1})
    assert registry.versions("wine", "metrics.accuracy > 0.99").note == ""
    note = registry.versions("wine", "version >= 0 and not metrics.acuracy > 0.5").note
    assert note == "no version of wine has metrics.acuracy; did you mean 'accuracy'?"
    assert "params.depth" in registry.versions("wine", "params.depth == 3 or params.alpha == 7").note
    assert registry.versions("wine", "metrics.accuracy > 0.5").note == ""
    registry.create("empty")
    assert "there are no metrics yet" in registry.versions("empty", "metrics.auc > 0").note
