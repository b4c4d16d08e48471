"""The calls of a cell that train, and what holds their arguments: read from the text alone."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from modelreg.capture.data.access import held_names
from modelreg.capture.data.following import Follower
from modelreg.capture.data.objects import Names
from modelreg.capture.data.roles import FITS, given, is_container, name_of_call

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

__all__ = ["Argument", "arguments", "calls_with", "trainers", "trainings"]


class Argument(NamedTuple):
    """What holds an argument of a training, or part of it."""

    role: str
    expression: str
    name: str
    """The variable that it starts from."""


def trainings(body: Sequence[ast.stmt], functions: Collection[str] = ()) -> list[ast.Call]:
    """Return the calls that train, or hand data to what trains; `functions` are those known to train inside."""
    calls = _calls(body)
    stepping = any(name_of_call(one) == "backward" for one in calls)
    named = [
        one
        for one in calls
        if name_of_call(one) in FITS
        or is_container(one)
        or (isinstance(one.func, ast.Name) and one.func.id in functions)
    ]
    # in a loop of torch the data goes into the model itself
    return named + ([one for one in calls if isinstance(one.func, ast.Name) and one not in named] if stepping else [])


def trainers(body: Sequence[ast.stmt], functions: Collection[str] = ()) -> set[str]:
    """Return the functions that statements define and that train when they are called."""
    made = [one for one in body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {one.name for one in made if trainings(one.body, functions)}


def arguments(call: ast.Call) -> Iterator[Argument]:
    """Yield what holds the arguments of a call, each with the variable that it is a part of after it."""
    kind = "boost" if name_of_call(call) == "train" and len(call.args) > 1 else name_of_call(call)
    follow = Follower(lambda _: True)
    for one in (*given(call, kind), *(given(call) if kind == "boost" else ())):
        for source in follow.sources(one, Names()):
            yield Argument(source.role, source.expression, source.name)
            if source.expression != source.name:
                yield Argument("from", source.name, source.name)


def calls_with(body: Sequence[ast.stmt], name: str) -> list[ast.Call]:
    """Return the calls that take a variable, or something made of it."""
    return [
        one
        for one in _calls(body)
        if any(name in held_names(inner) for inner in (*one.args, *(each.value for each in one.keywords)))
    ]


def _calls(body: Sequence[ast.stmt]) -> list[ast.Call]:
    return [one for each in body for one in ast.walk(each) if isinstance(one, ast.Call)]
