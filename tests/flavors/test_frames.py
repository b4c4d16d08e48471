"""Long tables come back as they were, each column from a buffer of its own; short ones are pickled as pandas does."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from tests.flavors.trips import dumped, found_again, loaded, trip

from modelreg.flavors import frames
from modelreg.flavors.python import dump

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

N = 600
NOISE = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tables of a few rows count as long."""
    monkeypatch.setattr(frames, "LONG", N)


def attributed() -> pd.DataFrame:
    table = pd.DataFrame({"a": NOISE.random(N)}, index=pd.date_range("2020", periods=N, freq="h", name="when"))
    table.attrs = {"source": "a file", "rows": [1, 2]}
    return table


TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    "numbers": lambda: pd.DataFrame(
        {"a": NOISE.random(N), "b": np.arange(N), "c": NOISE.random(N).astype("f4"), "d": np.arange(N) % 2 == 0,
         "e": (np.arange(N) % 100).astype("i1"), "f": NOISE.random(N) * 1j}
    ),
    "rows in one piece": lambda: pd.DataFrame(NOISE.random((N, 5)), columns=list("abcde")),
    "columns in one piece": lambda: pd.DataFrame(np.asfortranarray(NOISE.random((N, 5)))),
    "times": lambda: pd.DataFrame(
        {"t": pd.date_range("2020", periods=N, freq="s"), "d": pd.to_timedelta(np.arange(N), unit="s"),
         "s": np.arange(N).astype("M8[s]"), "z": pd.date_range("2020", periods=N, tz="Europe/Berlin"), "n": pd.NaT}
    ),
    "values of pandas": lambda: pd.DataFrame(
        {"a": NOISE.random(N), "s": ["a", "b", "c"] * (N // 3), "c": pd.Categorical(["a", "b", "c"] * (N // 3)),
         "i": pd.array([1, None, 3] * (N // 3), dtype="Int64"), "p": pd.period_range("2020", periods=N, freq="D"),
         "iv": pd.interval_range(0, N), "sp": pd.arrays.SparseArray([0, 0, 1] * (N // 3))}
    ),
    "objects": lambda: pd.DataFrame(
        {"a": NOISE.random(N), "o": pd.Series([1, "a", None] * (N // 3), dtype=object),
         "s": pd.Series(["x", "y", "z"] * (N // 3), dtype=object), "t": pd.Series([pd.Timestamp("2020")] * N, dtype=object)}
    ),
    "one name for two columns": lambda: pd.DataFrame(NOISE.random((N, 3)), columns=["a", "a", "b"]),
    "names of levels": lambda: pd.DataFrame(
        NOISE.random((N, 2)), columns=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["x", "y"]),
        index=pd.MultiIndex.from_arrays([np.arange(N) % 7, np.arange(N)], names=["p", None]),
    ),
    "numbers for names": lambda: pd.DataFrame(NOISE.random((N, 3)), columns=pd.Index([2.5, 1.5, 0.5], name="at")),
    "attributes": attributed,
    "flags": lambda: pd.DataFrame({"a": NOISE.random(N)}).set_flags(allows_duplicate_labels=False),
    "rows of one name": lambda: pd.DataFrame({"a": NOISE.random(N), "b": 1.0}, index=np.arange(N) % 5),
    "every other row": lambda: pd.DataFrame({"a": NOISE.random(2 * N), "b": np.arange(2 * N)})[::2],
    "many columns": lambda: pd.DataFrame(NOISE.random((N, 150))),
    "halves": lambda: pd.DataFrame(NOISE.random((N, 3)).astype("f2")),
}  # fmt: skip

SHORT = {
    "nothing": pd.DataFrame,
    "no rows": lambda: pd.DataFrame({"a": [], "b": []}),
    "no columns": lambda: pd.DataFrame(index=range(N)),
    "a row less": lambda: pd.DataFrame({"a": np.arange(N - 1)}),
    "texts": lambda: pd.DataFrame({"a": ["x", "y"] * N}),
}


def same(before: Any, after: Any) -> bool:
    """Whether two tables are the same in all that can be seen."""
    pd.testing.assert_frame_equal(before, after, check_flags=True, check_freq=True)
    assert (before.attrs, list(before.dtypes)) == (after.attrs, list(after.dtypes))
    for one, other in ((before.index, after.index), (before.columns, after.columns)):
        assert (type(one), one.names, one.dtype) == (type(other), other.names, other.dtype)
    return True


@pytest.mark.parametrize("name", TABLES)
def test_a_long_table_comes_back_as_it_was(name: str) -> None:
    before = TABLES[name]()
    found = dumped(before)
    assert found[0] == 2
    assert same(before, loaded(found))


@pytest.mark.parametrize("name", TABLES)
def test_loaded_or_copied_it_is_the_same_version(name: str) -> None:
    before = TABLES[name]()
    assert found_again(before, trip(before))
    assert found_again(before, copy.deepcopy(before))


@pytest.mark.parametrize("name", SHORT)
def test_a_table_without_long_columns_of_numbers_is_pickled_as_before(name: str) -> None:
    before = SHORT[name]()
    found = dumped(before)
    assert found[0] == 1
    assert b"modelreg" not in found[1]
    assert same(before, loaded(found))


class Table(pd.DataFrame):
    """A table of a class of the user's."""


def test_a_table_of_a_class_of_its_own_and_parts_of_tables_are_pickled_as_pandas_does() -> None:
    table = TABLES["numbers"]()
    for obj in (Table(table), table["a"], table.index, table.groupby("b")["a"].sum()):
        found = dumped(obj)
        assert found[0] == 1
        assert type(loaded(found)) is type(obj)


def test_a_column_is_a_buffer_whatever_lies_beside_it_in_memory() -> None:
    values = NOISE.random((N, 3))
    apart = dumped(pd.DataFrame({name: values[:, number].copy() for number, name in enumerate("abc")}))
    together = dumped(pd.DataFrame(values, columns=list("abc")))
    assert apart[2] == together[2] == [values[:, number].tobytes() for number in range(3)]


def test_a_row_more_leaves_the_bytes_before_it_and_a_column_more_the_others() -> None:
    table = TABLES["numbers"]()
    longer = pd.concat([table, table[:7]], ignore_index=True)
    before, after, wider = (dumped(one)[2] for one in (table, longer, table.assign(new=1.0)))
    assert all(new.startswith(old) for old, new in zip(before, after, strict=True))
    assert wider[:-1] == before


def test_columns_lie_on_the_memory_that_they_come_in_and_can_be_changed() -> None:
    found = dumped(TABLES["rows in one piece"]())
    buffers = [memoryview(bytearray(data)) for data in found[2]]
    table = pickle.loads(found[1], buffers=buffers)
    assert all(np.shares_memory(np.frombuffer(data, "u1"), table.iloc[:, at]) for at, data in enumerate(buffers))
    table.iloc[3, 1] = -5.0
    table["a"] += 1
    table["new"] = 1
    assert (table.iloc[3, 1], len(table.columns)) == (-5.0, 6)


def test_a_wide_table_is_put_together_so_that_pandas_is_not_slow_with_it() -> None:
    table = trip(TABLES["many columns"]())
    assert len(table._mgr.blocks) == 1
    table["new"] = 1.0  # warns where there are many blocks


def test_without_buffers_plain_pandas_reads_it(tmp_path: Path) -> None:
    table = TABLES["numbers"]()
    with (tmp_path / "table.pkl").open("wb") as file:
        assert dump(table, file).format == 1
    assert b"modelreg" not in (tmp_path / "table.pkl").read_bytes()
    assert same(table, pd.read_pickle(tmp_path / "table.pkl"))
