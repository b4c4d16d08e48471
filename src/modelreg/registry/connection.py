"""Where a registry is found, and how it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg import settings, verbs
from modelreg.notebook import Notebook
from modelreg.registry.registry import Registry

if TYPE_CHECKING:
    from pathlib import Path


def connect(
    location: str | Path | None = None, *, notebook: Notebook | None = None, actor: str | None = None
) -> Registry:
    """Return the registry at ``location``.

    Parameters
    ----------
    location : str or Path, optional
        A directory; made at the first write when it does not exist. Default: what ``%modelreg connect`` chose in this
        kernel, else ``MODELREG_REGISTRY``, else the user's config file, else a directory under the user's data
        directory, shared by all notebooks of the user.
    notebook : Notebook, optional
        The notebook that acts; the extension passes its own.
    actor : str, optional
        Who acts, as it stands in the history. Default: the user's name.

    Raises
    ------
    RegistryError
        The place is not a registry, was written by a newer modelreg, or cannot be used.
    """
    book = notebook or Notebook.current()
    place = settings.registry(location or book.place or None)
    kind = _replayed() if settings.replaying() else Registry
    return kind(verbs.open_context(place, notebook=book, actor=actor))


def _replayed() -> type[Registry]:
    from modelreg.registry.replayed import Replayed

    return Replayed
