"""Any sequence of changes leaves the registry as a model of a few dicts says.

Where each core invariant of a registry is tested:

==  ======================================================================  =================================================
1   contents never change; their id depends on nothing but them             ``contents_never_change`` here; tests/contents
2   artifact numbers count up, have no gap, are never used again            ``agrees`` here; tests/faults/test_writers.py
3   link numbers count up likewise, apart from them                         ``agrees`` here; tests/verbs/test_link.py
4   one version per home and alias; a move is two entries; compare-and-set  ``aliases_form_one_chain``; tests/verbs/test_alias.py
5   ``latest`` is the highest live number, stored nowhere                   ``agrees`` here (model.latest, and the reference)
6   identical contents are the version that is there                        rule ``register``; tests/verbs/test_register.py
7   linking twice is linking once                                           rule ``link``
8   what is held is not deleted; by force all goes at once                  rules ``delete``, ``unlink``, ``delete_model``
9   links copy no bytes                                                     ``links_copy_no_bytes`` here
10  a reference means one thing; an unknown one names those there are       ``references_resolve`` here; tests/test_names.py
11  numbers that JSON lacks have a defined form                             tests/catalog/test_values.py (properties)
12  an artifact holds one kind for ever                                     behaviour.Links; tests/verbs/test_register.py
13  a use through a link is a use of the source                             tests/verbs/test_link.py
14  an edit through a link edits the version and says so                    behaviour.Versions; tests/verbs/test_edit.py
15  both ends of a link are seen                                            ``both_ends_are_seen`` here
16  the history only grows, also through deletes and renames                ``history_only_grows_and_is_whole`` here
17  panel, line and call have the same effect and entry                     tests/commands
==  ======================================================================  =================================================
"""

from __future__ import annotations

import copy
import itertools
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

import modelreg
from modelreg.catalog import history
from modelreg.errors import AlreadyExistsError, ModelRegError, NotFoundError, RefusedError

NAMES = st.sampled_from(["churn", "fraud", "MNIST Grayscale 28x28"])
STAGES = ("staging", "production")
ALIASES = st.sampled_from([*STAGES, "best"])
WEIGHTS = st.integers(0, 4)


@dataclass
class Home:
    """A registered model, in dicts."""

    key: int
    name: str
    members: dict[int, int] = field(default_factory=dict)
    """Number -> source number, live ones."""
    aliases: dict[str, int] = field(default_factory=dict)
    protected: set[str] = field(default_factory=set)


@dataclass
class World:
    """What undo brings back."""

    homes: dict[int, Home] = field(default_factory=dict)
    """Live ones."""
    versions: dict[int, int] = field(default_factory=dict)
    """Source number -> weight, live ones."""


