"""What surrounded several versions, side by side: rows of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from modelreg.digests import digest
from modelreg.records import MISSING, CompareRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from modelreg.records import Dataset, Environment, Repository, Surroundings

    Found = Sequence[Surroundings | None]

One = TypeVar("One")

_SHORT: Final = 10
_MARK: Final = 8
GIT: Final[Mapping[str, Callable[[Repository], str]]] = {
    "commit": lambda one: one.commit[:_SHORT],
    "branch": lambda one: one.branch,
    "remote": lambda one: one.remote,
    "uncommitted": lambda one: ", ".join(path for path, _ in one.changed) or ("yes" if one.dirty else ""),
    "modules": lambda one: ", ".join(path for path, _ in one.modules),
}
"""What is compared of a repository."""


def rows(found: Found, codes: Sequence[list[str] | None], modules: Iterable[CompareRow] = ()) -> Iterator[CompareRow]:
    """Yield what was captured around versions: data, code, environment, git; what no version has is left out."""
    yield from _data([() if one is None else one.data for one in found])
    yield from _code(codes)
    yield from modules
    yield from _environment([None if one is None else one.environment for one in found])
    repositories = [None if one is None else one.repository for one in found]
    for name, write in GIT.items():
        yield from _row("git", name, _each(repositories, write), known=_known(repositories))


def _each(found: Sequence[One | None], write: Callable[[One], str]) -> list[str]:
    return ["" if one is None else write(one) for one in found]


def _known(found: Sequence[object | None]) -> list[bool]:
    """Return of which versions something was captured at all: of the others nothing can be said to differ."""
    return [one is not None for one in found]


def _row(
    section: str, name: str, values: Sequence[str], *, minor: bool = False, known: Sequence[bool] | None = None
) -> Iterator[CompareRow]:
    """Yield a row, unless no version has a value; only those that are known differ."""
    if not any(values):
        return
    told = tuple(value or MISSING for value in values)
    seen = {value for value, sure in zip(told, known or [True] * len(told), strict=True) if sure}
    yield CompareRow(section=section, name=name, values=told, differs=len(seen) > 1, minor=minor)


def _code(codes: Sequence[list[str] | None]) -> Iterator[CompareRow]:
    """Yield how long the code of each version is; what is as long and not the same is told apart."""
    marks = ["" if code is None else digest("\n".join(code).encode("utf-8", "replace"))[:_MARK] for code in codes]
    sizes = ["" if code is None else f"{len(code):,} line{'' if len(code) == 1 else 's'}" for code in codes]
    plain = len(set(marks)) == len(set(sizes))
    told = [size if plain or not size else f"{size} b3:{mark}" for size, mark in zip(sizes, marks, strict=True)]
    yield from _row("code", "statements", told)


def _environment(found: Sequence[Environment | None]) -> Iterator[CompareRow]:
    """Yield the Python and each package; one that no version needs itself is minor, and differs where both have one."""
    known = _known(found)
    yield from _row("environment", "python", _each(found, lambda one: one.python), known=known)
    yield from _row("environment", "machine", _each(found, lambda one: one.machine), known=known)
    held = [{} if one is None else {each.name: each for each in one.packages} for one in found]
    direct = {name for packages in held for name, one in packages.items() if one.direct}
    names = {name for packages in held for name in packages}
    for name in sorted(names, key=lambda name: (name not in direct, name.casefold())):
        versions = [packages[name].version if name in packages else "" for packages in held]
        minor = name not in direct  # whom nothing needed it for may have had it all the same
        told = [name in packages for packages in held] if minor else known
        yield from _row("environment", name, versions, minor=minor, known=told)


def _data(found: Sequence[tuple[Dataset, ...]]) -> Iterator[CompareRow]:
    """Yield each dataset, and below it its columns; datasets are the same where their roles are."""
    held = [_called(data) for data in found]
    told: set[tuple[str, ...]] = set()
    for name in dict.fromkeys(name for each in held for name in each):
        sets = [each.get(name) for each in held]
        yield from _row("data", name, _each(sets, _told))
        yield from _columns(name, sets, told)


def _called(data: Sequence[Dataset]) -> dict[str, Dataset]:
    """Return datasets by role; several of one role also by how they were written."""
    roles = [one.role for one in data]
    return {one.role if roles.count(one.role) == 1 else f"{one.role} {one.name}": one for one in data}


def _told(one: Dataset) -> str:
    size = " × ".join(f"{number:,}" for number in one.shape) + (" rows" if len(one.shape) == 1 else "")
    return f"{size} {one.digest.rpartition(':')[2][:_MARK]}".strip() or one.fault


def _columns(name: str, sets: Sequence[Dataset | None], told: set[tuple[str, ...]]) -> Iterator[CompareRow]:
    """Yield the columns of a dataset but for those that one before it has the same."""
    held = [{} if one is None else {each.name: each for each in one.columns} for one in sets]
    for column in dict.fromkeys(column for columns in held for column in columns):
        found = [columns.get(column) for columns in held]
        marks = _each(found, lambda one: f"{one.type} {one.digest[:_MARK]}".strip())
        means = _each(found, lambda one: f"{one.type} mean {one.mean}" if one.mean else one.type)
        if (column, *marks) not in told:
            told.add((column, *marks))
            yield from _row("data", f"{name}.{column}", means if len(set(means)) == len(set(marks)) else marks)
