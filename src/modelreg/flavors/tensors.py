"""How torch's storages are pickled: their bytes leave the stream, each storage once, whatever shares it.

torch itself writes a whole archive per tensor into the stream, and tensors that shared memory come back apart. What a tensor
is besides its storage (strides, bits of conjugation, class, attributes) is left to torch's own reducers.
"""

from __future__ import annotations

import io
import sys
from pickle import PickleBuffer
from typing import TYPE_CHECKING, Any

from modelreg.flavors import rebuild

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from modelreg.flavors.outgoing import Outgoing


class Storages:
    """The storages of one dump."""

    def __init__(self, out: Outgoing) -> None:
        self._out = out
        self._ones: dict[int, _Bytes] = {}

    def rules(self) -> Mapping[type, Callable[[Any], Any]]:
        """Return how to pickle what torch makes."""
        storage = sys.modules.get("torch.storage")
        kinds = (getattr(storage, "TypedStorage", None), getattr(storage, "UntypedStorage", None))
        return {} if None in kinds else dict(zip(kinds, (self.typed, self.untyped), strict=True))  # type: ignore[arg-type]

    def typed(self, storage: Any) -> Any:
        """Return how to pickle a storage of numbers of a type."""
        return self._reduced(storage, storage._untyped_storage, storage.dtype)  # noqa: SLF001

    def untyped(self, storage: Any) -> Any:
        """Return how to pickle a storage of bytes: as one of numbers, which torch's reducers ask for in its place."""
        import torch

        return self._reduced(storage, storage, torch.uint8)

    def _reduced(self, storage: Any, untyped: Any, dtype: Any) -> Any:
        # the bytes are those of this machine, which an archive says and these rules do not
        apart = self._out.apart and sys.byteorder == "little" and "numpy" in sys.modules
        if not apart or untyped.device.type == "meta":
            return archived(storage)
        self._out.format = 2
        one = self._ones.get(untyped._cdata)  # noqa: SLF001
        if one is None:
            one = self._ones[untyped._cdata] = _Bytes(untyped)  # noqa: SLF001
        return rebuild.typed_storage, (one, dtype)


class _Bytes:
    """Stands for the memory of a storage in the stream: one object, whatever shares it."""

    def __init__(self, untyped: Any) -> None:
        self._untyped = untyped  # while it is held its address is nobody else's

    def __reduce__(self) -> Any:
        import torch

        held = self._untyped if self._untyped.device.type == "cpu" else self._untyped.cpu()
        seen: Any = torch.empty(0, dtype=torch.uint8, device="cpu").set_(held).numpy()
        return rebuild.storage, (PickleBuffer(seen),)


def archived(storage: Any) -> Any:
    """Return how to pickle a storage in the stream, as format 1 did and as plain torch reads it.

    The format of an archive numbers its storages, the older one that torch itself takes here names them by address, so
    that one tensor never gave the same bytes twice.
    """
    import torch

    file = io.BytesIO()
    torch.save(storage, file)
    return torch.storage._load_from_bytes, (file.getvalue(),)  # noqa: SLF001  (what torch itself names in a pickle)
