"""A JupyterLab server of its own on this machine, which serves Notebook 7 too, and the Chromium that looks at it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Playwright

PATIENCE: Final = 90
"""Seconds that a start may take on a busy machine."""
PRIVATE: Final = (
    "HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR",
)  # fmt: skip
"""Environment variables that name directories of the user, none of which a server may touch."""
OPTIONS: Final = (
    "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0", "--IdentityProvider.token=",
    "--ServerApp.disable_check_xsrf=True", "--LabApp.expose_app_in_browser=True",
    "--JupyterNotebookApp.expose_app_in_browser=True", "--LabApp.news_url=",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.extension_manager=readonly",
)  # fmt: skip
SILENT: Final = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
"""Settings of JupyterLab's notifications: they would cover what is clicked."""
SWITCHES: Final = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
CANDIDATES: Final = ("chromium", "chromium-browser", "google-chrome")


class MissingChromiumError(Exception):
    """There is no Chromium on this machine."""


def chromium() -> str:
    """Return the path of Chromium: the environment variable ``CHROMIUM``, then ``PATH``.

    Raises
    ------
    MissingChromiumError
        There is none; the message says what to type.
    """
    given = os.environ.get("CHROMIUM")
    found = next(filter(None, map(shutil.which, (given,) if given else CANDIDATES)), None)
    if found is None:
        what = f"CHROMIUM names {given}, which is no program" if given else "Chromium is missing"
        message = f"{what}: run `scripts/tool.sh chromium CHROMIUM` as root, or set CHROMIUM to its path"
        raise MissingChromiumError(message)
    return found


def launch(playwright: Playwright) -> Browser:
    """Return a running Chromium; each of its contexts is a fresh profile."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    switches = [*SWITCHES, *(["--no-sandbox"] if root else [])]  # Chromium's sandbox refuses to run as root
    return playwright.chromium.launch(executable_path=chromium(), args=switches, timeout=1000 * PATIENCE)


class Lab:
    """A running JupyterLab server; notebooks lie in ``root``.

    Parameters
    ----------
    place : Path
        A directory for everything that the server writes.
    """

    def __init__(self, place: Path) -> None:
        self.root = place / "root"
        self.root.mkdir(parents=True)
        self._log = place / "server.log"
        private = {name: str(place / name.lower()) for name in PRIVATE}
        for directory in private.values():
            os.makedirs(directory, exist_ok=True)  # noqa: PTH103  (a string goes to the environment)
        self._settings = place / "jupyterlab_settings_dir" / "@jupyterlab" / "apputils-extension"
        self._settings.mkdir(parents=True)
        self._set("notification", SILENT)
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        line = [
            sys.executable,
            "-m",
            "jupyterlab",
            *OPTIONS,
            f"--ServerApp.port={port}",
            f"--ServerApp.root_dir={self.root}",
        ]
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "JPY_", "MODELREG_"))
        }
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(line, env={**inherited, **private}, stdout=log, stderr=subprocess.STDOUT)
        self._wait()

    def theme(self, name: str) -> None:
        """Let pages that are opened from now on be ``light`` or ``dark``."""
        self._set("themes", {"theme": f"JupyterLab {name.capitalize()}"})

    def start_kernel(self, name: str) -> tuple[str, str]:
        """Start the kernel of a notebook, which the page that opens it finds: both take their time at once.

        Returns the ids of the session and of the kernel.
        """
        wanted = {"path": name, "name": name, "type": "notebook", "kernel": {"name": "python3"}}
        session = json.loads(self._ask("sessions", "POST", wanted))
        return session["id"], session["kernel"]["id"]

    def shut_down_kernels(self) -> None:
        """End every kernel, so that the next notebook gets a fresh one."""
        for session in json.loads(self._ask("sessions")):
            self._ask(f"sessions/{session['id']}", method="DELETE")
        for kernel in json.loads(self._ask("kernels")):
            self._ask(f"kernels/{kernel['id']}", method="DELETE")

    def stop(self) -> None:
        """End the server and its kernels."""
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self._ask("status")
            except (urllib.error.URLError, ConnectionError):
                if self._process.poll() is not None or time.monotonic() > until:
                    self.stop()
                    message = (
                        f"JupyterLab did not start:\n{self._log.read_text(encoding='utf-8', errors='replace')[-2000:]}"
                    )
                    raise RuntimeError(message) from None
                time.sleep(0.1)
            else:
                return

    def _ask(self, what: str, method: str = "GET", body: dict[str, Any] | None = None) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/api/{what}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.read()

    def _set(self, plugin: str, settings: dict[str, Any]) -> None:
        (self._settings / f"{plugin}.jupyterlab-settings").write_text(json.dumps(settings), encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
