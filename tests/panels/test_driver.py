"""The guard over the browser sees what it is there to see, and the book says what a cell came to."""

from __future__ import annotations

import pytest

from .lab import MissingChromiumError, chromium

SHOW = "from IPython.display import HTML, Javascript, display"


def test_everything_that_no_page_of_ours_may_do_is_noticed(book):
    book.open([SHOW]).run(0)
    with book.page.expect_event("requestfailed", lambda request: request.url.startswith("https://example.org/")):
        book.add_and_run("HTML('<img src=\"https://example.org/x.png\">')")
    with book.page.expect_console_message(lambda message: "it broke" in message.text):
        book.add_and_run('Javascript(\'console.error("it broke"); alert("hello")\')')
    with book.page.context.expect_event("weberror"):
        book.add_and_run("Javascript('setTimeout(() => { throw new Error(\"nobody catches this\") })')")
    faults = book.guard.faults()
    assert set(faults["requests off this machine"]) == {"https://example.org/x.png"}
    assert faults["dialogs"] == ["hello"]
    assert any("it broke" in error for error in faults["errors"])
    assert any("nobody catches this" in error for error in faults["errors"])
    book.guard.requests.clear()
    book.guard.errors.clear()
    book.guard.dialogs.clear()


@pytest.mark.slow
def test_a_cell_that_fails_says_why(book):
    book.open(["seen = [1, 'two']", "1 / 0"]).run(0)
    assert book.variable("seen") == "[1, 'two']"
    with pytest.raises(AssertionError, match="ZeroDivisionError: division by zero"):
        book.run(1)


@pytest.mark.slow
def test_a_kernel_that_is_busy_answers_afterwards(book):
    book.open()
    book.busy(2)
    assert not book.page.evaluate("window.jupyterapp.shell.currentWidget.content.widgets[1].model.executionCount")
    assert book.variable("'time' in globals()") == "True"


@pytest.mark.parametrize("named", ["", "/nowhere/chromium"])
def test_without_chromium_one_line_says_what_to_type(monkeypatch, tmp_path, named):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CHROMIUM", named)
    with pytest.raises(MissingChromiumError, match=r"run `scripts/tool\.sh chromium CHROMIUM`"):
        chromium()
