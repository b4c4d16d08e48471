"""The behaviour that every registry must show, on a local one."""

from __future__ import annotations

from pathlib import Path

import pytest

import modelreg
from modelreg.registry import Registry
from modelreg.testing.behaviour import RegistryTests


class TestLocal(RegistryTests):
    """SQLite and files."""

    @pytest.fixture
    def registry(self, tmp_path: Path) -> Registry:
        return modelreg.connect(tmp_path / "registry")
