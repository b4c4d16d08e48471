"""What stands before a query: whether the rest of a line is a name, a query, or both."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Final

from modelreg import syntax
from modelreg.commands.expand import expand
from modelreg.commands.line import Token, split
from modelreg.commands.sound import ANY, is_understood, sorted_by, sound
from modelreg.errors import UsageError
from modelreg.names import quote

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from modelreg.commands.session import Session
    from modelreg.errors import QueryError
    from modelreg.queries import Field
    from modelreg.registry import Registry

_BEGINS: Final = re.compile(r"=|!=|<|>|(in|is|and|or|not\s+in)\b")
"""What the second word of a query may begin with: then the first one is no name."""
_PATTERN: Final = re.compile(r"[*?\[]")
"""What makes a pattern of a name."""


def no_sql(command: str, rest: str | None, *, live: bool = True) -> None:
    """Refuse the words around a condition that another language has, with the line that means the same.

    Parameters
    ----------
    command : str
        Which list is asked.
    rest : str or None
        The rest of its line.
    live : bool
        Whether it is typed in a notebook; a shell takes a condition in quotes only.

    Raises
    ------
    UsageError
        It holds ``where``, ``order by`` or ``limit``.
    """
    raw = [token.raw for token in split(rest or "").tokens]
    words = [word.casefold() for word in raw]
    told, options, end = [], [], len(raw)
    entity = "model" if command == "models" else "version"
    for at in [at for at, word in enumerate(words) if word in {"order", "sort"} and words[at + 1 : at + 2] == ["by"]][
        :1
    ]:
        field, *after = [word.strip(",") for word in raw[at + 2 :]] or ["FIELD"]
        down = "-" if [word.casefold() for word in after[:1]] in (["desc"], ["descending"]) else ""
        by = sorted_by(down + field, entity)
        told, options, end = ["a list is sorted by --order"], [f"--order {quote(by)}"], at
    for at in [at for at, word in enumerate(words) if word == "limit" and raw[at + 1 :] and raw[at + 1].isdigit()][:1]:
        told, options, end = [*told, "cut by --limit"], [*options, f"--limit {raw[at + 1]}"], min(end, at)
    where = next((at for at in (0, 1) if words[at : at + 1] == ["where"] and end > at + 1), None)
    if where is not None:
        told = ["no 'where' is needed: a condition stands behind the name", *told]
    if told:
        kept = " ".join(word for at, word in enumerate(raw[:end]) if at != where)
        if query := of_versions(kept)[1]:
            kept = kept.replace(query, sound(query, entity))
        name, query = (None, kept) if live else of_versions(kept)
        asked = [name and quote(name), query if live or not query else quote(query)]
        raise UsageError("; ".join(told), tries=(" ".join(filter(None, [command, *asked, *options])),))


def typed(
    error: QueryError,
    begun: str,
    query: str | None,
    order: str | None,
    *,
    live: bool,
    names: Mapping[str, Any] | None = None,
) -> QueryError:
    """Return the error for a query or an order with the line to type, where it is clear what was meant."""
    entity = "model" if begun.partition(" ")[0] == "models" else "version"
    if error.meant:
        of_order = error.query == order and error.query != query
        meant = error.meant if of_order else sound(error.meant, entity, names)
        if not of_order and not is_understood(meant, entity, names):
            error.tries = (f"help {begun.partition(' ')[0]}",)
            return error
        order, query = (meant, query) if of_order else (order, meant)
        asked = quote(query) if query and not live else query
        error.tries = (" ".join(filter(None, [begun, asked, order and f"--order {quote(order)}"])),)
    elif not error.tries:
        error.tries = (f"help {begun.partition(' ')[0]}",)
    return error


def elsewhere(nb: Session, rest: str | None) -> str | None:
    """Return what is typed behind ``versions`` for a condition that registered models know nothing of; None where it is none.

    Parameters
    ----------
    nb : Session
        Whose registry tells which metrics and params there are.
    rest : str or None
        What stands behind the command.
    """
    from modelreg.errors import ModelRegError

    scope = nb.scope if nb.kernel else None
    name, query = of_versions(rest)
    if query is None or (name and _PATTERN.search(name)) or is_understood(sound(query, "model", scope), "model", scope):
        return None

    def keys(field: str) -> Collection[str]:
        try:
            known = {key for version in nb.registry.versions(limit=20) for key in getattr(version, field)}
        except ModelRegError:
            known = set()
        return known or (ANY if field == "metrics" else ())

    meant = sound(query, "version", scope, keys)
    if not is_understood(meant, "version", scope):
        return None
    return " ".join([*([quote(name)] if name else []), meant if nb.kernel else quote(meant)])


def of_versions(rest: str | None, scope: Mapping[str, Any] | None = None) -> tuple[str | None, str | None]:
    """Return the name and the query that the rest of a line is.

    A whole that is a comparison, a logical expression or a call of a query function is a query; so is one whose second
    word is an operator, or that compares a field, though it may be a wrong one. Else the first word is the name.

    Examples
    --------
    >>> of_versions("churn metrics.auc > 0.9"), of_versions("metrics.auc > 0.9"), of_versions('"a b"')
    (('churn', 'metrics.auc > 0.9'), (None, 'metrics.auc > 0.9'), ('a b', None))
    """
    if rest is None or not rest.strip():
        return None, None
    if _is_query(rest):
        return None, rest
    tokens = split(rest).tokens
    if len(tokens) > 1 and _BEGINS.match(rest, tokens[1].column):
        return None, rest
    if len(tokens) == 1 and tokens[0].raw[:1] in {"'", '"'} and _is_query(tokens[0].text):
        return None, tokens[0].text  # all of it in quotes, as one writes it in a shell
    first, after = tokens[0], rest[tokens[0].end :].strip()
    name = first.text if scope is None else expand(first.text, scope, first.column)
    return name, _bare(after) or None


def asked(query: str | None, order: str | None, scope: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the metrics and params that a list of versions was asked by, each once: those that it is to show."""
    from modelreg import queries

    # what data a question means is known to the registry alone, and no column
    tree = queries.parse(query, names=scope, data=lambda _: queries.Data())
    fields = [*queries.asked(tree), *([queries.order(order).field] if order else [])]
    return tuple(dict.fromkeys(field for field in fields if field.key and field.name in {"metrics", "params"}))


