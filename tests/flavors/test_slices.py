"""A slice of a table of pyarrow is kept without the rows that it leaves out. Where there is no pyarrow nothing is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from tests.flavors.trips import dumped, found_again, loaded

if TYPE_CHECKING:
    from collections.abc import Callable

pa = pytest.importorskip("pyarrow")

N = 50_000

ARRAYS: dict[str, Callable[[], Any]] = {
    "numbers": lambda: pa.array(np.arange(float(N))),
    "texts": lambda: pa.array([f"x{number}" for number in range(N)]),
    "truths": lambda: pa.array([True, False, None, True] * (N * 4)),
    "lists": lambda: pa.array([[1, 2], [3], None] * N),
    "records": lambda: pa.array([{"a": 1, "b": "x"}, None] * N),
    "words": lambda: pa.array(["a", "b", None] * N).dictionary_encode(),
    "bytes": lambda: pa.array([b"1234"] * N, pa.binary(4)),
}


def size(found: Any) -> int:
    return len(found[1]) + sum(map(len, found[2]))


@pytest.mark.parametrize("name", ARRAYS)
def test_a_slice_of_an_array_is_equal_and_small(name: str) -> None:
    before = ARRAYS[name]().slice(1001, 11)
    found = dumped(before)
    after = loaded(found)
    after.validate(full=True)
    assert found[0] == 1
    assert size(found) < 2000
    assert after.equals(before)
    assert after.type == before.type
    assert found_again(before, after)


@pytest.mark.parametrize("name", ARRAYS)
def test_a_whole_array_is_pickled_as_before(name: str) -> None:
    found = dumped(ARRAYS[name]())
    assert found[0] == 1
    assert loaded(found).equals(ARRAYS[name]())


def test_a_slice_of_a_table_keeps_its_schema() -> None:
    table = pa.table({"a": np.arange(N), "s": ["x"] * N}).replace_schema_metadata({"source": "a file"})
    for before in (table[100:110], table.to_batches()[0][100:110], table["a"][100:110]):
        found = dumped(before)
        after = loaded(found)
        assert size(found) < 2000
        assert after.equals(before)
        assert getattr(after, "schema", None) == getattr(before, "schema", None)
    assert loaded(dumped(table[100:110])).schema.metadata == {b"source": b"a file"}


def test_strings_of_pandas_lie_in_arrays_too() -> None:
    whole = pd.Series(pd.array([f"row {number}" for number in range(N)], dtype="string[pyarrow]"))
    found = dumped(whole[100:110])
    assert size(found) < 3000
    assert loaded(found).equals(whole[100:110])
