"""The line of a page to its panel, without a kernel at its end."""

from __future__ import annotations

import pytest

from modelreg.panels import assets

CLOSED = """() => {
  const kernel = { isDisposed: true, status: "unknown" };
  const send = () => { throw new Error("Cannot send"); };
  const told = [];
  const model = { on() {}, off() {}, send, widget_manager: { kernel } };
  const channel = new Channel(model, { state: now => told.push(now), event() {} });
  channel.call("check");
  const registered = channel.call("register", {}, { long: true });
  return registered.catch(refusal => { channel.close(); return [told, refusal.kind]; });
}"""


@pytest.fixture
def page(browser):
    """A page of a browser with the module of the line in it."""
    made = browser.new_context().new_page()
    made.evaluate(f"() => {{ {assets.script('channel.js')}\nObject.assign(window, {{Channel}}); }}")
    yield made
    made.context.close()


def test_a_line_that_is_closed_is_told_and_nothing_is_thrown(page):
    assert page.evaluate(CLOSED) == [["gone"], "gone"]
