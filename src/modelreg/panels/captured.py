"""What was captured around a version, as the front end gets it: code as coloured words, packages, columns; all bounded."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from modelreg import names, sizes
from modelreg.errors import InvalidError
from modelreg.panels import portion
from modelreg.records import Detail
from modelreg.views import captured as said
from modelreg.views import format as fmt
from modelreg.views import highlight, patches
from modelreg.views.code import typed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from modelreg.panels.browser import Browser
    from modelreg.records import Column, Dataset, Diff, Environment, Json, Package, Repository, Surroundings

CODE: Final = 60_000
"""Characters of code that are told."""
LINES: Final = 400
"""Lines of a difference that are told."""
WIDE: Final = 300
"""Characters of one of them, and of a name."""
LONG: Final = 1200
"""Characters of a sentence."""
COLUMNS: Final = 100
"""Columns of a dataset that are told."""
SETS: Final = 20
KINDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "slice": ("slice.py", "What made it", ""),
    "session": ("session.ipynb", "Whole session", " --log"),
    "notebook": ("notebook.ipynb", "Saved notebook", " --notebook"),
}
"""Kind of code -> its file, what it is called, and the option that asks for it."""
PATCH: Final = "git.patch"
UNPUSHED: Final = frozenset({"the commit is on no remote branch", "the repository has no remote"})
"""Warnings of git that a version tells already as what keeps somebody else from having the same."""
GIVEN: Final = "user"
"""Where a metric comes from of which nothing needs to be said."""


def glance(found: Surroundings | None, mark: str) -> Json:
    """Return which tabs there are, and what is told before they are opened; None where nothing was captured.

    ``mark`` is another one when anything of it is: what was asked for is asked for again then.
    """
    if found is None:
        return None
    kept = {name for name, _ in found.kept}
    code, here = found.statements, found.environment
    return {
        "mark": f"{mark} {found.state} {len(kept)}",
        "state": fmt.shorten(said.state(found), LONG),
        "kinds": [[kind, title] for kind, (file, title, _) in KINDS.items() if file in kept],
        "cells": said.cells(code) if code else "",
        "doubts": _cut(said.doubts(code)) if code else [],
        "git": _git(found.repository, patch=PATCH in kept) if found.repository else None,
        "unsaved": bool(found.unsaved),
        "statements": code.cells if code else 0,
        "environment": max(1, len(here.direct)) if here else 0,
        "data": len(found.data),
        "sources": {
            name: fmt.shorten(source, WIDE)
            for name, source in islice(found.metrics, portion.MOST)
            if source not in {"", GIVEN}
        },
    }


def code(panel: Browser, ref: str, what: str = "slice") -> Json:
    """Return code that was kept, each cell as words with the kind they are of; of a patch its lines."""
    found = panel.registry.code(ref, what=what)
    if what == "patch":
        return {**difference(patches.lines(found.cells[0])), "line": _line(panel, ref, " --patch", PATCH)}
    told: list[str] = []
    room = CODE
    for cell in found.cells:
        if room <= 0:
            break
        told.append(cell[:room])
        room -= len(cell)
    _, _, option = KINDS[what]
    return {
        "cells": [[[kind, text] for kind, text in highlight.words(cell)] for cell in told],
        "heads": [fmt.shorten(head, WIDE) for head in found.heads[: len(told)]],
        "whole": room >= 0 and len(told) == len(found.cells),
        "left": len(found.cells) - len(told),
        "line": _line(panel, ref, option, found.name),
    }


def environment(panel: Browser, ref: str) -> Json:
    """Return the environment of a version beside this kernel."""
    found = panel.registry.environment(ref)
    then = found.environment
    needed = {one.name for one in then.packages}
    apart = [one for one in found.findings if one.severity != "note" or one.subject not in needed]
    return {
        "python": said.machine(then),
        "requirements": found.requirements,
        "same": not found.findings,
        **portion.of(
            direct=_packages(then, direct=True),
            others=_packages(then, direct=False),
            findings=[[one.severity, one.text] for one in apart],
            modules=[[name, file] for name, file in then.modules],
            variables=[[name, value] for name, value in then.variables],
            warnings=_cut(then.warnings),
        ),
    }


def data(panel: Browser, ref: str) -> Json:
    """Return the data that flowed into the training of a version."""
    detail = panel.registry.show(ref)
    if not isinstance(detail, Detail) or detail.surroundings is None:
        msg = f"no data of {ref} is known"
        raise InvalidError(msg)
    held = detail.surroundings.data
    return {"sets": [_dataset(one) for one in held[:SETS]], "left": max(0, len(held) - SETS)}


METHODS: Final[Mapping[str, Callable[..., Json]]] = {"code": code, "environment": environment, "data": data}
"""What the tabs of a version call."""


def difference(lines: Sequence[tuple[str, str]]) -> dict[str, Json]:
    """Return the first lines of a difference, each with its mark, and how many are left."""
    return {
        "lines": [[mark, fmt.shorten(text, WIDE)] for mark, text in lines[:LINES]],
        "left": max(0, len(lines) - LINES),
    }


def diffs(found: Sequence[Diff]) -> list[Json]:
    """Return how code differs from one version to the next."""
    return [
        {
            "before": one.before,
            "after": " ".join(filter(None, [one.after, one.file])),
            "added": one.added,
            "removed": one.removed,
            "fault": one.fault,
            **difference(typed(one.lines)),
        }
        for one in found
    ]


def _line(panel: Browser, ref: str, option: str, file: str) -> str:
    return f"{panel.desk.program} code {names.quote(ref)}{option} --to {file}"


def _git(found: Repository, *, patch: bool) -> Json:
    return {
        "commit": found.commit,
        "branch": found.branch,
        "remote": found.remote,
        "apart": [*said.apart(found)],
        "patch": patch,
        **portion.of(
            changed=[[status, path] for path, status in found.changed],
            modules=[[path, sizes.human(size)] for path, size in found.modules],
            warnings=_cut(text for text in found.warnings if text not in UNPUSHED),
        ),
    }


def _cut(texts: Iterable[str]) -> list[Json]:
    return [fmt.shorten(text, LONG) for text in list(texts)[: portion.MOST]]


def _packages(found: Environment, *, direct: bool) -> list[Json]:
    return [_package(one) for one in found.packages if one.direct is direct]


def _package(one: Package) -> Json:
    return [one.name, one.version, one.here or "", one.severity, one.origin]


def _dataset(one: Dataset) -> Json:
    return {
        "role": one.role,
        "name": fmt.shorten(one.name, WIDE),
        "size": said.extent(one),
        "digest": one.digest,
        "short": said.short(one.digest),
        "partial": one.partial,
        "origin": one.origin,
        "state": one.state,
        "doubt": said.doubt(one),
        "fault": one.fault,
        "columns": [_column(each) for each in one.columns[:COLUMNS]],
        "left": max(0, len(one.columns) - COLUMNS),
    }


def _column(one: Column) -> Json:
    nulls = "" if one.nulls is None else f"{one.nulls:,}"
    return [fmt.shorten(one.name, WIDE), one.type, nulls, one.min, one.max, one.mean]
