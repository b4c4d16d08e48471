"""What modelreg adds to one shell."""

from __future__ import annotations

import sys
from linecache import getline
from typing import TYPE_CHECKING, Any, Final

from IPython.core.error import UsageError as ShellUsageError
from IPython.core.magic import needs_local_scope, no_var_expand
from IPython.display import display

from modelreg.commands import dispatch
from modelreg.commands.line import split
from modelreg.commands.session import Session
from modelreg.errors import ModelRegError
from modelreg.magics import identity
from modelreg.magics.cells import CellMagic, comment_out
from modelreg.magics.completion import matcher
from modelreg.notebook import Notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType

    from IPython.core.interactiveshell import InteractiveShell

NAME: Final = "modelreg"
PROGRAM: Final = f"%{NAME}"

HELP: Final = f"""The model registry in the notebook.

{PROGRAM} register clf churn --alias staging --metric auc=auc    keep the model in memory
{PROGRAM}                                                         look at the registry
clf = {PROGRAM} load churn:production                             bring it back
{PROGRAM} help                                                    all commands; {PROGRAM} help register explains one

%{PROGRAM} register clf churn … as the first line of a cell runs the cell and registers what it made.
"""


class Extension:
    """Magics, completion and cell events of one shell; attached and detached as a whole."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.notebook = Notebook(path=identity.path(shell.user_ns), namespace=self._namespace)
        self.opened: dict[str, Any] = {}
        self._cells = CellMagic(self.run_line, self.complain)
        self._matcher = matcher(self.session)
        self._attached = False

    def attach(self) -> None:
        """Add everything; nothing twice."""
        if self._attached:
            return
        self.shell.register_magic_function(self._line_magic(), "line", NAME)
        self.shell.register_magic_function(self._cell_magic(), "cell", NAME)
        self.shell.input_transformers_cleanup.append(comment_out)
        self.shell.events.register("pre_run_cell", self._cells.before)
        self.shell.events.register("post_run_cell", self._cells.after)
        self.shell.Completer.custom_matchers.append(self._matcher)
        self._attached = True

    def detach(self) -> None:
        """Take away what :meth:`attach` added."""
        if not self._attached:
            return
        for kind in ("line", "cell"):
            self.shell.magics_manager.magics[kind].pop(NAME, None)
        self.shell.input_transformers_cleanup.remove(comment_out)
        self.shell.events.unregister("pre_run_cell", self._cells.before)
        self.shell.events.unregister("post_run_cell", self._cells.after)
        self.shell.Completer.custom_matchers.remove(self._matcher)
        for registry in self.opened.values():
            registry.close()
        self.opened.clear()
        self._attached = False

    def session(self, local: Mapping[str, Any] | None = None) -> Session:
        """Return what a command works with."""
        self.notebook.path = identity.path(self.shell.user_ns) or self.notebook.path
        return Session(
            notebook=self.notebook,
            beside=display,
            assign=self.shell.user_ns.__setitem__,
            program=PROGRAM,
            local=local or {},
            opened=self.opened,
        )

    def run_line(self, text: str, local: Mapping[str, Any] | None = None) -> Any:
        """Return the result of a line; raises what the registry refuses."""
        answer = dispatch.run(self.session(local), split(text))
        return None if answer.quiet and not self._assigned() else answer.value

    def _assigned(self) -> bool:
        """Whether the line that runs now gives its result to a name: then a quiet line has a result all the same."""
        frame: FrameType | None = sys._getframe()  # noqa: SLF001  (the one way to see who called)
        while frame is not None and frame.f_globals is not self.shell.user_global_ns:
            frame = frame.f_back
        if frame is None:
            return False
        return not getline(frame.f_code.co_filename, frame.f_lineno).lstrip().startswith("get_ipython()")

    def complain(self, text: str) -> None:
        """Show one line of error under a cell that has run."""
        print(f"UsageError: {text}", file=sys.stderr)  # noqa: T201  (what the shell itself does with a UsageError)

    def _namespace(self) -> Mapping[str, Any]:
        return self.shell.user_ns

    def _line_magic(self) -> Callable[..., Any]:
        @no_var_expand
        @needs_local_scope
        def modelreg(line: str, local_ns: Mapping[str, Any] | None = None) -> Any:
            scope = {} if local_ns is self.shell.user_ns else dict(local_ns or {})
            try:
                return self.run_line(line, scope)
            except ModelRegError as error:
                if "--debug" in line.split():
                    raise
                # the shell shows a UsageError as one line and ends the cell with an error, so that Run All stops
                raise ShellUsageError(dispatch.complaint(error, PROGRAM)) from error

        modelreg.__doc__ = HELP
        return modelreg

    def _cell_magic(self) -> Callable[..., Any]:
        @no_var_expand
        def modelreg(line: str, cell: str) -> None:
            msg = f"%{PROGRAM} must be the first line of a cell, for the cell to run as any other"
            raise ShellUsageError(msg)

        modelreg.__doc__ = HELP
        return modelreg
