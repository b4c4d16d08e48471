"""Layouts name the parts of what they lay out; by these names versions are compared, and no contents are read."""

from __future__ import annotations

import copy
import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from modelreg.contents import fetch, pack, unpack
from modelreg.contents.layout import read_layout
from modelreg.contents.names import SCHEME, Part, count, differences, parts_of
from modelreg.digests import canonical
from modelreg.errors import IntegrityError
from modelreg.flavors.files import FILES
from modelreg.flavors.native import safetensors
from modelreg.flavors.python import PYTHON
from modelreg.opcodes import LARGEST
from modelreg.opcodes.paths import ABOUT, DEEPEST, MOST, NAME

if TYPE_CHECKING:
    from modelreg.contents import Packed
    from tests.contents.conftest import Shelf

X = np.random.default_rng(0).normal(size=(60, 3))
Y = (X[:, 0] > 0).astype(int)
MARK = "0" * 16


def changed(*models: Any, most: int | None = None) -> list[str]:
    """Return the paths of the parts in which models differ."""
    wholes = [pack(model, PYTHON).parts for model in models]
    assert None not in wholes
    return [one.path for one in differences([whole for whole in wholes if whole], most)]


def test_one_parameter_of_a_pipeline() -> None:
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, Y)
    other = copy.deepcopy(pipeline).set_params(logisticregression__max_iter=50)
    assert changed(pipeline, other) == ["steps[1][1].max_iter"]


def test_what_a_fit_on_other_data_changes() -> None:
    assert changed(LogisticRegression().fit(X, Y), LogisticRegression().fit(X[:50], Y[:50])) == [
        "coef_",
        "intercept_",
    ]


def test_a_tree_more() -> None:
    forest = RandomForestClassifier(4, warm_start=True, random_state=0).fit(X, Y)
    other = copy.deepcopy(forest).set_params(n_estimators=5).fit(X, Y)
    assert changed(forest, other) == ["n_estimators", "estimators_[4]"]


def test_the_last_layer() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(20, 20), torch.nn.Linear(20, 20))
    other = copy.deepcopy(model)
    with torch.no_grad():
        other[1].weight += 1
    assert changed(model, other) == ["1.weight"]


def test_an_array_that_is_in_a_buffer_of_its_own() -> None:
    model = {"a": np.zeros(1 << 18), "b": np.zeros(5000), "c": np.zeros(5000)}
    assert changed(model, model | {"a": np.ones(1 << 18), "c": np.ones(5000)}) == ["['a']", "['c']"]


def test_equal_models_do_not_differ() -> None:
    assert changed(LogisticRegression().fit(X, Y), LogisticRegression().fit(X, Y)) == []


def test_a_part_that_one_lacks_and_one_of_another_kind_are_told_as_wholes() -> None:
    inner = LogisticRegression()
    assert changed({"a": inner, "b": inner}, {"a": StandardScaler(), "c": inner}) == ["['a']", "['b']", "['c']"]


