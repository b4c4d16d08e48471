"""An interrupt at the worst moment: right before or after the database does something."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelreg.registry import Registry


@contextmanager
def interrupted(registry: Registry, statement: str) -> Iterator[pytest.ExceptionInfo[KeyboardInterrupt]]:
    """Interrupt the first call right after the database ran ``statement``; see that it is interrupted."""
    registry._context.catalog.prepare()
    engine = registry._context.catalog._engine

    def after(_conn: Any, _cursor: Any, said: str, *_rest: Any) -> None:
        if said == statement:
            raise KeyboardInterrupt

    event.listen(engine, "after_cursor_execute", after)
    try:
        with pytest.raises(KeyboardInterrupt) as caught:
            yield caught
    finally:
        event.remove(engine, "after_cursor_execute", after)
