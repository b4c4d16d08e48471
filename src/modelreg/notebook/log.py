"""The execution log: one entry for each run of a cell, in the order in which they ended.

Entries stand for executions, not for cells, so that cells that were run twice, out of order, or deleted since are right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import compress
from operator import ne
from typing import TYPE_CHECKING, Any, Final

from modelreg import moments
from modelreg.notebook.execution import Execution

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from modelreg.notebook.watching import Watching

_OWN: Final = re.compile(r"_+|_i+|_i?\d+|_[iod]h|In|Out|exit|quit|get_ipython")
"""What IPython itself binds at every cell."""


_Seen = tuple[list[str], list[int]]
"""Names and the identities of their objects: references would keep alive what the cell deletes."""


@dataclass(slots=True)
class _Begun:
    """A cell that runs now."""

    entry: Execution
    before: _Seen


class Log:
    """What ran in one kernel session."""

    def __init__(self) -> None:
        self.on = False
        """Whether executions are written down, and what surrounds a model is captured; the extension switches it on."""
        self.transform: Callable[[str], str] | None = None
        """Makes plain Python of a cell, for executions that came without it."""
        self.where: Callable[[], Sequence[int]] = tuple
        """Returns the lines at which the running cells stand, the innermost first."""
        self.watcher: Watching | None = None
        """Remembers the data of trainings, once there was one."""
        self.outputs: tuple[Mapping[str, Any], ...] | None = None
        """What the cell showed whose first line is being done, as a notebook keeps it."""
        self._ended: list[Execution] = []
        self._begun: dict[Hashable, _Begun] = {}

    def remember(self, earlier: Iterable[tuple[int, str]]) -> None:
        """Take (count, source) of cells that ran while nobody looked; those in the log stay as they are."""
        known = {entry.count for entry in self._ended} | {begun.entry.count for begun in self._begun.values()}
        self._ended += [
            Execution(source=source, count=count, before_load=True)
            for count, source in earlier
            if count not in known and source.strip()
        ]

    def begin(self, key: Hashable, entry: Execution, names: Mapping[str, Any]) -> None:
        """Note that a cell begins; ``key`` tells it from others that run meanwhile."""
        self._begun[key] = _Begun(replace(entry, started=moments.now()), _seen(names))

    def end(self, key: Hashable, entry: Execution, names: Mapping[str, Any]) -> None:
        """Note that a cell ended. One whose beginning nobody saw is taken for one that bound nothing."""
        begun = self._begun.pop(key, None)
        now = moments.now()
        if begun is None:
            self._forget(entry.count)
            self._ended.append(replace(entry, started=now, ended=now))
            return
        bound = frozenset(_rebound(begun.before, names))
        self._ended.append(replace(entry, started=begun.entry.started, ended=now, bound=bound))

    def knows(self, key: Hashable) -> bool:
        """Whether this cell was seen to begin."""
        return key in self._begun

    @property
    def busy(self) -> bool:
        """Whether a cell was seen to begin and not yet to end."""
        return bool(self._begun)

    def drop(self, key: Hashable) -> None:
        """Forget that a cell began."""
        self._begun.pop(key, None)

    def executions(self) -> tuple[Execution, ...]:
        """Return all that ran, oldest first; cells that still run stand last, each as far as it has come."""
        for at, entry in enumerate(self._ended):
            if not entry.transformed:
                self._ended[at] = self._plain(entry)
        return (*self._ended, *self._running())

    def _running(self) -> list[Execution]:
        lines = tuple(reversed(self.where()))
        begun = list(self._begun.values())[-len(lines) :] if lines else []
        return [
            self._plain(replace(one.entry, ok=False, failing_line=line, running=True))
            for one, line in zip(begun, lines, strict=False)
        ]

    def _plain(self, entry: Execution) -> Execution:
        if entry.transformed or self.transform is None:
            return entry
        try:
            return replace(entry, transformed=self.transform(entry.source))
        except Exception:  # noqa: BLE001  (a transformer may be anybody's; what is no Python then is found to be none)
            return entry

    def _forget(self, count: int | None) -> None:
        """Drop what the history said of a cell that is known better now."""
        if count is not None:
            self._ended = [entry for entry in self._ended if not (entry.before_load and entry.count == count)]


def _seen(names: Mapping[str, Any]) -> _Seen:
    return list(names), list(map(id, names.values()))


def _rebound(before: _Seen, names: Mapping[str, Any]) -> list[str]:
    """Return the names that mean another object than before."""
    keys, now = _seen(names)
    many = len(before[0])
    if keys[:many] == before[0]:  # nothing was deleted: what is new stands at the end
        changed = [*compress(keys, map(ne, now, before[1])), *keys[many:]]
    else:
        known = dict(zip(*before, strict=True))
        changed = [key for key, identity in zip(keys, now, strict=True) if known.get(key) != identity]
    return [name for name in changed if _is_name(name) and not _OWN.fullmatch(name)]


def _is_name(key: object) -> bool:
    return isinstance(key, str)  # a namespace may hold other keys too
