"""Curves of metrics: one small chart for each metric, the versions overlaid.

A chart is an SVG that stands in an image: sanitizers of notebooks cut inline SVG away and leave images. An image knows no
theme, so its colours read on light and on dark.
"""

from __future__ import annotations

import math
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from modelreg.views import format as fmt
from modelreg.views import parts, theme
from modelreg.views.escape import plain
from modelreg.views.html import Element, Node, render, tag
from modelreg.views.pictures import SVG, image

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from modelreg.records import Points

CHARTS: Final = 8
"""How many metrics a view draws."""

COLOURS: Final = ("#1e88e5", "#e8710a", "#2e9e44", "#d64292", "#8e63ce", "#009aa6", "#b07d00", "#e5484d")
"""A line for each version that is compared: three to one and more on white and on black."""

_INK: Final = "#868686"
_GRID: Final = "rgba(128,128,128,0.25)"
_WIDTH, _HEIGHT = 320, 170
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 8, 22, 20
_LETTER: Final = 6.6
_LONGEST_LABEL: Final = 18
_BARS: Final = "▁▂▃▄▅▆▇█"


class _Frame(NamedTuple):
    """What the axes of a chart span."""

    first: int
    last: int
    low: float
    high: float

    def x(self, step: int) -> float:
        """Return where a step stands."""
        span = self.last - self.first
        share = (step - self.first) / span if span else 0.5
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(self, value: float) -> float:
        """Return where a value stands."""
        span = self.high - self.low
        share = (value - self.low) / span if span and math.isfinite(span) else 0.5
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)


def charts(curves: Mapping[str, Sequence[Points]], labels: Sequence[str], directions: Mapping[str, str]) -> Node:
    """Return a chart for each metric, the first :data:`CHARTS` of them.

    Parameters
    ----------
    curves : mapping of str to sequence of points
        Metric -> its curve in each version, empty where it has none.
    labels : sequence of str
        What each version is called.
    directions : mapping of str to str
        Metric -> ``lower`` or ``higher``, where declared.
    """
    named = list(curves.items())
    shown = [_chart(name, series, labels, directions.get(name)) for name, series in named[:CHARTS]]
    left = named[CHARTS:]
    more = f"{fmt.count(len(left), 'more curve')}: {fmt.shorten(', '.join(name for name, _ in left), 200)}"
    return [tag("div", shown, style=theme.CARDS), parts.foot(more) if left else None]


def spark(points: Points, cells: int = 16) -> str:
    """Return a curve as a word: a bar for each stretch, a dot where there is no number.

    Examples
    --------
    >>> spark(((0, 1.0), (1, 0.5), (2, 0.0)))
    '█▅▁'
    """
    finite = [value for _, value in points if math.isfinite(value)]
    if not finite:
        return ""
    low, high = min(finite), max(finite)
    cells = min(cells, len(points))
    stretches = [points[len(points) * cell // cells : len(points) * (cell + 1) // cells] for cell in range(cells)]
    return "".join(_bar([value for _, value in stretch if math.isfinite(value)], low, high) for stretch in stretches)


def _bar(values: Sequence[float], low: float, high: float) -> str:
    if not values:
        return "·"
    mean = math.fsum(value / len(values) for value in values)
    span = high - low
    return _BARS[round((mean - low) / span * (len(_BARS) - 1)) if span and math.isfinite(span) else 3]


def _chart(name: str, series: Sequence[Points], labels: Sequence[str], direction: str | None) -> Element:
    """Return the chart of one metric over its name."""
    drawn = [(label, points, COLOURS[index % len(COLOURS)]) for index, (label, points) in
             enumerate(zip(labels, series, strict=True)) if points]  # fmt: skip
    ends = [(f"{label} ends" if len(series) > 1 else "ends", points[-1][1]) for label, points, _ in drawn]
    told = ", ".join(f"{who} at {fmt.number(value)}" for who, value in ends)
    svg = render(_svg([(label if len(series) > 1 else "", points, colour) for label, points, colour in drawn]))
    alt = f"{name} over {fmt.count(max(len(points) for _, points, _ in drawn), 'point')}: {told}"
    arrow = f" {mark}" if (mark := parts.ARROWS.get(direction or "")) else ""
    return tag(
        "div",
        image(SVG, svg.encode(), alt, style=theme.CHART, width=_WIDTH),
        tag("div", tag("span", f"{name}{arrow}", style=theme.INK + theme.STRONG), " · ", told, style=theme.CAPTION),
        style=theme.CHART_BOX,
    )


def _svg(drawn: Sequence[tuple[str, Points, str]]) -> Element:
    """Return the picture: axes, a line for each curve, and a key in the colours of the lines."""
    known = [point for _, points, _ in drawn for point in points if math.isfinite(point[1])]
    frame = _Frame(
        min((step for step, _ in known), default=0), max((step for step, _ in known), default=0),
        min((value for _, value in known), default=0.0), max((value for _, value in known), default=0.0),
    )  # fmt: skip
    lines = [
        tag("path", d=_path(points, frame), fill="none", stroke=colour, stroke_width="1.8",
            stroke_linejoin="round", stroke_linecap="round")
        for _, points, colour in drawn
    ]  # fmt: skip
    return tag(
        "svg", _axes(frame), lines, list(_key(drawn)), xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}", width=_WIDTH, height=_HEIGHT, font_family="sans-serif", font_size="11",
    )  # fmt: skip


def _path(points: Points, frame: _Frame) -> str:
    """Return the line through the points in the order of their steps; it is broken where a value is no number."""
    pieces: list[str] = []
    for finite, run in groupby(sorted(points, key=lambda point: point[0]), key=lambda point: math.isfinite(point[1])):
        if finite:
            places = [f"{frame.x(step):g} {frame.y(value):g}" for step, value in run]
            pieces.append("M" + "L".join(places) + ("h0" if len(places) == 1 else ""))  # h0: a dot
    return "".join(pieces)


def _axes(frame: _Frame) -> Iterator[Element]:
    """Yield three lines with their values, and the first and last step."""
    levels = dict.fromkeys((frame.low, frame.low / 2 + frame.high / 2, frame.high))
    for value in levels:
        y = frame.y(value)
        yield tag("path", d=f"M{_LEFT} {y:g}H{_WIDTH - _RIGHT}", stroke=_GRID)
        yield _text(_LEFT - 5, y + 3.5, fmt.number(value, 3), "end")
    ends = dict.fromkeys(((frame.first, "start"), (frame.last, "end"))) if frame.last > frame.first else ()
    for step, anchor in ends:
        yield _text(frame.x(step), _HEIGHT - 6, str(step), anchor)


def _key(drawn: Sequence[tuple[str, Points, str]]) -> Iterator[Element]:
    """Yield what each version is called, in the colour of its line."""
    at = float(_LEFT)
    for label, _, colour in drawn:
        short = fmt.shorten(plain(label), _LONGEST_LABEL)
        if short:
            yield _text(at, 12, short, "start", colour)
        at += (len(short) + 2) * _LETTER


def _text(x: float, y: float, text: str, anchor: str, colour: str = _INK) -> Element:
    return tag("text", text, x=f"{x:g}", y=f"{y:g}", text_anchor=anchor, fill=colour)
