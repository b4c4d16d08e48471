"""Pictures of what stands in the cell: each view, in both themes, from a real JupyterLab.

    make screenshots
    python scripts/screenshots.py --only browser narrow

The read-me's go to docs/images and are committed; the others go to build/screenshots. A new one is one function that
brings the page there, and one line of ``VIEWS``.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT))  # for what the tests drive a browser with

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playwright.sync_api import Locator
    from tests.panels.driver import Book

COMMITTED: Final = ROOT / "docs" / "images"
LARGEST: Final = 300_000
"""Bytes that a picture may have."""
DAYS: Final = 75
"""How long the story took: ages from just now to months."""
PLACE: Final = """user => {
  for (const each of document.querySelectorAll(".modelreg-place")) each.textContent = "registry ~/models";
  for (const each of document.querySelectorAll(".modelreg-who")) if (each.textContent === user) each.textContent = "you";
}"""
"""A picture tells nothing of the temporary directory it was taken in, and of who took it."""


@dataclass(frozen=True, kw_only=True)
class View:
    """One picture."""

    steps: Callable[[Book], Locator]
    """Brings the page there; returns what is in the picture."""
    cells: Sequence[str] = ("%load_ext modelreg", "%modelreg")
    registry: str = "story"
    """``demo``, ``story``, ``crowd`` or ``empty``."""
    width: int = 1280
    themes: Sequence[str] = field(default=("light", "dark"))
    readme: bool = False


def landing(book: Book) -> Locator:
    """Show the panel that ``%modelreg`` opens."""
    book.run_all()
    book.panel.locator(".mr-versions tbody tr, .mr-welcome").first.wait_for()
    return book.panel


def in_notebook(book: Book) -> Locator:
    """Show the panel below the line that opens it."""
    landing(book)
    return book.cell(1)


def drawer(book: Book) -> Locator:
    """Show the drawer of the version that is in production."""
    panel = landing(book)
    panel.get_by_role("button", name="v3", exact=True).click()
    panel.get_by_role("dialog", name="Version").get_by_text("Calibrated on the hold-out").wait_for()
    return panel


def history(book: Book) -> Locator:
    """Show what happened to a model."""
    panel = landing(book)
    panel.get_by_role("tab", name="History").click()
    panel.get_by_text("overconfident on small nuclei").first.wait_for()
    return panel


def compare(book: Book) -> Locator:
    """Show three versions side by side."""
    panel = landing(book)
    for number in (11, 9, 3):
        panel.get_by_label(f"Select v{number}", exact=True).check()
    panel.get_by_role("button", name="Compare").click()
    panel.get_by_text("learning_rate").first.wait_for()
    return panel


def still(book: Book) -> Locator:
    """Show what stands there when somebody else opens the saved notebook."""
    landing(book)
    saved = book.save()
    saved.cells[1].source += "  # not as it was signed"
    return book.reopen(saved).output(1)


VIEWS: Final = {
    "browser": View(steps=in_notebook, registry="demo", width=1400, themes=("light",), readme=True),
    "landing": View(steps=landing, width=1400),
    "drawer": View(steps=drawer),
    "history": View(steps=history),
    "compare": View(steps=compare, readme=True, themes=("dark",)),
    "comparison": View(steps=compare),
    "narrow": View(steps=landing, width=720),
    "crowd": View(steps=landing, registry="crowd"),
    "empty": View(
        steps=landing,
        registry="empty",
        cells=("%load_ext modelreg\nfrom sklearn.svm import SVC\nclf = SVC().fit([[0], [1]], [0, 1])", "%modelreg"),
    ),
    "static": View(steps=still),
}


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", choices=VIEWS, help="some views")
    parser.add_argument("--to", type=Path, help="one folder for all pictures, the read-me's too")
    given = parser.parse_args()
    from playwright.sync_api import sync_playwright
    from tests.panels.driver import PICTURES, Book
    from tests.panels.lab import Lab, launch

    with tempfile.TemporaryDirectory(prefix="modelreg-pictures-") as folder:
        places = registries(Path(folder), {VIEWS[name].registry for name in given.only or VIEWS})
        lab = Lab(Path(folder) / "lab")
        try:
            with sync_playwright() as playwright:
                browser = launch(playwright)
                for name in given.only or VIEWS:
                    view = VIEWS[name]
                    book = Book(lab, browser, {"MODELREG_REGISTRY": str(places[view.registry])})
                    for theme in view.themes:
                        to = given.to or (COMMITTED if view.readme else ROOT / PICTURES)
                        print(taken(book, view, f"{name}-{theme}", theme, to))
                    book.close()
                browser.close()
        finally:
            lab.stop()


def registries(folder: Path, wanted: set[str]) -> dict[str, Path]:
    """Make the registries that are looked at; the empty one is a place where none is yet."""
    from tests.panels.registries import crowd, story, stretch

    places = {name: folder / name for name in wanted}
    if "demo" in wanted:
        places["demo"] = demo(folder / "demo")
    if "story" in wanted:
        story(places["story"])
        stretch(places["story"], DAYS)
    if "crowd" in wanted:
        crowd(places["crowd"])
    return places


def demo(home: Path) -> Path:
    """Return the registry that `make demo` makes."""
    spec = importlib.util.spec_from_file_location("demo", ROOT / "scripts" / "demo.py")
    assert spec is not None and spec.loader is not None  # noqa: S101, PT018  (a file of ours)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made.registry(home)


def taken(book: Book, view: View, name: str, theme: str, folder: Path) -> str:
    """Take one picture, make it small, and say which it is."""
    from modelreg import settings

    book.open(view.cells, theme=theme, width=view.width, scale=2)
    shown = view.steps(book)
    book.idle()
    book.page.wait_for_timeout(300)  # for transitions to end
    book.page.mouse.move(0, 0)
    book.page.evaluate(PLACE, settings.user())
    picture = book.screenshot(name, shown, folder)
    shrink(picture)
    faults = book.guard.faults()
    if faults:
        sys.exit(f"{name}: {faults}")
    size = picture.stat().st_size
    if size > LARGEST:
        sys.exit(f"{picture} has {size:,} bytes; at most {LARGEST:,} are allowed")
    return f"{picture.relative_to(ROOT) if picture.is_relative_to(ROOT) else picture}  {size / 1000:.0f} KB"


def shrink(picture: Path) -> None:
    """Write a picture with a palette of 256 colours: interfaces have no more, and it takes a third of the bytes."""
    from PIL import Image

    with Image.open(picture) as full:
        small = full.convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(picture, optimize=True)


if __name__ == "__main__":
    main()
