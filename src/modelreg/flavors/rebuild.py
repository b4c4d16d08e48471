"""What streams of the flavor ``python`` call when they are loaded.

The name of this module and of each function here is for ever, and so is what it does with its arguments: registries are
full of streams that name them. To do otherwise, add a function.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelreg.digests import Bytes

ALIGNED: Final = 16
"""torch's numbers begin at multiples of so many bytes at most; a buffer that does not is copied."""

SMALL: Final = 2048
"""A storage of fewer bytes gets memory of its own."""

WIDE: Final = 100
"""From so many columns on a table is put together in memory: pandas is slow with more that lie apart, and warns."""


def storage(data: Bytes) -> Any:
    """Return a storage of torch on the memory of ``data``; format 2."""
    torch: Any = import_module("torch")
    size = memoryview(data).nbytes
    if not size:
        return torch.UntypedStorage(0)
    if memoryview(data).readonly:
        data = bytearray(data)
    seen = torch.frombuffer(data, dtype=torch.uint8)
    if size < SMALL or seen.data_ptr() % ALIGNED:
        seen = seen.clone()
    return seen.untyped_storage()


def typed_storage(untyped: Any, dtype: Any) -> Any:
    """Return a storage of numbers of a type on the memory of ``untyped``; format 2."""
    torch: Any = import_module("torch")
    return torch.storage.TypedStorage(wrap_storage=untyped, dtype=dtype, _internal=True)


def column(data: Bytes, dtype: Any, rows: int) -> Any:
    """Return a column of a table on the memory of ``data``; format 2."""
    import numpy as np

    return np.ndarray((rows,), dtype, buffer=data)


def frame(
    columns: Any,
    index: Any,
    held: Sequence[Any],
    attrs: Mapping[Any, Any],
    allows_duplicate_labels: bool,  # noqa: FBT001
) -> Any:
    """Return a DataFrame of pandas on the memory of the columns ``held``; format 2."""
    import pandas as pd

    series = {
        number: pd.Series(values, index=index, dtype=values.dtype, copy=False) for number, values in enumerate(held)
    }
    made = pd.DataFrame(series, index=index, copy=len(held) > WIDE)
    made.columns = columns
    made.attrs = dict(attrs)
    return made if allows_duplicate_labels else made.set_flags(allows_duplicate_labels=False)
