"""Suites that every implementation of a contract must pass; they need pytest and hypothesis."""

from __future__ import annotations

from modelreg.testing.behaviour import RegistryTests
from modelreg.testing.blobs import BlobStoreTests
from modelreg.testing.flavors import FlavorTests

__all__ = ["BlobStoreTests", "FlavorTests", "RegistryTests"]
