"""Read Python into a syntax tree, in any thread.

Python 3.11, and 3.12 before 3.12.2, count the depth of a tree in one place for all threads (python/cpython issue 106905): where
the garbage collector runs a finalizer while a tree is built, another thread may take over, and if that one reads something
too, the first ends in ``SystemError: AST constructor recursion depth mismatch``. What a notebook runs is read in its main
thread, what we capture also in threads of ours: neither may fail because of the other.
"""

from __future__ import annotations

import ast
import sys
import threading
from time import sleep
from typing import TYPE_CHECKING, Final, Literal, overload

if TYPE_CHECKING:
    from types import FrameType

_SHARED: Final = sys.version_info[:2] == (3, 11) or (3, 12) <= sys.version_info < (3, 12, 2)
_TRIES: Final = 8
_PAUSE: Final = 0.001
"""Seconds; what interrupts a reading is short."""
_PAUSES: Final = 50
_OF_SHELL: Final = "ast_parse"
"""Name of the method with which IPython reads a cell."""


@overload
def parse(source: str | bytes, mode: Literal["exec"] = "exec") -> ast.Module: ...
@overload
def parse(source: str | bytes, mode: Literal["eval"]) -> ast.Expression: ...
def parse(source: str | bytes, mode: str = "exec") -> ast.AST:
    """Return the tree of a source, as :func:`ast.parse` does.

    Parameters
    ----------
    source : str or bytes
        Python.
    mode : {"exec", "eval"}, default "exec"
        Statements, or one expression.

    Returns
    -------
    ast.Module or ast.Expression
        The tree.

    Raises
    ------
    SyntaxError, ValueError, RecursionError
        For what is no Python, holds a null byte, or is nested too deeply.
    """
    for _ in range(_TRIES - 1):
        _give_way()
        try:
            return ast.parse(source, mode=mode)
        except SystemError:  # another thread read something meanwhile; the source is not at fault
            continue
    return ast.parse(source, mode=mode)


def _give_way() -> None:
    """Let the main thread end what it reads: ours can be read again, a cell of the user cannot."""
    main = threading.main_thread().ident
    if not _SHARED or main is None or threading.get_ident() == main:
        return
    for _ in range(_PAUSES):
        if not _reads(sys._current_frames().get(main)):  # noqa: SLF001  (the one way to see where another thread stands)
            return
        sleep(_PAUSE)


def _reads(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code is ast.parse.__code__ or frame.f_code.co_name == _OF_SHELL:
            return True
        frame = frame.f_back
    return False
