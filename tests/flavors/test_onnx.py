"""Models of ONNX: weights apart, the checker asked, and no other file ever read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.flavors import alone

from modelreg.contents import pack
from modelreg.contents.names import differences
from modelreg.errors import IntegrityError, MissingLibraryError, UnpicklableError
from modelreg.flavors.onnx import ONNX
from modelreg.testing import FlavorTests

if TYPE_CHECKING:
    from pathlib import Path

onnx = pytest.importorskip("onnx")


def network(last: float = 1.0) -> Any:
    """Return a product of two large matrices, and a small bias."""
    from onnx import TensorProto, helper, numpy_helper

    numbers = np.random.default_rng(0).random((64, 64), dtype="float32")
    weights = [
        numpy_helper.from_array(numbers, "first"),
        numpy_helper.from_array(numbers * np.float32(last), "last"),
        numpy_helper.from_array(np.ones(64, "float32"), "bias"),
    ]
    nodes = [
        helper.make_node("MatMul", ["x", "first"], ["a"]),
        helper.make_node("MatMul", ["a", "last"], ["b"]),
        helper.make_node("Add", ["b", "bias"], ["y"]),
    ]
    shape = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 64])  # noqa: E731
    graph = helper.make_graph(nodes, "net", [shape("x")], [shape("y")], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def answer(model: Any) -> Any:
    from onnx.reference import ReferenceEvaluator

    return ReferenceEvaluator(model).run(None, {"x": np.ones((2, 64), "float32")})[0]


class TestOnnx(FlavorTests):
    flavor = ONNX

    @pytest.fixture
    def model(self) -> Any:
        return network()

    def same(self, before: Any, after: Any) -> bool:
        return before.SerializeToString() == after.SerializeToString() and np.array_equal(answer(before), answer(after))


def test_what_changed_in_a_model_is_named() -> None:
    other = network(2.0)
    other.graph.initializer[2].raw_data = np.zeros(64, "float32").tobytes()
    deeper = network()
    deeper.graph.node[2].op_type = "Sub"
    wholes = [pack(model, ONNX).parts for model in (network(), other, deeper)]
    before, *changed = [whole for whole in wholes if whole]
    assert [(part.name, part.about) for part in before.parts] == [
        ("first", "float32 64 × 64"),
        ("last", "float32 64 × 64"),
        ("bias", "float32 64"),
        ("graph", "3 nodes"),
    ]
    assert [[one.path for one in differences([before, whole])] for whole in changed] == [["last", "bias"], ["graph"]]


ALONE = """
import onnx.reference
answer = onnx.reference.ReferenceEvaluator(place + "/model.onnx").run(None, {"x": X})[0]
"""


def test_onnx_alone_opens_the_export(tmp_path: Path) -> None:
    rows = np.ones((2, 64), "float32")
    assert np.array_equal(alone.answer(network(), ALONE, rows, tmp_path), answer(network()))


class Given:
    """Contents that somebody else wrote."""

    def __init__(self, stream: bytes, buffers: list[memoryview] | None = None) -> None:
        self._stream, self._buffers = stream, buffers or []

    def stream(self) -> bytes:
        return self._stream

    def buffers(self) -> list[memoryview]:
        return self._buffers


def test_large_weights_are_buffers_and_the_same_ones_have_the_same_digests(tmp_path: Path) -> None:
    one, two = pack(network(), ONNX), pack(network(2.0), ONNX)
    assert len(one.buffer_digests) == 2
    assert one.buffer_digests[0] == two.buffer_digests[0]
    assert one.buffer_digests[1] != two.buffer_digests[1]


def test_weights_in_other_files_are_refused_with_what_to_do() -> None:
    model = network()
    model.graph.initializer[0].data_location = onnx.TensorProto.EXTERNAL
    with pytest.raises(
        UnpicklableError, match=r"'first' lie in another file; onnx\.load\(PATH, load_external_data=True\)"
    ):
        pack(model, ONNX)


def test_a_stored_model_reads_no_other_file() -> None:
    model = network()
    weight = model.graph.initializer[0]
    weight.data_location = onnx.TensorProto.EXTERNAL
    weight.external_data.add(key="location", value="../../etc/passwd")
    with pytest.raises(IntegrityError, match="'first' lie in another file"):
        ONNX.load(Given(model.SerializeToString()), None)  # type: ignore[arg-type]


def test_a_constant_in_another_file_is_refused_also_beside_that_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = network()
    outside = onnx.TensorProto(name="constant", data_type=onnx.TensorProto.FLOAT, dims=[1])
    outside.data_location = onnx.TensorProto.EXTERNAL
    outside.external_data.add(key="location", value="numbers")
    model.graph.node.append(onnx.helper.make_node("Constant", [], ["constant"], value=outside))
    (tmp_path / "numbers").write_bytes(bytes(4))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnpicklableError, match="'constant' lie in another file"):
        pack(model, ONNX)


def test_what_the_checker_refuses_is_refused() -> None:
    model = network()
    model.graph.node[0].op_type = "NoSuchThing"
    with pytest.raises(UnpicklableError, match="the checker of ONNX says"):
        pack(model, ONNX)
    with pytest.raises(IntegrityError, match="no valid model of ONNX"):
        ONNX.load(Given(model.SerializeToString()), None)  # type: ignore[arg-type]


def test_bytes_that_are_no_model_are_refused() -> None:
    with pytest.raises(IntegrityError, match="no model of ONNX"):
        ONNX.load(Given(b"\xff\xff\xff"), None)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError, match="more weights than tensors"):
        ONNX.load(Given(network().SerializeToString(), [memoryview(b"x")]), None)  # type: ignore[arg-type]


def test_without_onnx_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingLibraryError, match="%pip install onnx"):
        ONNX.load(Given(b""), None)  # type: ignore[arg-type]
