"""How a registry must behave on every backend: the groups of cases that peers get wrong.

Subclass :class:`RegistryTests` with a fixture ``registry`` that gives an empty one::

    class TestLocal(RegistryTests):
        @pytest.fixture
        def registry(self, tmp_path):
            return modelreg.connect(tmp_path / "registry")
"""

from __future__ import annotations

from modelreg.testing.behaviour.aliases import Aliases
from modelreg.testing.behaviour.attachments import Attachments
from modelreg.testing.behaviour.homes import Homes
from modelreg.testing.behaviour.links import Links, Registering
from modelreg.testing.behaviour.lists import Lists
from modelreg.testing.behaviour.undoing import Undoing
from modelreg.testing.behaviour.versions import Tags, Versions

__all__ = ["RegistryTests"]


class RegistryTests(Homes, Versions, Tags, Aliases, Lists, Links, Registering, Undoing, Attachments):
    """All groups together."""
