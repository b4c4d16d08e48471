"""A small disk."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Return a file system of 48 MiB."""
    there = tmp_path / "disk"
    there.mkdir()
    if os.getuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small file system; refusals are injected in its place")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m", "modelreg-test", str(there)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no small file system can be mounted here; refusals are injected in its place")
    yield there
    subprocess.run(["umount", "-l", str(there)], check=True)
