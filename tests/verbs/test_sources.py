"""A module of the user's own that was edited after a register: who loads the model is told, and how to have it as it was."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from modelreg.capture import sources
from modelreg.verbs import sources as compared
from modelreg.views import show
from tests.verbs.cells import Cells

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODULE = """
from ownhelp.scaling import scaled
class H:
    def predict(self, x):
        return scaled(x)
"""
HELPER = "def scaled(x):\n    return x + {}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder with the user's own modules, and forget at the end that they were imported."""
    place = tmp_path / "work"
    (place / "ownhelp").mkdir(parents=True)
    (place / "ownmod.py").write_text(MODULE)
    (place / "ownhelp" / "__init__.py").write_text("")
    (place / "ownhelp" / "scaling.py").write_text(HELPER.format(1))
    (place / "ownother.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(str(place))
    monkeypatch.chdir(place)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sources, "PATIENCE", 30.0)  # a busy machine is no other answer
    yield place
    forget()


def forget() -> None:
    """Begin anew, as another kernel does."""
    importlib.invalidate_caches()
    for name in [name for name in sys.modules if name.partition(".")[0].startswith("own")]:
        del sys.modules[name]


def registered(folder: Path, *, committed: bool = False) -> Cells:
    """Return a session that has registered an object of the user's class, and imported another module beside."""
    if committed:
        for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
            told = ["-c", "user.name=n", "-c", "user.email=e@x"]
            subprocess.run(["git", *told, *words], cwd=folder, check=True, capture_output=True)
    cells = Cells(folder)
    cells("import ownmod, ownother\nh = ownmod.H()")
    cells.register("h", "hh")
    forget()
    return cells


@pytest.mark.parametrize("committed", [False, True])
def test_an_edited_module_is_told_at_load_and_where_the_environment_is_looked_at(folder: Path, committed: bool) -> None:
    cells = registered(folder, committed=committed)
    (folder / "ownhelp" / "scaling.py").write_text(HELPER.format(100))
    said = cells.registry.env("hh")
    assert [(one.subject, one.text) for one in said.findings] == [
        ("ownhelp/scaling.py", "not as it was made: ownhelp/scaling.py differs")
    ], "before anything of it is imported"
    assert "the same" not in said.summary
    assert said.next == "checkout hh:v0 DIRECTORY"
    beside = cells.registry.environment("hh").findings
    assert [(one.severity, one.subject) for one in beside] == [("warning", "ownhelp/scaling.py")]
    assert "ownmod" not in sys.modules
    loaded = cells.registry.fetch("hh:v0")
    assert loaded.obj.predict(1) == 101
    assert loaded.warnings == ("not as it was made: ownhelp/scaling.py differs",)
    assert loaded.next == "checkout hh:v0 DIRECTORY"


@pytest.mark.parametrize("compiled", [True, False])
def test_what_this_kernel_imported_before_it_was_edited_is_what_a_load_brings_and_that_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, compiled: bool
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", not compiled)
    cells = registered(folder)
    cells("import ownmod")
    (folder / "ownhelp" / "scaling.py").write_text(HELPER.format(100))
    loaded = cells.registry.fetch("hh:v0")
    assert loaded.obj.predict(1) == 2, "it is as it was made"
    edited = "not as it was made: ownhelp/scaling.py (edited after this kernel imported it) differs"
    assert loaded.warnings == (edited,)
    for said in (cells.registry.env("hh"), cells.registry.environment("hh")):
        assert [(one.subject, one.text) for one in said.findings] == [("ownhelp/scaling.py", edited)]
    forget()
    cells("import ownmod")
    (folder / "ownhelp" / "scaling.py").write_text(HELPER.format(1))
    loaded = cells.registry.fetch("hh:v0")
    assert loaded.obj.predict(1) == 101, "the file is as it was, and the kernel has something else"
    assert loaded.warnings == ("not as it was made: ownhelp/scaling.py (as this kernel imported it) differs",)


def test_what_is_as_it_was_needs_no_word_nor_does_what_the_model_does_not_use(folder: Path) -> None:
    cells = registered(folder)
    (folder / "ownother.py").write_text("x = 2\n")
    loaded = cells.registry.fetch("hh:v0")
    assert (loaded.warnings, loaded.next) == ((), None)
    assert cells.registry.env("hh").summary.endswith("this kernel has the same")


def test_the_line_that_follows_a_load_is_shown(folder: Path) -> None:
    cells = registered(folder)
    (folder / "ownmod.py").write_text(MODULE + "\n# more\n")
    shown = show(cells.registry.fetch("hh:v0"))
    assert shown.text().splitlines()[1:] == [
        "not as it was made: ownmod.py differs",
        "next: %modelreg checkout hh:v0 DIRECTORY",
    ]


@pytest.mark.parametrize("by_code", [False, True])
def test_the_same_bytes_by_other_code_are_told_where_they_are_registered_again(folder: Path, by_code: bool) -> None:
    cells = registered(folder)
    cells("import ownmod\nh = ownmod.H()")
    assert cells.registry.register(cells.names["h"], "hh", variable="h").notes == ()
    (folder / "ownmod.py").write_text(MODULE.replace("scaled(x)", "-scaled(x)") if by_code else MODULE + "\n# more\n")
    answer = cells.registry.register(cells.names["h"], "hh", variable="h")
    assert answer.outcome == "identical"
    edited = (
        "ownmod.py (edited after this kernel imported it) differs from when"
        if by_code
        else "ownmod.py differs from when"
    )
    # what was seen of the modules alone is in the answer where that was quick
    assert answer.notes[-1] == f"the same bytes, but {edited} that was registered: --new-version keeps it"
    (live,) = (one for one in cells.registry.status() if one.variable == "h")
    assert live.state == "unchanged"
    assert live.why.endswith(f"; {edited} it was registered")


