"""Plain values are read out of a stream; nothing else of it is, and nothing is made."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelreg import opcodes
from tests.canary import Canary

PLAIN = st.recursive(
    st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def read(obj: object) -> Any:
    found = opcodes.read(pickle.dumps(obj, protocol=5))
    assert found is not None
    return found.value()


@given(PLAIN.filter(lambda value: repr(value).count("[") + repr(value).count("{") < 8))
def test_plain_values_are_as_they_were_pickled(value: Any) -> None:
    assert read(value) == value


def test_what_would_have_to_be_made_is_none(tmp_path: Any) -> None:
    sung = tmp_path / "sung"
    assert read(({"a": 1, 2: 3}, [Canary(sung), 1.5, None, b"x", {1}])) == [{"a": 1}, [None] * 5]
    assert not sung.exists()


def test_what_holds_itself_comes_to_an_end() -> None:
    holder: list[Any] = [1]
    holder.append(holder)
    found = read(holder)
    for _ in range(7):
        assert found[0] == 1
        found = found[1]
    assert found == [1, None]


@pytest.mark.parametrize("stream", [pickle.dumps(1) + pickle.dumps(2)])
def test_of_several_streams_none_is_read(stream: bytes) -> None:
    found = opcodes.read(stream)
    assert found is not None
    assert found.value() is None
