"""A layout is believed in nothing: whatever it says ends in the contents or in an error of integrity."""

from __future__ import annotations

import copy
import json
import resource
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelreg.blobs.local import LocalBlobs
from modelreg.contents import describe, fetch, pack, store, unpack
from modelreg.contents.layout import VERSION, read_layout
from modelreg.digests import canonical, digest
from modelreg.errors import IntegrityError, NewerRegistryError
from modelreg.flavors.files import FILES
from modelreg.flavors.python import PYTHON

if TYPE_CHECKING:
    from tests.contents.conftest import Shelf


class Stored:
    """Contents with a stream and buffers, and contents with files, in one store."""

    def __init__(self, root: Path) -> None:
        self.blobs = LocalBlobs(root / "store")
        (root / "model" / "sub").mkdir(parents=True)
        (root / "model" / "a.txt").write_text("alpha")
        (root / "model" / "sub" / "b.txt").write_text("beta")
        arrays = [np.arange(500.0), np.arange(5000.0), np.zeros(1 << 18)]
        self.packed = [pack(arrays, PYTHON), pack(root / "model", FILES)]
        for packed in self.packed:
            store(packed, self.blobs)
        self.layouts = [json.loads(self.blobs.read(packed.layout)) for packed in self.packed]

    def read(self, layout: object, content_id: str) -> Any:
        """Store a layout and fetch by it."""
        return fetch(self.blobs.put(canonical(layout)), content_id, self.blobs)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    return Stored(tmp_path_factory.mktemp("layouts"))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path to every value within JSON."""
    found = [path]
    if isinstance(value, dict):
        for key in value:
            found += places(value[key], (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += places(item, (*path, index))
    return found


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from(["../x", "/etc/passwd", "a/../../b", "sub", "sub/b.txt/c", "a.txt", "\0", "a\\b", "f" * 64]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_change_of_a_layout_is_an_error_of_integrity(stored: Stored, data: Any) -> None:
    which = data.draw(st.integers(0, 1))
    layout = copy.deepcopy(stored.layouts[which])
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(layout)))
        if not path:
            continue
        inner = layout
        for step in path[:-1]:
            inner = inner[step]
        match data.draw(st.sampled_from(["set", "drop", "double"])):
            case "drop":
                del inner[path[-1]]
            case "double" if isinstance(inner, list):
                inner.insert(0, copy.deepcopy(inner[path[-1]]))
            case _:
                inner[path[-1]] = data.draw(JSON)
    expected = stored.packed[which].content_id
    try:
        source = stored.read(layout, expected)
    except (IntegrityError, NewerRegistryError):
        return
    # What is accepted is the contents themselves under another cutting, or with words that nobody reads.
    if which:
        assert dict(source.files()) == {"a.txt": 5, "sub/b.txt": 4}
    else:
        loaded = unpack(source, PYTHON)
        assert np.array_equal(loaded[1], np.arange(5000.0))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JSON | st.fixed_dictionaries({"v": st.just(1), "content": JSON, "flavor": JSON, "objects": JSON}))
def test_any_json_in_place_of_a_layout_is_an_error_of_integrity(stored: Stored, value: object) -> None:
    with pytest.raises((IntegrityError, NewerRegistryError)):
        stored.read(value, stored.packed[0].content_id)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"null", b"[]", b"\xff\xfe", b'{"v":1}', b"[" * 100_000, b'{"v":NaN}', b"1e999", b"9" * 5000],
    ids=lambda data: repr(data[:8]),
)
def test_bytes_that_are_no_layout_are_an_error_of_integrity(shelf: Shelf, data: bytes) -> None:
    with pytest.raises(IntegrityError, match="is no layout"):
        read_layout(shelf.blobs.put(data), shelf.blobs)


def test_a_newer_layout_is_said_to_be_newer(stored: Stored) -> None:
    with pytest.raises(NewerRegistryError, match=f"format {VERSION + 1}; this modelreg reads up to {VERSION}"):
        stored.read({**stored.layouts[0], "v": VERSION + 1}, stored.packed[0].content_id)


def test_the_layout_of_other_contents_is_refused(stored: Stored) -> None:
    python, files = stored.packed
    with pytest.raises(IntegrityError, match=f"do not add up to b3:{files.content_id}"):
        fetch(files.layout, python.content_id, stored.blobs)


def test_a_layout_that_claims_other_contents_is_refused(stored: Stored) -> None:
    claimed = {**stored.layouts[0], "content": stored.packed[1].content_id}
    for content_id in (stored.packed[0].content_id, stored.packed[1].content_id):
        with pytest.raises(IntegrityError, match="do not add up"):
            stored.read(claimed, content_id)


def test_another_flavor_than_was_registered_is_refused(stored: Stored) -> None:
    for flavor in (["files", 1], ["python", 2]):
        with pytest.raises(IntegrityError, match="do not add up"):
            stored.read({**stored.layouts[0], "flavor": flavor}, stored.packed[0].content_id)


# checklist 44
@pytest.mark.parametrize(
    "path", ["../out", "/tmp/out", "sub/../../out", "a\\b", "nul\0", "", ".", "x/", "sub//b", "cafe\u0301"]
)
def test_a_path_that_leads_elsewhere_is_refused_before_anything_is_read(stored: Stored, path: str) -> None:
    layout = copy.deepcopy(stored.layouts[1])
    layout["files"][0]["path"] = path
    with pytest.raises(IntegrityError, match="is no layout"):
        stored.read(layout, stored.packed[1].content_id)


def test_an_announced_size_takes_no_memory_before_it_is_checked(stored: Stored) -> None:
    layout = copy.deepcopy(stored.layouts[0])
    layout["objects"][0][1] = 1 << 50
    layout["buffers"] = [{"n": 1 << 50, "x": [[0, 0, 1 << 50]]}]
    with pytest.raises(IntegrityError, match=r"holds [\d,]+ bytes instead of 1,125,899,906,842,624"):
        stored.read(layout, stored.packed[0].content_id)


def test_a_small_layout_that_asks_for_more_memory_than_there_is_is_refused(stored: Stored) -> None:
    layout = copy.deepcopy(stored.layouts[0])
    number, size = max(enumerate(size for _, size in layout["objects"]), key=lambda item: item[1])
    layout["buffers"] = [{"n": size * 2000, "x": [[number, 0, size]] * 2000}]  # 4 GB out of 2 MB
    before = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 30), before[1]))
    try:
        with pytest.raises(IntegrityError, match="bytes of memory at once, which this process does not get"):
            stored.read(layout, stored.packed[0].content_id)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def test_contents_are_described_without_reading_them(stored: Stored) -> None:
    python, files = stored.packed
    kept = {name: stored.blobs.read(name) for name, _ in python.objects}
    for name in kept:
        stored.blobs.delete(name)
    roles = dict(describe(python.layout, stored.blobs))
    stored.blobs.put_many((name, [data]) for name, data in kept.items())
    assert roles["3 buffers"] == 4000 + 40_000 + (1 << 21)
    assert roles["stream"] < 1000
    assert dict(describe(files.layout, stored.blobs)) == {"a.txt": 5, "sub/b.txt": 4}


def test_layouts_are_canonical(stored: Stored) -> None:
    for packed, layout in zip(stored.packed, stored.layouts, strict=True):
        assert digest(canonical(layout)) == packed.layout
        assert read_layout(packed.layout, stored.blobs).encoded() == stored.blobs.read(packed.layout)
