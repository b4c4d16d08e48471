"""Exported programs of torch, in torch's own archive."""

from __future__ import annotations

import copy
import sys
import tempfile
import zipfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.flavors import alone

from modelreg.errors import IntegrityError, MissingLibraryError
from modelreg.flavors import flavor_for, is_model
from modelreg.flavors.torch_program import NAME, TORCH_PROGRAM, _stored_plainly
from modelreg.testing import FlavorTests

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


# checklist 44
def test_an_archive_whose_entries_share_their_bytes_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb", "w") as archive:
        archive.writestr("archive/data/weights/weight_0", bytes(1 << 20))
        for number in range(1, 9):
            shared = copy.copy(archive.filelist[0])
            shared.filename = f"archive/data/weights/weight_{number}"
            archive.filelist.append(shared)
    with pytest.raises(IntegrityError, match="is larger inside than outside: nothing was loaded"):
        TORCH_PROGRAM.load(Given(tmp_path / "bomb"), None)  # type: ignore[arg-type]


def test_an_archive_of_a_later_version_is_none_of_torchs(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "later", "w") as archive:
        archive.writestr("archive/version", b"0")
        archive.filelist[0].extract_version = 99
    with pytest.raises(IntegrityError, match="no archive"):
        TORCH_PROGRAM.load(Given(tmp_path / "later"), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "entries",
    [
        {},
        {"version": b"0"},
        {"archive/archive_format": b"pt2", "archive/version": b"x"},
        {"archive/archive_format": b"pt2", "archive/version": b"0", "archive/models/model.json": b"{"},
        {"archive/archive_format": b"pt2", "archive/version": b"0", "archive/models/model.json": b"[]"},
        {"archive/archive_format": b"pt2", "archive/version": b"0", "archive/models/model.json": b"[" * 100_000},
        {
            "archive/archive_format": b"pt2",
            "archive/version": b"0",
            "archive/models/model.json": b'{"graph_module": 1}',
        },
    ],
    ids="-".join,
)
def test_an_archive_that_is_no_program_is_refused_in_one_line(entries: dict[str, bytes], tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "strange", "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    with pytest.raises(IntegrityError, match="this torch cannot make the program: ") as caught:
        TORCH_PROGRAM.load(Given(tmp_path / "strange"), None)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


@given(st.data())
def test_a_damaged_list_of_entries_is_read_or_refused(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "damaged"
        with zipfile.ZipFile(place, "w") as archive:
            archive.writestr("archive/größe", b"0")
        whole = bytearray(place.read_bytes())
        for at in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=4)):
            whole[at] = data.draw(st.integers(0, 255))
        place.write_bytes(whole)
        with suppress(IntegrityError):
            _stored_plainly(place)


def test_bytes_that_are_no_archive_are_refused(tmp_path: Path) -> None:
    (tmp_path / "none").write_bytes(b"none")
    with pytest.raises(IntegrityError, match="no archive"):
        TORCH_PROGRAM.load(Given(tmp_path / "none"), None)  # type: ignore[arg-type]


def test_without_torch_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingLibraryError, match="%pip install torch"):
        TORCH_PROGRAM.load(None, None)  # type: ignore[arg-type]
