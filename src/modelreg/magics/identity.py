"""What the notebook is called: from what the front end left in the kernel, without asking anybody."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

VS_CODE: Final = "__vsc_ipynb_file__"
"""Variable that VS Code sets in the kernel."""
JUPYTER: Final = "JPY_SESSION_NAME"
"""Environment variable that jupyter_server sets when it starts a kernel: the path, or a name that is none."""
ENDING: Final = ".ipynb"


def path(namespace: Mapping[str, object]) -> str:
    """Return the path of the notebook, empty when unknown.

    Cheap enough to be asked at every command: a notebook that is renamed in VS Code keeps its right name, one in
    JupyterLab its old one until the kernel starts again.
    """
    for found in (namespace.get(VS_CODE), os.environ.get(JUPYTER)):
        if isinstance(found, str) and found.endswith(ENDING):
            return found
    return ""
