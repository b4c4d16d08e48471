"""The same contents have the same fingerprint, others another one; and none ever changes with a library's version."""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from decimal import Decimal
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelreg.capture.data import digesting, fingerprint


def digest(obj, **options):
    found = fingerprint(obj, **options)
    assert found.error is None, found.error
    return found.digest


def sample():
    return pd.DataFrame(
        {
            "price": [1.5, float("nan"), -0.0, 1e30],
            "count": np.array([1, 2, 3, 4], dtype="int64"),
            "city": np.array(["Köln", None, "", "Oslo"], dtype=object),
            "paid": [True, False, True, True],
            "at": np.array(["2024-01-01T10:00:00.000001", "NaT", "1969-12-31", "2024-02-29"], dtype="M8[ns]"),
        }
    )


def with_column(frame, name, values):
    changed = frame.copy()
    changed[name] = values
    return changed


# --------------------------------------------------------------------------------------------------------- golden values
# Never change one of these: it would make everything that was registered look changed.

GOLDEN = {
    "frame": (sample, "dc510d47cc813be0492fa47c1ead3c6d7ef1b8c617d414aceab6d754c69c12b5"),
    "index": (lambda: sample().set_index("count"), "504a61e97cc8edef95f43e02859ac3a5cf058b6219837bce15a41d4c4177d86c"),
    "rows": (lambda: sample().iloc[[2, 0]], "eb4c973f27fd12ff7228fc92046b04f79cab2afbdcf5c83ec6f3f80e40204fa2"),
    "levels": (
        lambda: pd.DataFrame({"x": [1.0, 2.0]}, index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])),
        "04b21344455b6099fe60c9ce4cd9065c5e03065dbd158679e780b09683fe2561",
    ),
    "zone": (
        lambda: pd.Series(pd.to_datetime(["2024-01-01", None])).dt.tz_localize("Europe/Berlin"),
        "50e8698a3f88e7e7763142ac0903875cf9722817bc2bfefa390b031d00e3fbab",
    ),
    "nanoseconds": (
        lambda: pd.DataFrame({"t": np.array([1, 1001], dtype="M8[ns]")}),
        "ee3894d283a57cbc5e796b193e44081cd2ddaf76911cd5d43df936b3b4799db2",
    ),
    "duration": (
        lambda: pd.Series(pd.to_timedelta([1, 2, None], unit="s"), name="d"),
        "506b392aedc8170f98794df478392c01fe32f398a54902ee87c21dd05826d04d",
    ),
    "numbered": (
        lambda: pd.DataFrame(np.arange(6, dtype="float32").reshape(2, 3)),
        "b7da80eb57e581a3778b7ec0d667719ee4a9150a53b2313fbba2394bb3b31668",
    ),
    "category": (
        lambda: pd.Series(pd.Categorical(["b", "a", None, "b"]), name="c"),
        "38dd94854aa8cf52ac01ed6bc7a2e0101396cdaab00c49e02e874067038e2645",
    ),
    "nullable": (
        lambda: pd.DataFrame({"i": pd.array([1, None], dtype="Int16")}),
        "cb3da70b199661bf400ec3aca73f5616ac8180a82c2e4bd60fe52fd3e7d30680",
    ),
    "period": (
        lambda: pd.Series(pd.period_range("2024-01", periods=3, freq="M")),
        "bf693969fbbe738c8e5b85e6836e0e50ad290ea9e72b4406da80cbc2f0ec507e",
    ),
    "interval": (
        lambda: pd.Series(pd.interval_range(0, 3)),
        "f345c499c7ab6fd6ead5694a0683534a627e3340287c985c87a9b1a93a3276ee",
    ),
    "objects": (
        lambda: pd.Series([Decimal("1.50"), dt.date(2024, 1, 2), (1, "x"), None, 2.5, {"b": 1, "a": 2}]),
        "4d878a7037aad0184d49359007f47507f37168390968386847160e13853100d8",
    ),
    "dates": (
        lambda: pd.Series([dt.date(2024, 1, 2), None]),
        "785dc085690f252b9c17ef1ae6c6733949e20152ff0de9483ec167f8d072086d",
    ),
    "empty": (
        lambda: pd.DataFrame({"x": np.array([], dtype="float64")}),
        "dea5b46837b3ac979015654389bb6d1f18099ab2db0396452d281d6032011e68",
    ),
    "floats": (
        lambda: np.linspace(-1, 1, 7).reshape(7, 1),
        "b62dd21270eb4457f87299bf7e66e1e40bd2d11e97c32360678add411b321f09",
    ),
    "bytes": (lambda: np.arange(10, dtype="uint8"), "b7f09649c35039c8e1891fe23ad6a0336bebaafc91b093871b61ae102ccba7ae"),
    "complex": (
        lambda: np.array([1 + 2j, complex(float("nan"), 0)]),
        "337020fc730a9bfdb833a9e3357a38889fb2faefa94ecba84a7378ef823975bc",
    ),
    "scalar": (lambda: np.array(3.0), "f4286ec898ac1d26db4cc6d09e5192f95a43c37596889e68af57ee91680408ba"),
    "words": (lambda: np.array(["ab", "cde", "ü"]), "40472430a6c905dc4395d0ee8a876a955c32c177782cabfeb61e8f7668d5f573"),
    "records": (
        lambda: np.array([(1, 2.0), (3, 4.0)], dtype=[("a", "i4"), ("b", "f8")]),
        "bce25bd3b09cef4ab064d006b2329975e5f04b354a30debebd5f1a385d32545c",
    ),
    "moments": (
        lambda: np.array(["2024-01-01", "NaT"], dtype="M8[D]"),
        "0e457e42784ecc8065ee165777c3c1fe6118f5a80f2cda83c6b0c1d1029cc4c0",
    ),
    "list": (
        lambda: [1, 2.5, "x", None, True, b"y"],
        "e76803623c1b6e367a670097185b0edc80e45268ebec63774e94dea7a7c5f709",
    ),
    "numbers": (
        lambda: ([1, 2, 3], [1.0, -0.0, float("nan")], [2**70]),
        "99c77aef850c80843c65b68d7f617813b4182853341abee31d39d2ebdfc61aa2",
    ),
    "dict": (
        lambda: {"X": np.eye(2), "y": [0, 1], "names": {"b", "a"}},
        "695bf4bb3fd94ed1c54b8301ed4229c976d5532048defb524c7155290ce1ca4a",
    ),
    "leaves": (
        lambda: np.arange(digesting.LEAF + 3, dtype="int32"),
        "eb2a4f8b4c82061d6d2ceb93069b28d02e88fa88cf01fadb3264aede95dd2c7a",
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_fingerprint_is_what_it_was_in_the_first_release(name):
    make, expected = GOLDEN[name]
    assert digest(make()) == f"mrfp1:{expected}"


def test_the_digest_of_a_column_is_what_it_was_in_the_first_release():
    columns = fingerprint(sample()).columns
    assert [(one.name, one.type, one.nulls, one.digest[:12]) for one in columns] == [
        ("price", "float64", 1, "cecbd375d507"),
        ("count", "int64", 0, "087ee119e27b"),
        ("city", "string", 1, "f7a6be367117"),
        ("paid", "bool", 0, "2a1a279e0020"),
        ("at", "timestamp[us]", 1, "9d29e80ae686"),
    ]


# ------------------------------------------------------------------------------------------------------- variants, same

SAME = {
    "a copy": lambda df: df.copy(),
    "a view": lambda df: df[:],
    "parts put together": lambda df: pd.concat([df.iloc[:1], df.iloc[1:3], df.iloc[3:]]),
    "parts put together anew": lambda df: pd.concat([df.iloc[:2], df.iloc[2:]], ignore_index=True),
    "category instead of text": lambda df: df.assign(city=df["city"].astype("category")),
    "category with unused values": lambda df: df.assign(city=pd.Categorical(df["city"], ["x", "Oslo", "", "y", "Köln"])),
    "the string dtype": lambda df: df.assign(city=df["city"].astype("string")),
    "nullable floats": lambda df: df.assign(price=df["price"].astype("Float64")),
    "nullable integers": lambda df: df.assign(count=df["count"].astype("Int64")),
    "nullable booleans": lambda df: df.assign(paid=df["paid"].astype("boolean")),
    "booleans as objects": lambda df: df.assign(paid=df["paid"].astype(object)),
    "sparse floats": lambda df: df.assign(price=pd.arrays.SparseArray(df["price"])),
    "a category of numbers": lambda df: df.assign(count=df["count"].astype("category")),
    "moments in nanoseconds": lambda df: df.assign(at=df["at"].astype("M8[ns]")),
    "moments in microseconds": lambda df: df.assign(at=df["at"].astype("M8[us]")),
    "a positive zero": lambda df: df.assign(price=df["price"] + 0.0),
    "other empty cells": lambda df: df.assign(city=np.array(["Köln", np.nan, "", "Oslo"], dtype=object)),
    "the other byte order": lambda df: df.assign(price=df["price"].to_numpy().astype(">f8")),
    "numbered labels as numbers": lambda df: df.set_axis(np.arange(4)),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_the_same_contents_have_the_same_fingerprint(name):
    frame = sample()
    assert digest(SAME[name](frame)) == digest(frame)


def test_a_frame_on_rows_is_the_same_as_one_on_columns():
    data = np.arange(12.0).reshape(4, 3)
    assert digest(pd.DataFrame(data, copy=False)) == digest(pd.DataFrame(np.asfortranarray(data), copy=False))


def test_a_round_trip_through_csv_changes_nothing():
    frame = sample().drop(columns="at").assign(city=["Köln", None, "a", "Oslo"])
    text = frame.to_csv(index=False)
    assert digest(pd.read_csv(io.StringIO(text))) == digest(frame)


def test_a_round_trip_through_parquet_changes_nothing(tmp_path):
    pytest.importorskip("pyarrow")
    sample().to_parquet(tmp_path / "a.parquet")
    assert digest(pd.read_parquet(tmp_path / "a.parquet")) == digest(sample())


def test_the_order_of_the_keys_of_a_dict_does_not_count():
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})


