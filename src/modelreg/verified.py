"""What was verified on this machine: files that held what their names say when their bytes were last hashed here.

A load hashes what it has not seen before and remembers it; a later load of the same files reads nothing to compare it. A
memory is of a digest in one file: device, inode, size and time of change. Facts of a machine never lie in a registry, so
the memory is private to the user; losing it costs the time of hashing again, and nothing else.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeAlias

from modelreg.errors import RegistryError
from modelreg.private import PrivateFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Facts: TypeAlias = tuple[int, int, int, int]
"""Device, inode, bytes, and time of the last change in ns."""

PATIENCE: Final = 0.2
"""Seconds to wait for another kernel that writes its own: a memory is worth no more."""

_TABLES: Final = (
    """
CREATE TABLE IF NOT EXISTS verified (
    digest BLOB NOT NULL,
    device INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    size INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    PRIMARY KEY (digest, device, inode)
) WITHOUT ROWID""",
    """
CREATE TABLE IF NOT EXISTS sums (
    layout BLOB PRIMARY KEY,
    content BLOB NOT NULL
) WITHOUT ROWID""",
    """
CREATE TABLE IF NOT EXISTS refuted (
    digest BLOB PRIMARY KEY
) WITHOUT ROWID""",
)
_AT_ONCE: Final = 500
"""Digests in one query."""

_HALF: Final = 1 << 63


class Remembered:
    """The memory in ``directory``. It never fails: what cannot be read or kept was not verified.

    Parameters
    ----------
    directory : Path
        The user's private directory.
    """

    def __init__(self, directory: Path) -> None:
        self._kept = PrivateFile(directory / "verified.db", "the memory of verified files", _TABLES, patience=PATIENCE)
        self.file = self._kept.file

    def close(self) -> None:
        """Give back the connection; the memory opens again by itself."""
        self._kept.close()

    def known(self, names: Iterable[str]) -> dict[str, set[Facts]]:
        """Return the files in which each of some objects was verified."""
        found: dict[str, set[Facts]] = {}
        wanted = [bytes.fromhex(name) for name in names]
        with suppress(RegistryError):
            for start in range(0, len(wanted), _AT_ONCE):
                some = wanted[start : start + _AT_ONCE]
                marks = ",".join("?" * len(some))
                query = f"SELECT digest, device, inode, size, changed FROM verified WHERE digest IN ({marks})"  # noqa: S608
                for name, device, inode, size, changed in self._kept.rows(query, some):
                    found.setdefault(name.hex(), set()).add((device % (1 << 64), inode % (1 << 64), size, changed))
        return found

    def adds_up(self, layout: str, content: str) -> bool:
        """Whether the true objects of a layout were once seen to add up to a content id."""
        with suppress(RegistryError):
            query = "SELECT 1 FROM sums WHERE layout = ? AND content = ?"
            return bool(self._kept.rows(query, (bytes.fromhex(layout), bytes.fromhex(content))))
        return False

    def note(self, seen: Mapping[str, Facts], sums: Mapping[str, str] | None = None) -> None:
        """Remember objects that were hashed now, and the content ids that layouts add up to."""
        if not seen and not sums:
            return
        with suppress(RegistryError), self._kept.writing() as driver:
            driver.executemany(
                "INSERT OR REPLACE INTO verified VALUES (?, ?, ?, ?, ?)",
                [_row(name, facts) for name, facts in seen.items()],
            )
            driver.executemany("DELETE FROM refuted WHERE digest = ?", [(bytes.fromhex(name),) for name in seen])
            driver.executemany(
                "INSERT OR REPLACE INTO sums VALUES (?, ?)",
                [(bytes.fromhex(layout), bytes.fromhex(content)) for layout, content in (sums or {}).items()],
            )

    def renew(self, changes: Mapping[str, tuple[Facts, Facts]]) -> None:
        """Go on believing files whose time was set by a writer who reused them; see ``docs/design/009-load-path.md``.

        Parameters
        ----------
        changes : mapping of digest to (before, after)
            Facts before and after; what was not remembered as it was before, is not after either.
        """
        known = self.known(changes)
        self.note({name: after for name, (before, after) in changes.items() if before in known.get(name, ())})

    def forget(self, names: Iterable[str]) -> None:
        """Forget objects: they are damaged, or gone. Kernels that wrote them do not believe them any more either."""
        rows = [(bytes.fromhex(name),) for name in names]
        if not rows:
            return
        with suppress(RegistryError), self._kept.writing() as driver:
            driver.executemany("DELETE FROM verified WHERE digest = ?", rows)
            driver.executemany("INSERT OR IGNORE INTO refuted VALUES (?)", rows)

    def refuted(self, name: str) -> bool:
        """Whether an object was found to be damaged or gone, and was not read and found true since."""
        with suppress(RegistryError):
            return bool(self._kept.rows("SELECT 1 FROM refuted WHERE digest = ?", (bytes.fromhex(name),)))
        return False


def _row(name: str, facts: Facts) -> tuple[bytes, int, int, int, int]:
    device, inode, size, changed = facts
    return bytes.fromhex(name), _signed(device), _signed(inode), size, changed


def _signed(number: int) -> int:
    """Return a number of 64 bits as SQLite holds it."""
    return number - (1 << 64) if number >= _HALF else number
