"""The string constants of a tree that stand under telling names, or where a call takes its password."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from modelreg.capture.secrets.naming import (
    DESCRIBING,
    Strength,
    grouped,
    holds_secret,
    opaque,
    path,
    placeholder,
    strength,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["named"]

_KEY_LOGINS: Final = frozenset({"authenticate", "login", "set_api_key", "set_token"})
_LOGINS: Final = frozenset({"auth", "authenticate", "connect", "login"})
_KEY_SHORTEST: Final = 16
_KEY_LENGTH: Final = 24
_CLIENTS = re.compile(r"(?:\w*(?:client|Client|Session|Credentials?|Creds|Api|API)|Fernet)")
_RANDOM = re.compile(r"[\w+/-]{32,}={0,2}")
_HOLDERS = re.compile(r"\w*(?:BasicAuth|DigestAuth|Credentials?|Creds)")
_SETTERS: Final = frozenset({"get", "getenv", "putenv", "setdefault", "set_secret", "setenv"})
_OF_COLUMNS: Final = frozenset({"agg", "aggregate", "astype", "cast", "fillna", "rename", "with_columns"})
"""Calls whose dicts and keywords name columns of a table: a column may have any name."""
_COLUMNS: Final = frozenset({"aggfunc", "columns", "converters", "dtype", "dtypes", "mapper", "schema"})
_PUBLIC: Final = frozenset(
    {"account", "database", "email", "host", "name", "port", "region", "url", "user", "username"}
)

_LOGIN: Final = "login"
_KEY: Final = "key"
_CLIENT: Final = "client"
_PLACE: Final = "password"


def named(tree: ast.Module) -> Iterator[tuple[str, ast.Constant]]:
    """Yield the constants that are secrets, with the names that tell it."""
    columns = set(_columns(tree))
    for node in ast.walk(tree):
        if id(node) in columns:
            continue
        for name, value in _given(node):
            for constant in _constants(value):
                if _secret(name, _text(constant)):
                    yield name, constant
            if isinstance(value, ast.Dict | ast.List | ast.Tuple | ast.Set) and not isinstance(node, ast.Compare):
                yield from ((name, constant) for constant in _group(name, value))


def _columns(tree: ast.Module) -> Iterator[int]:
    """Yield the nodes in which a name is the name of a column."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            values = [one.value for one in node.keywords if one.arg in _COLUMNS]
            if next(_names(node.func), "") in _OF_COLUMNS:
                yield id(node)
                values += [*node.args, *(one.value for one in node.keywords)]
            yield from (id(value) for value in values if isinstance(value, ast.Dict))


def _secret(name: str, text: str) -> bool:
    if name == _LOGIN:
        return len(text) >= _KEY_SHORTEST and opaque(text) and not placeholder(text)
    if name == _CLIENT:
        return _random(text)
    if name.lower() in {_KEY, "api"}:
        return _long(text)
    return holds_secret(name, text)


def _text(constant: ast.Constant) -> str:
    value = constant.value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _group(name: str, value: ast.expr) -> Iterator[ast.Constant]:
    """Yield the constants in a dict or sequence that is given to a name of secrets."""
    if name.lower() == "auth" and isinstance(value, ast.Tuple) and value.elts:
        yield from (one for one in _constants(value.elts[-1]) if holds_secret(_PLACE, _text(one)))
        return
    if not grouped(name):
        return
    sure = strength(name) is Strength.STRONG
    for key, constant in _leaves(value):
        text = _text(constant)
        if key in DESCRIBING or (not sure and (key in _PUBLIC or text.isalpha())):
            continue
        if holds_secret(_PLACE, text):
            yield constant


def _leaves(value: ast.expr, key: str = "") -> Iterator[tuple[str, ast.Constant]]:
    waiting = [(key, value)]
    while waiting:
        under, one = waiting.pop()
        match one:
            case ast.Dict(keys=keys, values=values):
                for inner, held in zip(keys, values, strict=True):
                    waiting.append((next(_names(inner), "").lower() if inner else "", held))
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                waiting += [(under, part) for part in parts]
            case _:
                yield from ((under, constant) for constant in _constants(one))


