"""How numpy arrays are pickled: the same values give the same bytes, and large ones leave the stream without a copy."""

from __future__ import annotations

import sys
from pickle import PickleBuffer
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from modelreg.flavors.outgoing import SMALLEST
from modelreg.flavors.parts import ArrayParts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np

    from modelreg.flavors.outgoing import Outgoing

    Dtype: TypeAlias = "np.dtype[Any]"
    Array: TypeAlias = "np.ndarray[Any, Dtype]"

PROTOCOL: Final = 5

PARTED: Final = 1 << 20
"""From so many bytes on an array that is not in one piece is put together part by part; a smaller one at once."""


class _Known(NamedTuple):
    """What one dump knows of a dtype."""

    dtype: Dtype
    """The dtype itself: while it is held its ``id`` is nobody else's."""
    one: Dtype
    """The one that stands for its equals."""
    gaps: bool
    """Whether bytes of an item belong to no field."""
    plain: bool
    """Whether items are bytes of a size."""


class Arrays:
    """The arrays of one dump: equal dtypes are one object in the stream, as they are in a fresh numpy."""

    def __init__(self, out: Outgoing) -> None:
        self._out = out
        self._known: dict[int, _Known] = {}
        self._ones: dict[tuple[Dtype, bool], Dtype] = {}
        self._forms: dict[tuple[int, str], Any] = {}

    def rules(self) -> Mapping[type, Callable[[Any], Any]]:
        """Return how to pickle what numpy makes."""
        numpy = sys.modules.get("numpy")
        kinds = (getattr(numpy, "ndarray", None), getattr(numpy, "memmap", None))
        return {} if None in kinds else dict(zip(kinds, (self.array, self.mapped), strict=True))  # type: ignore[arg-type]

    def mapped(self, array: Any) -> Any:
        """Return how to pickle an array that is mapped from a file: as any other."""
        import numpy as np

        return self.array(array.view(np.ndarray))

    def array(self, array: Array) -> Any:
        """Return how to pickle an array."""
        known = self._known.get(id(array.dtype)) or self._learn(array.dtype)
        flags = array.flags
        if known.plain and (known.gaps or not (flags.c_contiguous or flags.f_contiguous)):
            if self._out.apart and array.nbytes >= (SMALLEST if known.gaps else PARTED):
                parted = self._parted(array, known)
                if parted is not None:
                    return parted
            array = canonical_array(array)
        reduced = array.__reduce_ex__(PROTOCOL)
        return reduced if known.one is known.dtype else _with(reduced, known.one)

    def _learn(self, dtype: Dtype) -> _Known:
        import numpy as np

        if dtype.metadata is not None:
            one = dtype
        elif dtype.isbuiltin == 1:
            one = np.dtype(dtype.str)
        else:
            one = self._ones.setdefault((dtype, dtype.isalignedstruct), dtype)
        plain = bool(dtype.itemsize) and not dtype.hasobject
        self._known[id(dtype)] = known = _Known(dtype, one, plain and padded(dtype), plain)
        return known

    def _parted(self, array: Array, known: _Known) -> Any:
        """Return how to pickle an array that is put together while it is written; None where numpy would not do so."""
        order = _order(array) if known.gaps else "C"
        form = self._form(known.one, order)
        if form is None:
            return None
        parts = ArrayParts(array.T if order == "F" else array, copy_fields if known.gaps else None)
        buffer = self._out.stand_in(parts, writable=array.flags.writeable)
        function, arguments = form
        return function, (buffer, known.one, array.shape, arguments[3])

    def _form(self, dtype: Dtype, order: Literal["C", "F"]) -> Any:
        """Return what numpy itself says of an array of ``dtype`` in one piece; None where it keeps it in the stream."""
        key = (id(dtype), order)
        if key not in self._forms:
            import numpy as np

            reduced: Any = np.zeros((2, 2), dtype, order).__reduce_ex__(PROTOCOL)
            function, arguments, *rest = reduced
            asked = not rest and len(arguments) == 4 and isinstance(arguments[0], PickleBuffer)  # noqa: PLR2004
            self._forms[key] = (function, arguments) if asked and arguments[3] == order else None
        return self._forms[key]


def _with(reduced: Any, one: Dtype) -> Any:
    """Replace the dtype in what numpy's reducer returned."""
    import numpy as np

    function, arguments, *rest = reduced
    arguments = tuple(one if isinstance(item, np.dtype) else item for item in arguments)
    if rest and isinstance(rest[0], tuple):
        rest[0] = tuple(one if isinstance(item, np.dtype) else item for item in rest[0])
    return (function, arguments, *rest)


def _order(array: Array) -> Literal["C", "F"]:
    return "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"


def canonical_array(array: Array) -> Array:
    """Return an array of the same values whose bytes are determined by them.

    An array with gaps between the fields of its items is copied field by field into zeros: what lies in the gaps is
    whatever the memory held before. One that is not contiguous is copied together. Any other is returned as it is.

    Parameters
    ----------
    array : ndarray
        A plain array (no subclass). One of objects is returned as it is: its items are pickled one by one.
    """
    import numpy as np

    if array.dtype.hasobject or not array.dtype.itemsize:
        return array
    if padded(array.dtype):
        # Never zeros_like: it leaves what is between the fields as it finds it.
        clean: Array = np.zeros(array.shape, array.dtype, order=_order(array))
        copy_fields(array, clean)
        clean.flags.writeable = array.flags.writeable
        return clean
    if not (array.flags.c_contiguous or array.flags.f_contiguous):
        packed: Array = np.ascontiguousarray(array)
        packed.flags.writeable = array.flags.writeable
        return packed
    return array


def padded(dtype: Dtype) -> bool:
    """Whether items of ``dtype`` hold bytes that belong to no field, at any depth."""
    if dtype.subdtype is not None:
        return padded(dtype.subdtype[0])
    if dtype.names is None:
        return False
    fields = [dtype[name] for name in dtype.names]
    return sum(field.itemsize for field in fields) != dtype.itemsize or any(padded(field) for field in fields)


def copy_fields(source: Array, target: Array) -> None:
    """Copy an array with gaps into one that has zeros there."""
    for name in source.dtype.names or ():
        if padded(source.dtype[name]):
            copy_fields(source[name], target[name])
        else:
            target[name] = source[name]
