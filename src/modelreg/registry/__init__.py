"""The registry as Python sees it: every verb is a method here, and nothing else is."""

from modelreg.registry.connection import connect
from modelreg.registry.reader import Reader
from modelreg.registry.registry import Registry

__all__ = ["Reader", "Registry", "connect"]
