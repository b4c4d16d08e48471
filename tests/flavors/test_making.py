"""What a library raises over stored contents is one error of ours; what the user or the system asks for is left alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from modelreg.errors import IntegrityError, MissingLibraryError
from modelreg.flavors.making import PANIC, making, unhidden


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("no\nsuch  layer"), "no such layer"),
        (KeyError("units"), "KeyError: 'units'"),
        (AssertionError(), "AssertionError"),
        (RecursionError("too deep"), "too deep"),
        (StopIteration(), "StopIteration"),
        (MemoryError(), "that needs more memory than this process gets"),
        (type(PANIC, (BaseException,), {})("unwrap"), "unwrap"),
        (RuntimeError("x" * 1000), "x" * 300),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, BaseException) else "",
)
def test_whatever_is_raised_is_one_line(error: BaseException, said: str) -> None:
    with pytest.raises(IntegrityError) as caught, making("keras cannot make it"):
        raise error
    assert str(caught.value) == f"keras cannot make it: {said}"
    assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), SystemExit(1), MissingLibraryError("no torch"), GeneratorExit()]
)
def test_what_says_enough_is_left_as_it_is(error: BaseException) -> None:
    with pytest.raises(type(error)) as caught, making("keras cannot make it"):
        raise error
    assert caught.value is error


class Config(SimpleNamespace):
    """Takes any attribute, as the configurations of some libraries do."""

    size: int = 1

    def save(self) -> None:
        """Do what it is called for."""


@pytest.mark.parametrize("told", [{"save": 1}, {"__repr__": "x"}, {"size": 2, "save": None}], ids=str)
def test_an_attribute_in_place_of_a_method_is_refused(told: Any) -> None:
    with pytest.raises(IntegrityError, match=r"set '\w+' of a Config, which is a method of it: nothing was loaded"):
        unhidden(Config(**told))


def test_other_attributes_are_none_of_its_business() -> None:
    unhidden(Config(size=2, other="save"))
