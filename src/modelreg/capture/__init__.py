"""What surrounds a model when it is registered: nothing here knows IPython.

A new capture is a module with a function ``capture(moment) -> Captured``, and a line in :data:`KINDS`. None of them stops a
register: what goes wrong in one is an error in its record.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.capture.moment import Captured, Moment

QUICK, BESIDE, LATE = "quick", "beside", "late"


class Kind(NamedTuple):
    """One capture."""

    module: str
    when: str
    """``quick``: before the answer; ``beside``: in a thread that starts first, and is waited for a little; ``late``: after
    the answer."""


KINDS: Final[Mapping[str, Kind]] = {
    "where": Kind("modelreg.capture.where", QUICK),
    "data": Kind("modelreg.capture.datasets", QUICK),
    "model": Kind("modelreg.capture.described", QUICK),
    "metrics": Kind("modelreg.capture.measured", QUICK),
    "git": Kind("modelreg.capture.repository", BESIDE),
    "code": Kind("modelreg.capture.code", QUICK),
    "training": Kind("modelreg.capture.training", LATE),
    "session": Kind("modelreg.capture.cells", LATE),
    "notebook": Kind("modelreg.capture.saved", LATE),
    "environment": Kind("modelreg.capture.packages", LATE),
}
"""Name of each part of the record -> what finds it, in the order in which an answer speaks of them."""


def take(name: str, moment: Moment) -> Captured:
    """Return what one capture finds; an error is part of it."""
    from modelreg.capture.moment import Captured

    try:
        found: Captured = import_module(KINDS[name].module).capture(moment)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  (a capture never stops what it describes, and a property may ask to exit)
        return Captured(errors=(f"{name} was not captured: {type(error).__name__}: {error}",))
    return found


def complete(name: str, early: Captured) -> Captured:
    """Return what takes the place of what was found before the answer."""
    from dataclasses import replace

    if early.more is None:
        return early
    try:
        return early.more()
    except Exception as error:  # noqa: BLE001  (the same)
        said = f"{name} was not captured to its end: {type(error).__name__}: {error}"
        return replace(early, more=None, files={}, errors=(*early.errors, said))
