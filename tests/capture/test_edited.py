"""Modules whose files are not what ran."""

from __future__ import annotations

import importlib
import os
import py_compile
import sys
import warnings
from importlib.util import cache_from_source
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest

from modelreg import moments
from modelreg.capture import edited as looking
from modelreg.capture.edited import edited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

SOURCE = '''"""Steps."""
import functools
RATE = 0.5
KINDS = [one for one in "ab" if one in {"train", "test", "valid", "dev"}]
LATER = None
def kept(call):
    @functools.wraps(call)
    def inner(*words):
        return call(*words)
    return inner
@kept
def clean(x):
    return [one * RATE for one in x if one]
class Step:
    """One step."""
    size = 3
    def fit(self, x, *, deep=(1, "a")):
        return super().__repr__() and (lambda: x)()
    @staticmethod
    def make():
        return Step()
    @property
    def twice(self):
        """Say two."""
        return 2
    def named(self):
        return "first"
LATER = clean
'''


REPLACED = """
import functools, types
def checked(made):
    for call in [one for one in vars(made).values() if hasattr(one, "__code__")] if isinstance(made, type) else [made]:
        code = call.__code__
        call.__code__ = code.replace(co_consts=tuple(one + 1 if type(one) is int else one for one in code.co_consts))
    return made
def kept(call):
    return functools.wraps(call)(lambda *words: call(*words))
@types.coroutine
def pause():
    yield
def rest():
    yield
rest = types.coroutine(rest)
@checked
def far(x):
    return x * 700
@checked
class Step:
    def far(self):
        return 800
class Other:
    @checked
    def far(self):
        return 900
    @staticmethod
    @kept
    def near():
        return 50
@kept
def near(x):
    return x * 60
def plain(x):
    return x * 70
"""
"""What decorators do to functions."""


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], ModuleType]]:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "mr_steps.py").write_text(SOURCE)

    def load() -> ModuleType:
        importlib.invalidate_caches()
        return importlib.import_module("mr_steps")

    yield load
    sys.modules.pop("mr_steps", None)


def told(module: ModuleType) -> list[str]:
    return edited({module.__name__: str(module.__file__)})


def write(module: ModuleType, text: str, at: float = 2_000_000_000) -> None:
    """Edit the file, so that its time is another too."""
    file = Path(str(module.__file__))
    file.write_text(text, encoding="utf-8")
    os.utime(file, (at, at))


