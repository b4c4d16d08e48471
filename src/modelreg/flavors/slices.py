"""How slices of pyarrow's arrays and tables are pickled: without the rows that they leave out.

A slice refers to the memory of the whole, and pickles all of it. Tables, and strings of pandas, come down to arrays.
What is written is what pyarrow says of an equal array that is no slice: any release reads it.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from modelreg.flavors.outgoing import Outgoing

LARGE: Final = 64 << 10
"""What refers to fewer bytes is left as it is."""

_TIMES: Final = 2
"""An array that refers to so many times the bytes it needs is written anew."""

_LIBRARY: Final = "pyarrow.lib"


class Slices:
    """The arrays of pyarrow of one dump."""

    def __init__(self, out: Outgoing) -> None:
        self._out = out

    def rules(self) -> Mapping[type, Callable[[Any], Any]]:
        """Return how to pickle what pyarrow makes."""
        if not self._out.apart or not hasattr(sys.modules.get(_LIBRARY), "Array"):
            return {}
        return dict.fromkeys(_kinds(), self.array)

    def array(self, array: Any) -> Any:
        """Return how to pickle an array: as it says itself, once it refers to what it needs only."""
        if array.get_total_buffer_size() >= max(LARGE, _TIMES * array.nbytes):
            array = self._compact(array)
        return array.__reduce_ex__(5)

    def _compact(self, array: Any) -> Any:
        """Return an equal array with memory of its own: what is sent to another process leaves out the rest."""
        library: Any = sys.modules[_LIBRARY]
        ipc: Any = import_module("pyarrow.ipc")
        written = library.BufferOutputStream()
        batch = library.record_batch([array], names=[""])
        with ipc.new_stream(written, batch.schema) as stream:
            stream.write_batch(batch)
        return ipc.open_stream(written.getvalue()).read_next_batch().column(0)


@cache
def _kinds() -> tuple[type, ...]:
    """Return the classes of pyarrow's arrays, but for those whose values are of a type of somebody else's."""
    library = sys.modules[_LIBRARY]
    kinds = [kind for kind in vars(library).values() if isinstance(kind, type) and issubclass(kind, library.Array)]
    return tuple(kind for kind in kinds if not issubclass(kind, library.ExtensionArray))
