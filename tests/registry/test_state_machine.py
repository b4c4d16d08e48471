"""Any sequence of changes leaves the registry as a model of a few dicts says."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

import modelreg
from modelreg.catalog import history
from modelreg.errors import ModelRegError, NotFoundError, RefusedError

NAMES = st.sampled_from(["churn", "fraud", "MNIST Grayscale 28x28"])
ALIASES = st.sampled_from(["staging", "production", "best"])
WEIGHTS = st.integers(0, 5)


class Home:
    """A registered model, in dicts."""

    def __init__(self) -> None:
        self.members: dict[int, int] = {}
        """Number -> source number, live ones."""
        self.aliases: dict[str, int] = {}
        self.protected: set[str] = set()
        self.next = 0


class RegistryMachine(RuleBasedStateMachine):
    """One artifact, three registered models."""

    links = Bundle("links")

    @initialize()
    def begin(self) -> None:
        self.place = Path(tempfile.mkdtemp())
        self.registry = modelreg.connect(self.place / "registry")
        self.homes: dict[str, Home] = {}
        self.versions: dict[int, int] = {}
        """Source number -> weight, live ones."""
        self.next = 0
        self.actions = 0

    def teardown(self) -> None:
        if hasattr(self, "place"):
            self.registry.close()
            shutil.rmtree(self.place)

    @rule(target=links, name=NAMES, weight=WEIGHTS, aliases=st.sets(ALIASES, max_size=2))
    def register(self, name: str, weight: int, aliases: set[str]) -> tuple[str, int]:
        home = self.homes.get(name, Home())
        same = self._same(home, weight)
        if any(alias in home.protected and (same is None or home.aliases.get(alias) != same) for alias in aliases):
            with pytest.raises(RefusedError):
                self._register(name, weight, aliases)
            return name, -1
        answer = self._register(name, weight, aliases)
        self.homes[name] = home
        number = same
        assert answer.outcome == ("identical" if number is not None or weight in self.versions.values() else "new")
        if number is None:
            source = self._source(weight)
            if source is None:
                source = self.next
                self.versions[source] = weight
                self.next += 1
            number = home.next
            home.members[number] = source
            home.next += 1
        assert answer.version.number == number
        home.aliases.update(dict.fromkeys(aliases, number))
        return name, number

    @rule(link=links, alias=ALIASES)
    def alias(self, link: tuple[str, int], alias: str) -> None:
        name, number = link
        home = self.homes.get(name, Home())
        if number not in home.members:
            with pytest.raises(ModelRegError):
                self.registry.alias(f"{name}:v{max(number, 0)}" if number >= 0 else "gone:v0", alias)
        elif alias in home.protected and home.aliases.get(alias) != number:
            with pytest.raises(RefusedError):
                self.registry.alias(f"{name}:v{number}", alias)
        else:
            self.registry.alias(f"{name}:v{number}", alias)
            home.aliases[alias] = number

    @rule(name=NAMES, alias=ALIASES)
    def unalias(self, name: str, alias: str) -> None:
        home = self.homes.get(name)
        if home is None:
            with pytest.raises(NotFoundError):
                self.registry.unalias(name, alias)
        elif alias in home.protected and alias in home.aliases:
            with pytest.raises(RefusedError):
                self.registry.unalias(name, alias)
        else:
            assert self.registry.unalias(name, alias).changed == (alias in home.aliases)
            home.aliases.pop(alias, None)

    @rule(name=NAMES, alias=ALIASES, protect=st.booleans())
    def guard(self, name: str, alias: str, protect: bool) -> None:
        home = self.homes.get(name)
        if home is None:
            return
        verb = self.registry.protect if protect else self.registry.unprotect
        assert verb(name, alias).changed == ((alias in home.protected) != protect)
        (home.protected.add if protect else home.protected.discard)(alias)

    @rule(link=consumes(links), force=st.booleans())
    def unlink(self, link: tuple[str, int], force: bool) -> None:
        name, number = link
        home = self.homes.get(name)
        if home is None or number not in home.members:
            return
        held = [alias for alias, stands in home.aliases.items() if stands == number and alias in home.protected]
        if held and not force:
            with pytest.raises(RefusedError):
                self.registry.unlink(f"{name}:v{number}")
            return
        self.registry.unlink(f"{name}:v{number}", force=force)
        self._cut(home, number)

    @rule(link=consumes(links), force=st.booleans())
    def delete(self, link: tuple[str, int], force: bool) -> None:
        name, number = link
        home = self.homes.get(name)
        if home is None or number not in home.members:
            return
        source = home.members[number]
        if not force:
            with pytest.raises(RefusedError):
                self.registry.delete(f"{name}:v{number}")
            return
        self.registry.delete(f"{name}:v{number}", force=True)
        del self.versions[source]
        for other in self.homes.values():
            for each in [n for n, s in other.members.items() if s == source]:
                self._cut(other, each)

    @rule(target=links, name=NAMES, source=st.integers(0, 8))
    def link(self, name: str, source: int) -> tuple[str, int]:
        if source not in self.versions:
            with pytest.raises(NotFoundError):
                self.registry.link(f"train/clf:v{source}", name)
            return name, -1
        home = self.homes.setdefault(name, Home())
        number = next((n for n, s in home.members.items() if s == source), None)
        if number is None:
            number = home.next
            home.members[number] = source
            home.next += 1
        assert self.registry.link(f"train/clf:v{source}", name).version.number == number
        return name, number

    @rule()
    def reopen(self) -> None:
        self.registry.close()
        self.registry = modelreg.connect(self.place / "registry")

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "registry"):
            return
        found = {model.name: model for model in self.registry.models(limit=1000)}
        assert set(found) == set(self.homes)
        for name, home in self.homes.items():
            assert found[name].aliases == home.aliases
            assert set(found[name].protected) == home.protected
            assert found[name].versions == len(home.members)
            assert found[name].latest == max(home.members, default=None)
            listed = self.registry.versions(name, limit=1000)
            assert {v.number: v.artifact_number for v in listed} == home.members
            for version in listed:
                assert set(version.aliases) == {a for a, n in home.aliases.items() if n == version.number}

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
        for name, home in self.homes.items():
            entries = self.registry.history(
                name,
                limit=1000,
                newest_first=False,
                kinds=["alias-added", "alias-moved-here", "alias-removed"],
            )
            for alias, moves in itertools.groupby(
                sorted(entries, key=lambda a: (a.alias or "", a.sequence)), lambda a: a.alias
            ):
                stands = None
                for move in moves:
                    assert move.before == stands
                    stands = move.after
                assert stands == home.aliases.get(alias or "")

    def _register(self, name: str, weight: int, aliases: set[str]) -> Any:
        return self.registry.register(
            {"weight": weight}, name, project="train", artifact="clf", aliases=sorted(aliases)
        )

    def _source(self, weight: int) -> int | None:
        return max((n for n, w in self.versions.items() if w == weight), default=None)

    def _same(self, home: Home, weight: int) -> int | None:
        return max((n for n, s in home.members.items() if self.versions.get(s) == weight), default=None)

    def _cut(self, home: Home, number: int) -> None:
        del home.members[number]
        home.aliases = {alias: stands for alias, stands in home.aliases.items() if stands != number}


TestRegistry = RegistryMachine.TestCase
# no explain phase: before Python 3.12 it traces every line of every run
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink)
TestRegistry.settings = settings(max_examples=15, stateful_step_count=20, deadline=None, phases=PHASES)
TestRegistry.pytestmark = [pytest.mark.timeout(900)]
