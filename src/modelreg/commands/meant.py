"""What other tools call our commands: a word that is none of ours is answered with the one that is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from modelreg.commands import COMMANDS
from modelreg.errors import UsageError, alike, instead
from modelreg.names import quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelreg.commands.line import Token
    from modelreg.commands.session import Session

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


_LISTS: Final = frozenset({"models"})
"""Commands in whose place a list of versions may be meant: they know no metrics and params."""


OPTIONS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("--where", "--filter", "--query", "--condition", "-w", "-q", "-f"), ""),
    **dict.fromkeys(("--sort", "--sort-by", "--order-by", "--orderby", "--by"), "--order"),
    **dict.fromkeys(("--top", "--head", "--max", "-n"), "--limit"),
}
"""Option of another tool's lists -> ours; empty for what is a condition, which stands behind the name."""


def listed(spelling: str, before: Sequence[Token], value: Token | None, after: Sequence[Token]) -> UsageError | None:
    """Return the error for an option that our lists call otherwise, with the line that means the same.

    Parameters
    ----------
    spelling : str
        The option that was typed.
    before, after : sequence of Token
        What stands around it and its value; the command is the first.
    value : Token or None
        Its value.
    """
    ours = OPTIONS.get(spelling)
    if ours is None or value is None:
        return None
    word = value.raw if ours or value.literal else value.text
    said = [*([ours] if ours else []), quote(word) if value.literal else word]
    line = " ".join([*(token.raw for token in before), *said, *(token.raw for token in after)])
    told = f"here it is {ours}" if ours else "a condition stands behind the name without it"
    return UsageError(f"{before[0].text} has no option {spelling}; {told}", tries=(line,))


def unknown(
    name: str, rest: Sequence[Token] = (), *, explain: bool = False, session: Session | None = None
) -> UsageError:
    """Return the error for a command that there is none of, with the line that was probably meant.

    Parameters
    ----------
    name : str
        What was typed.
    rest : sequence of Token
        What stands behind it.
    explain : bool
        Whether it was to be explained, not to be done.
    session : Session, optional
        Whose registry tells which metrics and params a condition asks for.
    """
    said = [quote(token.text) if token.literal else token.raw for token in rest]
    meant = WORDS.get(name.lower())
    if meant in _LISTS and session is not None:
        from modelreg.commands import query

        asked = " ".join(said)
        if (of := query.elsewhere(session, asked)) is not None:
            said, meant = [of], "versions"
    if meant is not None and meant in COMMANDS:
        line = " ".join([*(["help"] if explain else []), meant, *said])
        return UsageError(f"no command {name!r}; here it is {meant!r}", tries=(line,))
    close = alike(name, COMMANDS)
    clear = len(close) == 1 and bool(said)  # what stands behind it says that the line is to be done
    line = " ".join([*close, *said]) if clear else "help --all" if explain else "help"
    return UsageError(f"no command {name!r}; {instead(name, COMMANDS)}", tries=(line,))
