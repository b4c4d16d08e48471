"""What a write did, for somebody who was interrupted before its answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from modelreg.catalog import moves

if TYPE_CHECKING:
    from modelreg.verbs.context import Context

_DID: Final = {"register": "registered", "log": "logged"}
PATIENCE: Final = 2.0
"""Seconds that it waits for a registry that somebody holds: the user wants to stop."""


def done(ctx: Context, operation: str) -> str:
    """Say what an operation did; see :meth:`modelreg.registry.Registry.done`."""
    with ctx.catalog.read(patience=PATIENCE) as conn:
        row = moves.operation(conn, operation)
        if row is None:
            return ""
        result = json.loads(row.result)
        if row.command in _DID:
            return f"{result['home']}:v{result['number']} was {_DID[row.command]}"
        return "; ".join(moves.sentences(conn, operation))
