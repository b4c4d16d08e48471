"""A kernel of its own starts although another program took a port that was chosen for it, and is gone afterwards."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest
from jupyter_client.manager import KernelManager

from modelreg.capture.replay import Kernel, Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Let so many of the next starts get a port that is taken; afterwards it says how many are left."""
    left, start = [0], KernelManager.start_kernel
    with socket.create_server(("127.0.0.1", 0)) as held:

        def started(manager: Any, **options: Any) -> None:
            if left[0]:
                left[0] -= 1
                manager.cache_ports, manager.shell_port = False, held.getsockname()[1]
            start(manager, **options)

        monkeypatch.setattr(KernelManager, "start_kernel", started)
        yield left


def test_a_start_that_lost_its_port_is_tried_again(tmp_path: Path, taken: list[int]) -> None:
    taken[0] = 1
    with Kernel(tmp_path, tmp_path, {}, 60) as kernel:
        kernel.run("open('ran', 'w').close()")
        with pytest.raises(Stopped, match="the kernel died"):
            kernel.run("__import__('os')._exit(3)")
    assert (tmp_path / "ran").exists()
    assert taken == [0]


def test_there_is_an_end_to_it(tmp_path: Path, taken: list[int]) -> None:
    taken[0] = 9
    with pytest.raises(Stopped, match="the kernel died"), Kernel(tmp_path, tmp_path, {}, 60):
        pass
    assert taken == [6]
