"""What is known of the data of a run; every record can be written as JSON."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

__all__ = [
    "Change",
    "ColumnDigest",
    "ColumnProfile",
    "Field",
    "Fingerprint",
    "Input",
    "Origin",
    "Profile",
    "Record",
    "Schema",
    "Seen",
]


class Record:
    """A frozen record that can be written as JSON."""

    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        """Return what is known as plain JSON; what is not known is left out."""
        found = {one.name: _plain(getattr(self, one.name)) for one in fields(self)}  # type: ignore[arg-type]
        return {name: value for name, value in found.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.to_json()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnDigest(Record):
    """One column's contents; its name is not in its digest, so that a renamed column is known again."""

    name: str
    type: str
    """The logical type, the same for every library: ``float64``, ``string``, ``timestamp[us]``."""
    nulls: int = 0
    digest: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint(Record):
    """The identity of some data, by its contents alone."""

    digest: str | None = None
    """``mrfp1:`` and 64 hex digits; None where ``error`` says why."""
    kind: str = ""
    shape: tuple[int, ...] = ()
    columns: tuple[ColumnDigest, ...] = ()
    index: tuple[ColumnDigest, ...] = ()
    """The row labels, where they are more than 0, 1, 2…"""
    partial: bool = False
    """Only some rows were read, since there are very many: equal digests do not prove equal data."""
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Record):
    """One column of a schema."""

    name: str
    dtype: str
    """As its own library writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema(Record):
    """What data looks like from outside: nothing of its contents is read."""

    kind: str = ""
    shape: tuple[int, ...] = ()
    fields: tuple[Field, ...] = ()
    truncated: bool = False
    """There are more columns than are listed."""
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile(Record):
    """What a column holds, in figures. No text of it, no row."""

    name: str
    type: str
    dtype: str = ""
    nulls: int = 0
    min: float | int | str | None = None
    """A number; of dates and times in ISO form. Of texts nothing is told."""
    max: float | int | str | None = None
    mean: float | None = None
    std: float | None = None
    unique: int | None = None
    """How many different values; None where counting would take long."""
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile(Record):
    """What data holds, in figures."""

    kind: str = ""
    shape: tuple[int, ...] = ()
    rows: int = 0
    columns: tuple[ColumnProfile, ...] = ()
    truncated: bool = False
    """There are more columns than are listed."""
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Input(Record):
    """One thing that flowed into the training of a model."""

    role: str
    """``train``, ``target``, ``weight``, ``groups``, ``eval``, ``eval_target``, or the name of the argument; ``from``, and
    ``target from``, where it is not the argument but what that was made of."""
    expression: str
    """Names, attributes and subscripts only; evaluating it changes nothing."""
    name: str
    """The variable that it starts from."""
    argument: str
    """Which argument it was: ``0``, ``y``, ``eval_set[0][1]``."""
    call: str
    """What took it: ``clf.fit``."""
    cell: int
    """The place of its execution in the log, from 0."""
    whole: bool = True
    """False: the argument was computed from this and is not held by any name."""
    inferred: bool = False
    """Not read from a call that is sure to have trained this object."""
    maybe: bool = False
    """It is not known whether the training that took it ran, or whether it was given something else in its place."""
    made: int | None = None
    """The place in the log of the cell that put it into what the training took, where that is another one: a ``DMatrix``."""
    present: bool = False
    """The expression still has a value."""
    kind: str = ""
    shape: tuple[int, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Record):
    """What an argument of a training was just after its cell had run."""

    expression: str
    role: str
    call: str
    cell_id: str | None = None
    count: int | None = None
    kind: str = ""
    shape: tuple[int, ...] = ()
    schema: Schema | None = None
    digest: str | None = None
    sampled: bool = False
    """The digest is of some rows only."""
    rebound: bool = False
    """The cell itself gave the name another value after the training: this may be that other value."""
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Record):
    """Whether data is still what it was when a model was trained on it."""

    state: Literal["unchanged", "sampled", "changed", "unknown"]
    """``sampled``: not seen to have changed, as far as a look at some places tells."""
    same_object: bool | None = None
    """Whether it is the very object that was seen then."""
    sampled: bool = False
    """Only some rows were compared."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin(Record):
    """Where data came from."""

    kind: Literal["file", "folder", "url", "query", "generated", "unknown"]
    call: str
    """The function that read or made it, as written: ``pd.read_csv``."""
    cell: int | None = None
    path: str | None = None
    """Absolute."""
    relative: str | None = None
    """From the directory of the project, with ``/``; None where it lies outside."""
    size: int | None = None
    modified: int | None = None
    """UTC microseconds."""
    digest: str | None = None
    """Plain BLAKE3 of the file's bytes."""
    changed: bool | None = None
    """The file was written after it was read."""
    url: str | None = None
    """Without user, password and query."""
    function: str | None = None
    """Its full name: ``sklearn.datasets.load_iris``."""
    arguments: tuple[tuple[str, str], ...] = ()
    package: str | None = None
    version: str | None = None
    dvc: str | None = None
    """The md5 that a ``.dvc`` file beside it notes."""
    error: str | None = None