def early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have modelreg imported after whatever is compiled by now."""
    monkeypatch.setattr(moments, "STARTED", float("inf"))


def test_a_module_that_is_as_its_file_is_none_of_them(load: Callable[[], ModuleType]) -> None:
    module = load()
    assert told(module) == []
    os.utime(str(module.__file__), (2_000_000_000, 2_000_000_000))  # touched, and equal
    assert told(module) == []


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace("* RATE", "* 7"),
        lambda text: text.replace("(lambda: x)()", "(lambda: [x])()"),
        lambda text: text.replace("return Step()", "return Step"),
        lambda text: text.replace("return 2", "return 3"),
        lambda text: text.replace("call(*words)", "call(words)"),
    ],
)
def test_where_nothing_that_was_compiled_is_kept_the_functions_tell(
    load: Callable[[], ModuleType], monkeypatch: pytest.MonkeyPatch, edit: Callable[[str], str]
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    module = load()
    assert told(module) == []
    write(module, "# a word\n\n" + SOURCE)
    assert told(module) == []
    write(module, edit(SOURCE))
    assert told(module) == ["mr_steps"]
    assert told(importlib.reload(module)) == []


def test_a_function_that_a_reload_left_there_does_not_count(
    load: Callable[[], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    module: Any = load()
    write(module, SOURCE.replace("def clean(x)", "def cleaned(x)").replace("LATER = clean", ""))
    assert hasattr(importlib.reload(module), "clean")
    assert told(module) == []


@pytest.mark.parametrize("compiled", [True, False])
def test_what_is_rewritten_as_it_is_imported_is_not_as_its_file_and_nothing_is_said(
    load: Callable[[], ModuleType], monkeypatch: pytest.MonkeyPatch, compiled: bool
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", not compiled)
    module: Any = load()
    write(module, SOURCE.replace("* RATE", "* 7"))

    class Rewriting(type(module.__spec__.loader)):  # type: ignore[misc]
        """As import hooks of checkers and test runners are."""

    module.__spec__.loader.__class__ = Rewriting
    assert told(module) == []


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace("* RATE", "* RATE * 2"),
        lambda text: text.replace("RATE = 0.5", "RATE = 0.25"),
        lambda text: text.replace("Step()", "Step(  None)"),
        lambda text: text.replace("(lambda: x)()", "(lambda: [x])()"),
        lambda text: text.replace("deep=(1,", "deep=(True,"),
        lambda text: text.replace("size = 3", "size = 4"),
        lambda text: text.replace("return 2", "return 3"),
        lambda text: text.replace('"first"', '"other"'),
        lambda text: text + "\nLAYERS = [64, 32]\n",
        lambda text: text.replace("def clean(x)", "def clean(x, y=1)"),
    ],
)
def test_one_with_a_function_or_constant_that_is_another_now_is(
    load: Callable[[], ModuleType], edit: Callable[[str], str]
) -> None:
    module = load()
    write(module, edit(SOURCE))
    assert told(module) == ["mr_steps"]
    assert told(importlib.reload(module)) == []


def test_comments_and_lines_do_not_count_nor_does_the_order_of_a_set(load: Callable[[], ModuleType]) -> None:
    module = load()
    write(module, "# a word\n\n" + SOURCE.replace("    size = 3", "\n    size = 3  # cm"))
    assert told(module) == []


def test_what_a_cell_sets_in_a_module_does_not_count(load: Callable[[], ModuleType]) -> None:
    module: Any = load()
    module.RATE, module.clean = 7, None
    os.utime(str(module.__file__), (2_000_000_000, 2_000_000_000))
    assert told(module) == []


def test_a_file_that_another_process_compiled_anew_is_known_by_its_functions_and_a_broken_or_lost_one_is_not_known(
    load: Callable[[], ModuleType],
) -> None:
    module = load()
    write(module, SOURCE.replace("* RATE", "* 7"))
    assert told(module) == ["mr_steps"]
    py_compile.compile(str(module.__file__))
    assert told(module) == ["mr_steps"]
    write(module, SOURCE.replace("RATE = 0.5", "RATE = 0.25"))
    py_compile.compile(str(module.__file__))
    assert told(module) == [], "what stands outside of functions is known by what was compiled alone"
    write(module, "def broken(:")
    assert told(module) == []
    Path(str(module.__file__)).unlink()
    assert told(module) == []


def test_what_another_process_compiled_of_an_edit_that_was_taken_back_does_not_count(
    load: Callable[[], ModuleType],
) -> None:
    module = load()
    write(module, SOURCE.replace("* RATE", "* 7"))
    py_compile.compile(str(module.__file__))
    write(module, SOURCE, at=2_000_000_100)
    assert told(module) == []
    write(module, SOURCE.replace("* RATE", "* 8"), at=2_000_000_100)
    assert told(module) == ["mr_steps"]


@pytest.mark.parametrize("compiled", [True, False])
def test_what_a_decorator_made_of_a_function_does_not_count_and_what_it_wraps_around_does(
    load: Callable[[], ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, compiled: bool
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", not compiled)
    (tmp_path / "mr_steps.py").write_text(REPLACED)
    module: Any = load()
    assert (module.far(1), module.Step().far(), module.Other().far()) == (701, 801, 901)
    assert told(module) == []
    os.utime(str(module.__file__), (2_000_000_000, 2_000_000_000))
    assert told(module) == []
    for number in ("50", "60", "70"):
        write(module, REPLACED.replace(number, "1"))
        assert told(module) == ["mr_steps"], number


def test_what_was_compiled_before_modelreg_was_imported_is_believed_and_nothing_is_compiled(
    load: Callable[[], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    module: Any = load()
    code = module.Step.named.__code__
    module.Step.named.__code__ = code.replace(co_consts=(None, "other"))
    assert told(module) == ["mr_steps"], "another process may have compiled it"
    early(monkeypatch)
    looks = looking._written.cache_info()
    assert told(module) == []
    assert looking._written.cache_info() == looks
    write(module, "# a word\n" + SOURCE)
    assert told(module) == []
    write(module, SOURCE.replace("RATE = 0.5", "RATE = 0.25"))
    assert told(module) == ["mr_steps"]


def test_an_edit_within_the_second_in_which_it_was_compiled_is_told_though_it_is_as_long(
    load: Callable[[], ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    os.utime(tmp_path / "mr_steps.py", (1_500_000_000.0, 1_500_000_000.0))
    module = load()
    kept = cache_from_source(str(module.__file__))
    os.utime(kept, (1_500_000_000.25, 1_500_000_000.25))
    assert told(module) == []
    write(module, SOURCE.replace("* RATE", "+ RATE"), at=1_500_000_000.5)
    assert told(module) == ["mr_steps"]
    early(monkeypatch)
    assert told(module) == ["mr_steps"]


@pytest.mark.parametrize("compiled", [True, False])
def test_only_a_module_that_was_imported_from_that_very_file_counts(
    load: Callable[[], ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, compiled: bool
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", not compiled)
    load()
    other = tmp_path / "other" / "mr_steps.py"
    other.parent.mkdir()
    other.write_text(SOURCE)
    py_compile.compile(str(other))
    other.write_text(SOURCE.replace("* RATE", "* 700"))
    assert edited({"mr_steps": str(other), "mr_never": str(other)}) == []


@pytest.mark.parametrize("compiled", [True, False])
def test_docstrings_do_not_count(
    load: Callable[[], ModuleType], monkeypatch: pytest.MonkeyPatch, compiled: bool
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", not compiled)
    module = load()
    for said, other in (
        ("Say two.", "Say 2."),
        ("One step.", "A step."),
        ("Steps.", "Steps of it."),
        ("return call(*words)", '"""Call."""; return call(*words)'),
        ("return Step()", '"""Make."""; return Step()'),
    ):
        write(module, SOURCE.replace(said, other))
        assert Path(str(module.__file__)).read_text() != SOURCE
        assert told(module) == [], other


def test_an_odd_escape_in_a_file_is_not_reported_and_hinders_nothing(
    load: Callable[[], ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    odd = SOURCE + 'DIGITS = "\\d"\n'
    (tmp_path / "mr_steps.py").write_text(odd)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = load()
    write(module, odd.replace("* RATE", "* 7"))
    assert told(module) == ["mr_steps"]


def test_of_many_modules_each_is_compiled_once_and_as_many_as_there_is_time_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.syspath_prepend(str(tmp_path))
    names = [f"mr_many{at}" for at in range(60)]
    for name in names:
        (tmp_path / f"{name}.py").write_text("def f(x):\n    return x\n")
    importlib.invalidate_caches()
    modules = {name: importlib.import_module(name) for name in names}
    try:
        write(modules[names[-1]], "def f(x):\n    return x + 1\n")
        files = {name: str(module.__file__) for name, module in modules.items()}
        assert edited(files, monotonic() - 1) == []
        assert edited(files, monotonic() + 60) == [names[-1]]
        before = looking._written.cache_info().misses
        assert edited(files, monotonic() + 60) == [names[-1]]
        assert looking._written.cache_info().misses == before
    finally:
        for name in names:
            del sys.modules[name]
