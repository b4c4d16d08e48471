"""Whatever goes in comes out: arrays of every make and size, shared where they were shared and nowhere else."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelreg.contents import TooLarge, pack, store
from modelreg.contents.cutting import ALIGN, FULL, LARGE
from modelreg.digests import PART
from modelreg.flavors.outgoing import SMALLEST
from modelreg.flavors.python import PYTHON
from tests.contents.conftest import Shelf

if TYPE_CHECKING:
    from numpy.typing import NDArray

EDGES = (0, 1, SMALLEST - 1, SMALLEST, SMALLEST + 1, LARGE - 1, LARGE, LARGE + 1, PART - 1, PART, PART + 1, 2 * PART)

INNER = [("a", "i1"), ("b", "f8")]
PADDED = np.dtype({"names": ["a", "b"], "formats": ["i1", "f8"], "offsets": [0, 8], "itemsize": 24})
NESTED = np.dtype({"names": ["x", "y"], "formats": [PADDED, ("i2", 3)], "offsets": [8, 40], "itemsize": 64})


def same(before: Any, after: Any) -> bool:
    """Whether two arrays are the same in all that can be seen."""
    return (
        type(before) is type(after)
        and before.dtype == after.dtype
        and before.shape == after.shape
        and before.flags.f_contiguous == after.flags.f_contiguous
        and before.flags.writeable == after.flags.writeable
        and np.array_equal(before, after)
    )


def noise(size: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, size, np.uint8)


@pytest.mark.parametrize("size", EDGES)
def test_a_buffer_of_any_size_comes_back(shelf: Shelf, size: int) -> None:
    array = noise(size)
    assert same(array, shelf.trip(array))


@pytest.mark.parametrize("size", EDGES)
def test_bytes_of_any_size_come_back(shelf: Shelf, size: int) -> None:
    data = noise(size).tobytes()
    assert shelf.trip([data, bytearray(data)]) == [data, bytearray(data)]


ARRAYS = {
    "rows first": np.arange(6000.0).reshape(60, 100),
    "columns first": np.asfortranarray(np.arange(6000.0).reshape(60, 100)),
    "every second": np.arange(6000.0)[::2],
    "backwards": np.arange(6000.0)[::-1],
    "a block": np.arange(10_000.0).reshape(100, 100)[10:60, 20:80],
    "transposed in part": np.arange(24_000.0).reshape(20, 30, 40).transpose(1, 0, 2),
    "broadcast": np.broadcast_to(np.arange(100.0), (50, 100)),
    "nothing": np.zeros((0, 3)),
    "nothing at all": np.zeros((5, 0, 2), "f4"),
    "a scalar": np.array(3.5),
    "big-endian": np.arange(3000, dtype=">f8"),
    "big-endian integers": np.arange(3000, dtype=">i2"),
    "half": np.arange(3000, dtype="f2"),
    "complex": np.arange(3000) * (1 + 2j),
    "bits": np.arange(5000) % 3 == 0,
    "texts": np.array(["a", "größe"] * 1000),
    "bytes": np.array([b"a", b"bcd"] * 2000),
    "times": np.arange(3000).astype("M8[s]"),
    "objects": np.array([1, "two", [3], None] * 1000, dtype=object),
    "void": np.zeros(3000, "V3"),
    "structured": np.ones(3000, INNER),
    "read-only": np.arange(3000.0),
    "small read-only": np.arange(3.0),
}
for key in ("read-only", "small read-only"):
    ARRAYS[key].flags.writeable = False


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_comes_back_as_it_was(shelf: Shelf, name: str) -> None:
    before = ARRAYS[name]
    after = shelf.trip(before)
    assert before.dtype == after.dtype
    assert before.shape == after.shape
    assert before.flags.writeable == after.flags.writeable
    assert np.array_equal(before, after)
    if before.flags.contiguous:
        assert before.flags.f_contiguous == after.flags.f_contiguous


@pytest.mark.parametrize("dtype", [PADDED, NESTED, np.dtype((PADDED, 2)), np.dtype(INNER, align=True)], ids=str)
@pytest.mark.parametrize("order", ["C", "F"])
def test_what_lies_between_fields_is_no_part_of_an_array(shelf: Shelf, dtype: Any, order: Any) -> None:
    made, raw = [], []
    for filling in (0, 255):
        array = np.zeros((60, 50), dtype, order=order)
        whole = array if order == "C" else array.T
        memory = np.ndarray(whole.nbytes, np.uint8, whole.data)
        memory.fill(filling)
        fill(array)
        made.append(array)
        raw.append(memory.tobytes())
    first, second = (shelf.keep(array) for array in made)
    assert raw[0] != raw[1]
    assert first.content_id == second.content_id
    after = shelf.get(first)
    assert after.dtype == made[0].dtype
    assert np.array_equal(after, made[1])
    assert after.flags.f_contiguous == made[0].flags.f_contiguous
    assert shelf.keep(after).content_id == first.content_id


def fill(array: Any) -> None:
    """Give every field of every item a value."""
    for name in array.dtype.names:
        if array.dtype[name].names:
            fill(array[name])
        else:
            array[name] = np.arange(array[name].size).reshape(array[name].shape) % 100


def test_a_memory_map_comes_back_as_an_array(shelf: Shelf, tmp_path: Path) -> None:
    mapped = np.memmap(tmp_path / "data", "f8", "w+", shape=(500, 4))
    mapped[:] = np.arange(2000).reshape(500, 4)
    after = shelf.trip(mapped)
    assert type(after) is np.ndarray
    assert np.array_equal(after, mapped)
    assert shelf.keep(np.array(mapped)).content_id == shelf.keep(mapped).content_id


def test_masked_arrays_stay_masked(shelf: Shelf) -> None:
    masked = np.ma.masked_greater(np.arange(3000.0), 100)
    after = shelf.trip(masked)
    assert type(after) is np.ma.MaskedArray
    assert np.array_equal(after.mask, masked.mask)
    assert np.array_equal(after.data, masked.data)


def test_what_was_one_array_is_one_array(shelf: Shelf) -> None:
    array = noise(5000)
    first, second = shelf.trip([array, array])
    assert first is second


@pytest.mark.parametrize("size", [100, 5000, LARGE + 1])
def test_equal_arrays_do_not_become_one(shelf: Shelf, size: int) -> None:
    first, second = shelf.trip([np.zeros(size, np.uint8), np.zeros(size, np.uint8)])
    first[0] = 1
    assert second[0] == 0


def test_a_loaded_array_can_be_changed_and_the_store_stays(shelf: Shelf) -> None:
    packed = shelf.keep({"weights": np.zeros(3 * PART // 2, np.uint8)})
    loaded = shelf.get(packed)["weights"]
    loaded[:] = 1
    assert not shelf.get(packed)["weights"].any()


def test_a_change_after_storing_does_not_reach_the_store(shelf: Shelf) -> None:
    array = np.zeros(5000)
    packed = shelf.keep(array)
    array[:] = 1
    assert not shelf.get(packed).any()


def test_equal_parts_are_stored_once(shelf: Shelf) -> None:
    packed = shelf.keep([np.zeros(4 * PART, np.uint8), np.zeros(2 * PART, np.uint8)])
    assert packed.size > 6 * PART
    assert sum(size for _, size in packed.objects) < PART + 10_000


def test_many_small_arrays_lie_in_few_objects(shelf: Shelf) -> None:
    arrays = [noise(16_384, seed) for seed in range(1000)]
    packed = shelf.keep(arrays)
    assert len(packed.objects) < 50
    assert all(size <= FULL + LARGE + ALIGN for _, size in packed.objects)
    assert all(np.array_equal(*pair) for pair in zip(arrays, shelf.get(packed), strict=True))


def test_one_array_more_leaves_most_objects_as_they_are(shelf: Shelf) -> None:
    arrays = [noise(16_384, seed) for seed in range(1000)]
    first = shelf.keep(arrays)
    before = dict(first.objects)
    for where in (0, 500, 1000):
        more = dict(shelf.keep([*arrays[:where], noise(16_384, 5000), *arrays[where:]]).objects)
        written = sum(size for name, size in more.items() if name not in before)
        assert written < sum(before.values()) / 2


def test_a_pickle_of_too_many_bytes_is_stopped() -> None:
    with pytest.raises(TooLarge):
        pack([noise(5000)], PYTHON, limit=5000)
    assert pack([noise(5000)], PYTHON, limit=6000).size <= 6000


def test_nothing_is_written_while_packing(shelf: Shelf) -> None:
    packed = pack(noise(PART * 2), PYTHON)
    assert not shelf.blobs.root.exists()
    store(packed, shelf.blobs)
    assert {name for name, _, _ in shelf.blobs.iterate()} == {packed.layout, *dict(packed.objects)}


LEAVES = (
    st.none()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.binary(max_size=5000)
    | st.tuples(
        st.sampled_from([0, 1, 100, SMALLEST - 1, SMALLEST, 5000, 70_000, 300_000, LARGE - 1, LARGE, LARGE + 9]),
        st.sampled_from(["u1", "<i2", ">f4", "f8", "c8", "?"]),
        st.sampled_from(["C", "F", "strided"]),
    )
)


def grown(value: Any, known: list[Any]) -> Any:
    """Return a drawn value with every (bytes, dtype, order) in it made into an array."""
    if isinstance(value, list):
        return [grown(item, known) for item in value]
    if isinstance(value, dict):
        return {key: grown(item, known) for key, item in value.items()}
    if not isinstance(value, tuple):
        return value
    size, dtype, order = value
    array = np.frombuffer(noise(size // 2 * 2, len(known)).tobytes(), np.uint8)
    array = (array % 2).astype("?") if dtype == "?" else array[: size // 8 * 8].astype(dtype)
    if order == "F" and array.size % 2 == 0:
        array = np.asfortranarray(array.reshape(2, -1))
    elif order == "strided":
        array = array[::3]
    known.append(array)
    return array


def equal(one: Any, other: Any) -> bool:
    """Whether two grown values are equal, arrays and all."""
    if isinstance(one, list):
        return len(one) == len(other) and all(equal(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, dict):
        return list(one) == list(other) and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and np.array_equal(one, other)
    return type(one) is type(other) and one == other


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow])
@given(
    st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
        max_leaves=12,
    )
)
def test_nested_objects_come_back_under_one_name(drawn: Any) -> None:
    value = grown(drawn, [])
    with tempfile.TemporaryDirectory() as place:
        shelf = Shelf(Path(place))
        packed = shelf.keep(value)
        loaded = shelf.get(packed)
        assert equal(value, loaded)
        assert pack(loaded, PYTHON).content_id == packed.content_id or (
            pack(loaded, PYTHON).canonical_id == packed.canonical_id
        )
        assert sum(size for _, size in packed.objects) <= packed.size + ALIGN * 40
