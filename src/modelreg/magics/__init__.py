"""The extension: ``%load_ext modelreg`` adds the magic, its completion and its cell events to a shell.

What a session knows (which object is which version, what was interrupted) hangs on the shell's entry here, so that
``%reload_ext`` keeps it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from modelreg import notebook
from modelreg.magics import warming
from modelreg.magics.adapter import NAME, Adapter
from modelreg.magics.cells import Cells, comment_out
from modelreg.magics.completion import Matcher
from modelreg.magics.hooks import Hooks

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.core.magic import MagicsManager

_known: Final[WeakKeyDictionary[InteractiveShell, Adapter]] = WeakKeyDictionary()
_loaded: Final[WeakKeyDictionary[InteractiveShell, _Loaded]] = WeakKeyDictionary()


class _Loaded:
    """Everything that load added to a shell, to be taken away again."""

    def __init__(self, shell: InteractiveShell, adapter: Adapter) -> None:
        self.adapter = adapter
        self.cells = Cells(shell, adapter)
        self.hooks = Hooks(shell, adapter.session.notebook.log)
        # the log comes first: what a cell made is registered with the cell in the log
        self.events = (
            ("pre_run_cell", self.hooks.before),
            ("pre_run_cell", self.cells.before),
            ("post_run_cell", self.hooks.after),
            ("post_run_cell", self.cells.after),
            ("post_run_cell", warming.begin),
        )
        self.matcher = Matcher(shell, adapter).matcher
        self.magics = {"line": adapter.line, "cell": adapter.cell}
        manager = shell.magics_manager
        self.before = {kind: manager.magics[kind].get(NAME) for kind in self.magics}
        self.own_before = vars(manager.user_magics).get(NAME)


def load(shell: InteractiveShell) -> None:
    """Add everything; nothing happens when it is there already."""
    if shell in _loaded:
        return
    adapter = _known.setdefault(shell, Adapter(shell))
    added = _Loaded(shell, adapter)
    notebook.attach(adapter.session.notebook)
    for kind, magic in added.magics.items():
        shell.register_magic_function(magic, kind, NAME)
    shell.input_transformers_cleanup.append(comment_out)
    added.hooks.start()
    for event, called in added.events:
        shell.events.register(event, called)
    shell.Completer.custom_matchers.append(added.matcher)
    _loaded[shell] = added
    adapter.refresh()


def unload(shell: InteractiveShell) -> None:
    """Take away exactly what :func:`load` added."""
    added = _loaded.pop(shell, None)
    if added is None:
        return
    if added.matcher in shell.Completer.custom_matchers:
        shell.Completer.custom_matchers.remove(added.matcher)
    for event, called in added.events:
        if called in shell.events.callbacks[event]:
            shell.events.unregister(event, called)
    if comment_out in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.remove(comment_out)
    _give_back_magics(shell.magics_manager, added)
    notebook.detach(added.adapter.session.notebook)
    added.adapter.close()


def _give_back_magics(manager: MagicsManager, added: _Loaded) -> None:
    """Put back what the name meant before; a magic that somebody else gave it since stays."""
    for kind, ours in added.magics.items():
        if manager.magics[kind].get(NAME) == ours:
            _restore(manager.magics[kind], added.before[kind])
    own = vars(manager.user_magics)
    if own.get(NAME) in added.magics.values():
        _restore(own, added.own_before)


def _restore(names: dict[str, Any], before: object) -> None:
    del names[NAME]
    if before is not None:
        names[NAME] = before
