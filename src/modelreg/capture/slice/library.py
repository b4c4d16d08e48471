"""Calls of functions and classes of packages: what is known of them, and caution where nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.capture.slice import methods, packages, surroundings
from modelreg.capture.slice.drawing import by_chance, drawn, seeded
from modelreg.capture.slice.functions import Functions
from modelreg.capture.slice.overwriting import IN_PLACE, in_place, written_over
from modelreg.capture.slice.surroundings import ALL_FILES, ANY_FILE, CONFIG, NUMPY, PATH, TORCH
from modelreg.capture.slice.table import table
from modelreg.capture.slice.values import ANY, MADE_OF, NONE, TEXT_SET, Arguments, Value, Values, elements, lively
from modelreg.capture.slice.wording import holds_text, names_in_texts

if TYPE_CHECKING:
    from collections.abc import Iterable

UNREADABLE = frozenset(f"builtins.{one}" for one in ("exec", "eval", "__import__", "globals", "locals", "input"))

FLAT = table("zip enumerate chain sorted reversed list tuple iter set filter islice cycle")
"""Functions whose result holds what their arguments hold."""

IN_ORDER = table("zip enumerate chain list tuple islice cycle")
"""Those whose result is in the order of their arguments."""


class Library(Functions):
    """Calls into packages."""

    def call_package(self, dotted: str, given: Arguments) -> Values:
        """What a function or class of a package gives, and what it does."""
        family, _, _ = dotted.partition(".")
        name = dotted.rpartition(".")[2]
        if family in packages.SHOWING or dotted in packages.SHOWING:
            return self._shown(dotted, name, given)
        self._surroundings(dotted, name, given)
        self._use_up(given.every)
        self.touch(list(given.every), NONE, gently=family in packages.DATA or name in methods.TRIES_COPIES)
        self._draws(dotted, given)
        self.read_named(family, name, given)
        if dotted == "importlib.reload":
            return self._reloaded(given)
        if family == "builtins" and name in {"getattr", "setattr", "delattr"}:
            return self._by_name(name, given)
        if name in methods.FIRST_CHANGES or (name.endswith("_") and family in packages.GRAPHS):
            self._change_first(dotted, given)
        self.change(written_over(dotted, given))
        self.change(given.named.get("evals_result", NONE))
        if not packages.pure(family):
            self._stranger(dotted, family, name, given)
        return self._result(dotted, family, name, given)

    def _shown(self, dotted: str, name: str, given: Arguments) -> Values:
        """What draws: it changes nothing, but it may take random numbers, and widgets call back."""
        self._use_up(given.every)
        found = drawn(dotted, given)
        if found is not None:
            self.draw(found[0], name, maybe=found[1])
        if name.startswith("interact"):
            self.touch(list(given.every), NONE)
            self.effects.reasons[f"what the widgets of {name}() were set to is not known"] = None
        # its examples are frames like any other
        return frozenset([self.fresh(dotted="pandas.DataFrame" if name == "load_dataset" else dotted)])

    def _reloaded(self, given: Arguments) -> Values:
        """A module that is read again from its file means something else from then on."""
        for one in given.every:
            self.use(ALL_FILES)
            self.use(f"<fs:={one.dotted.rpartition('.')[2]}.py>")
            self.use(PATH)
            self.effects.changes.add(f"<module:{one.family}>")
            self.forget_module(one.dotted)
        return given.every

    def _change_first(self, dotted: str, given: Arguments) -> None:
        if dotted in {"sklearn.utils.shuffle", "builtins.iter"}:
            return
        first = given.listed[0] if given.listed else given.every
        self.change(first)
        for rest in given.listed[1:]:
            for one in first:
                self.hold(one, ANY, rest)

    def _by_name(self, name: str, given: Arguments) -> Values:
        """`getattr` and its kin."""
        first = given.listed[0] if given.listed else NONE
        field = given.constant(1)
        if name == "getattr":
            rest = given.listed[2] if len(given.listed) > 2 else NONE  # noqa: PLR2004 - the default
            return (self.attribute(first, field) if isinstance(field, str) else first | elements(first)) | rest
        for one in first:
            if one.kind == "import":
                self.effects.changes.add(CONFIG)
            for inner in given.listed[2:]:
                self.hold(one, field if isinstance(field, str) else ANY, inner)
        if isinstance(field, str):
            self.change_field(first, field)
        else:
            self.change(first, deep=False)
        return NONE

    def _stranger(self, dotted: str, family: str, name: str, given: Arguments) -> None:
        """A function nobody knows may change what it is given, and its module what it remembers."""
        own = packages.project(family)
        if own:
            self.use(f"<state:{family}>")
            self.effects.changes.add(f"<state:{family}>")
        if not name[:1].isupper() and given.every:
            self.change(given.every)
            self.effects.reasons[f"nothing is known of {dotted}(), which was given variables"] = None

    def _use_up(self, values: Iterable[Value]) -> None:
        """Whoever gets an iterator or a generator of random numbers advances it."""
        for one in values:
            if one.kind == "generator" or one.dotted.rpartition(".")[2] in methods.ITERATORS:
                self.iterate(frozenset([one]))
        for one in lively(values):
            if one.dotted in surroundings.OWN_GENERATORS:
                self.change([one], deep=False)
            elif one.draws == TORCH and one.dotted.endswith("DataLoader"):
                self.draw(TORCH, "DataLoader")

    def _draws(self, dotted: str, given: Arguments) -> None:
        found = drawn(dotted, given)
        name = dotted.rpartition(".")[2]
        if found is not None:
            self.draw(found[0], name, maybe=found[1])
        if not name[:1].isupper():
            self.draw_held(given.every)

    def draw_held(self, values: Iterable[Value]) -> None:
        """Let estimators and splitters without `random_state` draw."""
        for one in lively(values):
            if one.draws and not one.dotted.endswith("DataLoader"):
                generator, maybe, _ = one.draws.partition("?")
                self.draw(generator, one.dotted.rpartition(".")[2] or "what was loaded", maybe=bool(maybe))

    def _surroundings(self, dotted: str, name: str, given: Arguments) -> None:
        self._generators(dotted, name, given)
        if (dotted in surroundings.CONFIGURERS or _patches(dotted, name)) and not _for_display(given):
            self.effects.changes.add(CONFIG)
        if dotted.startswith(("sys.path.", "site.")):
            self.effects.changes.update((PATH, CONFIG) if name == "meta_path" else (PATH,))
        if dotted in UNREADABLE or (dotted == "builtins.vars" and not given.every):
            self.effects.reasons[f"{name}() does what cannot be read from the text"] = None
        self.files(name, given, moving=dotted.partition(".")[0] in surroundings.MOVING, opens=dotted == "builtins.open")

    def _generators(self, dotted: str, name: str, given: Arguments) -> None:
        if dotted in surroundings.SEEDERS:
            for generator in surroundings.SEEDERS[dotted]:
                if by_chance(given):
                    self.seeded.discard(generator)
                else:
                    self.seed(generator)
        elif dotted in surroundings.STATES:
            self.use(surroundings.STATES[dotted])
        elif dotted in surroundings.ENTROPY or (dotted in surroundings.SEEDED_BY_CHANCE and by_chance(given)):
            self.effects.unseeded[surroundings.CHANCE, name] = None
        elif name in surroundings.SEEDS_ALL:
            for generator in surroundings.GENERATORS:
                self.seed(generator)

    def read_named(self, family: str, name: str, given: Arguments) -> None:
        """Need what the texts of a call name."""
        for one in names_in_texts(family, name, given, self.runtime):
            if one in self.session.names:
                values = self.load(one)
                self.read(values)
                self.touch(list(values), given.every)

    def files(self, name: str, given: Arguments, *, moving: bool, opens: bool = False) -> None:
        """Note which files a call reads and writes."""
        path = _path(given)
        for one in given.texts():
            # whatever is given the name of a file that was written may read it
            if (file := _base(one)) in self.written:
                self.use(f"<fs:={file}>")
        opened = [one for one in given.every if one.dotted == "builtins.open"]
        if opened and name in surroundings.WRITERS | surroundings.READERS:
            # the file is one that a statement named before
            self.change(opened)
            return
        if name in surroundings.READERS or surroundings.PATH_WORDS & given.named.keys():
            for token in (ALL_FILES, f"<fs:={path}>" if path else ANY_FILE):
                self.use(token)
        if name in surroundings.WRITERS or (moving and name in surroundings.MOVERS) or (opens and _writes(given)):
            known = bool(path) and name not in surroundings.MOVERS
            self.effects.changes.update((f"<fs:={path}>" if known else ALL_FILES, ANY_FILE))
            self.written.add(path)

    def _result(self, dotted: str, family: str, name: str, given: Arguments) -> Values:
        if name in methods.COPIES or dotted == "builtins.super":
            return self._copied(given) if name in methods.COPIES else self._above()
        if dotted == "builtins.open" or (name == "load" and family in {"joblib", "pickle", "torch"}):
            return self._opened(dotted, given)
        if name in methods.HOLDS:
            return self._holder(dotted, name, given)
        made = self.fresh(dotted=dotted)
        if dotted in surroundings.OWN_GENERATORS:
            made.enliven()
        if name[:1].isupper() or not packages.pure(family):
            self._constructed(made, family, name, given)
            return frozenset([made]) if name[:1].isupper() else given.every | {made}
        if family in packages.GRAPHS:
            made.graph = True
            self.hold(made, MADE_OF, given.every)
        elif family in {"xgboost", "lightgbm"}:
            made.dotted = f"{family}.Booster"
        if name not in methods.SAME:
            return frozenset([made])
        self.hold(made, ANY, given.every)
        return frozenset([made, *given.every])

    def _opened(self, dotted: str, given: Arguments) -> Values:
        """A file: to write to it changes the file system. What is loaded from one may be anything."""
        if dotted != "builtins.open":
            return self.loaded(self.fresh())
        path = _path(given)
        made = self.fresh(dotted=dotted)
        if _writes(given):
            self.hold(made, ANY, [self.interned("token", f"<fs:={path}>" if path else ALL_FILES)])
        return frozenset([made])

    def _holder(self, dotted: str, name: str, given: Arguments) -> Values:
        flat = name in FLAT
        made = self.fresh(dotted=dotted if name in methods.ITERATORS else "")
        if name == "dict":
            for field, values in given.named.items():
                self.hold(made, field, values)
            self.hold(made, ANY, elements(given.spread.union(*given.listed)))
            return frozenset([made])
        if name.startswith("make_") or name == "writer":
            made.dotted = dotted
        if (
            name in {"set", "frozenset"}
            and given.node
            and any(holds_text(one, self.runtime) for one in given.node.args)
        ):
            made.dotted = TEXT_SET
        if name in IN_ORDER:
            self.order(given.every)
        every = given.every
        self.hold(made, ANY, self.iterate(every) if flat else every)
        return frozenset([made])

    def _constructed(self, made: Value, family: str, name: str, given: Arguments) -> None:
        self.hold(made, ANY, given.spread.union(*given.listed))
        for field, values in given.named.items():
            self.hold(made, field, values)
        if in_place(given):
            made.fields.setdefault(IN_PLACE, {})
        fixed = seeded(given)
        if name == "DataLoader":
            made.draws = "" if fixed else TORCH
        elif fixed and name != "SVC":
            made.draws = ""
        elif name in surroundings.SKLEARN_DRAWS:
            made.draws = NUMPY
        elif name in surroundings.SKLEARN_MAY_DRAW:
            surely = (
                given.says("shuffle") or given.says("probability") or given.constant(-1, "solver") in {"sag", "saga"}
            )
            made.draws = NUMPY if surely else NUMPY + "?"
        if made.draws or made.dotted in surroundings.OWN_GENERATORS:
            made.enliven()
        if family in packages.GRAPHS:
            made.graph = not dotted_data(made.dotted)

    def _copied(self, given: Arguments) -> Values:
        made = []
        for one in given.every:
            new = Value(
                one.kind if one.kind == "instance" else "value", one.dotted, one.node, graph=one.graph, draws=one.draws
            )
            new.fields = {name: dict(held) for name, held in one.fields.items() if name == "__class__"}
            inner = [held.draws for held in lively([one]) if held.draws and not held.dotted.endswith("DataLoader")]
            new.draws = new.draws or (inner[0] if inner else "")
            if new.draws or new.kind == "instance":
                new.enliven()
            made.append(new)
        return frozenset(made)

    def _above(self) -> Values:
        """`super()`: the instance, whose functions are looked for in the bases."""
        scope = self.scope
        while scope.above is not None and scope.comprehension:
            scope = scope.above
        first = next(iter(scope.names.values()), NONE)
        return frozenset(one for one in first if one.kind == "instance")


def dotted_data(dotted: str) -> bool:
    """Whether a class of a package of tensors is about data, not about computing."""
    return ".data." in dotted or ".transforms" in dotted or ".datasets" in dotted


def _for_display(given: Arguments) -> bool:
    first = given.constant(0)
    if isinstance(first, str) and first.startswith(surroundings.DISPLAY_OPTIONS):
        return True
    return bool(given.named or given.node) and not given.listed and _only_display(given)


def _patches(dotted: str, name: str) -> bool:
    """Whether a function gives packages other methods than their own."""
    return name.startswith("patch_") or dotted.endswith((".pandas", "pandarallel.initialize"))


def _only_display(given: Arguments) -> bool:
    names = {one.arg for one in given.node.keywords} if given.node else set(given.named)
    return bool(names) and names <= surroundings.DISPLAY_KEYWORDS


def _path(given: Arguments) -> str:
    """The one literal among the first two arguments that can be the name of a file."""
    if given.node is None:
        return ""
    found = [one for one in (given.constant(0), given.constant(1)) if isinstance(one, str)]
    place = _base(found[0]) if found else ""
    return place if "." in place and "*" not in place else ""


def _base(path: str) -> str:
    """The last part of a path."""
    return path.rstrip("/").rpartition("/")[2]


def _writes(given: Arguments) -> bool:
    mode = given.constant(1, "mode")
    return mode is not None and bool(set(str(mode)) & set("wax+"))
