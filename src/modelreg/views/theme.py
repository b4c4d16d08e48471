"""How views look: inline styles only (sanitizers strip style sheets), colours of the JupyterLab theme.

Each colour is written twice: a plain one that every sanitizer and browser passes and that reads on white and
on black, then the one of the theme, which wins where it is understood.
"""

from __future__ import annotations

from typing import Final

_INK: Final = "var(--jp-ui-font-color1,var(--vscode-editor-foreground,currentcolor))"
_BRAND: Final = "var(--jp-brand-color1,var(--vscode-textLink-foreground,#1e88e5))"
_GOOD: Final = "var(--jp-success-color1,#43a047)"
_BAD: Final = "var(--jp-error-color1,#e53935)"
_WARN: Final = "var(--jp-warn-color1,#fb8c00)"
_MONO: Final = (
    "font-family:monospace;font-family:var(--jp-code-font-family,ui-monospace,SFMono-Regular,Menlo,monospace);"
)

INK: Final = f"color:inherit;color:{_INK};"
MUTED: Final = f"color:inherit;color:color-mix(in srgb,{_INK} 66%,transparent);"
GOOD: Final = f"color:#2e9e44;color:color-mix(in srgb,{_GOOD} 62%,{_INK});"
BAD: Final = f"color:#e03131;color:color-mix(in srgb,{_BAD} 70%,{_INK});"
WARN: Final = f"color:#d9730d;color:color-mix(in srgb,{_WARN} 55%,{_INK});"


def _word(kind: str, plain: str, share: int) -> str:
    """Return how a kind of word looks in code: in the colour of the theme's editor, as far as it can be read."""
    return f"color:{plain};color:color-mix(in srgb,var(--jp-mirror-editor-{kind}-color,{plain}) {share}%,{_INK});"


KEYWORD: Final = f"{_word('keyword', '#8250df', 65)}font-weight:600;"
STRING: Final = _word("string", "#d1495b", 65)
NUMBER: Final = _word("number", "#2e9e44", 60)
COMMENT: Final = f"{_word('comment', '#7d8590', 55)}font-style:italic;"
_LINE: Final = "rgba(128,128,128,0.28)"
ANYWHERE: Final = "overflow-wrap:break-word;overflow-wrap:anywhere;"
"""Breaks a word that is longer than the line; JupyterLab's sanitizer passes the first only."""

ROOT: Final = (
    "font-family:sans-serif;"
    "font-family:var(--jp-ui-font-family,system-ui,-apple-system,'Segoe UI',sans-serif);"
    f"font-size:13px;line-height:1.5;max-width:100%;text-align:left;{INK}"
)
NUMBERS: Final = "font-variant-numeric:tabular-nums;"
SCROLL: Final = "overflow-x:auto;max-width:100%;"
TABLE: Final = (
    "border-collapse:collapse;border:none;table-layout:auto;width:auto;margin:0;margin-left:0;font-size:13px;"
    "line-height:1.45;"
)
ROW: Final = "background:none;border:none;"
_CELL: Final = "vertical-align:baseline;max-width:none;border:none;"
HEAD_CELL: Final = (
    f"{_CELL}padding:2px 18px 5px 0;border-bottom:1px solid {_LINE};font-size:11.5px;font-weight:600;"
    f"white-space:nowrap;{MUTED}"
)
CELL: Final = f"{_CELL}padding:5px 18px 5px 0;border-bottom:1px solid rgba(128,128,128,0.14);font-weight:400;"
LEFT: Final = "text-align:left;"
RIGHT: Final = f"text-align:right;white-space:nowrap;{NUMBERS}"
NOWRAP: Final = "white-space:nowrap;"
WRAP: Final = f"white-space:normal;{ANYWHERE}min-width:14em;max-width:26em;"
FOLDS: Final = "white-space:normal;overflow-wrap:break-word;max-width:26em;"
"""Lines of several chips or words; few take no more room than they need."""
STRONG: Final = "font-weight:600;"
TITLE: Final = f"font-size:15px;font-weight:600;line-height:1.4;{ANYWHERE}"
SECTION: Final = "font-size:13px;font-weight:600;margin:14px 0 4px 0;"
LINE: Final = "margin:0 0 4px 0;display:flex;flex-wrap:wrap;align-items:baseline;column-gap:8px;row-gap:2px;"
BLOCK: Final = "margin:6px 0 0 0;"
CODE: Final = (
    f"{_MONO}font-size:12px;padding:1px 6px;border-radius:4px;background-color:rgba(128,128,128,0.13);{ANYWHERE}{INK}"
)
MONO: Final = f"{_MONO}font-size:12px;background:none;padding:0;{INK}"
PRE: Final = f"{_MONO}font-size:12px;line-height:1.5;margin:0;white-space:pre;overflow-x:auto;max-width:100%;{INK}"
SUMMARY: Final = f"cursor:pointer;font-size:12px;{MUTED}"

