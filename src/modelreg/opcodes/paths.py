"""The parts of a model by the path on which each is reached: ``coef_``, ``steps[1][1].max_iter``, ``0.weight``.

They are read from the nodes of a stream, so no object is needed and none is made. Every part has a mark; where the marks of
two parts are equal, so is all below them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from modelreg.opcodes.marks import defined, digest, pairs
from modelreg.opcodes.tables import columns
from modelreg.opcodes.told import is_told, key_of, listed, tensor, told, word

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelreg.opcodes.machine import Node
    from modelreg.opcodes.marks import Marks

MOST: Final = 10_000
"""So many parts are named; what holds more is one part."""

DEEPEST: Final = 24
"""So many steps a path has."""

WIDE: Final = 32
"""What holds more parts than these names them, but not what is in them."""

NAME: Final = 120
"""Characters of a step; the middle of a longer one is left out."""

ABOUT: Final = 80
"""Characters that are told of a part."""

_DIGITS: Final = 16
_CONTAINERS: Final = frozenset({"list", "dict", "set", "frozenset", "tuple"})


class Part(NamedTuple):
    """One part of a model, with what is in it."""

    name: str
    """One step of the path: ``coef_``, ``[1]``, ``['a']``; empty for the model itself."""
    about: str
    """What it is: type and shape of an array, the class of an object, the value of a number."""
    mark: str
    """Equal for equal parts: hexadecimal digits; nothing where what is told is all there is, as of a small number."""
    parts: tuple[Part, ...] = ()

    @property
    def same(self) -> tuple[str, str]:
        """What is equal for equal parts, and for no others."""
        return self.mark, self.about


class _Held(NamedTuple):
    """What a node holds, by name."""

    nodes: dict[str, Node]
    narrow: bool
    """Whether what is in these is named too."""


class Paths:
    """Names the parts of one model.

    Parameters
    ----------
    marks : Marks
        The marks of its nodes.
    read : callable
        Returns the bytes of the buffer of a number, None where they are too many to be looked at.
    """

    def __init__(self, marks: Marks, read: Callable[[int], bytes | None]) -> None:
        self._marks = marks
        self._read = read
        self._made: list[Node] = []  # marks go by identity: what was made here lives as long
        self._left = MOST
        self._seen: set[int] = set()

    def named(self, root: Node, mark: str) -> Part:
        """Return the model with its parts; ``mark`` is that of the whole."""
        part = self._part("", root, 0)
        return part._replace(mark=mark[:_DIGITS], parts=(*part.parts, *self._definitions()))

    def _part(self, name: str, node: Node, depth: int) -> Part:
        if is_told(node):
            return Part(name, told(node), "")
        mark = self._marks.of(node).hex()[:_DIGITS]
        held = self._open(node) if depth < DEEPEST else None
        if held is None:
            return Part(name, _about(node), mark)
        self._seen.add(id(node))
        self._left -= len(held.nodes)
        below = depth + 1 if held.narrow else DEEPEST
        parts = [self._part(step, part, below) for step, part in held.nodes.items()]
        return Part(name, told(node)[:ABOUT], mark, tuple(parts))

    def _open(self, node: Node) -> _Held | None:
        """Return what is named in a node; None where it is one part."""
        if (
            id(node) in self._marks.values
            or id(node) in self._seen
            or not (node.events or node.kind in {"tuple", "call"})
        ):
            return None
        if defined(node) or tensor(node):
            return None
        attributes = _attributes(node)
        nodes = self._columns(attributes.get("_mgr", node)) or _module(attributes) or attributes | _items(node)
        if not nodes or len(nodes) > self._left:
            return None
        plain = sum(id(part) in self._marks.values for part in nodes.values())
        if (node.kind in {"list", "tuple"} and plain == len(nodes)) or (
            plain and len(nodes) > WIDE and node.kind in _CONTAINERS
        ):
            return None
        return _Held(nodes, len(nodes) <= WIDE or node.kind not in _CONTAINERS)

    def _columns(self, node: Node) -> dict[str, Node]:
        """Return index and columns of a table; nothing of what is none."""
        found = columns(node, self._read)
        self._made.extend(found.values())
        return {cut(name): part for name, part in found.items()}

    def _definitions(self) -> list[Part]:
        """Return the classes and functions that came along, classes with what they define."""
        found: dict[str, Part] = {}
        methods: set[int] = set()
        for node in self._marks.definitions:  # looking into one appends others
            if defined(node) == "class":
                _add(found, self._class(node, methods))
            else:
                self._marks.inside(node)
        for node in self._marks.definitions:
            if defined(node) == "function" and id(node) not in methods:
                mark = self._marks.inside(node).hex()[:_DIGITS]
                _add(found, Part(cut(f"function {self._marks.name(node)}"), "function", mark))
        return list(found.values()) if len(found) <= self._left else []

    def _class(self, node: Node, methods: set[int]) -> Part:
        marks, parts = [self._marks.inside(node)], []
        for state in self._marks.states(node):
            for key, value in pairs(state.parts[0]) if state.kind == "tuple" and state.parts else []:
                inner = defined(value) == "function"
                if inner:
                    methods.add(id(value))
                elif word(key).startswith("__"):
                    continue
                marks.append(self._marks.inside(value) if inner else self._marks.of(value))
                parts.append(Part(cut(word(key)), _about(value), marks[-1].hex()[:_DIGITS]))
        few = tuple({part.name: part for part in parts}.values()) if len(parts) <= self._left else ()
        self._left -= len(few)
        mark = digest(marks).hex()[:_DIGITS]
        return Part(cut(f"class {self._marks.name(node)}"), "class", mark, few)


def _add(found: dict[str, Part], part: Part) -> None:
    """Note a definition; two of one name are told apart by their number."""
    name, number = part.name, 1
    while name in found:
        number += 1
        name = f"{part.name} ({number})"
    found[name] = part._replace(name=name)


def _about(node: Node) -> str:
    what = defined(node)
    if what is not None:
        return what
    count = len(node.parts) if node.kind in {"tuple", "frozenset"} else sum(len(nodes) for _, nodes in node.events)
    count //= 2 if node.kind == "dict" else 1
    short = told(node)
    return f"{short} of {count:,}" if short == node.kind and node.kind in _CONTAINERS else short[:ABOUT]


def _states(node: Node) -> list[Node]:
    """Return the dictionaries of attributes that an object is given."""
    found = []
    for event, nodes in node.events:
        if event == "build":
            state = nodes[0]
            found += [state] if state.kind == "dict" else [part for part in state.parts if part.kind == "dict"]
    return found


def _attributes(node: Node) -> dict[str, Node]:
    held = {word(key): value for state in _states(node) for key, value in pairs(state)}
    return {cut(name): value for name, value in held.items() if name and not (name[0] == "_" and _is_empty(value))}


def _items(node: Node) -> dict[str, Node]:
    """Return what is in a container; nothing of a dictionary with other keys than texts and numbers."""
    keyed = pairs(node)
    found = {cut(key_of(key)): value for key, value in keyed if key.kind in {"str", "int"}}
    if len(found) < len(keyed):
        return {}
    return found | {f"[{index}]": value for index, value in enumerate(listed(node))}


_TABLES: Final = ("_parameters", "_buffers", "_modules")
"""Where a module of torch keeps what ``state_dict()`` names, and the modules in it."""


def _module(held: dict[str, Node]) -> dict[str, Node]:
    """Return what is in a module of torch under the names of ``state_dict()``; nothing of what is none."""
    if not any(table in held for table in _TABLES):
        return {}
    found = {cut(word(k)): v for t in _TABLES if t in held for k, v in pairs(held[t]) if v.kind != "none"}
    rest = {k: v for k, v in held.items() if k not in _TABLES and not (k[0] == "_" and v.kind == "none")}
    return rest | found


def _is_empty(node: Node) -> bool:
    """Whether a node is a container in which nothing is."""
    made = node.kind in _CONTAINERS or (
        node.kind == "call" and node.parts[0].kind == "global" and told(node)[-4:] == "Dict"
    )
    return made and not node.events and not (node.kind in {"tuple", "frozenset"} and node.parts)


def cut(name: str) -> str:
    """Return a step of a path as it can be written, with its middle left out where it is long."""
    name = name.encode("utf-8", "backslashreplace").decode()
    half = NAME // 2
    return name if len(name) <= NAME else f"{name[: half - 1]}…{name[-half:]}"