class RegistryMachine(RuleBasedStateMachine):
    """One artifact, three names of registered models."""

    links = Bundle("links")

    @initialize()
    def begin(self) -> None:
        self.place = Path(tempfile.mkdtemp())
        self.registry = modelreg.connect(self.place / "registry")
        self.world = World()
        self.undoable: list[tuple[World, dict[tuple[int, str], list[int]], tuple[Home, str] | None]] = []
        """World and paths before each change, and for a rename the home and its old name."""
        self.former: dict[str, int] = {}
        self.next: dict[str, int] = {}
        """Of each name, for ever."""
        self.paths: dict[tuple[int, str], list[int]] = {}
        self.contents: dict[int, str] = {}
        self.keys = itertools.count()
        self.sources = self.refused = 0
        self.actions = 0

    def teardown(self) -> None:
        if hasattr(self, "place"):
            self.registry.close()
            shutil.rmtree(self.place)

    # -- changes -----------------------------------------------------------------------------------

    @rule(target=links, name=NAMES, weight=WEIGHTS, aliases=st.sets(ALIASES, max_size=2), new=st.booleans())
    def register(self, name: str, weight: int, aliases: set[str], new: bool) -> tuple[int, int]:
        home = self._find(name)
        same = None if new or home is None else self._same(home, weight)
        blocked = home is not None and any(
            alias in home.protected and (same is None or home.aliases.get(alias) != same) for alias in aliases
        )
        if blocked:
            with pytest.raises(RefusedError):
                self._register(name, weight, aliases, new=new)
            self.refused += 1
            return -1, -1
        self._remember()
        answer = self._register(name, weight, aliases, new=new)
        home = home or self._made(name)
        source = None if new else self._source(weight)
        assert answer.outcome == ("new" if source is None and same is None else "identical")
        number = same
        if number is None:
            if source is None:
                source, self.sources = self.sources, self.sources + 1
                self.world.versions[source] = weight
                self.contents[source] = answer.version.content_id
            number = self._linked(home, source)
        assert answer.version.number == number
        for alias in aliases:
            self._move(home, alias, number)
        return home.key, number

    @rule(target=links, name=NAMES, source=st.integers(0, 8))
    def link(self, name: str, source: int) -> tuple[int, int]:
        if source not in self.world.versions:
            with pytest.raises(NotFoundError):
                self.registry.link(f"train/clf:v{source}", name)
            return -1, -1
        home = self._find(name)
        number = None if home is None else next((n for n, s in home.members.items() if s == source), None)
        if home is None or number is None:
            self._remember()
            home = home or self._made(name)
            number = self._linked(home, source)
        assert self.registry.link(f"train/clf:v{source}", name).version.number == number
        return home.key, number

    @rule(link=links, alias=ALIASES)
    def alias(self, link: tuple[int, int], alias: str) -> None:
        home, number = self._member(link)
        if home is None:
            return
        if number not in home.members:
            with pytest.raises(ModelRegError):
                self.registry.alias(f"{home.name}:v{max(number, 0)}" if number >= 0 else "gone:v0", alias)
        elif alias in home.protected and home.aliases.get(alias) != number:
            with pytest.raises(RefusedError):
                self.registry.alias(f"{home.name}:v{number}", alias)
        else:
            changed = home.aliases.get(alias) != number
            if changed:
                self._remember()
            assert self.registry.alias(f"{home.name}:v{number}", alias).changed == changed
            self._move(home, alias, number)

    @rule(name=NAMES, alias=ALIASES)
    def unalias(self, name: str, alias: str) -> None:
        home = self._find(name)
        if home is None:
            with pytest.raises(NotFoundError):
                self.registry.unalias(name, alias)
        elif alias in home.protected and alias in home.aliases:
            with pytest.raises(RefusedError):
                self.registry.unalias(name, alias)
        else:
            if alias in home.aliases:
                self._remember()
            assert self.registry.unalias(name, alias).changed == (alias in home.aliases)
            home.aliases.pop(alias, None)

    @rule(link=links, force=st.booleans())
    def promote(self, link: tuple[int, int], force: bool) -> None:
        home, number = self._member(link)
        if home is None or number not in home.members:
            return
        held = [stage for stage in STAGES if home.aliases.get(stage) == number]
        goal = STAGES[0] if not held else STAGES[-1]
        left = [stage for stage in held if stage != goal]
        if goal in held and not left:
            assert not self.registry.promote(f"{home.name}:v{number}", force=force).changed
        elif not force and home.protected & ({*left, goal} - ({goal} & set(held))):
            with pytest.raises(RefusedError):
                self.registry.promote(f"{home.name}:v{number}")
        else:
            self._remember()
            assert self.registry.promote(f"{home.name}:v{number}", force=force).changed
            if goal not in held:
                self._move(home, goal, number)
            for stage in left:
                del home.aliases[stage]

    @rule(name=NAMES, alias=ALIASES)
    def rollback(self, name: str, alias: str) -> None:
        home = self._find(name)
        if home is None:
            return
        now = home.aliases.get(alias)
        back = [n for n in self.paths.get((home.key, alias), []) if n != now and n in home.members]
        if not back:
            with pytest.raises(NotFoundError):
                self.registry.rollback(name, alias)
        elif alias in home.protected:
            with pytest.raises(RefusedError):
                self.registry.rollback(name, alias)
        else:
            self._remember()
            self.registry.rollback(name, alias)
            home.aliases[alias] = back[-1]
            self._step_back(home, alias, back[-1])

    @rule(name=NAMES, alias=ALIASES, protect=st.booleans())
    def guard(self, name: str, alias: str, protect: bool) -> None:
        home = self._find(name)
        if home is None:
            return
        changes = (alias in home.protected) != protect
        if changes:
            self._remember()
        verb = self.registry.protect if protect else self.registry.unprotect
        assert verb(name, alias).changed == changes
        (home.protected.add if protect else home.protected.discard)(alias)

    @rule(link=consumes(links), force=st.booleans())
    def unlink(self, link: tuple[int, int], force: bool) -> None:
        home, number = self._member(link)
        if home is None or number not in home.members:
            return
        held = [alias for alias, stands in home.aliases.items() if stands == number and alias in home.protected]
        if held and not force:
            with pytest.raises(RefusedError):
                self.registry.unlink(f"{home.name}:v{number}")
            return
        self._remember()
        self.registry.unlink(f"{home.name}:v{number}", force=force)
        self._cut(home, number)

    @rule(link=consumes(links), force=st.booleans(), back=st.booleans())
    def delete(self, link: tuple[int, int], force: bool, back: bool) -> None:
        home, number = self._member(link)
        if home is None or number not in home.members:
            return
        source = home.members[number]
        if not force:
            with pytest.raises(RefusedError):
                self.registry.delete(f"{home.name}:v{number}")
            return
        self._remember()
        self.registry.delete(f"{home.name}:v{number}", force=True)
        before = copy.deepcopy(self.world)
        del self.world.versions[source]
        for other in self.world.homes.values():
            for each in [n for n, s in other.members.items() if s == source]:
                self._cut(other, each)
        if back:
            self._remember()
            self.registry.undelete(f"train/clf:v{source}")
            self.world = before

    @rule(name=NAMES, force=st.booleans(), back=st.booleans())
    def delete_model(self, name: str, force: bool, back: bool) -> None:
        home = self._find(name)
        if home is None:
            with pytest.raises(NotFoundError):
                self.registry.delete(name)
            return
        if home.aliases and not force:
            with pytest.raises(RefusedError):
                self.registry.delete(name)
            return
        self._remember()
        self.registry.delete(name, force=force)
        before = copy.deepcopy(self.world)
        del self.world.homes[home.key]
        if back:
            self._remember()
            self.registry.undelete(home.name)
            self.world = before

    @rule(name=NAMES, new=NAMES)
    def rename(self, name: str, new: str) -> None:
        home = self._find(name)
        if home is None:
            with pytest.raises(NotFoundError):
                self.registry.rename(name, new)
        elif home.name == new:
            assert not self.registry.rename(name, new).changed
        elif any(other.name == new for other in self.world.homes.values()):
            with pytest.raises(AlreadyExistsError):
                self.registry.rename(name, new)
        else:
            self._remember(renamed=home)
            self.registry.rename(name, new)
            self._renamed(home, new)

    @rule()
    def undo(self) -> None:
        if not self.undoable:
            with pytest.raises(NotFoundError, match="nothing"):
                self.registry.undo()
            return
        before, paths, renamed = self.undoable.pop()
        change = self.registry.undo()
        assert change.changed == (before != self.world)
        if renamed is not None:
            home, old = renamed
            self._renamed(self.world.homes[home.key], old)
        self.world, self.paths = before, paths

    @rule()
    def reopen(self) -> None:
        self.registry.close()
        self.registry = modelreg.connect(self.place / "registry")

    # -- what holds always -------------------------------------------------------------------------

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "registry"):
            return
        found = {model.name: model for model in self.registry.models(limit=1000)}
        assert set(found) == {home.name for home in self.world.homes.values()}
        for home in self.world.homes.values():
            model = found[home.name]
            assert model.aliases == home.aliases
            assert set(model.protected) == home.protected
            assert model.versions == len(home.members)
            assert model.latest == max(home.members, default=None)
            listed = self.registry.versions(home.name, limit=1000)
            assert {v.number: v.artifact_number for v in listed} == home.members
            for version in listed:
                assert set(version.aliases) == {a for a, n in home.aliases.items() if n == version.number}
        if self.world.versions:
            there = {v.number for v in self.registry.versions("train/clf", limit=1000)}
            assert there == set(self.world.versions)

    @invariant()
    def contents_never_change(self) -> None:
        if not hasattr(self, "registry") or not self.world.versions:
            return
        for version in self.registry.versions("train/clf", limit=1000):
            assert version.content_id == self.contents[version.number]

    @invariant()
    def references_resolve(self) -> None:
        if not hasattr(self, "registry"):
            return
        for home in self.world.homes.values():
            for alias, number in home.aliases.items():
                assert self.registry.get(f"{home.name}:{alias}").number == number
            if home.members:
                assert self.registry.get(home.name).number == max(home.members)
            else:
                with pytest.raises(NotFoundError, match="has no versions"):
                    self.registry.get(home.name)
        for name, key in self.former.items():
            if key in self.world.homes and not any(home.name == name for home in self.world.homes.values()):
                assert self.registry.model(name).name == self.world.homes[key].name

    @invariant()
    def both_ends_are_seen(self) -> None:
        if not hasattr(self, "registry") or not self.world.versions:
            return
        source = max(self.world.versions)
        detail: Any = self.registry.show(f"train/clf:v{source}")
        linked = {(h.name, n) for h in self.world.homes.values() for n, s in h.members.items() if s == source}
        assert {(version.home, version.number) for version in detail.links} == linked

    @invariant()
    def links_copy_no_bytes(self) -> None:
        if not hasattr(self, "registry") or not self.sources:
            return
        objects = sum(path.is_file() for path in (self.place / "registry" / "objects").rglob("*"))
        most = 2 * len(set(self.contents.values())) + len(self.contents)  # stream and layout; a record each
        assert objects <= most + 3 * self.refused, "and what a refused registration leaves to gc"

    @invariant()
    def history_only_grows_and_is_whole(self) -> None:
        if not hasattr(self, "registry"):
            return
        with self.registry._context.read() as conn:
            assert list(history.broken(conn)) == []
        entries = len(self.registry.history(limit=1000))
        assert entries >= min(self.actions, 1000)
        self.actions = entries

    @invariant()
    def aliases_form_one_chain(self) -> None:
        if not hasattr(self, "registry"):
            return
        kinds = ["alias-added", "alias-moved-here", "alias-removed"]
        for home in self.world.homes.values():
            uid = self.registry.model(home.name).uid
            with self.registry._context.read() as conn:
                (row,) = conn.exec_driver_sql("SELECT id FROM homes WHERE uid = ?", (uid,)).fetchall()
                entries = history.page(conn, homes=[row.id], kinds=kinds, limit=1000, newest_first=False)
            for alias, moves in itertools.groupby(
                sorted(entries, key=lambda a: (a.alias or "", a.sequence)), lambda a: a.alias
            ):
                stands = None
                for move in moves:
                    assert move.before == stands
                    stands = move.after
                assert stands == home.aliases.get(alias or "")

    # -- the dicts ---------------------------------------------------------------------------------

    def _register(self, name: str, weight: int, aliases: set[str], *, new: bool) -> Any:
        return self.registry.register(
            {"weight": weight}, name, project="train", artifact="clf", aliases=sorted(aliases), new_version=new
        )

    def _find(self, name: str) -> Home | None:
        """Return the live home of this name, or that was called so."""
        for home in self.world.homes.values():
            if home.name == name:
                return home
        return self.world.homes.get(self.former.get(name, -1))

    def _member(self, link: tuple[int, int]) -> tuple[Home | None, int]:
        return self.world.homes.get(link[0]), link[1]

    def _made(self, name: str) -> Home:
        home = Home(next(self.keys), name)
        self.world.homes[home.key] = home
        self.former.pop(name, None)
        return home

    def _linked(self, home: Home, source: int) -> int:
        number = self.next.get(home.name, 0)
        self.next[home.name] = number + 1
        home.members[number] = source
        return number

    def _move(self, home: Home, alias: str, number: int) -> None:
        if home.aliases.get(alias) == number:
            return
        home.aliases[alias] = number
        path = self.paths.setdefault((home.key, alias), [])
        if path[-1:] != [number]:
            path.append(number)

    def _step_back(self, home: Home, alias: str, number: int) -> None:
        path = self.paths[home.key, alias]
        while path[-1] != number:
            path.pop()

    def _cut(self, home: Home, number: int) -> None:
        del home.members[number]
        home.aliases = {alias: stands for alias, stands in home.aliases.items() if stands != number}

    def _renamed(self, home: Home, new: str) -> None:
        self.next[new] = max(self.next.get(new, 0), self.next.get(home.name, 0))
        self.former.pop(new, None)
        self.former[home.name] = home.key
        home.name = new

    def _remember(self, *, renamed: Home | None = None) -> None:
        named = None if renamed is None else (renamed, renamed.name)
        self.undoable.append((copy.deepcopy(self.world), copy.deepcopy(self.paths), named))

    def _source(self, weight: int) -> int | None:
        return max((n for n, w in self.world.versions.items() if w == weight), default=None)

    def _same(self, home: Home, weight: int) -> int | None:
        return max((n for n, s in home.members.items() if self.world.versions.get(s) == weight), default=None)


# no explain phase: before Python 3.12 it traces every line of every run
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink)
TestRegistry = RegistryMachine.TestCase
TestRegistry.settings = settings(max_examples=15, stateful_step_count=20, deadline=None, phases=PHASES)
TestRegistry.pytestmark = [pytest.mark.timeout(900)]


class LongMachine(RegistryMachine):
    """The same, for longer."""


TestRegistryForLong = LongMachine.TestCase
TestRegistryForLong.settings = settings(max_examples=150, stateful_step_count=60, deadline=None, phases=PHASES)
TestRegistryForLong.pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
