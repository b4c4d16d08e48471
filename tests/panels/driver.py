"""A notebook in a real browser: open it, run cells, look at what stands there."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import nbformat

from .window import IDLE, Window, Windows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playwright.sync_api import Browser, Locator, Page

    from .guard import Guard
    from .lab import Lab

HEIGHT: Final = 1000
KERNEL: Final = {"name": "python3", "display_name": "Python 3", "language": "python"}
PICTURES: Final = Path("build") / "screenshots"

RUN: Final = """async ({at, wait}) => {
  const app = window.jupyterapp, content = app.shell.currentWidget.content;
  content.activeCellIndex = at;
  content.deselectAll();
  const running = app.commands.execute("notebook:run-cell");
  if (!wait) return null;
  const ok = await running;
  const outputs = content.widgets[at].model.outputs?.toJSON() ?? [];
  const told = outputs.map(o => o.output_type === "error"
    ? [`${o.ename}: ${o.evalue}`, ...(o.traceback ?? [])].join("\\n")
    : o.output_type === "stream" ? [o.text].flat().join("") : "");
  return {ok, told: told.join("\\n"), failed: outputs.some(o => o.output_type === "error")};
}"""
ASK: Final = """async ({code, expression}) => {
  const kernel = window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel;
  const user_expressions = expression ? {asked: expression} : {};
  const reply = await kernel.requestExecute({code, silent: true, store_history: false, user_expressions}).done;
  const {status, ename, evalue} = reply.content;
  if (status !== "ok") return {error: `${ename}: ${evalue}`};
  const asked = reply.content.user_expressions.asked;
  if (asked && asked.status !== "ok") return {error: `${asked.ename}: ${asked.evalue}`};
  return {text: asked ? asked.data["text/plain"] : null};
}"""
ADD: Final = """async source => {
  const app = window.jupyterapp, content = app.shell.currentWidget.content;
  content.activeCellIndex = content.widgets.length - 1;
  await app.commands.execute("notebook:insert-cell-below");
  content.widgets[content.widgets.length - 1].model.sharedModel.setSource(source);
  return content.widgets.length - 1;
}"""
SHOW: Final = """async at => {
  const content = window.jupyterapp.shell.currentWidget.content;
  await content.scrollToItem(at);
}"""
_COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")


class CellError(AssertionError):
    """A cell failed; the text is what it said."""


class Book:
    """One notebook at a time.

    Parameters
    ----------
    lab : Lab
        The server.
    browser : Browser
        The running Chromium.
    env : mapping
        Environment variables that every kernel of this book gets before its first cell.
    windows : Windows, optional
        Where pages are kept that notebooks of other books were shown in; without them each notebook gets a fresh profile.
    """

    def __init__(self, lab: Lab, browser: Browser, env: Mapping[str, str], windows: Windows | None = None) -> None:
        self.lab = lab
        self._windows = windows or Windows(lab, browser)
        self._shared = windows is not None
        self._env = dict(env)
        self._window: Window | None = None
        self._keeps = False
        self._look: dict[str, Any] = {}
        self._name = ""
        self._running = ("", "")

    # -- open and close ------------------------------------------------------------------------

    def open(
        self,
        cells: Sequence[str] = ("",),
        *,
        app: str = "lab",
        theme: str = "light",
        width: int = 1200,
        height: int = HEIGHT,
        scale: float = 1,
        name: str = "study.ipynb",
    ) -> Book:
        """Write a notebook of these code cells and show it, with an idle kernel."""
        code = [nbformat.v4.new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(cells)]
        notebook = nbformat.v4.new_notebook(cells=code, metadata={"kernelspec": KERNEL})
        nbformat.write(notebook, self.lab.root / name)
        self.close()
        self._name = name
        self._look = {"theme": theme, "width": width, "height": height}
        self._running = self.lab.start_kernel(name)
        take = self._windows.take if self._shared else self._windows.fresh
        self._show(take(app, scale), keep=self._shared)
        return self

    def reopen(self, notebook: nbformat.NotebookNode | None = None) -> Book:
        """Show the file as it was saved last, or as given, in a fresh profile: nothing in it was run by this kernel.

        A notebook that is given is not trusted by the server; one that was saved by it is.
        """
        assert self._window is not None, "open a notebook first"
        made = self._window.app, self._window.scale
        self.close()
        if notebook is not None:
            nbformat.write(notebook, self.path)
        self._show(self._windows.fresh(*made), keep=False)
        return self

    def close(self, *, keep: bool = True) -> None:
        """Close the notebook and end the kernels; a page that must not be used again is closed for good."""
        if self._window is not None:
            (self._windows.keep if keep and self._keeps else Window.close)(self._window)
        self._window = None
        self.lab.shut_down_kernels()

    def blank(self) -> Page:
        """Return an empty page beside the notebook, under the same guard."""
        return self.page.context.new_page()

    def _show(self, window: Window, *, keep: bool) -> None:
        self._window, self._keeps = window, keep
        window.show(self._name, self._running, **self._look)
        if self._env:
            self.ask(f"import os; os.environ.update({self._env!r}); del os")

    # -- cells ---------------------------------------------------------------------------------

    def run(self, at: int) -> Locator:
        """Run a cell to its end and return its outputs.

        Raises
        ------
        CellError
            The cell failed; the text is what it said.
        """
        ran = self.page.evaluate(RUN, {"at": at, "wait": True})
        if ran["failed"] or ran["ok"] is False:
            raise CellError(_COLOURS.sub("", ran["told"]).strip())
        self.page.evaluate(SHOW, at)
        return self.output(at)

    def run_all(self) -> Locator:
        """Run every cell in order and return the outputs of the last."""
        count = self.page.evaluate("window.jupyterapp.shell.currentWidget.content.widgets.length")
        for at in range(count):
            last = self.run(at)
        return last

    def add(self, source: str) -> int:
        """Put a cell at the end and return its place."""
        return self.page.evaluate(ADD, source)

    def add_and_run(self, source: str) -> Locator:
        """Put a cell at the end, run it to its end and return its outputs."""
        return self.run(self.add(source))

    def start(self, at: int) -> None:
        """Run a cell without waiting for it."""
        self.page.evaluate(RUN, {"at": at, "wait": False})

    def busy(self, seconds: float) -> None:
        """Keep the kernel busy from now on with a cell that sleeps."""
        self.start(self.add(f"import time; time.sleep({seconds})"))

    def ask(self, code: str, expression: str = "") -> Any:
        """Run code in the kernel beside the cells, after what runs; return the value of the expression."""
        answer = self.page.evaluate(ASK, {"code": code, "expression": f"repr({expression})" if expression else ""})
        if "error" in answer:
            raise CellError(answer["error"])
        return None if answer["text"] is None else ast.literal_eval(answer["text"])

    def variable(self, expression: str) -> str:
        """Return the ``repr`` of an expression in the kernel; no cell is added for it."""
        return self.ask("", expression)

    def idle(self) -> None:
        """Wait until the kernel has nothing to do."""
        self.page.wait_for_function(IDLE)

    def save(self) -> nbformat.NotebookNode:
        """Save the notebook and return what the file holds."""
        self.page.evaluate("async () => { await window.jupyterapp.commands.execute('docmanager:save'); }")
        return nbformat.read(self.lab.root / self._name, as_version=4)

    def shut_down_kernel(self) -> None:
        """End the kernel while the page stays open."""
        session = "window.jupyterapp.shell.currentWidget.context.sessionContext"
        self.page.evaluate(f"async () => {{ await {session}.shutdown(); }}")

    # -- what stands there ---------------------------------------------------------------------

    @property
    def page(self) -> Page:
        """The page, for whatever this class has no word for."""
        assert self._window is not None, "open a notebook first"
        return self._window.page

    @property
    def guard(self) -> Guard:
        """What the pages did that none of them may do."""
        return self._windows.guard

    @property
    def path(self) -> Path:
        """Where the notebook's file lies."""
        return self.lab.root / self._name

    @property
    def panel(self) -> Locator:
        """The registry browser."""
        return self.page.locator(".mr-browser")

    def cell(self, at: int) -> Locator:
        """Return a cell, its input included."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(at)

    def output(self, at: int) -> Locator:
        """Return what a cell shows."""
        return self.cell(at).locator(".jp-Cell-outputArea")

    def mimes(self, at: int) -> list[str]:
        """Return as what each output of a cell is shown."""
        shown = self.output(at).locator("[data-mime-type]")
        return [one.get_attribute("data-mime-type") or "" for one in shown.all()]

    def screenshot(self, name: str, locator: Locator | None = None, folder: Path = PICTURES) -> Path:
        """Take a picture of the page, or of what a locator finds; return its file."""
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{name}.png"
        (self.page if locator is None else locator).screenshot(path=target)
        return target


def kernel_env() -> dict[str, str]:
    """Return what tells modelreg in this process where its things are, for a kernel that is to see the same."""
    names = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "MODELREG_REGISTRY")
    return {name: os.environ[name] for name in names if name in os.environ}
