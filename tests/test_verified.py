"""The memory of verified files: believed for the same file only, private, and never a reason to fail."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

import pytest

from modelreg.verified import Remembered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ONE, TWO = "1" * 64, "2" * 64
HERE = (5, 77, 1000, 1_790_000_000_123_456_789)
MOVED = (5, 77, 1000, 1_790_000_001_000_000_000)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Remembered]:
    found = Remembered(tmp_path / "private")
    yield found
    found.close()


def test_nothing_is_known_and_nothing_made_before_something_is_noted(memory: Remembered) -> None:
    assert memory.known([ONE, TWO]) == {}
    assert not memory.adds_up(ONE, TWO)
    assert not memory.refuted(ONE)
    memory.note({})
    memory.forget([])
    assert not memory.file.parent.exists()


def test_what_was_found_wrong_is_wrong_for_every_kernel_until_it_is_read_and_true(memory: Remembered) -> None:
    memory.forget([ONE])
    other = Remembered(memory.file.parent)
    assert other.refuted(ONE)
    assert not other.refuted(TWO)
    other.note({TWO: HERE})
    assert other.refuted(ONE)
    other.note({ONE: HERE})
    assert not memory.refuted(ONE)
    other.close()


def test_what_was_noted_is_known_to_another_kernel(memory: Remembered) -> None:
    memory.note({ONE: HERE}, {TWO: ONE})
    other = Remembered(memory.file.parent)
    assert other.known([ONE, TWO]) == {ONE: {HERE}}
    assert other.adds_up(TWO, ONE)
    assert not other.adds_up(TWO, TWO)
    other.close()


def test_an_object_is_known_in_each_file_that_holds_it(memory: Remembered) -> None:
    elsewhere = (6, 78, 1000, 3)
    memory.note({ONE: HERE})
    memory.note({ONE: elsewhere})
    assert memory.known([ONE]) == {ONE: {HERE, elsewhere}}


def test_a_file_that_changed_takes_the_place_of_what_it_was(memory: Remembered) -> None:
    memory.note({ONE: HERE})
    memory.note({ONE: MOVED})
    assert memory.known([ONE]) == {ONE: {MOVED}}


def test_numbers_of_64_bits_come_back(memory: Remembered) -> None:
    large = ((1 << 64) - 2, (1 << 63) + 5, 9, 9)
    memory.note({ONE: large})
    assert memory.known([ONE]) == {ONE: {large}}


def test_many_objects_are_asked_for_at_once(memory: Remembered) -> None:
    many = {f"{number:064x}": (1, number, 2, 3) for number in range(1200)}
    memory.note(many)
    assert memory.known(many) == {name: {facts} for name, facts in many.items()}


def test_only_what_was_believed_is_renewed(memory: Remembered) -> None:
    memory.note({ONE: HERE})
    memory.renew({ONE: (HERE, MOVED), TWO: (HERE, MOVED)})
    assert memory.known([ONE, TWO]) == {ONE: {MOVED}}
    memory.renew({ONE: (HERE, (5, 77, 1000, 9))})  # it is not known as it was before: somebody else changed it
    assert memory.known([ONE]) == {ONE: {MOVED}}


def test_what_is_forgotten_is_unknown(memory: Remembered) -> None:
    memory.note({ONE: HERE, TWO: HERE})
    memory.forget([ONE])
    assert memory.known([ONE, TWO]) == {TWO: {HERE}}


def test_the_memory_is_private(memory: Remembered) -> None:
    memory.note({ONE: HERE})
    assert memory.file.parent.stat().st_mode & 0o777 == 0o700
    assert memory.file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o666, 0o620, 0o602])
@pytest.mark.parametrize("which", ["file", "folder"])
def test_a_memory_that_others_can_write_is_empty_and_learns_nothing(memory: Remembered, which: str, mode: int) -> None:
    memory.note({ONE: HERE}, {TWO: ONE})
    path = memory.file if which == "file" else memory.file.parent
    path.chmod(mode | 0o100)
    assert memory.known([ONE]) == {}
    assert not memory.adds_up(TWO, ONE)
    memory.note({TWO: HERE})
    path.chmod(0o700)
    assert memory.known([ONE, TWO]) == {ONE: {HERE}}


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_memory_of_another_user_is_empty(memory: Remembered) -> None:
    memory.note({ONE: HERE})
    os.chown(memory.file, 65534, 65534)
    assert memory.known([ONE]) == {}


def test_a_damaged_memory_is_put_aside_and_begun_anew(memory: Remembered) -> None:
    memory.note({ONE: HERE})
    memory.close()
    memory.file.write_bytes(b"no database" * 1000)
    assert memory.known([ONE]) == {}
    memory.note({TWO: HERE})
    assert memory.known([ONE, TWO]) == {TWO: {HERE}}
    assert list(memory.file.parent.glob("verified.db.corrupt-*"))


def test_a_memory_that_another_program_holds_is_done_without(memory: Remembered) -> None:
    memory.note({ONE: HERE})
    other = sqlite3.connect(memory.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    memory.note({TWO: HERE})
    other.execute("ROLLBACK")
    other.close()
    assert memory.known([ONE, TWO]) == {ONE: {HERE}}


def test_where_no_memory_can_be_kept_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "private").write_text("no folder")
    memory = Remembered(tmp_path / "private")
    memory.note({ONE: HERE})
    memory.forget([ONE])
    assert memory.known([ONE]) == {}
