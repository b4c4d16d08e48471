"""Python on the line: what ``--metric``, ``--metrics`` and ``--param`` take."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from modelreg.commands import expressions
from modelreg.commands.declare import Expression
from modelreg.errors import UsageError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def metric(desk: Desk, value: Any) -> Any:
    """Return what a metric of this value is."""
    desk.variables["v"] = value
    return expressions.metrics(desk.session, [("m", Expression("v", 0, "v"))], None)["m"]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3.0),
        (0.5, 0.5),
        (Decimal("0.5"), 0.5),
        (Fraction(1, 2), 0.5),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3.0),
        (np.array(0.5), 0.5),
        (math.inf, math.inf),
    ],
)
def test_every_kind_of_number_is_a_metric(desk: Desk, value: Any, number: float) -> None:
    found = metric(desk, value)
    assert type(found) is float
    assert found == number


@pytest.mark.parametrize(
    "value",
    [[1, 2.0], (1, 2), np.array([1.0, 2.0]), pd.Series([1, 2]), range(1, 3), iter([1, 2]), np.array([1, 2], "i2")],
)
def test_every_kind_of_sequence_is_a_curve(desk: Desk, value: Any) -> None:
    assert metric(desk, value) == [1.0, 2.0]


def test_nan_stays_nan(desk: Desk) -> None:
    assert math.isnan(metric(desk, float("nan")))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (True, r"--metric m takes a number or a sequence of numbers, not True \(bool\)"),
        ("0.9", r"not '0.9' \(str\)"),
        (b"1", "not bytes"),
        (None, r"not None \(NoneType\)"),
        ({"a": 1}, "not dict"),
        (object(), "not object"),
        (1j, "not complex"),
        (10**400, "not int"),
        ([], "--metric m has no points"),
        ([1, "x"], r"--metric m\[1\] takes a number or a sequence of numbers, not 'x' \(str\)"),
        ([[1, 2]], r"--metric m\[0\] takes"),
        ("long" * 20, "not str$"),
    ],
)
def test_what_is_no_number_is_told_with_its_metric(desk: Desk, value: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        metric(desk, value)


def test_a_frame_is_a_curve_per_column_and_single_metrics_win(desk: Desk) -> None:
    desk.variables["log"] = pd.DataFrame({"loss": [0.9, 0.5], "auc": [0.6, 0.7]})
    found = expressions.metrics(desk.session, [("auc", Expression("0.8", 0, "0.8"))], Expression("log", 0, "log"))
    assert found == {"loss": [0.9, 0.5], "auc": 0.8}


def test_a_wrong_value_in_a_table_is_told_with_its_key(desk: Desk) -> None:
    desk.variables["log"] = {"auc": 0.9, "note": "fine"}
    with pytest.raises(UsageError, match=r"--metrics: note takes a number"):
        expressions.metrics(desk.session, [], Expression("log", 0, "log"))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1 +", r"--param p: 1 \+ at column 5 is no Python expression"),
        ("x = 1", "is no Python expression"),
        ("rows[99]", r"--param p: rows\[99\] raised IndexError: list index out of range"),
        ("rowz", r"rowz raised NameError: no variable 'rowz'; did you mean 'rows'\?"),
        ("1\0", "is no Python expression"),
    ],
)
def test_an_expression_that_fails_is_told_with_its_reason(desk: Desk, source: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        expressions.params(desk.session, [("p", Expression(source, 4, source))])


def test_locals_of_a_function_are_seen_before_variables_and_nothing_is_left_behind(desk: Desk) -> None:
    desk.session.local = {"rows": [1]}
    before = dict(desk.variables)
    found = expressions.params(
        desk.session, [("n", Expression("len(rows)", 0, "")), ("s", Expression("[r for r in rows]", 0, ""))]
    )
    assert found == {"n": 1, "s": [1]}
    assert desk.variables == before


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("{c}", "p=c: what stands after = is Python already"),
        ("{c + 1}", r"p=c \+ 1: what stands after"),
        ("{1, c}", r"p=sorted\(\{1, c\}\) for a list"),
        ("frozen", r"p=sorted\(frozen\) for a list"),
    ],
)
@pytest.mark.parametrize("option", ["--param", "--metric"])
def test_a_set_is_refused_with_what_to_write_instead(desk: Desk, source: str, written: str, option: str) -> None:
    desk.variables.update(c=0.5, frozen=frozenset([1.0]))
    message = desk.refuses(f"register clf churn {option} p={source}", f"is a set; write {option} {written}")
    assert message.startswith(f"{option} p: {source} is a set")
    assert not desk.place.exists()
    assert desk.value(f"register clf churn {option} p=[c]")


def test_a_dict_is_no_set(desk: Desk) -> None:
    assert expressions.params(desk.session, [("p", Expression("{'a': 1}", 0, "")), ("e", Expression("{}", 0, ""))]) == {
        "p": {"a": 1},
        "e": {},
    }


def test_a_key_twice_is_refused(desk: Desk) -> None:
    one = Expression("1", 0, "1")
    with pytest.raises(UsageError, match="--param p is given twice"):
        expressions.params(desk.session, [("p", one), ("p", one)])
