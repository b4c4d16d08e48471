"""State dicts of torch: numbers and names, tied and viewed as they were, and nothing that could run."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import given
from tests.canary import Canary
from tests.commands.desk import Desk
from tests.flavors.hostile import spoiled

from modelreg.blobs.local import LocalBlobs
from modelreg.contents import fetch, pack, store, unpack
from modelreg.errors import IntegrityError, MissingLibraryError
from modelreg.flavors import flavor_for, is_model
from modelreg.flavors.torch_state import TORCH_STATE
from modelreg.testing import FlavorTests

if TYPE_CHECKING:
    from pathlib import Path


def net(seed: int = 0) -> torch.nn.Module:
    torch.manual_seed(seed)
    return torch.nn.Sequential(torch.nn.Linear(6, 400), torch.nn.BatchNorm1d(400), torch.nn.Linear(400, 2))


class TestTorchState(FlavorTests):
    flavor = TORCH_STATE

    @pytest.fixture
    def model(self) -> Any:
        return net().state_dict()

    def same(self, before: Any, after: Any) -> bool:
        assert type(before) is type(after)
        assert before._metadata == after._metadata
        net(1).load_state_dict(after)  # strictly: every name is there
        return list(before) == list(after) and all(torch.equal(before[name], after[name]) for name in before)


class Given:
    """Contents that somebody else wrote."""

    def __init__(self, header: Any, buffers: tuple[bytes, ...] = ()) -> None:
        self._stream = header if isinstance(header, bytes) else json.dumps(header).encode()
        self._buffers = buffers

    def stream(self) -> bytes:
        return self._stream

    def buffers(self) -> list[memoryview]:
        return [memoryview(bytearray(data)) for data in self._buffers]

    def files(self) -> dict[str, int]:
        return {}


def again(state: Any, tmp_path: Path) -> Any:
    """Store a dict and return what comes back."""
    assert flavor_for(state) is TORCH_STATE
    blobs = LocalBlobs(tmp_path / "store")
    packed = pack(state, TORCH_STATE)
    store(packed, blobs)
    return unpack(fetch(packed.layout, packed.content_id, blobs), TORCH_STATE)


def test_tied_weights_stay_tied_and_views_stay_views(tmp_path: Path) -> None:
    memory = torch.arange(100.0)
    tied = torch.nn.Parameter(torch.ones(3))
    state = {"a.weight": memory[10:20], "b.weight": memory[15:30:2], "c.weight": tied, "d.weight": tied}
    loaded = again(state, tmp_path)
    assert loaded["c.weight"] is loaded["d.weight"]
    assert isinstance(loaded["c.weight"], torch.nn.Parameter)
    loaded["a.weight"][5] = -1
    assert loaded["b.weight"].tolist() == [-1, *range(17, 30, 2)]


def test_every_kind_of_tensor_is_equal_to_the_bit(tmp_path: Path) -> None:
    state = {
        f"{dtype}.weight": (torch.rand(4, 3) * 9).to(dtype)
        for dtype in (torch.bfloat16, torch.float16, torch.float8_e4m3fn, torch.int8, torch.bool, torch.float64)
    } | {
        "turned": torch.rand(3, 4).t(),
        "spread": torch.rand(1).expand(50),
        "scalar": torch.tensor(3),
        "empty": torch.zeros(0, 7),
        "conjugate": torch.tensor([1 + 2j]).conj(),
        "grown": torch.rand(2, requires_grad=True),
    }
    loaded = again(state, tmp_path)
    assert list(loaded) == list(state)
    for name, tensor in state.items():
        assert (loaded[name].dtype, loaded[name].requires_grad) == (tensor.dtype, tensor.requires_grad)
        assert loaded[name].stride() == tensor.stride()
        assert loaded[name].double().tolist() == tensor.double().tolist() if not tensor.is_complex() else True
    assert loaded["conjugate"].resolve_conj().tolist() == [1 - 2j]


def test_of_a_large_memory_only_what_is_used_is_stored() -> None:
    assert pack({"weight": torch.zeros(1 << 20)[7:17]}, TORCH_STATE).size < 1000


def test_another_last_layer_costs_only_that_layer(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path / "store")
    state = OrderedDict({f"{number}.weight": torch.rand(600, 600) for number in range(4)})
    store(pack(state, TORCH_STATE), blobs)
    first = sum(size for _, size, _ in blobs.iterate())
    state["3.weight"] = torch.rand(600, 600)
    store(pack(state, TORCH_STATE), blobs)
    assert sum(size for _, size, _ in blobs.iterate()) - first < 600 * 600 * 4 + 5000


def test_a_batch_of_data_is_no_model_and_a_checkpoint_is_of_the_flavor_python() -> None:
    assert is_model(net().state_dict())
    assert is_model({"layer.bias": torch.zeros(2)})
    assert not is_model({"input_ids": torch.zeros(2), "labels": torch.zeros(2)})
    assert not is_model({})
    assert flavor_for({"model": net().state_dict(), "epoch": 3}).name == "python"
    assert flavor_for({"weight": torch.zeros(2).to_sparse()}).name == "python"
    assert flavor_for({"weight": torch.zeros(2, device="meta")}).name == "python"


HEADER: dict[str, Any] = {
    "kind": "dict",
    "metadata": None,
    "names": [["weight", 0]],
    "tensors": [
        {"buffer": 0, "dtype": "float32", "shape": [2], "stride": [1], "offset": 0, "parameter": False, "grad": False}
    ],
}


def test_a_header_that_makes_sense_is_read() -> None:
    assert TORCH_STATE.load(Given(HEADER, (bytes(8),)), None)["weight"].tolist() == [0, 0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        {"shape": [3]},
        {"offset": 1},
        {"stride": [1 << 61]},
        {"shape": [2, 2]},
        {"shape": [-1]},
        {"shape": [True]},
        {"dtype": "load"},
        {"dtype": "no.such"},
        {"buffer": 1},
        {"buffer": None},
        {"buffer": -1},
        {"grad": "yes"},
    ],
    ids=str,
)
def test_a_header_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    header = {**HEADER, "tensors": [{**HEADER["tensors"][0], **wrong}]}
    with pytest.raises(IntegrityError, match="their header has"):
        TORCH_STATE.load(Given(header, (bytes(8),)), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong", [{"names": [[0, 0]]}, {"names": 3}, {"tensors": {}}, {"metadata": [1]}, {"kind": 1}], ids=str
)
def test_a_header_of_another_form_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="their header has"):
        TORCH_STATE.load(Given({**HEADER, "kind": "OrderedDict", **wrong}, (bytes(8),)), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        {"dtype": "int64", "grad": True},
        {"dtype": "int32", "parameter": True, "grad": True},
        {"shape": [1 << 40, 1 << 40], "stride": [0, 0]},
    ],
    ids=str,
)
def test_a_tensor_that_torch_refuses_is_a_header_that_makes_no_sense(wrong: dict[str, Any]) -> None:
    header = {**HEADER, "tensors": [{**HEADER["tensors"][0], **wrong}]}
    with pytest.raises(IntegrityError, match="their header has"):
        TORCH_STATE.load(Given(header, (bytes(8),)), None)  # type: ignore[arg-type]


@given(spoiled({**HEADER, "kind": "OrderedDict", "metadata": [["", {"version": 1}]]}))
def test_a_spoiled_header_is_read_or_refused(header: Any) -> None:
    with suppress(IntegrityError):
        assert isinstance(TORCH_STATE.load(Given(header, (bytes(8),)), None), dict)  # type: ignore[arg-type]


# checklist 31
def test_a_pickle_in_place_of_the_header_does_not_run(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="no JSON"):
        TORCH_STATE.load(Given(pickle.dumps(Canary(tmp_path / "sung"))), None)  # type: ignore[arg-type]
    assert not (tmp_path / "sung").exists()


def test_without_torch_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingLibraryError, match=r"needs the module 'torch'.*%pip install torch"):
        TORCH_STATE.load(Given(HEADER, (bytes(8),)), None)  # type: ignore[arg-type]


def test_a_line_registers_the_weights_and_a_stranger_loads_them_unasked(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    desk = Desk(home / "registry")
    desk.variables["state"] = net().state_dict()
    assert "(state_dict)" in desk.says("register state weights")
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "stranger"))
    desk.session.opened.clear()
    loaded = desk.value("load weights")
    assert torch.equal(loaded["0.weight"], desk.variables["state"]["0.weight"])


def test_asking_what_is_a_model_imports_no_torch() -> None:
    code = "import sys, modelreg.flavors as f; f.is_model({'w': 1}); f.flavor_for({'w': 1}); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
