"""An interrupt while an object is made of plain things, without a line of Python."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import threading
import weakref

import pytest

from modelreg.contents import unpack
from modelreg.flavors.python import PYTHON


class Dying:
    """Takes part in a cycle, so that only a collection takes it away."""

    def __init__(self) -> None:
        self.itself = self


class Waiting:
    """Takes its time to be made."""

    begun, go_on = threading.Event(), threading.Event()

    def __reduce__(self) -> tuple[object, ...]:
        return _waited, ()


def _waited() -> bool:
    Waiting.begun.set()
    return Waiting.go_on.wait(10)


class Stream:
    """A source that is a stream only."""

    def __init__(self, stream: bytes) -> None:
        self._stream = stream

    def stream(self) -> bytes:
        """Return it."""
        return self._stream

    def buffers(self) -> list[memoryview]:
        """Return none."""
        return []


def test_an_interrupt_is_not_lost_in_what_a_collection_calls() -> None:
    source = Stream(pickle.dumps([[number, str(number)] for number in range(1_000_000)]))
    dying = [Dying() for _ in range(20_000)]
    watched = weakref.WeakSet(dying)  # its callbacks are Python
    gc.collect()  # they are old now: only a collection of everything finds them
    del dying
    timer = threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        timer.start()
        unpack(source, PYTHON)  # type: ignore[arg-type]  # a stream needs no files
    timer.join()
    assert len(watched) == 20_000, "nothing was collected in the meantime"
    assert gc.isenabled()


def test_a_child_that_is_forked_while_a_thread_loads_collects_its_garbage() -> None:
    loading = threading.Thread(target=unpack, args=(Stream(pickle.dumps(Waiting())), PYTHON))
    loading.start()
    assert Waiting.begun.wait(10)
    assert not gc.isenabled()
    child = os.fork()
    if not child:
        os._exit(0 if gc.isenabled() else 1)
    Waiting.go_on.set()
    loading.join()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert gc.isenabled()


def test_who_has_switched_it_off_finds_it_off() -> None:
    gc.disable()
    try:
        unpack(Stream(pickle.dumps([1])), PYTHON)  # type: ignore[arg-type]
        assert not gc.isenabled()
    finally:
        gc.enable()