# ------------------------------------------------------------------------------------------------------- variants, other

OTHER = {
    "one value": lambda df: with_column(df, "price", [1.5, float("nan"), 0.0, 1.1e30]),
    "one letter": lambda df: with_column(df, "city", ["Köln", None, "", "Osla"]),
    "an empty text for a missing one": lambda df: with_column(df, "city", ["Köln", "", "", "Oslo"]),
    "a value for a missing one": lambda df: with_column(df, "price", [1.5, 0.0, 0.0, 1e30]),
    "the order of rows": lambda df: df.iloc[::-1].reset_index(drop=True),
    "the order of columns": lambda df: df[df.columns[::-1]],
    "narrower floats": lambda df: df.assign(price=df["price"].astype("float32")),
    "narrower integers": lambda df: df.assign(count=df["count"].astype("int32")),
    "a renamed column": lambda df: df.rename(columns={"city": "town"}),
    "a number as a name": lambda df: df.rename(columns={"city": 1}),
    "other labels": lambda df: df.set_axis([0, 2, 1, 3]),
    "a name of the labels": lambda df: df.rename_axis("id"),
    "one row less": lambda df: df.iloc[:-1],
    "one column less": lambda df: df.drop(columns="paid"),
    "one nanosecond": lambda df: df.assign(at=df["at"].astype("M8[ns]") + pd.Timedelta(1, unit="ns")),
    "a time zone": lambda df: df.assign(at=df["at"].dt.tz_localize("UTC")),
    "numbers as texts": lambda df: df.assign(count=df["count"].astype(str)),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER)
