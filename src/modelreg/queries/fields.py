"""The fields that a query may ask about: one table for parsing, completion and help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """What one field holds and can be asked.

    Parameters
    ----------
    doc : str
        One line for help and completion.
    type : str
        What it, or each of its keys, is compared with: ``text``, ``alias``, ``label`` (the class), ``whole``,
        ``version``, ``number``, ``time``, ``scalar`` (text or number), ``data`` or ``none`` (it is only asked with
        ``in``).
    keyed : bool
        Whether it has keys: ``metrics.auc``, ``metrics["val/auc"]``.
    collection : bool
        Whether ``"x" in field`` asks for an item, not for a piece of text.
    sortable : bool
        Whether a list can be sorted by it.
    """

    doc: str
    type: str = "text"
    keyed: bool = False
    collection: bool = False
    sortable: bool = True

    @property
    def textual(self) -> bool:
        """Whether it can be searched for pieces of text."""
        return self.type in {"text", "alias", "label", "scalar"}


_ALIAS = FieldInfo('an alias that it has: alias == "staging", alias is None', "alias", sortable=False)
_TAGS = FieldInfo('tags: "gpu" in tags, tags.team == "ml", tags["a b"]', keyed=True, collection=True)
_DATA = FieldInfo('data that it was made of: data == df_train, data == "data/train:v0"', "data", sortable=False)
_DESCRIPTION = FieldInfo('the description: "text" in description', sortable=False)

FIELDS: Final[Mapping[str, Mapping[str, FieldInfo]]] = {
    "version": {
        "name": FieldInfo("name of the registered model or artifact that is listed"),
        "version": FieldInfo('number there: version > 3, version == "v3"', "version"),
        "alias": _ALIAS,
        "aliases": FieldInfo('aliases there: "production" in aliases', "none", collection=True, sortable=False),
        "tags": _TAGS,
        "description": _DESCRIPTION,
        "created": FieldInfo('when it was logged: created > "2026-10-01"', "time"),
        "linked": FieldInfo('when it was linked: linked > "3 days ago"', "time"),
        "user": FieldInfo("who logged it"),
        "flavor": FieldInfo("how it is stored"),
        "class_name": FieldInfo("class of the object: its bare name or the full path", "label"),
        "source": FieldInfo("the artifact, project/name"),
        "kind": FieldInfo("model or dataset"),
        "size": FieldInfo("logical bytes of the contents: size > 1e6", "whole"),
        "metrics": FieldInfo(
            'current metrics: metrics.auc > 0.9, metrics["val/auc"]', "number", keyed=True, collection=True
        ),
        "params": FieldInfo("params: params.max_depth <= 8", "scalar", keyed=True, collection=True),
        "data": _DATA,
    },
    "model": {
        "name": FieldInfo('the name: name.startswith("ch"), glob(name, "churn-*")'),
        "description": _DESCRIPTION,
        "tags": _TAGS,
        "alias": _ALIAS,
        "aliases": FieldInfo(
            'aliases that are set in it: "production" in aliases', "none", collection=True, sortable=False
        ),
        "created": FieldInfo('when it was made: created > "2026-10-01"', "time"),
        "updated": FieldInfo('when it changed last: updated > "yesterday"', "time"),
        "user": FieldInfo("who made it"),
        "versions": FieldInfo("how many live versions it has: versions > 3", "whole"),
        "data": _DATA,
    },
}
"""By entity: every field with what it holds. ``model`` serves registered models and artifacts."""

SAMPLES: Final[Mapping[str, str]] = {
    "text": '"text"',
    "alias": '"production"',
    "label": '"Ridge"',
    "whole": "100",
    "version": "3",
    "number": "0.5",
    "scalar": "1",
    "time": '"2026-10-01"',
}
"""By what a field holds: a value as one types it, for examples."""

TEXT_METHODS: Final[Mapping[str, str]] = {
    "startswith": 'name.startswith("ch"): the text begins so',
    "endswith": 'name.endswith("-v2"): the text ends so',
}
"""Methods of fields that hold text."""

FUNCTIONS: Final[Mapping[str, str]] = {
    "glob": 'glob(name, "churn-*"): * any text, ? any character, [ab] one of these, [!ab] none of them',
}
"""Functions of a query."""

OPERATORS: Final = (
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "in",
    "not in",
    "is None",
    "is not None",
    "and",
    "or",
    "not",
)
"""All operators, for completion."""


def listed(entity: str) -> str:
    """Return the fields of an entity in one line, as they are typed."""
    return ", ".join(f"{name}.KEY" if info.keyed else name for name, info in FIELDS[entity].items())
