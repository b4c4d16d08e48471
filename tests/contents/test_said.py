"""What is said of contents is said of the bytes that were stored, also while somebody changes them."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import torch

from modelreg.contents import pack
from modelreg.contents.gathering import Gathered
from modelreg.contents.laying import laid
from modelreg.contents.said import Said, said
from modelreg.flavors.files import FILES
from modelreg.flavors.native import safetensors
from modelreg.flavors.python import PYTHON
from modelreg.progress import Silent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from modelreg.flavors.base import Flavor
    from tests.contents.conftest import Shelf


def between(flavor: Flavor, gathered: Gathered, change: Callable[[], object]) -> tuple[Said, Said]:
    """Return what is said of contents before and after a change, once they are hashed."""
    listing = laid(gathered, (flavor.name, 1), None, Silent()).listing
    before = said(flavor, gathered, listing)
    change()
    return before, said(flavor, gathered, listing)


def test_a_table_that_changes_after_it_was_hashed_has_no_names() -> None:
    numbers = np.zeros((3, 1000))
    gathered = Gathered()
    PYTHON.save(pd.DataFrame(numbers.T, columns=list("abc"), copy=False), gathered, Silent())
    before, after = between(PYTHON, gathered, lambda: numbers.__iadd__(1))
    assert before.names is not None
    assert {"['a']", "['b']", "['c']"} <= {part.name for part in before.names.parts}
    assert (after.names, after.canonical_id) == (None, before.canonical_id), "the stream is as it was"


def test_a_stream_that_changes_after_it_was_hashed_has_no_names_and_no_canonical_form() -> None:
    memory = bytearray(pickle.dumps({"a": bytearray(100_000), "b": np.float64(1)}, 5))
    gathered = Gathered()
    gathered.stream().write(memoryview(memory))

    def change() -> None:
        memory[90_000] = 1

    before, after = between(PYTHON, gathered, change)
    assert None not in before[:2]
    assert before.names is not None
    assert after == Said(imports=before.imports)
    assert "numpy.dtype" in after.imports


def test_a_stream_that_is_none_any_more_is_what_was_stored_all_the_same() -> None:
    memory = bytearray(pickle.dumps(bytearray(100_000), 5))
    gathered = Gathered()
    gathered.stream().write(memoryview(memory))
    assert between(PYTHON, gathered, memory.reverse)[1] == Said()


def test_a_file_that_changes_after_it_was_hashed_has_no_names(tmp_path: Path) -> None:
    safetensors.write({"x": torch.zeros(2)}, tmp_path / "model.safetensors")
    safetensors.write({"y": torch.zeros(2)}, tmp_path / "other.safetensors")
    gathered = Gathered()
    FILES.save(tmp_path / "model.safetensors", gathered, Silent())
    before, after = between(
        FILES, gathered, lambda: (tmp_path / "other.safetensors").replace(tmp_path / "model.safetensors")
    )
    assert before.names is not None
    assert after.names is None


class Exhausted:
    """Stands in for a machine without room at one place."""

    def __init__(self, error: type[BaseException]) -> None:
        self.error = error

    def __call__(self, *_: object) -> Any:
        raise self.error


NAMED = ["modelreg.opcodes.read", "modelreg.opcodes.reading.Reading.parts", "modelreg.contents.said.inside"]


@pytest.mark.parametrize("place", NAMED)
def test_a_model_for_whose_names_there_is_no_room_is_stored(
    place: str, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = {"w": np.arange(1000.0)}
    plain = pack(model, PYTHON)
    monkeypatch.setattr(place, Exhausted(MemoryError))
    packed = pack(model, PYTHON, into=shelf.blobs)
    assert (packed.content_id, packed.imports) == (plain.content_id, plain.imports)
    assert packed.parts is None
    assert np.array_equal(shelf.get(packed)["w"], model["w"])


@pytest.mark.parametrize("place", NAMED)
def test_an_interrupt_while_parts_are_named_ends_it(place: str, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[str] = []
    monkeypatch.setattr(place, Exhausted(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        pack({"w": np.arange(1000.0)}, PYTHON, into=shelf.blobs, written=left)
    assert left
