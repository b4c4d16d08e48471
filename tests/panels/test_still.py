"""The twin that stays in a saved notebook: it says of when it is, and is the newest that the panel made."""

from __future__ import annotations

import asyncio
import re

import pytest

from modelreg.panels import renewing

AS_OF = re.compile(r"As of \d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC")
AGE = re.compile(r">(?:just now|\d+ (?:s|min|h|d) ago)<")


class Output:
    """The output of a cell: what stands at each place, and how often it came."""

    def __init__(self):
        self.shown = {}

    def put(self, value, place, *, again=False):
        if again:
            assert place in self.shown  # else nothing would come of it
        self.shown.setdefault(place, []).append(value._repr_mimebundle_()[0])


@pytest.fixture
def output(opened):
    """The output of the cell that the panel stands in."""
    place = Output()
    opened.desk.session.placed = place.put
    return place


@pytest.fixture
def at_once(monkeypatch):
    """Let what follows changes follow soon."""
    monkeypatch.setattr(renewing, "AFTER", 0.01)


def twins(output, panel):
    return output.shown[panel.twin_name]


def in_a_kernel(*acts):
    """Do something where a loop runs, as in a kernel, and wait for what follows."""

    async def kernel():
        for act in acts:
            act()
        await asyncio.sleep(0.1)

    asyncio.run(kernel())


@pytest.mark.parametrize("line", ["browse churn", "browse churn:v1", "browse fraud", "browse", "register"])
def test_a_twin_says_of_when_it_is_and_tells_dates_in_place_of_ages(opened, output, line):
    panel = opened.open(line)
    panel._ipython_display_()
    (twin,) = twins(output, panel)
    assert AS_OF.search(twin["text/html"])
    assert not AGE.search(twin["text/html"])


def test_after_acts_in_the_panel_the_newer_twin_takes_the_place_of_the_old_once(opened, output, at_once):
    panel = opened.open("browse churn")
    panel._ipython_display_()
    answered = []

    def act(alias):
        opened.act("alias", ref="churn:v3", alias=alias, expect=None)
        answered.append(len(twins(output, panel)))

    in_a_kernel(lambda: act("champion"), lambda: act("challenger"))
    before, after = (each["text/html"] for each in twins(output, panel))
    assert answered == [1, 1]  # it is not part of the answer
    assert "challenger" not in before
    assert "champion" in after
    assert "challenger" in after


def test_what_only_looks_leaves_the_twin_alone(opened, output, at_once):
    panel = opened.open("browse churn")
    panel._ipython_display_()
    in_a_kernel(lambda: opened.ask("open", name="fraud"), lambda: opened.ask("seen", view="a", on=False))
    assert len(twins(output, panel)) == 1


def test_a_form_that_registered_leaves_a_twin_that_says_so(form, at_once):
    output = Output()
    form.desk.session.placed = output.put
    form.open("register")._ipython_display_()
    in_a_kernel(lambda: form.ask("register", variable="clf", name="churn"))
    assert "churn:v4" in twins(output, form.panel)[-1]["text/html"]


def test_nothing_follows_in_a_panel_that_was_closed(opened, output, at_once):
    panel = opened.open("browse churn")
    panel._ipython_display_()
    in_a_kernel(lambda: opened.act("alias", ref="churn:v3", alias="champion", expect=None), panel.close)
    assert len(twins(output, panel)) == 1
