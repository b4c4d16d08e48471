"""The front end of a panel: hand-written ES modules, put into the one module that the browser gets.

A widget's code travels as text, where ``import "./dom.js"`` has nothing to point at. So the modules that a panel imports
are written one after the other, each after those it needs; import lines and the word ``export`` go. The modules share
one scope then: a name is declared by one of them only, which the browser itself enforces.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).parent / "static"

SHEETS: Final = (
    "theme.css", "controls.css", "models.css", "chips.css", "page.css", "tables.css", "compare.css", "history.css", "lineage.css",
    "drawer.css", "captured.css", "floating.css", "foot.css", "register.css", "readonly.css", "narrow.css",
)  # fmt: skip
"""The style sheets of the panels in their order: a later one may say otherwise than those before it."""

_IMPORT: Final = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|const|class)\b)", re.MULTILINE)


@cache
def script(name: str) -> str:
    """Return the ES module ``name`` with everything that it imports, ready for anywidget."""
    order: list[str] = []
    _visit(name, order, ())
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", _read(each))) for each in order)


@cache
def style(*names: str) -> str:
    """Return style sheets one after the other: those of the panels where none is named."""
    return "\n".join(_read(name) for name in names or SHEETS)


def _visit(name: str, order: list[str], above: tuple[str, ...]) -> None:
    """Put ``name`` behind the modules that it imports."""
    if name in above:
        msg = f"{' imports '.join([*above, name])}: modules import each other in a circle"
        raise ValueError(msg)
    if name in order:
        return
    for needed in _IMPORT.findall(_read(name)):
        _visit(needed, order, (*above, name))
    order.append(name)


@cache
def _read(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")
