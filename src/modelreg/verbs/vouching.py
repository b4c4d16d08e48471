"""Which captured code may run here without a question: what ran in a session of this user on this machine.

The private allow-list that says which contents may be loaded says it of code too. An approval names all of it, the slice,
the commit, the patch and the modules, so that none of them can be exchanged under it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.capture.code import FILE as SLICE
from modelreg.capture.repository import MODULES, PATCH
from modelreg.digests import canonical, digest

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["SLICE", "key"]


def key(commit: str | None, files: Iterable[tuple[str, str]]) -> str:
    """Return what an approval of code names.

    Parameters
    ----------
    commit : str, optional
        Of the repository.
    files : iterable of (str, str)
        Name and digest of what was captured; those that do not run do not count.
    """
    code = sorted(pair for pair in files if pair[0] in {SLICE, PATCH} or pair[0].startswith(MODULES))
    return digest(canonical(["code", commit, [list(pair) for pair in code]]))
