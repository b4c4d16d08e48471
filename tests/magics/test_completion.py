"""Tab on a ``%modelreg`` line, through IPython's own completer with jedi and without."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import pytest

from modelreg.commands import COMMANDS
from modelreg.commands.line import split
from modelreg.commands.reach import models_at

from .conftest import MODEL, Shell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from IPython.core.interactiveshell import InteractiveShell

NAMESPACE = """
import numbers
clf = Model()
models = {"rf": Model(2), "two words": Model(3), "a.b": Model(4), "it's": Model(5), 'say "x"': Model(6), 3: Model(7)}
many = [Model(), 1, Model()]
pair = (1, Model())
auc, depth, flag, word = 0.9, 3, True, "text"
table = type("DataFrame", (), {"__module__": "pandas.core.frame"})()
scores = {"auc": 1}
class Search:
    def __init__(self):
        self.best_estimator_ = Model()
        self.best_score_ = 0.5
        self.inner = {"deep": Model()}
        self._private = Model()
grid = Search()
"""


@pytest.fixture(params=[True, False], ids=["jedi", "plain"])
def typing(shell: Shell, request: pytest.FixtureRequest) -> Shell:
    """Return a shell with objects, but no registry."""
    shell.ip.Completer.use_jedi = request.param
    shell.ok(NAMESPACE)
    return shell


@pytest.fixture
def full(typing: Shell) -> Shell:
    """Return a shell with objects and a registry."""
    typing.ok("%modelreg register clf churn -a best -a 'fine one' --tag team=ds --metric auc=0.9 --quiet")
    typing.ok("clf.depth = 2\n%modelreg register clf churn --metric auc=0.8 --quiet")
    typing.ok("%modelreg register models['rf'] 'My model' -a champion --quiet")
    return typing


def ends(shell: Shell, code: str) -> list[str]:
    """Return what the last word may become."""
    found = shell.complete(code)
    assert len(found) == len(set(found))
    start = code[: len(code) - len(code.rpartition("%modelreg")[2].lstrip())]
    assert all(each.startswith(start) for each in found)
    return found


def after(shell: Shell, line: str) -> list[str]:
    """Return what ``%modelreg`` lines a line may become, without their beginning ``%modelreg``."""
    return [each.removeprefix("%modelreg ") for each in ends(shell, f"%modelreg {line}")]


# -- without a registry ------------------------------------------------------------------------------------------------

ITEMS = [
    'register models["rf"]',
    'register models["two words"]',
    'register models["a.b"]',
    'register models["it\'s"]',
    'register models["say \\"x\\""]',
    "register models[3]",
]
WITHOUT = {
    "reg": ["register"],
    "un": ["unlink", "unalias", "unprotect", "undo", "untag", "undelete", "untrust"],
    "register cl": ["register clf"],
    "load chu": ["load chu"],
    "register grid.": ["register grid.best_estimator_", "register grid.inner"],
    "register grid.best_e": ["register grid.best_estimator_"],
    "register grid.inner[": ['register grid.inner["deep"]'],
    "register gr": ["register grid"],
    "register mod": ITEMS,
    "register man": ["register many[0]", "register many[2]"],
    "register many[": ["register many[0]", "register many[2]"],
    "register pair[": ["register pair[1]"],
    'register models["r': ['register models["rf"]'],
    "register models['r": ["register models['rf']"],
    'register models["two w': ['register models["two words"]'],
    "register models['two w": ["register models['two words']"],
    'register models["a.': ['register models["a.b"]'],
    "register models[3": ["register models[3]"],
    "register models[": ITEMS,
    "register models['it": ["register models['it\\'s']"],
    "register clf churn --me": [
        "register clf churn --message",
        "register clf churn --metric",
        "register clf churn --metrics",
    ],
    "register clf churn --metric auc=": [
        "register clf churn --metric auc=auc",
        "register clf churn --metric auc=depth",
    ],
    "register clf churn --metric=auc=a": ["register clf churn --metric=auc=auc"],
    "register clf churn --metrics ": ["register clf churn --metrics models", "register clf churn --metrics scores"],
    "register clf churn --metrics=sc": ["register clf churn --metrics=scores"],
    "register clf churn -a ": ["register clf churn -a staging", "register clf churn -a production"],
    "register clf churn --at": ["register clf churn --attach"],
    "register clf churn --attach ta": ["register clf churn --attach table"],
    "register clf churn --attach x=ta": ["register clf churn --attach x=table"],
    "log clf --kind ": ["log clf --kind model", "log clf --kind dataset"],
    "log clf scr": ["log clf scratch/"],
    "help re": ["help register", "help reproduce", "help rename"],
    "promote churn:v0 ": ["promote churn:v0 staging", "promote churn:v0 production"],
    "config pa": ["config page_size"],
    "load churn --as sc": ["load churn --as scores"],
}


def test_lines_complete_without_a_registry_and_make_none(typing: Shell, home: Path) -> None:
    assert {line: after(typing, line) for line in WITHOUT} == WITHOUT
    assert not (home / "registry").exists()


def test_every_command_is_offered(typing: Shell) -> None:
    assert set(COMMANDS) <= set(after(typing, ""))
    assert after(typing, "") == list(COMMANDS)


def test_every_option_is_offered_once_and_not_again(typing: Shell) -> None:
    for name in COMMANDS:
        options = COMMANDS[name].COMMAND.all_options
        spellings = [spelling for option in options for spelling in option.spellings]
        assert [each.split()[-1] for each in after(typing, f"{name} -")] == spellings
        used = next(option for option in options if option.flag and not option.repeatable)
        assert used.long not in [each.split()[-1] for each in after(typing, f"{name} {used.long} -")]


def test_what_is_typed_stands_where_nothing_is_offered(typing: Shell) -> None:
    for line in ("register clf churn -m from_", "describe churn pri", "nonsense imp", "register cl.for"):
        assert after(typing, line) == [line]


# -- with a registry ---------------------------------------------------------------------------------------------------

WITH = {
    "show ch": ["show churn"],
    "show ": ['show "My model"', "show churn", "show scratch/models-rf", "show scratch/clf"],
    "show churn:": ["show churn:best", 'show "churn:fine one"', "show churn:latest", "show churn:v1", "show churn:v0"],
    "show churn:v": ["show churn:v1", "show churn:v0"],
    "show churn@": ["show churn@best", 'show "churn@fine one"'],
    "show churn@b": ["show churn@best"],
    'show "My': ['show "My model"'],
    "show 'My": ["show 'My model'"],
    "show My": ['show "My model"'],
    "show 'My model:": ["show 'My model:champion'", "show 'My model:latest'", "show 'My model:v0'"],
    'show "My model:ch': ['show "My model:champion"'],
    "show scratch/cl": ["show scratch/clf"],
    "show scratch/clf:": ["show scratch/clf:latest", "show scratch/clf:v1", "show scratch/clf:v0"],
    "show nope:": ["show nope:"],
    "register clf ch": ["register clf churn"],
    "register clf churn -a be": ["register clf churn -a best"],
    "register clf churn -a b -a 'fi": ["register clf churn -a b -a 'fine one'"],
    "register clf churn --metric ": ["register clf churn --metric auc="],
    "alias churn:v0 ": ["alias churn:v0 best", 'alias churn:v0 "fine one"', "alias churn:v0 staging", "alias churn:v0 production"],
    "alias churn:v0 fi": ['alias churn:v0 "fine one"'],
    "untag churn:v0 ": ["untag churn:v0 team"],
    "load ch": ["load churn"],
    "link scratch/clf:v0 M": ['link scratch/clf:v0 "My model"'],
    "versions churn metrics.": ["versions churn metrics.auc"],
}  # fmt: skip


def test_lines_complete_from_the_registry(full: Shell) -> None:
    found = {line: sorted(after(full, line)) for line in WITH}
    assert found == {line: sorted(offered) for line, offered in WITH.items()}


def test_what_is_offered_can_be_typed(full: Shell) -> None:
    for line in ("show ", "show churn:", "show 'My model:", "show churn@"):
        for offered in full.complete(f"%modelreg {line}"):
            full.ok(offered)
    for offered in full.complete("%modelreg register models["):
        full.ok(f"{offered} other --quiet")
    assert full.versions("other") == 6


def test_names_with_what_the_line_grammar_reads_are_quoted(full: Shell) -> None:
    registry_names = ["it's", 'say "x"', "a{b}", "cost $x", "semi;", "#one", "(open"]
    full.ok(f"odd = {registry_names!r}")
    full.ok("for name in odd:\n    %modelreg register clf {name} --quiet --new-version")
    offered = full.complete("%modelreg show ")
    for line in offered:
        full.ok(line)
    assert len(offered) == len(registry_names) + 4


BEFORE = ["", "x = ", "  ", "    y = ", "a, b = ", "(a, b) = ", "d['k'] = ", "o.attr = "]


def test_a_line_completes_wherever_it_may_stand(full: Shell) -> None:
    for before in BEFORE:
        assert full.complete(f"{before}%modelreg load churn:b") == [f"{before}%modelreg load churn:best"]


def test_the_line_on_top_of_a_cell_completes(full: Shell) -> None:
    assert full.complete("%%modelreg register clf ch") == ["%%modelreg register clf churn"]


def test_a_line_inside_a_cell_completes_at_the_cursor(full: Shell) -> None:
    cell = "x = 1\nif x:\n    %modelreg show churn:b\nprint(x)"
    at = cell.index("churn:b") + len("churn:b")
    assert full.complete(cell, at) == [cell[:at] + "est"]
    middle = cell.index("churn:b") + 3
    assert full.complete(cell, middle) == [cell[: middle - 3] + "churn"]


def test_automagic_completes_and_stops_when_the_name_is_taken(full: Shell) -> None:
    assert full.complete("modelreg show churn:b") == ["modelreg show churn:best"]
    assert "modelreg = grid" in full.complete("modelreg = gri")
    full.ok("modelreg = 3")
    assert full.complete("modelreg show churn:b") != ["modelreg show churn:best"]
    full.ok("del modelreg\n%automagic off")
    assert full.complete("modelreg show churn:b") != ["modelreg show churn:best"]


OTHER = ["many", "grid.be", "models['r", "import o", "%ti", "%%ti", "x = gr", "print(cl"]


def test_other_lines_complete_as_before(full: Shell) -> None:
    loaded = {code: set(full.complete(code)) for code in OTHER}
    full.ok("%unload_ext modelreg")
    assert loaded == {code: set(full.complete(code)) for code in OTHER}


def test_the_magic_itself_is_offered(typing: Shell) -> None:
    assert typing.complete("%modelr") == ["%modelreg", "%%modelreg"]


def test_a_comment_offers_nothing_of_ours(full: Shell) -> None:
    assert "%modelreg models # register" not in full.complete("%modelreg models # reg")


def test_locals_do_not_leak_into_completion(typing: Shell) -> None:
    typing.ok("def f(local_model=clf):\n    %modelreg status\nf()")
    assert "register local_model" not in after(typing, "register ")


# -- never in the way --------------------------------------------------------------------------------------------------


def test_an_empty_folder_stays_empty(typing: Shell, home: Path) -> None:
    (home / "registry").mkdir()
    for line in ("show ", "show churn:", "register clf ", "alias churn:v0 ", "versions metrics."):
        after(typing, line)
    assert list((home / "registry").iterdir()) == []


def test_a_damaged_registry_offers_nothing_and_says_nothing(full: Shell, home: Path) -> None:
    full.ok("%unload_ext modelreg")  # gives back the connections
    for each in (home / "registry").glob("registry.db*"):
        each.write_bytes(b"no database" * 100)
    full.ok("%load_ext modelreg")
    assert after(full, "show chu") == ["show chu"]
    assert after(full, "register cl") == ["register clf"]


def test_a_damaged_settings_file_offers_what_needs_no_registry(typing: Shell, home: Path) -> None:
    from modelreg import settings

    place = settings.config_file()
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("page_size = [", encoding="utf-8")
    assert after(typing, "register cl") == ["register clf"]
    assert after(typing, "show chu") == ["show chu"]


PIECES = ["", "register", "show", "-", "--metric", "=", "a=", "'", '"', "[", "models[", "grid.", ":", "@", "{", "$", "\\",
          "#", ";", "churn:", "é", "\t", "x" * 300]  # fmt: skip


def test_no_line_ever_raises_or_warns(shell: Shell) -> None:
    shell.ok(NAMESPACE + "\n%modelreg register clf churn -a 'fine one' --metric auc=0.9 --quiet")
    from modelreg.commands.complete import complete
    from modelreg.magics import _known

    session = _known[shell.ip].session
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in ("", *COMMANDS):
            for first in PIECES:
                for second in PIECES[:20:3]:
                    line = f"{name} {first} {second}{first}"
                    found = complete(session, line)
                    assert line.endswith(found.fragment)
                    assert len(found.words) == len(set(found.words))


# -- nothing of the user's objects is run ------------------------------------------------------------------------------

LOUD = """
ran = []
def noisy(name):
    def run(*args, **kwargs):
        ran.append(name)
        raise RuntimeError(name)
    return run
