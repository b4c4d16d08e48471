"""The browser panel in JupyterLab: from the click, or the run of the cell, to the paint; and how large its messages are.

    python benchmarks/panel.py

A real JupyterLab and Chromium are driven as the tests drive them. The clock is the page's own: it starts in the same task
as the click and stops in the second animation frame after the new rows stand in the document.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import report
from report import Result, Row

sys.path.append(str(report.HERE.parent))  # for what the tests drive a browser with

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator

    from tests.panels.driver import Book

TIMED: Final = """async ({act, ready, given}) => {
  const rows = () => document.querySelectorAll(".mr-versions tbody tr");
  const old = rows()[0];
  const fresh = () => rows().length > 0 && rows()[0] !== old;
  const does = {
    run: () => {
      const app = window.jupyterapp, content = app.shell.currentWidget.content;
      content.activeCellIndex = given;
      content.deselectAll();
      app.commands.execute("notebook:run-cell");
    },
    press: () => document.querySelector(given).click(),
    model: () => [...document.querySelectorAll(".mr-browser [role=option]")].find(o => o.textContent.includes(given)).click(),
    sort: () => [...document.querySelectorAll(".mr-versions th button")].find(b => b.textContent.startsWith(given)).click(),
    filter: () => {
      const field = document.querySelector('[aria-label="Filter versions"]');
      field.value = given;
      field.dispatchEvent(new Event("input", {bubbles: true}));
      field.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true}));
    },
  };
  const started = performance.now();
  does[act]();
  await new Promise((done, fail) => {
    const late = setTimeout(() => { watch.disconnect(); fail(new Error(`nothing came of ${act} ${given}`)); }, 60000);
    const look = () => { if (fresh()) { watch.disconnect(); clearTimeout(late); done(); } };
    const watch = new MutationObserver(look);
    watch.observe(document.body, {childList: true, subtree: true});
  });
  const stood = performance.now();
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  return [stood - started, performance.now() - started].map(each => each / 1000);
}"""
CLEAR: Final = "async () => { await window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs'); }"
NAMES: Final = ".mr-browser [role=option]"
FIRST, WARM = "first `%modelreg` of a kernel", "`%modelreg` again"
SELECT, AWAY = "select another model", "away"
SORT, FILTER, NEXT = "sort by a metric", "filter by a metric", "next page"
BARS: Final = {WARM: 0.3, SELECT: 0.08, SORT: 0.08, FILTER: 0.08, NEXT: 0.08}
CONSTANT: Final = 1.1
"""How much larger the largest message may be where a model has a thousand times as many versions."""


class Page:
    """A notebook with the panel, and what was measured in it."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.took: dict[str, list[float]] = defaultdict(list)
        self.stood: dict[str, list[float]] = defaultdict(list)
        self.bytes: dict[str, list[list[int]]] = defaultdict(list)

    def time(self, what: str, act: str, given: object) -> None:
        """Do something to the panel, once; keep its time and the sizes of the messages that came of it."""
        frames = self.book.guard.frames
        before = len(frames)
        stood, painted = self.book.page.evaluate(TIMED, {"act": act, "given": given})
        self.stood[what].append(stood)
        self.took[what].append(painted)
        self.bytes[what].append([size for way, size in frames[before:] if way == "received"])

    def first(self, line: str, times: int) -> None:
        """Open the panel in fresh kernels, then again and again in the last of them."""
        for _ in range(times):
            self.book.open(["%load_ext modelreg", line])
            self.book.run(0)
            self.time(FIRST, "run", 1)
        for _ in range(times):
            self.book.page.evaluate(CLEAR)
            self.time(WARM, "run", 1)

    def select(self, times: int) -> None:
        """Select one model of the list after the other."""
        for other in self.book.page.locator(NAMES).all_text_contents()[1 : times + 1]:
            self.time(SELECT, "model", other)

    def come_back(self, name: str, times: int) -> None:
        """Select other models, and then the one of most versions again; only that counts."""
        self.book.page.get_by_label("Sort registered models").select_option("-versions")
        self.book.page.locator(NAMES).first.filter(has_text=name).wait_for()
        for other in self.book.page.locator(NAMES).all_text_contents()[1 : times + 1]:
            self.time(AWAY, "model", other)
            self.time(SELECT, "model", name)
        for kept in (self.took, self.stood, self.bytes):
            kept.pop(AWAY)

    def largest(self, works: Iterable[str]) -> int:
        """Return how many bytes the largest message had that came of some work."""
        return max(size for what in works for sizes in self.bytes[what] for size in sizes)

    def rest(self, times: int) -> None:
        """Sort, filter and turn pages of the model that is shown."""
        for turn in range(times):
            self.time(SORT, "sort", "auc")
            self.time(FILTER, "filter", f"metrics.auc > 0.{turn + 1}")
            self.time(FILTER, "filter", "")
            self.time(NEXT, "press", '.mr-versions [aria-label="Next page"]')


