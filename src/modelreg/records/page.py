"""A page of a list, and the JSON that records hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Item_co = TypeVar("Item_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item_co]):
    """One page of a list: a sequence, plus the token of the next page."""

    items: tuple[Item_co, ...]
    next: str | None = None
    total: int | None = None
    """How many there are in all, where counting is cheap."""
    note: str = ""
    """Why it is empty, where that is not what was meant: a metric that no version has; or what it does not show."""
    tries: tuple[str, ...] = ()
    """Lines that find more, where it is empty."""
    used: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    """Uid of a version -> the roles in which it used the data that was asked for -> whether it is surely this data."""

    def __iter__(self) -> Iterator[Item_co]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> Item_co:
        return self.items[index]
