"""Data that a run used, as the user names it: a reference, the live object of a logged version, or any data in memory."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from modelreg import names, syntax
from modelreg.capture.datasets import use_of
from modelreg.catalog import datasets, homes, members, versions
from modelreg.errors import InvalidError, NotFoundError
from modelreg.names import quote
from modelreg.verbs import target
from modelreg.verbs.capturing import called

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection

    from modelreg.capture.data import Fingerprint
    from modelreg.records import DataUse
    from modelreg.verbs.context import Context
    from modelreg.verbs.order import Order

EVALUATED: Final = ("eval", "eval_target")
"""The roles of data that a model was evaluated on: what it takes, and what is true."""

Logged = tuple[tuple[str, int], ...]
"""(role, row id of the version) of each dataset."""


def resolve(ctx: Context, data: Mapping[str, Any] | None) -> tuple[Logged, tuple[DataUse, ...]]:
    """Return the versions of datasets, and what is known by its contents alone.

    Parameters
    ----------
    ctx : Context
        The registry.
    data : mapping of str to (str or object)
        Role (``train``, ``test``) to a reference such as ``data/train:v0``, to an object that was logged or loaded here, or
        to any other data.

    Raises
    ------
    InvalidError
        A role is no name, or a version is no dataset.
    NotFoundError
        There is no such version, or the object is no data.
    """
    if not data:
        return (), ()
    logged: list[tuple[str, int]] = []
    used: list[DataUse] = []
    with ctx.read() as conn:
        for given, obj in data.items():
            role = names.clean_key(given, "role")
            version_id = _version(ctx, conn, role, obj)
            if version_id is None:
                used.append(_used(ctx, role, obj))
            else:
                logged.append((role, version_id))
    return tuple(logged), tuple(used)


def evaluated(ctx: Context, wanted: Mapping[str, tuple[Any, Any]] | None) -> tuple[DataUse, ...]:
    """Return the data that a model was evaluated on."""
    from modelreg.capture.data import fingerprint

    found = []
    for text, pair in (wanted or {}).items():
        for role, written, obj in zip(EVALUATED, _apart(text), pair, strict=True):
            print_ = fingerprint(obj)
            if print_.digest is not None:
                found.append(use_of(role, called(ctx.notebook, obj) or written, obj, print_))
    return tuple(found)


def _apart(text: str) -> tuple[str, str]:
    """Return the two expressions of an evaluation; all of the text for both where it is no pair."""
    try:
        node = syntax.parse(f"({text})", mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        node = None
    if not isinstance(node, ast.Tuple) or len(node.elts) != len(EVALUATED):
        return text, text
    rows, target = (ast.get_source_segment(f"({text})", one) or text for one in node.elts)
    return rows, target


def of_dataset(ctx: Context, order: Order, obj: object) -> Fingerprint | None:
    """Return what is logged as data; None for a model."""
    if order.kind == "model" or order.name is not None:
        return None
    if order.kind is None:
        with ctx.read() as conn:
            home = homes.find(conn, order.artifact)
        if home is None or home.holds != "dataset":
            return None
    from modelreg.capture.data import fingerprint

    return fingerprint(obj)


def _version(ctx: Context, conn: Connection, role: str, given: Any) -> int | None:
    if isinstance(given, str):
        found = target.find(conn, given)
        version_id, kind, called = found.member.version_id, found.home.holds, str(found.reference)
    else:
        known = _logged(ctx, conn, given)
        if known is None or _differs(conn, known, given):
            return None
        record = members.record(conn, members.all_of_version(conn, known)[0])
        version_id, kind, called = known, record.kind, record.source
    if kind != "dataset":
        msg = f"the data {role!r} is {called}, a {kind}; data are datasets"
        raise InvalidError(msg, tries=(f"show {quote(called)}",))
    return version_id


def _logged(ctx: Context, conn: Connection, obj: object) -> int | None:
    """Return the version that an object is known to be."""
    origin = ctx.notebook.live.origin(obj)
    known = versions.by_uid(conn, origin.version) if origin and origin.registry == ctx.catalog.uid else None
    return known if known is not None and members.all_of_version(conn, known) else None


def _differs(conn: Connection, version_id: int, obj: object) -> bool:
    """Whether an object has changed since it was logged; of datasets of older releases that is not known."""
    from modelreg.capture.data import fingerprint

    logged = datasets.print_of(conn, versions.row(conn, version_id).content_id)
    return logged is not None and fingerprint(obj).digest != logged


def _used(ctx: Context, role: str, obj: object) -> DataUse:
    from modelreg.capture.data import fingerprint

    found = fingerprint(obj)
    if found.digest is None:
        why = (found.error or "it has no contents of its own to go by").removeprefix("no fingerprint: ")
        msg = f"the data {role!r} (a {type(obj).__name__}) is no logged dataset, and no data that can be told again: {why}"
        if hasattr(obj, "__next__"):  # it cannot be logged either
            kept = f"a list of its values can be told: {role} = list({called(ctx.notebook, obj) or role})"
            raise NotFoundError(f"{msg}; {kept}")
        raise NotFoundError(msg, tries=(f"log {called(ctx.notebook, obj) or role} data/{role} --kind dataset",))
    return use_of(role, called(ctx.notebook, obj) or role, obj, found)
