"""Bring an older catalog to the present schema, with the alembic revisions in ``migrations/``.

Imported only when the stored schema differs: alembic costs more to import than the rest of the catalog. The caller holds
the write lock, so that one of several openers migrates and the others find it done.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from modelreg.catalog import schema

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(conn: Connection, *, scripts: Path = SCRIPTS, target: str = "head") -> None:
    """Run every revision that is missing, in the open transaction of ``conn``."""
    config = Config()
    config.set_main_option("script_location", str(scripts))
    directory = ScriptDirectory.from_config(config)

    def steps(current: Any, _context: Any) -> Any:
        return directory._upgrade_revs(target, current)  # noqa: SLF001  (what alembic.command.upgrade itself calls)

    with EnvironmentContext(config, directory, fn=steps) as environment:
        environment.configure(
            connection=conn,
            target_metadata=schema.tables,
            version_table=schema.revision.name,
            render_as_batch=True,
            transactional_ddl=False,  # the transaction is the caller's
        )
        environment.run_migrations()
