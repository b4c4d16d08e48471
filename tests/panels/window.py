"""A page of a front end, in which one notebook after the other is shown: what takes longest is to load it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .guard import Guard

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from .lab import Lab

PATIENCE: Final = 60_000
"""Milliseconds that one step may take on a busy machine."""
ADDRESSES: Final = {"lab": "/lab/tree/{name}?reset", "nb7": "/notebooks/{name}"}
"""Front end -> where it shows a notebook. ``reset`` keeps tabs of earlier notebooks from coming back."""
IDLE: Final = "window.jupyterapp.shell.currentWidget.context.sessionContext.session?.kernel?.status === 'idle'"
READY: Final = f"window.jupyterapp?.shell.currentWidget?.content?.widgets?.length > 0 && {IDLE}"
OPEN: Final = """async ({name, theme, session, kernel}) => {
  const { commands, shell, serviceManager } = window.jupyterapp;
  // a list that was asked for before they were started would have the page take them for gone
  for (const [manager, id] of [[serviceManager.sessions, session], [serviceManager.kernels, kernel]])
    do await manager.refreshRunning(); while (![...manager.running()].some(each => each.id === id));
  await commands.execute("apputils:change-theme", { theme });
  const opened = await commands.execute("docmanager:open", {
    path: name, factory: "Notebook", options: { ref: "_noref" }
  });
  for (const each of [...shell.widgets("main")]) if (each !== opened) each.dispose();
}"""
"""Opens a notebook in a page that showed another."""
AGAIN: Final = f"""() => {{
  const {{ shell }} = window.jupyterapp;
  // JupyterLab forgets which one has the focus when one that had it goes away after this one came
  if (!shell.currentWidget) for (const each of shell.widgets("main")) shell.activateById(each.id);
  return {READY};
}}"""
"""As ``READY``, where a notebook came after another."""
CLOSE: Final = """async () => {
  const { shell } = window.jupyterapp;
  for (const each of [...shell.widgets("main")]) {
    if (each.context) each.context.model.dirty = false;  // nobody is asked whether to save it
    each.dispose();
  }
  return window.asLoaded === true;
}"""
"""Closes what a page shows; tells whether it is the page that was loaded first, and not loaded again by a test."""
ASKS: Final = ".jp-Dialog"
"""What waits for an answer."""


class Window:
    """One page of JupyterLab or Notebook 7 in a profile of its own.

    Parameters
    ----------
    lab : Lab
        The server.
    browser : Browser
        The running Chromium.
    app : str
        ``lab`` or ``nb7``.
    scale : float
        Pixels of a picture to one of the page.
    guard : Guard
        Who watches it.
    """

    def __init__(self, lab: Lab, browser: Browser, app: str, scale: float, guard: Guard) -> None:
        self.app = app
        self.scale = scale
        self._lab = lab
        self._context: BrowserContext = browser.new_context(device_scale_factor=scale)
        self._context.set_default_timeout(PATIENCE)
        guard.watch(self._context)
        self.page: Page = self._context.new_page()
        self._loaded = False

    def show(self, name: str, running: tuple[str, str], *, theme: str, width: int, height: int) -> None:
        """Show a notebook, with an idle kernel: that of ``running``, its session and itself, where the page was used."""
        self.page.set_viewport_size({"width": width, "height": height})
        self._lab.theme(theme)
        if not self._loaded:
            self._load(name)
            return
        session, kernel = running
        dress = f"JupyterLab {theme.capitalize()}"
        self.page.mouse.move(0, 0)
        self.page.evaluate(OPEN, {"name": name, "theme": dress, "session": session, "kernel": kernel})
        self.page.wait_for_function(AGAIN)

    def leave(self) -> bool:
        """Close the notebook; return whether another can be shown here."""
        for other in self._context.pages:
            if other != self.page:
                other.close()
        return self.page.evaluate(CLOSE) and not self.page.locator(ASKS).count()

    def close(self) -> None:
        """Close the profile."""
        self._context.close()

    def _load(self, name: str) -> None:
        self.page.goto(self._lab.url + ADDRESSES[self.app].format(name=name), wait_until="domcontentloaded")
        self.page.wait_for_function("window.jupyterapp")
        self.page.evaluate("async () => { await window.jupyterapp.restored; }")
        self.page.wait_for_function(READY)
        if self.app == "lab":  # the file browser takes a fifth of the page from the cell
            self.page.evaluate(
                "async () => { await window.jupyterapp.commands.execute('application:toggle-left-area'); }"
            )
        self.page.evaluate("() => { window.asLoaded = true; }")
        self._loaded = True


class Windows:
    """The pages in which notebooks are shown.

    Parameters
    ----------
    lab : Lab
        The server.
    browser : Browser
        The running Chromium.
    """

    def __init__(self, lab: Lab, browser: Browser) -> None:
        self.guard = Guard()
        self._lab = lab
        self._browser = browser
        self._kept: dict[tuple[str, float], Window] = {}

    def fresh(self, app: str, scale: float) -> Window:
        """Return a page in a fresh profile."""
        return Window(self._lab, self._browser, app, scale, self.guard)

    def take(self, app: str, scale: float) -> Window:
        """Return a page that may have shown other notebooks."""
        return self._kept.pop((app, scale), None) or self.fresh(app, scale)

    def keep(self, window: Window) -> None:
        """Let another notebook be shown in a page."""
        if window.leave() and not self.guard.faults():
            self._kept[window.app, window.scale] = window
        else:
            window.close()

    def close(self) -> None:
        """Close every page that is kept."""
        for window in self._kept.values():
            window.close()
        self._kept.clear()
