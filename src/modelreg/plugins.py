"""The one mechanism behind every table of extension points: a name and where to find the thing."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from modelreg.errors import NotFoundError, instead

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Thing = TypeVar("Thing")


class LazyTable(Generic[Thing]):
    """A table of names to things that are imported on first use.

    Parameters
    ----------
    what : str
        What the table holds, for messages.
    built_in : mapping of str to str
        Name to ``package.module:attribute``, or ``package.module`` for the module itself.
    group : str
        Entry-point group under which other packages add to the table.
    """

    def __init__(self, what: str, built_in: Mapping[str, str], *, group: str) -> None:
        self.what = what
        self.built_in = dict(built_in)
        self.group = group
        self._loaded: dict[str, Thing] = {}

    def __iter__(self) -> Iterator[str]:
        yield from self.targets()

    def __contains__(self, name: str) -> bool:
        return name in self.built_in or name in _added(self.group)

    def __getitem__(self, name: str) -> Thing:
        if name not in self._loaded:
            self._loaded[name] = self._import(name)
        return self._loaded[name]

    def targets(self) -> dict[str, str]:
        """Return every name with its dotted path; built-in names win over those of other packages."""
        return {**_added(self.group), **self.built_in}

    def _import(self, name: str) -> Thing:
        target = self.built_in.get(name) or _added(self.group).get(name)
        if target is None:
            msg = f"no {self.what} {name!r}; {instead(name, self.targets())}"
            raise NotFoundError(msg)
        module, _, attribute = target.partition(":")
        thing = import_module(module)
        return getattr(thing, attribute) if attribute else thing  # type: ignore[return-value]


@cache
def _added(group: str) -> dict[str, str]:
    """Return what installed packages add to ``group``."""
    return {point.name: point.value for point in _points().select(group=group)}


@cache
def _points() -> Any:
    """Return the entry points of all installed packages: one scan of their metadata for every table."""
    return entry_points()
