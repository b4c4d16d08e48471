"""A kernel of the same Python that runs some code and is gone afterwards, whatever happens.

It has no output and no input: only whether a piece of code has run, and with which error it ended, comes back.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Self

from modelreg.capture.secrets import redact

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

__all__ = ["Kernel", "Stopped", "lacking"]

_NEEDED: Final = ("ipykernel", "jupyter_client")
_LOOK: Final = 0.2
"""Seconds between two looks at whether it lives."""
_STARTS: Final = 3
"""Starts of one that dies before it answers: between the choice of its ports and its start another program may take one."""
_LONGEST: Final = 300
_STAYS: Final = frozenset({"JPY_SESSION_NAME", "JPY_PARENT_PID", "JPY_INTERRUPT_EVENT"})
"""Variables that belong to the kernel that asks."""


class Stopped(Exception):  # noqa: N818  (what came of running code, not a fault of this program)
    """The code has not run to its end; the message says why."""


def lacking() -> list[str]:
    """Return what is not installed and a kernel needs."""
    return [name for name in _NEEDED if find_spec(name) is None]


class _Died(Stopped):
    """The kernel is gone."""


class Kernel:
    """A kernel for the time of a ``with`` block.

    Parameters
    ----------
    work : Path
        Where it runs.
    folder : Path
        Where it keeps its own file.
    environ : mapping of str to str
        Variables beside those of this process.
    seconds : float
        How long all of it may take.
    """

    def __init__(self, work: Path, folder: Path, environ: Mapping[str, str], seconds: float) -> None:
        self._work, self._folder, self._seconds = work, folder, seconds
        kept = {name: value for name, value in os.environ.items() if name not in _STAYS}
        self._environ = {**kept, **environ}
        self._until = monotonic() + seconds
        self._manager: Any = None
        self._client: Any = None

    def __enter__(self) -> Self:
        for left in reversed(range(_STARTS)):
            try:
                self._start()
                break
            except BaseException as error:
                self.stop()
                if not (isinstance(error, _Died) and left):
                    raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _start(self) -> None:
        from jupyter_client.kernelspec import KernelSpecManager
        from jupyter_client.manager import KernelManager

        # no directory of kernels: the one of this very Python is what is left
        own = KernelSpecManager(kernel_dirs=[])
        place = self._folder / "kernel.json"
        self._manager = KernelManager(kernel_name="python3", kernel_spec_manager=own, connection_file=str(place))
        self._manager.start_kernel(
            extra_arguments=["--HistoryManager.enabled=False"],
            env=self._environ,
            cwd=str(self._work),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._client = self._manager.blocking_client()
        self._client.start_channels(iopub=False, stdin=False, hb=False, control=False)
        self._answer(self._client.kernel_info())

    def run(self, code: str) -> None:
        """Run some code.

        Raises
        ------
        Stopped
            It failed, took too long, or took the kernel with it.
        """
        asked = self._client.execute(code, silent=False, store_history=False, allow_stdin=False)
        answer = self._answer(asked)
        if answer.get("status") == "error":
            said = f"{answer.get('ename', '')}: {answer.get('evalue', '')}"
            line = next((line.strip() for line in said.splitlines() if line.strip()), said)
            raise Stopped(redact(line).text[:_LONGEST])  # half of a secret would not be known as one
        if answer.get("status") != "ok":
            raise Stopped("the kernel did not run it")

    def _answer(self, asked: str) -> Mapping[str, Any]:
        while True:
            try:
                message = self._client.get_shell_msg(timeout=_LOOK)
            except queue.Empty:
                self._look()
                continue
            if message["parent_header"].get("msg_id") == asked:
                content: Mapping[str, Any] = message["content"]
                return content
            self._look()

    def _look(self) -> None:
        if not self._manager.is_alive():
            process = getattr(self._manager.provisioner, "process", None)
            code = getattr(process, "returncode", None)
            killed = code == -signal.SIGKILL if sys.platform != "win32" else False
            raise _Died(f"the kernel died{' (killed: it may have run out of memory)' if killed else ''}")
        if monotonic() > self._until:
            raise Stopped(f"it took longer than {self._seconds:g} s")

    def stop(self) -> None:
        """End the kernel and what it has started."""
        if self._client is not None:
            self._client.stop_channels()
        if self._manager is None or not self._manager.has_kernel:
            return
        group = getattr(self._manager.provisioner, "pgid", None)
        if sys.platform != "win32" and group and group != os.getpgrp():
            with suppress(OSError):
                os.killpg(group, signal.SIGKILL)
        self._manager.shutdown_kernel(now=True)
        self._manager.cleanup_resources()
