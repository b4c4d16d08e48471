"""Watches a browser for what no page of ours may do: requests off this machine, errors, dialogs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Request, WebSocket

TOLERATED: Final = (
    # Notebook 7 loads the settings of an extension that it does not have, on every page, whatever is in the notebook
    r"TypeError: Cannot read properties of undefined \(reading 'schema'\)\n *at \S+/static/notebook/notebook_core\.",
    # JupyterLab's file browser, which Notebook 7 does not have on the page of a notebook
    r"Error: Command 'filebrowser:open-path' not registered\.\n *at [^\n]*/static/notebook/",
    # what a notebook still asked the kernel, say its debugger, when it was closed in a page that stays
    r"[^\n]*Canceled future for \w+ message before replies were done[^/]*http://127\.0\.0\.1:\d+/static/",
)
"""Errors of the front ends themselves, with the file that they come from."""


@dataclass
class Guard:
    """What a browser did that no page of ours may do."""

    requests: list[str] = field(default_factory=list)
    """Addresses off this machine; Chromium finds none of them (see ``lab.SWITCHES``)."""
    errors: list[str] = field(default_factory=list)
    """What the console was told as an error, and what no code caught."""
    dialogs: list[str] = field(default_factory=list)
    frames: list[tuple[str, int]] = field(default_factory=list)
    """Messages over sockets, as they came: ``sent`` or ``received``, and how many bytes."""

    def watch(self, context: BrowserContext) -> None:
        """Watch everything that happens in a profile."""
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self._error(error.error.stack or str(error.error)))
        context.on("dialog", self._dialog)
        context.on("page", lambda page: page.on("websocket", self._socket))

    def faults(self) -> dict[str, list[str]]:
        """Return everything that may not be, by kind; nothing at all where all is well."""
        found = {"requests off this machine": self.requests, "errors": self.errors, "dialogs": self.dialogs}
        return {kind: list(those) for kind, those in found.items() if those}

    def forget(self) -> None:
        """Begin anew."""
        for those in (self.requests, self.errors, self.dialogs, self.frames):
            those.clear()

    def _request(self, request: Request) -> None:
        if not _local(request.url):
            self.requests.append(request.url)

    def _socket(self, socket: WebSocket) -> None:
        if not _local(socket.url):
            self.requests.append(socket.url)
        socket.on("framereceived", lambda frame: self._frame("received", frame))
        socket.on("framesent", lambda frame: self._frame("sent", frame))

    def _frame(self, way: str, frame: str | bytes) -> None:
        self.frames.append((way, len(frame.encode() if isinstance(frame, str) else frame)))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._error(f"{message.text} ({message.location.get('url', '')})")

    def _error(self, text: str) -> None:
        if not any(re.match(pattern, text) for pattern in TOLERATED):
            self.errors.append(text)

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()


def _local(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"data", "blob"} or parts.hostname == "127.0.0.1"
