"""Commands: one table for the magic and the terminal, one module per command.

A command module has ``COMMAND``, its declaration, and ``run(nb, args)``, which returns a view, a live object or nothing.
A new command is one module and one line here, or an entry point ``modelreg.commands`` of another package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg.plugins import LazyTable

if TYPE_CHECKING:
    from modelreg.commands.declare import Module

_NAMES: Final = (
    "browse",
    "register",
    "log",
    "link",
    "unlink",
    "load",
    "export",
    "alias",
    "unalias",
    "promote",
    "rollback",
    "protect",
    "unprotect",
    "undo",
    "stages",
    "models",
    "artifacts",
    "versions",
    "show",
    "attachment",
    "code",
    "checkout",
    "reproduce",
    "env",
    "history",
    "lineage",
    "compare",
    "status",
    "create",
    "describe",
    "tag",
    "untag",
    "rename",
    "delete",
    "undelete",
    "metric",
    "check",
    "gc",
    "du",
    "backup",
    "trust",
    "untrust",
    "connect",
    "config",
    "help",
)

COMMANDS: Final[LazyTable[Module]] = LazyTable(
    "command", {name: f"modelreg.commands.{name}" for name in _NAMES}, group="modelreg.commands"
)

DEFAULT: Final = "browse"
"""What an empty line does."""
