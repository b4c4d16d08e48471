"""Groups I to K of the suite: queries, order and pages."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from modelreg.errors import InvalidError, QueryError
from modelreg.testing.behaviour.samples import HOSTILE, model

if TYPE_CHECKING:
    from modelreg.registry import Registry


class Lists:
    """Groups I to K: lists, queries, pages."""

    @pytest.fixture
    def many(self, registry: Registry) -> Registry:
        for i in range(12):
            metrics = {} if i == 5 else {"auc": i / 10, "loss": math.nan if i == 3 else 1 - i / 10}
            registry.register(
                model(i),
                "churn",
                metrics=metrics,
                params={"depth": i, "kind": "tree"},
                tags=["even"] if i % 2 == 0 else [],
            )
        registry.alias("churn:v7", "production")
        registry.create("empty")
        return registry

    def numbers(self, registry: Registry, query: str | None = None, **options: Any) -> list[int]:
        return [version.number for version in registry.versions("churn", query, **options)]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            (None, list(range(11, -1, -1))),
            ("", list(range(11, -1, -1))),
            ("metrics.auc > 0.9", [11, 10]),
            ("metrics.auc != 0.4", [11, 10, 9, 8, 7, 6, 3, 2, 1, 0]),
            ("not metrics.auc > 0.2", [2, 1, 0]),
            ("metrics.auc is None", [5]),
            ("0.3 <= metrics.auc < 0.6", [4, 3]),
            ("'production' in aliases", [7]),
            ("alias is None and version > 9", [11, 10]),
            ("params.depth in (1, 2)", [2, 1]),
            ("params.kind == 'tree' and params.depth <= 1", [1, 0]),
            ("'even' in tags and version < 4", [2, 0]),
            ("params['depth'] == 4 or version == 'v6'", [6, 4]),
            ("params.depth == 'x'", []),
            ("metrics.nothing != 1", []),
        ],
    )
    def test_a_query_finds_what_it_says(self, many: Registry, query: str | None, found: list[int]) -> None:
        assert self.numbers(many, query) == found

    @pytest.mark.parametrize(
        "query",
        [
            "nonsense > 1",
            "metrics.auc = 1",
            "metrics.auc >",
            "__import__('os')",
            "metrics.auc > 0.5; 1",
            "version in ()",
            "(" * 1000,
        ],
    )
    def test_a_bad_query_is_refused_with_its_column(self, many: Registry, query: str) -> None:
        with pytest.raises(QueryError, match="column"):
            many.versions("churn", query)

    @pytest.mark.parametrize("text", HOSTILE)
    def test_a_hostile_text_matches_itself_alone(self, many: Registry, text: str) -> None:
        many.describe("churn:v4", text)
        assert self.numbers(many, "description == t", names={"t": text}) == [4]
        assert self.numbers(many, "t in description", names={"t": text}) == [4]

    def test_metrics_sort_with_what_is_missing_last(self, many: Registry) -> None:
        assert self.numbers(many, order="metrics.loss")[-2:] in ([5, 3], [3, 5])
        assert self.numbers(many, order="-metrics.loss")[-2:] in ([5, 3], [3, 5])

    @pytest.mark.parametrize("order", ["nonsense", "-", "version desc", "metrics"])
    def test_an_unknown_order_is_refused(self, many: Registry, order: str) -> None:
        with pytest.raises(InvalidError):
            many.versions("churn", order=order)

    @pytest.mark.parametrize("size", [1, 5, 11, 12, 100])
    @pytest.mark.parametrize("order", ["-version", "metrics.auc", "-params.depth", "created"])
    def test_pages_of_any_size_give_the_whole_list(self, many: Registry, size: int, order: str) -> None:
        found, token = [], None
        while True:
            page = many.versions("churn", order=order, limit=size, token=token)
            found += [version.number for version in page]
            token = page.next
            if token is None:
                break
        assert found == self.numbers(many, order=order, limit=100)

    def test_a_page_after_an_insert_repeats_and_loses_nothing(self, many: Registry) -> None:
        first = many.versions("churn", limit=5)
        many.register(model(99), "churn")
        second = many.versions("churn", limit=100, token=first.next)
        assert [version.number for version in (*first, *second)] == list(range(11, -1, -1))

    def test_a_token_of_another_list_is_refused(self, many: Registry) -> None:
        token = many.versions("churn", limit=5).next
        for name, query, order, given in (
            ("churn", "version > 1", "-version", token),
            ("churn", None, "version", token),
            ("churn", None, "-version", "garbage"),
        ):
            with pytest.raises(InvalidError):
                many.versions(name, query, order=order, token=given)

    @pytest.mark.parametrize("limit", [0, -1, 1001, True, "many"])
    def test_an_impossible_limit_is_refused(self, many: Registry, limit: Any) -> None:
        for listing in (many.versions, many.models, many.history):
            with pytest.raises(InvalidError, match="limit"):
                listing(limit=limit)

    def test_lists_carry_current_aliases_tags_and_metrics(self, many: Registry) -> None:
        seventh = next(version for version in many.versions("churn") if version.number == 7)
        assert (seventh.aliases, seventh.metrics["auc"], seventh.params["depth"]) == (("production",), 0.7, 7)

    def test_versions_of_every_model_are_listed_without_a_name(self, many: Registry) -> None:
        many.link("churn:v3", "second")
        found = {version.ref for version in many.versions(query="params.depth == 3")}
        assert found == {"churn:v3", "second:v0"}

    def test_models_are_found_by_what_is_known_of_them(self, many: Registry) -> None:
        many.tag("empty", "team=risk")
        assert [m.name for m in many.models("tags.team == 'risk'")] == ["empty"]
        assert [m.name for m in many.models("versions > 3")] == ["churn"]
        assert [m.name for m in many.models("'production' in aliases")] == ["churn"]
        assert [m.name for m in many.models(order="name")] == ["churn", "empty"]
