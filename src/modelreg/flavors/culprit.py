"""Which part of an object cannot be pickled: the path to it, and what it is."""

from __future__ import annotations

import time
from types import CellType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

UNNAMED: Final = "model"
"""What the object is called at the beginning of a path."""

DEEPEST: Final = 40
LONGEST: Final = 5.0
"""Seconds after which the search stops at what it has found."""

WIDEST: Final = 10_000
"""So many elements of one container are tried."""

KINDS: Final[Mapping[str, str]] = {
    "_asyncio.Future": "a future",
    "_asyncio.Task": "an asyncio task",
    "_contextvars.Context": "a context",
    "_io.BufferedRandom": "an open file",
    "_io.BufferedReader": "an open file",
    "_io.BufferedWriter": "an open file",
    "_io.FileIO": "an open file",
    "_io.TextIOWrapper": "an open file",
    "_queue.SimpleQueue": "a queue",
    "_thread.RLock": "a thread lock",
    "_thread._local": "thread-local data",
    "_thread.lock": "a thread lock",
    "_ssl._SSLContext": "an SSL context",
    "builtins.PyCapsule": "a pointer of a C library",
    "builtins.async_generator": "a generator",
    "builtins.coroutine": "a coroutine",
    "builtins.frame": "a stack frame",
    "builtins.generator": "a generator",
    "builtins.traceback": "a traceback",
    "builtins.weakref": "a weak reference",
    "concurrent.futures.process.ProcessPoolExecutor": "a process pool",
    "concurrent.futures.thread.ThreadPoolExecutor": "a thread pool",
    "ctypes.CDLL": "a loaded C library",
    "socket.socket": "a network connection",
    "sqlite3.Connection": "a database connection",
    "sqlite3.Cursor": "a database cursor",
    "threading.Thread": "a thread",
    "torch.jit.ScriptFunction": "a TorchScript function (write it to a file with torch.jit.save and register that)",
    "torch.jit._script.RecursiveScriptModule": "a TorchScript module (write it to a file with torch.jit.save and register that)",
    "weakref.ReferenceType": "a weak reference",
}
"""Qualified name of a class -> what its instances are to a human."""

MADE: Final[Mapping[str, str]] = {
    "torch.nn.utils.parametrize.Parametrized": "a parametrized module (register its state_dict(), or remove the parametrization)",
}
"""How the qualified names of classes that are made as they are needed begin -> what their instances are."""


def find(root: object, fails: Callable[[object], bool], name: str = UNNAMED) -> tuple[str, str]:
    """Return the path to the part of ``root`` that cannot be pickled, and what that part is.

    Parameters
    ----------
    root : object
        What could not be pickled.
    fails : callable
        Whether an object alone cannot be pickled.
    name : str
        How the path begins.

    Returns
    -------
    path : str
        ``model.steps[1][1].callback_``; the deepest part that was found within the limits.
    what : str
        ``a thread lock (_thread.lock)``.
    """
    until = time.monotonic() + LONGEST
    path, found = name, root
    seen = {id(root)}
    alive = []  # what the walk made must outlive it, or its ids would come to mean others
    for _ in range(DEEPEST):
        step = None if label(found) else _failing_part(found, fails, seen, until)
        if step is None:
            break
        path, found = path + step[0], step[1]
        seen.add(id(found))
        alive.append(found)
    return path, described(found)


def _failing_part(
    whole: object, fails: Callable[[object], bool], seen: set[int], until: float
) -> tuple[str, object] | None:
    for count, (step, part) in enumerate(_parts(whole)):
        if time.monotonic() > until or count >= WIDEST:
            return None
        if id(part) not in seen and fails(part):
            return step, part
    return None


def described(obj: object) -> str:
    """Return what ``obj`` is: ``a thread lock (_thread.lock)``."""
    known = label(obj)
    return f"an instance of {_full(obj)}" if known is None else f"{known} ({_full(obj)})"


def label(obj: object) -> str | None:
    """Return what ``obj`` is to a human; None where nobody said, so that what is in it may be to blame."""
    full = _full(obj)
    return KINDS.get(full) or next((said for start, said in MADE.items() if full.startswith(start)), None)


