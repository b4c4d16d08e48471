"""The canonical form is the same for what loads to the same, and another for what does not."""

from __future__ import annotations

import copy
import io
import pickle
import pickletools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.neighbors import BallTree, KDTree
from sklearn.svm import SVC
from sklearn.utils import Bunch

from modelreg import opcodes
from modelreg.flavors.python import dump
from tests.opcodes import streams


def form(obj: object) -> bytes:
    """Return the canonical form of the dump of ``obj``."""
    file = io.BytesIO()
    dump(obj, file)
    found = opcodes.canonical(file.getvalue())
    assert found is not None
    return found


def again(obj: Any) -> Any:
    """Return ``obj`` dumped and loaded."""
    return pickle.loads(pickle.dumps(obj, 5))


@given(streams.VALUES)
def test_the_form_survives_a_load(value: object) -> None:
    assert form(again(value)) == form(value)


@given(streams.VALUES)
def test_the_form_survives_a_copy(value: object) -> None:
    assert form(copy.deepcopy(value)) == form(value)


@given(streams.VALUES)
def test_optimizing_the_stream_changes_nothing(value: object) -> None:
    data = pickle.dumps(value, 4)
    assert opcodes.canonical(pickletools.optimize(data)) == opcodes.canonical(data)


def spelled(value: object) -> str:
    """Return a text that is equal for values that are, types and all, equal; sets in an order of their own."""
    if isinstance(value, (set, frozenset)):
        return f"{type(value).__name__}({sorted(map(spelled, value))})"
    if isinstance(value, dict):
        return f"dict({[(spelled(key), spelled(item)) for key, item in value.items()]})"
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__}({[spelled(item) for item in value]})"
    return f"{type(value).__name__}({value!r})"


@given(streams.VALUES, streams.VALUES)
def test_two_values_have_one_form_only_if_they_are_equal(one: object, other: object) -> None:
    if spelled(one) != spelled(other):
        assert form(one) != form(other)


def test_equal_strings_need_not_be_one_object() -> None:
    parts = ["sha", "red"]
    one = "".join(parts)
    other = "".join(parts)
    assert form([one, one]) == form([one, other])


def test_lists_that_are_one_object_are_told_from_equal_lists() -> None:
    part: list[int] = []
    assert form([part, part]) != form([part, []])


def test_the_order_of_a_dict_is_told() -> None:
    assert form({"a": 1, "b": 2}) != form({"b": 2, "a": 1})


def test_the_order_of_a_set_is_not() -> None:
    first = pickle.dumps({"a"}, 4)[:-1]
    assert b"(\x8c\x01a" in first
    one = b"\x80\x04\x8f(\x8c\x01a\x8c\x01b\x90."
    other = b"\x80\x04\x8f(\x8c\x01b\x8c\x01a\x90."
    assert pickle.loads(one) == pickle.loads(other)
    assert opcodes.canonical(one) == opcodes.canonical(other)


@pytest.mark.parametrize("pair", [(1, 1.0), (1, True), ("a", b"a"), ((), []), (0.0, -0.0), ({1}, frozenset({1}))])
def test_what_compares_equal_is_told_apart_by_type(pair: tuple[object, object]) -> None:
    assert form(pair[0]) != form(pair[1])


@pytest.mark.parametrize("make", [lambda: GradientBoostingClassifier(n_estimators=2), SVC])
def test_an_estimator_has_the_form_that_it_has_after_a_load(make: Any) -> None:
    model = make().fit([[0.0], [1.0], [2.0], [3.0]], [0, 1, 0, 1])
    assert form(again(model)) == form(model)


def test_a_parameter_more_or_less_is_told() -> None:
    x, y = [[0.0], [1.0], [2.0], [3.0]], [0, 1, 0, 1]
    assert form(SVC(C=1.0).fit(x, y)) != form(SVC(C=1.5).fit(x, y))


def test_a_long_stream_has_no_form() -> None:
    assert opcodes.canonical(pickle.dumps(bytes(opcodes.LARGEST + 1))) is None


@pytest.mark.parametrize("kind", [KDTree, BallTree])
def test_queries_of_a_tree_are_not_part_of_the_model(kind: type) -> None:
    tree = kind(np.arange(40.0).reshape(20, 2), leaf_size=2)
    before, bytes_before = form(tree), pickle.dumps(tree)
    tree.query([[1.0, 2.0]], k=3)
    assert pickle.dumps(tree) != bytes_before
    assert form(tree) == before
    assert form(kind(np.arange(40.0).reshape(20, 2), leaf_size=3)) != before


def test_the_address_of_stop_words_is_not_part_of_the_model() -> None:
    words = CountVectorizer(stop_words=["the"]).fit(["the model", "a registry"])
    before = form(words)
    words._stop_words_id += 16
    assert form(words) == before
    words.vocabulary_["more"] = 4
    assert form(words) != before


def test_a_state_that_is_ignored_is_not_part_of_the_model() -> None:
    bunch = Bunch(a=1, b=[2])
    assert form(again(bunch)) == form(copy.deepcopy(bunch)) == form(bunch)
    assert pickle.dumps(again(bunch)) != pickle.dumps(bunch)
    assert form(Bunch(a=1, b=[3])) != form(bunch)
