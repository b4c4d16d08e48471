"""What a panel brings back: the live object of a version, bound to a variable of the notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.errors import UsageError
from modelreg.panels import binding

if TYPE_CHECKING:
    from modelreg.panels.browser import Browser
    from modelreg.records import Json


def load(panel: Browser, ref: str, variable: str, *, overwrite: bool = False, expect: str | None = None) -> Json:
    """Bind the live object of a version to a variable; one that is bound to something else stays unless ``overwrite``.

    ``expect`` is the content id that the user saw and approves for this once: nothing else is loaded by it.

    Raises
    ------
    UsageError
        The variable is bound; kept apart by the kind ``bound``, for the panel offers to overwrite it.
    UntrustedModelError
        Loading would run code that nobody here approved; the panel offers to approve it for this once.
    IntegrityError
        The contents are not those that the user approved.
    """
    name = variable.strip()
    try:
        binding.check(
            name,
            ref,
            scope={} if overwrite else panel.desk.scope,
            registry=panel.registry,
            notebook=panel.desk.notebook,
        )
    except UsageError as error:
        raise BoundError(error.message) from error
    loaded = panel.registry.fetch(ref, expect=expect)
    panel.desk.assign(name, loaded.obj)
    return {
        "said": f"{name} is now {loaded.version.ref} ({type(loaded.obj).__name__})",
        "notes": [text for text in (loaded.note, *loaded.warnings) if text],
    }


class BoundError(UsageError):
    """The variable is bound to something else."""

    kind = "bound"
