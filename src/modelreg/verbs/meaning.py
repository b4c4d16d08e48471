"""What an answer says of the data that a query asks for: in which role it was used, or why nothing was found."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from modelreg import queries
from modelreg.capture.datasets import FILE
from modelreg.catalog import listing, uses
from modelreg.names import quote
from modelreg.verbs import capturing, dataset

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.engine import Connection

    from modelreg.catalog.homes import Home
    from modelreg.verbs.context import Context

LARGEST: Final = 1 << 30
"""Bytes of a file that is read to find out whether it helps."""


class Meant(NamedTuple):
    """Some data that a query asks for."""

    value: object
    data: queries.Data


class Meaning:
    """Finds what data a query means, and remembers it.

    Parameters
    ----------
    ctx : Context
        The registry, and the session.
    names : mapping
        The variables.
    """

    def __init__(self, ctx: Context, names: Mapping[str, Any] | None) -> None:
        self._ctx = ctx
        self._names = names or {}
        self._found: list[Meant] = []
        self._landed = True

    def __call__(self, value: object) -> queries.Data:
        """Return which data a value of the query is."""
        self._landed &= capturing.wait(self._ctx.notebook)
        data = dataset.meant(self._ctx, value)
        self._found.append(Meant(value, data))
        return data

    def roles(self, conn: Connection, uids: Sequence[str]) -> dict[str, dict[str, bool]]:
        """Return version -> the roles in which it used the data -> whether that is sure."""
        found: dict[str, dict[str, bool]] = {}
        for one in self._found:
            for uid, role, sure in sorted(uses.roles(conn, uids, one.data)):
                roles = found.setdefault(uid, {})
                roles[role] = roles.get(role, False) or sure
        return found

    def missed(self, conn: Connection, home: Home | None, tree: queries.Filter | None) -> tuple[str, tuple[str, ...]]:
        """Return why no version has the data, and the lines that find more: the file that it was read from."""
        if not self._landed:
            return "what was registered last is still being captured: ask again in a moment", ()
        asked = [
            part.data
            for part in (tree.parts if isinstance(tree, queries.And) else (tree,))
            if isinstance(part, queries.Used)
        ]
        one = next((one for one in self._found if not isinstance(one.value, str) and one.data in asked), None)
        if one is None or _is_used(conn, home, one.data):
            return "", ()
        mine = (name for name, value in self._names.items() if value is one.value and not name.startswith("_"))
        name = next(mine, "it")
        if isinstance(one.value, Path):
            return f"the bytes of {name} are compared", ()
        told = f"{name} is compared by all its contents{_size(one.value)}; a part of it, such as a split, is other data"
        of = "versions" if home is None else f"versions {quote(home.name)}"
        lines = (f"{of} data == {json.dumps(file, ensure_ascii=False)}" for file in self._files(conn, home, name))
        return told, tuple(lines)

    def others(self, conn: Connection, home: Home | None) -> str:
        """Say how many versions used a file that a query names when it held other contents; empty where none did."""
        said = []
        for value, data in self._found:
            place = Path(value) if isinstance(value, str | Path) and not data.versions and data.whole else None
            if place is None or not place.is_file():
                continue
            many = uses.others(conn, None if home is None else home.id, FILE, self._names_of(place), data)
            if many:
                said.append(f"{many} version{'' if many == 1 else 's'} used other contents of {value}")
        return "; ".join(said)

    def _names_of(self, place: Path) -> set[str]:
        """Return what a file is called in what was captured: the way from where the notebook is, or Python runs."""
        whole = Path(os.path.normpath(place.absolute()))
        path = self._ctx.notebook.path
        bases = {Path.cwd(), Path(path).absolute().parent if path else Path.cwd()}
        return {whole.relative_to(base).as_posix() for base in bases if whole.is_relative_to(base)} or {whole.name}

    def _files(self, conn: Connection, home: Home | None, name: str) -> list[str]:
        """Return the files that a variable was read from, of which there are versions."""
        from modelreg.capture.data import fingerprint, origins

        here, found = Path.cwd(), []
        for one in origins(self._ctx.notebook.log.executions(), self._names, name) if name.isidentifier() else ():
            place = Path(one.path) if one.path else None
            if place is None or not place.is_file() or place.stat().st_size > LARGEST:
                continue
            if _is_used(conn, home, queries.Data(digest=fingerprint(place).digest or "")):
                found.append(str(place.relative_to(here)) if place.is_relative_to(here) else str(place))
        return list(dict.fromkeys(found))


def _is_used(conn: Connection, home: Home | None, data: queries.Data) -> bool:
    asked, home_id = queries.Used(queries.Field("data"), data), None if home is None else home.id
    ids, _ = listing.versions(conn, home_id=home_id, filter=asked, order="-version", limit=1, token=None)
    return bool(ids)


def _size(value: object) -> str:
    """Return how large some data is: ``, 60 × 3``."""
    from modelreg.capture.data.kinds import shape_of

    shape = shape_of(value)
    said = " × ".join(f"{count:,}" for count in shape)
    return f", {said}{' rows' if len(shape) == 1 else ''}" if shape else ""
