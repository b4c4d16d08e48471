"""Groups L to O of the suite: links, references, registering, names that clash."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from modelreg.errors import ConflictError, InvalidError
from modelreg.testing.behaviour.samples import Thing, model

if TYPE_CHECKING:
    from modelreg.registry import Registry


class Links:
    """Group L: links copy nothing, are strong, and are made once."""

    def test_linking_twice_is_linking_once(self, registry: Registry) -> None:
        registry.register(model(), "churn", project="train", artifact="clf")
        first = registry.link("train/clf:v0", "second")
        again = registry.link("train/clf:v0", "second", aliases=["best"])
        assert (first.outcome, again.outcome, again.version.number) == ("new", "identical", 0)
        assert registry.get("second:best").number == 0

    def test_a_link_of_a_link_is_a_link_of_the_version(self, registry: Registry) -> None:
        registry.register(model(), "churn", project="train", artifact="clf")
        assert registry.link("churn:v0", "second").version.source == "train/clf:v0"
        registry.delete("churn")
        assert registry.load("second:v0") == model()

    def test_linking_again_after_an_unlink_gets_a_new_number(self, registry: Registry) -> None:
        registry.register(model(), "churn", project="train", artifact="clf")
        registry.unlink("churn:v0")
        assert registry.link("train/clf:v0", "churn").version.number == 1

    def test_a_dataset_is_not_linked(self, registry: Registry) -> None:
        registry.log([1, 2], "train/data", kind="dataset")
        with pytest.raises(InvalidError, match="dataset"):
            registry.link("train/data:v0", "churn")
        with pytest.raises(InvalidError, match="dataset"):
            registry.register(model(), "churn", project="train", artifact="data")
        assert len(registry.models()) == 0

    def test_an_artifact_holds_one_kind_for_ever(self, registry: Registry) -> None:
        registry.log([1, 2], "train/data", kind="dataset")
        with pytest.raises(InvalidError, match="holds datasets"):
            registry.log(model(), "train/data", kind="model")

    def test_a_version_is_not_unlinked_from_its_artifact(self, registry: Registry) -> None:
        registry.register(model(), "churn", project="train", artifact="clf")
        with pytest.raises(InvalidError, match="delete train/clf:v0"):
            registry.unlink("train/clf:v0")


class Registering:
    """Groups N and O: one version per contents, and the object comes back."""

    def test_identical_contents_are_the_version_that_is_there(self, registry: Registry) -> None:
        first = registry.register(model(), "churn", metrics={"auc": 0.9})
        registry.register(model(1), "churn")
        again = registry.register(model(), "churn", aliases=["staging"], metrics={"auc": 0.8})
        assert (again.outcome, again.version.number, again.latest) == ("identical", 0, 1)
        assert again.version.uid == first.version.uid
        assert again.version.metrics == {"auc": 0.8}
        assert registry.get("churn:staging").number == 0
        detail: Any = registry.show("churn:v0")
        assert [run.metrics["auc"] for run in detail.runs] == [0.8, 0.9]
        assert "metric-changed" in {action.kind for action in registry.history("churn")}

    def test_a_new_version_of_identical_contents_can_be_asked_for(self, registry: Registry) -> None:
        registry.register(model(), "churn")
        assert registry.register(model(), "churn", new_version=True).version.number == 1

    def test_contents_of_another_artifact_are_found_among_the_members(self, registry: Registry) -> None:
        registry.register(model(), "churn", project="train", artifact="a")
        again = registry.register(model(), "churn", project="train", artifact="b")
        assert again.version.source == "train/a:v0"

    def test_contents_of_the_artifact_are_linked_where_they_are_new(self, registry: Registry) -> None:
        registry.register(model(), "churn", project="train", artifact="a")
        other = registry.register(model(), "second", project="train", artifact="a")
        assert (other.outcome, other.version.ref, other.version.source) == (
            "identical",
            "second:v0",
            "train/a:v0",
        )

    def test_deleted_contents_do_not_match_and_undelete_is_offered(self, registry: Registry) -> None:
        registry.register(model(), "churn", project="train", artifact="a")
        registry.delete("train/a:v0", force=True)
        again = registry.register(model(), "churn", project="train", artifact="a")
        assert again.version.artifact_number == 1
        assert again.deleted == "train/a:v0"

    @pytest.mark.parametrize("value", ["0.9", None, True, 1j, object()])
    def test_a_metric_must_be_a_number(self, registry: Registry, value: Any) -> None:
        with pytest.raises(InvalidError, match="'auc'"):
            registry.register(model(), "churn", metrics={"auc": value})
        assert len(registry.models()) == 0

    @pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -0.0, 1e308, 5e-324, 2**70])
    def test_any_number_comes_back_as_it_was(self, registry: Registry, value: float) -> None:
        registry.register(model(), "churn", metrics={"x": value})
        assert repr(registry.get("churn:v0").metrics["x"]) == repr(float(value) + 0.0)

    def test_a_series_is_a_curve_whose_last_point_is_current(self, registry: Registry) -> None:
        registry.register(model(), "churn", metrics={"loss": [3.0, 2.0, 1.5]})
        assert registry.get("churn:v0").metrics == {"loss": 1.5}

    @pytest.mark.parametrize("value", [None, True, 3, 2**80, 0.5, "text", [1, "a"], {"a": {"b": 1}}, "'; --", ""])
    def test_a_param_comes_back_as_it_was(self, registry: Registry, value: Any) -> None:
        registry.register(model(), "churn", params={"p": value})
        assert registry.get("churn:v0").params == {"p": value}

    def test_a_failed_registration_leaves_nothing(self, registry: Registry) -> None:
        registry.register(model(0), "churn", aliases=["production"])
        before = len(registry.history())
        with pytest.raises(ConflictError):
            registry.register(model(1), "churn", aliases=["production"], expect={"production": 7})
        assert len(registry.history()) == before
        assert [version.number for version in registry.versions("churn")] == [0]
        assert registry.register(model(1), "churn").version.number == 1

    def test_artifact_and_model_never_share_a_name(self, registry: Registry) -> None:
        with pytest.raises(InvalidError, match="no slash"):
            registry.register(model(), "train/clf")
        with pytest.raises(InvalidError, match="project/name"):
            registry.log(model(), "clf")

    def test_the_object_comes_back_equal(self, registry: Registry) -> None:
        registry.register(model([1, 2, 3]), "churn")
        assert registry.load("churn") == model([1, 2, 3])

    def test_where_it_came_from_is_recorded(self, registry: Registry) -> None:
        registry.register(Thing(1), "churn", project="train", artifact="thing")
        thing = registry.load("churn")
        thing.weight = 2
        answer = registry.register(thing, "churn", project="train", artifact="thing")
        assert answer.derived_from == "train/thing:v0"
        detail: Any = registry.show("churn:v0")
        assert detail.derived == ("train/thing:v1",)
