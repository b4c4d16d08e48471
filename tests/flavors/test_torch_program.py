"""Exported programs of torch, in torch's own archive."""

from __future__ import annotations

import sys
import zipfile
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from tests.flavors import alone

from modelreg.errors import IntegrityError, MissingLibraryError
from modelreg.flavors import flavor_for, is_model
from modelreg.flavors.torch_program import NAME, TORCH_PROGRAM
from modelreg.testing import FlavorTests

if TYPE_CHECKING:
    from pathlib import Path

X = torch.ones(3, 6)


@cache
def program() -> Any:
    torch.manual_seed(0)
    return torch.export.export(
        torch.nn.Sequential(torch.nn.Linear(6, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1)), (X,)
    )


@pytest.mark.slow
class TestTorchProgram(FlavorTests):
    flavor = TORCH_PROGRAM

    @pytest.fixture
    def model(self) -> Any:
        return program()

    def same(self, before: Any, after: Any) -> bool:
        return torch.equal(before.module()(X), after.module()(X))

    def test_it_is_a_model_and_a_module_is_of_the_flavor_python(self, model: Any) -> None:
        assert is_model(model)
        assert flavor_for(torch.nn.Linear(1, 1)).name == "python"


def test_torch_alone_opens_the_export(tmp_path: Path) -> None:
    code = "import torch; answer = torch.export.load(place + '/model.pt2').module()(torch.from_numpy(X)).detach()"
    answer = alone.answer(program(), code, X.numpy(), tmp_path)
    assert np.array_equal(answer, program().module()(X).detach())


class Given:
    """Contents that somebody else wrote."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def copy_to(self, directory: Path) -> None:
        (directory / NAME).write_bytes(self.place.read_bytes())


# checklist 44
def test_an_archive_that_is_larger_inside_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data/weights/weight_0", bytes(1 << 20))
    with pytest.raises(IntegrityError, match="is compressed, which torch's are not: nothing was loaded"):
        TORCH_PROGRAM.load(Given(tmp_path / "bomb"), None)  # type: ignore[arg-type]


def test_bytes_that_are_no_archive_are_refused(tmp_path: Path) -> None:
    (tmp_path / "none").write_bytes(b"none")
    with pytest.raises(IntegrityError, match="no archive"):
        TORCH_PROGRAM.load(Given(tmp_path / "none"), None)  # type: ignore[arg-type]


def test_without_torch_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingLibraryError, match="%pip install torch"):
        TORCH_PROGRAM.load(None, None)  # type: ignore[arg-type]