def test_other_contents_have_another_fingerprint(name):
    assert digest(OTHER[name](sample())) != digest(sample())


def test_texts_cut_elsewhere_are_other_texts():
    assert digest(pd.Series(["ab", "c"])) != digest(pd.Series(["a", "bc"]))


def test_shuffled_labels_count_unless_left_out():
    frame = sample()
    shuffled = frame.set_axis([3, 1, 0, 2])
    assert digest(shuffled, index=False) == digest(frame, index=False) == digest(frame)
    assert digest(shuffled) != digest(frame)


def test_only_the_changed_column_has_another_digest():
    before, after = fingerprint(sample()), fingerprint(OTHER["one letter"](sample()))
    pairs = zip(before.columns, after.columns, strict=True)
    assert [one.name for one, other in pairs if one.digest != other.digest] == ["city"]


def test_a_renamed_column_is_known_by_its_digest():
    renamed = fingerprint(sample().rename(columns={"city": "town"}))
    assert [one.digest for one in renamed.columns] == [one.digest for one in fingerprint(sample()).columns]


def test_a_change_far_down_is_seen():
    data = np.zeros((300_000, 2))
    before = digest(data)
    data[299_998, 1] = 1
    assert digest(data) != before


def test_columns_of_one_name_are_told_apart_by_place():
    frame = pd.DataFrame([[1, 2]], columns=["a", "a"])
    assert digest(frame) != digest(frame.iloc[:, ::-1])