def test_a_module_that_a_class_of_the_notebook_calls_counts_too(folder: Path) -> None:
    cells = registered(folder)
    cells("import ownother\nclass U:\n    def predict(self, x):\n        return ownother.x + x\nu = U()")
    cells.register("u", "u")
    (folder / "ownother.py").write_text("x = 20\n")  # of another size: Python itself looks at the second and that alone
    edited = "not as it was made: ownother.py (edited after this kernel imported it) differs"
    assert cells.registry.fetch("u:v0").warnings == (edited,)


def test_what_an_earlier_release_kept_is_compared_too(folder: Path) -> None:
    cells = registered(folder)
    with cells.registry._context.catalog.write() as conn:
        run, told = conn.execute(text("select id, capture from runs where capture is not null")).one()
        facts = json.loads(told)
        assert facts["git"].pop("sources")
        conn.execute(text("update runs set capture = :told where id = :run"), {"told": json.dumps(facts), "run": run})
    assert cells.registry.fetch("hh:v0").warnings == ()
    (folder / "ownmod.py").write_text(MODULE + "\n# more\n")
    assert cells.registry.fetch("hh:v0").warnings == ("not as it was made: ownmod.py differs",)
    assert cells.registry.env("hh:v0").findings[0].subject == "ownmod.py"


def test_a_class_that_was_renamed_is_one_line_with_the_cause_and_what_to_type(folder: Path) -> None:
    cells = registered(folder)
    (folder / "ownmod.py").write_text(MODULE.replace("class H", "class Other"))
    with pytest.raises(Exception, match="cannot be loaded") as caught:
        cells.registry.load("hh:v0")
    assert str(caught.value) == (
        "hh:v0 cannot be loaded: the module 'ownmod' has no 'H' here; not as it was made: ownmod.py differs. "
        "Try %modelreg checkout hh:v0 DIRECTORY or %modelreg env hh:v0"
    )


def test_a_file_is_read_once_as_long_as_it_is_the_same_and_a_load_looks_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = registered(folder)
    looks: list[object] = []
    reached = sources.reached
    monkeypatch.setattr(sources, "reached", lambda *args, **more: looks.append(args) or reached(*args, **more))
    before = sources._read.cache_info().misses
    cells.registry.fetch("hh:v0")
    assert len(looks) == 1
    assert sources._read.cache_info().misses == before, "the register has read them"
    (folder / "ownmod.py").write_text(MODULE + "\n# more\n")
    for _ in range(2):
        assert cells.registry.fetch("hh:v0").warnings == ("not as it was made: ownmod.py differs",)
    assert sources._read.cache_info().misses == before + 1


def test_who_has_no_time_to_look_says_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = registered(folder)
    (folder / "ownmod.py").write_text(MODULE + "\n# more\n")
    monkeypatch.setattr(sources, "PATIENCE", -1.0)
    assert cells.registry.fetch("hh:v0").warnings == ()
    assert "the same" not in cells.registry.env("hh").summary


def test_who_has_no_time_to_look_at_what_was_imported_does_not_say_that_it_is_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = registered(folder)
    cells("import ownmod")
    assert cells.registry.env("hh").summary.endswith("this kernel has the same")
    asked: list[float] = []

    def late(files: object, until: float) -> list[str]:
        asked.append(until)
        monkeypatch.setattr(compared, "monotonic", lambda: until + 1)
        return []

    monkeypatch.setattr(compared, "edited", late)
    assert "the same" not in cells.registry.env("hh").summary
    assert len(asked) == 1


@pytest.mark.parametrize(
    "held", ["h = ownzoo.H()", "class U:\n    def predict(self, x):\n        return ownzoo.y\nh = U()"]
)
def test_of_many_modules_those_of_the_model_are_noted_and_that_there_are_more_is_no_match(
    folder: Path, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    monkeypatch.setattr(sources, "MOST", 1)
    (folder / "ownzoo.py").write_text("y = 1\n" + MODULE)
    cells = Cells(folder)
    cells("import ownzoo\n" + held)
    cells.register("h", "hh")
    assert "the same" not in cells.registry.env("hh").summary
    (told,) = cells.registry.environment("hh").findings
    assert (told.severity, told.text.partition(":")[0]) == (
        "note",
        "whether all of your own modules are as they were is not known",
    )
    (folder / "ownzoo.py").write_text("y = 20\n" + MODULE)
    edited = "not as it was made: ownzoo.py (edited after this kernel imported it) differs"
    assert cells.registry.fetch("hh").warnings == (edited,)


def test_of_as_many_as_are_noted_at_most_an_earlier_release_did_not_say_whether_there_were_more(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = registered(folder)
    cells.rewrite(lambda facts: facts.update(git={key: told for key, told in facts["git"].items() if key != "unnoted"}))
    monkeypatch.setattr(sources, "MOST", 1 << 20)
    assert cells.registry.env("hh").summary.endswith("this kernel has the same")
    monkeypatch.setattr(sources, "MOST", 2)
    assert "the same" not in cells.registry.env("hh").summary


def test_modules_that_were_not_noted_and_that_the_model_does_not_lead_to_keep_nothing_from_being_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "MOST", 3)  # those of the model, and not `ownother` or those of the tests
    cells = registered(folder)
    assert cells.registry.env("hh").summary.endswith("this kernel has the same")