def _given(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield names with the values that they are given here."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _matched(target, value)
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.NamedExpr(target=target, value=value)
            | ast.AugAssign(target=target, value=value)
            | ast.Compare(left=target, comparators=[value])
        ):
            yield from ((name, value) for name in _names(target))
        case ast.For(target=target, iter=ast.List(elts=rows) | ast.Tuple(elts=rows)):
            for row in rows:
                yield from _matched(target, row)
        case ast.Dict(keys=keys, values=values):
            yield from ((name, value) for key, value in zip(keys, values, strict=True) if key for name in _names(key))
        case ast.arguments():
            yield from _defaults(node)
        case ast.Call():
            yield from _arguments(node)


def _matched(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield each name of a target with its own part of the value."""
    waiting = [(target, value)]
    while waiting:
        into, held = waiting.pop()
        match into, held:
            case (ast.Tuple() | ast.List(), ast.IfExp(body=body, orelse=other)):
                waiting += [(into, body), (into, other)]
            case (ast.Tuple(elts=targets) | ast.List(elts=targets), ast.Tuple(elts=values) | ast.List(elts=values)):
                waiting += _one_to_one(targets, values)
            case (
                ast.Tuple(elts=targets) | ast.List(elts=targets),
                ast.Call(func=ast.Attribute(value=ast.Constant() as joined, attr="split" | "rsplit" | "partition")),
            ):
                yield from ((name, joined) for one in targets for name in _names(one))
            case (ast.Starred(value=inner), _):
                waiting.append((inner, held))
            case _:
                yield from ((name, held) for name in _names(into))


def _one_to_one(targets: list[ast.expr], values: list[ast.expr]) -> Iterator[tuple[ast.expr, ast.expr]]:
    star = next((at for at, one in enumerate(targets) if isinstance(one, ast.Starred)), None)
    if star is None:
        yield from zip(targets, values, strict=False)
        return
    after = len(targets) - star - 1
    end = len(values) - after
    yield from zip(targets[:star], values[:star], strict=False)
    yield targets[star], ast.List(elts=values[star:end])
    yield from zip(targets[star + 1 :], values[end:], strict=False)


def _names(target: ast.expr) -> Iterator[str]:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
            yield name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            yield name


def _defaults(node: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    positional = [*node.posonlyargs, *node.args]
    yield from ((one.arg, value) for one, value in zip(reversed(positional), reversed(node.defaults), strict=False))
    yield from ((one.arg, value) for one, value in zip(node.kwonlyargs, node.kw_defaults, strict=True) if value)


def _arguments(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    called = next(_names(node.func), "")
    for keyword in node.keywords:
        name = keyword.arg or ""
        yield _LOGIN if name == _KEY and called in _KEY_LOGINS else name, keyword.value
    if called in _KEY_LOGINS:
        yield from ((_LOGIN, value) for value in node.args)
    if called in _LOGINS or _HOLDERS.fullmatch(called):
        yield from ((_PLACE, value) for value in node.args[1:] if not _known(value))
    if _CLIENTS.fullmatch(called):
        yield from ((_CLIENT, value) for value in node.args)
    if called in _SETTERS and len(node.args) > 1:
        yield from ((name, node.args[1]) for name in _names(node.args[0]) if isinstance(node.args[0], ast.Constant))


def _known(value: ast.expr) -> bool:
    """Tell whether an argument of a login is a place rather than a password."""
    return isinstance(value, ast.Constant) and (path(_text(value)) or "://" in _text(value))


def _long(text: str) -> bool:
    """Tell whether a value is a key under a name that the key of a sort or of a table has as well."""
    return len(text) >= _KEY_LENGTH and text.isalnum() and any(sign.isdigit() for sign in text)


def _random(text: str) -> bool:
    """Tell whether what a client is made with is long and mixed enough for nothing but a key."""
    if _RANDOM.fullmatch(text) is None or path(text) or not any(sign.isdigit() for sign in text):
        return False
    return text.isalnum() or (text.lower() != text and text.upper() != text)


def _constants(value: ast.expr) -> Iterator[ast.Constant]:
    """Yield the string constants that the value is, or is joined of."""
    waiting = [value]  # no recursion: a sum may have thousands of parts
    while waiting:
        match waiting.pop():
            case ast.Constant(value=str() | bytes()) as constant:
                yield constant
            case ast.BinOp(left=left, op=ast.Add(), right=right) | ast.IfExp(body=left, orelse=right):
                waiting += (left, right)
            case ast.BoolOp(values=values):
                waiting += values
            case ast.Call(func=ast.Attribute(value=inner, attr="encode" | "strip")):
                waiting.append(inner)
            case ast.Call(func=ast.Attribute(attr="join"), args=[ast.List(elts=parts) | ast.Tuple(elts=parts)]):
                waiting += parts
