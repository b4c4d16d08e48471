"""What is made again says nothing: the user was warned when his own line made it.

The warnings of numpy's numbers are switched off for this thread and this moment only. Those of Python are left out by where
they come from: to catch them for a moment would change what other threads show, and have old ones shown again.
"""

from __future__ import annotations

import warnings
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.data.kinds import library

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

__all__ = ["quiet"]

_OURS: Final = r"modelreg\.capture\.data\."


def quiet() -> AbstractContextManager[Any]:
    """Return what keeps numpy and the modules of this package silent."""
    if not any(getattr(one[3], "pattern", None) == _OURS for one in warnings.filters):
        warnings.filterwarnings("ignore", module=_OURS)
    numpy = library("numpy")
    return nullcontext() if numpy is None else numpy.errstate(all="ignore")
