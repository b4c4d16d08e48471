"""Tensors come back bit by bit, share what they shared, and training goes on as if nothing had been."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from tests.flavors.trips import dumped, found_again, loaded, trip

import modelreg
from modelreg.errors import UnpicklableError
from modelreg.flavors import rebuild
from modelreg.flavors.python import dump

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*Sparse", "ignore:.torch.jit", "ignore:.*quantiz", "ignore:TypedStorage"
)

BASE = torch.arange(4000.0)


@pytest.fixture(autouse=True)
def _one_thread() -> Any:
    """Keep sums in one order, and the other processors free."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def bits(tensor: torch.Tensor) -> bytes:
    """Return the bytes of a tensor's values."""
    plain = tensor.detach().resolve_conj().resolve_neg().contiguous()
    return plain.reshape(-1).view(torch.uint8).numpy().tobytes()


def same(before: torch.Tensor, after: torch.Tensor) -> bool:
    """Whether two tensors are the same in all that can be seen."""
    return (
        type(before) is type(after)
        and before.dtype == after.dtype
        and before.shape == after.shape
        and before.stride() == after.stride()
        and before.storage_offset() == after.storage_offset()
        and before.requires_grad == after.requires_grad
        and (before.is_conj(), before.is_neg()) == (after.is_conj(), after.is_neg())
        and bits(before) == bits(after)
    )


TENSORS = {
    "whole": BASE,
    "a view": BASE[100:200],
    "turned": BASE.view(40, 100).t(),
    "every other": BASE.view(40, 100)[::2, ::3],
    "expanded": torch.arange(1000.0).expand(50, 1000),
    "conjugated": torch.randn(2000, dtype=torch.complex64).conj(),
    "negated": torch.randn(2000, dtype=torch.complex64).conj().imag,
    "to be trained": torch.randn(2000, requires_grad=True),
    "a parameter": torch.nn.Parameter(torch.randn(2000)),
    "frozen": torch.nn.Parameter(torch.randn(2000), requires_grad=False),
    "nothing": torch.empty(0, 5),
    "a number": torch.tensor(3.5),
    "few": torch.arange(5),
    "channels last": torch.randn(2, 3, 8, 8).to(memory_format=torch.channels_last),
}

DTYPES = [
    torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2, torch.complex64,
    torch.complex128, torch.bool, torch.int8, torch.uint8, torch.int16, torch.int64, torch.uint16, torch.uint32,
]  # fmt: skip


@pytest.mark.parametrize("name", TENSORS)
def test_a_tensor_comes_back_as_it_was(name: str) -> None:
    found = dumped(TENSORS[name])
    assert found[0] == 2
    assert same(TENSORS[name], loaded(found))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_a_tensor_of_any_type_comes_back_bit_by_bit(dtype: torch.dtype) -> None:
    tensor = (torch.arange(6000) % 5).to(dtype)
    assert same(tensor, trip(tensor))
    assert len(dumped(tensor)[2]) == 1


SPECIAL = {
    "by coordinates": lambda: torch.eye(400).to_sparse(),
    "by rows": lambda: torch.eye(400).to_sparse_csr(),
    "quantized": lambda: torch.quantize_per_tensor(torch.randn(3000), 0.1, 10, torch.quint8),
    "quantized by channel": lambda: torch.quantize_per_channel(
        torch.randn(30, 100), torch.rand(30), torch.zeros(30, dtype=torch.int64), 0, torch.qint8
    ),
}


@pytest.mark.parametrize("kind", SPECIAL)
def test_a_tensor_of_another_kind_comes_back(kind: str) -> None:
    before = SPECIAL[kind]()
    after = trip(before)
    assert before.layout == after.layout
    assert before.dtype == after.dtype
    if before.is_quantized:
        assert torch.equal(before.int_repr(), after.int_repr())
    assert torch.equal(*(one.dequantize() if one.is_quantized else one.to_dense() for one in (before, after)))


