"""What is known of a loaded module without asking it: one that loads itself late would load, or fail."""

from __future__ import annotations


def file_of(module: object) -> str | None:
    """Return the file that a module was loaded from; None where it has none, or is no plain module.

    Parameters
    ----------
    module : object
        What stands in ``sys.modules``: anything may.
    """
    try:
        file = object.__getattribute__(module, "__dict__").get("__file__")
    except Exception:  # noqa: BLE001  (an object that stands in for a module may raise what it likes)
        return None
    return file if isinstance(file, str) else None
