"""One pass over a long stream finds what it imports, without a node for every value."""

from __future__ import annotations

import pickle
import tracemalloc
from collections import OrderedDict
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import PurePosixPath

import cloudpickle
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.compose import make_column_transformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from modelreg import opcodes
from modelreg.errors import IntegrityError

WORDS = [f"word{number} other{number % 7}" for number in range(300)]
OBJECTS = {
    "pipeline": make_pipeline(StandardScaler(), LogisticRegression()).fit(np.eye(4), [0, 1, 0, 1]),
    "columns": make_column_transformer((OneHotEncoder(), [0]), (StandardScaler(), [1])).fit(
        np.array([[1, 2.0], [2, 3.0]])
    ),
    "vocabulary": TfidfVectorizer().fit(WORDS),
    "dtypes": {"dtype": np.dtype("f8"), "zeros": np.zeros(4), "names": ("numpy", "dtype", "ndarray")},
    "values": [Decimal("1.5"), date(2026, 1, 1), PurePosixPath("a"), OrderedDict(a=1), 1.5, None, True, 2**70],
    "function": lambda x: x + np.pi,
}


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("name", [name for name in OBJECTS if name != "function"])
def test_it_finds_what_the_machine_finds(name: str, protocol: int) -> None:
    data = pickle.dumps(OBJECTS[name], protocol)
    assert opcodes.glance(data) == opcodes.imports(data)


def test_it_reads_what_cloudpickle_writes_in_chunks() -> None:
    data = cloudpickle.dumps(OBJECTS["function"])
    chunks = [data[at : at + 7] for at in range(0, len(data), 7)]
    assert opcodes.glance(chunks) == opcodes.imports(data)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(), st.lists))
def test_numbers_that_are_passed_over_hide_nothing(value: object) -> None:
    data = pickle.dumps([value, Decimal(1), value])
    assert opcodes.glance(data) == opcodes.imports(data)


_PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.decimals() | st.binary()
_NESTED = st.recursive(
    _PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner), max_leaves=30
)


@given(_NESTED, st.integers(1, 60), st.sampled_from([2, 4, 5]))
def test_it_finds_the_same_wherever_a_stream_is_cut(value: object, size: int, protocol: int) -> None:
    data = pickle.dumps([value, Decimal(1), value, date(2026, 1, 1), {"os": value}], protocol)
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    assert opcodes.glance(chunks) == opcodes.glance(data) == opcodes.imports(data)


OS, SYSTEM = b"\x8c\x02os\x94", b"\x8c\x06system\x94"


@pytest.mark.parametrize(
    "data",
    [
        OS + SYSTEM + b"K\x01h\x00h\x01\x93.",
        OS + SYSTEM + b"(K\x01K\x02th\x00j\x01\0\0\0\x93.",
        OS + b"K\x01K\x02h\x00" + SYSTEM + b"\x93.",
        OS + b"Nh\x00\x94" + SYSTEM + b"Nh\x01h\x02\x93.",
        OS + b"Nj\x00\0\0\0\x94" + SYSTEM + b"Nh\x01h\x02\x93.",
        OS + b"Nh\x00q\x01" + SYSTEM + b"Nh\x01h\x02\x93.",
        OS + SYSTEM + b"\x94Nh\x00h\x02\x93.",
        b"\x8c\x02osq\x00\x8c\x06systemr\x01\0\0\0N" + b"h\x00h\x01\x93.",
        b"\x8c\x02os\x8c\x06system\x93.",
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_a_name_that_is_taken_out_of_the_memo_is_found(data: bytes, size: int) -> None:
    whole = b"\x80\x05N" + data
    chunks = [whole[at : at + size] for at in range(0, len(whole), size)]
    assert opcodes.glance(chunks) == opcodes.imports(whole) == ("os.system",)


@pytest.mark.parametrize(
    "overwritten",
    [
        b"U\x02osq\x000U\x06systemq\x010h\x00h\x01",  # by texts of another kind
        b"\x8c\x02osq\x00\x8c\x06systemq\x01h\x00h\x01",
        b"\x8c\x02osr\x00\0\0\0\x8c\x06systemr\x01\0\0\0h\x00h\x01",
        b"\x8c\x02osq\x05\x8c\x06system\x94h\x05h\x03",  # far behind the last, and counted on
        b"\x8c\x02osp0\n\x8c\x06systemp1\nh\x00h\x01",
    ],
)
@pytest.mark.parametrize("between", [0, 20_001])
def test_a_name_that_takes_the_place_of_another_is_not_told_as_the_other(overwritten: bytes, between: int) -> None:
    others = b"".join(b"\x8c%bk%d\x940" % (bytes([1 + len(str(n))]), n) for n in range(between))
    known = b"\x8c\x09posixpath\x940\x8c\x08basename\x940"
    data = b"\x80\x05" + known + others + overwritten + b"\x93."
    assert opcodes.glance(data) == ("<computed>.<computed>",)


def test_a_text_that_was_overwritten_names_nothing_though_it_named_something_before() -> None:
    data = b"\x80\x05\x8c\x02os\x94Nq\x00\x8c\x04path\x94\x930h\x00h\x01\x93."
    assert "os.path" not in opcodes.glance(data)


def test_an_extension_is_named_by_its_number() -> None:
    for data in (b"\x80\x05\x82\x01.", b"\x80\x05N0\x83\x01\x02.", b"\x80\x05N0\x84\x01\x02\0\0."):
        assert opcodes.glance(data) == opcodes.imports(data)
        assert "copyreg.extension" in opcodes.glance(data)[0]


def test_a_name_behind_more_texts_than_are_kept_is_still_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("modelreg.opcodes.glance"), "KEPT", 2)
    data = pickle.dumps([*WORDS, np.dtype("f8"), np.float64(1), np.dtype("i4"), Decimal(1), Decimal(2)])
    assert opcodes.glance(data) == opcodes.imports(data)


def test_what_is_computed_is_said_to_be() -> None:
    data = pickle.dumps("os")[:-1] + pickle.dumps(("sys", "tem"))[2:-1] + b"\x93."
    assert all("<computed>" in name for name in opcodes.glance(data))


@pytest.mark.parametrize("data", [b"", b"\x80\x05", b"\xff", b"G123", b"\x8c\x05ab"])
def test_what_is_no_stream_is_refused(data: bytes) -> None:
    with pytest.raises(IntegrityError, match="no pickle stream"):
        opcodes.glance(data)


def test_a_long_stream_takes_next_to_no_memory() -> None:
    data = pickle.dumps([float(number) for number in range(500_000)])
    tracemalloc.start()
    opcodes.glance(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20