def test_a_tensor_without_memory_stays_one() -> None:
    after = trip(torch.empty(3000, device="meta"))
    assert (after.device.type, after.shape) == ("meta", (3000,))


def test_what_shares_memory_shares_it_afterwards_and_is_stored_once() -> None:
    found = dumped(
        {
            "whole": BASE,
            "again": BASE,
            "part": BASE[5:],
            "turned": BASE.view(40, 100).t(),
            "bits": BASE.view(torch.int32),
        }
    )
    assert [len(data) for data in found[2]] == [BASE.nbytes]
    after = loaded(found)
    assert after["whole"] is after["again"]
    after["whole"][7] = -1
    assert after["part"][2] == after["turned"][7, 0] == -1
    assert after["bits"][7] == np.float32(-1).view("i4")


def test_two_tensors_that_are_only_equal_share_nothing_afterwards() -> None:
    one, other = trip([torch.ones(3000), torch.ones(3000)])
    one[0] = 5
    assert other[0] == 1


def test_attributes_of_tensors_and_parameters_come_along() -> None:
    tensor, parameter = torch.randn(600), torch.nn.Parameter(torch.randn(600))
    tensor.note, parameter.note = {"a": 1}, "decays"
    after = trip([tensor, parameter])
    assert (after[0].note, after[1].note) == ({"a": 1}, "decays")
    assert type(after[1]) is torch.nn.Parameter


class Tagged(torch.Tensor):
    """A tensor of a class of the user's."""


def test_a_tensor_of_a_class_of_its_own_keeps_it() -> None:
    before = torch.arange(3000).to(torch.uint16).as_subclass(Tagged)
    found = dumped(before)
    after = loaded(found)
    assert type(after) is Tagged
    assert torch.equal(after.as_subclass(torch.Tensor), before.as_subclass(torch.Tensor))
    assert len(found[2]) == 1


def network() -> Any:
    torch.manual_seed(0)
    net = torch.nn.Sequential(
        torch.nn.Embedding(50, 16), torch.nn.LSTM(16, 32), torch.nn.Linear(32, 40), torch.nn.BatchNorm1d(40),
        torch.nn.Linear(40, 40), torch.nn.Dropout(0.2),
    )  # fmt: skip
    net[4].weight = torch.nn.Parameter(torch.randn(40, 40))
    return net


def train(net: Any, optimizer: Any, steps: int = 3) -> None:
    torch.manual_seed(1)
    for _ in range(steps):
        optimizer.zero_grad()
        hidden, _ = net[1](net[0](torch.arange(12)))
        net[5](net[4](net[3](net[2](hidden)))).square().sum().backward()
        optimizer.step()


def weights(net: Any) -> list[bytes]:
    return [bits(tensor) for tensor in net.state_dict().values()]


