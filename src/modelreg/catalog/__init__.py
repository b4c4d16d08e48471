"""The catalog: the facts of a registry in SQL. The only importer of SQLAlchemy and alembic."""
