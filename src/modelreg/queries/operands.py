"""What stands on the two sides of an operator: fields, constants, and names of the kernel."""

from __future__ import annotations

import ast
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from modelreg import names as grammar
from modelreg.errors import InvalidError, NotFoundError, QueryError, alike
from modelreg.queries import values
from modelreg.queries.fields import FIELDS, TEXT_METHODS, FieldInfo, listed
from modelreg.queries.tree import Field, Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from modelreg.queries.scan import Source
    from modelreg.queries.tree import Data

DATA: Final = "data"
"""The type of a field that asks for data."""
_MEANT: Final = {"null": "None", "none": "None", "true": "True", "false": "False", "nil": "None"}
_NUMBERS: Final = frozenset({"number", "whole"})
"""Types of fields that are never compared with text."""
_TEXTS: Final = frozenset({"text", "label", "alias"})
"""Types of fields that are never compared with numbers."""
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_ASKED: Final = re.compile(r"\s+(?:not\s+)?in\s+\w+")
_REFUSED: Final[Mapping[type[ast.expr], str]] = {
    ast.Constant: "a value alone is no condition; compare a field with it",
    ast.BinOp: "a query does not calculate; put the result into a variable first",
    ast.Attribute: "attributes are not looked up; put the value into a variable first",
    ast.Subscript: "items are not looked up; put the value into a variable first",
    ast.Tuple: "a list stands only after 'in'",
    ast.List: "a list stands only after 'in'",
    ast.Set: "a list stands only after 'in'",
    ast.Compare: "a comparison is not compared",
    ast.BoolOp: "a condition is not compared",
}


