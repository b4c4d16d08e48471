"""modelreg: the model registry inside the notebook.

``%load_ext modelreg``, then ``%modelreg register clf churn``; in Python ``modelreg.connect().register(clf, "churn")``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from modelreg.errors import ModelRegError, UntrustedModelError
    from modelreg.registry import Registry, connect

__version__ = "0.1.0"
__all__ = ["ModelRegError", "Registry", "UntrustedModelError", "connect"]

_HOMES = {
    "ModelRegError": "modelreg.errors",
    "UntrustedModelError": "modelreg.errors",
    "Registry": "modelreg.registry",
    "connect": "modelreg.registry",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        msg = f"module 'modelreg' has no attribute {name!r}"
        raise AttributeError(msg)
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Add ``%modelreg`` to the shell (``%load_ext modelreg``)."""
    from modelreg import magics

    magics.load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take ``%modelreg`` from the shell again (``%unload_ext modelreg``)."""
    from modelreg import magics

    magics.unload(shell)
