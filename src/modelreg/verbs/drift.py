"""How this Python differs from the one that made a version: what a load says, and what pip takes."""

from __future__ import annotations

import sys
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING, Final

from modelreg.capture import environment
from modelreg.catalog import captured
from modelreg.verbs import restored

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.engine import Connection

    from modelreg.capture.environment import Distribution, Drift, Environment

LOUD: Final = (2, 3, 4)
"""Ranks of what a load tells of: another version of the library, of Python under functions stored by value, of numpy."""


def known(conn: Connection, version_id: int) -> Environment | None:
    """Return the environment that a version was made in, for those who ask for nothing else."""
    return restored.first(captured.oldest(conn, version_id))


def glance(then: Environment, imports: Iterable[str] = ()) -> tuple[Drift, ...]:
    """Return how this Python differs in what the model itself needs: quick, for a load.

    Parameters
    ----------
    then : Environment
        The record.
    imports : iterable of str
        What the stored bytes import.
    """
    direct = replace(then, needed=tuple(one for one in then.needed if one.direct and not _same(one)), variables=())
    by_value = any(name.startswith("cloudpickle.") for name in imports)
    return environment.drift(direct, environment.near(direct), by_value=by_value)


def _same(one: Distribution) -> bool:
    """Whether what is imported says that it is this version: to ask what is installed takes a hundred times as long."""
    said = [_said(sys.modules.get(module)) for module in one.modules]
    return one.commit is None and bool(said) and all(each == one.version for each in said)


def _said(module: object) -> str:
    """Return the version that a module says of itself; one that loads late is not made to."""
    held = object.__getattribute__(module, "__dict__") if isinstance(module, ModuleType) else {}
    said = held.get("__version__")
    return said if isinstance(said, str) else ""


def warned(drifts: Iterable[Drift], *others: str) -> tuple[str, ...]:
    """Return the one line that a load says of other versions; nothing where they make no difference to expect.

    Parameters
    ----------
    drifts : iterable of Drift
        How this Python differs.
    *others : str
        What else differs; an empty one is nothing.
    """
    told = [one.message for one in drifts if one.severity == "warning" and one.rank in LOUD]
    told += filter(None, others)
    return (f"not as it was made: {'; '.join(told)}",) if told else ()


def missing(then: Environment | None, roots: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return what pip takes to have modules that are not here, and those modules that no package brought.

    Parameters
    ----------
    then : Environment, optional
        Where they were.
    roots : iterable of str
        The top-level modules.
    """
    from modelreg.capture.environment.drifts import guessed, pinned
    from modelreg.capture.environment.installed import importable

    needed = then.needed if then else ()
    own = {one.module.partition(".")[0] for one in (then.homeless if then else ())}
    pins = {module: pinned(one) for one in needed for module in one.modules}
    asked = [root for root in roots if root not in own]
    # one line of pip for all of it: a library may be of no use without another that it does not itself require
    beside = [module for one in needed if one.direct for module in one.modules if not importable(module)]
    taken = dict.fromkeys(pins.get(root) or guessed(root)[0] for root in (asked and [*asked, *beside]))
    return [one for one in taken if one], [one for one in roots if one in own]
