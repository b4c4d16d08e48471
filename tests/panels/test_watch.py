"""The change counter is looked at while somebody can see a view, by the loop of the kernel, and a change is told once."""

from __future__ import annotations

import asyncio
import sqlite3
import time

import pytest

from modelreg.catalog import faults
from modelreg.errors import LockedError
from modelreg.panels import watch
from modelreg.panels.watch import Watch


class Counter:
    """A change counter, and what was told of it."""

    def __init__(self):
        self.now = 7
        self.looks = 0
        self.looked = asyncio.Event()
        self.told = []
        self.fault = None

    def read(self):
        self.looks += 1
        self.looked.set()
        if self.fault is not None:
            raise self.fault
        return self.now

    def watch(self):
        return Watch(self.read, self.told.append, every=0.005)

    async def look(self, more=2):
        for _ in range(more):
            self.looked = asyncio.Event()
            await self.looked.wait()


def test_a_change_is_told_once():
    counter = Counter()

    async def kernel():
        assert counter.watch().seen("a", on=True)
        await counter.look()
        counter.now = 8
        await counter.look(3)

    asyncio.run(kernel())
    assert counter.told == [7, 8]


def test_nobody_looks_when_no_view_is_seen():
    counter = Counter()

    async def kernel():
        watched = counter.watch()
        watched.seen("a", on=True)
        watched.seen("b", on=True)
        watched.seen("a", on=False)
        await counter.look()
        watched.seen("b", on=False)
        await asyncio.sleep(0.02)  # what was due comes
        before = counter.looks
        await asyncio.sleep(0.05)
        return before

    assert asyncio.run(kernel()) == counter.looks


def test_a_view_that_was_closed_without_a_word_is_forgotten(monkeypatch):
    monkeypatch.setattr(watch, "LEASE", 0.02)
    counter = Counter()

    async def kernel():
        counter.watch().seen("a", on=True)
        await asyncio.sleep(0.06)
        before = counter.looks
        await asyncio.sleep(0.05)
        return before

    assert asyncio.run(kernel()) == counter.looks


@pytest.mark.parametrize("fault", [LockedError("somebody writes"), OSError("the disk is away"), KeyError("a bug")])
def test_a_registry_that_cannot_be_read_is_looked_at_again(fault):
    counter = Counter()

    async def kernel():
        counter.watch().seen("a", on=True)
        await counter.look()
        counter.fault = fault
        await counter.look()
        counter.fault, counter.now = None, 9
        await counter.look()

    asyncio.run(kernel())
    assert counter.told == [7, 9]


def test_a_change_that_could_not_be_told_is_told_by_the_next_look():
    counter, broken = Counter(), [True]

    def tell(pulse):
        if broken:
            broken.pop()
            raise OSError("no line to the page")
        counter.told.append(pulse)

    async def kernel():
        assert Watch(counter.read, tell, every=0.005).seen("a", on=True)
        await counter.look(3)

    asyncio.run(kernel())
    assert counter.told == [7]


@pytest.fixture
def locked(opened):
    """Hold the whole registry of an opened panel, as somebody does who makes its index anew."""
    opened.ask("start")
    driver = sqlite3.connect(opened.desk.place / "registry.db", isolation_level=None)
    driver.execute("PRAGMA locking_mode = EXCLUSIVE")
    for connection in opened.desk.session.opened.values():
        connection.close()
    driver.execute("PRAGMA journal_mode = DELETE")
    driver.execute("BEGIN EXCLUSIVE")
    yield opened
    driver.close()


def test_a_locked_registry_holds_neither_the_loop_nor_the_view(locked):
    began = time.monotonic()

    async def kernel():
        answer = locked.ask("seen", view="a", on=True)
        locked.panel.watch._look()
        locked.panel.watch.close()
        return answer

    assert asyncio.run(kernel()) == {"pulse": 0, "watching": True}
    assert time.monotonic() - began < faults.PATIENCE / 2


def test_a_read_after_a_short_look_waits_as_long_as_ever(opened):
    registry = opened.panel.registry
    registry.pulse(patience=0.001)
    with registry._context.read() as conn:
        assert conn.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000


def test_a_closed_panel_looks_no_more():
    counter = Counter()

    async def kernel():
        watched = counter.watch()
        watched.seen("a", on=True)
        await counter.look()
        watched.close()
        before = counter.looks
        await asyncio.sleep(0.05)
        return before

    assert asyncio.run(kernel()) == counter.looks


def test_the_watch_goes_on_in_the_loop_that_is_there():
    counter = Counter()
    watched = counter.watch()

    async def subshell():
        watched.seen("a", on=True)

    async def kernel():
        assert watched.seen("b", on=True)
        await asyncio.wait_for(counter.look(), 10)

    asyncio.run(subshell())
    assert not watched.seen("a", on=True)  # the loop that was to look has ended
    asyncio.run(kernel())
    assert counter.told == [7]


def test_without_a_loop_the_view_is_told_to_ask_by_itself():
    assert not Counter().watch().seen("a", on=True)
    assert Counter().watch().seen("a", on=False)
