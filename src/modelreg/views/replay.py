"""The story of a version had again: a checkout, what came of running its code, and the mark that it leaves."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from modelreg.records.replay import CheckedOut
from modelreg.views import format as fmt
from modelreg.views import frames, parts, theme
from modelreg.views.base import View
from modelreg.views.escape import plain
from modelreg.views.html import Node, tag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class CheckedOutView(View[CheckedOut]):
    """Where the files lie, in at most three lines."""

    def text(self, *, full: bool = False) -> str:
        """Return where, what is not as it was, and the line that runs the code."""
        done, line = self.record, self._line()
        first = fmt.sentence([f"{plain(done.version.ref)} checked out to {plain(done.directory)}", *self._what()])
        return fmt.sentence([first, plain(fmt.sentence(self._notes())), f"next: {plain(line)}" if line else ""], "\n")

    def html(self) -> Node:
        """Return the same as HTML."""
        done, notes, line = self.record, fmt.sentence(self._notes()), self._line()
        first = parts.dots(
            [
                [tag("span", done.version.ref, style=theme.STRONG), " checked out to ", parts.place(done.directory)],
                *map(parts.muted, self._what()),
            ]
        )
        return [
            tag("div", first, style=theme.ANSWER),
            tag("div", notes, style=theme.WARN + theme.ANSWER) if notes else None,
            tag("div", parts.muted("next: "), tag("code", line, style=theme.CODE), style=theme.ANSWER)
            if line
            else None,
        ]

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return one row: the version."""
        return frames.versions((self.record.version,))

    def _what(self) -> list[str]:
        done = self.record
        changed = " +diff" if done.patched else ""
        commit = f"{done.how} at {done.commit}{changed}" if done.commit else ""
        return [plain(one) for one in (commit, ", ".join(done.files)) if one]

    def _notes(self) -> list[str]:
        return [" ".join(note.split()) for note in self.record.notes]

    def _line(self) -> str:
        """Return the line that runs the code: of a shell, which a notebook takes behind a mark."""
        if self.record.code is None:
            return ""
        mark = "" if self.context.shell else "!"
        return f"{mark}cd {shlex.quote(self.record.work)} && python -m IPython {shlex.quote(self.record.code)}"
