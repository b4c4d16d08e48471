"""The commands of the registry in a terminal: ``modelreg models``, ``python -m modelreg models``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from modelreg.errors import ModelRegError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.commands.session import Session

PROGRAM: Final = "modelreg"
FAILED: Final = 1
"""Exit status when the registry refuses."""
MISUSED: Final = 2
"""Exit status when the line cannot be understood."""
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status: 0, 1 when the registry refuses, 2 when the line is wrong."""
    items = [_decoded(item) for item in sys.argv[1:]] if arguments is None else list(arguments)
    try:
        status = _run(items)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough: `modelreg history | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except KeyboardInterrupt as stop:
        print(f"{PROGRAM}: {str(stop) or 'interrupted'}", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    return status


def _decoded(item: str) -> str:
    """Return an argument as UTF-8, which names are, also where the locale says ASCII (cron, containers)."""
    try:
        return item if item.isprintable() else os.fsencode(item).decode("utf-8")
    except UnicodeError:
        return item


def _run(items: list[str]) -> int:
    from modelreg.commands import dispatch
    from modelreg.commands.line import argv

    if items[:1] == ["--version"]:
        from modelreg import __version__

        print(f"{PROGRAM} {__version__}")  # noqa: T201
        return 0
    line = argv(items)
    try:
        answer = dispatch.run(_session(), line)
    except ModelRegError as error:
        if dispatch.debugs(line):
            raise
        print(f"{PROGRAM}: {dispatch.complaint(error, PROGRAM)}", file=sys.stderr)  # noqa: T201
        return MISUSED if isinstance(error, UsageError) else FAILED
    if answer.value is not None and not answer.quiet:
        _print(answer.value)
    return _verdict(answer.value)


def _session() -> Session:
    from modelreg.commands.session import Session
    from modelreg.notebook import Notebook

    return Session(
        notebook=Notebook.current(),
        beside=_print,
        assign=_no_variables,
        program=PROGRAM,
        kernel=False,
        full=True,
    )


def _print(value: object) -> None:
    """Print an answer, whatever the encoding of the terminal."""
    to_string = getattr(value, "to_string", None)  # a DataFrame of --frame: whole, not cut to some columns
    text = str(to_string() if callable(to_string) else repr(value))
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))  # noqa: T201


def _no_variables(name: str, obj: object) -> None:
    """Refuse to bind: a terminal has no variables, and no command that binds runs in one."""
    msg = f"a terminal has no variable {name} to hold a {type(obj).__name__}"
    raise UsageError(msg)


def _verdict(value: object) -> int:
    """Return the exit status of an answer: that of a check, or a replay, which found something wrong is not 0."""
    from modelreg.records import Report
    from modelreg.records.replay import Reproduction

    report = getattr(value, "record", None)
    return FAILED if isinstance(report, (Report, Reproduction)) and not report.ok else 0


if __name__ == "__main__":
    sys.exit(main())
