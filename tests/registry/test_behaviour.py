"""The behaviour that every registry must show, on a local one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import modelreg
from modelreg.testing.behaviour import RegistryTests

if TYPE_CHECKING:
    from pathlib import Path

    from modelreg.registry import Registry


class TestLocal(RegistryTests):
    """SQLite and files."""

    @pytest.fixture
    def registry(self, tmp_path: Path) -> Registry:
        return modelreg.connect(tmp_path / "registry")
