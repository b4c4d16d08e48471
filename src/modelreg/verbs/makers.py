"""Which run of a version tells how it was made: the same contents may be registered again, later and from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.verbs import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.records import Run

TRAINED, LOADED, UNTOLD = 0, 1, 2
"""The code tells how the model was made; it tells where it was loaded from; there is none."""


def first(runs: Sequence[Run]) -> list[Run]:
    """Return the runs that captured anything, the one that made the version first.

    That is the oldest whose code tells how the model was made. Who registers it again unchanged may have loaded it, and
    may have changed the data since.

    Parameters
    ----------
    runs : sequence of Run
        Of one version, the newest first.
    """
    return sorted((run for run in reversed(runs) if run.capture), key=lambda run: rank(run.capture))


def rank(capture: object) -> int:
    """Return how much facts of a run tell of how a model was made; the lowest tells most."""
    facts = told.table(told.table(capture).get("code"))
    if not told.number(facts.get("cells")):
        return UNTOLD
    return LOADED if told.choice(facts.get("loads")) else TRAINED
