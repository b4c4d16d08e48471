"""The IPython adapter: ``%modelreg``, ``%%modelreg register``, completion. The only importer of IPython.

``load`` adds these to a shell and ``unload`` takes exactly them away again. The notebook session (what is registered as
what, interrupted calls) stays with the shell, so that ``%reload_ext`` forgets nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg import notebook as notebooks
from modelreg.magics.extension import Extension

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_HOLDER = "_modelreg_extension"


def load(shell: InteractiveShell) -> None:
    """Add modelreg to the shell; once, however often it is called."""
    extension = getattr(shell, _HOLDER, None)
    if extension is None:
        extension = Extension(shell)
        setattr(shell, _HOLDER, extension)
    extension.attach()
    notebooks.attach(extension.notebook)


def unload(shell: InteractiveShell) -> None:
    """Take modelreg from the shell again."""
    extension = getattr(shell, _HOLDER, None)
    if extension is not None:
        extension.detach()
        notebooks.detach(extension.notebook)
