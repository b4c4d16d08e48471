"""The private allow-list: which contents this user registered or approved on this machine.

Jupyter's own idea of notebook trust: the list lies outside every registry, in the user's private directory, so that nobody
who can write a registry can approve anything for somebody else. An approval names a content id, so flavor, stream and
buffers cannot be exchanged under it. There is no switch that turns the gate off.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from modelreg.errors import IntegrityError, InvalidError, UntrustedModelError
from modelreg.moments import now
from modelreg.private import PrivateFile
from modelreg.records import Approval

if TYPE_CHECKING:
    from pathlib import Path

_EXPECTED = re.compile(r"b3:([0-9a-f]{64})")
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS allowed (
    content_id TEXT PRIMARY KEY,
    how TEXT NOT NULL CHECK (how IN ('registered', 'approved')),
    label TEXT NOT NULL,
    at INTEGER NOT NULL
)"""


class Allowed:
    """The allow-list in ``directory``. Safe for threads and processes; see :class:`~modelreg.private.PrivateFile`.

    Parameters
    ----------
    directory : Path
        The user's private directory; made at the first approval, for the user alone.
    """

    def __init__(self, directory: Path) -> None:
        self._kept = PrivateFile(directory / "trust.db", "the allow-list", (_TABLE,))
        self.directory = directory
        self.file = self._kept.file

    def close(self) -> None:
        """Give back the connection; the list opens again by itself."""
        self._kept.close()

    def how(self, content_id: str) -> str | None:
        """Return why contents are allowed: ``registered`` or ``approved``; None when they are not."""
        for approval in self._select("WHERE content_id = ?", (content_id,)):
            return approval.how
        return None

    def all(self) -> list[Approval]:
        """Return every approval, newest first."""
        return self._select("ORDER BY at DESC, content_id", ())

    def allow(self, content_id: str, how: str, *, label: str = "") -> None:
        """Allow contents. What was registered stays so.

        Raises
        ------
        RegistryError
            The list cannot be written, or others could have written it.
        """
        if self.how(content_id) is not None:
            return
        with self._kept.writing() as driver:
            driver.execute(
                "INSERT INTO allowed VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (content_id, how, label, now()),
            )

    def withdraw(self, content_id: str) -> bool:
        """Take an approval back; return whether there was one."""
        if self.how(content_id) is None:
            return False
        with self._kept.writing() as driver:
            driver.execute("DELETE FROM allowed WHERE content_id = ?", (content_id,))
        return True

    def _select(self, clause: str, values: tuple[str, ...]) -> list[Approval]:
        query = f"SELECT content_id, how, at, label FROM allowed {clause}"  # noqa: S608  (our own clauses)
        rows = self._kept.rows(query, values)
        return [Approval(content_id=content, how=how, at=at, label=label) for content, how, at, label in rows]


def gate(content_id: str, *, runs_code: bool, allowed: Allowed, trust: bool = False, expect: str | None = None) -> str:
    """Return why contents may be loaded, or raise. The one decision, for every way to load.

    Parameters
    ----------
    content_id : str
        What would be loaded; its bytes have been compared with it already.
    runs_code : bool
        Whether loading runs code that came with the contents.
    allowed : Allowed
        The private list.
    trust : bool
        The user says yes for this once.
    expect : str, optional
        ``b3:<64 hex digits>``: the content id that the user expects, which is a yes too.

    Raises
    ------
    InvalidError
        ``expect`` is no content id.
    IntegrityError
        The contents are not the expected ones.
    UntrustedModelError
        Nobody here has said yes.
    """
    if expect is not None:
        wanted = _EXPECTED.fullmatch(expect)
        if wanted is None:
            msg = f"expect is a content id such as b3: and 64 hex digits, not {expect[:80]!r}"
            raise InvalidError(msg)
        if wanted[1] != content_id:
            msg = f"the contents are b3:{content_id}, not the expected {expect}; nothing was loaded"
            raise IntegrityError(msg)
        return "expected"
    if not runs_code:
        return "code-free"
    how = allowed.how(content_id)
    if how is not None:
        return how
    if trust:
        return "trusted once"
    msg = f"the contents b3:{content_id} are not trusted here and loading them runs code"
    raise UntrustedModelError(msg)
