"""What variables hold that ``status`` tells of: models, and whatever was registered or loaded in this kernel."""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import islice
from types import ModuleType
from typing import TYPE_CHECKING, Any

from modelreg.flavors.held import IPYTHON, LOOKED, held, inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from modelreg.notebook import LiveObjects


def holding(scope: Mapping[str, Any], live: LiveObjects) -> dict[str, Any]:
    """Return what there is to tell of by how it is typed, in the order of the variables; no code of theirs runs."""
    found = held(scope)
    for name, value in list(scope.items()):
        if not name.startswith("_") and name not in IPYTHON and not issubclass(type(value), ModuleType):
            with suppress(Exception):  # as in held: a class may forbid every question
                found.update(islice(_known(name, value, live), LOOKED))
    return dict(sorted(found.items(), key=lambda item: (root(item[0]), item[0] not in scope)))


def root(typed: str) -> str:
    """Return the variable of what is typed: items of a list are told in its order, and after the list."""
    return re.split(r"[.\[]", typed, maxsplit=1)[0]


def _known(name: str, value: object, live: LiveObjects) -> Iterator[tuple[str, object]]:
    """Yield what was registered or loaded in this kernel of a variable, and of what it holds."""
    if live.known(value, name) is not None or live.perhaps(value) is not None:
        yield name, value
    for typed, inner in inside(name, value):
        if live.known(inner, typed) is not None:
            yield typed, inner
