"""How torch's storages are pickled: by their values.

torch itself writes the address of a storage into its pickle, so that one tensor never gave the same bytes twice: a module
that was loaded and registered unchanged, or trained again from the same seed, was another version each time.
"""

from __future__ import annotations

import io
import sys
from typing import Any


def reduce_storage(obj: object) -> Any:
    """Return how to pickle ``obj``; NotImplemented when it is no storage of torch."""
    torch = sys.modules.get("torch")
    if torch is None or type(obj) not in (torch.storage.TypedStorage, torch.storage.UntypedStorage):
        return NotImplemented
    file = io.BytesIO()
    # The format of an archive numbers its storages, the older one that torch takes here names them by address.
    torch.save(obj, file)
    return torch.storage._load_from_bytes, (file.getvalue(),)  # noqa: SLF001  (what torch itself names in a pickle)
