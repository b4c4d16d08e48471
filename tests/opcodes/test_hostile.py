"""Garbage and hostile streams end in an answer or in one kind of error, and never run."""

from __future__ import annotations

import pickle
import random
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelreg import opcodes
from modelreg.errors import IntegrityError
from tests.canary import Canary
from tests.opcodes import streams

if TYPE_CHECKING:
    from pathlib import Path


def looked_into(data: bytes) -> None:
    """Read the plain values and the parts of a stream, as if each of its buffers held zeros."""
    found = opcodes.read(data)
    if found is not None:
        found.value()
        found.parts(lambda number: b"%d" % number, "0" * 16, lambda _: bytes(64))


def survives(data: bytes) -> None:
    """Read ``data`` in every way that there is."""
    for read in (opcodes.imports, opcodes.canonical, opcodes.glance, looked_into):
        try:
            read(data)
        except IntegrityError as error:
            assert "no pickle stream" in str(error)  # noqa: PT017  (most are read)


def table(column: int) -> bytes:
    """Return a pickle of a table of pandas with a block that says that it is a column."""
    labels = pickle.dumps(["a"], 0)[:-1]
    place = b"cbuiltins\nslice\n(I%d\nI%d\nI1\ntR" % (column, column + 1)
    block = b"cpandas._libs.internals\n_unpickle_block\n(]" + place + b"I2\ntR"
    return b"cpandas.core.internals.managers\nBlockManager\n((" + block + b"t(" + labels + labels + b"ttR."


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    survives(data)


@given(streams.mutated())
def test_a_damaged_pickle_is_read_or_refused(data: bytes) -> None:
    survives(data)


@given(streams.shuffled())
def test_opcodes_in_any_order_are_read_or_refused(data: bytes) -> None:
    survives(data)


@given(streams.pickles(), st.data())
def test_a_pickle_cut_short_is_refused(data: bytes, draw: Any) -> None:
    short = data[: draw.draw(st.integers(0, len(data) - 1))]
    with pytest.raises(IntegrityError, match="no pickle stream"):
        opcodes.imports(short)


def test_reading_runs_nothing(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    data = pickle.dumps(Canary(trace))
    assert "pathlib.Path.touch" in opcodes.imports(data) or "builtins.getattr" in opcodes.imports(data)
    assert opcodes.canonical(data)
    assert not trace.exists()
    pickle.loads(data)
    assert trace.exists()


def test_a_module_that_does_not_exist_is_listed_without_importing() -> None:
    assert opcodes.imports(b"cno_such_module\nboom\n)R.") == ("no_such_module.boom",)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"B\xff\xff\xff\x7f", id="two gigabytes announced"),
        pytest.param(b"\x8e\xff\xff\xff\xff\xff\xff\xff\xff", id="16 exabytes announced"),
        pytest.param(b"\x8d\xff\xff\xff\xff\xff\xff\xff\x7fx", id="a string of 8 exabytes"),
        pytest.param(b"\x95\xff\xff\xff\xff\xff\xff\xff\x7f", id="a frame without end"),
        pytest.param(b"r\xff\xff\xff\xff.", id="a memo of four billion"),
        pytest.param(b"I" + b"9" * 100_000 + b"\n.", id="a number of 100,000 digits"),
        pytest.param(b"p-1\n.", id="a memo below zero"),
        pytest.param(b"]px\n.", id="a memo that is no number"),
        pytest.param(b"\x8b\xff\xff\xff\xff.", id="a number of less than no bytes"),
        pytest.param(b"Fnot a number\n.", id="no float"),
        pytest.param(b"S'\\x'\n.", id="half an escape"),
        pytest.param(b"S'\\q'\n.", id="an unknown escape"),
        pytest.param(b"V\\u12\n.", id="half a character"),
        pytest.param(b"0.", id="nothing to drop"),
        pytest.param(b"(0.", id="nothing above the mark"),
        pytest.param(b"t.", id="no mark"),
        pytest.param(b"]K\x01b", id="no end"),
        pytest.param(b"}(K\x01u.", id="a key without a value"),
        pytest.param(b"}(\x8c\x0e_stop_words_idub.", id="half a state"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"c__main__\nX\n)R(e.", id="nothing is put in"),
        pytest.param(
            b"cnumpy\n_frombuffer\n(C\x01xcnumpy\ndtype\n\x8c\x03f\xc2\xb2\x85RK\x01\x85\x8c\x01CtR.",
            id="a size that is none",
        ),
        pytest.param(table(-9), id="a column before the first"),
    ],
)
def test_a_stream_that_lies_about_itself_is_read_or_refused(data: bytes) -> None:
    survives(data)


def test_what_a_stream_doubles_is_read_once() -> None:
    chain = b"]" + (b"q\x000](" + b"h\x00" * 200 + b"e") * 7 + b"."
    began = time.perf_counter()
    looked_into(chain)
    assert time.perf_counter() - began < 5


def test_a_huge_memo_index_takes_no_memory() -> None:
    assert opcodes.imports(b"Nr\xff\xff\xff\xff.") == ()


def nested(depth: int) -> bytes:
    """Return a pickle of a list in a list in a list."""
    return b"]" * depth + b"a" * (depth - 1) + b"."


def test_a_very_deep_stream_is_read_without_recursion() -> None:
    assert opcodes.imports(nested(200_000)) == ()
    assert opcodes.canonical(nested(200_000))


def test_a_stream_that_doubles_at_each_step_stays_small() -> None:
    # 2 ** 60 leaves as a tree, 60 nodes as a graph: lists and tuples of the one before, twice.
    lists = b"]" + b"q\x000](h\x00h\x00e" * 60 + b"."
    tuples = b"N" + b"q\x000h\x00h\x00\x86" * 60 + b"."
    for data in (lists, tuples):
        assert len(opcodes.canonical(data) or b"") < 10_000


def test_a_list_in_itself_is_read() -> None:
    loop: list[object] = []
    loop.append(loop)
    assert opcodes.canonical(pickle.dumps(loop))


def test_a_tuple_in_itself_is_read() -> None:
    inner: list[object] = []
    loop = (inner,)
    inner.append(loop)
    assert opcodes.canonical(pickle.dumps(loop))


@pytest.mark.slow
@settings(max_examples=20_000)
@given(streams.mutated() | streams.shuffled())
def test_many_damaged_pickles_are_read_or_refused(data: bytes) -> None:
    survives(data)


@pytest.mark.slow
def test_a_minute_of_random_damage_is_survived() -> None:
    sklearn = pytest.importorskip("sklearn.ensemble")
    whole = pickle.dumps(sklearn.RandomForestClassifier(2, max_depth=2).fit([[0.0], [1.0]], [0, 1]))
    chance = random.Random(0)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        data = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        survives(bytes(data))


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x05}\x940" + b"}h\x00b" * 3000 + b".",  # one state for many
        b"\x80\x05}\x940}" + b"h\x00b" * 3000 + b".",  # one object that is given a state many times
    ],
)
def test_each_state_is_looked_through_once(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    from modelreg.opcodes import volatile

    looked: list[int] = []
    without = volatile._without_addresses

    def counting(state: Any) -> None:
        looked.append(id(state))
        without(state)

    monkeypatch.setattr(volatile, "_without_addresses", counting)
    opcodes.read(data)
    assert len(looked) == 1
