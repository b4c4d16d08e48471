"""What other tools call our commands: a word that is none of ours is answered with the one that is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg.commands import COMMANDS
from modelreg.errors import UsageError, alike, instead
from modelreg.names import quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelreg.commands.line import Token

WORDS: Final[Mapping[str, str]] = {
    word: command
    for command, words in {
        "models": "ls list ll dir find search",
        "register": "save push add put store dump commit upload publish keep",
        "load": "get pull fetch download use",
        "delete": "rm del remove drop rmdir unregister",
        "rename": "mv move",
        "link": "cp copy ln",
        "show": "cat info view print",
        "browse": "open ui gui app",
        "compare": "diff",
        "history": "hist reflog blame",
        "promote": "deploy stage release ship",
        "create": "new",
        "rollback": "revert",
        "undelete": "restore recover",
        "tag": "label",
        "connect": "cd init login",
        "config": "set settings",
        "check": "verify fsck",
        "gc": "prune clean",
        "du": "size df",
        "help": "man usage commands",
    }.items()
    for word in words.split()
}
"""Word of git, a shell or another registry -> our command."""


def unknown(name: str, rest: Sequence[Token] = (), *, explain: bool = False) -> UsageError:
    """Return the error for a command that there is none of, with the line that was probably meant.

    Parameters
    ----------
    name : str
        What was typed.
    rest : sequence of Token
        What stands behind it.
    explain : bool
        Whether it was to be explained, not to be done.
    """
    said = [quote(token.text) if token.literal else token.raw for token in rest]
    meant = WORDS.get(name.lower())
    if meant is not None and meant in COMMANDS:
        line = " ".join([*(["help"] if explain else []), meant, *said])
        return UsageError(f"no command {name!r}; here it is {meant!r}", tries=(line,))
    close = alike(name, COMMANDS)
    clear = len(close) == 1 and bool(said)  # what stands behind it says that the line is to be done
    line = " ".join([*close, *said]) if clear else "help --all" if explain else "help"
    return UsageError(f"no command {name!r}; {instead(name, COMMANDS)}", tries=(line,))
