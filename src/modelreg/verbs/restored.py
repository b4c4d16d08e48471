"""The environment that facts tell, each part as what it should be: what is of another kind counts as not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelreg.verbs import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from modelreg.capture.environment import Distribution, Environment


def first(captures: Iterable[object]) -> Environment | None:
    """Return the first environment that facts of runs tell, without what was merely loaded in the session."""
    found = (environment(told.table(capture).get("environment")) for capture in captures)
    return next((one for one in found if one is not None), None)


def environment(facts: object) -> Environment | None:
    """Return the environment that these facts tell; None where they tell neither a Python nor a package."""
    from modelreg.capture.environment import Environment, Homeless

    known = told.table(facts)
    made = Environment(
        python=told.text(known.get("python")),
        implementation=told.text(known.get("implementation")),
        system=told.text(known.get("system")),
        release=told.text(known.get("release")),
        arch=told.text(known.get("arch")),
        needed=tuple(_distribution(one) for one in told.tables(known.get("needed")) if told.text(one.get("name"))),
        homeless=tuple(
            Homeless(module=told.text(one.get("module")), file=told.text(one.get("file")) or None)
            for one in told.tables(known.get("homeless"))
            if told.text(one.get("module"))
        ),
        missing=told.texts(known.get("missing")),
        variables=told.pairs(known.get("variables")),
        warnings=told.texts(known.get("warnings")),
    )
    return made if made.python or made.needed else None


def _distribution(known: Mapping[str, Any]) -> Distribution:
    from modelreg.capture.environment import Distribution

    return Distribution(
        name=told.text(known.get("name")),
        version=told.text(known.get("version")),
        modules=told.texts(known.get("modules")),
        direct=known.get("direct") is True,
        code=known.get("code") is True,
        origin=told.text(known.get("origin")) or None,
        commit=told.text(known.get("commit")) or None,
        editable=known.get("editable") is True,
    )
