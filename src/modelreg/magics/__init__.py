"""The extension: ``%load_ext modelreg`` adds the magic, its completion and its cell events to a shell.

What a session knows (which object is which version, what was interrupted) hangs on the shell's entry here, so that
``%reload_ext`` keeps it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from modelreg import notebook
from modelreg.magics.adapter import NAME, Adapter
from modelreg.magics.cells import Cells, comment_out
from modelreg.magics.completion import Matcher

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_known: Final[WeakKeyDictionary[InteractiveShell, Adapter]] = WeakKeyDictionary()
_loaded: Final[WeakKeyDictionary[InteractiveShell, _Loaded]] = WeakKeyDictionary()


class _Loaded:
    """Everything that load added to a shell, to be taken away again."""

    def __init__(self, shell: InteractiveShell, adapter: Adapter) -> None:
        self.adapter = adapter
        self.cells = Cells(shell, adapter)
        self.matcher = Matcher(shell, adapter).matcher
        magics = shell.magics_manager.magics
        self.before = {kind: magics[kind].get(NAME) for kind in ("line", "cell")}


def load(shell: InteractiveShell) -> None:
    """Add everything; nothing happens when it is there already."""
    if shell in _loaded:
        return
    adapter = _known.setdefault(shell, Adapter(shell))
    added = _Loaded(shell, adapter)
    notebook.attach(adapter.session.notebook)
    shell.register_magic_function(adapter.line, "line", NAME)
    shell.register_magic_function(adapter.cell, "cell", NAME)
    shell.input_transformers_cleanup.append(comment_out)
    shell.events.register("post_run_cell", added.cells.after)
    if shell.Completer is not None:
        shell.Completer.custom_matchers.append(added.matcher)
    _loaded[shell] = added
    adapter.refresh()


def unload(shell: InteractiveShell) -> None:
    """Take away exactly what :func:`load` added."""
    added = _loaded.pop(shell, None)
    if added is None:
        return
    if shell.Completer is not None and added.matcher in shell.Completer.custom_matchers:
        shell.Completer.custom_matchers.remove(added.matcher)
    shell.events.unregister("post_run_cell", added.cells.after)
    if comment_out in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.remove(comment_out)
    manager = shell.magics_manager
    for kind, before in added.before.items():
        manager.magics[kind].pop(NAME, None)
        if before is not None:
            manager.magics[kind][NAME] = before
    vars(manager.user_magics).pop(NAME, None)
    notebook.detach(added.adapter.session.notebook)
    added.adapter.close()
