"""Tab completion in IPython and in every kernel front end: which lines are ours, and where the candidates go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from IPython.core.completer import SimpleCompletion, context_matcher

from modelreg.magics.adapter import NAME

if TYPE_CHECKING:
    from IPython.core.completer import CompletionContext, SimpleMatcherResult
    from IPython.core.interactiveshell import InteractiveShell

    from modelreg.magics.adapter import Adapter

_OURS: Final = re.compile(rf"\s*(?:[\w.,()\[\]'\" ]+=\s*)?%{NAME}\s+(?P<line>.*)", re.DOTALL)
_CELL: Final = re.compile(rf"%%{NAME}\s+(?P<line>.*)", re.DOTALL)
_BARE: Final = re.compile(rf"\s*{NAME}\s+(?P<line>(?!=).*)", re.DOTALL)
"""Not ``modelreg = …``: that binds a variable, also with automagic."""


class Matcher:
    """Offers what can stand on a ``%modelreg`` line."""

    def __init__(self, shell: InteractiveShell, adapter: Adapter) -> None:
        self._shell = shell
        self._adapter = adapter

        @context_matcher(priority=100, identifier=NAME)
        def matcher(context: CompletionContext) -> SimpleMatcherResult:
            return self.match(context.text_until_cursor)

        self.matcher = matcher

    def match(self, text: str) -> SimpleMatcherResult:
        """Return what IPython expects of a matcher, for the line up to the cursor."""
        line = self._line(text)
        if line is None:
            return {"completions": [], "suppress": False}
        fragment, words = self._found(line)
        if fragment and not words:
            words = (fragment,)  # what is typed stands: IPython would offer names of Python and magics here
        return {
            "completions": [SimpleCompletion(word, type="magic") for word in words],
            "matched_fragment": fragment,
            "suppress": True,
            "ordered": True,
        }

    def _line(self, text: str) -> str | None:
        """Return the part of a line that is ours, None for other lines."""
        found = _CELL.fullmatch(text) or _OURS.fullmatch(text)
        if found is None and getattr(self._shell, "automagic", False) and NAME not in self._shell.user_ns:
            found = _BARE.fullmatch(text)
        return found["line"] if found else None

    def _found(self, line: str) -> tuple[str, tuple[str, ...]]:
        """Return the fragment and its candidates; whatever goes wrong, typing goes on."""
        from modelreg.commands.complete import complete

        try:
            found = complete(self._adapter.session, line)
        except Exception:  # noqa: BLE001  (a key press must never end in a traceback)
            return "", ()
        return found.fragment, found.words
