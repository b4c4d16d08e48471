"""Capture around a register: what is quick before the answer, the rest in a thread that never holds anybody up.

What lands after the answer is one transaction of its own: the files, the facts, and one action that says so. A process that
ends waits a little for it; what did not land then stays pending.
"""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from modelreg import media, settings
from modelreg.capture import BESIDE, KINDS, LATE, QUICK, complete, take
from modelreg.capture.moment import Moment
from modelreg.catalog import attachments, datasets, facts, stored, transaction
from modelreg.crew import begin
from modelreg.digests import digest
from modelreg.verbs import kernels, values, vouching
from modelreg.verbs.attach import Prepared
from modelreg.verbs.order import Kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from modelreg.capture.data import Fingerprint
    from modelreg.capture.moment import Captured
    from modelreg.notebook import Notebook
    from modelreg.records import DataUse, Json
    from modelreg.verbs.context import Context
    from modelreg.verbs.order import Order

PATIENCE: Final = 0.2
"""Seconds from the beginning of a register that its answer waits for what runs beside it."""
FAREWELL: Final = 2.0
"""Seconds that a process that ends, or somebody who looks, waits for what is not there yet."""
SCHEMA: Final = 1
_SHOWN: Final = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was captured, ready to be written."""

    state: str = "complete"
    facts: str | None = None
    """JSON."""
    files: Prepared = field(default_factory=Prepared)
    params: Mapping[str, Json] = field(default_factory=dict)
    metrics: Mapping[str, values.Series] = field(default_factory=dict)
    data: tuple[DataUse, ...] = ()
    said: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    loaded: tuple[tuple[str, str], ...] = ()
    """Variables that the code of the model loads something into which flows into it, each with what it names."""


class Capturing:
    """The capture of one register; without a moment there is none, and ``why`` says what failed where it was wanted."""

    def __init__(self, ctx: Context, moment: Moment | None, why: str = "") -> None:
        self._ctx = ctx
        self._moment = moment
        self._why = why
        self._found: dict[str, Captured] = {}
        self._early: set[str] = set()  # what the answer knew: a thread may find more until the rest begins
        self._begun = monotonic()
        begun = [begin(partial(self._take, name), "capture") for name in _kinds(BESIDE) if moment]
        self._beside = [thread for thread in begun if thread is not None]

    @classmethod
    def begin(cls, ctx: Context, obj: object | None, variable: str) -> Capturing:
        """Note the moment, and begin with what takes time; nothing happens where capture is off."""
        book = ctx.notebook
        if not book.log.on:
            return cls(ctx, None)
        try:
            moment = Moment(
                log=book.log.executions(),
                outputs=book.log.outputs,
                variable=variable or called(book, obj),
                path=book.path,
                directory=_directory(book.path),
                registry=Path(ctx.location),
                session=book.session,
                kernel=book.kernel,
                actor=ctx.actor,
                host=settings.host(),
                imports=(str(vars(type)["__module__"].__get__(type(obj))),),  # till it is known what it imports
            )
        except Exception as error:  # noqa: BLE001  (nothing of a notebook stops a register)
            return cls(ctx, None, f"nothing was captured: {type(error).__name__}: {error}")
        return cls(ctx, moment)

    def taken(
        self,
        imports: Iterable[str],
        obj: object,
        order: Order,
        fingerprint: Fingerprint | None = None,
        metrics: Mapping[str, float] | None = None,
    ) -> Taken:
        """Return what is known by now: all that is quick, and what came in time.

        Parameters
        ----------
        imports : iterable of str
            What the stored bytes import.
        obj : object
            What is registered; None for a file.
        order : Order
            What was asked for.
        fingerprint : Fingerprint, optional
            What a dataset is as data; None for a model.
        metrics : mapping, optional
            What the version has already, where it is no new one.
        """
        if self._moment is None:
            return _failed(self._why) if self._why else Taken()
        self._moment = replace(self._moment, imports=tuple(imports))
        book = self._ctx.notebook
        seeing = replace(
            self._moment, scope=book.namespace(), obj=obj, watcher=book.log.watcher, metrics=order.given,
            dataset=fingerprint is not None, meant=self._meant,
            known={"fingerprint": fingerprint, "metrics": metrics or {}, "data": order.data or order.used},
        )  # fmt: skip
        for name in _kinds(QUICK):
            self._found[name] = take(name, seeing)
        made = self._found["code"].files.get(vouching.SLICE, b"").decode("utf-8", "replace")
        self._moment = replace(self._moment, code=made)
        for thread in self._beside:
            thread.join(max(0.0, PATIENCE - (monotonic() - self._begun)))
        found = dict(self._found)
        self._early = set(found)
        return self._written(found)

    def _meant(self, ref: str, obj: object) -> str | None:
        """Return a name that stays of the version that a reference was loaded as; one of another registry has none here."""
        origin = self._ctx.notebook.live.meant(ref, obj)
        return origin.source if origin is not None and origin.registry == self._ctx.catalog.uid else None

    def go_on(self, run_id: int) -> None:
        """Capture the rest in a thread and write it to the run."""
        if self._moment is None:
            return
        book = self._ctx.notebook
        _wait_at_the_end(book)
        thread = begin(partial(self._late, run_id, set(self._early)), "capture")
        book.late[:] = [one for one in (*book.late, thread) if one is not None and one.is_alive()]

    def _take(self, name: str) -> None:
        assert self._moment is not None  # noqa: S101  (asked where the threads are made)
        self._found[name] = take(name, self._moment)

    def _late(self, run_id: int, early: set[str]) -> None:
        for name in _kinds(LATE):
            self._take(name)
        for name, one in list(self._found.items()):
            if one.more is not None:
                self._found[name] = complete(name, one)
                early.discard(name)
        for thread in self._beside:
            thread.join()
        with suppress(Exception):  # a registry that is gone or locked for long: the run stays pending, and says so
            self._land(run_id, early)

    def _land(self, run_id: int, early: set[str]) -> None:
        ctx, whole = self._ctx, self._written(self._found)
        new = {name: one for name, one in self._found.items() if name not in early}
        files = _files(new)
        ctx.catalog.prepare()  # a registry that is gone is not begun anew by its files
        files.store(ctx.blobs)
        # of no session: undo takes back what the user did
        request = transaction.Request(
            command="capture", actor=ctx.actor, session="", host=settings.host(), notebook=ctx.notebook.path
        )
        with transaction.write(ctx.catalog, request, ctx.clock) as tx:
            if not facts.keeps_files(tx.conn, run_id):
                return
            stored.keep(tx, files.objects)
            attachments.add(tx, run_id, files.items)
            files.store_again(ctx.blobs)
            datasets.settle(tx, run_id, whole.data)
            ref = facts.complete(tx, run_id, state=whole.state, capture=whole.facts or "{}")
        code = vouching.key(json.loads(whole.facts or "{}"), ((one.name, one.digest) for one in whole.files.items))
        ctx.allowed.allow(code, "registered", label=f"code of {ref}")

    def _written(self, found: Mapping[str, Captured]) -> Taken:
        """Return everything that was found as one record."""
        ordered = {name: found[name] for name in KINDS if name in found}
        errors = [error for one in ordered.values() for error in one.errors]
        pending = [name for name in KINDS if name not in found or found[name].more is not None]
        notes = [note for one in ordered.values() for note in one.notes]
        record = {
            "schema": SCHEMA,
            **{name: one.facts for name, one in ordered.items()},
            "redactions": [{"in": name, **asdict(taken)} for name, one in ordered.items() for taken in one.redactions],
            "errors": errors,
            "pending": pending,
            **({"by": kernels.mark()} if pending else {}),
        }
        return Taken(
            state="pending" if pending else "partial" if errors else "complete",
            facts=json.dumps(record, default=str),
            files=_files(ordered),
            params=values.params({name: value for one in ordered.values() for name, value in one.params.items()}),
            metrics=values.metrics({name: value for one in ordered.values() for name, value in one.metrics.items()}),
            data=tuple(use for one in ordered.values() for use in one.data),
            said=tuple(one.said for one in ordered.values() if one.said),
            loaded=tuple((name, ref) for name, ref in ordered["code"].facts.get("loaded", ()))
            if "code" in ordered
            else (),
            notes=(*notes, f"not all was captured: {_shown(errors)}") if errors else tuple(notes),
        )


def wait(book: Notebook, seconds: float = FAREWELL) -> bool:
    """Wait for what still captures; return whether all of it has landed."""
    until = monotonic() + seconds
    for thread in list(book.late):
        thread.join(max(0.0, until - monotonic()))
    book.late[:] = [thread for thread in book.late if thread.is_alive()]
    return not book.late


def _wait_at_the_end(book: Notebook) -> None:
    """Let a process that ends wait for a notebook, while its threads can still begin work."""
    if book.awaited:
        return
    book.awaited = True
    # what is registered last runs first: once the pools of threads have said goodbye, none of them takes work any more
    import concurrent.futures.thread  # noqa: F401

    with suppress(RuntimeError):  # the process ends already
        threading._register_atexit(wait, book, FAREWELL)  # type: ignore[attr-defined]  # noqa: SLF001  (atexit comes too late)


def _directory(path: str) -> Path:
    """Return the directory of a notebook, or the one that the kernel works in; it may be gone, which each capture finds."""
    folder = Path(path).parent if path else Path()
    try:
        return (folder if folder.is_dir() else Path()).absolute()
    except OSError:
        return Path(os.devnull)  # the environment still names where the kernel began, which is another


def _failed(why: str) -> Taken:
    """Return the record of a capture that could not begin."""
    record = {"schema": SCHEMA, "redactions": [], "errors": [why], "pending": []}
    return Taken(state="partial", facts=json.dumps(record), notes=(_shown([why]),))


def _shown(errors: Iterable[str]) -> str:
    return "; ".join(errors)[:_SHOWN]


def _kinds(when: str) -> list[str]:
    return [name for name, kind in KINDS.items() if kind.when == when]


def _files(found: Mapping[str, Captured]) -> Prepared:
    data = {name: text for one in found.values() for name, text in one.files.items()}
    keys = {name: digest(text) for name, text in data.items()}
    return Prepared(
        items=tuple(
            Kept(name, attachments.CAPTURED, media.of(name, text).type, keys[name], len(text))
            for name, text in data.items()
        ),
        data={keys[name]: text for name, text in data.items()},
    )


def called(book: Notebook, obj: object | None) -> str:
    """Return a name of the object in the session, empty when it has none."""
    if obj is None:
        return ""
    held: list[tuple[object, object]] = list(book.namespace().items())  # a thread may add to it, and a key be no name
    return next((name for name, value in held if value is obj and isinstance(name, str) and name[:1] != "_"), "")
