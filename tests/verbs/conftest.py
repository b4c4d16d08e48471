"""A registry of its own for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import modelreg
from modelreg.notebook import Notebook

if TYPE_CHECKING:
    from pathlib import Path

    from modelreg.registry import Registry


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """Return a registry that does not exist yet."""
    return modelreg.connect(tmp_path / "registry")


@pytest.fixture
def stranger(registry: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Registry:
    """Return the same registry for a user who has registered and approved nothing."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "stranger"))
    return modelreg.connect(registry.location, actor="stranger")


@pytest.fixture
def other(registry: Registry) -> Registry:
    """Return the same registry in another kernel, where Anna sits."""
    return modelreg.connect(registry.location, notebook=Notebook(), actor="anna")


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = 1_790_000_000_000_000

    def __call__(self) -> int:
        return self.at

    def on(self, seconds: float) -> int:
        """Move the clock (back with a negative number); return the instant before."""
        before = self.at
        self.at += int(seconds * 1_000_000)
        return before


@pytest.fixture
def clock(registry: Registry) -> Clock:
    """Let the registry look at a clock that the test moves."""
    registry._context.clock = Clock()
    return registry._context.clock
