"""Digests name bytes, and canonical JSON is one text for one value."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from modelreg.digests import PART, canonical, digest, digest_of, is_digest, leaves, raw_digest
from modelreg.errors import InvalidError

EMPTY = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"


def test_the_digest_is_blake3_256() -> None:
    assert digest(b"") == EMPTY
    assert digest(b"abc") == "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_every_holder_of_bytes_has_the_digest_of_its_bytes(kind: Any) -> None:
    data = kind(b"some bytes")
    assert digest(data) == digest_of([data]) == digest(b"some bytes")
    assert raw_digest(data).hex() == digest(data)


@given(st.lists(st.binary(max_size=50)))
def test_chunks_have_the_digest_of_their_concatenation(chunks: list[bytes]) -> None:
    assert digest_of(chunks) == digest(b"".join(chunks))


@pytest.mark.parametrize("size", [0, 1, PART - 1, PART, PART + 1, 3 * PART + 7])
def test_leaves_are_the_digests_of_fixed_stretches(size: int) -> None:
    data = np.random.default_rng(0).bytes(size)
    expected = [blake3(data[start : start + PART]).hexdigest() for start in range(0, size, PART)]
    assert leaves(data) == expected
    assert PART == 8 * 1024 * 1024


def test_leaves_see_an_array_as_its_bytes() -> None:
    array = np.arange(2_000_000.0)
    assert leaves(array.data) == leaves(array.tobytes())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=15,
)


@given(JSON)
def test_canonical_json_reads_back_and_writes_again_the_same(value: object) -> None:
    try:
        text = canonical(value)
    except InvalidError:  # a lone surrogate is no text of UTF-8
        with pytest.raises(UnicodeEncodeError):
            json.dumps(value, ensure_ascii=False).encode()
        return
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), st.integers()))
def test_the_order_of_keys_is_no_part_of_canonical_json(value: dict[str, int]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), {1, 2}, object(), b"x", "\ud800", {"a": [-float("inf")]}]
)
def test_what_is_no_json_is_refused(value: object) -> None:
    with pytest.raises(InvalidError, match="no canonical JSON"):
        canonical(value)


@pytest.mark.parametrize(
    "text",
    ["", "a" * 63, "a" * 65, "A" * 64, "g" * 64, "a" * 64 + "\n", "\u0661" * 64, "b3:" + "a" * 61, None, 7, b"a" * 64],
)
def test_only_64_small_hex_digits_are_a_digest(text: object) -> None:
    assert not is_digest(text)
    assert is_digest(EMPTY)
