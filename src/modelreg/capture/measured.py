"""How good the model is: what it keeps of its training becomes metrics of the run, what cells computed is offered."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from modelreg import names
from modelreg.capture.clean import cleaned
from modelreg.capture.moment import Captured
from modelreg.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from modelreg.capture.metrics import Found
    from modelreg.capture.moment import Moment

COUNTS: Final = frozenset({"n_iter", "best_iteration"})
"""What tells how long a training took, not how good it is: no metric."""
OFFERED: Final = 3
_VARIABLE: Final = re.compile(r"variable (?P<what>.+), cell (?P<cell>\d+)")
_OUTPUT: Final = re.compile(r"output of cell (?P<cell>\d+)")


def capture(moment: Moment) -> Captured:
    """Return all metrics with where each comes from; nothing that is a guess is kept as one."""
    if moment.obj is None or moment.dataset:
        return Captured()
    from modelreg.capture.metrics import find

    found = find(moment.obj, variable=moment.variable, scope=moment.scope, log=moment.log)
    given = {one.name for one in moment.metrics}
    own = [one for one in found.found if one.sure and one.name not in given and one.name not in COUNTS]
    seen = [one for one in found.found if not one.sure and one.name not in given]
    facts, taken = cleaned({
        "kept": [one.to_json() for one in (*moment.metrics, *own)],
        "seen": [one.to_json() for one in seen],
    })  # fmt: skip
    return Captured(
        facts=facts,
        metrics=dict(_named(own)),
        notes=() if given else tuple(_offers(_new(seen, moment.known.get("metrics", {})), moment.scope)),
        redactions=taken,
        errors=found.errors,
    )


def _named(found: Iterable[Found]) -> Iterator[tuple[str, float]]:
    for one in found:
        try:
            yield names.clean_key(one.name, "metric"), one.value
        except InvalidError:
            continue


def _new(seen: Iterable[Found], held: Mapping[str, float]) -> list[Found]:
    """Return what is no metric of the version yet, or has another value there."""
    return [one for one in seen if one.name not in held or not math.isclose(one.value, held[one.name])]


def _offers(seen: Iterable[Found], scope: Mapping[str, object]) -> Iterator[str]:
    """Say what cells computed since the last training, the newest first of all, and what to type so that it is kept."""
    cells: dict[int, list[tuple[Found, str]]] = defaultdict(list)
    for one in seen:
        place = _VARIABLE.fullmatch(one.source) or _OUTPUT.fullmatch(one.source)
        source = expression(one, scope)
        if place is not None and source:
            cells[int(place["cell"])].append((one, source))
    newest = [(cell, *pair) for cell in sorted(cells, reverse=True) for pair in cells[cell]][:OFFERED]
    if not newest:
        return
    shown = sorted(newest, key=itemgetter(0))
    told = ", ".join(f"{one.name} {one.value:.4g}" for _, one, _ in shown)
    line = " ".join(f"--metric {one.name}={source}" for _, one, source in shown)
    places = [str(cell) for cell in dict.fromkeys(cell for cell, _, _ in shown)]
    where = f"cell {places[0]}" if len(places) == 1 else f"cells {', '.join(places[:-1])} and {places[-1]}"
    yield f"found {told} in {where}: {line} keeps {'it' if len(shown) == 1 else 'them'}"


def expression(one: Found, scope: Mapping[str, object]) -> str:
    """Return what the user would type for the value of a metric; empty where nothing holds it."""
    variable, shown = _VARIABLE.fullmatch(one.source), _OUTPUT.fullmatch(one.source)
    if variable is not None:
        return variable["what"]
    return f"Out[{shown['cell']}]" if shown is not None and "Out" in scope else ""
