"""Tables of extension points."""

from __future__ import annotations

import subprocess
import sys

import pytest

from modelreg.errors import NotFoundError
from modelreg.plugins import LazyTable


def test_a_thing_is_imported_when_it_is_asked_for() -> None:
    table: LazyTable[object] = LazyTable(
        "thing", {"join": "posixpath:join", "path": "posixpath"}, group="modelreg.none"
    )
    import posixpath

    assert table["join"] is posixpath.join
    assert table["path"] is posixpath
    assert list(table) == ["join", "path"]


def test_a_name_that_is_not_there_is_answered_with_those_that_are() -> None:
    table: LazyTable[object] = LazyTable("flavor", {"python": "posixpath"}, group="modelreg.none")
    with pytest.raises(NotFoundError, match="did you mean 'python'"):
        table["pyton"]


def test_importing_modelreg_imports_nothing_heavy() -> None:
    heavy = ["sqlalchemy", "pandas", "numpy", "ipywidgets", "alembic", "IPython", "cloudpickle", "tqdm"]
    code = f"import sys, modelreg; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
