"""How boosters of xgboost are pickled: the model leaves the stream as a buffer, its training configuration included."""

from __future__ import annotations

import sys
from pickle import PickleBuffer
from typing import TYPE_CHECKING, Any, Final

from modelreg.flavors.outgoing import SMALLEST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from modelreg.flavors.outgoing import Outgoing

_HANDLE: Final = "handle"


class Boosters:
    """The boosters of one dump."""

    def __init__(self, out: Outgoing) -> None:
        self._out = out

    def rules(self) -> Mapping[type, Callable[[Any], Any]]:
        """Return how to pickle what xgboost makes."""
        kind = getattr(sys.modules.get("xgboost.core"), "Booster", None)
        return {} if kind is None or not self._out.apart else {kind: self.booster}

    def booster(self, booster: Any) -> Any:
        """Return how to pickle a booster: as it says itself, but for where its bytes are.

        ``save_raw`` would be shorter and lose how training is to go on.
        """
        reduced = booster.__reduce_ex__(5)
        if len(reduced) < 3 or not isinstance(reduced[2], dict):  # noqa: PLR2004
            return reduced
        function, arguments, state, *rest = reduced
        handle = state.get(_HANDLE)
        if not isinstance(handle, bytearray) or len(handle) < SMALLEST:
            return reduced
        self._out.format = 2
        return (function, arguments, {**state, _HANDLE: PickleBuffer(handle)}, *rest)