OPTIMIZERS = {
    "SGD": lambda parameters: torch.optim.SGD(parameters, lr=0.01, momentum=0.9),
    "Adam": lambda parameters: torch.optim.Adam(parameters, lr=0.01, amsgrad=True),
    "AdamW": lambda parameters: torch.optim.AdamW(parameters, lr=0.01),
    "RMSprop": lambda parameters: torch.optim.RMSprop(parameters, lr=0.01, centered=True),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_goes_on_equally_from_what_was_loaded(name: str) -> None:
    net = network()
    optimizer = OPTIMIZERS[name](net.parameters())
    train(net, optimizer)
    found = dumped((net, optimizer))
    net_after, optimizer_after = loaded(found)
    held = [parameter for group in optimizer_after.param_groups for parameter in group["params"]]
    assert all(one is other for one, other in zip(held, net_after.parameters(), strict=True))
    assert weights(net) == weights(net_after)
    train(net, optimizer)
    train(net_after, optimizer_after)
    assert weights(net) == weights(net_after)
    assert weights(loaded(found)[0]) != weights(net)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_loaded_copied_or_trained_again_it_is_the_same_version(name: str) -> None:
    def trained() -> Any:
        net = network()
        optimizer = OPTIMIZERS[name](net.parameters())
        train(net, optimizer)
        return net, optimizer

    before = trained()
    assert found_again(before, trip(before))
    assert found_again(before, trained())
    assert found_again(before, copy.deepcopy(before))
    assert found_again(before[0], copy.deepcopy(before[0]))
    train(*before, steps=1)
    assert not found_again(before, trained())


def test_a_module_of_the_notebook_is_the_same_version_after_a_load(tmp_path: Path) -> None:
    space: dict[str, Any] = {"__name__": "__main__", "torch": torch}
    exec(
        "class Net(torch.nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.layer = torch.nn.Linear(30, 30)\n"
        "    def forward(self, x):\n"
        "        return self.layer(x).relu()\n",
        space,
    )
    torch.manual_seed(0)
    before = space["Net"]()
    found = dumped(before)
    after = loaded(found)
    assert found[0] == 2
    assert type(after) is not type(before)
    assert torch.equal(after(torch.ones(30)), before(torch.ones(30)))
    assert found_again(before, after)
    assert found_again(before, copy.deepcopy(before))


def test_large_memory_is_used_as_it_comes_and_small_gets_its_own() -> None:
    found = dumped([torch.arange(4000.0), torch.arange(5.0)])
    buffers = [memoryview(bytearray(data)) for data in found[2]]
    large, small = pickle.loads(found[1], buffers=buffers)
    large[3] = -7
    assert np.frombuffer(buffers[0], "f4")[3] == -7
    small.resize_(5000)  # memory that is not torch's own cannot grow


def test_a_buffer_that_begins_anywhere_is_copied_to_where_torch_can_read_it() -> None:
    room = memoryview(bytearray(4100))
    at = next(at for at in range(20) if (np.frombuffer(room, "u1").ctypes.data + at) % rebuild.ALIGNED == 3)
    room[at : at + 4000] = torch.arange(1000.0).numpy().tobytes()
    storage = rebuild.storage(room[at : at + 4000])
    assert storage.data_ptr() % rebuild.ALIGNED == 0
    assert torch.equal(torch.empty(0).set_(storage), torch.arange(1000.0))


def test_read_only_memory_is_copied() -> None:
    storage = rebuild.storage(torch.arange(1000.0).numpy().tobytes())
    assert torch.equal(torch.empty(0).set_(storage), torch.arange(1000.0))


def test_without_buffers_plain_torch_reads_it_and_this_package_is_not_needed(tmp_path: Path) -> None:
    with (tmp_path / "model.pkl").open("wb") as file:
        assert dump(network(), file).format == 1
    code = "import pickle, sys; pickle.load(open('model.pkl', 'rb')); assert 'modelreg' not in sys.modules"
    subprocess.run([sys.executable, "-I", "-W", "ignore", "-c", code], check=True, cwd=tmp_path)


def test_what_torch_does_not_pickle_is_refused_with_what_to_do() -> None:
    normed = torch.nn.utils.parametrizations.weight_norm(torch.nn.Linear(3, 3))
    with pytest.raises(UnpicklableError, match=r"^model\['net'\] cannot be stored: a parametrized module .*state_dict"):
        dump({"net": normed}, None, lambda _: None)
    scripted = torch.jit.script(torch.nn.Linear(3, 3))
    with pytest.raises(
        UnpicklableError, match=r"^model\['net'\] cannot be stored: a TorchScript module .*torch.jit.save"
    ):
        dump({"net": scripted}, None, lambda _: None)


def test_of_large_memory_of_which_little_is_used_the_user_is_told(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    whole = torch.zeros(500_000)
    net = torch.nn.Linear(10, 10)
    net.register_buffer("first", whole[:100])
    said = registry.register(net, "net")
    assert (
        "tensors of 400 B are parts of others of 2 MB, all of which is stored: clone() keeps the part alone"
        in said.notes
    )
    net.register_buffer("most", whole[100:])
    assert not any("clone()" in note for note in registry.register(net, "net").notes)
    del net.most
    net.first = net.first.clone()
    assert not any("clone()" in note for note in registry.register(net, "net").notes)
