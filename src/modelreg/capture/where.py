"""Who registered, and from which cell of which notebook, kernel and machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from modelreg.capture.moment import Captured
from modelreg.digests import digest

if TYPE_CHECKING:
    from modelreg.capture.moment import Moment


def capture(moment: Moment) -> Captured:
    """Return who and where; the cell is the one that runs, or has just ended."""
    cell = moment.log[-1] if moment.log else None
    place = str(Path(moment.path).absolute()) if moment.path else ""
    return Captured(
        facts={
            "user": moment.actor,
            "host": moment.host,
            "notebook": Path(moment.path).name,
            "path_digest": digest(place.encode("utf-8", "surrogatepass")) if place else None,
            "kernel": moment.kernel or None,
            "session": moment.session,
            "cell": cell.cell_id if cell else None,
            "count": cell.count if cell else None,
        }
    )
