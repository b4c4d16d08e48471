"""A command of another package: installed, it stands in the table, runs, is explained and completed."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from modelreg import plugins
from modelreg.commands import COMMANDS
from modelreg.commands.complete import complete

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.commands.desk import Desk

SHOUT = '''
"""``shout NAME``: the name of a registered model, loudly."""

from modelreg.commands.declare import Argument, Command, Option

COMMAND = Command(
    summary="Shout the name of a registered model",
    arguments=(Argument("name", "model", "the registered model"),),
    options=(Option("--twice", flag=True, help="twice as loud"),),
    examples=("shout churn",),
    group=GROUP,
)


def run(nb, args):
    model = nb.registry.model(args.name)
    return nb.view(model) if args.twice else model.name.upper()
'''
ENTRY_POINTS = """
[modelreg.commands]
shout = loud_models.shout
broken = loud_models.broken
models = loud_models.shout
"""


@pytest.fixture(params=["look", "loud"])
def installed(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Install a package with a command, as an installer leaves it: a package and its metadata."""
    package, metadata = tmp_path / "loud_models", tmp_path / "loud_models-1.0.dist-info"
    for folder in (package, metadata):
        folder.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "shout.py").write_text(SHOUT.replace("GROUP", repr(request.param)), encoding="utf-8")
    (package / "broken.py").write_text("import no_such_library\n", encoding="utf-8")
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: loud-models\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(ENTRY_POINTS, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    forget()
    yield tmp_path
    forget()
    for name in [name for name in sys.modules if name.partition(".")[0] == "loud_models"]:
        del sys.modules[name]


def forget() -> None:
    """Look for installed packages again, as a new process does."""
    plugins._added.cache_clear()
    plugins._points.cache_clear()
    for name in ("shout", "broken"):
        COMMANDS._loaded.pop(name, None)


@pytest.mark.usefixtures("installed")
def test_it_stands_in_the_table_and_runs(churn: Desk) -> None:
    assert "shout" in COMMANDS
    assert churn.value("shout churn") == "CHURN"
    assert churn.says("shout churn --twice").startswith("churn  registered model")
    churn.refuses("shout", r"shout needs NAME \(the registered model\). Try %modelreg shout churn")


@pytest.mark.usefixtures("installed")
def test_it_is_explained(desk: Desk) -> None:
    assert "  shout" in desk.says("help --all")
    assert "Shout the name of a registered model" in desk.says("help --all")
    assert "twice as loud" in desk.says("shout -h")
    desk.refuses("shuot", "did you mean 'shout'")


@pytest.mark.usefixtures("installed")
def test_it_is_completed_with_its_options_and_arguments(churn: Desk) -> None:
    assert "shout" in complete(churn.session, "sho").words
    assert complete(churn.session, "shout ch").words == ("churn",)
    assert "--twice" in complete(churn.session, "shout churn --t").words


@pytest.mark.usefixtures("installed")
def test_one_that_cannot_be_imported_hides_no_other(churn: Desk) -> None:
    text = churn.says("help --all")
    assert "cannot be used: ModuleNotFoundError: No module named 'no_such_library'" in text
    assert "  register" in text
    assert churn.says("models")


@pytest.mark.usefixtures("installed")
def test_it_takes_no_name_of_ours(churn: Desk) -> None:
    assert COMMANDS.targets()["models"] == "modelreg.commands.models"
    assert churn.value("models")[0].name == "churn"


@pytest.mark.parametrize("installed", ["look"], indirect=True)
def test_it_runs_in_the_terminal(installed: Path, churn: Desk) -> None:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-m", "modelreg", "shout", "churn", "--twice"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("churn  registered model, 2 versions")
    assert churn.place.is_dir()
