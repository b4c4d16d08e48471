"""How a registry must behave on every backend: the groups of cases that peers get wrong.

Subclass :class:`RegistryTests` with a fixture ``registry`` that gives an empty one::

    class TestLocal(RegistryTests):
        @pytest.fixture
        def registry(self, tmp_path):
            return modelreg.connect(tmp_path / "registry")
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from modelreg.errors import (
    AlreadyExistsError,
    ConflictError,
    InvalidError,
    NotFoundError,
    QueryError,
    RefusedError,
)

if TYPE_CHECKING:
    from modelreg.registry import Registry

HOSTILE = (
    "'; DROP TABLE versions; --",
    "' OR 1=1 --",
    "%",
    "_",
    "\\",
    "it''s",
    "<img src=x onerror=alert(1)>",
    "{{7*7}}",
    "日本 🙂",
)
"""Texts that are a weapon elsewhere and only text here."""


def model(weight: object = 0) -> dict[str, Any]:
    """Return a small model; equal weights give equal contents."""
    return {"weight": weight}


class Homes:
    """Groups A to C: registered models are made, changed, renamed, deleted."""

    def test_a_model_is_made_with_what_was_said(self, registry: Registry) -> None:
        made = registry.create("churn", description="who leaves", tags=["team=growth", "gpu"])
        assert registry.model("churn") == made
        assert (made.description, made.tags, made.versions, made.latest) == (
            "who leaves",
            {"team": "growth", "gpu": ""},
            0,
            None,
        )
        assert made.created_at == made.updated_at

    def test_a_name_is_taken_once(self, registry: Registry) -> None:
        registry.create("churn")
        with pytest.raises(AlreadyExistsError, match="'churn'"):
            registry.create("churn")

    @pytest.mark.parametrize("name", [None, "", " churn", "a/b", "a:b", "churn\n", "x" * 200, 3])
    def test_what_is_no_name_is_refused(self, registry: Registry, name: Any) -> None:
        with pytest.raises(InvalidError, match="name"):
            registry.create(name)
        assert len(registry.models()) == 0

    @pytest.mark.parametrize("name", HOSTILE)
    def test_a_hostile_name_is_a_name(self, registry: Registry, name: str) -> None:
        registry.create("other")
        registry.register(model(), name, variable="m", artifact="m")
        assert registry.get(f"{name}:v0").home == name
        assert [found.name for found in registry.models("name == n", names={"n": name})] == [name]

    def test_names_that_differ_by_case_are_two_and_warned_of(self, registry: Registry) -> None:
        registry.register(model(), "churn")
        answer = registry.register(model(1), "Churn")
        assert any("case" in note for note in answer.notes)
        assert {found.name for found in registry.models()} == {"churn", "Churn"}

    def test_a_missing_model_is_answered_with_close_names(self, registry: Registry) -> None:
        registry.create("churn")
        with pytest.raises(NotFoundError, match="did you mean 'churn'"):
            registry.model("chrun")

    def test_renaming_keeps_versions_and_aliases_and_the_old_name_answers(self, registry: Registry) -> None:
        registry.register(model(), "churn", aliases=["production"])
        created = registry.model("churn").created_at
        registry.rename("churn", "leavers")
        assert registry.get("leavers:production").number == 0
        assert registry.get("churn:production").home == "leavers"
        assert registry.model("leavers").created_at == created

    def test_renaming_onto_another_is_refused(self, registry: Registry) -> None:
        registry.create("churn")
        registry.create("fraud")
        with pytest.raises(AlreadyExistsError, match="'fraud'"):
            registry.rename("churn", "fraud")

    def test_a_name_may_go_and_come_back(self, registry: Registry) -> None:
        registry.register(model(), "a")
        for new in ("b", "c", "a"):
            registry.rename(registry.get("a:v0").home, new)
        assert registry.get("a:v0").home == "a"

    def test_a_name_taken_after_a_rename_counts_on(self, registry: Registry) -> None:
        registry.register(model(0), "churn")
        registry.register(model(1), "churn")
        registry.rename("churn", "leavers")
        registry.create("churn")
        assert registry.register(model(2), "churn").version.number == 2
        assert registry.register(model(3), "leavers").version.number == 2

    def test_a_deleted_model_is_gone_everywhere(self, registry: Registry) -> None:
        registry.register(model(), "churn", aliases=["staging"])
        source = registry.get("churn:v0").source
        registry.delete("churn")
        for gone in (registry.model, registry.show):
            with pytest.raises(NotFoundError, match="deleted"):
                gone("churn")
        with pytest.raises(NotFoundError):
            registry.rename("churn", "fraud")
        assert len(registry.models()) == 0
        assert registry.get(source).source == source

    def test_a_recreated_model_is_another_and_its_numbers_go_on(self, registry: Registry) -> None:
        first = registry.register(model(0), "churn")
        registry.delete("churn")
        again = registry.register(model(1), "churn")
        assert again.version.number == 1
        assert registry.model("churn").uid != first.version.uid
        assert registry.model("churn").aliases == {}

    def test_a_protected_alias_guards_the_model(self, registry: Registry) -> None:
        registry.register(model(), "churn", aliases=["production"])
        registry.protect("churn", "production")
        with pytest.raises(RefusedError, match="production"):
            registry.delete("churn")
        registry.delete("churn", force=True)
        assert len(registry.models()) == 0

    def test_an_undeleted_model_has_its_links_and_aliases_again(self, registry: Registry) -> None:
        registry.register(model(0), "churn")
        registry.register(model(1), "churn", aliases=["production"])
        registry.delete("churn")
        registry.undelete("churn")
        assert registry.get("churn:production").number == 1
        assert [version.number for version in registry.versions("churn")] == [1, 0]


class Versions:
    """Groups D and E: versions are numbered, described, deleted."""

    def test_numbers_count_from_zero_in_both_homes(self, registry: Registry) -> None:
        for i in range(3):
            answer = registry.register(model(i), "churn", project="train", artifact="clf")
            assert (answer.version.ref, answer.version.source) == (f"churn:v{i}", f"train/clf:v{i}")

    @pytest.mark.parametrize("ref", ["churn:v1", "churn:1", "churn:V1", "churn@1"])
    def test_a_number_is_written_in_any_way(self, registry: Registry, ref: str) -> None:
        for i in range(3):
            registry.register(model(i), "churn")
        assert registry.get(ref).number == 1

    def test_a_missing_number_is_answered_with_those_there_are(self, registry: Registry) -> None:
        registry.register(model(0), "churn")
        registry.register(model(1), "churn")
        with pytest.raises(NotFoundError, match=r"no version 7 of 'churn'; it has v0-v1"):
            registry.get("churn:v7")

    def test_a_number_beyond_every_integer_is_not_there(self, registry: Registry) -> None:
        registry.register(model(0), "churn")
        with pytest.raises(NotFoundError):
            registry.get(f"churn:v{10**17}")
        with pytest.raises(InvalidError):
            registry.get(f"churn:v{10**30}")

    def test_contents_stay_while_descriptions_change(self, registry: Registry) -> None:
        before = registry.register(model(), "churn").version
        registry.describe("churn:v0", "better")
        after = registry.get("churn:v0")
        assert (after.description, after.content_id, after.uid) == ("better", before.content_id, before.uid)
        assert registry.model("churn").description == ""

    def test_an_edit_through_a_link_edits_the_version_and_says_so(self, registry: Registry) -> None:
        registry.register(model(), "churn", project="train", artifact="clf")
        assert "train/clf:v0" in registry.tag("churn:v0", "gpu").text
        assert registry.get("train/clf:v0").tags == {"gpu": ""}

    def test_a_held_version_is_not_deleted_and_the_holders_are_named(self, registry: Registry) -> None:
        registry.register(model(), "churn", project="train", artifact="clf", aliases=["production"])
        with pytest.raises(RefusedError, match=r"linked to 'churn' as v0 with production.*unlink churn:v0"):
            registry.delete("churn:v0")
        assert registry.get("churn:production").number == 0

    def test_a_forced_deletion_takes_links_and_aliases_with_it(self, registry: Registry) -> None:
        registry.register(model(), "churn", project="train", artifact="clf", aliases=["production"])
        registry.delete("churn:v0", force=True)
        for ref in ("churn:v0", "churn:production", "train/clf:v0"):
            with pytest.raises(NotFoundError):
                registry.get(ref)
        kinds = [action.kind for action in registry.history("churn", newest_first=False)]
        assert kinds == ["created", "linked", "alias-added", "alias-removed", "unlinked"]

    def test_a_number_is_never_used_again(self, registry: Registry) -> None:
        for i in range(3):
            registry.register(model(i), "churn", project="train", artifact="clf")
        registry.delete("train/clf:v2", force=True)
        answer = registry.register(model(9), "churn", project="train", artifact="clf")
        assert (answer.version.number, answer.version.artifact_number) == (3, 3)

    def test_latest_falls_back_when_the_newest_goes(self, registry: Registry) -> None:
        for i in range(3):
            registry.register(model(i), "churn")
        registry.unlink("churn:v2")
        assert registry.get("churn").number == 1
        assert registry.model("churn").latest == 1

    def test_an_undeleted_version_is_back_under_its_numbers(self, registry: Registry) -> None:
        registry.register(model(), "churn", project="train", artifact="clf", aliases=["production"])
        registry.delete("churn:v0", force=True)
        registry.undelete("train/clf:v0")
        assert registry.get("churn:production").source == "train/clf:v0"
        assert registry.load("churn:v0") == model()

    def test_what_was_never_deleted_is_not_undeleted(self, registry: Registry) -> None:
        registry.register(model(), "churn", project="train", artifact="clf")
        with pytest.raises(NotFoundError, match="never deleted"):
            registry.undelete("train/clf:v0")


class Tags:
    """Group G: tags on models and versions, in the same way."""

    @pytest.fixture(params=["churn", "churn:v0", "train/clf"])
    def subject(self, registry: Registry, request: pytest.FixtureRequest) -> str:
        registry.register(model(), "churn", project="train", artifact="clf")
        return str(request.param)

    def read(self, registry: Registry, subject: str) -> Any:
        found: Any = registry.show(subject)
        return dict((found.version if ":" in subject else found.model).tags)

    def test_tags_are_set_replaced_and_removed(self, registry: Registry, subject: str) -> None:
        registry.tag(subject, "team=growth", "gpu")
        registry.tag(subject, "team=risk")
        assert self.read(registry, subject) == {"gpu": "", "team": "risk"}
        registry.untag(subject, "team")
        assert self.read(registry, subject) == {"gpu": ""}

    def test_an_absent_tag_is_removed_without_a_change(self, registry: Registry, subject: str) -> None:
        before = len(registry.history())
        assert not registry.untag(subject, "nothing").changed
        assert len(registry.history()) == before

    def test_the_same_tag_twice_is_one_entry_in_the_history(self, registry: Registry, subject: str) -> None:
        registry.tag(subject, "gpu")
        before = len(registry.history())
        assert not registry.tag(subject, "gpu").changed
        assert len(registry.history()) == before

    @pytest.mark.parametrize("tag", ["", "=x", "x" * 200, "a\x00b"])
    def test_a_bad_tag_is_refused(self, registry: Registry, subject: str, tag: str) -> None:
        with pytest.raises(InvalidError, match="tag"):
            registry.tag(subject, tag)

    @pytest.mark.parametrize("value", HOSTILE)
    def test_a_hostile_value_comes_back_as_it_was(self, registry: Registry, subject: str, value: str) -> None:
        registry.tag(subject, f"key={value}")
        assert self.read(registry, subject) == {"key": value}

    def test_a_tag_on_what_is_gone_is_refused(self, registry: Registry, subject: str) -> None:
        registry.delete("train/clf", force=True)
        registry.delete("churn")
        with pytest.raises(NotFoundError):
            registry.tag(subject, "gpu")


class Aliases:
    """Group H: aliases stand at one version per home, move at once, and say so."""

    @pytest.fixture
    def three(self, registry: Registry) -> Registry:
        for i in range(3):
            registry.register(model(i), "churn", project="train", artifact="clf")
        return registry

    def test_an_alias_stands_at_one_version(self, three: Registry) -> None:
        three.alias("churn:v0", "production")
        three.alias("churn:v2", "production")
        assert three.model("churn").aliases == {"production": 2}
        assert [version.aliases for version in three.versions("churn")] == [("production",), (), ()]

    def test_a_move_writes_both_ends(self, three: Registry) -> None:
        three.alias("churn:v0", "production")
        three.alias("churn:v2", "production", message="better")
        ends = [(a.kind, a.number, a.reason) for a in three.history("churn", limit=2)]
        assert ends == [("alias-moved-here", 2, "better"), ("alias-moved-away", 0, "better")]

    def test_setting_it_again_changes_nothing(self, three: Registry) -> None:
        three.alias("churn:v0", "production")
        before = len(three.history())
        assert not three.alias("churn:v0", "production").changed
        assert len(three.history()) == before

    def test_aliases_of_artifact_and_model_are_apart(self, three: Registry) -> None:
        three.alias("churn:v0", "best")
        three.alias("train/clf:v2", "best")
        assert (three.get("churn:best").number, three.get("train/clf:best").number) == (0, 2)

    @pytest.mark.parametrize(
        "alias", ["latest", "LATEST", "v3", "3", "", "a/b", "a:b", "a@b", " a", "a\n", "lateſt", "v٣"]
    )
    def test_reserved_and_impossible_aliases_are_refused(self, three: Registry, alias: str) -> None:
        with pytest.raises(InvalidError):
            three.alias("churn:v0", alias)
        with pytest.raises(InvalidError):
            three.unalias("churn", alias)

    def test_latest_is_there_without_being_set(self, three: Registry) -> None:
        assert three.get("churn:latest").number == 2
        assert "latest" not in three.model("churn").aliases

    def test_linking_an_older_version_makes_its_link_the_latest(self, three: Registry) -> None:
        three.link("train/clf:v2", "second")
        three.link("train/clf:v0", "second")
        assert three.get("second").source == "train/clf:v0"

    def test_an_absent_alias_is_removed_without_a_change(self, three: Registry) -> None:
        assert not three.unalias("churn", "production").changed

    def test_an_unknown_alias_is_answered_with_those_there_are(self, three: Registry) -> None:
        three.alias("churn:v0", "production")
        with pytest.raises(NotFoundError, match="did you mean 'production'"):
            three.get("churn:prodution")

    def test_an_alias_at_a_missing_version_is_refused(self, three: Registry) -> None:
        with pytest.raises(NotFoundError):
            three.alias("churn:v9", "production")

    def test_an_alias_goes_with_its_membership(self, three: Registry) -> None:
        three.alias("churn:v1", "staging")
        three.unlink("churn:v1")
        assert three.model("churn").aliases == {}

    def test_compare_and_set_refuses_what_has_moved(self, three: Registry) -> None:
        three.alias("churn:v0", "production", expect=None)
        three.alias("churn:v1", "production", expect=0)
        with pytest.raises(ConflictError, match="moved meanwhile to v1"):
            three.alias("churn:v2", "production", expect=0)
        with pytest.raises(ConflictError):
            three.alias("churn:v2", "production", expect=None)
        assert three.get("churn:production").number == 1

    def test_a_protected_alias_moves_only_by_force(self, three: Registry) -> None:
        three.alias("churn:v0", "production")
        three.protect("churn", "production")
        for change in (
            lambda: three.alias("churn:v1", "production"),
            lambda: three.unalias("churn", "production"),
            lambda: three.unlink("churn:v0"),
            lambda: three.register(model(7), "churn", aliases=["production"]),
        ):
            with pytest.raises(RefusedError, match="production"):
                change()
        assert three.get("churn:production").number == 0
        assert three.model("churn").versions == 3
        three.alias("churn:v1", "production", force=True)
        assert three.get("churn:production").number == 1
        assert three.model("churn").protected == ("production",)

    def test_an_alias_may_be_protected_before_it_is_set(self, three: Registry) -> None:
        three.protect("churn", "production")
        with pytest.raises(RefusedError):
            three.alias("churn:v0", "production")
        three.unprotect("churn", "production")
        assert three.alias("churn:v0", "production").changed

    def test_promoting_walks_the_stages(self, three: Registry) -> None:
        three.promote("churn:v1")
        assert three.get("churn:v1").aliases == ("staging",)
        three.promote("churn:v1")
        assert three.get("churn:v1").aliases == ("production",)
        assert not three.promote("churn:v1").changed

    def test_stages_are_the_models_own(self, three: Registry) -> None:
        three.stages("churn", ["shadow", "canary", "live"])
        for stage in ("shadow", "canary", "live"):
            three.promote("churn:v0")
            assert three.get("churn:v0").aliases == (stage,)

    def test_rolling_back_goes_one_step_and_again_one_more(self, three: Registry) -> None:
        for i in range(3):
            three.alias(f"churn:v{i}", "production")
        assert three.rollback("churn", "production").aliases[0].after == 1
        assert three.rollback("churn", "production").aliases[0].after == 0
        with pytest.raises(NotFoundError, match="no other version"):
            three.rollback("churn", "production")

    def test_rolling_back_passes_over_what_is_gone(self, three: Registry) -> None:
        for i in range(3):
            three.alias(f"churn:v{i}", "production")
        three.unlink("churn:v1")
        assert three.rollback("churn", "production").aliases[0].after == 0

    def test_who_was_production_when(self, three: Registry) -> None:
        three.alias("churn:v0", "production")
        then = three.history("churn", limit=1)[0].at
        three.alias("churn:v2", "production")
        assert three.get("churn:production", at=then).number == 0
        assert three.load("churn:production", at=then) == model(0)
        assert [(span.alias, span.number) for span in three.moment("churn", then).aliases] == [("production", 0)]
        with pytest.raises(NotFoundError, match="did not exist"):
            three.moment("churn", 1)


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


class Undoing:
    """Every change of a session can be taken back, with a history of its own."""

    def test_each_change_is_taken_back_in_turn(self, registry: Registry) -> None:
        registry.register(model(0), "churn", project="train", artifact="clf")
        registry.register(model(1), "churn", project="train", artifact="clf")
        state = registry.model("churn")
        registry.alias("churn:v0", "production")
        registry.alias("churn:v1", "production")
        registry.tag("churn", "gpu")
        registry.describe("churn", "text")
        registry.stages("churn", ["a", "b"])
        registry.metric("churn", "auc", "higher")
        registry.protect("churn", "production")
        registry.rename("churn", "other")
        registry.unlink("other:v1", force=True)
        registry.delete("train/clf:v0", force=True)
        for _ in range(10):
            registry.undo()
        after = registry.model("churn")
        assert after == type(after)(
            **{**{slot: getattr(state, slot) for slot in _slots(state)}, "updated_at": after.updated_at}
        )
        assert [version.number for version in registry.versions("churn")] == [1, 0]

    def test_undoing_a_registration_deletes_its_version(self, registry: Registry) -> None:
        registry.register(model(0), "churn", aliases=["production"])
        registry.register(model(1), "churn", aliases=["production"])
        registry.undo()
        assert registry.get("churn:production").number == 0
        assert registry.model("churn").versions == 1

    def test_nothing_is_undone_over_a_later_change_of_another(self, registry: Registry) -> None:
        registry.register(model(0), "churn")
        registry.register(model(1), "churn")
        registry.alias("churn:v0", "production")
        context = registry._context
        context.notebook.session, mine = "f" * 32, context.notebook.session
        registry.alias("churn:v1", "production")
        context.notebook.session = mine
        change = registry.undo()
        assert any("moved on" in note for note in change.notes)
        assert registry.get("churn:production").number == 1

    def test_there_may_be_nothing_to_undo(self, registry: Registry) -> None:
        with pytest.raises(NotFoundError, match="nothing"):
            registry.undo()


class Thing:
    """An object with a state that allows weak references."""

    def __init__(self, weight: int) -> None:
        self.weight = weight


def _slots(record: object) -> list[str]:
    """Return the fields of a record of a class and its bases."""
    return [slot for kind in type(record).__mro__ for slot in getattr(kind, "__slots__", ())]


class RegistryTests(Homes, Versions, Tags, Aliases, Lists, Links, Registering, Undoing):
    """All groups together."""