# --------------------------------------------------------------------------------------------------------------- arrays


def test_an_array_is_the_same_in_any_memory_order():
    array = np.arange(24.0).reshape(2, 3, 4)
    spread = np.zeros((2, 6, 4))
    spread[:, ::2] = array
    assert digest(array) == digest(np.asfortranarray(array)) == digest(spread[:, ::2]) == digest(array.astype(">f8"))


def test_the_shape_of_an_array_counts():
    assert len({digest(np.zeros(shape)) for shape in [(6,), (2, 3), (3, 2), (1, 6), (0,), (0, 3), ()]}) == 7


def test_the_gaps_of_a_structured_array_do_not_count():
    packed = np.array([(1, 2.0), (3, 4.0)], dtype=[("a", "i1"), ("b", "f8")])
    padded = np.frombuffer(bytes(range(32)), dtype=np.dtype([("a", "i1"), ("b", "f8")], align=True)).copy()
    padded["a"], padded["b"] = packed["a"], packed["b"]
    assert digest(padded) == digest(packed)
    assert digest(packed) != digest(packed[::-1])


def test_nested_fields_and_fields_of_several_numbers_count():
    kind = np.dtype([("p", [("x", "f4"), ("y", "f4")]), ("m", "i2", (2, 2))])
    array = np.zeros(3, dtype=kind)
    before = digest(array)
    array["p"]["y"][1] = 1
    changed = digest(array)
    array["m"][2, 1, 1] = 5
    assert len({before, changed, digest(array)}) == 3


def test_a_masked_value_does_not_count_but_that_it_is_masked_does():
    one, other = (np.ma.array([1.0, hidden, 3.0], mask=[0, 1, 0]) for hidden in (2.0, 7.0))
    assert digest(one) == digest(other) != digest(np.array([1.0, 2.0, 3.0]))


def test_an_array_on_disk_is_the_same_as_one_in_memory(tmp_path):
    array = np.arange(1000.0)
    np.save(tmp_path / "a.npy", array)
    assert digest(np.load(tmp_path / "a.npy", mmap_mode="r")) == digest(array)


@pytest.mark.skipif(np.dtype(np.longdouble).itemsize == 8, reason="no long doubles here")
def test_numbers_that_differ_between_machines_have_no_fingerprint():
    found = fingerprint(np.ones(2, dtype=np.longdouble))
    assert found.digest is None
    assert "differ between machines" in found.error


