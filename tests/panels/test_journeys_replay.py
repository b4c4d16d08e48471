"""The mark of a version in the page: there once somebody ran its code again, wherever that was."""

from __future__ import annotations

from playwright.sync_api import expect

from modelreg.catalog import marks, transaction
from modelreg.verbs import target

from .shelf import Shelf


def mark(registry, ref, outcome, text):
    """Mark a version as ``reproduce`` does, without running anything."""
    ctx = registry._context
    request = transaction.Request(command="reproduce", actor="anna", session="")
    with transaction.write(ctx.catalog, request, ctx.clock) as tx:
        found = target.find(tx.conn, ref)
        marks.add(tx, found.home, found.member, outcome, text)


def test_the_drawer_tells_what_came_of_running_the_code_again(book, churn, registry):
    shelf = Shelf(book, "%modelreg browse churn:v0", app="lab", theme="light")
    expect(shelf.drawer).to_be_visible()
    badge = shelf.drawer.locator('[data-key="mark"]')
    expect(badge).to_have_count(0)
    mark(registry, "churn:v0", "reproduced", "equal predictions for 300 rows of X, the data of then · 4 s")
    expect(badge).to_have_text("reproduced ✓")
    expect(shelf.drawer).to_contain_text("equal predictions for 300 rows of X, the data of then · 4 s · ")
    mark(registry, "churn:v0", "differs", "<img src=x onerror=alert(1)>")
    expect(badge).to_have_text("differs ≠")
    expect(shelf.drawer).to_contain_text("<img src=x onerror=alert(1)>")
