"""The tables of the catalog by noun; :mod:`modelreg.catalog.schema` gathers them."""
