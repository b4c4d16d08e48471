"""What is typed in a register form and not sent yet: the panel keeps it for a page that is loaded again.

It is no trait: what somebody typed does not belong into the state that a front end saves with a notebook.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from modelreg.errors import InvalidError

if TYPE_CHECKING:
    from modelreg.panels.base import Panel
    from modelreg.records import Json

MOST: Final = 100_000
"""Characters of a draft; what is longer was pasted, and is not worth to be sent at every pause of the keys."""


def keep(panel: Panel, form: object) -> Json:
    """Keep what a form holds, in the words of the front end; an empty one is forgotten.

    Raises
    ------
    InvalidError
        It is no form.
    """
    if not isinstance(form, dict):
        msg = f"a draft is what the fields of a form hold, not {type(form).__name__}"
        raise InvalidError(msg)
    panel.draft = form if len(json.dumps(form)) <= MOST else {}
    return None


def forget(panel: Panel) -> None:
    """Keep nothing: it was registered."""
    panel.draft = {}
