"""What the notebook is called, as far as the kernel can know without asking anybody."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def path(namespace: Mapping[str, Any]) -> str:
    """Return the path of the notebook file; empty when unknown.

    VS Code says it in a variable of the namespace; Jupyter servers in ``JPY_SESSION_NAME``, which child processes inherit
    and which may be a name on the server, so it counts only as the name of a notebook.
    """
    for said in (namespace.get("__vsc_ipynb_file__"), os.environ.get("JPY_SESSION_NAME")):
        if isinstance(said, str) and Path(said).suffix == ".ipynb":
            return said
    return ""