def test_three_are_compared_at_once() -> None:
    assert changed({"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 3, "b": 1}) == ["['a']", "['b']"]


def test_siblings_are_told_apart_all_or_none() -> None:
    before = {"few": [[1], [[1]]], "many": [{"x": np.zeros(1), "y": np.zeros(1)} for _ in range(10)]}
    after = {"few": [[1], [[2]]], "many": [{"x": np.ones(1), "y": np.ones(1)} for _ in range(10)]}
    assert len(changed(before, after)) == 21
    assert changed(before, after, most=20) == ["['few'][1][0]", *(f"['many'][{index}]" for index in range(10))]
    assert changed(before, after, most=5) == ["['few'][1][0]", "['many']"]


def test_a_model_that_holds_more_in_itself_is_opened_anyway() -> None:
    assert len(changed({str(n): [n] for n in range(30)}, {str(n): [-n - 1] for n in range(30)}, most=5)) == 30


def test_what_differs_in_nothing_that_is_named_is_the_model() -> None:
    one, other = (
        Part("", "Model", "1" * 16, (Part("a", "1", MARK),)),
        Part("", "Model", "2" * 16, (Part("a", "1", MARK),)),
    )
    assert [found.path for found in differences([one, other])] == [""]


def test_files_are_compared_by_path(tmp_path: Path) -> None:
    for version, text in (("one", "1"), ("two", "2")):
        (tmp_path / version / "sub").mkdir(parents=True)
        (tmp_path / version / "same.txt").write_text("same")
        (tmp_path / version / "sub" / "other.txt").write_text(text)
    (tmp_path / "two" / "new.txt").write_text("new")
    wholes = [pack(tmp_path / version, FILES).parts for version in ("one", "two")]
    found = differences([whole for whole in wholes if whole])
    assert {one.path for one in found} == {"sub/other.txt", "new.txt"}


def weights(**tensors: torch.Tensor) -> bytes:
    """Return a file of tensors."""
    with tempfile.TemporaryDirectory() as place:
        safetensors.write(tensors, Path(place) / "x")
        return (Path(place) / "x").read_bytes()


def folder(place: Path, **files: bytes) -> Packed:
    """Return a folder with files."""
    place.mkdir()
    for name, data in files.items():
        (place / f"{name}.safetensors").write_bytes(data)
    return pack(place, FILES)


def test_tensors_are_compared_whatever_the_size_of_their_file(tmp_path: Path) -> None:
    one = folder(tmp_path / "one", a=weights(x=torch.zeros(2), y=torch.zeros(2)))
    two = folder(tmp_path / "two", a=weights(x=torch.zeros(2), z=torch.zeros(9000)))
    assert one.parts is not None
    assert two.parts is not None
    assert [part.about for whole in (one.parts, two.parts) for part in whole.parts] == ["168 B", "36.2 KB"]
    assert [found.path for found in differences([one.parts, two.parts])] == ["a.safetensors['y']", "a.safetensors['z']"]


def test_files_whose_tensors_are_not_named_are_compared_with_those_whose_are(tmp_path: Path) -> None:
    same, first, second = (weights(x=torch.full((2,), n)) for n in (0.0, 1.0, 2.0))
    one, two = folder(tmp_path / "one", a=same, b=first), folder(tmp_path / "two", a=same, b=second)
    older = parts_of(replace(one._written.layout, names=None))
    assert one.parts is not None
    assert two.parts is not None
    assert older is not None
    assert [found.path for found in differences([one.parts, two.parts])] == ["b.safetensors['x']"]
    assert [found.path for found in differences([older, two.parts])] == ["b.safetensors"]
    assert differences([older, one.parts]) == []


def test_names_are_stored_and_come_back(shelf: Shelf) -> None:
    packed = shelf.keep(LogisticRegression().fit(X, Y))
    layout = read_layout(packed.layout, shelf.blobs)
    assert layout.names is not None
    assert parts_of(layout) == packed.parts
    assert count(layout.names) == len(layout.names.parts)


def test_names_are_no_part_of_the_content_id(shelf: Shelf) -> None:
    packed = shelf.keep([1, np.zeros(5000)])
    plain = json.loads(shelf.blobs.read(packed.layout))
    del plain["names"]
    name = shelf.blobs.put(canonical(plain))
    assert name != packed.layout
    assert parts_of(read_layout(name, shelf.blobs)) is None, "as one that was written before there were names"
    assert unpack(fetch(name, packed.content_id, shelf.blobs), PYTHON)[0] == 1


def test_a_model_whose_parts_cannot_be_named_is_stored_all_the_same(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = {"w": np.arange(1000.0)}
    plain = pack(model, PYTHON)

    def failing(*_: object) -> None:
        raise ValueError("no such part")

    monkeypatch.setattr("modelreg.opcodes.reading.Reading.parts", failing)
    packed = pack(model, PYTHON, into=shelf.blobs)
    assert (packed.content_id, packed.canonical_id) == (plain.content_id, plain.canonical_id)
    assert parts_of(read_layout(packed.layout, shelf.blobs)) is None
    assert np.array_equal(shelf.get(packed)["w"], model["w"])


def test_a_stream_that_is_too_long_has_no_names() -> None:
    assert pack("x" * (LARGEST + 1), PYTHON).parts is None


def deep(levels: int) -> Any:
    """Return a part in a part in a part."""
    part: list[Any] = ["a", "b", MARK]
    for _ in range(levels):
        part = ["a", "b", MARK, [part]]
    return part


@pytest.mark.parametrize(
    "names",
    [
        None,
        [],
        "text",
        {},
        {"scheme": 1, "whole": ["", "", MARK]},
        *(
            {"scheme": SCHEME, "whole": whole}
            for whole in [
                None,
                {},
                "abc",
                [],
                ["", "", MARK, [], []],
                [""],
                ["", 1],
                ["", 1, MARK],
                ["", "", ""],
                ["", "", None],
                ["x" * (NAME + 13), "", MARK],
                ["", "x" * (ABOUT + 1), MARK],
                ["", "", "G" * 16],
                ["", "", MARK + "\n"],
                ["", "", MARK, {"a": 1}],
                ["", "", MARK, [["a", "", MARK], ["a", "", MARK]]],
                deep(DEEPEST + 3),
                deep(200),
                ["", "", MARK, [[str(n), "", MARK] for n in range(2 * MOST)]],
            ]
        ),
    ],
)
def test_names_that_make_no_sense_are_refused(shelf: Shelf, names: object) -> None:
    packed = shelf.keep([1])
    broken = json.loads(shelf.blobs.read(packed.layout)) | {"names": names}
    with pytest.raises(IntegrityError, match="is no layout"):
        read_layout(shelf.blobs.put(canonical(broken)), shelf.blobs)


def test_names_given_in_another_way_compare_with_nothing_and_hinder_nothing(shelf: Shelf) -> None:
    packed = shelf.keep([1])
    other = json.loads(shelf.blobs.read(packed.layout)) | {"names": {"scheme": "parts2", "whole": 7}}
    assert parts_of(read_layout(shelf.blobs.put(canonical(other)), shelf.blobs)) is None
