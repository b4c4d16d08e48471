"""What holds of a registry whatever happened to its writers."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import modelreg
from modelreg.digests import digest
from tests.faults.writer import is_whole

if TYPE_CHECKING:
    from pathlib import Path


def assert_whole(place: Path, name: str, acknowledged: list[str]) -> int:
    """Assert that nothing is half there and nothing acknowledged is lost; return how many versions there are.

    ``acknowledged`` are lines of the writer: number and content id.
    """
    registry = modelreg.connect(place)
    report = registry.check(read_data=True)
    assert report.ok, report.findings
    blobs = registry._context.blobs
    assert [name for name, _, _ in blobs.iterate() if digest(blobs.read(name)) != name] == [], (
        "half an object has a name"
    )
    versions = {version.number: version for version in _all(registry, name)}
    assert sorted(versions) == list(range(len(versions))), "numbers have gaps"
    for line in acknowledged:
        number, content_id = line.split()
        assert versions[int(number)].content_id == content_id
    moves = list(registry.history(name, limit=1000, newest_first=False, kinds=["alias-added", "alias-moved-here"]))
    assert [move.after for move in moves] == list(range(len(versions)))
    assert all(later.before == earlier.after for earlier, later in pairwise(moves))
    if versions:
        assert registry.model(name).aliases == {"staging": len(versions) - 1}
        assert is_whole(registry.load(f"{name}:staging", trust=True))
    registry.close()
    return len(versions)


def temporary(place: Path) -> list[Path]:
    """Return what interrupted writers left."""
    return [path for path in place.rglob("*") if path.name.startswith(".tmp-") or path.parent.name == "tmp"]


def objects(place: Path) -> set[str]:
    """Return the objects of a registry."""
    return {path.name for path in (place / "objects").rglob("*") if path.is_file()}


def _all(registry: modelreg.Registry, name: str) -> list[modelreg.records.Version]:
    try:
        return list(registry.versions(name, limit=1000))
    except modelreg.errors.NotFoundError:
        return []
