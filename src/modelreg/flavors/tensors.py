"""How torch's storages are pickled: their bytes leave the stream, each storage once, whatever shares it.

torch itself writes a whole archive per tensor into the stream, and tensors that shared memory come back apart. What a tensor
is besides its storage (strides, bits of conjugation, class, attributes) is left to torch's own reducers.
"""

from __future__ import annotations

import io
import sys
from contextlib import suppress
from pickle import PickleBuffer
from typing import TYPE_CHECKING, Any, Final

from modelreg.flavors import rebuild
from modelreg.sizes import human

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from modelreg.flavors.outgoing import Outgoing


LARGE: Final = 1 << 20
"""Memory of fewer bytes may be wasted."""


class Storages:
    """The storages of one dump."""

    def __init__(self, out: Outgoing) -> None:
        self._out = out
        self._ones: dict[int, _Bytes] = {}
        self._used: dict[int, int] = {}
        out.asides.append(self.wasted)

    def rules(self) -> Mapping[type, Callable[[Any], Any]]:
        """Return how to pickle what torch makes."""
        storage, torch = (sys.modules.get(name) for name in ("torch.storage", "torch"))
        rules = {
            getattr(storage, "TypedStorage", None): self.typed,
            getattr(storage, "UntypedStorage", None): self.untyped,
            getattr(torch, "Tensor", None): self.tensor,
        }
        return {} if None in rules else rules  # type: ignore[return-value]  # none of the keys is None

    def tensor(self, tensor: Any) -> Any:
        """Return how to pickle a tensor: as it says itself. What it uses of its memory is counted."""
        reduced = tensor.__reduce_ex__(5)
        with suppress(RuntimeError, NotImplementedError):  # it has no storage
            at = tensor.untyped_storage()._cdata  # noqa: SLF001
            self._used[at] = self._used.get(at, 0) + tensor.numel() * tensor.element_size()
        return reduced

    def wasted(self) -> list[str]:
        """Say of memory of which a small part is used that all of it is stored."""
        sizes = {at: one.nbytes for at, one in self._ones.items() if at in self._used}
        large = [at for at, size in sizes.items() if size >= LARGE and 2 * self._used[at] < size]
        if not large:
            return []
        used, whole = (human(sum(found[at] for at in large)) for found in (self._used, sizes))
        return [
            f"tensors of {used} are parts of others of {whole}, all of which is stored: clone() keeps the part alone"
        ]

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
        self.nbytes = untyped.nbytes()

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
