"""The whole session as a notebook: every execution in the order in which it ran, also those that failed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.moment import Captured

if TYPE_CHECKING:
    from modelreg.capture.moment import Moment
    from modelreg.capture.secrets import Found
    from modelreg.notebook import Execution

FILE: Final = "session.ipynb"


def capture(moment: Moment) -> Captured:
    """Return the session as a file."""
    from modelreg.capture.secrets import redact

    cells: list[dict[str, Any]] = []
    redactions: list[Found] = []
    for place, entry in enumerate(moment.log, 1):
        clean = redact(entry.source, python=True)
        redactions += clean.found
        cells.append(_cell(place, entry, clean.text))
    if not cells:
        return Captured()
    book = {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    text = json.dumps(book, ensure_ascii=False, indent=1)
    failed = sum(not entry.ok and not entry.running for entry in moment.log)
    facts = {"executions": len(cells), "failed": failed}
    return Captured(facts=facts, files={FILE: text.encode("utf-8", "surrogatepass")}, redactions=tuple(redactions))


def _cell(place: int, entry: Execution, source: str) -> dict[str, Any]:
    told = {
        "cell": entry.cell_id,
        "started": entry.started,
        "ended": entry.ended,
        "ok": entry.ok or entry.running,
        "error": entry.error,
        "failing_line": entry.failing_line,
        "before_load": entry.before_load,
    }
    return {
        "cell_type": "code",
        "id": f"run-{place}",
        "execution_count": entry.count,
        "metadata": {"modelreg": told},
        "outputs": [],
        "source": source,
    }
