"""The parts of a model are named from its stream alone, and marked so that equal parts compare equal."""

from __future__ import annotations

import copy
import io
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from modelreg import opcodes
from modelreg.errors import IntegrityError
from modelreg.flavors.python import dump
from modelreg.opcodes.paths import ABOUT, DEEPEST, MOST, NAME
from tests.canary import Canary
from tests.opcodes import streams

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

X = np.random.default_rng(0).normal(size=(60, 3))
Y = (X[:, 0] > 0).astype(int)


def parts(stream: bytes, buffers: tuple[bytes, ...] = ()) -> opcodes.Part | None:
    """Return the parts that a stream tells of."""
    found = opcodes.read(stream)
    assert found is not None
    held = dict(enumerate(buffers))
    return found.parts(lambda number: held.get(number, b""), "0" * 64, held.get)


def named(obj: object) -> dict[str, tuple[str, str]]:
    """Return what is told of the parts of an object, and their marks, by path."""
    file, buffers = io.BytesIO(), []

    def take(view: Any) -> None:
        buffers.append(bytes(view))

    dump(obj, file, take)
    whole = parts(file.getvalue(), tuple(buffers))
    assert whole is not None
    return {path: (part.about, part.mark) for path, part in walked(whole)}


def walked(part: opcodes.Part, path: str = "") -> Iterator[tuple[str, opcodes.Part]]:
    """Yield every part with its path."""
    here = f"{path}.{part.name}" if path and not part.name.startswith("[") else path + part.name
    yield here, part
    for inner in part.parts:
        yield from walked(inner, here)


def changed(before: object, after: object) -> set[str]:
    """Return the paths of what was told or marked otherwise."""
    one, other = named(before), named(after)
    return {path for path in one.keys() | other.keys() if one.get(path) != other.get(path)}


def test_attributes_of_an_estimator_are_named_and_told() -> None:
    found = named(LogisticRegression(C=0.5, max_iter=70).fit(X, Y))
    told = {path: about for path, (about, _) in found.items()}
    assert told[""] == "LogisticRegression"
    assert told["C"] == "0.5"
    assert told["max_iter"] == "70"
    assert told["fit_intercept"] == "True"
    assert told["coef_"] == "float64 1 × 3"
    assert told["classes_"] == "int64 2"


def test_small_numbers_are_marked_by_what_is_told_of_them() -> None:
    found = named({"a": 1, "b": 1.5, "c": True, "d": None, "e": 1 / 3, "f": 10**30, "g": "1", "h": float("nan")})
    assert {path for path, (_, mark) in found.items() if not mark} == {f"[{key!r}]" for key in "abcdh"}
    assert changed({"a": 1 / 3}, {"a": 0.333333}) == {"['a']"}
    assert changed({"a": 1}, {"a": 1.0}) == changed({"a": 1}, {"a": True}) == {"['a']"}


def test_texts_are_not_told() -> None:
    found = named({"password": "hunter2", "solver": "saga", "raw": b"hunter2", "all": ("hunter2", 1)})
    assert "hunter2" not in repr(found)
    assert found["['password']"][0] == "str"
    assert found["['raw']"][0] == "bytes"


def test_a_step_of_a_pipeline_is_reached_by_its_place() -> None:
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, Y)
    other = copy.deepcopy(pipeline).set_params(logisticregression__max_iter=50)
    inner = {"steps[1][1].max_iter"}
    assert changed(pipeline, other) == inner | {"steps", "steps[1]", "steps[1][1]"}


def test_a_tree_is_opened_to_its_arrays() -> None:
    found = named(DecisionTreeClassifier(random_state=0).fit(X, Y))
    assert {"tree_.nodes", "tree_.values", "tree_.node_count"} <= found.keys()


def test_a_module_of_torch_is_named_as_its_state_dict() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Sequential(torch.nn.BatchNorm1d(2)))
    found = named(model)
    assert model.state_dict().keys() <= found.keys()
    assert found["0.weight"][0].endswith(" 2 × 3")
    assert not [path for path in found if "hooks" in path or "_parameters" in path]


def test_a_changed_tensor_changes_only_itself_and_what_it_is_in() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Linear(2, 2))
    other = copy.deepcopy(model)
    with torch.no_grad():
        other[1].bias[0] += 1
    assert changed(model, other) == {"1", "1.bias"}


