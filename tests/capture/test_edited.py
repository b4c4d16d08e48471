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


@pytest.mark.parametrize("compiled", [True, False])
def test_a_module_that_is_as_its_file_is_none_of_them(
    load: Callable[[], ModuleType], monkeypatch: pytest.MonkeyPatch, compiled: bool
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", not compiled)
    module = load()
    assert told(module) == []
    os.utime(str(module.__file__), (2_000_000_000, 2_000_000_000))  # touched, and equal
    assert told(module) == []


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace("* RATE", "* RATE * 2"),
        lambda text: text.replace("RATE = 0.5", "RATE = 0.25"),
        lambda text: text.replace("Step()", "Step(  None)"),
        lambda text: text.replace("return x", "return x").replace("(lambda: x)()", "(lambda: [x])()"),
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


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: "# a word\n\n" + text,
        lambda text: text + "\ndef more():\n    return 1\n",
        lambda text: text.replace("LATER = None", "LATER = 1"),
    ],
)
def test_comments_and_what_is_new_do_not_count(load: Callable[[], ModuleType], edit: Callable[[str], str]) -> None:
    module = load()
    write(module, edit(SOURCE))
    assert told(module) == []


def test_a_file_that_another_process_compiled_anew_is_not_looked_into_and_a_broken_or_lost_one_is_not_known(
    load: Callable[[], ModuleType],
) -> None:
    module = load()
    write(module, SOURCE.replace("* RATE", "* 7"))
    assert told(module) == ["mr_steps"]
    py_compile.compile(str(module.__file__))
    assert told(module) == []
    write(module, "def broken(:")
    assert told(module) == []
    os.unlink(str(module.__file__))  # noqa: PTH108
    assert told(module) == []


def test_what_a_hook_of_imports_compiled_is_not_judged(load: Callable[[], ModuleType]) -> None:
    module: Any = load()
    write(module, SOURCE.replace("* RATE", "* 7"))

    class Hooked(type(module.__spec__.loader)):  # type: ignore[misc]
        pass

    module.__spec__.loader.__class__ = Hooked
    assert told(module) == []
