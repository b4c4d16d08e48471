"""What the notebook is called: from what the front end left in the kernel, without asking anybody."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

VS_CODE: Final = "__vsc_ipynb_file__"
"""Variable that VS Code sets in the kernel."""
JUPYTER: Final = "JPY_SESSION_NAME"
"""Environment variable that jupyter_server sets when it starts a kernel: the path, or a name that is none."""
ENDING: Final = ".ipynb"


_CONNECTION: Final = re.compile(r"kernel-([0-9a-f-]{36})\.json")


def kernel(config: Mapping[str, Any]) -> str:
    """Return the id of the kernel as the front end knows it, empty when unknown: it stands in the connection file's name."""
    file = str(config.get("IPKernelApp", {}).get("connection_file", ""))
    found = _CONNECTION.search(file)
    return found[1] if found else ""


def path(namespace: Mapping[str, object]) -> str:
    """Return the path of the notebook, empty when unknown.

    Cheap enough to be asked at every command: a notebook that is renamed in VS Code keeps its right name, one in
    JupyterLab its old one until the kernel starts again.
    """
    for found in (namespace.get(VS_CODE), os.environ.get(JUPYTER)):
        if isinstance(found, str) and found.endswith(ENDING):
            return found
    return ""