def test_a_sparse_matrix_is_its_elements():
    sparse = pytest.importorskip("scipy.sparse")
    doubled = sparse.coo_matrix(([1.0, 2.0, 3.0], ([0, 0, 1], [1, 1, 0])), shape=(2, 2))
    plain = sparse.csr_matrix(np.array([[0.0, 3.0], [3.0, 0.0]]))
    unsorted = sparse.csr_matrix(([3.0, 1.0, 2.0], [0, 1, 1], [0, 0, 3]), shape=(2, 2))[::-1]
    assert digest(doubled) == digest(plain) == digest(sparse.csr_array(plain))
    assert digest(unsorted) != digest(plain)
    wide = plain.copy()
    wide.indices, wide.indptr = wide.indices.astype("int64"), wide.indptr.astype("int64")
    assert digest(wide) == digest(plain)
    assert plain.nnz == 2
    assert doubled.nnz == 3  # the user's matrix stays as it was


def test_a_tensor_is_the_same_as_the_array_of_its_numbers():
    torch = pytest.importorskip("torch")
    array = np.arange(12, dtype="float32").reshape(3, 4)
    tensor = torch.from_numpy(array.copy()).requires_grad_()
    assert digest(tensor) == digest(array)
    assert digest(tensor.T) == digest(array.T)
    halves = torch.arange(6).to(torch.bfloat16)
    assert digest(halves) == digest(halves.clone()) != digest(halves.float())


def test_a_loader_is_the_data_it_gives():
    torch = pytest.importorskip("torch")
    from torch.utils.data import DataLoader, Subset, TensorDataset

    data = TensorDataset(torch.arange(6.0).reshape(3, 2), torch.tensor([0, 1, 0]))
    again = TensorDataset(torch.arange(6.0).reshape(3, 2), torch.tensor([0, 1, 0]))
    assert digest(DataLoader(data, batch_size=2)) == digest(DataLoader(again, shuffle=True))
    assert digest(Subset(data, [0, 1])) != digest(Subset(data, [0, 2]))


# -------------------------------------------------------------------------------------------------- values, files, others


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1, 2], [1.0, 2.0]),
        ([1, 2], (1, 2)),
        (1, True),
        (1, "1"),
        ("a", b"a"),
        ([["a"], ["b"]], [["a", "b"]]),
        ([None], [float("nan")]),
        ({"a": 1}, {"a": 2}),
        ({1, 2}, [1, 2]),
        (dt.datetime(2024, 1, 1), dt.date(2024, 1, 1)),  # noqa: DTZ001
        (dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 1, tzinfo=dt.UTC)),  # noqa: DTZ001
        (UUID(int=1), UUID(int=2)),
        ([np.eye(2)], [np.eye(3)]),
    ],
    ids=repr,
)
def test_values_that_differ_have_different_fingerprints(one, other):
    assert digest(one) != digest(other)


def test_values_of_numpy_are_the_values_of_python():
    assert digest([np.int64(1), np.float64(2.5), np.str_("x"), np.bool_(True)]) == digest([1, 2.5, "x", True])
    assert digest([np.datetime64("2024-01-02T00:00:00.5")]) == digest([pd.Timestamp("2024-01-02T00:00:00.5")])


def test_what_has_no_contents_of_its_own_is_said_not_raised():
    found = fingerprint({"model": object()})
    assert found.digest is None
    assert found.error == "no fingerprint: object has no contents of its own to go by"


def test_a_generator_is_not_used_up():
    numbers = (one for one in range(3))
    assert "use them up" in fingerprint(numbers).error
    assert list(numbers) == [0, 1, 2]


def test_a_list_that_holds_itself_is_said_not_raised():
    loop = []
    loop.append(loop)
    assert "nested" in fingerprint(loop).error


