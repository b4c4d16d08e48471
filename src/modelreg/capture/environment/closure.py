"""What distributions need in turn, on this machine."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["closure"]


def closure(names: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Return the distributions that ``names`` need, themselves included, and what is needed but not installed.

    Parameters
    ----------
    names : iterable of str
        Names of installed distributions.

    Returns
    -------
    tuple
        Canonical name to name, and sentences.
    """
    from packaging.utils import canonicalize_name

    found: dict[str, str] = {}
    lacking: list[str] = []
    waiting: list[tuple[str, frozenset[str], str]] = [(name, frozenset(), "") for name in names]
    done: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, extras, asker = waiting.pop()
        key = str(canonicalize_name(name))
        if (key, extras) in done:
            continue
        done.add((key, extras))
        try:
            requires = metadata.distribution(name).requires or []
        except (metadata.PackageNotFoundError, ValueError, OSError):
            if asker:
                lacking.append(f"{asker} needs {name}, which is not installed")
            continue
        found.setdefault(key, name)
        waiting += [(wanted, more, name) for wanted, more in _wanted(requires, extras)]
    return found, sorted(set(lacking))


def _wanted(requires: Iterable[str], extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    from packaging.requirements import InvalidRequirement, Requirement

    for line in requires:
        try:
            one = Requirement(line)
            holds = one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras | {""})
        except (InvalidRequirement, ValueError, KeyError):
            continue  # a distribution that says nonsense of its needs still runs
        if holds:
            yield one.name, frozenset(one.extras)
