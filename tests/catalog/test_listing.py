"""Lists: what SQL finds is what plain Python finds, page by page, whichever index is read."""

from __future__ import annotations

import fnmatch
import json
import math
import os
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from modelreg import queries
from modelreg.catalog import drivers, listing, schema
from modelreg.errors import InvalidError, QueryError
from modelreg.testing.behaviour import samples

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HOSTILE = [*samples.HOSTILE, '"', "a*b", "[a]", "Ärger", "ärger", ""]
NUMBERS = [0.0, -1.0, 0.5, 0.9, 1.0, 1e300, math.inf, -math.inf, math.nan]
PARAMS = [True, False, 0, 3, 8, 0.5, "3", "gini", "Gini", "it''s", None, [1, 2], {"a": 1}]
METRIC_KEYS = ["auc", "val/auc"]
PARAM_KEYS = ["depth", "clf__depth"]
TAG_KEYS = ["team", "a b", "gpu"]
ALIASES = ["production", "staging", "Production", "prod%"]
CLASSES = ["sklearn.svm._classes.SVC", "SVC", "my.SVC.Model", "torch.nn.Module", "__main__.Net"]
DAY = 86_400_000_000
START = 1_790_000_000_000_000


@dataclass
class Row:
    """A member as plain Python sees it."""

    id: int
    home: int
    facts: dict[str, Any]
    aliases: set[str] = field(default_factory=set)
    tags: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)


class World:
    """A small catalog, and what is in it."""

    def __init__(self, conn: sa.Connection) -> None:
        self.conn = conn
        self.rows: list[Row] = []
        self.homes: dict[int, Row] = {}

    def add(self, home: int, version_id: int, **facts: Any) -> Row:
        """Link a version to a home."""
        row_id = self._insert(
            schema.members, home_id=home, version_id=version_id, number=facts["version"],
            created_at=facts["linked"], created_by="x",
        )  # fmt: skip
        row = Row(id=row_id, home=home, facts=facts)
        self.rows.append(row)
        return row

    def _insert(self, table: sa.Table, **values: Any) -> Any:
        if "uid" in table.c:
            values.setdefault("uid", f"{random.getrandbits(128):032x}")
        result = self.conn.execute(table.insert().values(**values))
        return result.inserted_primary_key[0]

    def add_home(self, kind: str, name: str, chance: random.Random, *, deleted: bool = False) -> int:
        """Make a home with a description and tags."""
        uid = f"{chance.getrandbits(128):032x}"
        facts = {
            "name": name, "description": chance.choice(HOSTILE), "user": chance.choice(["ann", "Bob"]),
            "created": START + chance.randrange(5) * DAY, "updated": START + chance.randrange(5) * DAY,
            "versions": chance.randrange(4),
        }  # fmt: skip
        home = self._insert(
            schema.homes, uid=uid, kind=kind, name=name, description=facts["description"],
            members=facts["versions"],
            created_at=facts["created"], created_by=facts["user"], updated_at=facts["updated"],
            deleted_at=START if deleted else None,
        )  # fmt: skip
        row = Row(id=home, home=home, facts=facts, tags=_some(chance, TAG_KEYS, HOSTILE))
        for key, value in row.tags.items():
            self.conn.execute(schema.tags.insert().values(owner=uid, key=key, value=value))
        self.homes[home] = row
        return home

    def add_version(self, artifact: int, source: str, number: int, chance: random.Random) -> tuple[int, Row]:
        """Log a version with random facts; return its id and its membership in the artifact."""
        content, uid = f"{chance.getrandbits(256):064x}", f"{chance.getrandbits(128):032x}"
        facts = {
            "name": source, "version": number, "description": chance.choice(HOSTILE), "source": source,
            "created": START + number * DAY, "linked": START + number * DAY, "kind": "model",
            "user": chance.choice(["ann", "Bob"]), "flavor": chance.choice(["python", "files"]),
            "class_name": chance.choice(CLASSES), "size": chance.choice([0, 10, 2**40]),
        }  # fmt: skip
        self._insert(
            schema.contents, id=content, flavor=facts["flavor"], flavor_format=1, runs_code=True,
            layout=content, size=facts["size"], imports="[]", created_at=START,
        )  # fmt: skip
        version = self._insert(
            schema.versions, uid=uid, artifact_id=artifact, number=number, content_id=content,
            class_name=facts["class_name"], description=facts["description"], created_at=facts["created"],
            created_by=facts["user"],
        )  # fmt: skip
        row = self.add(artifact, version, **facts)
        row.tags = _some(chance, TAG_KEYS, HOSTILE)
        row.metrics = _some(chance, METRIC_KEYS, NUMBERS)
        row.params = _some(chance, PARAM_KEYS, PARAMS)
        self._facts(version, uid, row, chance)
        return version, row

    def _facts(self, version: int, uid: str, row: Row, chance: random.Random) -> None:
        runs = [
            self._insert(
                schema.runs, version_id=version, kind="register", operation="0" * 32, session="0" * 32,
                actor="ann", host="", notebook="", variable="", capture_state="complete", duration=1,
                at=START,
            )
            for _ in range(2)
        ]  # fmt: skip
        for key, value in row.tags.items():
            self.conn.execute(schema.tags.insert().values(owner=uid, key=key, value=value))
        for key, value in row.metrics.items():
            special = None if math.isfinite(value) else str(value)
            self.conn.execute(schema.metrics.insert().values(
                version_id=version, key=key, run_id=runs[0], step=0, special=special,
                value=None if special else value,
            ))  # fmt: skip
        for key, value in row.params.items():
            self._param(runs[1], version, key, value, current=True)
            self._param(runs[0], version, key, chance.choice(PARAMS), current=False)  # of an older run: no matter

    def _param(self, run: int, version: int, key: str, value: Any, *, current: bool) -> None:
        number = float(value) if isinstance(value, (bool, int, float)) else None
        self.conn.execute(schema.params.insert().values(
            run_id=run, key=key, version_id=version, current=current, json=json.dumps(value), number=number,
            text=value if isinstance(value, str) else None,
        ))  # fmt: skip

    def set_alias(self, home: int, name: str, row: Row | None) -> None:
        """Point an alias of a home; None makes one that is protected only."""
        number = None if row is None else row.facts["version"]
        self.conn.execute(schema.aliases.insert().values(
            home_id=home, name=name, number=number, protected=row is None, set_at=START, set_by="x"
        ))  # fmt: skip
        if row is not None:
            row.aliases.add(name)
            self.homes[home].aliases.add(name)


