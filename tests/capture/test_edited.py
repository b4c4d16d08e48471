"""Modules whose files are not what ran."""

from __future__ import annotations

import importlib
import os
import py_compile
import sys
from typing import TYPE_CHECKING, Any

import pytest

from modelreg.capture.edited import edited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
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
    size = 3
    def fit(self, x, *, deep=(1, "a")):
        return super().__repr__() and (lambda: x)()
    @staticmethod
    def make():
        return Step()
    @property
    def twice(self):
        return 2
LATER = clean
'''


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


def write(module: ModuleType, text: str) -> None:
    """Edit the file, so that its time is another too."""
    file = str(module.__file__)
    with open(file, "w", encoding="utf-8") as out:  # noqa: PTH123
        out.write(text)
    os.utime(file, (2_000_000_000, 2_000_000_000))


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


def test_what_is_rewritten_as_it_is_imported_is_not_as_its_file_and_nothing_is_said(
    load: Callable[[], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
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
    os.unlink(str(module.__file__))  # noqa: PTH108
    assert told(module) == []
