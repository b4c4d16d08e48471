"""The small pieces that every view is put together from: chips, times, command lines, headings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from modelreg import moments, names
from modelreg.views import format as fmt
from modelreg.views import theme
from modelreg.views.escape import plain
from modelreg.views.html import Element, Node, tag

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

ARROWS: Final[Mapping[str, str]] = {"higher": "↑", "lower": "↓"}
"""Better direction of a metric -> its arrow."""

CHIPS: Final = 5
"""How many aliases a row shows before it says how many more there are."""

LONGEST_LINE: Final = 48
LONGEST_TITLE: Final = 400

_LOCK: Final = tag(
    "svg",
    tag(
        "path",
        d="M3 5V3.6a3 3 0 0 1 6 0V5h.4c.6 0 1 .4 1 1v4.6c0 .6-.4 1-1 1H2.6c-.6 0-1-.4-1-1V6c0-.6.4-1 1-1z"
        "m1.3 0h3.4V3.6a1.7 1.7 0 0 0-3.4 0z",
    ),
    viewBox="0 0 12 12",
    width=10,
    height=10,
    fill="currentColor",
    aria_hidden="true",
    style="vertical-align:-1px;margin-right:4px;",
)


def alias(name: str, *, number: int | None = None, protected: bool = False) -> Element:
    """Return an alias as a chip; a protected one is grey with a lock, ``number`` says where it stands."""
    title = f"{name} is protected: moving or removing it needs --force" if protected else f"alias {name}"
    return tag(
        "span",
        _LOCK if protected else None,
        name,
        tag("span", f" v{number}", style="opacity:0.75;font-weight:400;") if number is not None else None,
        style=theme.GUARDED if protected else theme.CHIP,
        title=title,
    )


def aliases(
    held: Iterable[str], *, protected: Collection[str] = (), latest: bool = False, row: bool = False
) -> list[Node]:
    """Return the chips of a version; ``latest`` adds the virtual one, ``row`` shows a few of many."""
    shown, rest = _few(list(held), protected) if row else (held, None)
    chips: list[Node] = [*(alias(name, protected=name in protected) for name in shown), rest]
    if latest:
        chips.append(tag("span", names.LATEST, style=theme.VIRTUAL, title="the newest version; cannot be set"))
    return spaced(chips)


def standing(where: Mapping[str, int], *, protected: Collection[str] = (), row: bool = False) -> list[Node]:
    """Return the aliases of a home as chips with the version each stands at; ``row`` shows a few of many."""
    shown, rest = _few(sorted(where), protected) if row else (sorted(where), None)
    return spaced([*(alias(name, number=where[name], protected=name in protected) for name in shown), rest])


def _few(held: list[str], protected: Collection[str]) -> tuple[list[str], Node]:
    """Return what a row shows, protected ones before others, and how many more; never one more: it is as short itself."""
    if len(held) <= CHIPS + 1:
        return held, None
    ranked = sorted(held, key=lambda name: name not in protected)
    rest = ranked[CHIPS:]
    return ranked[:CHIPS], tag(
        "span", f"+{len(rest)}", style=theme.MUTED, title=fmt.shorten(", ".join(rest), LONGEST_TITLE)
    )


def standing_text(where: Mapping[str, int]) -> str:
    """Return the aliases of a home in words: ``production v5, staging v6``."""
    return ", ".join(f"{plain(name)} v{where[name]}" for name in sorted(where))


def tags(held: Mapping[str, str]) -> list[Node]:
    """Return tags as chips: ``key=value``, labels without the mark."""
    return spaced([tag("span", text, style=theme.TAG, title=f"tag {text}") for text in tag_texts(held)])


def tag_texts(held: Mapping[str, str]) -> list[str]:
    """Return tags as they are typed."""
    return [f"{key}={held[key]}" if held[key] else key for key in sorted(held)]


def when(instant: int) -> Element:
    """Return when an instant was, with the seconds on hover; no age: a saved notebook is read at any time later."""
    return _time(instant, "%Y-%m-%d %H:%M")


def day(instant: int) -> Element:
    """Return the day of an instant, for a column of a wide table; the rest on hover."""
    return _time(instant, "%Y-%m-%d")


def _time(instant: int, form: str) -> Element:
    exact, at = moments.iso(instant), datetime.fromtimestamp(instant // moments.SECOND, UTC)
    return tag("time", f"{at:{form}}", datetime=at.isoformat(), title=exact, style=theme.NOWRAP)


def who(name: str) -> Element:
    """Return who did something, marked so that notebook tests can sanitize it."""
    return tag("span", name, class_="modelreg-who")


def place(path: str) -> Element:
    """Return a path or machine, marked so that notebook tests can sanitize it."""
    return tag("span", path, class_="modelreg-place", style=theme.ANYWHERE)


def command(line: str, program: str) -> Element:
    """Return a line to type."""
    return tag("code", f"{program} {line}", style=theme.CODE)


def title(*children: Node) -> Element:
    """Return the heading of a view: a name with its chips on one line that wraps."""
    return tag("div", *spaced(children), style=theme.LINE)


def section(heading: str, *children: Node) -> list[Node]:
    """Return a part of a view under its heading."""
    return [tag("div", heading, style=theme.SECTION), *children]


def muted(*children: Node) -> Element:
    """Return words that step back."""
    return tag("span", *children, style=theme.MUTED)


def foot(*children: Node) -> Element:
    """Return a closing line that steps back."""
    return tag("div", *children, style=theme.FOOT)


def dots(parts: Iterable[Node]) -> list[Node]:
    """Return parts with a dot between each two."""
    present = [part for part in parts if part is not None and part not in ("", [])]
    return [node for index, part in enumerate(present) for node in ((" · ", part) if index else (part,))]


def spaced(nodes: Iterable[Node]) -> list[Node]:
    """Return nodes with a blank between each two: where styles are stripped, and in what is copied, words stay apart."""
    present = [node for node in nodes if node is not None]
    return [piece for index, node in enumerate(present) for piece in ((" ", node) if index else (node,))]


def scroll(node: Node) -> Element:
    """Return something wide in a container that scrolls by itself."""
    return tag("div", node, style=theme.SCROLL)


def closed(summary: str, *children: Node) -> Element:
    """Return details that open on a click."""
    return tag("details", tag("summary", summary, style=theme.SUMMARY), *children, style=theme.BLOCK)


def described(description: str) -> Element:
    """Return the first line of a description, more of it on hover."""
    line = fmt.first_line(description, LONGEST_LINE)
    title = fmt.shorten(description.strip(), LONGEST_TITLE)
    return tag("span", line, style=theme.MUTED, title=title if title != line else None)


def cut(text: str, limit: int = 60) -> Element:
    """Return text cut to ``limit`` characters, whole on hover."""
    short = fmt.shorten(text, limit)
    return tag("span", short, title=text if short != text else None)


def inside(name: str, limit: int) -> Element:
    """Return a name cut in its middle to ``limit`` characters, whole on hover."""
    short = fmt.ends(name, limit)
    return tag("span", short, title=name if short != name else None)
