"""Branches, loops and blocks: what happens in them may not happen."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from modelreg.capture.slice.blocks import Blocks
from modelreg.capture.slice.values import NONE, Arguments, Scope, Value, Values, elements

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Flow(Blocks):
    """Runs compound statements."""

    def _branch(self, *ways: Callable[[], bool]) -> bool:
        """Take ways of which one is gone, and let names mean what they may mean after any of them.

        Each says whether it goes on to what follows. The answer is whether an old name may mean something new.
        """
        certain = self.certain
        old: dict[tuple[Scope, str], Values | None] = {}
        ends: list[dict[tuple[Scope, str], Values | None]] = []
        sure: set[str] | None = None
        self.branches += 1
        for way in ways:
            self.journal.append({})
            self.certain = set(certain)
            if way():
                sure = set(self.certain) if sure is None else sure & self.certain
            wrote = self.journal.pop()
            ends.append({key: key[0].names.get(key[1]) for key in wrote})
            for (scope, name), values in wrote.items():
                old.setdefault((scope, name), values)
                _put(scope, name, values)
        self.branches -= 1
        self.certain = certain if sure is None else sure | certain
        changed = False
        for key, before in old.items():
            after = [values for end in ends if (values := end.get(key, before)) is not None]
            joined = NONE.union(*after)
            changed = changed or (before is not None and joined != before)
            self.store(*key, joined)
        return changed

    def _way(self, body: Sequence[ast.stmt]) -> Callable[[], bool]:
        def go() -> bool:
            self.run(body)
            return not _ends(body)

        return go

    def _do_if(self, node: ast.If) -> None:
        self.value(node.test)
        if _is_main(node.test):
            self.run(node.orelse if self.scope.module else node.body)
            return
        self._branch(self._way(node.body), self._way(node.orelse))

    def _do_while(self, node: ast.While) -> None:
        self.value(node.test)
        self._loop([*node.body, ast.Expr(node.test)])
        self.run(node.orelse)

    def _do_for(self, node: ast.For | ast.AsyncFor) -> None:
        gone_through = self.value(node.iter)
        self.order(gone_through)
        given = self.iterate(gone_through)
        self._loop(node.body, lambda: self.assign(node.target, given))
        self.run(node.orelse)

    _do_asyncfor = _do_for

    def _loop(self, body: Sequence[ast.stmt], begin: Callable[[], None] = lambda: None) -> None:
        def go() -> bool:
            begin()
            self.run(body)
            return True

        changed = self._branch(go, lambda: True)
        if changed and not self.branches:
            # what one round leaves the next one finds
            self._branch(go, lambda: True)

    def _do_try(self, node: ast.Try | ast.TryStar) -> None:
        before = set(self.certain)
        self.branches += 1
        self.journal.append({})
        self.run([*node.body, *node.orelse])
        wrote = self.journal.pop()
        self.branches -= 1
        certain, self.certain = self.certain, before
        done = {key: key[0].names.get(key[1]) for key in wrote}
        for (scope, name), old in wrote.items():
            # a handler begins anywhere in the body
            _put(scope, name, old)
            self.store(scope, name, (old or NONE) | (done[scope, name] or NONE))

        def nothing_raised() -> bool:
            self.certain = set(certain)
            for (scope, name), values in done.items():
                self.store(scope, name, values)
            return not _ends(node.body)

        if node.handlers:
            self._branch(nothing_raised, *[self._handler(one) for one in node.handlers])
        self.run(node.finalbody)

    _do_trystar = _do_try

    def _handler(self, node: ast.ExceptHandler) -> Callable[[], bool]:
        def go() -> bool:
            self.value(node.type)
            if node.name:
                self.bind(node.name, NONE)
            self.run(node.body)
            return not _ends(node.body)

        return go

    def _do_with(self, node: ast.With | ast.AsyncWith) -> None:
        entered: set[Value] = set()
        for item in node.items:
            found = self.value(item.context_expr)
            for one in found:
                if one.kind == "instance":
                    found |= self.apply_method(one, "__enter__", Arguments())
                if one.kind == "generator":
                    found |= elements([one])
            if item.optional_vars is not None:
                self.assign(item.optional_vars, found)
            entered |= found
        self.run(node.body)
        for one in entered:
            if one.kind == "instance":
                self.apply_method(one, "__exit__", Arguments())

    _do_asyncwith = _do_with

    def _do_match(self, node: ast.Match) -> None:
        subject = self.value(node.subject)
        ways = []
        for case in node.cases:
            for one in ast.walk(case.pattern):
                if isinstance(one, ast.MatchAs | ast.MatchStar) and one.name:
                    self.bind(one.name, subject | elements(subject))
                    self.certain.discard(one.name)
            self.value(case.guard)
            ways.append(self._way(case.body))
        self._branch(*ways, lambda: True)


def _put(scope: Scope, name: str, values: Values | None) -> None:
    if values is None:
        scope.names.pop(name, None)
    else:
        scope.names[name] = values


def _ends(body: Sequence[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)


def _is_main(test: ast.expr) -> bool:
    if isinstance(test, ast.Constant):
        return test.value is True
    return isinstance(test, ast.Compare) and ast.unparse(test) == "__name__ == '__main__'"