def test_the_values_of_large_arrays_count() -> None:
    model = {"large": np.zeros(5000), "same": np.ones(5000)}
    assert changed(model, model | {"large": np.arange(5000.0)}) == {"['large']"}


def test_a_part_is_marked_wherever_it_stands() -> None:
    array = np.arange(4.0)
    found = named({"a": array, "b": [array, {"c": array.copy()}]})
    assert found["['a']"] == found["['b'][0]"] == found["['b'][1]['c']"]


def test_neither_the_order_of_keys_nor_of_a_set_counts() -> None:
    one = named({"held": {"a": [1], "b": {3, 1, 2}}})
    other = named({"held": {"b": {2, 1, 3}, "a": [1]}})
    assert one["['held']"] == other["['held']"]


def table(**columns: Any) -> pd.DataFrame:
    """Return a table whose columns lie in blocks by type."""
    size = 400
    return pd.DataFrame({"n": range(size), "m": range(size), "x": np.ones(size), "obj": [[1]] * size} | columns)


@pytest.mark.parametrize("column", ["n", "m", "x", "obj"])
def test_columns_of_a_table_are_told_apart_though_they_lie_together(column: str) -> None:
    other = table(**{column: [2] * 400 if column != "obj" else [[2]] * 400})
    assert changed(table(), other.astype(table().dtypes)) == {f"[{column!r}]"}


def test_columns_are_told_with_their_type_and_wherever_the_table_is() -> None:
    found = named({"data": table(word=["a"] * 400)})
    assert found["['data']"][0] == "DataFrame"
    assert found["['data']['n']"][0] == "int64 400"
    assert found["['data']['obj']"][0] == "object 400"
    assert "['data']['word']" in found
    assert "_mgr" not in str(found.keys())


def test_columns_of_one_array_are_told_apart_by_their_place() -> None:
    values = np.arange(1200.0).reshape(400, 3)
    other = values.copy()
    other[7, 1] = 0
    assert changed(pd.DataFrame(values), pd.DataFrame(other)) == {"[1]"}
    assert changed(pd.DataFrame(values.T.copy().T), pd.DataFrame(other.T.copy().T)) == {"[1]"}


def test_what_cannot_be_told_apart_is_told_together() -> None:
    days = pd.date_range("2020", periods=10)
    frame = pd.DataFrame({"one": days, "n": range(10), "two": days})
    assert {"['one', 'two']", "['n']"} <= named(frame).keys()
    stream = io.BytesIO()
    dump(table(), stream, lambda _: None)
    read = opcodes.read(stream.getvalue())
    assert read is not None
    whole = read.parts(lambda number: str(number).encode(), "0" * 64)  # of large arrays no bytes are looked at
    assert whole is not None
    assert "['n', 'm']" in {part.name for part in whole.parts}


def test_two_columns_of_one_name_go_by_their_place() -> None:
    frame = pd.DataFrame(np.zeros((3, 2)), columns=["a", "a"])
    assert {"[0]", "[1]"} <= named(frame).keys()


def test_a_renamed_column_is_another_one() -> None:
    assert {"['n']", "['k']", "columns"} == changed(table(), table().rename(columns={"n": "k"}))


def cell(space: dict[str, Any], source: str) -> Any:
    """Run a cell in a notebook and return the model that it makes."""
    exec(source, space)
    return space["model"]


SOURCE = """
def helper(x): return x + 1
class Net:
    rate = 1
    def fit(self): return helper(1)
    def call(self): return super().__init__()
class Deep(Net): pass
model = Deep()
model.inner = [Net(), Net()]
"""


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("x + 1", "x + 2", {"function helper"}),
        ("helper(1)", "helper(2)", {"class Net", "class Net.fit"}),
        ("rate = 1", "rate = 2", {"class Net", "class Net.rate"}),
        ("(Net): pass", "(Net): deep = 1", {"class Deep", "class Deep.deep"}),
    ],
)
def test_changed_code_is_told_once_and_not_of_every_object(before: str, after: str, expected: set[str]) -> None:
    space = {"__name__": "__main__"}
    one = named(cell(space, SOURCE))
    other = named(cell(space, SOURCE.replace(before, after)))
    assert {path for path in one.keys() | other.keys() if one.get(path) != other.get(path)} == expected


