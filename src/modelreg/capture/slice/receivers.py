"""Calls of methods: of the session's own classes, and of objects of packages."""

from __future__ import annotations

import ast

from modelreg.capture.slice import methods, packages, surroundings
from modelreg.capture.slice.library import Library, dotted_data
from modelreg.capture.slice.overwriting import writes_over
from modelreg.capture.slice.packages import DATA, ESTIMATORS, FRAMES, GRAPHS
from modelreg.capture.slice.surroundings import CONFIG, NUMPY, TORCH
from modelreg.capture.slice.values import ANY, MADE_OF, NONE, Arguments, Value, Values, elements, lively, reach


class Receivers(Library):
    """Calls of methods and of objects."""

    def _on_call(self, node: ast.Call) -> Values:
        self.look()
        function = node.func
        if isinstance(function, ast.Attribute):
            base = self.place(function.value)
            given = self._arguments(node)
            found: set[Value] = set()
            for one in base:
                found |= self._call_attribute(one, function.attr, given)
            if not base:
                self.touch(list(given.every), NONE)
                self._loose(function.attr, given)
            return frozenset(found)
        called = self.value(function)
        return self.apply(called, self._arguments(node))

    def _loose(self, name: str, given: Arguments) -> None:
        """A method of something of which nothing is known, as of text."""
        self.files(name, given, moving=False)

    def _arguments(self, node: ast.Call) -> Arguments:
        given = Arguments(node)
        for one in node.args:
            if isinstance(one, ast.Starred):
                given.spread |= elements(self.value(one.value))
            else:
                given.listed.append(self.value(one))
        for word in node.keywords:
            values = self.value(word.value)
            if word.arg is None:
                given.spread |= elements(values)
            else:
                given.named[word.arg] = values
        return given

    def apply(self, function: Values, given: Arguments) -> Values:
        """Call objects."""
        found: set[Value] = set()
        for one in function:
            if one.kind == "import":
                self.use_module(one)
                found |= self.call_package(one.dotted, given)
            elif one.kind == "function":
                found |= self.run_function(one, given)
            elif one.kind == "class":
                found |= self.instantiate(one, given)
            else:
                found |= self._call_object(one, given)
        return frozenset(found)

    def _call_object(self, one: Value, given: Arguments) -> Values:
        if one.kind == "instance":
            found = self.call_instance(one, given)
            if found is not None:
                return found | self._remembered(one, given)
        if one.owner is not None and one.owner[1] in methods.BOUND:
            # a method that got a name of its own
            return self.call_method(one.owner[0], one.owner[1], given)
        self.read([one])
        self.touch([one, *given.every], given.every)
        inner = reach([one])
        families = {held.family for held in inner if held.dotted}
        if families <= GRAPHS | {"collections", "builtins"} and families:
            if any(held.dotted.rpartition(".")[2].startswith(surroundings.TORCH_MOVING) for held in inner):
                self.change([one])
                self.draw(TORCH, "Dropout", maybe=True)
            return self._remembered(one, given)
        if one.dotted and packages.pure(one.family):
            return self._remembered(one, given)
        self.change([one])
        if given.every:
            # what nobody knows may change what it is given
            self.change(given.every)
            text = ast.unparse(given.node.func) if given.node else "a function"
            self.effects.reasons[f"nothing is known of {text}(), which was given variables"] = None
        self.draw(TORCH, "", maybe=True)
        return self._remembered(one, given) | given.every

    def _remembered(self, one: Value, given: Arguments) -> Values:
        graph = one.graph or not one.dotted or any(held.graph for held in given.every)
        made = self.fresh(dotted="torch.Tensor" if one.graph else "", graph=graph)
        if graph:
            # what is known computes something new; what is not may give back what it was given
            self.hold(made, MADE_OF if one.graph else ANY, [one, *given.every])
        return frozenset([made])

    def _call_attribute(self, one: Value, name: str, given: Arguments) -> Values:
        if one.kind == "import" and not one.fields.get(name):
            own = self.of_module(one.dotted, name)
            if own is not None:
                self.use_module(one)
                return self.apply(own, given)
            return self._call_import(one, name, given)
        if one.kind in {"instance", "class"} and name not in (one.fields if one.kind == "instance" else ()):
            method = self.method(one, name)
            if method is not None and method.kind == "function":
                listed = [*_receiver(one, method), *given.listed]
                inner = Arguments(given.node, listed, given.named, given.spread)
                return self.run_function(method, inner)
        known = one.fields.get(name)
        if known:
            self.pass_by([one], name)
            return self.apply(frozenset(known), given)
        return self.call_method(one, name, given)

    def _call_import(self, one: Value, name: str, given: Arguments) -> Values:
        dotted = f"{one.dotted}.{name}"
        self.use_module(one)
        last = one.dotted.rpartition(".")[2]
        if one.dotted.startswith(("os.environ", "matplotlib.rcParams")) and one.family == "os" and name != "get":
            self.effects.changes.add(CONFIG)
        if not packages.pure(one.family) and last[:1].islower() and "." in one.dotted:
            # an object that the user's own module holds
            self.effects.changes.add(f"<state:{one.family}>")
        return self.call_package(dotted, given)

    def call_method(self, one: Value, name: str, given: Arguments) -> Values:
        """What a method of an object of a package gives, and what it does."""
        family = one.family
        if family in packages.SHOWING:
            self.change([one], deep=False)
            return frozenset([one])
        if name in methods.FITS and family not in DATA:
            return self._fit(one, name, given)
        self.read([one])
        self._around(one, name, given)
        if family == "modelreg" and name == "load":
            return self.loaded(self.fresh())
        if self._changes(one, name, given):
            return self._changed(one, name, given)
        return self._still(one, name, given)

    def _around(self, one: Value, name: str, given: Arguments) -> None:
        callbacks = [held for held in given.every if held.kind in {"function", "instance"}]
        calls = one.kind == "instance" or one.family not in packages.PURE
        self.touch([one, *given.every] if calls else list(given.every), NONE)
        for held in callbacks:
            if held.kind == "function":
                self.touch([held], frozenset([one]))
        self.iterate(frozenset(held for held in given.every if held.kind == "generator"))
        self.files(name, given, moving=one.family in surroundings.MOVING)
        self.read_named(one.family, name, given)
        seeded = any(given.says(word) for word in surroundings.SEED_WORDS)
        if name == "sample" and one.family in {"pandas", ""} and not seeded:
            self.draw(NUMPY, "sample")
        if one.family == "scipy" and name in surroundings.SCIPY_DRAWS and not seeded:
            self.draw(NUMPY, name)
        if name in surroundings.TORCH_METHOD_DRAWS:
            self.draw(TORCH, name)
        for held in given.every:
            if held.dotted in surroundings.OWN_GENERATORS:
                self.change([held], deep=False)
        if name in {"split", "sample", "rvs", "resample"}:
            self.change([held for held in lively([one]) if held.dotted in surroundings.OWN_GENERATORS], deep=False)
        if one.draws and name in {"split", "predict", "score", "sample"} and not one.dotted.endswith("DataLoader"):
            self.draw_held([one])

    def _fit(self, one: Value, name: str, given: Arguments) -> Values:
        if name not in methods.RESETTING or one.kind == "instance":
            self.read([one])
        self.effects.near.add(one)
        self.draw_held([one, *given.every])
        self.touch([one, *given.every], NONE, gently=_fits_copies(one))
        inner = _learning(one)
        data = [
            held for held in given.every if held.family in packages.TRAINERS or held.kind == "instance" or held.graph
        ]
        generators = {held for held in reach([one]) if held.dotted in surroundings.OWN_GENERATORS}
        self.change(inner - generators, deep=False, fit=True)
        self.change(generators, deep=False)
        if name in methods.RESETTING and self.branches == 0 and not self.stack:
            self.effects.resets.add(one)
        if one.family in packages.TRAINERS or (data and not packages.pure(one.family)):
            self.change(given.every)
        elif one.dotted and not packages.pure(one.family) and packages.project(one.family):
            self.change(given.every)
            self.effects.reasons[f"nothing is known of {one.dotted}.{name}(), which was given variables"] = None
        if writes_over(one):
            self.change(given.every)
        if one.dotted.rpartition(".")[2] in methods.KEEPS_DATA:
            self.hold(one, ANY, given.every)
        if name in {"fit_transform", "fit_predict", "fit_resample"}:
            return frozenset([self.fresh(dotted="numpy.ndarray")])
        return frozenset([one])

    def _changes(self, one: Value, name: str, given: Arguments) -> bool:
        """Whether a method changes its receiver."""
        family = one.family
        if name in {"close", "flush"} and any(held.kind == "token" for held in one.fields.get(ANY, ())):
            return True
        if given.says("inplace") or one.dotted in surroundings.OWN_GENERATORS:
            return True
        if name.endswith("_") and not name.endswith("__") and family not in DATA | ESTIMATORS:
            return True
        if family in packages.LAYERS and name in methods.LEARNS_IN_LAYERS:
            return True
        if family in DATA:
            known = name in methods.FRAME_FILLS or (family == "collections" and name in methods.FILLS)
        elif family in ESTIMATORS:
            known = name.startswith(("set_", "load_")) or name in methods.ESTIMATOR_FILLS
        elif one.dotted == "torch.Tensor" or dotted_data(one.dotted):
            known = name in {"backward", "requires_grad_"}
        else:
            known = name in methods.LEARNS_IN_DEPTH or name in methods.FILLS
            if not known and not (family and (family in packages.PURE or family == "builtins")):
                weight = name == "assign" and given.listed  # that of a frame takes names only
                return bool(weight) or (name not in methods.PURE and name not in methods.VIEWS)
            known = known or name.startswith(methods.CHANGING)
        return known

    def _changed(self, one: Value, name: str, given: Arguments) -> Values:
        known = name in methods.FILLS | methods.LEARNS_IN_DEPTH | methods.LEARNS_IN_LAYERS or packages.pure(one.family)
        shallow = name in methods.FILLS and one.family not in DATA and one.family != "csv"
        self.change([one], deep=not shallow)
        if not known:
            # a method nobody knows may change what it is given, and keep it
            self.change(given.every)
            if one.dotted and given.every and not packages.pure(one.family):
                self.effects.reasons[f"nothing is known of {one.dotted}.{name}(), which was given variables"] = None
        if one.family not in FRAMES:
            flat = name in {"extend", "update", "extendleft"}
            self.hold(one, ANY, elements(given.every) if flat else given.every)
        if name == "shuffle":
            self.change(given.every)
        if name in {"pop", "popitem", "popleft", "setdefault", "__next__", "readlines"}:
            return elements([one])
        if one.dotted in surroundings.OWN_GENERATORS or one.family in FRAMES:
            return frozenset([self.fresh(dotted="numpy.ndarray")])
        return frozenset([one, *(() if known else given.every)])

    def _still(self, one: Value, name: str, given: Arguments) -> Values:
        """What a method gives that leaves its receiver alone."""
        key = given.constant(0)
        if name == "get" and isinstance(key, str):
            return self.part(one, key) | NONE.union(*given.listed[1:])
        if name == "items" and one.family not in FRAMES:
            pair = self.fresh(holds=[*elements([one]), *([one] if one.graph else ())])
            return frozenset([self.fresh(holds=[pair])])
        if name in methods.VIEWS or name in methods.LEARNS_IN_DEPTH:
            return frozenset([one, *elements([one])])
        if one.graph:
            return frozenset([one, *(held for held in given.every if held.graph)])
        if one.family in ESTIMATORS and name in {"transform", "inverse_transform"} and writes_over(one):
            self.change(given.every)
        known = name in methods.PURE or packages.pure(one.family)
        made = self.fresh(dotted="numpy.ndarray" if one.family in ESTIMATORS else one.dotted)
        if name in methods.GROUPS:
            self.hold(made, ANY, [one])
        elif name == "copy" and one.family not in DATA:
            self.hold(made, ANY, elements([one]) - {one})
        return frozenset([made]) if known else frozenset([made, one, *given.every])


def _learning(one: Value) -> set[Value]:
    """What changes when an estimator is fitted: it and what it holds, but not what it fits copies of."""
    found: set[Value] = set()
    todo = [one]
    while todo:
        here = todo.pop()
        if here in found:
            continue
        found.add(here)
        copied = _fits_copies(here)
        for held in here.fields.values():
            todo += [inner for inner in held if not copied or (inner.owner is not None and inner.owner[0] is here)]
    return found


def _fits_copies(one: Value) -> bool:
    return one.family == "sklearn" and one.dotted.rpartition(".")[2] in methods.FITS_COPIES


def _receiver(one: Value, method: Value) -> list[Values]:
    """What stands before the arguments: the instance, its class, or nothing."""
    marks = {ast.unparse(mark) for mark in getattr(method.node, "decorator_list", [])}
    if "staticmethod" in marks:
        return []
    if one.kind == "class":
        return [frozenset([one])] if "classmethod" in marks else []
    return [frozenset([one])]