def measure(given: argparse.Namespace) -> Result:
    """Return the medians at many models of some versions, and at one model of many."""
    models, versions, tall, times = (30, 60, 300, 1) if given.quick else (1000, 100, 100_000, 7)
    result = Result(
        title=f"The browser panel in JupyterLab: {models:,} models × {versions:,} versions and one × {tall:,}",
        how=f"Medians of {times} in Chromium without a GPU, from the click to the second animation frame after the rows stand "
        "there (a frame is 17 ms). The largest message counts the bytes of one message from the kernel.",
        missing=["MLflow has no panel in the notebook"],
    )
    try:
        wide, high = _measured(models, versions, tall, times)
    except ImportError as error:
        result.missing.append(f"all of it: {error.name} is not installed")
        return result
    result.details = {"many models": _details(wide), "one tall model": _details(high)}
    result.rows += list(_rows(wide, f"{models:,} × {versions:,}"))
    result.rows += list(_rows(high, f"one of {tall:,}"))
    few, many = (page.largest((SELECT, SORT, FILTER, NEXT)) / 1000 for page in (wide, high))
    result.rows.append(
        Row(
            work=f"largest message of select, sort, filter and page; one of {tall:,}", ours=many, theirs=few, unit="KB",
            against=f"of {versions:,}", bar=CONSTANT,
        )
    )  # fmt: skip
    return result


def _rows(page: Page, where: str) -> Iterator[Row]:
    for what, took in page.took.items():
        largest = max(max(sizes, default=0) for sizes in page.bytes[what])
        stood = report.figure(report.median(page.stood[what]), "ms")
        note = f"rows stand there after {stood}; largest message {report.number(largest / 1000)} KB"
        yield Row(work=f"{what}; {where}", ours=report.median(took), bar=BARS.get(what), note=note)


def _details(page: Page) -> dict[str, Any]:
    return {"seconds": dict(page.took), "until rows stand": dict(page.stood), "bytes": dict(page.bytes)}


def _measured(models: int, versions: int, tall: int, times: int) -> tuple[Page, Page]:
    from tests.panels.registries import crowd

    with tempfile.TemporaryDirectory(prefix="modelreg-bench-") as folder, _books(Path(folder)) as book:
        places = {name: Path(folder) / name for name in ("many", "tall")}
        crowd(places["many"], models=models, versions=versions)
        (_, name) = crowd(places["tall"], models=models, versions=versions, tall=tall)
        wide = Page(book(places["many"]))
        wide.first("%modelreg", times)
        wide.select(times)
        wide.rest(times)
        high = Page(book(places["tall"]))
        high.first(f"%modelreg browse {name}", times)
        high.come_back(name, times)
        high.rest(times)
        faults = wide.book.guard.faults() | high.book.guard.faults()
    if faults:
        sys.exit(f"the panel did what it may not: {faults}")
    return wide, high


@contextmanager
def _books(folder: Path) -> Iterator[Callable[[Path], Book]]:
    """Start a server and a Chromium; give what makes notebooks on a registry."""
    from playwright.sync_api import sync_playwright
    from tests.panels.driver import Book
    from tests.panels.lab import Lab, launch

    lab = Lab(folder / "lab")
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            yield lambda place: Book(lab, browser, {"MODELREG_REGISTRY": str(place)})
            browser.close()
    finally:
        lab.stop()


if __name__ == "__main__":
    report.run(measure, report.options(__doc__))
