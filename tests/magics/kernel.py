"""A real kernel, driven as a notebook front end drives it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jupyter_client.manager import KernelManager

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

PATIENCE = 120


@dataclass
class Reply:
    """What a cell came to."""

    status: str = ""
    ename: str = ""
    count: int = 0
    out: str = ""
    err: str = ""
    shown: list[dict[str, Any]] = field(default_factory=list)
    """Bundles that were displayed or were the result."""
    tracebacks: int = 0
    trace: list[str] = field(default_factory=list)
    """What the last error message shows."""

    @property
    def text(self) -> str:
        """The text of everything that was shown."""
        return "\n".join(bundle["text/plain"] for bundle in self.shown)


def private(place: Path) -> dict[str, str]:
    """Return the variables that keep all of a kernel's own in a directory, its registry too."""
    return {
        "MODELREG_REGISTRY": str(place / "registry"),
        "HOME": str(place),
        "XDG_DATA_HOME": str(place / "data"),
        "XDG_CONFIG_HOME": str(place / "config"),
        "IPYTHONDIR": str(place / "ipython"),
    }


class Kernel:
    """One kernel with its client."""

    def __init__(self, env: Mapping[str, str], cwd: str) -> None:
        self.manager = KernelManager(kernel_name="python3")
        kept = {
            name: value for name, value in os.environ.items() if name not in {"JPY_SESSION_NAME", "JUPYTERHUB_USER"}
        }
        self.manager.start_kernel(env={**kept, **env}, cwd=cwd)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)
        assert self("%load_ext modelreg") == Reply("ok", "", 1)

    def __call__(self, code: str, during: Callable[[], None] | None = None) -> Reply:
        """Run a cell and return what it came to; ``during`` is called while it runs."""
        asked = self.client.execute(code, store_history=True)
        if during is not None:
            during()
        answer = self.client.get_shell_msg(timeout=PATIENCE)
        while answer["parent_header"].get("msg_id") != asked:
            answer = self.client.get_shell_msg(timeout=PATIENCE)
        content = answer["content"]
        if content["status"] == "aborted":  # it still swallows requests after the cell before failed: ask again
            return self(code)
        reply = Reply(content["status"], content.get("ename", ""), content["execution_count"])
        while True:
            message = self.client.get_iopub_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return reply
            self._take(reply, message["msg_type"], message["content"])

    @staticmethod
    def _take(reply: Reply, kind: str, content: dict[str, Any]) -> None:
        if kind == "stream":
            name = "out" if content["name"] == "stdout" else "err"
            setattr(reply, name, getattr(reply, name) + content["text"])
        elif kind in {"display_data", "execute_result"}:
            reply.shown.append(content["data"])
        elif kind == "error":
            reply.tracebacks += 1
            reply.trace = content["traceback"]

    def ok(self, code: str) -> Reply:
        """Run a cell that must succeed."""
        reply = self(code)
        assert reply.status == "ok", reply
        return reply

    def print(self, expression: str) -> str:
        """Return the text of a value in the kernel."""
        return self.ok(f"print(({expression}))").out.strip()

    def complete(self, code: str) -> list[str]:
        """Return what Tab offers at the end, each as the whole text would become."""
        content = self.client.complete(code, reply=True, timeout=PATIENCE)["content"]
        return [code[: content["cursor_start"]] + match for match in content["matches"]]

    def inspect(self, code: str) -> str:
        """Return what Shift+Tab shows at the end."""
        content = self.client.inspect(code, reply=True, timeout=PATIENCE)["content"]
        return content["data"].get("text/plain", "") if content["found"] else ""

    def interrupt(self) -> None:
        """Do what the stop button does."""
        self.manager.interrupt_kernel()

    def stop(self) -> None:
        """End the kernel."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()
