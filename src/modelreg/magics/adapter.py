"""Between IPython and the commands: ``%modelreg`` as a line magic, errors as one line, answers in the cell."""

from __future__ import annotations

import dis
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from IPython.core.error import UsageError
from IPython.core.magic import needs_local_scope, no_var_expand

from modelreg.errors import ModelRegError
from modelreg.magics import identity, warming
from modelreg.notebook import Notebook

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType

    from IPython.core.interactiveshell import InteractiveShell

    from modelreg.commands.dispatch import Answer
    from modelreg.commands.session import Session

NAME: Final = "modelreg"
_CALLER: Final = "run_line_magic"
_SEARCHED: Final = 6
"""How many frames up the caller of the magic is looked for."""


class Adapter:
    """One shell with its session."""

    def __init__(self, shell: InteractiveShell) -> None:
        from modelreg.commands.session import Session

        self._shell = shell
        self.session: Session = Session(
            notebook=Notebook(namespace=self._variables, kernel=identity.kernel(shell.config)),
            beside=self.display,
            placed=self.display,
            assign=self._assign,
            program=f"%{NAME}",
            full=not hasattr(shell, "kernel"),
        )

    @no_var_expand
    @needs_local_scope
    def line(self, line: str, local_ns: Mapping[str, Any] | None = None) -> Any:
        """Keep, find and bring back models: the registry in the notebook.

        ::

            %modelreg                          open the registry
            %modelreg register clf churn       keep the model in clf as churn
            %modelreg models                   list the registered models
            %modelreg versions churn           list versions; then a condition: metrics.auc > 0.9
            %modelreg show churn:v3            show all of a version
            %modelreg compare churn            what differs: newest against production
            %modelreg alias churn:v3 best      point an alias at a version
            %modelreg promote churn:v3         give it the next stage
            clf = %modelreg load churn:v3      bring back the live object
            %modelreg history churn            who did what, when and why
            %modelreg status                   how the models in this kernel stand

        ``%modelreg help --all`` lists all commands, ``%modelreg help register`` explains one.
        """
        local = local_ns if local_ns is not None and local_ns is not self._shell.user_ns else {}
        use = _use(sys._getframe(1))  # noqa: SLF001  (the one way to know what becomes of the result)
        answer = self.run(line, local)
        if use == "stored":
            return answer.value
        if answer.quiet:
            return None
        if use == "dropped" and _is_view(answer.value):
            self.display(answer.value)
        return answer.value

    @no_var_expand
    def cell(self, line: str, cell: str) -> None:
        """Register what a cell makes, once it succeeds.

        ::

            %%modelreg register clf churn -a staging --metric auc=auc
            clf = RandomForestClassifier().fit(X, y)
            auc = roc_auc_score(y_test, clf.predict_proba(X_test)[:, 1])

        The line is that of ``%modelreg register`` (or ``log``) and stands first in the cell. The cell runs as any cell;
        a cell that fails registers nothing. ``%modelreg help register`` explains the line.
        """
        msg = f"%%{NAME} {line.strip()} must stand on the first line of a cell; nothing was run"
        raise UsageError(msg if cell.strip() else f"%%{NAME} stands on top of a cell that makes a model")

    def run(self, text: str, local: Mapping[str, Any] | None = None) -> Answer:
        """Do what a line says; what the registry refuses becomes IPython's one-line error."""
        try:
            warming.finish()
            from modelreg.commands import dispatch
            from modelreg.commands.line import split

            self.refresh()
            return dispatch.run(replace(self.session, local=local or {}), split(text))
        except ModelRegError as error:
            if _debugs(text):
                raise
            raise UsageError(dispatch.complaint(error, self.session.program)) from error
        except (
            KeyboardInterrupt
        ) as stop:  # it stays an interrupt, so that Run All stops; IPython shows what this returns
            shown = [str(stop) or "interrupted: nothing was done yet; run it again"]
            if not _debugs(text):
                vars(stop)["_render_traceback_"] = lambda: shown
            raise

    def refresh(self) -> None:
        """Look up what the notebook is called now."""
        self.session.notebook.path = identity.path(self._shell.user_ns)

    def close(self) -> None:
        """Give back the connections of every registry that was used; each opens again by itself."""
        if self.session.notebook.late:
            from modelreg.verbs import capturing

            capturing.wait(self.session.notebook)  # it would open them again
        for registry in self.session.opened.values():
            registry.close()

    def display(self, value: object, place: str | None = None, *, again: bool = False) -> None:
        """Show an answer in the output of the cell; ``again`` shows it where something of that place stands."""
        from IPython.display import display, update_display

        if again:
            update_display(value, display_id=place)
        else:
            display(value, display_id=place)

    def _variables(self) -> dict[str, Any]:
        """Return the user's variables; a namespace may hold keys that are no names."""
        return {name: value for name, value in list(self._shell.user_ns.items()) if isinstance(name, str)}

    def _assign(self, name: str, value: object) -> None:
        self._shell.user_ns[name] = value


def _is_view(value: object) -> bool:
    from modelreg.views import View

    return isinstance(value, View) or hasattr(value, "to_string") or hasattr(value, "twin")


def _debugs(text: str) -> bool:
    """Whether a line asks for tracebacks; one that cannot be cut into words may ask too."""
    from modelreg.commands import dispatch
    from modelreg.commands.line import split

    try:
        return dispatch.debugs(split(text))
    except ModelRegError:
        return "--debug" in text.split()


def _use(frame: FrameType | None) -> str:
    """Return what becomes of the result of a line: ``stored``, ``shown`` or ``dropped``.

    IPython shows the last line of a cell only. An answer in the middle of a cell, in a loop or in a function would be
    lost, so it is shown by the magic itself; what the next instruction of the caller does with the result tells.
    """
    for _ in range(_SEARCHED):
        if frame is None:
            return "shown"
        if frame.f_code.co_name == _CALLER:
            return "shown" if frame.f_back is None else _use_in(frame.f_back)
        frame = frame.f_back
    return "shown"


def _use_in(caller: FrameType) -> str:
    """Return what the instruction after the call does with its result."""
    if caller.f_code.co_filename == _TIMEIT:
        return "stored"
    after = (each for each in dis.get_instructions(caller.f_code) if each.offset > caller.f_lasti)
    following = next((each for each in after if each.opname not in _FILLERS), None)
    if following is None:
        return "stored"
    if following.opname == "POP_TOP":
        return "dropped"
    shows = following.opname == "PRINT_EXPR" or following.argrepr == "INTRINSIC_PRINT"  # until 3.11, from 3.12
    return "shown" if shows else "stored"


_FILLERS: Final = frozenset({"CACHE", "PRECALL", "CALL", "NOP", "EXTENDED_ARG", "NOT_TAKEN"})
_TIMEIT: Final = "<magic-timeit>"
"""The file that IPython says the code of ``%timeit`` is in; showing each answer of it would flood the cell."""