def _some(chance: random.Random, keys: list[str], values: list[Any]) -> dict[str, Any]:
    return {key: chance.choice(values) for key in keys if chance.random() < 0.7}


def _build(conn: sa.Connection, seed: int, count: int = 24) -> World:
    """Fill a catalog: artifacts, registered models, a deleted one, links, aliases, an unlinked member."""
    chance = random.Random(seed)
    world = World(conn)
    project = world._insert(schema.projects, name="train", description="", created_at=START, created_by="x")
    artifacts = {}
    for name in ("train/clf", "train/Net"):
        artifacts[name] = world.add_home("artifact", name, chance)
        world._insert(schema.artifacts, id=artifacts[name], project_id=project, kind="model")
    registered = [world.add_home("registered", name, chance) for name in ("churn", "Churn", "it''s %")]
    gone = world.add_home("registered", "gone", chance, deleted=True)
    for number in range(count):
        name = chance.choice(list(artifacts))
        version, row = world.add_version(artifacts[name], name, number, chance)
        for home in chance.sample([*registered, gone], 2):
            facts = {**row.facts, "name": world.homes[home].facts["name"], "linked": START + number * DAY + 1}
            linked = world.add(home, version, **facts)
            linked.tags, linked.metrics, linked.params = row.tags, row.metrics, row.params
    removed = world.rows.pop()
    conn.execute(schema.members.update().where(schema.members.c.id == removed.id).values(removed_at=START))
    for home in [*artifacts.values(), *registered]:
        members = [row for row in world.rows if row.home == home]
        for name in ALIASES[:3]:
            world.set_alias(home, name, chance.choice(members))
        world.set_alias(home, ALIASES[3], None)
    return world


def _engines() -> list[Any]:
    """Name the databases: SQLite, and the PostgreSQL whose URL the environment gives."""
    url = os.environ.get("MODELREG_TEST_POSTGRESQL")
    return [pytest.param("sqlite://", id="sqlite"), *([pytest.param(url, id="postgresql")] if url else [])]