def test_a_function_given_as_a_parameter_is_named() -> None:
    transformer = cell({"__name__": "__main__", "make": FunctionTransformer}, "model = make(lambda x: x)")
    assert named(transformer)["func"][0] == "function"
    assert "function <lambda>" in named(transformer)


def test_two_definitions_of_one_name_are_told_apart() -> None:
    model = cell({"__name__": "__main__"}, "model = [lambda: 1, lambda: 2]")
    assert {"function <lambda>", "function <lambda> (2)"} <= named(model).keys()


def test_long_lists_name_their_items_and_not_what_is_in_them() -> None:
    few = named([{"a": [np.zeros(1)]}] * 1 + [{"a": [np.zeros(1)]} for _ in range(5)])
    many = named([{"a": [np.zeros(1)]} for _ in range(100)])
    assert "[3]['a'][0]" in few
    assert len(many) == 101
    assert many["[3]"][0] == "dict of 1"


def test_lists_of_numbers_and_long_tables_of_words_are_one_part() -> None:
    found = named({"loss": [0.1] * 500, "words": {str(n): n for n in range(100)}, "weights": {0: 1.0, 1: 2.0}})
    assert found["['loss']"][0] == "list of 500"
    assert found["['words']"][0] == "dict of 100"
    assert found["['weights'][1]"][0] == "2.0"
    assert len(found) == 6


def test_no_more_is_named_than_fits() -> None:
    assert len(named([[np.zeros(1) for _ in range(20)] for _ in range(30)] * 2)) <= MOST
    assert len(named([[np.zeros(1)] * 5_000 for _ in range(3)])) <= MOST
    assert named([np.zeros(1)] * (MOST + 1)).keys() == {""}


def test_long_names_are_cut_and_stay_apart() -> None:
    found = named({"x" * 500 + "1": [1], "x" * 500 + "2": [2]})
    assert len(found) == 3
    assert all(len(path) <= NAME for path in found)


def test_a_model_in_itself_ends() -> None:
    model: dict[str, Any] = {"a": np.zeros(2)}
    model["self"] = model
    found = named(model)
    assert found.keys() == {"", "['a']", "['self']"}
    assert changed(model, copy.deepcopy(model)) == set()


def test_depth_ends_and_takes_no_stack() -> None:
    whole = parts(b"\x80\x04" + b"](" * 5_000 + b"e" * 5_000 + b".")
    assert whole is not None
    assert sum(1 for _ in walked(whole)) <= DEEPEST + 1
    wrapped = b"ctorch._utils\n_rebuild_parameter\n(" * 5_000 + b"N" + b"tR" * 5_000 + b"."
    assert parts(b"\x80\x04" + wrapped) is not None


def sound(whole: opcodes.Part | None) -> None:
    """See that parts are within the bounds that a layout puts on them."""
    for _, part in walked(whole) if whole else ():
        assert len(part.name) <= NAME + 12
        assert len(part.about) <= ABOUT
        assert len(part.mark) == 16 or (not part.mark and not part.parts)
        assert len({inner.name for inner in part.parts}) == len(part.parts)


@given(streams.VALUES)
def test_any_value_is_named_the_same_after_a_load(value: object) -> None:
    data = pickle.dumps(value, 5)
    sound(parts(data))
    again = parts(pickle.dumps(pickle.loads(data), 5))
    assert again == parts(data)


@settings(max_examples=300)
@given(streams.mutated() | streams.shuffled())
def test_any_stream_is_named_or_refused(data: bytes) -> None:
    try:
        sound(parts(data))
    except IntegrityError as error:
        assert "no pickle stream" in str(error)  # noqa: PT017  (most are read)


def test_naming_runs_nothing(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    assert parts(pickle.dumps(Canary(trace))) is not None
    assert not trace.exists()


def test_a_stream_that_is_too_long_is_not_read() -> None:
    assert opcodes.read(pickle.dumps(bytes(opcodes.LARGEST + 1))) is None


def test_several_pickles_in_one_stream_have_no_names() -> None:
    assert parts(pickle.dumps(1) + pickle.dumps(2)) is None


def test_reading_once_gives_what_reading_for_each_gives() -> None:
    data = pickle.dumps(LogisticRegression().fit(X, Y), 5)
    found = opcodes.read(data)
    assert found is not None
    assert (found.canonical, found.imports) == (opcodes.canonical(data), opcodes.imports(data))
