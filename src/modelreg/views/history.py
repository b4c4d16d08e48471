"""What was done when, by whom and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelreg import moments, names
from modelreg.records import Action, Moment, Page, Tenure
from modelreg.views import format as fmt
from modelreg.views import frames, parts, tables, theme
from modelreg.views.base import View
from modelreg.views.escape import plain
from modelreg.views.html import Node, tag
from modelreg.views.lists import ListView, empty, heading, unmatched
from modelreg.views.tables import Column, Where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelreg.views.base import Context


class HistoryView(ListView[Page[Action], Action]):
    """A page of actions. A move of an alias is two actions and shows as one line."""

    def heading(self) -> Node:
        """Return whose history it is."""
        return heading("History", self.context.name or (self[0].subject if _one_subject(self.items()) else ""))

    def table(self) -> Sequence[Column[Action]]:
        """Return the columns; the subject stands in the heading where there is one only."""
        return action_columns(self.context, subject=not _one_subject(self.items()))

    def rows(self) -> Sequence[Action]:
        """Return the actions without the far ends of moves whose near end is here too."""
        return without_far_ends(self.items())

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return one row per action."""
        return frames.actions(self.items())

    def nothing(self) -> str:
        """Return that nothing was done yet."""
        return unmatched("action", self.context)

    def more_line(self) -> str:
        """Return the command that made the list."""
        if self.context.line:
            return self.context.line
        name = self.context.name or (self[0].subject if _one_subject(self.items()) else "")
        return f"history {names.quote(name)}" if name else "history"


class MomentView(View[Moment]):
    """What every alias of a home meant at one instant."""

    def html(self) -> Node:
        """Return the aliases of that instant with their versions."""
        moment = self.record
        head = heading(moment.home, f"at {moments.iso(moment.at)}")
        if not moment.aliases:
            return [head, empty(self._nothing(), (), self.context), self._latest()]
        return [head, tables.table(_tenure_columns(self.context), moment.aliases), self._latest()]

    def text(self, *, full: bool = False) -> str:
        """Return aligned lines under the instant."""
        moment = self.record
        rows = (
            tables.text(_tenure_columns(self.context), moment.aliases, full=full) if moment.aliases else self._nothing()
        )
        latest = f"latest v{moment.latest}" if moment.latest is not None else ""
        return fmt.sentence([f"{plain(moment.home)} at {moments.iso(moment.at)}", rows, latest], "\n")

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return one row per alias."""
        held = self.record.aliases
        return {
            "name": [t.home for t in held],
            "alias": [t.alias for t in held],
            "version": [t.number for t in held],
            "since": [t.since for t in held],
            "until": [t.until for t in held],
            "user": [t.actor for t in held],
            "why": [t.reason for t in held],
        }

    def _nothing(self) -> str:
        return f"{plain(self.record.home)} had no alias then"

    def _latest(self) -> Node:
        return parts.foot(f"latest was v{self.record.latest}") if self.record.latest is not None else None


def action_columns(context: Context, *, subject: bool) -> list[Column[Action]]:
    """Return the columns of a history."""
    return [
        Column(
            title="when",
            text=lambda a: moments.iso(a.at),
            html=lambda a: tag("span", parts.when(a.at), style=theme.MUTED),
            where=Where.FULL,
        ),
        Column(title="of", text=lambda a: plain(a.subject) if subject else ""),
        Column(title="what", text=told, html=lambda a: _what(a, context.protected), wrap=True),
        Column(title="who", text=lambda a: plain(a.actor), html=lambda a: parts.who(a.actor), where=Where.FULL),
        Column(title="why", text=lambda a: plain(a.reason), html=lambda a: a.reason, wrap=True),
    ]


def told(action: Action) -> str:
    """Return what was done as one line of text."""
    return plain(" ".join(action.sentence.split()))


def without_far_ends(actions: Sequence[Action]) -> list[Action]:
    """Return actions without the ``moved-away`` ends of moves whose ``moved-here`` ends are among them."""
    arrived = {(a.operation, a.subject, a.alias) for a in actions if a.kind == "alias-moved-here"}
    return [a for a in actions if a.kind != "alias-moved-away" or (a.operation, a.subject, a.alias) not in arrived]


def _one_subject(actions: Sequence[Action]) -> bool:
    return len({action.subject for action in actions}) == 1


def _what(action: Action, protected: frozenset[str]) -> Node:
    """Return what was done, the alias in it as a chip where the sentence begins with it."""
    sentence = told(action)
    name = plain(action.alias or "")
    if action.kind.startswith("alias-") and name and sentence.startswith(name):
        return [
            parts.alias(action.alias or "", protected=action.alias in protected),
            " ",
            sentence.removeprefix(name).strip(),
        ]
    return sentence


def _tenure_columns(context: Context) -> list[Column[Tenure]]:
    return [
        Column(
            title="alias",
            text=lambda t: plain(t.alias),
            html=lambda t: parts.alias(t.alias, protected=t.alias in context.protected),
        ),
        Column(
            title="version",
            text=lambda t: f"v{t.number}",
            html=lambda t: tag("span", f"v{t.number}", style=theme.STRONG),
        ),
        Column(
            title="since",
            text=lambda t: moments.iso(t.since),
            html=lambda t: parts.when(t.since),
            where=Where.FULL,
        ),
        Column(
            title="until",
            text=lambda t: "still" if t.until is None else moments.iso(t.until),
            html=lambda t: "still" if t.until is None else parts.when(t.until),
            where=Where.FULL,
        ),
        Column(title="who", text=lambda t: plain(t.actor), html=lambda t: parts.who(t.actor), where=Where.FULL),
        Column(title="why", text=lambda t: plain(t.reason), html=lambda t: t.reason, wrap=True),
    ]