class Operands:
    """Reads operands of one query.

    Parameters
    ----------
    source : Source
        The query, for the places of faults.
    entity : str
        Which fields there are.
    names : mapping
        The kernel's variables.
    data : callable, optional
        Tells which data something is.
    keys : callable, optional
        Tells which keys ``metrics`` or ``params`` have, for what a fault may be meant for.
    """

    def __init__(
        self,
        source: Source,
        entity: str,
        names: Mapping[str, Any],
        data: Callable[[object], Data] | None = None,
        keys: Callable[[str], Collection[str]] | None = None,
    ) -> None:
        self._source = source
        self._entity = entity
        self._fields = FIELDS[entity]
        self._names = names
        self._data = data
        self._keys = keys

    def error(self, node: ast.AST, message: str, meant: str = "") -> QueryError:
        """Return the error for a fault at a node."""
        return self._source.error(message, self._source.column(node), meant)

    def info(self, field: Field) -> FieldInfo:
        """Return what a field holds."""
        return self._fields[field.name]

    def field(self, node: ast.expr) -> Field | None:
        """Return the field that a node names, None when it names none."""
        if isinstance(node, ast.Name):
            return Field(node.id) if node.id in self._fields else None
        if not isinstance(node, (ast.Attribute, ast.Subscript)):
            return None
        name = node.value.id if isinstance(node.value, ast.Name) else ""
        if name not in self._fields:
            if getattr(getattr(node.value, "value", None), "id", None) in self._fields:
                raise self.error(node, 'a key with dots or brackets is quoted: metrics["a.b"]')
            return None
        if not self._fields[name].keyed:
            raise self.error(node, f"{name} has no keys")
        if isinstance(node, ast.Attribute):
            return Field(name, node.attr)
        return Field(name, str(self.converted(node.slice, "text", f"a key of {name}")))

    def need_key(self, node: ast.expr, field: Field) -> None:
        """Refuse ``metrics`` without a key."""
        info = self.info(field)
        if info.keyed and field.key is None:
            raise self.error(node, f"{field.name} needs a key; {info.doc.partition(': ')[2]}")

    def pair(self, left: ast.expr, right: ast.expr) -> tuple[Field, ast.expr]:
        """Return the field of a comparison and the node that it is compared with.

        Where both sides name fields, a bare one that is also a variable is the variable, the right one first.
        """
        fields = [self.field(left), self.field(right)]
        for position, node in ((1, right), (0, left)):
            if None not in fields and isinstance(node, ast.Name) and node.id in self._names:
                fields[position] = None
        if fields[0] is not None and fields[1] is not None:
            raise self.error(right, f"{fields[0]} is compared with a value, not with another field")
        if fields[0] is not None:
            return fields[0], right
        if fields[1] is not None:
            return fields[1], left
        meant = (node for node in (left, right) if isinstance(node, ast.Name) and node.id in _MEANT)
        others = (node for node in (left, right) if not isinstance(node, ast.Constant))
        raise self.unknown(next(meant, next(others, left)))

    def fitted(self, asked: ast.expr, field: Field, node: ast.expr, op: str) -> Scalar:
        """Return a node's value as what ``field`` is compared with by ``op``."""
        if self.info(field).type == "none":
            raise self.error(asked, f'{field} is a set; write "x" in {field}')
        self.need_key(asked, field)
        return self.converted(node, self.info(field).type, str(field), op)

    def several(self, asked: ast.expr, field: Field, node: ast.expr) -> tuple[Scalar, ...]:
        """Return the values of the list that stands after ``in``."""
        if self.info(field).type == "none":
            raise self.error(asked, f'{field} is a set; write "x" in {field}')
        self.need_key(asked, field)
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            found = [self.converted(each, self.info(field).type, str(field)) for each in node.elts]
        elif isinstance(node, ast.Name):
            try:
                items = values.several(self._variable(node))
                found = [values.fit(self.info(field).type, values.plain(item), what=str(field)) for item in items]
            except InvalidError as fault:
                raise self._placed(node, fault) from None
        else:
            raise self.error(node, f"'in' needs a list: {field} in (…, …)")
        if not found:
            raise self.error(node, "the list after 'in' is empty")
        if len({isinstance(value, str) for value in found}) > 1:
            raise self.error(node, "the list after 'in' mixes text and numbers")
        return tuple(dict.fromkeys(found))

    def converted(self, node: ast.expr, kind: str, what: str, op: str = "==") -> Scalar:
        """Return a node's value as one of ``kind``; ``what`` is for the message."""
        try:
            return values.fit(kind, self._value(node, text=kind not in _NUMBERS), op=op, what=what)
        except InvalidError as fault:
            if not isinstance(fault, QueryError) and (meant := self._otherwise(node, kind)):
                raise self.error(node, fault.message, self._source.replaced(node, meant)) from None
            raise self._placed(node, fault) from None

    def _otherwise(self, node: ast.expr, kind: str) -> str:
        """Return a number as text or a text as the number in it, where a field is compared with the one only."""
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(node, ast.Name) and kind == "label" and isinstance(self._names.get(node.id), type):
            return f'"{self._names[node.id].__name__}"'
        if isinstance(value, (int, float)) and not isinstance(value, bool) and kind in _TEXTS:
            return f'"{value}"'
        return value if isinstance(value, str) and kind in _NUMBERS and _NUMBER.fullmatch(value) else ""

    def data(self, node: ast.expr, field: Field, op: str) -> Data:
        """Return which data a node means: a variable as it is now, a reference or the beginning of a digest."""
        if op not in {"==", "!="}:
            raise self.error(node, f"{field} has no order; compare it with == or !=")
        if self._data is None:
            raise self.error(node, f"{field} is not asked for here")
        value = self._variable(node) if isinstance(node, ast.Name) else self._value(node)
        try:
            return self._data(value)
        except (InvalidError, NotFoundError) as fault:
            raise self._placed(node, fault) from None

    def not_called(self, node: ast.Call) -> QueryError:
        """Return the error for a call of what no query calls."""
        name = getattr(node.func, "attr", getattr(node.func, "id", "this"))
        known = ", ".join(f".{method}()" for method in TEXT_METHODS)
        return self.error(node, f"{grammar.shown(name)} is not called in a query; only glob(), {known} are")

    def unknown(self, node: ast.expr) -> QueryError:
        """Return the error for a node where a field must stand."""
        if isinstance(node, ast.Call):
            return self.not_called(node)
        base = node.value if isinstance(node, (ast.Attribute, ast.Subscript)) else node
        if not isinstance(base, ast.Name):
            return self.error(node, _REFUSED.get(type(node), "this is no part of a query"))
        if base.id in _MEANT:
            return self.error(node, f"did you mean {_MEANT[base.id]} for {base.id}?")
        keyed = self._keyed(base.id) if base is node else []
        close = keyed or get_close_matches(base.id, self._fields, n=3, cutoff=0.6)
        there = f"there are {listed(self._entity)}"
        if keyed:
            others = f" Otherwise {there}" if self._keys is None else ""
            hint = f"did you mean {' or '.join(keyed)}?{others}"
        elif close:
            hint = f"did you mean {' or '.join(close)}?"
        else:
            asks = base.id in {"metrics", "params"}
            hint = "metrics and params are asked of versions" if asks else there
        meant = self._source.replaced(base, close[0]) if len(close) == 1 else ""
        return self.error(node, f"there is no field {grammar.shown(base.id)}; {hint}", meant)

    def _no_variable(self, node: ast.Name, *, text: bool) -> QueryError:
        """Return the error for a name that is no variable: probably a text without its quotes."""
        if node.id in _MEANT:
            return self.error(node, f"did you mean {_MEANT[node.id]} for {node.id}?")
        variables = [name for name in self._names if not name.startswith("_")]
        close = get_close_matches(node.id, variables, n=3, cutoff=0.6)
        quoted = f"text stands in quotes: {self._quoted(node)}"
        hint = f"did you mean {' or '.join(close)}?" if close else quoted
        by = close[0] if len(close) == 1 else f'"{node.id}"' if text else ""
        meant = self._source.replaced(node, by) if by else ""
        return self.error(node, f"there is no variable {grammar.shown(node.id)}; {hint}", meant)

    def _quoted(self, node: ast.Name) -> str:
        """Return a name as the text that is probably meant, with the question that it stands in."""
        behind = self._source.text[self._source.column(node) + len(node.id) :]
        asked = _ASKED.match(behind)
        return f'"{node.id}"{asked[0] if asked else ""}'

    def _keyed(self, name: str) -> list[str]:
        """Return the metrics and params that a name alone may be meant for: those that there are, where that is known."""
        fields = [field for field in ("metrics", "params") if field in self._fields]
        keys = {field: [name] if self._keys is None else self._keys(field) for field in fields}
        same = [str(Field(field, name)) for field in fields if name in keys[field]]
        if get_close_matches(name, self._fields, n=1, cutoff=0.6):
            return [] if self._keys is None else same
        return same or [str(Field(field, key)) for field in fields for key in alike(name, keys[field])][:3]

    def _value(self, node: ast.expr, *, text: bool = True) -> object:
        """Return the plain value of a constant or a variable; ``text``: it may be a text."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            value = self._value(node.operand) if isinstance(node.operand, (ast.Constant, ast.Name)) else None
            if not isinstance(value, (int, float)) or isinstance(value, bool):
                raise self.error(node, "only a number has a sign")
            return -value if isinstance(node.op, ast.USub) else value
        if isinstance(node, ast.Name):
            return values.plain(self._variable(node, text=text))
        if isinstance(node, ast.Constant):
            if node.value is None:
                raise self.error(node, "None stands only after 'is' and 'is not'")
            return values.plain(node.value)
        if isinstance(node, ast.Call):
            raise self.not_called(node)
        words = self._dotted(node)
        if text and words:  # what a variable is part of by chance may be meant as a text too: train.csv
            known = f"{_REFUSED[ast.Attribute]}; " if words.partition(".")[0] in self._names else ""
            said = f'{known}text stands in quotes: "{words}"'
            raise self.error(node, said, self._source.replaced(node, f'"{words}"'))
        raise self.error(node, _REFUSED.get(type(node), "this is no part of a query"))

    def _dotted(self, node: ast.expr) -> str:
        """Return a node that is nothing but names with dots as it is typed, such as the name of a file; else nothing."""
        if isinstance(node, ast.Name):
            return node.id
        before = self._dotted(node.value) if isinstance(node, ast.Attribute) else ""
        return f"{before}.{node.attr}" if before and isinstance(node, ast.Attribute) else ""

    def _variable(self, node: ast.Name, *, text: bool = True) -> object:
        """Return what a name means in the kernel; ``inf`` and ``nan`` need no import."""
        if node.id in self._names:
            return self._names[node.id]
        if node.id in {"inf", "nan"}:
            return float(node.id)
        if node.id in self._fields:
            raise self.error(node, f"{node.id} is a field; put text into quotes")
        raise self._no_variable(node, text=text)

    def _placed(self, node: ast.expr, fault: InvalidError | NotFoundError) -> QueryError:
        """Return a fault with its place, which it may have already."""
        return fault if isinstance(fault, QueryError) else self.error(node, fault.message)
