"""Sources are read in several threads, and none of the readings fails because of another."""

from __future__ import annotations

import ast
import gc
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from modelreg import syntax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SOURCE = "\n".join(f"def f{n}(a, b=[{n}, (1, 2)]):\n    return [a + x * {n} for x in b if x]" for n in range(200))


@contextmanager
def amid(act: Callable[[], object]) -> Iterator[list[object]]:
    """Do something once while a tree is built, as a finalizer would: the collector runs within it."""
    done: list[object] = []

    def once(phase: str, _info: dict[str, int]) -> None:
        if phase == "stop" and not done:
            gc.set_threshold(*before)
            done.append(None)
            done[:] = [act()]

    before = gc.get_threshold()
    gc.collect()
    gc.set_threshold(20)
    gc.callbacks.append(once)
    try:
        yield done
    finally:
        gc.callbacks.remove(once)
        gc.set_threshold(*before)


def test_it_is_read_again_when_another_reading_came_between() -> None:
    with amid(lambda: ast.parse("a + b")) as done:
        tree = syntax.parse(SOURCE)
    assert done, "nothing came between"
    assert ast.dump(tree) == ast.dump(ast.parse(SOURCE))


def test_a_reading_of_the_main_thread_is_not_disturbed() -> None:
    found: list[ast.AST] = []

    def beside() -> threading.Thread:
        thread = threading.Thread(target=lambda: found.append(syntax.parse("[a, b]", "eval")))
        thread.start()
        thread.join(0.02)
        return thread

    with amid(beside) as done:
        tree = ast.parse(SOURCE)  # as IPython does: nobody reads it again
    [thread] = done
    assert isinstance(thread, threading.Thread)
    thread.join(10)
    assert len(tree.body) == 200
    assert [ast.dump(one) for one in found] == [ast.dump(ast.parse("[a, b]", mode="eval"))]


def test_what_is_no_python_is_said_as_ever() -> None:
    with pytest.raises(SyntaxError):
        syntax.parse("a b")
    with pytest.raises((SyntaxError, ValueError)):
        syntax.parse("a\0b")
