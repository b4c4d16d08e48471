"""``%load_ext`` adds exactly what ``%unload_ext`` takes away again."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from modelreg.magics.cells import comment_out
from modelreg.notebook import Notebook

from .conftest import MODEL, Shell

if TYPE_CHECKING:
    from pathlib import Path


def state(ip: InteractiveShell) -> dict[str, Any]:
    """Return everything in a shell that an extension may add to."""
    manager = ip.magics_manager
    return {
        "line": dict(manager.magics["line"]),
        "cell": dict(manager.magics["cell"]),
        "own": dict(vars(manager.user_magics)),
        "registry": set(manager.registry),
        "lazy": dict(manager.lazy_magics),
        "configurables": list(ip.configurables),
        "events": {name: list(called) for name, called in ip.events.callbacks.items()},
        "cleanup": list(ip.input_transformers_cleanup),
        "post": list(ip.input_transformers_post),
        "lines": list(ip.input_transformer_manager.line_transforms),
        "tokens": list(ip.input_transformer_manager.token_transformers),
        "ast": list(ip.ast_transformers),
        "matchers": list(ip.Completer.custom_matchers),
        "hidden": {name for name in ip.user_ns_hidden if not name.startswith("_")},
        "variables": set(ip.user_ns),
        "formatters": {
            name: (dict(each.type_printers), dict(each.deferred_printers))
            for name, each in ip.display_formatter.formatters.items()
        },
        "notebook": Notebook.current(),
        "hook": sys.displayhook,
        "excepthook": sys.excepthook,
    }


def load(ip: InteractiveShell) -> None:
    ip.extension_manager.load_extension("modelreg")


def unload(ip: InteractiveShell) -> None:
    ip.extension_manager.unload_extension("modelreg")


def test_load_adds_a_matcher_two_magics_a_transformer_and_events(ip: InteractiveShell) -> None:
    before = state(ip)
    load(ip)
    after = state(ip)
    changed = {key for key in before if before[key] != after[key]}
    assert changed == {"line", "cell", "own", "events", "cleanup", "matchers", "notebook"}
    assert set(after["line"]) - set(before["line"]) == {"modelreg"}
    assert set(after["cell"]) - set(before["cell"]) == {"modelreg"}
    assert after["cleanup"] == [*before["cleanup"], comment_out]
    assert len(after["matchers"]) == len(before["matchers"]) + 1
    added = {name: len(called) - len(before["events"][name]) for name, called in after["events"].items()}
    assert {name: count for name, count in added.items() if count} == {"pre_run_cell": 2, "post_run_cell": 3}


def test_unload_takes_exactly_that_away(ip: InteractiveShell) -> None:
    before = state(ip)
    load(ip)
    unload(ip)
    assert state(ip) == before


def test_unload_after_work_leaves_only_the_variables_of_the_user(ip: InteractiveShell) -> None:
    before = state(ip)
    load(ip)
    shell = Shell(ip)
    shell.ok(MODEL + "clf = Model()\n%modelreg register clf churn")
    shell.ok("%%modelreg register clf churn\nclf = Model(2)")
    shell.ok("%modelreg load churn:v0 --as back")
    unload(ip)
    after = state(ip)
    made = after.pop("variables") - before.pop("variables")
    assert {name for name in made if not name.startswith("_")} == {"Model", "clf", "back"}
    assert after == before


def test_unload_without_load_does_nothing(ip: InteractiveShell) -> None:
    import modelreg

    before = state(ip)
    modelreg.unload_ipython_extension(ip)
    assert state(ip) == before


@pytest.mark.parametrize("again", ["load_ext", "reload_ext"])
def test_loading_again_never_doubles(ip: InteractiveShell, again: str) -> None:
    ip.run_line_magic("load_ext", "modelreg")
    counts = {key: len(value) for key, value in state(ip).items() if hasattr(value, "__len__")}
    for _ in range(3):
        ip.run_line_magic(again, "modelreg")
    assert {key: len(value) for key, value in state(ip).items() if hasattr(value, "__len__")} == counts
    unload(ip)
    assert comment_out not in ip.input_transformers_cleanup


def test_calling_the_hook_of_the_extension_again_never_doubles(ip: InteractiveShell) -> None:
    import modelreg

    load(ip)
    before = state(ip)
    modelreg.load_ipython_extension(ip)
    assert state(ip) == before


def test_a_cell_magic_registers_once_after_reloads(shell: Shell) -> None:
    for _ in range(2):
        shell.ok("%reload_ext modelreg")
    ran = shell.ok("%%modelreg register clf churn\nclf = Model(2)")
    assert len(ran.displayed) == 1
    assert shell.versions() == 1


def test_what_the_session_knows_survives_reload(shell: Shell) -> None:
    shell.ok("%modelreg register clf churn --quiet")
    known = Notebook.current()
    shell.ok("%reload_ext modelreg")
    assert Notebook.current() is known
    assert "unchanged" in shell.ok("%modelreg status").text
    # the name that the variable was registered under is not asked for again
    shell.ok("clf.depth = 7\n%modelreg register clf")
    assert shell.versions() == 2


def test_what_the_session_knows_survives_unload_and_load(shell: Shell) -> None:
    shell.ok("%modelreg register clf churn --quiet")
    shell.ok("%unload_ext modelreg")
    shell.ok("%load_ext modelreg")
    shell.ok("clf.depth = 3")
    text = shell.ok("%modelreg status").text
    assert re.search(r"clf +Model +changed since +churn:v0", text)


def test_after_unload_the_magic_is_gone(shell: Shell) -> None:
    shell.ok("%unload_ext modelreg")
    assert "Line magic function `%modelreg` not found" in shell("%modelreg models").err
    shell("%%modelreg register clf churn\nclf = Model(3)")
    assert shell.versions() == 0


@pytest.mark.parametrize("kinds", [("line",), ("cell",), ("line", "cell")])
def test_unload_restores_a_magic_of_the_same_name(ip: InteractiveShell, kinds: tuple[str, ...]) -> None:
    def other(line: str, cell: str | None = None) -> str:
        return f"other {line}"

    for kind in kinds:
        ip.register_magic_function(other, kind, "modelreg")
    before = state(ip)
    load(ip)
    assert ip.run_line_magic("modelreg", "help") != "other help"
    unload(ip)
    assert state(ip) == before
    if "line" in kinds:
        assert ip.run_line_magic("modelreg", "help") == "other help"


def test_unload_leaves_a_magic_that_took_the_name_since(ip: InteractiveShell) -> None:
    def other(line: str) -> str:
        return f"other {line}"

    load(ip)
    ip.register_magic_function(other, "line", "modelreg")
    unload(ip)
    assert ip.run_line_magic("modelreg", "x") == "other x"
    assert "modelreg" not in ip.magics_manager.magics["cell"]


def test_unload_copes_with_what_somebody_took_away_before(ip: InteractiveShell) -> None:
    before = state(ip)
    load(ip)
    ip.events.callbacks["post_run_cell"].clear()
    ip.input_transformers_cleanup.remove(comment_out)
    ip.Completer.custom_matchers.clear()
    del ip.magics_manager.magics["line"]["modelreg"]
    unload(ip)
    after = state(ip)
    for gone in ("events", "matchers"):
        before.pop(gone)
        after.pop(gone)
    assert after == before


def test_other_callbacks_and_matchers_stay(ip: InteractiveShell) -> None:
    called = []

    def mine(result: object) -> None:
        called.append(result)

    ip.events.register("post_run_cell", mine)
    load(ip)
    unload(ip)
    ip.run_cell("1")
    assert len(called) == 1


def test_two_shells_have_an_extension_each(ip: InteractiveShell) -> None:
    load(ip)
    first = Notebook.current()
    other = InteractiveShell(config=ip.config)
    other.extension_manager.load_extension("modelreg")
    second = Notebook.current()
    assert second is not first
    assert second.session != first.session
    other.extension_manager.unload_extension("modelreg")
    assert Notebook.current() is first


def test_loading_and_unloading_print_nothing(ip: InteractiveShell) -> None:
    shell = Shell(ip)
    for line in ("%load_ext modelreg", "%reload_ext modelreg", "%unload_ext modelreg"):
        ran = shell.ok(line)
        assert (ran.out, ran.err, ran.displayed) == ("", "", ())


def test_a_bad_config_never_kills_the_magic(shell: Shell) -> None:
    shell("%config ModelReg.page_size = 'x'")
    shell.ip.config.ModelReg.page_size = "x"
    shell.ip.config.Adapter.anything = object()
    shell.ok("%reload_ext modelreg")
    assert shell.ok("%modelreg models").times == 1


def test_a_damaged_settings_file_is_one_line_and_the_magic_lives_on(shell: Shell, home: Path) -> None:
    from modelreg import settings

    place = settings.config_file()
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("page_size = [", encoding="utf-8")
    shell.ok("%reload_ext modelreg")
    assert str(place) in shell("%modelreg models").fault
    place.unlink()
    shell.ok("%modelreg models")


ODD = {
    "a key that is no text": "globals()[3] = clf; globals()[None] = 1",
    "a name of VS Code that is no text": "__vsc_ipynb_file__ = 3",
    "no display": "display = get_ipython = print = None",
    "no name": "del __name__",
    "no builtins of its own": "__builtins__ = {}",
    "a variable called as the magic": "modelreg = 1",
    "a class that lies": (
        "class Odd:\n"
        "    def __getattribute__(self, name): raise RuntimeError(name)\n"
        "    def __eq__(self, other): raise RuntimeError\n"
        "    __hash__ = None\n"
        "odd = Odd()"
    ),
    "a property for a class": (
        "class Odd:\n    @property\n    def __class__(self): raise RuntimeError('asked')\nodd = Odd()"
    ),
    "variables of the machinery": "In = Out = _ = __ = _ih = _oh = _dh = None",
}


@pytest.mark.parametrize("cell", ODD.values(), ids=ODD.keys())
def test_an_odd_namespace_never_kills_the_magic(shell: Shell, cell: str) -> None:
    shell(cell)
    ip = shell.ip
    assert "churn:v0" in repr(ip.run_line_magic("modelreg", "register clf churn"))
    assert "unchanged" in repr(ip.run_line_magic("modelreg", "status"))
    assert "churn" in repr(ip.run_line_magic("modelreg", "models"))
    assert ip.run_line_magic("modelreg", "load churn").depth == 1
    assert shell.complete("%modelreg register cl") == ["%modelreg register clf"]


HEAVY = ("sqlalchemy", "alembic", "pandas", "numpy", "ipywidgets", "anywidget", "cloudpickle", "blake3", "sqlite3")


def test_load_ext_imports_none_of_the_heavy_libraries() -> None:
    script = f"""
import sys
from traitlets.config import Config
from IPython.core.interactiveshell import InteractiveShell
config = Config()
config.HistoryManager.enabled = False
shell = InteractiveShell.instance(config=config)
before = set(sys.modules)
shell.run_line_magic("load_ext", "modelreg")
new = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(sorted(new.intersection({HEAVY!r})))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout == "[]\n"
    assert done.stderr == ""


def test_load_ext_does_not_touch_the_disk(ip: InteractiveShell, home: Path) -> None:
    before = sorted(home.rglob("*"))
    load(ip)
    ip.run_cell("1")
    assert sorted(home.rglob("*")) == before
    assert not (home / "registry").exists()
