"""The registry to captured code that is run again: it looks and loads, and what would change it does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from modelreg.registry.reader import Reader
from modelreg.registry.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Nothing:
    """What a change gives that is not made again: whatever is asked of it is nothing, too."""

    def __getattr__(self, name: str) -> Self:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: object, **__: object) -> Self:  # noqa: D102  (what it gives is said by the class)
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "nothing: code that is run again changes no registry"


class Replayed(Registry):
    """A registry whose changes do nothing."""


def _still(name: str) -> Callable[..., Nothing]:
    def change(*_: object, **__: object) -> Nothing:
        return Nothing()

    change.__name__ = name
    change.__doc__ = "Do nothing: the code that calls this is run again."
    return change


for _name in set(vars(Registry)) - set(vars(Reader)):
    if not _name.startswith("_"):
        setattr(Replayed, _name, _still(_name))
