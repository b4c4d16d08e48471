"""What cannot be stored is refused, with the attribute by name, and nothing is registered."""

from __future__ import annotations

import _thread
import asyncio
import queue
import socket
import sqlite3
import sys
import threading
import types
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

import modelreg
from modelreg.contents import pack
from modelreg.errors import UnpicklableError
from modelreg.flavors.python import PYTHON

if TYPE_CHECKING:
    from pathlib import Path


class Holder:
    """Has attributes."""

    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)


class Slotted:
    __slots__ = ("held",)

    def __init__(self, held: object) -> None:
        self.held = held


class Refuses:
    def __reduce__(self) -> Any:
        msg = "not this one"
        raise RuntimeError(msg)


def opened(tmp_path: Path, mode: str = "w") -> Any:
    return (tmp_path / "log.txt").open(mode)


@pytest.fixture
def culprits(tmp_path: Path) -> Any:
    """Return what nobody can store, each with what it is called."""
    connection = sqlite3.connect(":memory:")
    text, binary = opened(tmp_path), opened(tmp_path, "wb")
    plug = socket.socket()
    pool = ThreadPoolExecutor(1)
    loop = asyncio.new_event_loop()
    yield {
        "lock": (threading.Lock(), "a thread lock (_thread.lock)"),
        "rlock": (threading.RLock(), "a thread lock (_thread.RLock)"),
        "text": (text, "an open file (_io.TextIOWrapper)"),
        "binary": (binary, "an open file (_io.BufferedWriter)"),
        "generator": ((n for n in range(3)), "a generator (builtins.generator)"),
        "connection": (connection, "a database connection (sqlite3.Connection)"),
        "cursor": (connection.cursor(), "a database cursor (sqlite3.Cursor)"),
        "socket": (plug, "a network connection (socket.socket)"),
        "queue": (queue.SimpleQueue(), "a queue (_queue.SimpleQueue)"),
        "local": (_thread._local(), "thread-local data (_thread._local)"),
        "weak": (weakref.ref(Holder), "a weak reference (weakref.ReferenceType)"),
        "frame": (sys._getframe(), "a stack frame (builtins.frame)"),
        "future": (loop.create_future(), "a future (_asyncio.Future)"),
        "refusing": (Refuses(), "an instance of"),
    }
    connection.close()
    text.close()
    binary.close()
    plug.close()
    pool.shutdown()
    loop.close()


KINDS = (
    "lock", "rlock", "text", "binary", "generator", "connection", "cursor", "socket", "queue", "local", "weak", "frame",
    "future", "refusing",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_attribute_and_its_kind_are_named(culprits: Any, kind: str) -> None:
    culprit, said = culprits[kind]
    with pytest.raises(UnpicklableError) as caught:
        pack(Holder(fine=1, held=culprit, after="x"), PYTHON)
    assert f"model.held cannot be stored: {said}" in str(caught.value)


def attributed(obj: Any, **attributes: Any) -> Any:
    vars(obj).update(attributes)
    return obj


def with_default(value: Any) -> Any:
    def function(x: Any = value) -> Any:
        return x

    return function


WRAPPED = {
    "model": lambda c: c,
    "model[1]": lambda c: [0, c],
    "model['a'][2]": lambda c: {"a": (1, 2, c)},
    "model[7]": lambda c: {7: c},
    "model.held": Slotted,
    "model.inner.deep[0]": lambda c: Holder(inner=Holder(deep=[c])),
    "model.steps[1][1].func.<variable c>": lambda c: Pipeline(
        [("scale", StandardScaler()), ("held", FunctionTransformer(lambda x: (x, c)))]
    ),
    "model.steps[0][1].callback_": lambda c: Pipeline([("one", attributed(StandardScaler(), callback_=c))]),
    "model.__self__.held": lambda c: types.MethodType(len, Holder(held=c)),
    "model.__defaults__[0]": with_default,
}
"""Path -> what puts something unstorable there."""


@pytest.mark.parametrize("path", WRAPPED)
def test_the_path_leads_to_the_deepest_part(path: str) -> None:
    with pytest.raises(UnpicklableError) as caught:
        pack(WRAPPED[path](threading.Lock()), PYTHON)
    assert str(caught.value).startswith(f"{path} cannot be stored: a thread lock (_thread.lock)")


def test_a_global_of_a_function_is_named() -> None:
    space: dict[str, Any] = {"__name__": "__main__", "guard": threading.Lock()}
    exec("def predict(x):\n    with guard:\n        return x", space)
    with pytest.raises(UnpicklableError, match=r"^model\.<global guard> cannot be stored: a thread lock"):
        pack(space["predict"], PYTHON)


def test_an_attribute_of_a_class_of_the_notebook_is_named() -> None:
    space: dict[str, Any] = {"__name__": "__main__", "threading": threading}
    exec("class Net:\n    guard = threading.Lock()\n    def predict(self, x):\n        return x\nnet = Net()", space)
    with pytest.raises(UnpicklableError, match=r"^model\.__class__\.guard cannot be stored: a thread lock"):
        pack(space["net"], PYTHON)


def test_the_words_of_the_object_itself_are_passed_on() -> None:
    with pytest.raises(UnpicklableError, match=r"model\.part cannot be stored: .*Refuses: not this one"):
        pack(Holder(part=Refuses()), PYTHON)


def test_a_model_in_a_circle_is_searched_to_an_end() -> None:
    loop = Holder(lock=threading.Lock())
    loop.own = [loop, {"back": loop}]
    with pytest.raises(UnpicklableError, match=r"^model.* cannot be stored: a thread lock"):
        pack(loop, PYTHON)


def test_too_deep_is_said_to_be_too_deep() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(UnpicklableError, match="nested too deeply"):
        pack(deep, PYTHON)
    while deep:  # taken apart by hand: the interpreter would do so by recursion
        deep = deep.pop()


def test_nothing_is_registered_and_nothing_written(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    with pytest.raises(UnpicklableError, match=r"model\.guard"):
        registry.register(Holder(guard=threading.Lock()), "churn", aliases=["production"])
    assert len(registry.models()) == 0
    assert not list(tmp_path.rglob("objects/b3/*/*"))
    registry.register(Holder(guard=None), "churn")
    with pytest.raises(UnpicklableError):
        registry.register(Holder(guard=threading.Lock()), "churn")
    assert [version.number for version in registry.versions("churn")] == [0]
