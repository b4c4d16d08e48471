"""Every colour that carries words is readable: in the themes of JupyterLab, and on white and black without them."""

import re
import sys
from pathlib import Path

import pytest

from modelreg.views import theme

THEMES = Path(sys.prefix) / "share" / "jupyter" / "lab" / "themes" / "@jupyterlab"
NAMED = {"white": "#fff", "black": "#000", "green": "#008000"}


def declared(style, name):
    return [value for key, _, value in (part.partition(":") for part in style.split(";")) if key == name]


TEXT = {
    name: style
    for name, style in vars(theme).items()
    if name[:1].isalpha() and name.isupper() and declared(style, "color")
}
"""Every style of the theme that colours words."""
BLENDED = {"GOOD", "BAD", "WARN", "BEST", "KEYWORD", "STRING", "NUMBER", "COMMENT"}
"""One colour for white and black alike reaches 3 at best: the words that have these say it too."""


def variables(name):
    """Return the custom properties of an installed theme of JupyterLab."""
    css = (THEMES / f"theme-{name}-extension" / "index.css").read_text(encoding="utf-8")
    return dict(re.findall(r"(--jp-[\w-]+|--md-[\w-]+):([^;}]+)", css))


def split(arguments):
    """Split at the commas outside parentheses."""
    parts, depth, start = [], 0, 0
    for index, letter in enumerate(arguments):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            parts.append(arguments[start:index].strip())
            start = index + 1
    return [*parts, arguments[start:].strip()]


def colour(text, known, inherited):
    """Return red, green, blue and opacity (0 to 1) of a CSS colour, as a browser that knows ``color-mix`` does."""
    text = NAMED.get(text.strip(), text.strip())
    if text in {"inherit", "currentcolor"}:
        return inherited
    if text == "transparent":
        return (0.0, 0.0, 0.0, 0.0)
    if text.startswith("#"):
        digits = text[1:] if len(text) > 4 else "".join(d * 2 for d in text[1:])
        return (*(int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)), 1.0)
    name, inner = re.fullmatch(r"([\w-]+)\((.*)\)", text).groups()
    parts = split(inner)
    if name == "var":
        return colour(resolved(parts, known), known, inherited)
    if name == "rgba":
        return (*(float(p) / 255 for p in parts[:3]), float(parts[3]))
    assert (name, parts[0]) == ("color-mix", "in srgb")
    first, share = re.fullmatch(r"(.*?)\s+(\d+)%", parts[1]).groups()
    one, two, weight = colour(first, known, inherited), colour(parts[2], known, inherited), int(share) / 100
    opacity = one[3] * weight + two[3] * (1 - weight)
    mixed = (a * one[3] * weight + b * two[3] * (1 - weight) for a, b in zip(one[:3], two[:3], strict=True))
    return (*(part / opacity for part in mixed), opacity)


def resolved(parts, known):
    """Return what ``var()`` stands for: the fallback where the property, or one that it names, is not there."""
    value = known.get(parts[0], "")
    if value.startswith("var("):
        value = resolved(split(value[4:-1]), known)
    return value or ",".join(parts[1:])


def over(front, back):
    """Return an opaque colour: what shows of one laid over another."""
    return (*(f * front[3] + b * (1 - front[3]) for f, b in zip(front[:3], back[:3], strict=True)), 1.0)


def luminance(rgb):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, two):
    """Return the contrast ratio of WCAG 2."""
    dark, light = sorted((luminance(one), luminance(two)))
    return (light + 0.05) / (dark + 0.05)


def shown(style, page, ink, known, *, last):
    """Return the contrast of the words of a style on its own ground; ``last``: of the colour that a browser takes."""
    choice = -1 if last else 0
    ground = declared(style, "background-color")
    back = over(colour(ground[choice], known, ink), page) if ground else page
    return contrast(over(colour(declared(style, "color")[choice], known, ink), back), back)


@pytest.mark.skipif(not THEMES.is_dir(), reason="JupyterLab is not installed here")
@pytest.mark.parametrize("name", ["light", "dark", "dark-high-contrast"])
@pytest.mark.parametrize("style", TEXT)
def test_words_are_readable_in_the_themes_of_jupyterlab(name, style):
    known = variables(name)
    page, ink = (colour(known[key], known, None) for key in ("--jp-layout-color0", "--jp-ui-font-color1"))
    assert shown(TEXT[style], page, ink, known, last=True) >= 4.5


@pytest.mark.parametrize(("page", "ink"), [("#ffffff", "#000000"), ("#111111", "#ffffff"), ("#0d1117", "#e6edf3")])
@pytest.mark.parametrize("last", [True, False], ids=["new browser", "old browser"])
@pytest.mark.parametrize("style", TEXT)
def test_words_are_readable_where_no_theme_is(page, ink, last, style):
    page, ink = colour(page, {}, None), colour(ink, {}, None)
    assert shown(TEXT[style], page, ink, {}, last=last) >= (3.0 if style in BLENDED and not last else 4.5)