_CHIP: Final = (
    "display:inline-block;padding:0 8px;margin:1px 1px 1px 0;border-radius:9px;font-size:11.5px;"
    "line-height:18px;"
    "font-weight:500;white-space:nowrap;max-width:18em;overflow:hidden;text-overflow:ellipsis;"
    "vertical-align:middle;"
)
CHIP: Final = (
    f"{_CHIP}background-color:rgba(30,136,229,0.16);"
    f"background-color:color-mix(in srgb,{_BRAND} 17%,transparent);"
    f"color:inherit;color:color-mix(in srgb,{_BRAND} 52%,{_INK});"
)
GUARDED: Final = f"{_CHIP}background-color:rgba(128,128,128,0.22);{INK}"
VIRTUAL: Final = f"{_CHIP}padding:0 7px;line-height:16px;border:1px dashed rgba(128,128,128,0.6);{MUTED}"
TAG: Final = f"{_CHIP}padding:0 6px;border-radius:4px;line-height:16px;border:1px solid {_LINE};{MUTED}"
BEST: Final = f"{STRONG}{GOOD}"

CARD: Final = f"margin:10px 0 8px 0;padding:2px 0 1px 12px;border-left:3px solid {_LINE};max-width:70em;{ANYWHERE}"
COLUMNS: Final = "display:flex;flex-wrap:wrap;align-items:flex-start;column-gap:32px;row-gap:18px;"
SIDE: Final = "flex:1 1 220px;max-width:300px;min-width:0;"
MAIN: Final = "flex:4 1 420px;min-width:0;max-width:100%;"
_ITEM: Final = "padding:6px 10px;border-bottom:1px solid rgba(128,128,128,0.14);"
ITEM: Final = f"{_ITEM}border-left:3px solid transparent;"
CHOSEN: Final = (
    f"{_ITEM}border-left:3px solid #1e88e5;border-left:3px solid {_BRAND};background-color:rgba(128,128,128,0.09);"
)
SPREAD: Final = "display:flex;justify-content:space-between;align-items:baseline;column-gap:12px;min-width:0;"
CUT: Final = "overflow:hidden;text-overflow:ellipsis;white-space:nowrap;min-width:0;"
FOOT: Final = f"margin:8px 0 0 0;font-size:12px;{MUTED}"
FACT_NAME: Final = f"{_CELL}padding:2px 18px 2px 0;text-align:left;font-weight:400;white-space:nowrap;{MUTED}"
FACT: Final = f"{_CELL}padding:2px 0;text-align:left;white-space:normal;{ANYWHERE}{NUMBERS}"
ANSWER: Final = f"margin:0;line-height:1.7;{ANYWHERE}"
HALF: Final = "flex:0 1 auto;min-width:0;max-width:100%;"
LAST: Final = "margin:14px 0 2px 0;"
GROUP: Final = f"{_CELL}padding:10px 0 2px 0;text-align:left;font-size:11.5px;font-weight:600;{MUTED}"
PICTURE: Final = "max-width:100%;height:auto;background-color:#fff;border-radius:4px;"
"""On white in both themes, as pictures are drawn for paper."""
CHART: Final = "max-width:100%;height:auto;"
WIDE: Final = "max-width:none;height:auto;"
"""As large as it is drawn; what is around it scrolls."""
TOP: Final = "vertical-align:top;"
CARDS: Final = "display:flex;flex-wrap:wrap;align-items:flex-start;column-gap:24px;row-gap:14px;"
BOX: Final = "flex:0 1 auto;min-width:0;max-width:min(100%,32em);"
CHART_BOX: Final = "flex:0 1 auto;min-width:0;max-width:min(100%,25em);"
SMALL_BOX: Final = "flex:0 1 auto;min-width:0;max-width:min(100%,22em);"
CAPTION: Final = f"font-size:12px;{ANYWHERE}{MUTED}"
