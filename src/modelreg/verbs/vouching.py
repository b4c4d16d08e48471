"""Which captured code may run here without a question: what ran in a session of this user on this machine.

The private allow-list that says which contents may be loaded says it of code too. An approval names the bytes of the slice, of the
patch and of the modules, and every fact that a rerun acts on: from which repository it takes the commit, where in it the code
runs, under which variables, which files of data it brings, and which object is compared. A change of any of them is other code.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from modelreg.capture.code import FILE as SLICE
from modelreg.capture.environment import VARIABLES
from modelreg.capture.repository import MODULES, PATCH
from modelreg.digests import digest
from modelreg.verbs import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["SLICE", "Means", "key", "means"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """The facts that a rerun acts on; no other fact has a say in what runs."""

    commit: str = ""
    top: str = ""
    """The repository, on the machine where it ran."""
    relative: str = ""
    """From there to where the notebook was."""
    variable: str = ""
    """What the model is called."""
    variables: tuple[tuple[str, str], ...] = ()
    """Of the environment."""
    data: tuple[tuple[str, str, str], ...] = ()
    """Files that were read: path, path from where the notebook was, and digest."""


def means(capture: object) -> Means:
    """Return what a rerun takes from the facts of a run.

    Parameters
    ----------
    capture : object
        The facts, as JSON gives them back.
    """
    facts = told.table(capture)
    git, environment = told.table(facts.get("git")), told.table(facts.get("environment"))
    return Means(
        commit=told.text(git.get("commit")),
        top=told.path(git.get("top")),
        relative=told.path(git.get("relative")),
        variable=told.text(told.table(facts.get("code")).get("variable")),
        variables=tuple(
            (name, value)
            for name, value in told.pairs(environment.get("variables"))
            if name in VARIABLES and told.path(value)
        ),
        data=tuple(_read(facts.get("data"))),
    )


def _read(data: object) -> Iterator[tuple[str, str, str]]:
    for one in told.tables(told.table(data).get("inputs")):
        for origin in told.tables(one.get("origin")):
            place, relative = told.path(origin.get("path")), told.path(origin.get("relative"))
            if origin.get("kind") == "file" and place and relative and told.text(origin.get("digest")):
                yield place, relative, told.text(origin.get("digest"))


def key(capture: object, files: Iterable[tuple[str, str]]) -> str:
    """Return what an approval of code names.

    Parameters
    ----------
    capture : object
        The facts, as JSON gives them back.
    files : iterable of (str, str)
        Name and digest of what was captured; those that do not run do not count.
    """
    code = sorted(list(pair) for pair in files if pair[0] in {SLICE, PATCH} or pair[0].startswith(MODULES))
    # not the canonical JSON: a path may hold bytes that are no characters
    return digest(json.dumps(["code", asdict(means(capture)), code], sort_keys=True).encode())
