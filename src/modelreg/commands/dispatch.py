"""From a line to its answer: finds the command, reads its arguments, runs it, and gives the answer the shape asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from modelreg import settings
from modelreg.commands import COMMANDS, DEFAULT, filling
from modelreg.commands.interrupt import told
from modelreg.commands.line import Line, Token, split
from modelreg.commands.meant import unknown
from modelreg.commands.parse import is_option, parse
from modelreg.errors import InvalidError, ModelRegError, NotFoundError, UsageError
from modelreg.names import quote, shell

if TYPE_CHECKING:
    from modelreg.commands.declare import Arguments, Module
    from modelreg.commands.session import Session


UNCHANGING: Final = frozenset({"look", "back"})
"""Groups of commands that change nothing in a registry."""


class Answer:
    """What a line came to.

    Attributes
    ----------
    value : object
        A view, a live object or None.
    quiet : bool
        Whether the line asks that nothing be shown.
    """

    __slots__ = ("quiet", "value")

    def __init__(self, value: Any, *, quiet: bool) -> None:
        self.value = value
        self.quiet = quiet


def run(session: Session, line: Line) -> Answer:
    """Do what a line says.

    Raises
    ------
    ModelRegError
        The line cannot be understood, or the registry refuses.
    KeyboardInterrupt
        Somebody stopped it; its text says what had been done by then.
    """
    try:
        return _answer(session, line)
    except (InvalidError, NotFoundError) as error:
        error.tries = _apart(error, line) or error.tries
        if isinstance(error, InvalidError):
            error.tries = error.tries or filling.mended(error.slip, line)
        error.tries = tuple(dict.fromkeys(_understood(session, each) for each in error.tries))
        raise


def _apart(error: ModelRegError, line: Line) -> tuple[str, ...]:
    """Return the line with a name and its number as one, where it was refused because they stand apart."""
    name = named(line)
    if name not in COMMANDS:
        return ()
    command = COMMANDS[name].COMMAND
    slip = filling.swapped(command, line) or filling.numbered(command, line)
    words = slip.wrong.split() if slip is not None else ()
    said = words[1:] if isinstance(error, NotFoundError) else words
    return filling.mended(slip, line) if any(repr(word) in error.message for word in said) else ()


def _understood(session: Session, text: str, left: int = 3) -> str:
    """Return a line to type, or where it lacks something still the one that it leads to."""
    try:
        line = split(text)
    except UsageError:
        return text
    try:
        name, module, whole = _command(line, session)
        read(name, module, whole, session)
    except InvalidError as error:
        following = error.tries or filling.mended(error.slip, line)
        return _understood(session, following[0], left - 1) if following and left else text
    first = next(iter(module.COMMAND.arguments), None)
    apart = filling.numbered(module.COMMAND, line) if first is not None and first.many else None
    return next(iter(filling.mended(apart, line)), text)


def _answer(session: Session, line: Line) -> Answer:
    name, module, line = _command(line, session)
    if settings.replaying() and module.COMMAND.group not in UNCHANGING:
        return Answer(None, quiet=True)  # what the code of a version registered then, it does not register again
    args = read(name, module, line, session)
    if args.help:
        return Answer(explain(name, session), quiet=False)
    if module.COMMAND.needs_kernel and not session.kernel:
        raise _no_kernel(name, line)
    try:
        with session.notebook.answering():
            value = module.run(replace(session, quiet=args.quiet), args)
    except KeyboardInterrupt as stop:
        stop.args = (told(session, name),)
        raise
    return Answer(_frame(name, value) if args.frame else value, quiet=args.quiet)


def read(name: str, module: Module, line: Line, session: Session) -> Arguments:
    """Return the arguments of a line; a module that has ``mistaken`` knows what else a wrong one may be meant for."""
    try:
        return parse(name, module.COMMAND, line, session.scope if session.kernel else None)
    except UsageError:
        mistaken = getattr(module, "mistaken", None)
        error = mistaken(session, [token.text for token in line.tokens[1:]]) if mistaken is not None else None
        if error is None:
            raise
        raise error from None


def debugs(line: Line) -> bool:
    """Whether a line asks for tracebacks."""
    return any(token.raw == "--debug" for token in line.tokens)


def named(line: Line) -> str:
    """Return the name of the command that a line begins with; it need not exist."""
    return line.tokens[0].text if line.tokens and not is_option(line.tokens[0].raw) else DEFAULT


def explain(name: str, session: Session) -> Any:
    """Return the help of one command."""
    from modelreg import views
    from modelreg.commands.explain import command

    return views.lines(command(name, COMMANDS[name].COMMAND, session.program), program=session.program)


def _command(line: Line, session: Session) -> tuple[str, Module, Line]:
    """Return the command of a line; one that begins with an option, or is empty, is of the default command."""
    if line.tokens and line.tokens[0].raw == "--version":
        line = Line(line.text, (Token("help", 0), *line.tokens))
    name = named(line)
    if name == DEFAULT and (not line.tokens or is_option(line.tokens[0].raw)):
        if line.tokens and line.tokens[0].raw in {"-h", "--help"}:
            name = "help"
            line = Line(line.text, line.tokens[1:])
        line = Line(line.text, (Token(name, 0), *line.tokens))
    if name not in COMMANDS:
        raise unknown(name, line.tokens[1:], session=session)
    return name, COMMANDS[name], line


def _frame(name: str, value: Any) -> Any:
    from modelreg.views import View

    if not isinstance(value, View):
        msg = f"{name} gives no table, so --frame has nothing to show"
        raise UsageError(msg)
    return value.to_frame()


def _no_kernel(name: str, line: Line) -> UsageError:
    """Return the error for a command that works on live objects, with the lines that do the same from here."""
    ref = next((token.text for token in line.tokens[1:] if not is_option(token.raw)), "REF")
    if name == "load":
        msg = f"load brings a live object into a notebook; in Python: modelreg.connect().load({ref!r})"
        return UsageError(msg, tries=(f"export {quote(ref)} DIRECTORY",))
    return UsageError(f"{name} works on the variables of a live kernel; type it in a notebook as %modelreg {name}")


def complaint(error: ModelRegError, program: str) -> str:
    """Return an error as one line, with its next lines as they are typed in a notebook or in a shell."""
    sentence = error.sentence(program) if program.startswith("%") else error.sentence(program, shell)
    return " ".join(part.strip() for part in sentence.splitlines())
