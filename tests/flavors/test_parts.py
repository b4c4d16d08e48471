"""An array that is put together part by part gives the bytes that its copy in one piece would."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.flavors import routes
from tests.flavors.trips import dumped, loaded

from modelreg.contents import pack
from modelreg.flavors import arrays
from modelreg.flavors.arrays import canonical_array, copy_fields, padded
from modelreg.flavors.outgoing import Outgoing
from modelreg.flavors.parts import ArrayParts
from modelreg.flavors.python import PYTHON

GAPS = np.dtype({"names": ["a", "b"], "formats": ["i1", "<f8"], "offsets": [0, 8], "itemsize": 24})
DEEP = np.dtype({"names": ["x", "y"], "formats": [GAPS, ("i2", 3)], "offsets": [8, 40], "itemsize": 64})

DTYPES = ("u1", "<f8", ">f8", "c16", "S5", "V3", "?", GAPS, DEEP)


def filled(shape: tuple[int, ...], dtype: Any) -> Any:
    """Return an array of noise, between its fields too."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    noise = np.random.default_rng(size).integers(0, 2, size, np.uint8)
    return noise.view(dtype).reshape(shape) if size else np.zeros(shape, dtype)


@st.composite
def views(draw: st.DrawFn) -> Any:
    """Return an array that is rarely in one piece."""
    array = filled(tuple(draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))), draw(st.sampled_from(DTYPES)))
    array = array.transpose(draw(st.permutations(range(array.ndim))))
    return array[tuple(slice(None, None, draw(st.sampled_from([1, 2, -1, -2]))) for _ in range(array.ndim))]


@given(views(), st.data())
def test_any_stretch_is_that_of_the_copy(array: Any, data: st.DataObject) -> None:
    # rows first before it is cleaned: numpy turns an array around without clearing what is between the fields
    clean = canonical_array(np.ascontiguousarray(array)) if padded(array.dtype) else array
    whole = clean.tobytes()
    parts = ArrayParts(array, copy_fields if padded(array.dtype) else None)
    assert parts.nbytes == len(whole)
    offset = data.draw(st.integers(0, len(whole)))
    length = data.draw(st.integers(0, len(whole) - offset))
    assert bytes(parts.read(offset, length)) == whole[offset : offset + length]


def test_an_array_of_no_dimension_has_parts_too() -> None:
    wide = np.dtype({"names": ["a"], "formats": ["i1"], "offsets": [7], "itemsize": 3000})
    array = np.full((), 1, wide)
    assert loaded(dumped(array)) == array
    assert len(dumped(array)[2][0]) == 3000


def scattered() -> dict[str, Any]:
    """Return arrays of a few pages that are not in one piece or have gaps."""
    table = np.arange(60_000, dtype="<f8").reshape(200, 300)
    locked = table[::2, ::3]
    locked.flags.writeable = False
    gaps = filled((40, 50), GAPS)
    return {
        "stepped": table[::3], "turned": table.reshape(10, 20, 300).transpose(1, 0, 2), "read-only": locked,
        "big-endian": table.astype(">f8")[:, ::-1], "fields": filled((3000,), DEEP), "stepped fields": gaps[::2],
        "turned fields": gaps.T, "expanded": np.broadcast_to(np.arange(300.0), (200, 300)),
        "one field": filled((3000,), [("a", "<f4"), ("b", "<i8")])["b"],
    }  # fmt: skip


@pytest.mark.parametrize("name", scattered())
def test_in_parts_it_is_pickled_as_in_one_piece(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    array = scattered()[name]
    monkeypatch.setattr(arrays, "PARTED", 2048)
    out = Outgoing(apart=True)
    routes.quick(array, out)
    assert not isinstance(out.buffers[0], memoryview), "it was copied"
    monkeypatch.setattr(arrays, "PARTED", 1 << 60)
    monkeypatch.setattr(arrays, "SMALLEST", 1 << 60)
    assert routes.written(out) == dumped(array)
    after = loaded(routes.written(out))
    assert after.flags.writeable is array.flags.writeable
    assert after.dtype == array.dtype
    assert np.array_equal(after, array)


def test_what_numpy_keeps_in_the_stream_stays_there() -> None:
    times = np.arange(400_000).astype("M8[s]")[::2]
    out = Outgoing(apart=True)
    routes.quick(times, out)
    assert out.buffers == []
    assert np.array_equal(loaded(routes.written(out)), times)


def test_a_large_array_is_hashed_without_a_copy_of_it() -> None:
    stepped, gaps = np.zeros(16_000_000)[::2], np.zeros(2_000_000, GAPS)
    pack([stepped[:1000], gaps[:1000]], PYTHON)
    tracemalloc.start()
    pack([stepped, gaps], PYTHON)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert stepped.nbytes + gaps.nbytes > 110_000_000
    assert peak < 40_000_000
