"""How a store of objects must behave, whatever it is made of.

Subclass :class:`BlobStoreTests` with a fixture ``store`` that gives an empty one, and say how one of its objects is damaged::

    class TestLocal(BlobStoreTests):
        @pytest.fixture
        def store(self, tmp_path):
            return LocalBlobs(tmp_path)

        def spoil(self, store, name, data):
            path = store.path(name)
            path.chmod(0o644)
            path.write_bytes(data)
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from modelreg.digests import digest
from modelreg.errors import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelreg.blobs.base import BlobStore
    from modelreg.digests import Bytes

HOSTILE: tuple[Any, ...] = (
    "",
    "..",
    "../" * 20 + "etc/passwd",
    "/etc/passwd",
    "a" * 63,
    "a" * 65,
    "A" * 64,
    "g" * 64,
    "a" * 64 + "\n",
    "\0" * 64,
    "ab/" + "c" * 61,
    "\uff11" * 64,
    b"a" * 64,
    None,
    7,
)
"""What is no digest, though some of it looks like one."""

ABSENT = digest(b"never stored")
SIZES = (0, 1, 4095, 65_536, (8 << 20) - 1, 8 << 20, (8 << 20) + 1)


class BlobStoreTests:
    """The guarantees of :class:`~modelreg.blobs.base.BlobStore`."""

    @pytest.fixture
    def store(self) -> BlobStore:
        raise NotImplementedError

    def spoil(self, store: BlobStore, name: str, data: bytes) -> None:
        """Put other bytes where an object is, behind the back of the store."""
        raise NotImplementedError

    @pytest.mark.parametrize("size", SIZES)
    def test_what_was_put_is_read(self, store: BlobStore, size: int) -> None:
        data = os.urandom(size)
        name = store.put(data)
        assert name == digest(data)
        assert store.size(name) == size
        assert store.exists(name)
        assert store.read(name) == data
        with store.open(name) as stream:
            assert stream.read() == data

    def test_an_object_is_the_concatenation_of_its_pieces(self, store: BlobStore) -> None:
        pieces: list[Bytes] = [b"ab", bytearray(b"cd"), memoryview(b"efgh")[1:3], b"", b"x" * 70_000, b"end"]
        whole = b"".join(pieces)
        store.put_many([(digest(whole), pieces)])
        assert store.read(digest(whole)) == whole

    def test_a_stretch_is_read(self, store: BlobStore) -> None:
        name = store.put(bytes(range(200)))
        assert store.read(name, 10, 5) == bytes(range(10, 15))
        assert store.read(name, 190) == bytes(range(190, 200))
        view = memoryview(bytearray(b"." * 6))
        store.readinto(name, 100, view[2:4])
        assert bytes(view) == b"..de.."
        store.readinto(name, 0, view[:0])

    def test_reading_behind_the_end_is_damage(self, store: BlobStore) -> None:
        name = store.put(b"short")
        for offset, length in ((0, 6), (5, 1), (1000, 1)):
            with pytest.raises(IntegrityError, match=name):
                store.readinto(name, offset, memoryview(bytearray(length)))

    def test_what_is_not_there_is_said_to_be_missing(self, store: BlobStore) -> None:
        assert store.size(ABSENT) is None
        assert not store.exists(ABSENT)
        for read in (store.read, store.open):
            with pytest.raises(IntegrityError, match=f"{ABSENT} is missing"):
                read(ABSENT)
        with pytest.raises(IntegrityError, match=f"{ABSENT} is missing"):
            store.readinto(ABSENT, 0, memoryview(bytearray(1)))
        assert list(store.iterate()) == []

    def test_a_deleted_object_is_gone_and_can_come_back(self, store: BlobStore) -> None:
        name = store.put(b"bytes")
        store.delete(name)
        store.delete(name)
        store.delete(ABSENT)
        assert not store.exists(name)
        assert store.put(b"bytes") == name
        assert store.read(name) == b"bytes"

    def test_who_reads_an_object_goes_on_when_it_is_deleted(self, store: BlobStore) -> None:
        data = os.urandom(1 << 20)
        with store.open(store.put(data)) as stream:
            start = stream.read(10)
            store.delete(digest(data))
            assert start + stream.read() == data

    def test_every_object_is_listed_once(self, store: BlobStore) -> None:
        before = time.time_ns()
        sizes = {store.put(bytes([number]) * number): number for number in range(20)}
        store.put(b"\1")
        found = list(store.iterate())
        assert {name: size for name, size, _ in found} == sizes
        assert len(found) == len(sizes)
        minute = 60 * 10**9  # clocks of stores need not be that of this machine
        assert all(abs(at - before) < minute for _, _, at in found)

    def test_putting_again_changes_nothing_but_the_time(self, store: BlobStore) -> None:
        name = store.put(b"bytes")
        ((_, _, first),) = store.iterate()
        time.sleep(0.02)
        store.put(b"bytes")
        ((listed, size, second),) = store.iterate()
        assert (listed, size, store.read(name)) == (name, 5, b"bytes")
        assert second > first

    @pytest.mark.parametrize("wrong", [b"", b"byte", b"bytes and more"])
    def test_an_object_of_the_wrong_size_is_replaced(self, store: BlobStore, wrong: bytes) -> None:
        name = store.put(b"bytes")
        self.spoil(store, name, wrong)
        assert store.size(name) == len(wrong)
        store.put(b"bytes")
        assert store.read(name) == b"bytes"

    def test_a_changed_object_is_replaced(self, store: BlobStore) -> None:
        name = store.put(b"bytes")
        self.spoil(store, name, b"bites")
        assert store.read(name) == b"bites"
        with store.batch() as batch:
            assert not batch.holds(name, 5)
            assert not batch.put(name, [b"bytes"])
            assert batch.holds(name, 5)
        assert store.read(name) == b"bytes"

    def test_a_batch_says_what_was_there(self, store: BlobStore) -> None:
        name = store.put(b"bytes")
        with store.batch() as batch:
            assert not batch.holds(digest(b"other"), 5)
            assert not batch.holds(name, 6)
            assert batch.holds(name, 5)
            assert batch.put(name, [b"bytes"])
            assert not batch.put(digest(b"other"), [b"other"])
            assert batch.put(digest(b"other"), [b"other"])
            assert batch.written == [digest(b"other")]

    def test_the_bytes_are_asked_for_one_object_at_a_time(self, store: BlobStore) -> None:
        names = [digest(bytes([number])) for number in range(4)]
        seen = []

        def items() -> Iterator[tuple[str, Sequence[Bytes]]]:
            for number, name in enumerate(names):
                seen.append([store.exists(earlier) for earlier in names])
                yield name, [bytes([number])]

        store.put_many(items())
        assert [row.count(True) for row in seen] == [0, 1, 2, 3]

    def test_a_batch_that_fails_leaves_whole_objects_only(self, store: BlobStore) -> None:
        def items() -> Iterator[tuple[str, Sequence[Bytes]]]:
            yield digest(b"one"), [b"one"]
            yield digest(b"two"), [b"two"]
            msg = "the model went away"
            raise LookupError(msg)

        with pytest.raises(LookupError, match="went away"):
            store.put_many(items())
        for name, _, _ in store.iterate():
            assert digest(store.read(name)) == name
        assert store.sweep_temp(0) == 0

    @pytest.mark.parametrize("name", HOSTILE, ids=lambda name: f"{name!r:.12}")
    def test_what_is_no_digest_is_refused(self, store: BlobStore, name: Any) -> None:
        calls = (
            lambda: store.size(name),
            lambda: store.read(name),
            lambda: store.open(name),
            lambda: store.delete(name),
            lambda: store.readinto(name, 0, memoryview(bytearray(1))),
            lambda: store.put_many([(name, [b"x"])]),
        )
        for call in calls:
            with pytest.raises(IntegrityError, match="is not the digest"):
                call()
        assert list(store.iterate()) == []

    def test_many_threads_may_put_and_read_the_same_objects(self, store: BlobStore) -> None:
        contents = [os.urandom(1000 * number) for number in range(1, 6)]

        def work(turn: int) -> None:
            for data in contents[turn % 5 :] + contents[: turn % 5]:
                assert store.read(store.put(data)) == data

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(24)))
        assert {name for name, _, _ in store.iterate()} == set(map(digest, contents))
        assert store.sweep_temp(0) == 0