@pytest.fixture(scope="module", params=_engines())
def connection(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    engine = sa.create_engine(request.param)
    with engine.connect() as conn:
        schema.tables.create_all(conn)
        yield conn
        conn.rollback()
    engine.dispose()


@pytest.fixture(scope="module", params=["walked", "driven"])
def plan(request: pytest.FixtureRequest) -> Iterator[str]:
    """Both ways to read a list: as in small homes, and as in large ones, with smaller bounds."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "driven":
            patch.setattr(drivers, "SMALL", 0)
            patch.setattr(drivers, "FEW", 12)
            patch.setattr(drivers, "ENOUGH", 1)
            patch.setattr(drivers, "WINDOWS", (1, 3))
        else:
            patch.setattr(drivers, "SMALL", 10**9)
        yield request.param


@pytest.fixture(scope="module")
def world(connection: sa.Connection, plan: str) -> Iterator[World]:
    with connection.begin_nested() as transaction:
        yield _build(connection, seed=7)
        transaction.rollback()


# -- the same in plain Python ----------------------------------------------------------------------


def truth(tree: queries.Filter, row: Row) -> bool | None:
    """Return whether a row matches; None is unknown."""
    if isinstance(tree, queries.And):
        found = [truth(part, row) for part in tree.parts]
        return False if False in found else None if None in found else True
    if isinstance(tree, queries.Or):
        found = [truth(part, row) for part in tree.parts]
        return True if True in found else None if None in found else False
    if isinstance(tree, queries.Not):
        found_one = truth(tree.part, row)
        return None if found_one is None else not found_one
    if isinstance(tree, queries.Has):
        return tree.item in getattr(row, tree.field.name)
    if isinstance(tree, queries.Null):
        return _lacks(tree.field, row)
    return _about(tree, row)


def _lacks(asked: queries.Field, row: Row) -> bool:
    if asked.name == "alias":
        return not row.aliases
    if asked.key is not None:
        held = getattr(row, asked.name)
        return asked.key not in held or held[asked.key] is None
    return row.facts[asked.name] == "" if asked.name == "description" else False


def _about(tree: queries.Compare | queries.In | queries.Text, row: Row) -> bool | None:
    asked = tree.field
    if asked.name == "alias":
        if not row.aliases:
            return None
        every = isinstance(tree, queries.Compare) and tree.op == "!="
        return (all if every else any)(_holds(tree, alias) for alias in row.aliases)
    if asked.name == "class_name":
        both = (row.facts["class_name"], row.facts["class_name"].rpartition(".")[2])
        every = isinstance(tree, queries.Compare) and tree.op == "!="
        return (all if every else any)(_holds(tree, name) for name in both)
    value = row.facts[asked.name] if asked.key is None else getattr(row, asked.name).get(asked.key)
    if isinstance(value, bool):
        value = float(value)
    wanted = _wanted(tree)
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, str) != isinstance(wanted, str) or not isinstance(value, (str, int, float)):
        return None
    return _holds(tree, value)


def _wanted(tree: queries.Compare | queries.In | queries.Text) -> Any:
    if isinstance(tree, queries.Text):
        return tree.text
    value = tree.values[0] if isinstance(tree, queries.In) else tree.value
    return value.at if isinstance(value, queries.Instant) else value


def _holds(tree: queries.Compare | queries.In | queries.Text, value: Any) -> bool:
    if isinstance(tree, queries.In):
        return value in tree.values
    wanted = _wanted(tree)
    if isinstance(tree, queries.Text):
        return {
            "contains": lambda: wanted in value,
            "startswith": lambda: value.startswith(wanted),
            "endswith": lambda: value.endswith(wanted),
            "glob": lambda: fnmatch.fnmatchcase(value, wanted),
        }[tree.how]()
    return bool(
        {
            "==": value == wanted, "!=": value != wanted, "<": value < wanted,
            "<=": value <= wanted, ">": value > wanted, ">=": value >= wanted,
        }[tree.op]
    )  # fmt: skip


# -- questions -------------------------------------------------------------------------------------

OPS = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
TEXTS = st.sampled_from([*HOSTILE, "churn", "Churn", "train/clf", "ann", "SVC", "my.SVC.Model", "python", "gini", "a"])
GLOBS = st.sampled_from(["*", "?hurn", "[cC]hurn", "[!c]*", "*'*", "*%", "*_*", "*[*]*", "[]", "*.SVC", "S*", "tr*/*"])
FIGURES = st.sampled_from(["0", "3", "-1", "0.5", "0.9", "1e300", "inf", "-inf", "2.5", "True", "8"])
WHOLES = st.sampled_from(["0", "3", "10", "2.5", "-1", "1e30", "-1e30", "inf", "1099511627776", str(2**63)])
TIMES = st.sampled_from(['"2026-09-20"', '"2026-09-25T10:00:00+00:00"', '"2026-10-01"', '"yesterday"'])
TEXT_FIELDS = {
    "version": [
        "name",
        "description",
        "user",
        "flavor",
        "source",
        "kind",
        "tags.team",
        'tags["a b"]',
        "params.depth",
    ],
    "model": ["name", "description", "user", "tags.team", 'tags["a b"]'],
}
ONE = {"version": ["alias", "class_name"], "model": ["alias"]}
WHOLE_FIELDS = {"version": ["version", "size"], "model": ["versions"]}
TIME_FIELDS = {"version": ["created", "linked"], "model": ["created", "updated"]}
VALUES = ["metrics.auc", 'metrics["val/auc"]', "params.depth", "params.clf__depth"]


def _atoms(entity: str) -> st.SearchStrategy[str]:
    texts = st.sampled_from(TEXT_FIELDS[entity])
    both = st.sampled_from([*TEXT_FIELDS[entity], *ONE[entity]])
    named = st.sampled_from([*ALIASES, *CLASSES])
    lists = st.lists(TEXTS.map(repr), min_size=1, max_size=3).map(", ".join)
    keyed = VALUES if entity == "version" else []
    nullable = [*keyed, "alias", "tags.team", "description", "name"]
    sets = [("aliases", ALIASES), ("tags", TAG_KEYS)]
    sets += [("metrics", METRIC_KEYS), ("params", PARAM_KEYS)] if entity == "version" else []
    strategies = [
        st.builds("{} {} {!r}".format, texts, OPS, TEXTS),
        st.builds("{!r} {} {}".format, TEXTS, st.sampled_from(["==", "!="]), both),
        st.builds("{} {} {!r}".format, st.sampled_from(ONE[entity]), st.sampled_from(["==", "!="]), named),
        st.builds("{} {} [{}]".format, both, st.sampled_from(["in", "not in"]), lists),
        st.builds("{!r} {} {}".format, TEXTS, st.sampled_from(["in", "not in"]), both),
        st.builds("{}.{}({!r})".format, both, st.sampled_from(["startswith", "endswith"]), TEXTS),
        st.builds("glob({}, {!r})".format, both, GLOBS),
        st.builds("{} {} {}".format, st.sampled_from(WHOLE_FIELDS[entity]), OPS, WHOLES),
        st.builds("{} in ({}, {})".format, st.sampled_from(WHOLE_FIELDS[entity]), WHOLES, WHOLES),
        st.builds("{} {} {}".format, st.sampled_from(TIME_FIELDS[entity]), st.sampled_from(["<", ">="]), TIMES),
        st.builds("{} {} None".format, st.sampled_from(nullable), st.sampled_from(["is", "is not"])),
        *(st.builds("{!r} in {}".format, st.sampled_from(values), st.just(name)) for name, values in sets),
    ]
    if keyed:
        values = st.sampled_from(keyed)
        strategies += [
            st.builds("{} {} {}".format, values, OPS, FIGURES),
            st.builds("{} < {} <= {}".format, FIGURES, values, FIGURES),
            st.builds("{} in ({}, {})".format, values, FIGURES, FIGURES),
        ]
    return st.one_of(strategies)


def _conditions(entity: str) -> st.SearchStrategy[str]:
    return st.recursive(
        _atoms(entity),
        lambda inner: st.one_of(
            st.builds("({} and {})".format, inner, inner),
            st.builds("({} or {})".format, inner, inner),
            st.builds("not ({})".format, inner),
        ),
        max_leaves=5,
    )


def _live(world: World, home: int | None) -> list[Row]:
    if home is not None:
        return [row for row in world.rows if row.home == home]
    names = {"churn", "Churn", "it''s %"}
    return [row for row in world.rows if row.facts["name"] in names]


def _home(world: World, name: str | None) -> int | None:
    return next((home for home, row in world.homes.items() if row.facts["name"] == name), None)


@given(query=_conditions("version"), name=st.sampled_from([None, "churn", "train/clf"]))
@settings(max_examples=400, deadline=None)
def test_versions_found_are_those_that_plain_python_finds(world: World, query: str, name: str | None) -> None:
    tree = queries.parse(query)
    assert tree is not None
    home = _home(world, name)
    ids, following = listing.versions(world.conn, home_id=home, filter=tree, limit=1000)
    assert following is None
    assert ids == sorted((row.id for row in _live(world, home) if truth(tree, row)), reverse=True)


@given(query=_conditions("model"), kind=st.sampled_from(["registered", "artifact"]))
@settings(max_examples=200, deadline=None)
def test_models_found_are_those_that_plain_python_finds(world: World, query: str, kind: str) -> None:
    tree = queries.parse(query, entity="model")
    assert tree is not None
    names = {"registered": ["churn", "Churn", "it''s %"], "artifact": ["train/clf", "train/Net"]}[kind]
    wanted = {row.id for row in world.homes.values() if row.facts["name"] in names and truth(tree, row)}
    ids, _ = listing.models(world.conn, kind=kind, filter=tree, limit=1000)
    assert set(ids) == wanted
    assert len(ids) == len(wanted)


ORDERS = [
    "version",
    "created",
    "linked",
    "name",
    "size",
    "user",
    "class_name",
    "metrics.auc",
    "params.depth",
    "tags.team",
]
ORDERS += ['metrics["val/auc"]', "source", "kind", "flavor"]
QUERIES = [
    None,
    "metrics.auc > 0",
    '"production" in aliases',
    "not tags.team == ''",
    "params.depth is not None",
]


def _paged(world: World, limit: int, **asked: Any) -> list[int]:
    found: list[int] = []
    token = None
    while True:
        ids, token = listing.versions(world.conn, limit=limit, token=token, **asked)
        found += ids
        assert len(ids) == limit or token is None
        if token is None:
            return found


@given(
    order=st.sampled_from(ORDERS), sign=st.sampled_from(["", "-"]), limit=st.integers(1, 9),
    query=st.sampled_from(QUERIES), name=st.sampled_from([None, "churn", "train/clf"]),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_pages_of_any_length_make_the_whole_list(
    world: World, order: str, sign: str, limit: int, query: str | None, name: str | None
) -> None:
    asked: Mapping[str, Any] = {
        "home_id": _home(world, name),
        "filter": queries.parse(query),
        "order": sign + order,
    }
    whole, following = listing.versions(world.conn, limit=1000, **asked)
    assert following is None
    assert _paged(world, limit, **asked) == whole


def _sorted(rows: list[Row], key: Any, *, descending: bool) -> list[int]:
    """Sort as the list must: by key, rows without one last, then newest first."""
    newest = sorted(rows, key=lambda row: -row.id)
    having = [row for row in newest if key(row) is not None]
    lacking = [row for row in newest if key(row) is None]
    return (
        [row.id for row in [*sorted(having, key=key, reverse=False), *lacking]]
        if not descending
        else [row.id for row in [*_reversed(having, key), *lacking]]
    )


def _reversed(rows: list[Row], key: Any) -> list[Row]:
    return sorted(rows, key=key, reverse=True)


def _metric(row: Row) -> float | None:
    value = row.metrics.get("auc")
    return None if value is None or math.isnan(value) else value


def _param(row: Row) -> tuple[int, float | str] | None:
    value = row.params.get("depth")
    if isinstance(value, str):
        return (1, value)
    return (0, float(value)) if isinstance(value, (bool, int, float)) else None


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    ("order", "key"),
    [
        ("metrics.auc", _metric),
        ("size", lambda row: row.facts["size"]),
        ("class_name", lambda row: row.facts["class_name"]),
        ("tags.team", lambda row: row.tags.get("team")),
        ("name", lambda row: row.facts["name"]),
    ],
)
@pytest.mark.parametrize("name", [None, "churn"])
def test_rows_without_a_value_come_last_and_ties_newest_first(
    world: World, name: str | None, order: str, key: Any, descending: bool
) -> None:
    home = _home(world, name)
    ids, _ = listing.versions(world.conn, home_id=home, order="-" * descending + order, limit=1000)
    assert ids == _sorted(_live(world, home), key, descending=descending)


def test_numbers_of_a_param_come_before_its_texts(world: World) -> None:
    home = _home(world, "churn")
    ids, _ = listing.versions(world.conn, home_id=home, order="params.depth", limit=1000)
    assert ids == _sorted(_live(world, home), _param, descending=False)


def test_rows_that_come_in_between_pages_neither_repeat_nor_hide_others(world: World) -> None:
    home, artifact = _home(world, "churn"), _home(world, "train/clf")
    assert home is not None
    assert artifact is not None
    before = [row.id for row in _live(world, home)]
    rows = list(world.rows)
    with world.conn.begin_nested() as transaction:
        found, token = listing.versions(world.conn, home_id=home, limit=3)
        for number in (98, 99):
            version, logged = world.add_version(artifact, "train/clf", number, random.Random(number))
            world.add(home, version, **logged.facts)
            ids, token = listing.versions(world.conn, home_id=home, limit=3, token=token)
            found += ids
        while token is not None:
            ids, token = listing.versions(world.conn, home_id=home, limit=3, token=token)
            found += ids
        transaction.rollback()
    world.rows = rows
    assert found == sorted(before, reverse=True)


def test_all_registered_models_together_are_listed_newest_link_first(world: World) -> None:
    ids, _ = listing.versions(world.conn, home_id=None, limit=1000)
    assert ids == sorted((row.id for row in _live(world, None)), reverse=True)


def test_models_are_listed_by_their_latest_change(world: World) -> None:
    names = {"churn", "Churn", "it''s %"}
    rows = [row for row in world.homes.values() if row.facts["name"] in names]
    ids, _ = listing.models(world.conn, limit=2)
    wanted = sorted(rows, key=lambda row: (row.facts["updated"], row.id), reverse=True)
    assert ids == [row.id for row in wanted[:2]]


@pytest.mark.parametrize(
    "order", ["name", "-name", "-updated", "created", "-versions", "user", "tags.team", "-tags.team"]
)
def test_pages_of_models_make_the_whole_list(world: World, order: str) -> None:
    whole, _ = listing.models(world.conn, order=order, limit=1000)
    assert len(whole) == 3
    token, found = None, []
    for _ in whole:
        ids, token = listing.models(world.conn, order=order, limit=1, token=token)
        found += ids
    assert token is None
    assert found == whole


def test_a_token_is_of_no_use_for_another_question(world: World) -> None:
    home = _home(world, "churn")
    _, token = listing.versions(world.conn, home_id=home, limit=1)
    others: list[Mapping[str, Any]] = [
        {"home_id": None},
        {"home_id": _home(world, "Churn")},
        {"home_id": home, "order": "version"},
        {"home_id": home, "filter": queries.parse("version > 0")},
    ]
    for other in others:
        with pytest.raises(InvalidError, match="belongs to another query"):
            listing.versions(world.conn, limit=1, token=token, **other)
    with pytest.raises(InvalidError, match="belongs to another query"):
        listing.models(world.conn, limit=1, token=token)


def test_a_token_goes_on_with_a_time_that_was_given_in_words(world: World) -> None:
    asked = 'created > "900000 hours ago"'
    first, token = listing.versions(world.conn, home_id=None, filter=queries.parse(asked), limit=2)
    more, _ = listing.versions(world.conn, home_id=None, filter=queries.parse(asked), limit=2, token=token)
    assert token is not None
    assert len({*first, *more}) == 4


def test_a_page_may_change_its_length_on_the_way(world: World) -> None:
    whole, _ = listing.versions(world.conn, home_id=None, limit=1000)
    first, token = listing.versions(world.conn, home_id=None, limit=5)
    more, token = listing.versions(world.conn, home_id=None, limit=10, token=token)
    rest, token = listing.versions(world.conn, home_id=None, limit=1000, token=token)
    assert [*first, *more, *rest] == whole
    assert token is None


@pytest.mark.parametrize("limit", [0, -1, 1001, True, 2.0, "5", None])
def test_a_page_has_1_to_1000_rows(world: World, limit: Any) -> None:
    with pytest.raises(InvalidError, match="from 1 to 1000"):
        listing.versions(world.conn, home_id=None, limit=limit)
    with pytest.raises(InvalidError, match="from 1 to 1000"):
        listing.models(world.conn, limit=limit)


@pytest.mark.parametrize("order", ["", "nope", "version desc", "version, name", "--version", "alias", "metrics"])
def test_an_order_that_names_no_field_is_refused_with_its_place(world: World, order: str) -> None:
    with pytest.raises(QueryError, match="column"):
        listing.versions(world.conn, home_id=None, order=order)


def test_hostile_text_leaves_the_tables_as_they_are(world: World) -> None:
    before = world.conn.execute(sa.select(sa.func.count()).select_from(schema.versions)).scalar_one()
    for text in HOSTILE:
        for query in (
            f"name == {text!r}",
            f"{text!r} in tags",
            f"metrics[{text!r}] > 0",
            f"glob(name, {text!r})",
        ):
            if text or "==" in query:
                listing.versions(world.conn, home_id=None, filter=queries.parse(query))
    assert world.conn.execute(sa.select(sa.func.count()).select_from(schema.versions)).scalar_one() == before
