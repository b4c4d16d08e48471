"""The cell that trained and registered in one: how long it took, and what it showed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.clean import cleaned
from modelreg.capture.moment import Captured

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from modelreg.capture.moment import Moment

FILE: Final = "outputs.json"


def capture(moment: Moment) -> Captured:
    """Return the duration as a fact and the outputs as a file; nothing where no whole cell registers."""
    if moment.outputs is None or not moment.log:
        return Captured()
    cell = moment.log[-1]
    told = [*map(_settled, moment.outputs)]
    shown, taken = cleaned(told)
    facts = {
        "cell": cell.cell_id,
        "count": cell.count,
        "duration": max(0, cell.ended - cell.started),
        "outputs": len(shown),
        "left_out": sum(one.pop("left_out", 0) for one in shown),
        "pictures": sum(any(form.startswith("image/") for form in one.get("data", ())) for one in shown),
    }
    files = {FILE: json.dumps(shown, ensure_ascii=False).encode("utf-8", "surrogatepass")} if shown else {}
    return Captured(facts=facts, files=files, redactions=taken)


def _settled(output: Mapping[str, Any]) -> dict[str, Any]:
    """Return an output as it looks in the end: a bar that was drawn over itself is one line."""
    if "text" not in output:
        return dict(output)
    return {**output, "text": "\n".join(_last(output["text"].split("\n")))}


def _last(lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield next((part for part in reversed(line.split("\r")) if part), "")
