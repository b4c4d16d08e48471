"""The story of a version had again: a checkout, what came of running its code, and the mark that it leaves."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, Final

from modelreg.records.replay import DIFFERS, FAILED, REPRODUCED, CheckedOut, Mark, Reproduction
from modelreg.views import format as fmt
from modelreg.views import frames, parts, theme
from modelreg.views.base import View
from modelreg.views.escape import plain
from modelreg.views.html import Node, tag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelreg.views.base import Context

_BADGES: Final[Mapping[str, tuple[str, str]]] = {
    REPRODUCED: ("reproduced ✓", theme.GOOD),
    DIFFERS: ("differs ≠", theme.WARN),
    FAILED: ("replay failed", theme.WARN),
}
"""Outcome -> how it is called in a few letters, and its colour."""


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


class ReproductionView(View[Reproduction]):
    """What came of running the code again."""

    def text(self, *, full: bool = False) -> str:
        """Return the outcome with its reason, and what is to know."""
        done = self.record
        said = f"{plain(done.version.ref)} {label(done.outcome)}"
        return fmt.sentence([fmt.sentence([said, plain(done.text)]), plain(fmt.sentence(self._notes()))], "\n")

    def html(self) -> Node:
        """Return the same with the outcome in colour."""
        done, notes = self.record, fmt.sentence(self._notes())
        first: Node = [tag("span", done.version.ref, style=theme.STRONG), " ", badge(done.outcome), " · ", done.text]
        return [
            tag("div", first, style=theme.ANSWER),
            tag("div", notes, style=theme.MUTED + theme.ANSWER) if notes else None,
        ]

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return one row."""
        done = self.record
        return {"version": [done.version.ref], "outcome": [done.outcome], "text": [done.text]}

    def _notes(self) -> list[str]:
        return [" ".join(note.split()) for note in self.record.notes]


def label(outcome: str) -> str:
    """Return an outcome in a few letters: ``reproduced ✓``; one of a newer release says itself."""
    return _BADGES[outcome][0] if outcome in _BADGES else plain(outcome)


def badge(outcome: str) -> Node:
    """Return an outcome in its colour."""
    return tag("span", label(outcome), style=theme.STRONG + _BADGES.get(outcome, ("", theme.MUTED))[1])


def marked(mark: Mark, context: Context) -> Node:
    """Return the mark of a version as one line."""
    when = parts.muted(parts.when(mark.at), " by ", parts.who(mark.actor))
    return tag("div", parts.dots([badge(mark.outcome), parts.muted(mark.text), when]), style=theme.ANSWER)
