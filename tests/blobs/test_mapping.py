"""Memory made of files: contiguous, writable, private, and there as long as it is looked at."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from modelreg.blobs import mapping
from modelreg.blobs.mapping import HUGE, PAGE, Region, memory

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(mapping._mmap() is None, reason="nothing is mapped on this system")


@pytest.fixture
def made(tmp_path: Path) -> Callable[[str, int], int]:
    """Return what makes a file of random bytes and returns its descriptor."""

    def make(name: str, size: int) -> int:
        path = tmp_path / name
        path.write_bytes(os.urandom(size))
        return os.open(path, os.O_RDONLY)

    return make


def test_files_lie_one_behind_the_other_at_a_large_page(made: Callable[[str, int], int], tmp_path: Path) -> None:
    first, second = made("a", 3 * PAGE), made("b", PAGE + 7)
    region = Region(4 * PAGE + 7)
    assert region.map(0, first, 0, 3 * PAGE)
    assert region.map(3 * PAGE, second, 0, PAGE + 7)
    os.close(first)
    os.close(second)
    assert bytes(region.view) == (tmp_path / "a").read_bytes() + (tmp_path / "b").read_bytes()
    assert ctypes.addressof(ctypes.c_char.from_buffer(region.view)) % HUGE == 0


def test_a_stretch_of_a_file_may_be_mapped(made: Callable[[str, int], int], tmp_path: Path) -> None:
    region = Region(PAGE)
    assert region.map(0, made("a", 3 * PAGE), PAGE, PAGE)
    assert bytes(region.view) == (tmp_path / "a").read_bytes()[PAGE : 2 * PAGE]


def test_what_is_written_stays_out_of_the_file_and_of_other_regions(
    made: Callable[[str, int], int], tmp_path: Path
) -> None:
    descriptor = made("a", 2 * PAGE)
    before = (tmp_path / "a").read_bytes()
    one, other = Region(2 * PAGE), Region(2 * PAGE)
    for region in (one, other):
        assert region.map(0, descriptor, 0, 2 * PAGE)
    one.view[:] = bytes(2 * PAGE)
    assert (tmp_path / "a").read_bytes() == before
    assert bytes(other.view) == before


def test_a_deleted_file_stays_as_long_as_a_view_and_no_longer(made: Callable[[str, int], int], tmp_path: Path) -> None:
    descriptor = made("vanishing", 2 * PAGE)
    before = (tmp_path / "vanishing").read_bytes()
    region = Region(2 * PAGE)
    assert region.map(0, descriptor, 0, 2 * PAGE)
    os.close(descriptor)
    (tmp_path / "vanishing").unlink()
    view = region.view[PAGE:]
    del region
    gc.collect()
    assert bytes(view) == before[PAGE:]
    if sys.platform == "linux":
        assert "vanishing" in Path("/proc/self/maps").read_text()
        del view
        gc.collect()
        assert "vanishing" not in Path("/proc/self/maps").read_text()


@pytest.mark.parametrize(
    ("at", "offset", "length"),
    [
        (1, 0, PAGE),  # not at the begin of a page
        (0, 1, PAGE),
        (0, 0, PAGE + 1),  # the rest of its page would belong to what follows
        (4 * PAGE, 0, PAGE),  # beyond the end
        (0, 0, 0),
    ],
)
def test_what_does_not_fit_is_not_mapped(made: Callable[[str, int], int], at: int, offset: int, length: int) -> None:
    region = Region(4 * PAGE)
    region.view[:] = b"x" * (4 * PAGE)
    assert not region.map(at, made("a", 8 * PAGE), offset, length)
    assert bytes(region.view) == b"x" * (4 * PAGE)


def test_where_the_system_refuses_there_is_memory_to_read_into(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(PAGE))
    descriptor = os.open(tmp_path / "a", os.O_WRONLY)  # what cannot be read cannot be mapped
    region = Region(3 * PAGE)
    assert not region.map(PAGE, descriptor, 0, PAGE)
    os.close(descriptor)
    region.view[:] = b"y" * (3 * PAGE)
    assert bytes(region.view) == b"y" * (3 * PAGE)


def test_more_memory_than_there_is_is_an_error() -> None:
    for size in (1 << 60, 1 << 70):
        with pytest.raises(MemoryError):
            Region(size)


@pytest.mark.parametrize("size", [0, 1, mapping.SMALL - 1, mapping.SMALL, mapping.SMALL + 1])
def test_memory_to_read_into_is_zero_writable_and_of_its_size(size: int) -> None:
    view = memory(size)
    assert view.nbytes == size
    assert not any(view)
    view[:] = b"z" * size
    assert bytes(view) == b"z" * size


def test_memory_is_private_to_a_forked_child() -> None:
    view = memory(mapping.SMALL)
    child = os.fork()
    if child == 0:
        view[0] = 1
        os._exit(0)
    os.waitpid(child, 0)
    assert view[0] == 0


def test_what_is_in_memory_is_not_cold(made: Callable[[str, int], int], tmp_path: Path) -> None:
    descriptor = made("a", 4 * PAGE)
    assert (tmp_path / "a").read_bytes()
    assert not mapping.is_cold(descriptor, PAGE)
    assert not mapping.is_cold(-1, 0)  # what cannot be told is not read ahead
