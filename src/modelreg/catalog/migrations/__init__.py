"""Steps between schemas, run by :mod:`modelreg.catalog.migrate`."""
