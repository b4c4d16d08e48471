"""What loads without running code names its parts by itself, so that versions compare part by part."""

from __future__ import annotations

import copy
import json
import math
from typing import TYPE_CHECKING, Any

import pytest
import torch

from modelreg.contents import pack
from modelreg.contents.names import differences
from modelreg.flavors import named
from modelreg.flavors.torch_state import TORCH_STATE
from modelreg.opcodes.paths import ABOUT, MOST, NAME

if TYPE_CHECKING:
    from modelreg.flavors.base import Flavor


def changed(flavor: Flavor, *models: Any) -> list[str]:
    """Return the paths of the parts in which models differ."""
    wholes = [pack(model, flavor).parts for model in models]
    assert None not in wholes
    return [one.path for one in differences([whole for whole in wholes if whole])]


@pytest.fixture
def state() -> dict[str, torch.Tensor]:
    """Return the state dict of a small network."""
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Linear(2, 2)).state_dict()


def test_tensors_of_a_state_dict_are_told_with_type_and_shape(state: dict[str, torch.Tensor]) -> None:
    whole = pack(state, TORCH_STATE).parts
    assert whole is not None
    assert [(part.name, part.about) for part in whole.parts] == [
        ("0.weight", "float32 2 × 3"),
        ("0.bias", "float32 2"),
        ("1.weight", "float32 2 × 2"),
        ("1.bias", "float32 2"),
    ]


def test_what_changes_in_a_state_dict_is_named(state: dict[str, torch.Tensor]) -> None:
    other = copy.deepcopy(state)
    other["1.weight"] += 1
    other["0.bias"] = other["0.bias"].to(torch.float64)
    del other["1.bias"]
    assert changed(TORCH_STATE, state, other) == ["0.bias", "1.weight", "1.bias"]
    assert changed(TORCH_STATE, state, copy.deepcopy(state)) == []


def test_texts_of_a_configuration_are_not_told() -> None:
    part = named.value("config", {"token": "hunter2", "all": ["hunter2"], "inner": [{"key": "hunter2"}], "n": 3})
    assert "hunter2" not in repr(part)
    assert [(one.name, one.about) for one in part.parts[:2]] == [("token", "str"), ("all", "list of 1")]
    assert part.parts[3].about == "3"


def test_any_value_of_json_has_bounds() -> None:
    deep: Any = 1
    for _ in range(300):
        deep = {"x" * 1000: [deep]}
    odd = {
        "\ud800": math.inf,
        "nan": math.nan,
        "long": [0.123456789] * 50,
        "wide": dict.fromkeys(map(str, range(500)), 1),
    }
    whole = named.whole("model", [named.value("config", [deep, odd])])
    assert whole is not None
    pending = [whole]
    while pending:
        part = pending.pop()
        assert len(part.name) <= NAME
        assert len(part.about) <= ABOUT
        json.dumps(part.name, ensure_ascii=False).encode()
        pending.extend(part.parts)
    assert named.whole("model", [named.value(str(n), n) for n in range(MOST + 1)]) is None
