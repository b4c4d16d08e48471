"""A page says how long ago something was as Python does, by the clock of the kernel."""

from __future__ import annotations

import pytest

from modelreg import moments
from modelreg.panels import assets

NOW = 1_790_000_000_000
"""Milliseconds."""
HOUR, DAY = 3600, 86_400
SECONDS = [
    *range(0, 200, 7), 4, 5, 59, 60, 61, HOUR - 1, HOUR, 5 * HOUR, DAY - 1, DAY, 9 * DAY, 30 * DAY - 1, 30 * DAY, 400 * DAY, -3600,
]  # fmt: skip


@pytest.fixture
def ages(browser):
    """A page of a browser with the module of the ages in it."""
    page = browser.new_context().new_page()
    page.evaluate(f"() => {{ {assets.script('ages.js')}\nObject.assign(window, {{ageOf, setClock, tickingAges}}); }}")
    yield page
    page.context.close()


def test_an_age_is_the_same_wherever_it_is_said(ages):
    told = ages.evaluate("([now, all]) => all.map(s => ageOf(now - 1000 * s, now))", [NOW, SECONDS])
    assert told == [moments.age((NOW - 1000 * each) * 1000, at=NOW * 1000) for each in SECONDS]


def test_clocks_that_do_not_agree_tell_no_time_to_come(ages):
    assert ages.evaluate("now => ageOf(now + 900, now)", NOW) == "just now"
    ages.evaluate("() => setClock(Date.now() + 7200000)")  # the kernel's is two hours ahead
    assert ages.evaluate("() => ageOf(Date.now() + 7200000 - 3 * 60000)") == "3 min ago"


def test_ages_go_on_while_the_page_is_seen_and_rest_while_it_is_not(ages):
    ages.evaluate("""() => {
      document.body.innerHTML = "<time></time>";
      const time = document.querySelector("time");
      time.dataset.at = Date.now() - 7 * 60000;
      window.seen = false;
      window.ages = tickingAges(document.body, () => window.seen);
    }""")
    ages.evaluate("() => window.ages.tick()")
    assert ages.locator("time").inner_text() == ""
    ages.evaluate("() => { window.seen = true; window.ages.tick(); window.ages.close(); }")
    assert ages.locator("time").inner_text() == "7 min ago"
