"""What goes in comes out, or is refused in our own words: no database decides about a value."""

from __future__ import annotations

import contextlib
import json
import math
import string
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, given, settings

import modelreg
from modelreg.errors import InvalidError, ModelRegError, QueryError

if TYPE_CHECKING:
    from modelreg.registry import Registry

PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink)
QUICK = settings(
    max_examples=40,
    deadline=None,
    phases=PHASES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TEXT = st.text(st.characters(exclude_categories=[]), max_size=40)
ODD = [
    "\u00e9", "e\u0301", "\ufb01", "\u00df", "\u0130", "\u0131", "\u017f", "日本", "🙂", "\u202e", "\x00", "\ud800", "\n", "\t",
    "'", '"', "\\", "%", "_", ";", "--", "/", ":", "@", "=", "{", "}", "<", "&", ",", " ",
]  # fmt: skip


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """Return one registry for all the values."""
    registry = modelreg.connect(tmp_path_factory.mktemp("values") / "registry")
    registry.create("churn")
    registry._context.allowed.directory = tmp_path_factory.mktemp("private")
    return registry


def finite(value: Any) -> Any:
    """Return a param as it is stored: what JSON cannot say is text."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [finite(item) for item in value]
    return value


# checklist 42
@QUICK
@given(value=st.floats() | st.integers(-(2**1000), 2**1000))
def test_any_number_is_a_metric_and_comes_back(registry: Registry, value: float) -> None:
    version = registry.register({"n": 0}, "churn", metrics={"m": value}).version
    expected = float(value) + 0.0
    assert repr(version.metrics["m"]) == repr(expected)
    (found,) = (
        registry.versions("churn", "metrics.m == x", names={"x": expected}) if math.isfinite(expected) else (version,)
    )
    assert found.number == version.number


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**200), 2**200) | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20).map(
        lambda text: unicodedata.normalize("NFC", text)
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(string.ascii_letters, max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


# checklist 42
@QUICK
@given(value=JSON)
def test_any_json_is_a_param_and_comes_back(registry: Registry, value: Any) -> None:
    version = registry.register({"n": 0}, "churn", params={"p": value}).version
    assert version.params["p"] == finite(value)
    assert type(version.params["p"]) is type(finite(value))
    with registry._context.read() as conn:
        for (text,) in conn.exec_driver_sql("SELECT json FROM params WHERE current"):
            json.loads(text, parse_constant=lambda said: pytest.fail(f"{said} is no JSON"))


# checklist 42
@pytest.mark.parametrize(
    "value", [10**5000, "x" * 100_001, ["y" * 90_000] * 20, "\ud800", "a\x00b", {"\ud800": 1}, {"a\x00": 1}, ["ok", "\udfff"]],
    ids=["digits", "long", "large", "half", "nul", "half-key", "nul-key", "deep-half"],
)  # fmt: skip
def test_a_param_that_cannot_be_kept_is_refused(registry: Registry, value: Any) -> None:
    with pytest.raises(InvalidError, match="param"):
        registry.register({"n": 0}, "churn", params={"p": value})


# checklist 42
def test_a_deep_or_endless_param_is_cut(registry: Registry) -> None:
    endless: list[Any] = []
    endless.append(endless)
    deep: Any = 0
    for _ in range(1000):
        deep = [deep]
    for value in (endless, deep):
        stored = registry.register({"n": 0}, "churn", params={"p": value}).version.params["p"]
        assert json.dumps(stored).count("[") == 20
        assert "\\u2026" in json.dumps(stored)


# checklist 42
@pytest.mark.parametrize("value", [10**400, -(10**400), "1e400", None, b"1", True, 1j, [1, "2"]])
def test_what_is_no_float_is_no_metric(registry: Registry, value: Any) -> None:
    with pytest.raises(InvalidError, match="'m'"):
        registry.register({"n": 0}, "churn", metrics={"m": value})


# checklist 43
@pytest.mark.parametrize(
    "key",
    [
        "val/auc",
        "a.b",
        "a b",
        "clf__max_depth",
        "'quoted'",
        '"q"',
        "metrics.auc",
        "0",
        "é",
        "日本",
        "a:b@c",
        "%",
        "_",
        "a\\b",
        "{{x}}",
    ],
)
def test_any_visible_key_is_a_key(registry: Registry, key: str) -> None:
    version = registry.register({"n": 0}, "churn", metrics={key: 0.25}, params={key: "v"}).version
    assert (version.metrics[key], version.params[key]) == (0.25, "v")
    (found,) = registry.versions("churn", f"metrics[{key!r}] == 0.25 and params[{key!r}] == 'v'")
    assert found.uid == version.uid
    assert registry.metric("churn", key, "higher").changed
    assert next(row for row in registry.compare("churn:v0", "churn:v0").rows if row.name == key).direction == "higher"


# checklist 43
@pytest.mark.parametrize(
    "key", [1, None, ("a",), "", " a", "a\n", "a\x00", "\ud800", "x" * 129, "-a", "a=b", "\u202ea"]
)
def test_what_is_no_key_is_refused(registry: Registry, key: Any) -> None:
    for given_ in ("metrics", "params"):
        with pytest.raises(InvalidError, match=given_[:-1]):
            registry.register({"n": 0}, "churn", **{given_: {key: 1}})


# checklist 43
def test_two_spellings_of_one_key_are_one_and_the_last_counts(registry: Registry) -> None:
    version = registry.register({"n": 0}, "churn", metrics={"é": 1, "e\u0301": 2}).version
    assert version.metrics["é"] == 2
    assert "e\u0301" not in version.metrics


# checklist 37, 41
@settings(QUICK, max_examples=150)
@given(
    text=TEXT | st.lists(st.sampled_from(ODD), max_size=4).map("".join),
    where=st.sampled_from(["name", "alias", "tag", "description", "reason", "key", "ref", "stage"]),
)
def test_any_text_anywhere_is_kept_as_it_is_or_refused_in_our_words(registry: Registry, text: str, where: str) -> None:
    registry.register({"n": 0}, "churn")
    normal = unicodedata.normalize("NFC", text)
    try:
        if where == "name":
            assert registry.create(text).name == normal
            registry.delete(f"{text}") if ":" not in text else None
        elif where == "alias":
            registry.alias("churn:v0", text)
            assert registry.get(f"churn:{text}").number == 0
            assert registry.model("churn").aliases[normal] == 0
        elif where == "tag":
            registry.tag("churn", f"key={text}")
            assert registry.model("churn").tags["key"] == normal.strip()
        elif where == "description":
            registry.describe("churn", text)
            assert registry.model("churn").description == normal
        elif where == "reason":
            registry.register({"n": 0}, "churn", message=text)
            assert registry.history("churn", limit=1)[0].reason == normal
        elif where == "key":
            assert registry.register({"n": 0}, "churn", metrics={text: 1}).version.metrics[normal] == 1
        elif where == "stage":
            registry.stages("churn", [text])
            assert registry.model("churn").stages == (normal,)
        else:
            registry.get(text)
    except ModelRegError as error:
        refusal = str(error)
    else:
        refusal = ""
    refusal.encode()  # can be sent to any screen
    acts = [c for c in refusal if unicodedata.category(c) == "Cc" or c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067"]
    assert acts == []
    assert registry.model("churn").latest == 0


# checklist 37
@pytest.mark.parametrize(
    "name", ["CON", "nul.txt", "...", "a.", "🙂", "~", "$HOME", "*", "?", "a|b", "C", "ÅNGSTRÖM", "x" * 128]
)
def test_a_name_that_is_a_trap_for_files_is_only_a_name(registry: Registry, name: str) -> None:
    registry.register({"n": name}, name, project=name, artifact=name)
    assert registry.load(name) == {"n": name}
    assert not any(name in path.name for path in Path(registry.location).rglob("*") if len(name) > 2)
    registry.delete(f"{name}/{name}", force=True)
    registry.delete(name)


# checklist 37
@pytest.mark.parametrize(
    "name", ["../../x", "/etc/passwd", "..\\x/y:z", "", "x" * 10_000, "a\x00b", "a\nb", "\u202exyz", " a", "a ", "-rf"]
)
def test_a_name_that_reaches_elsewhere_is_refused_with_the_rule(registry: Registry, name: str) -> None:
    with pytest.raises(InvalidError) as caught:
        registry.register({"n": 0}, name)
    assert len(str(caught.value)) < 500


# checklist 41
@pytest.mark.parametrize(
    "query",
    [
        "name == 'x\\' OR 1=1 --'",
        "name == '; drop table versions'",
        "'%' in name",
        "'_' in name",
        "(" * 100_000,
        "nothing == 1",
        "name == " + "'x" * 3000,
    ],
)
def test_a_hostile_query_matches_text_or_is_refused_and_the_tables_are_whole(registry: Registry, query: str) -> None:
    found: list[object] = []
    with contextlib.suppress(QueryError):
        found = list(registry.models(query))
    assert found == []
    assert registry.model("churn")


def test_after_all_of_this_the_registry_is_whole(registry: Registry) -> None:
    report = registry.check(read_data=True)
    assert report.ok, report.findings