class Meta(type):
    __getattr__ = noisy("metaclass getattr")
    __instancecheck__ = noisy("instancecheck")
    __subclasscheck__ = noisy("subclasscheck")
class Loud(metaclass=Meta):
    held = property(noisy("property"))
    __class__ = property(noisy("class"))
    __eq__ = noisy("eq")
    __hash__ = noisy("hash")
    __repr__ = __str__ = noisy("repr")
    __bool__ = noisy("bool")
    __len__ = noisy("len")
    __iter__ = noisy("iter")
    __getitem__ = noisy("getitem")
    __contains__ = noisy("contains")
    __dir__ = noisy("dir")
    __getattr__ = noisy("getattr")
    __getattribute__ = noisy("getattribute")
    __float__ = noisy("float")
    def fit(self): ran.append("fit")
    def predict(self): ran.append("predict")
class Hidden(Loud):
    __dict__ = property(noisy("dict"))
class Key(str):
    __repr__ = __str__ = noisy("key")
class Keyed(dict):
    __getitem__ = items = keys = __iter__ = noisy("mapping")
class Items(list):
    __getitem__ = __iter__ = __len__ = noisy("sequence")
loud, hidden, keyed, listed = Loud(), Hidden(), Keyed(a=1), Items([1])
holder = {"loud": loud, Key("sub"): loud, "plain": clf}
deep = Search()
deep.loud = loud
"""


@pytest.fixture
def noisy(full: Shell) -> Iterator[Shell]:
    """Return a shell with objects that note it when anything of them runs."""
    full.ok(LOUD)
    yield full
    assert full.value("ran") == []


REACHING = [
    "register ", "register lo", "register loud.", "register hidden.", "register loud[", "register keyed[",
    "register listed[", "register holder[", "register deep.", "register deep.loud.", "log ",
    "register clf churn --metric auc=", "register clf churn --metrics ", "load churn --as ", "versions churn ", "models ",
]  # fmt: skip


def test_nothing_of_an_object_is_run(noisy: Shell) -> None:
    for line in REACHING:
        after(noisy, line)
        assert noisy.value("ran") == [], line


def test_loud_objects_are_offered_all_the_same(noisy: Shell) -> None:
    assert "register loud" in after(noisy, "register lo")
    assert after(noisy, "register deep.lo") == ["register deep.loud"]
    assert after(noisy, "register holder[") == [
        'register holder["loud"]',
        'register holder["sub"]',
        'register holder["plain"]',
    ]


def test_a_big_container_is_looked_at_in_part_only() -> None:
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(MODEL + "big = {i: None for i in range(100_000)}\nbig[-1] = Model()\nfew = [Model()] * 5", space)
    assert models_at("few[", space) == [f"few[{place}]" for place in range(5)]
    assert models_at("fe", space) == [f"few[{place}]" for place in range(5)]
    space["few"] = [*space["few"]] * 3
    assert models_at("fe", space) == ["few"]
    assert models_at("big[", space) == []


def test_offered_expressions_are_one_word_of_a_line(typing: Shell) -> None:
    for line in typing.complete("%modelreg register models["):
        assert len(split(line.removeprefix("%modelreg ")).tokens) == 2


def test_the_matcher_never_asks_for_a_shell_it_is_not_in(ip: InteractiveShell) -> None:
    assert "%modelreg show" not in Shell(ip).complete("%modelreg sh")
