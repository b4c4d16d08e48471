"""The repository of the code: its commit, and all that is needed to have the same files again.

Nothing here raises: what cannot be found out stands in the record's ``errors``, what a person should know in its
``warnings``. Secrets are taken out of the patch and the modules before the record is made.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from modelreg.capture.git.records import Changed, Git, Kept, Restored, Untracked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Changed", "Git", "Kept", "Restored", "Untracked", "capture", "remove", "restore"]


def capture(
    directory: Path,
    *,
    modules: Iterable[str | Path] = (),
    apart: Iterable[Path] = (),
    budget: float = 5.0,
    environ: Mapping[str, str] = os.environ,
) -> Git:
    """Return the state of the code in and around a directory.

    Parameters
    ----------
    directory : Path
        Where the notebook is.
    modules : iterable of str or Path, optional
        Imported modules, by name or file; those that git does not know are kept with their contents.
    apart : iterable of Path, optional
        Directories that are no code, such as a registry: they change while they are looked at.
    budget : float, optional
        Seconds for all of it.
    environ : mapping, optional
        The variables that git sees, except those that lead it elsewhere; their secrets are taken out.
    """
    from modelreg.capture.git.state import State

    try:
        state = State(directory=Path(directory), modules=tuple(modules), apart=tuple(apart), environ=environ)
        return state.read(budget=budget)
    except Exception as error:  # noqa: BLE001  (a capture never stops what it describes)
        return Git(errors=(f"git was not captured: {type(error).__name__}: {error}",))


def restore(git: Git, directory: Path, *sources: Path, verify: bool = False, budget: float = 600.0) -> Restored:
    """Return a checkout of a record in a new directory: commit, patch and kept modules. Half of one is taken away again.

    Parameters
    ----------
    git : Git
        The record.
    directory : Path
        A directory that does not exist, or is empty.
    *sources : Path
        Places in repositories: the first that holds the commit is taken; default: where the record was made.
    verify : bool, optional
        The sources are somebody else's: take a clone, for which git digests every object anew. A worktree reads the
        objects as they lie there, whatever they are called.
    budget : float, optional
        Seconds for all of it.
    """
    from modelreg.capture.git.checkout import Checkout

    making = Checkout(git=git, directory=Path(directory).absolute(), environ=os.environ, verify=verify)
    try:
        return making.make([Path(one).absolute() for one in sources], budget=budget)
    except Exception as error:  # noqa: BLE001  (a failed checkout is a record too)
        return Restored(directory=None, errors=(f"nothing was checked out: {type(error).__name__}: {error}",))


def remove(made: Restored, *, budget: float = 60.0) -> None:
    """Take a checkout away again, with what the repository notes of its worktree."""
    from modelreg.capture.git.checkout import removed

    if made.directory is not None:
        removed(made.directory, made.origin, os.environ, budget=budget)
