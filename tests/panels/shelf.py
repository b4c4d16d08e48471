"""The panel of an open notebook, in the words of a user who looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from .driver import Book


class Shelf:
    """A panel in a notebook.

    Parameters
    ----------
    book : Book
        The notebook.
    line : str
        The line that opens the panel, in the second cell.
    look : keywords
        How the notebook is opened: ``app``, ``theme``, ``width``.
    """

    def __init__(self, book: Book, line: str = "%modelreg browse churn", **look: Any) -> None:
        self.book = book
        book.open(["%load_ext modelreg", f"panel = {line}\npanel"], **look).run_all()
        self._see()

    @classmethod
    def of(cls, book: Book) -> Shelf:
        """Return the panel that stands in a notebook already."""
        made = cls.__new__(cls)
        made.book = book
        made._see()
        return made

    def _see(self) -> None:
        book = self.book
        self.root: Locator = book.panel.first
        expect(self.root.locator(".mr-bottom")).to_be_visible()
        expect(self.root.locator(".mr-loading")).to_have_count(0)

    @property
    def page(self) -> Page:
        """The page of the browser."""
        return self.book.page

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.page.keyboard.type(text)

    def button(self, name: str, within: Locator | None = None) -> Locator:
        """Return a button by its whole name."""
        return (within or self.root).get_by_role("button", name=name, exact=True)

    def field(self, label: str, within: Locator | None = None) -> Locator:
        """Return a field by its label."""
        return (within or self.root).get_by_label(label, exact=True)

    def tab(self, name: str) -> Locator:
        """Return a tab, of the model or of the version that is open."""
        return self.root.get_by_role("tab", name=name)

    def model(self, name: str) -> Locator:
        """Return a registered model in the list."""
        title = self.page.locator(f'.mr-item-name[title="{name}"]')
        return self.root.locator(".mr-item").filter(has=title)

    @property
    def models(self) -> list[str]:
        """The names in the list, from the top."""
        return self.root.locator(".mr-item .mr-item-name").all_inner_texts()

    @property
    def title(self) -> Locator:
        """The name over the page."""
        return self.root.locator(".mr-overview .mr-title")

    def row(self, number: int) -> Locator:
        """Return a version in the table."""
        return self.root.locator(f'.mr-versions tr[data-number="{number}"]')

    @property
    def numbers(self) -> list[int]:
        """The numbers in the table, from the top."""
        found = self.root.locator(".mr-versions tbody tr").evaluate_all("rows => rows.map(row => row.dataset.number)")
        return [int(number) for number in found]

    def shows(self, *numbers: int) -> None:
        """Wait until the table has just these versions, in this order."""
        rows = self.root.locator(".mr-versions tbody tr .mr-version")
        expect(rows).to_have_text([f"v{number}" for number in numbers])

    def chip(self, number: int, alias: str) -> Locator:
        """Return the chip of an alias in the row of a version."""
        return self.row(number).locator(".mr-chip").filter(has_text=alias)

    def alias(self, number: int, alias: str) -> Locator:
        """Return the button on the chip that opens an alias."""
        return self.chip(number, alias).locator(".mr-chip-name")

    @property
    def dialog(self) -> Locator:
        """What floats over the page."""
        return self.root.locator(".mr-dialog")

    @property
    def drawer(self) -> Locator:
        """The version that is open."""
        return self.root.get_by_role("dialog", name="Version", exact=True)

    @property
    def done(self) -> Locator:
        """What was done last, in the foot."""
        return self.root.locator(".mr-done-text")

    @property
    def fault(self) -> Locator:
        """What went wrong, over the page."""
        return self.root.locator(".mr-toast-text")

    def undo(self) -> None:
        """Take back what was just done."""
        self.button("Undo", self.root.locator(".mr-done")).click()
        expect(self.done).to_contain_text("undone:")

    def focused(self) -> str:
        """Return what has the focus: its label, else its text."""
        return self.page.evaluate(
            "() => { const e = document.activeElement; return e?.getAttribute('aria-label') ?? e?.textContent ?? ''; }"
        )
