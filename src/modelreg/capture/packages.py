"""The Python of a run and the packages that its model needs, as facts and a file."""

from __future__ import annotations

import sys
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, Final, TypeVar

from modelreg.capture.moment import Captured

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from modelreg.capture.environment import Environment
    from modelreg.capture.moment import Moment

Made = TypeVar("Made")

FILE: Final = "requirements.txt"


def capture(moment: Moment) -> Captured:
    """Return the environment, and what pip takes to have it again."""
    from modelreg.capture import environment

    record = environment.capture(_modules(moment.imports))
    told = asdict(record)
    for held in ("redactions", "errors"):  # told with those of all captures
        told.pop(held)
    return Captured(
        facts=told,
        files={FILE: environment.requirements(record).encode()},
        redactions=record.redactions,
        errors=record.errors,
    )


def restored(facts: Mapping[str, Any]) -> Environment:
    """Return the environment that these facts were made of; what a newer release has added is left out."""
    from modelreg.capture.environment import Distribution, Environment, Homeless

    return Environment(
        python=str(facts.get("python", "")),
        implementation=str(facts.get("implementation", "")),
        system=str(facts.get("system", "")),
        release=str(facts.get("release", "")),
        arch=str(facts.get("arch", "")),
        needed=tuple(_record(Distribution, one) for one in facts.get("needed", ())),
        loaded=tuple(_record(Distribution, one) for one in facts.get("loaded", ())),
        homeless=tuple(_record(Homeless, one) for one in facts.get("homeless", ())),
        missing=tuple(facts.get("missing", ())),
        variables=tuple((name, value) for name, value in facts.get("variables", ())),
        warnings=tuple(facts.get("warnings", ())),
    )


def _record(kind: type[Made], told: Mapping[str, Any]) -> Made:
    known = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    return kind(
        **{name: tuple(value) if isinstance(value, list) else value for name, value in told.items() if name in known}
    )


def _modules(imports: Iterable[str]) -> set[str]:
    """Return the modules that dotted names are in: the longest beginning that is a module here."""
    found = set()
    for name in imports:
        words = name.split(".")
        known = (".".join(words[:many]) for many in range(len(words), 0, -1))
        found.add(next((one for one in known if one in sys.modules), words[0]))
    return found