def _full(obj: object) -> str:
    kind = type(obj)
    return f"{kind.__module__}.{kind.__qualname__}"


def _parts(whole: object) -> Iterator[tuple[str, object]]:
    """Yield what pickling ``whole`` pickles, each with the step that leads to it."""
    kind = type(whole)
    for known, parts in _WAYS:
        if issubclass(kind, known):
            yield from parts(whole)
            if kind is known:
                return
    yield from _of_instance(whole)


def _of_mapping(whole: Any) -> Iterator[tuple[str, object]]:
    for key, value in list(whole.items()):
        yield f"[{_short(key)}]", value
        yield f".keys()[{_short(key)}]", key


def _of_sequence(whole: Any) -> Iterator[tuple[str, object]]:
    for index, value in enumerate(list(whole)):
        yield f"[{index}]", value


def _of_set(whole: Any) -> Iterator[tuple[str, object]]:
    for value in list(whole):
        yield f"{{{_short(value)}}}", value


def _of_function(whole: Any) -> Iterator[tuple[str, object]]:
    for name, cell in zip(whole.__code__.co_freevars, whole.__closure__ or (), strict=False):
        yield f".<variable {name}>", cell
    for name in whole.__code__.co_names:
        if name in whole.__globals__:
            yield f".<global {name}>", whole.__globals__[name]
    for index, value in enumerate(whole.__defaults__ or ()):
        yield f".__defaults__[{index}]", value
    for name, value in {**(whole.__kwdefaults__ or {}), **whole.__dict__}.items():
        yield f".{name}", value


def _of_cell(whole: Any) -> Iterator[tuple[str, object]]:
    try:
        yield "", whole.cell_contents
    except ValueError:  # empty
        return


def _of_method(whole: Any) -> Iterator[tuple[str, object]]:
    yield ".__self__", whole.__self__
    yield ".__func__", whole.__func__


def _of_class(whole: Any) -> Iterator[tuple[str, object]]:
    for name, value in list(vars(whole).items()):
        yield f".{name}", getattr(value, "__func__", value)


_WAYS: Final[tuple[tuple[type, Callable[[Any], Iterator[tuple[str, object]]]], ...]] = (
    (dict, _of_mapping),
    (list, _of_sequence),
    (tuple, _of_sequence),
    (set, _of_set),
    (frozenset, _of_set),
    (FunctionType, _of_function),
    (CellType, _of_cell),
    (MethodType, _of_method),
    (type, _of_class),
)


def _of_instance(whole: object) -> Iterator[tuple[str, object]]:  # noqa: C901
    """Yield the attributes that pickling an instance takes along, and what its constructor gets."""
    try:
        reduced = whole.__reduce_ex__(5)
    except Exception:  # noqa: BLE001
        state: object = getattr(whole, "__dict__", None)
        arguments: tuple[object, ...] = ()
    else:
        if not isinstance(reduced, tuple):
            return
        state = reduced[2] if len(reduced) > 2 else None  # noqa: PLR2004
        arguments = reduced[1][1:] if getattr(reduced[0], "__name__", "") == "__newobj__" else reduced[1]
    slots = None
    if isinstance(state, tuple) and len(state) == 2 and all(part is None or isinstance(part, dict) for part in state):  # noqa: PLR2004
        state, slots = state
    for part in (state, slots):
        if isinstance(part, dict):
            for key, value in list(part.items()):
                yield (f".{key}" if isinstance(key, str) else f".__getstate__()[{_short(key)}]"), value
        elif part is not None:
            yield ".__getstate__()", part
    for index, value in enumerate(arguments):
        yield f".<argument {index}>", value
    kind = type(whole)
    if kind.__module__ == "__main__":
        yield ".__class__", kind


def _short(value: object) -> str:
    if isinstance(value, (str, bytes, int, float, bool)) or value is None:
        text = repr(value)
        return text if len(text) <= 40 else text[:39] + "…"  # noqa: PLR2004
    return f"<{type(value).__name__}>"
