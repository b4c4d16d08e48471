"""``%modelreg`` as a line: what it gives, what it shows, what goes into it and how it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.magics import adapter
from modelreg.views import View

if TYPE_CHECKING:
    from .conftest import Shell


@pytest.fixture
def kept(shell: Shell) -> Shell:
    """Return a shell whose model is registered."""
    shell.ok("%modelreg register clf churn -a best --metric auc=0.9 --quiet")
    return shell


# -- what becomes of the answer ----------------------------------------------------------------------------------------


def test_an_assignment_gets_the_object_and_shows_nothing(kept: Shell) -> None:
    ran = kept.ok("x = %modelreg models")
    assert ran.times == 0
    assert ran.out == ""
    assert isinstance(kept.value("x"), View)
    assert [model.name for model in kept.value("x")] == ["churn"]


def test_an_assignment_of_load_gets_the_live_object(kept: Shell) -> None:
    ran = kept.ok("back = %modelreg load churn:best")
    assert ran.times == 0
    assert kept.value("type(back).__name__, back.depth, back.predict([0])") == ("Model", 1, [1])


def test_an_assignment_is_quiet_about_its_note_only_with_quiet(kept: Shell) -> None:
    assert kept.ok("back = %modelreg load churn").displayed == ("churn:v0 (latest)",)
    assert kept.ok("back = %modelreg load churn --quiet").times == 0
    assert kept.value("back.depth") == 1


SHOWN_ONCE = {
    "on the last line": "%modelreg models",
    "in the middle": "%modelreg models\nx = 1",
    "in an if": "if True:\n    %modelreg models",
    "in an else": "if False:\n    pass\nelse:\n    %modelreg models",
    "in a try": "try:\n    %modelreg models\nfinally:\n    pass",
    "in a with": "import contextlib\nwith contextlib.nullcontext():\n    %modelreg models",
    "in a loop that runs once": "for _ in [1]:\n    %modelreg models",
    "last in a function": "def f():\n    %modelreg models\nf()",
    "first in a function": "def f():\n    %modelreg models\n    return None\nf()",
    "in a nested function": "def f():\n    def g():\n        %modelreg models\n    g()\nf()",
    "in a method": "class A:\n    def m(self):\n        %modelreg models\nA().m()",
    "in a class": "class A:\n    %modelreg models",
    "in a generator": "def f():\n    %modelreg models\n    yield 1\n_x = list(f())",
    "before an await": "import asyncio\n%modelreg models\nawait asyncio.sleep(0)",
    "last after an await": "import asyncio\nawait asyncio.sleep(0)\n%modelreg models",
    "in an async function": "async def f():\n    %modelreg models\nawait f()",
    "below time": "%%time\n%modelreg models",
    "after time": "%time %modelreg models",
    "by its function": "get_ipython().run_line_magic('modelreg', 'models')",
    "by its function in the middle": "get_ipython().run_line_magic('modelreg', 'models')\nx = 1",
    "by automagic": "modelreg models",
    "with a semicolon": "%modelreg models;",
    "in a long cell": "\n".join(["x = 1"] * 500 + ["%modelreg models"] + ["x = 1"] * 500),
}


@pytest.mark.parametrize("cell", SHOWN_ONCE.values(), ids=SHOWN_ONCE.keys())
def test_an_answer_is_shown_once(kept: Shell, cell: str) -> None:
    ran = kept.ok(cell)
    assert ran.times == 1, ran.text
    assert ran.text.count("churn") == 1


def test_each_answer_of_a_loop_is_shown(kept: Shell) -> None:
    assert kept.ok("for _ in range(3):\n    %modelreg models").times == 3


def test_two_lines_are_shown_each(kept: Shell) -> None:
    ran = kept.ok("%modelreg models\n%modelreg versions churn")
    assert len(ran.displayed) == 1
    assert ran.times == 2


@pytest.mark.parametrize("interactivity", ["all", "last_expr", "last_expr_or_assign", "last"])
def test_an_answer_is_shown_once_with_every_interactivity(kept: Shell, interactivity: str) -> None:
    kept.ip.ast_node_interactivity = interactivity
    assert kept.ok("%modelreg models\nx = None").times == 1
    assert kept.ok("if True:\n    %modelreg models").times == 1
    assert kept.ok("%modelreg models").times == 1


def test_nothing_is_shown_where_nothing_shows_its_results(kept: Shell) -> None:
    kept.ip.ast_node_interactivity = "none"
    ran = kept.ok("x = %modelreg models")
    assert ran.times == 0


PASSED_ON = {
    "kept in a list": "x = [get_ipython().run_line_magic('modelreg', 'models') for _ in range(2)]",
    "returned": "def f():\n    x = %modelreg models\n    return x\ny = f()",
    "given to a function": "x = len(get_ipython().run_line_magic('modelreg', 'models'))",
    "asked for its sign": "class P:\n    pass\nx = not get_ipython().run_line_magic('modelreg', 'models')",
    "unpacked": "x, = %modelreg models",
    "yielded": "def f():\n    x = yield get_ipython().run_line_magic('modelreg', 'models')\ny = list(f())",
    "yielded by an async generator": (
        "async def f():\n    yield get_ipython().run_line_magic('modelreg', 'models')\ny = [each async for each in f()]"
    ),
}


@pytest.mark.parametrize("cell", PASSED_ON.values(), ids=PASSED_ON.keys())
def test_an_answer_that_goes_somewhere_is_not_shown(kept: Shell, cell: str) -> None:
    assert kept.ok(cell).times == 0


def test_timing_a_line_does_not_flood_the_cell(kept: Shell) -> None:
    assert kept.ok("%timeit -n3 -r2 %modelreg models").times == 0


def test_capture_takes_the_answer(kept: Shell) -> None:
    ran = kept.ok("%%capture taken\n%modelreg models")
    assert ran.times == 0
    assert len(kept.value("taken.outputs")) == 1


def test_the_result_is_in_out(kept: Shell) -> None:
    kept.ok("%modelreg models")
    assert isinstance(kept.value("_"), View)


def test_a_live_object_in_the_middle_of_a_cell_is_not_printed(kept: Shell) -> None:
    assert kept.ok("%modelreg load churn:v0\nx = 1").times == 0


def test_a_frame_is_shown_in_the_middle_too(kept: Shell) -> None:
    ran = kept.ok("%modelreg models --frame\nx = 1")
    assert ran.times == 1
    assert "churn" in ran.text


# -- quiet -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "%modelreg models --quiet",
        "%modelreg models --quiet\nx = 1",
        "%modelreg register clf churn --quiet",
        "%modelreg load churn --quiet",
        "def f():\n    %modelreg models --quiet\nf()",
    ],
)
def test_quiet_shows_nothing(kept: Shell, cell: str) -> None:
    ran = kept.ok(cell)
    assert (ran.times, ran.out, ran.err) == (0, "", "")


def test_quiet_still_tells_errors(kept: Shell) -> None:
    assert "no registered model 'nope'" in kept("%modelreg show nope --quiet").fault


# -- variables on the line ---------------------------------------------------------------------------------------------


def message(shell: Shell) -> str:
    """Return the reason of the last action."""
    shell.ok("h = %modelreg history churn")
    return next(action.reason for action in shell.value("h") if action.reason)


@pytest.mark.parametrize("written", ["{word}", "$word", '"{word}"', "'$word'", '{words["a"]}', "{holder.word}"])
def test_variables_of_the_namespace_are_put_in(kept: Shell, written: str) -> None:
    kept.ok("word = 'deeper'\nwords = {'a': word}\nclass holder: word = word")
    kept.ok(f"%modelreg alias churn:v0 other -m {written}")
    assert message(kept) == "deeper"


def test_locals_of_a_function_are_put_in_and_hide_the_namespace(kept: Shell) -> None:
    kept.ok("word = 'outer'")
    kept.ok("def f(word):\n    here = 3\n    %modelreg alias churn:v0 other -m '{word} {here}'\nf('inner')")
    assert message(kept) == "inner 3"


def test_locals_of_a_function_are_registered(kept: Shell) -> None:
    kept.ok(
        "def f():\n    mine = Model(9)\n    score = 0.5\n    %modelreg register mine other --metric auc=(score * 1)\nf()"
    )
    assert kept.ok("x = %modelreg load other:v0").times == 0
    assert kept.value("x.depth") == 9


def test_braces_and_dollars_in_python_stay_python(kept: Shell) -> None:
    kept.ok("clf.depth = 2\n%modelreg register clf churn --metric auc={'a': 0.25}['a'] --metrics {'f1':0.5}")
    assert kept.ok("v = %modelreg versions churn").times == 0
    assert next(iter(kept.value("v"))).metrics == {"auc": 0.25, "f1": 0.5}


def test_doubled_braces_and_dollars_are_single_ones(kept: Shell) -> None:
    kept.ok("%modelreg alias churn:v0 other -m '{{x}} costs $$5'")
    assert message(kept) == "{x} costs $5"


@pytest.mark.parametrize("written", ["{nope}", "$nope", "'{nope}'"])
def test_an_undefined_name_is_an_error(kept: Shell, written: str) -> None:
    assert "no variable 'nope'" in kept(f"%modelreg show churn:{written}").fault


def test_nothing_is_called_inside_braces(kept: Shell) -> None:
    kept.ok("called = []")
    assert "is no variable" in kept("%modelreg show {called.append(1)}").fault
    assert kept.value("called") == []


@pytest.mark.parametrize("ending", ["  # a note", ";", " ;", ";;", "; # it's (a note", " # {nope}"])
def test_comments_and_semicolons_at_the_end_are_dropped(kept: Shell, ending: str) -> None:
    assert "churn:v0" in kept.ok(f"%modelreg show churn:v0{ending}").text


def test_a_hash_inside_a_word_or_quotes_is_no_comment(kept: Shell) -> None:
    kept.ok('%modelreg alias churn:v0 other -m "run #3; the best"')
    assert message(kept) == "run #3; the best"


def test_a_line_continues_after_a_backslash(kept: Shell) -> None:
    kept.ok("%modelreg alias churn:v0 other \\\n    -m 'two lines'")
    assert message(kept) == "two lines"


# -- errors ------------------------------------------------------------------------------------------------------------

REFUSED = {
    "an unknown command": ("%modelreg nope", "no command 'nope'"),
    "an unknown option": ("%modelreg models --nope", "no option --nope"),
    "a missing argument": ("%modelreg show", "show needs"),
    "too many arguments": ("%modelreg show churn again", "'again' at column 12 is too much"),
    "an open quote": ("%modelreg show 'churn", "the quote ' is not closed at column 6"),
    "an open bracket": ("%modelreg register models[ churn", "the bracket [ is not closed"),
    "an unknown name": ("%modelreg show nope", "no registered model 'nope'"),
    "an unknown version": ("%modelreg show churn:v7", "no version 7"),
    "an unknown variable": ("%modelreg register nope churn", "no variable 'nope'"),
    "a call": ("%modelreg register Model() churn", "is a call"),
    "a metric that raises": ("%modelreg register clf churn --metric a=1/0", "ZeroDivisionError: division by zero"),
    "a query with one equals sign": ("%modelreg versions churn metrics.auc = 1", "=="),
    "a message over two lines": (
        "class E(Exception): pass\ndef bad(): raise E('a\\nb')\n%modelreg register clf churn --metric a=bad()",
        "raised E: a b",
    ),
    "what cannot be pickled": (
        "clf.handle = open('/dev/null')\n%modelreg register clf churn",
        "handle",
    ),
}


@pytest.mark.parametrize(("cell", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refused_line_is_one_line_and_fails_the_cell(kept: Shell, cell: str, says: str) -> None:
    ran = kept(cell + "\nafter = 1")
    assert says in ran.fault
    assert not kept.ip.last_execution_succeeded
    assert "after" not in kept.ip.user_ns
    if "clf.handle" in cell:
        kept.ok("clf.handle.close()")


@pytest.mark.parametrize(
    "line",
    [
        "unalias churn:bset",
        "rollback churn:best",
        "metric churn:v0 f1=0.4",
        'versions "tags.x = 1"',
        "search auc > 0.5",
        "register clf churn -m first try",
        "register clf churn:v3",
        "register clf churn:other",
        "promote churn v0",
        "alias churn:v0 v3",
        "alias churn v0 staging",
    ],
)
def test_the_line_that_an_error_gives_works_when_it_is_pasted(kept: Shell, line: str) -> None:
    kept.ok("%modelreg register clf churn --tag x=1 --quiet\nother = Model(2)")
    kept.ok("%modelreg register other churn -a best --quiet")
    given = kept(f"%modelreg {line}").fault.partition("Try ")[2].split(" or ")[0]
    assert given.startswith("%modelreg ")
    kept.ok(given)


def test_debug_shows_the_traceback(kept: Shell) -> None:
    ran = kept("%modelreg show nope --debug")
    assert not ran.result.success
    assert "Traceback (most recent call last)" in ran.out
    assert "NotFoundError: no registered model 'nope'" in ran.out


def test_debug_in_a_text_asks_for_nothing(kept: Shell) -> None:
    assert "no version 7" in kept("%modelreg alias churn:v7 other -m 'with --debug on'").fault


def test_debug_of_a_line_that_cannot_be_read_shows_the_traceback(kept: Shell) -> None:
    assert "Traceback" in kept("%modelreg show --debug 'churn").out


def test_a_bug_keeps_its_traceback(kept: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    from modelreg.commands import models

    def broken(*_: object) -> None:
        raise LookupError("a bug")

    monkeypatch.setattr(models, "run", broken)
    ran = kept("%modelreg models")
    assert not ran.result.success
    assert "Traceback" in ran.out
    assert "LookupError: a bug" in ran.out
    assert "raise LookupError" in ran.out


STOPPED = "interrupted: nothing was registered and nothing is lost; run it again"


def test_an_interrupt_is_one_line_that_says_what_was_done_and_stops_the_notebook(kept: Shell) -> None:
    kept.ok("def stop():\n    raise KeyboardInterrupt")
    ran = kept("%modelreg register clf churn --metric a=stop()\nafter = 1")
    assert isinstance(ran.result.error_in_exec, KeyboardInterrupt)
    assert not kept.ip.last_execution_succeeded
    assert (ran.out + ran.err).strip() == STOPPED
    assert kept.value("'after' in globals()") is False
    asked = kept("%modelreg register clf churn --metric a=stop() --debug")
    assert "Traceback" in asked.out + asked.err


def test_the_error_can_be_caught_and_knows_its_cause(kept: Shell) -> None:
    kept.ok(
        "from IPython.core.error import UsageError\n"
        "try:\n    %modelreg show nope\n"
        "except UsageError as error:\n    cause = type(error.__cause__).__name__"
    )
    assert kept.value("cause") == "NotFoundError"


# -- help --------------------------------------------------------------------------------------------------------------


def test_the_empty_line_is_the_landing_page(shell: Shell) -> None:
    assert "register clf" in shell.ok("%modelreg").text


@pytest.mark.parametrize("cell", ["%modelreg register -h", "%modelreg help register"])
def test_help_is_shown(shell: Shell, cell: str) -> None:
    ran = shell.ok(cell)
    assert ran.times == 1
    assert "--metric KEY=EXPR" in ran.text


def test_a_question_mark_explains_the_magic(shell: Shell) -> None:
    assert "%modelreg register clf churn" in shell.ok("%modelreg?").out
    assert "register clf churn -a staging" in shell.ok("%%modelreg?").out


def test_load_with_a_name_binds_it(kept: Shell) -> None:
    kept.ok("%modelreg load churn:v0 --as back")
    assert kept.value("back.depth") == 1
    assert "is bound to" in kept("back = 3\n%modelreg load churn:v0 --as back").fault
    assert kept.value("back") == 3


def test_the_use_of_a_result_is_told_by_the_instruction_after_the_call() -> None:
    seen: list[str] = []

    def run_line_magic() -> int:
        import sys

        seen.append(adapter._use(sys._getframe(0)))
        return 1

    space = {"run_line_magic": run_line_magic}
    made = {"run_line_magic()": "exec", "x = run_line_magic()": "exec", "+run_line_magic()": "eval"}
    for source, mode in made.items():
        exec(compile(source, "<cell>", mode), space)
    assert seen == ["dropped", "stored", "stored"]
