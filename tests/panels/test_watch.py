"""The change counter is looked at while somebody can see a view, by the loop of the kernel, and a change is told once."""

from __future__ import annotations

import asyncio

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


def test_a_registry_that_cannot_be_read_is_looked_at_again():
    counter = Counter()

    async def kernel():
        counter.watch().seen("a", on=True)
        await counter.look()
        counter.fault = LockedError("somebody writes")
        await counter.look()
        counter.fault, counter.now = None, 9
        await counter.look()

    asyncio.run(kernel())
    assert counter.told == [7, 9]


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


def test_without_a_loop_the_view_is_told_to_ask_by_itself():
    assert not Counter().watch().seen("a", on=True)
    assert Counter().watch().seen("a", on=False)