def test_an_unreadable_column_hides_no_other():
    found = fingerprint(pd.DataFrame({"a": [1, 2], "b": [object(), object()]}))
    assert found.digest is None
    assert "column 'b'" in found.error
    assert [one.digest is None for one in found.columns] == [False, True]


def test_an_object_whose_class_lies_is_said_not_raised():
    class Broken(np.ndarray):
        @property
        def dtype(self):
            raise RuntimeError("no")

    assert fingerprint(np.zeros(3).view(Broken)).error == "no fingerprint: RuntimeError"


def test_a_file_is_its_bytes_and_a_folder_its_names_and_files(tmp_path):
    folder = tmp_path / "a"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "x.csv").write_text("1")
    twin = tmp_path / "b"
    (twin / "inner").mkdir(parents=True)
    (twin / "inner" / "x.csv").write_text("1")
    assert digest(folder) == digest(twin)
    assert digest(folder / "inner" / "x.csv") == digest(twin / "inner" / "x.csv") != digest(folder)
    (twin / "inner" / "x.csv").rename(twin / "inner" / "y.csv")
    assert digest(folder) != digest(twin)


def test_a_file_that_was_written_again_is_read_again(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("1")
    before = digest(path)
    path.write_text("22")
    assert digest(path) != before


def test_a_file_that_is_not_there_is_said_not_raised(tmp_path):
    assert "nowhere" in fingerprint(tmp_path / "nowhere").error


def test_only_some_rows_of_very_much_data_are_read_and_that_is_said():
    data = np.zeros(6 * digesting.LEAF, dtype="int8")
    whole = fingerprint(data)
    part = fingerprint(data, limit=3 * digesting.LEAF)
    assert (whole.partial, part.partial) == (False, True)
    assert whole.digest != part.digest
    data[0] = 1
    assert fingerprint(data, limit=3 * digesting.LEAF).digest != part.digest
    data[0], data[-1] = 0, 1
    assert fingerprint(data, limit=3 * digesting.LEAF).digest != part.digest


def test_a_record_is_json():
    text = json.dumps(fingerprint(sample()).to_json())
    assert json.loads(text)["columns"][2] == fingerprint(sample()).columns[2].to_json()
    assert "error" not in json.loads(text)


def test_lists_and_dicts_of_plain_values_need_no_library():
    code = "import sys; from modelreg.capture.data import fingerprint; print(fingerprint({'a': [1, 'x', 2.5]}).digest)"
    code += "; assert not {'numpy', 'pandas', 'pyarrow', 'torch'} & set(sys.modules)"
    import subprocess

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == digest({"a": [1, "x", 2.5]})


# --------------------------------------------------------------------------------------------------------- properties

TEXT = st.text(st.characters(codec=None), max_size=6) | st.none()
NUMBERS = st.floats(width=64) | st.none()


@settings(deadline=None)
@given(st.lists(TEXT, max_size=20))
def test_texts_are_the_same_as_objects_strings_and_categories(values):
    texts = np.array([*values, None], dtype=object)[:-1]
    series = pd.Series(texts, dtype=object)
    found = {digest(series), digest(pd.Series(texts.tolist(), dtype=object))}
    if all(one is None or one.isprintable() for one in values):  # lone surrogates are no text for every string dtype
        found |= {digest(series.astype("string")), digest(series.astype("category"))}
    assert len(found) == 1


@settings(deadline=None)
@given(st.lists(NUMBERS, max_size=20), st.integers(0, 20))
def test_numbers_are_the_same_whole_and_in_parts(values, cut):
    series = pd.Series(values, dtype="float64")
    parts = pd.concat([series[:cut], series[cut:]])
    assert digest(series) == digest(parts) == digest(series.astype("Float64"))


@settings(deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=30), st.data())
def test_equal_digests_mean_equal_numbers(values, data):
    other = data.draw(st.lists(st.integers(-5, 5), min_size=len(values), max_size=len(values)))
    assert (digest(np.array(values)) == digest(np.array(other))) == (values == other)


NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


def typed(value):
    if isinstance(value, list):
        return [typed(one) for one in value]
    if isinstance(value, dict):
        return {key: typed(one) for key, one in value.items()}
    return type(value), value


@settings(deadline=None)
@given(NESTED, NESTED)
def test_equal_digests_mean_equal_values(one, other):
    assert (digest(one) == digest(other)) == (typed(one) == typed(other))


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 300), st.integers(1, 4), st.integers(7, 64), st.randoms(use_true_random=False))
def test_how_it_is_read_does_not_matter(rows, columns, window, random):
    frame = pd.DataFrame(
        {f"c{n}": [random.choice([0.5, float("nan"), -0.0]) for _ in range(rows)] for n in range(columns)}
    )
    frame["s"] = [random.choice(["a", "", "ü"]) for _ in range(rows)]
    whole = digest(frame)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digesting, "_WINDOW", window)
        patch.setattr(digesting, "_LEAST", 1)
        patch.setattr(digesting, "_ALONE", 0)
        assert digest(frame) == whole


# ------------------------------------------------------------------------------------------------------ other libraries


def test_pyarrow_changes_no_digest(monkeypatch):
    pa = pytest.importorskip("pyarrow")
    table = pa.Table.from_pandas(sample(), preserve_index=False)
    assert digest(table) == digest(sample())
    stored = sample().assign(city=sample()["city"].astype("string[pyarrow]"))
    with_it = digest(stored)
    monkeypatch.delitem(sys.modules, "pyarrow")
    assert with_it == digest(stored) == digest(sample())


def test_how_an_arrow_table_is_cut_does_not_matter():
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"a": pa.chunked_array([[1, None], [3]]), "s": pa.chunked_array([["x"], ["y", None]])})
    coded = table.set_column(1, "s", table.column("s").dictionary_encode())
    assert (
        digest(table)
        == digest(table.combine_chunks())
        == digest(coded)
        == digest(pa.concat_tables([table[:2], table[2:]]))
    )
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    assert digest(frame) == digest(table)


def test_polars_gives_the_fingerprint_of_pandas(monkeypatch):
    pl = pytest.importorskip("polars")
    frame = sample()
    columns = {name: [None if pd.isna(one) else one for one in frame[name].tolist()] for name in frame}
    columns["at"] = pl.Series(columns["at"], dtype=pl.Datetime("us"))
    other = pl.DataFrame(columns)
    assert digest(other) == digest(frame)
    assert digest(other.with_columns(pl.col("city").cast(pl.Categorical))) == digest(frame)
    monkeypatch.delitem(sys.modules, "pyarrow", raising=False)
    assert digest(other) == digest(frame)
    assert "collect" in fingerprint(other.lazy()).error


@pytest.mark.parametrize("kind", ["date", "duration", "time", "binary", "list", "decimal", "bool", "null", "uint8"])
def test_polars_and_arrow_agree_on_every_type(kind):
    pl, pa = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    values = {
        "date": pl.Series([dt.date(2024, 1, 1), None]),
        "duration": pl.Series([dt.timedelta(seconds=1), None]),
        "time": pl.Series([dt.time(1, 2, 3), None]),
        "binary": pl.Series([b"x", None]),
        "list": pl.Series([[1, 2], None]),
        "decimal": pl.Series([Decimal("1.5"), None]),
        "bool": pl.Series([True, None]),
        "null": pl.Series([None, None]),
        "uint8": pl.Series([1, None], dtype=pl.UInt8),
    }[kind]
    frame = pl.DataFrame({"x": values})
    assert digest(frame) == digest(frame.to_arrow())
    assert isinstance(frame.to_arrow(), pa.Table)
    if kind in {"date", "bool", "binary", "decimal"}:
        assert digest(frame) == digest(pd.DataFrame({"x": pd.Series(values.to_list(), dtype=object)}))
