"""The notebook file as it was saved, and whether it says what ran."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.moment import Captured
from modelreg.digests import digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.capture.moment import Moment
    from modelreg.capture.secrets import Found

FILE: Final = "notebook.ipynb"
MOST: Final = 20_000_000
"""Bytes of the largest notebook that is kept."""
_BINARY: Final = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "application/octet-stream"}
)
"""Kinds of output whose text is bytes in base64: there is no secret to be read in them, and much to read through."""
_OUTPUTS: Final = {"data": 1, "attachments": 2}
"""Where a notebook keeps outputs by their kind, and how far below: of a cell's output, of each file of a text cell."""


def capture(moment: Moment) -> Captured:
    """Return the saved notebook as a file, with its own digest."""
    path = Path(moment.path)
    if not moment.path or not path.is_file():
        return Captured()
    raw = path.read_bytes()
    facts: dict[str, Any] = {"digest": digest(raw), "size": len(raw)}
    if len(raw) > MOST:
        return Captured(facts={**facts, "kept": False})
    book = json.loads(raw)
    facts["unsaved"] = _unsaved(book, moment)
    cleaner = _Cleaner()
    clean = json.dumps(cleaner.book(book), ensure_ascii=False, indent=1)
    return Captured(facts=facts, files={FILE: clean.encode("utf-8", "surrogatepass")}, redactions=tuple(cleaner.found))


def _unsaved(book: Mapping[str, Any], moment: Moment) -> bool | None:
    """Whether a cell ran otherwise than it is saved; None where the front end does not tell which cells ran."""
    ran = {entry.cell_id: entry.source for entry in moment.log if entry.cell_id}
    if not ran:
        return None
    there = {cell.get("id"): _joined(cell.get("source", "")) for cell in book.get("cells", ())}
    return any(there.get(cell, "").strip() != source.strip() for cell, source in ran.items())


def _joined(text: object) -> str:
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


class _Cleaner:
    """Takes secrets out of a notebook: sources, texts of outputs, tracebacks, metadata."""

    def __init__(self) -> None:
        self.found: list[Found] = []

    def book(self, book: Mapping[str, Any]) -> dict[str, Any]:
        cells = [
            {
                **self._any({key: value for key, value in cell.items() if key != "source"}),
                "source": self._text(_joined(cell.get("source", "")), python=cell.get("cell_type") == "code"),
            }
            for cell in book.get("cells", ())
        ]
        return {**self._any({key: value for key, value in book.items() if key != "cells"}), "cells": cells}

    def _any(self, value: Any, above: int = 0) -> Any:
        """Return a value without secrets; ``above``: how many levels it is above outputs by their kind, 0 when it is not."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            if value and all(isinstance(one, str) for one in value):
                # lines of one text: a secret may go over an end of line
                return self._text("".join(value))
            return [self._any(one) for one in value]
        if isinstance(value, dict):
            return {
                self._text(key): one
                if above == 1 and key in _BINARY
                else self._any(one, above - 1 if above > 1 else _OUTPUTS.get(key, 0))
                for key, one in value.items()
            }
        return value

    def _text(self, text: str, *, python: bool = False) -> str:
        from modelreg.capture.secrets import redact

        clean = redact(text, python=python)
        self.found += clean.found
        return clean.text
