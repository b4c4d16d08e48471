"""What a header is asked for: each thing by its type, for anybody may have written it."""

from __future__ import annotations

import pytest

from modelreg.errors import IntegrityError
from modelreg.flavors import header


def test_a_list_of_texts_is_given_as_it_is() -> None:
    assert header.words({"frozen": ["a.weight", ""]}, "frozen") == ["a.weight", ""]


@pytest.mark.parametrize("found", [None, "abc", {"a": 1}, [[]], ["a", 1], [None]], ids=str)
def test_what_is_no_list_of_texts_is_refused(found: object) -> None:
    with pytest.raises(IntegrityError, match="their header has no 'frozen'"):
        header.words({"frozen": found}, "frozen")
    with pytest.raises(IntegrityError, match="their header has no 'frozen'"):
        header.words([found], "frozen")


def test_a_truth_value_is_no_number() -> None:
    with pytest.raises(IntegrityError, match="no 'offset'"):
        header.need({"offset": True}, "offset", int)
    assert header.need({"grad": True}, "grad", bool) is True
