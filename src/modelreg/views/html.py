"""HTML as a tree: text becomes markup in :func:`render` and nowhere else, so nothing is left unescaped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from modelreg.views.escape import markup

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*", re.ASCII)
_VOID: Final = frozenset({"br", "hr", "img"})


@dataclass(frozen=True, slots=True)
class Element:
    """One element; make it with :func:`tag`."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Sanitized:
    """Markup that a sanitizer has passed; only ``cards`` makes it."""

    text: str


Node: TypeAlias = "Element | Sanitized | str | int | Iterable[Node] | None"


def tag(name: str, *children: Node, **attributes: str | int | None) -> Element:
    """Return an element.

    Parameters
    ----------
    name : str
        The name of the element.
    *children : Node
        Elements, text, None (nothing), or iterables of them.
    **attributes : str, int or None
        Attributes; None leaves one out, ``aria_label`` means ``aria-label``, ``class_`` means ``class``.
    """
    pairs = tuple(
        (_checked(key.rstrip("_").replace("_", "-")), str(value))
        for key, value in attributes.items()
        if value is not None
    )
    return Element(_checked(name), pairs, children)


def render(node: Node) -> str:
    """Return the HTML of ``node``, with all text and all attribute values escaped."""
    pieces: list[str] = []
    _write(node, pieces)
    return "".join(pieces)


def _write(node: Node, pieces: list[str]) -> None:
    if node is None:
        return
    if isinstance(node, Element):
        pieces.append(f"<{node.name}")
        pieces.extend(f' {key}="{markup(value)}"' for key, value in node.attributes)
        pieces.append(">")
        _write(node.children, pieces)
        if node.name not in _VOID:
            pieces.append(f"</{node.name}>")
    elif isinstance(node, Sanitized):
        pieces.append(node.text)
    elif isinstance(node, (str, int)):
        pieces.append(markup(str(node), keep="\n"))
    else:
        for child in node:
            _write(child, pieces)


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        msg = f"{name!r} is no name of an element or attribute"
        raise ValueError(msg)
    return name
