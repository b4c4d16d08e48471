"""What a filter that is being typed in a panel may become."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from modelreg import queries
from modelreg.panels import reading

if TYPE_CHECKING:
    from modelreg.panels.browser import Browser
    from modelreg.records import Json

SUGGESTED: Final = 12
_ITEM: Final = re.compile(r"""\b(?P<kind>metrics|params)\[(?P<quote>["'])(?P<key>(?:(?!(?P=quote)).)*)$""")
_WORD: Final = re.compile(r"""["'][\w./-]*$|[\w.]+$""")


def complete(panel: Browser, name: str, text: str) -> Json:
    """Return what the last word of a filter may become: fields, metrics and params of the model, aliases in quotes."""
    item = _ITEM.search(text)
    if item is not None:
        known = _known(panel, name)[item["kind"]]
        return _offer(item.group(), [(_asked(item["kind"], key), "") for key in known if key.startswith(item["key"])])
    found = _WORD.search(text)
    word = found.group() if found else ""
    if word[:1] in {'"', "'"}:
        aliases = [f"{word[0]}{alias}{word[0]}" for alias in sorted(reading.home(panel, name).aliases)]
        return _offer(word, [(f"{alias} in aliases", "") for alias in aliases if alias.startswith(word)])
    fields = queries.FIELDS["version"]
    words = [(f"{key}." if info.keyed else key, info.doc) for key, info in fields.items()]
    words += [(_asked(kind, key), "") for kind, keys in _known(panel, name).items() for key in keys]
    return _offer(word, [each for each in words if _begins(each[0], word)])


def _offer(word: str, words: list[tuple[str, str]]) -> Json:
    shown: list[Json] = [[each, note] for each, note in words if each != word]
    return {"word": word, "words": shown[:SUGGESTED]}


def _begins(offered: str, word: str) -> bool:
    """Whether a word may become what is offered; ``metrics.f1`` also ``metrics["f1 score"]``, which has no dot."""
    return offered.startswith(word) or offered.replace('["', ".", 1).startswith(word)


def _known(panel: Browser, name: str) -> dict[str, tuple[str, ...]]:
    found = panel.registry.keys(name)
    return {"metrics": found.metrics, "params": found.params}


def _asked(kind: str, key: str) -> str:
    return str(queries.Field(kind, key))
