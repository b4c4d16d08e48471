"""A loaded object that nobody changed is what it was stored as, wherever it is registered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from modelreg.notebook import Notebook
from modelreg.registry import connect

if TYPE_CHECKING:
    import pytest

    from modelreg.registry import Registry


class Model:
    """Pickles otherwise once it was loaded: a name of an attribute and its value are one string before, and two after."""

    def __init__(self) -> None:
        self.kind = "kind"
        self.weight = 1


class Sulking(Model):
    """Cannot be made again while it is told so."""

    sulks = False

    def __setstate__(self, state: dict[str, object]) -> None:
        if Sulking.sulks:
            raise ValueError("bad state")
        self.__dict__.update(state)


def objects(registry: Registry) -> set[str]:
    """Return the files of the objects but those of version records and captures."""
    return {path.name for path in Path(registry.location, "objects").rglob("*") if path.is_file()}


def fresh(registry: Registry) -> Registry:
    """Return the registry in another kernel."""
    return connect(registry.location, notebook=Notebook())


def test_an_unchanged_object_has_the_same_contents_under_another_name(registry: Registry) -> None:
    first = registry.register(Model(), "m", project="p", artifact="m").version
    before = objects(registry)
    other = fresh(registry)
    loaded = other.load("m:v0")
    answer = other.register(loaded, "m2", project="p", artifact="m2")
    assert (answer.version.ref, answer.outcome) == ("m2:v0", "new")
    assert answer.version.content_id == first.content_id
    assert answer.derived_from == "p/m:v0"
    assert len(objects(registry) - before) == 1, "the record of the version, and no byte of a model"
    assert vars(other.load("m2:v0")) == vars(loaded)
    assert other.check(read_data=True).ok
    assert other.status({"loaded": loaded})[0].state == "unchanged"


def test_an_identical_register_leaves_no_bytes_of_its_own(registry: Registry) -> None:
    registry.register(Model(), "m")
    before = objects(registry)
    other = fresh(registry)
    assert other.register(other.load("m:v0"), "m").outcome == "identical"
    assert objects(registry) == before


def test_a_new_version_on_demand_has_the_contents_that_are_there(registry: Registry) -> None:
    first = registry.register(Model(), "m").version
    other = fresh(registry)
    again = other.register(other.load("m:v0"), "m", new_version=True).version
    assert (again.ref, again.content_id) == ("m:v1", first.content_id)


def test_a_changed_object_is_new_wherever_it_is_registered(registry: Registry) -> None:
    first = registry.register(Model(), "m").version
    other = fresh(registry)
    loaded = other.load("m:v0")
    loaded.weight = 2
    answer = other.register(loaded, "m2")
    assert answer.version.content_id != first.content_id
    assert other.load("m2:v0").weight == 2


def test_a_version_of_these_contents_that_was_deleted_is_told(registry: Registry) -> None:
    registry.register(Model(), "m", project="p", artifact="m")
    other = fresh(registry)
    loaded = other.load("m:v0")
    other.register(loaded, "m2", project="p", artifact="m2")
    other.delete("m2:v0", force=True)
    again = fresh(registry)
    answer = again.register(again.load("m:v0"), "m2", project="p", artifact="m2")
    assert answer.deleted == "p/m2:v0"


def test_the_catalog_is_built_anew_with_the_contents_that_are_stored(registry: Registry) -> None:
    first = registry.register(Model(), "m").version
    other = fresh(registry)
    other.register(other.load("m:v0"), "m2")
    for one in (registry, other):
        one.close()
    for path in Path(registry.location).glob("registry.db*"):
        path.unlink()
    built = fresh(registry)
    built.check(rebuild=True)
    assert built.get("m2:v0").content_id == first.content_id
    assert built.load("m2:v0").weight == 1


def test_a_register_goes_on_where_the_stored_object_cannot_be_made_any_more(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.register(Sulking(), "sl")
    other = fresh(registry)
    loaded = other.load("sl:v0")
    monkeypatch.setattr(Sulking, "sulks", True)
    assert other.register(loaded, "sl2").version.ref == "sl2:v0"