def of_models(rest: str | None) -> str | None:
    """Return the query that the rest of a line is; a name alone asks for that name, with ``*`` for a pattern."""
    name, query = of_versions(rest)
    if name is None:
        return query
    asked = f"glob(name, {name!r})" if any(c in name for c in "*?[") else f"name == {name!r}"
    return asked if query is None else f"{asked} and ({query})"


def _is_query(text: str) -> bool:
    try:
        node = syntax.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return _compares_field(text)
    if isinstance(node, ast.Call):
        return _known(node.func)
    return isinstance(node, (ast.Compare, ast.BoolOp)) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    )


def _known(called: ast.expr) -> bool:
    from modelreg.queries import FUNCTIONS, TEXT_METHODS

    if isinstance(called, ast.Attribute):
        return called.attr in TEXT_METHODS
    return isinstance(called, ast.Name) and called.id in FUNCTIONS


def _compares_field(text: str) -> bool:
    """Whether a text that Python does not understand compares a field all the same: ``metrics.auc=0.9``."""
    from modelreg.queries import FIELDS

    names = "|".join(sorted({name for fields in FIELDS.values() for name in fields}))
    return re.match(rf"\s*({names})(\.\w+|\[[^\]]*\])?\s*(=|!|<|>)", text) is not None


def _bare(query: str) -> str:
    """Return a query without the quotes around it as a whole, as one writes it in a shell."""
    whole = Token(query, 0)
    if query[:1] in {"'", '"'}:
        try:
            node = syntax.parse(query, mode="eval").body
        except (SyntaxError, ValueError):
            return query
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return whole.text
    return query


def words(typed: str, entity: str, given: tuple[str, ...], registry: Registry | None) -> list[str]:
    """Return what may stand at the end of a query: fields, keys of metrics and params, and what joins conditions."""
    from modelreg.queries import FIELDS, FUNCTIONS

    fields = FIELDS[entity]
    name, dot, _ = typed.partition(".")
    if dot and name in fields and fields[name].keyed:
        keys = _keys(name, given, registry)
        return [f"{name}.{key}" for key in keys if f"{name}.{key}".startswith(typed)]
    begun = bool(given) and given[-1] not in {"and", "or", "not"}
    joining = ["and", "or", "in", "not", "is"] if begun else ["not"]
    plain = [f"{each}." if info.keyed else each for each, info in fields.items()]
    return [word for word in [*plain, *(f"{each}(" for each in FUNCTIONS), *joining] if word.startswith(typed)]


def _keys(field: str, given: tuple[str, ...], registry: Registry | None) -> list[str]:
    """Return the keys that the newest versions have."""
    from modelreg.queries import is_plain

    if registry is None or field not in {"metrics", "params", "tags"}:
        return []
    name = of_versions(given[0])[0] if given and given[0].isidentifier() else None
    page = registry.versions(name, limit=20)
    return sorted({key for version in page for key in getattr(version, field) if is_plain(key)})
