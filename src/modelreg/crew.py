"""Threads for one piece of work. Where the system gives none, as in a container with a limit, one thread does all of it."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import ThreadPoolExecutor

_LONGEST: Final = 10.0
"""Seconds that a thread waits for the others to run."""

Item = TypeVar("Item")
Found = TypeVar("Found")
Found_co = TypeVar("Found_co", covariant=True)


class Task(Protocol[Found_co]):
    """Something that is being done."""

    def result(self) -> Found_co:
        """Wait for it and return what came out."""

    def add_done_callback(self, call: Callable[[Any], object]) -> None:
        """Call something once it is done, or left."""


class Done(Generic[Found]):
    """Something that was done at once."""

    def __init__(self, found: Found) -> None:
        self._found = found

    def result(self) -> Found:
        """Return what came out."""
        return self._found

    def add_done_callback(self, call: Callable[[Any], object]) -> None:
        """Call something now."""
        call(self)


def crew(count: int, name: str) -> ThreadPoolExecutor | None:
    """Return a pool whose threads run already; None where the system gives no thread.

    An interrupt while a pool starts a thread leaves one that its ``shutdown`` does not wait for: it must have nothing to
    do yet. A pool serves one piece of work: none of its threads would survive a fork.

    Parameters
    ----------
    count : int
        How many threads.
    name : str
        What they do, for who looks at the threads of the process.
    """
    try:
        from concurrent.futures import ThreadPoolExecutor
    except RuntimeError:  # the interpreter is ending, and starts no threads any more
        return None
    pool = ThreadPoolExecutor(count, thread_name_prefix=f"modelreg-{name}")
    ready = threading.Barrier(count + 1, timeout=_LONGEST)  # an interrupt before the abort would leave them waiting
    try:
        for _ in range(count):
            pool.submit(ready.wait)
        ready.wait()
    except BaseException as error:
        ready.abort()
        pool.shutdown(wait=False, cancel_futures=True)
        if isinstance(error, RuntimeError):  # can't start new thread
            return None
        raise
    return pool


def spread(do: Callable[[Item], Found], items: Sequence[Item], count: int, name: str) -> Iterator[Found]:
    """Yield what ``do`` makes of each item, in their order.

    Parameters
    ----------
    do : callable
        Done in a thread of its own where there is more than one item.
    items : sequence
        What it is done with.
    count : int
        At most so many threads.
    name : str
        What they do.
    """
    workers = min(count, len(items))
    pool = crew(workers, name) if workers > 1 else None
    if pool is None:
        yield from map(do, items)
        return
    try:
        for task in [submit(pool, partial(do, item)) for item in items]:
            yield task.result()
    finally:  # an interrupt, or one bad item, does not wait for the others
        pool.shutdown(cancel_futures=True)


def submit(pool: ThreadPoolExecutor, work: Callable[[], Found]) -> Task[Found]:
    """Do something in a thread of a pool; at once, where the interpreter is ending and no thread takes anything any more."""
    try:
        return pool.submit(work)
    except RuntimeError:
        return Done(work())


def begin(work: Callable[[], object], name: str) -> threading.Thread | None:
    """Do something beside everything else, and return the thread; None: the system gave none, and it is done."""
    thread = threading.Thread(target=work, name=f"modelreg-{name}", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # can't start new thread
        work()
        return None
    return thread
