"""The tree of errors is drawn as it is, and each can be caught as the builtin it resembles."""

from __future__ import annotations

import inspect
import re

import pytest

from modelreg import errors

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.ModelRegError)]


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_is_drawn_in_the_tree(kind: type) -> None:
    assert re.search(rf"\b{kind.__name__}\b", errors.__doc__ or "")


@pytest.mark.parametrize("kind", CLASSES)
def test_a_co_base_is_drawn_beside_its_error(kind: type) -> None:
    builtin = [base for base in kind.__bases__ if base.__module__ == "builtins" and base is not Exception]
    line = next(line for line in (errors.__doc__ or "").splitlines() if re.search(rf"\b{kind.__name__}\b", line))
    assert all(base.__name__ in line for base in builtin)


def test_kinds_are_stable_and_different() -> None:
    kinds = [kind.kind for kind in CLASSES]
    assert len(set(kinds)) == len(kinds)


def test_the_next_line_is_shown_for_the_program_that_asks() -> None:
    error = errors.NotFoundError("no version 7 of 'churn'; it has v0-v5", tries=("versions churn",))
    assert str(error) == "no version 7 of 'churn'; it has v0-v5. Try %modelreg versions churn"
    assert error.sentence("modelreg") == "no version 7 of 'churn'; it has v0-v5. Try modelreg versions churn"


def test_a_close_match_is_proposed_first() -> None:
    assert errors.instead("chrun", ["churn", "fraud"]) == "did you mean 'churn'?"
    assert errors.instead("zzz", ["churn", "fraud"]) == "there is 'churn', 'fraud'"
    assert errors.instead("REG", ["register", "rename", "unregistered"]) == "did you mean 'register'?"
    assert errors.instead("", ["churn"]) == "there is 'churn'"
    assert errors.instead("zzz", []) == "there is none yet"
    assert errors.instead("zzz", [str(i) for i in range(10)]).endswith("and 2 more")
