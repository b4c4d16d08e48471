"""What a query means, as a frozen tree that says nothing of SQL.

Logic has three values. A field that a row does not have is *unknown*: a comparison with it matches nothing,
also under ``!=`` and ``not``; :class:`Null` and :class:`Has` alone are always true or false.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator


def is_plain(key: str) -> bool:
    """Whether ``metrics.KEY`` means this key: ``metrics.lambda`` is no Python, and Python reads ``ﬁt`` as ``fit``."""
    return key.isidentifier() and not iskeyword(key) and unicodedata.is_normalized("NFKC", key)


@dataclass(frozen=True, slots=True)
class Field:
    """What is asked about: ``name``, ``metrics.auc``; as text it is written so that it can be asked again."""

    name: str
    key: str | None = None

    def __str__(self) -> str:
        if self.key is None:
            return self.name
        if is_plain(self.key):
            return f"{self.name}.{self.key}"
        return f"{self.name}[{json.dumps(self.key, ensure_ascii=False)}]"


@dataclass(frozen=True, slots=True)
class Instant:
    """A time as it was written, and the microseconds since 1970 that it meant.

    The instant is no part of the ``repr``, which stands for the query in page tokens: ``3 hours ago`` is the
    same query a second later.
    """

    text: str
    at: int = field(repr=False)


Scalar: TypeAlias = "bool | int | float | str | Instant"


@dataclass(frozen=True, slots=True)
class Compare:
    """A field against one value; ``op`` is ``==``, ``!=``, ``<``, ``<=``, ``>`` or ``>=``."""

    field: Field
    op: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class In:
    """A field equals one of some values, of which there is at least one."""

    field: Field
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Has:
    """``aliases``, ``tags``, ``metrics`` or ``params`` have an item of this name."""

    field: Field
    item: str


@dataclass(frozen=True, slots=True)
class Text:
    """A field's text matches, with case; ``how``: ``contains``, ``startswith``, ``endswith``, ``glob``."""

    field: Field
    how: str
    text: str


@dataclass(frozen=True, slots=True)
class Search:
    """Every word stands in the name, an alias or a tag, whatever its case: what a search box asks."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Data:
    """Some data: by its contents, by the versions of a dataset that it is, or both."""

    digest: str = ""
    whole: bool = True
    """False: ``digest`` is only the beginning of one."""
    versions: tuple[str, ...] = ()
    """Their uids."""


@dataclass(frozen=True, slots=True)
class Used:
    """A run of the version used some data; unknown where it is not known of any data."""

    field: Field
    data: Data


@dataclass(frozen=True, slots=True)
class Null:
    """The row does not have the field."""

    field: Field


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; of unknown: unknown."""

    part: Filter


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of two or more."""

    parts: tuple[Filter, ...]


def asked(tree: Filter | None) -> Iterator[Field]:
    """Yield the fields that a query asks about, in its order."""
    if isinstance(tree, (And, Or)):
        for part in tree.parts:
            yield from asked(part)
    elif isinstance(tree, Not):
        yield from asked(tree.part)
    elif tree is not None and not isinstance(tree, Search):
        yield tree.field


Filter: TypeAlias = "And | Or | Not | Compare | In | Has | Text | Search | Used | Null"


@dataclass(frozen=True, slots=True)
class Order:
    """The field that a list is sorted by."""

    field: Field
    descending: bool
