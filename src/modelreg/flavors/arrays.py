"""How numpy arrays are pickled: the same values give the same bytes, and large ones leave the stream without a copy."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np

    Dtype: TypeAlias = "np.dtype[Any]"
    Array: TypeAlias = "np.ndarray[Any, Dtype]"

PROTOCOL = 5


class Arrays:
    """The arrays of one dump: equal dtypes are one object in the stream, as they are in a fresh numpy."""

    def __init__(self) -> None:
        self._dtypes: dict[tuple[Dtype, bool], Dtype] = {}

    def reduce(self, obj: object) -> Any:
        """Return how to pickle ``obj``; NotImplemented when it is no array of ours."""
        numpy = sys.modules.get("numpy")
        if numpy is None or type(obj) not in (numpy.ndarray, numpy.memmap):
            return NotImplemented
        array: Array = obj.view(numpy.ndarray) if type(obj) is numpy.memmap else obj  # type: ignore[attr-defined,assignment]
        return self._with_one_dtype(canonical_array(array).__reduce_ex__(PROTOCOL))

    def _with_one_dtype(self, reduced: Any) -> Any:
        """Replace the dtype in what numpy's reducer returned by the one that stands for its equals."""
        import numpy as np

        function, arguments, *rest = reduced
        arguments = tuple(self._one(item) if isinstance(item, np.dtype) else item for item in arguments)
        if rest and isinstance(rest[0], tuple):
            rest[0] = tuple(self._one(item) if isinstance(item, np.dtype) else item for item in rest[0])
        return (function, arguments, *rest)

    def _one(self, dtype: Dtype) -> Dtype:
        import numpy as np

        if dtype.metadata is not None:
            return dtype
        if dtype.isbuiltin == 1:
            return np.dtype(dtype.str)
        return self._dtypes.setdefault((dtype, dtype.isalignedstruct), dtype)


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
        order: Literal["C", "F"] = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
        # Never zeros_like: it leaves what is between the fields as it finds it.
        clean: Array = np.zeros(array.shape, array.dtype, order=order)
        _copy_fields(array, clean)
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


def _copy_fields(source: Array, target: Array) -> None:
    for name in source.dtype.names or ():
        if padded(source.dtype[name]):
            _copy_fields(source[name], target[name])
        else:
            target[name] = source[name]
