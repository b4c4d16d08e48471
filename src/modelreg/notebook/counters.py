"""How often the tensors of a network were written to: torch counts, so that nothing of them has to be read.

A counter that moved tells that somebody wrote; one that stands tells nothing, for ``.data`` and shared memory go around it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST: Final = 5000
"""Tensors that are looked at."""


def counters(obj: object) -> Mapping[str, tuple[int, int]]:
    """Return identity and counter of each tensor of a network or of a dict of tensors; imports nothing, runs no code of theirs."""
    torch = sys.modules.get("torch")
    tensor, module = getattr(torch, "Tensor", None), getattr(getattr(torch, "nn", None), "Module", None)
    if not isinstance(tensor, type) or not isinstance(module, type):
        return {}
    plain = (tensor, getattr(torch.nn, "Parameter", tensor))  # type: ignore[union-attr]
    found: dict[str, tuple[int, int]] = {}
    for path, one in _tensors(obj, module):
        if len(found) >= MOST:
            break
        if type(one) in plain:  # of any other class code of its own would be asked
            try:
                found[path] = (id(one), int(one._version))  # noqa: SLF001  (torch has no other name for it)
            except (RuntimeError, AttributeError):  # one of inference mode has none
                continue
    return found


def written(before: Mapping[str, tuple[int, int]], obj: object) -> list[str]:
    """Return the tensors that were written to, or put in the place of others, since they were counted."""
    now = counters(obj)
    return [path for path, counted in now.items() if path in before and before[path] != counted]


def _tensors(obj: object, module: type) -> Iterator[tuple[str, Any]]:
    """Yield what may be a tensor with its path."""
    if issubclass(type(obj), dict):
        held: dict[Any, Any] = obj  # type: ignore[assignment]
        yield from ((name, one) for name, one in list(dict.items(held)) if type(name) is str)
        return
    pending, seen = [("", obj)], set()
    while pending:
        path, one = pending.pop()
        if id(one) in seen or not issubclass(type(one), module):
            continue
        seen.add(id(one))
        for kind in ("_parameters", "_buffers"):
            yield from ((path + name, held) for name, held in _of(one, kind))
        pending.extend((f"{path}{name}.", inner) for name, inner in _of(one, "_modules"))


def _of(module: object, kind: str) -> list[tuple[str, Any]]:
    held = vars(module).get(kind)
    return list(held.items()) if type(held) is dict else []
