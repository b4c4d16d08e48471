"""The Python of a run and the packages that its model and its code need, as facts and a file."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from modelreg.capture.moment import Captured

if TYPE_CHECKING:
    from collections.abc import Iterable

    from modelreg.capture.moment import Moment

FILE: Final = "requirements.txt"


def capture(moment: Moment) -> Captured:
    """Return the environment, and what pip takes to have it again."""
    from modelreg.capture import environment
    from modelreg.capture.environment.imports import ancestors, backends, imported

    modules = _modules(moment.imports) | ancestors(moment.imports) | backends(moment.imports)
    record = environment.capture(modules, code=imported(moment.code))
    told = asdict(record)
    for held in ("redactions", "errors"):  # told with those of all captures
        told.pop(held)
    return Captured(
        facts=told,
        files={FILE: environment.requirements(record).encode()},
        redactions=record.redactions,
        errors=record.errors,
    )


def _modules(imports: Iterable[str]) -> set[str]:
    """Return the modules that dotted names are in: the longest beginning that is a module here."""
    found = set()
    for name in imports:
        words = name.split(".")
        known = (".".join(words[:many]) for many in range(len(words), 0, -1))
        found.add(next((one for one in known if one in sys.modules), words[0]))
    return found
