"""A registry of its own for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import modelreg

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
