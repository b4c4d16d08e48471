"""``%%modelreg register …`` on top of a cell: the cell runs as any cell, then what it made is registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelreg.magics.cells import comment_out, line_of

if TYPE_CHECKING:
    from .conftest import Ran, Shell

TOP = "%%modelreg register clf churn"


def not_registered(ran: Ran) -> str:
    """Return what a cell said that ran well but whose line on top was refused: one line, no traceback."""
    assert not ran.result.success
    assert "Traceback" not in ran.text + ran.err
    assert ran.err.startswith("UsageError: ")
    assert ran.err.count("\n") == 1
    return ran.err


# -- a cell that succeeds ----------------------------------------------------------------------------------------------


def test_what_the_cell_made_is_registered(shell: Shell) -> None:
    ran = shell.ok(f"{TOP} -a staging --metric auc=auc -m 'a reason'\nclf = Model(5)\nauc = 0.75")
    assert len(ran.displayed) == 1
    assert ran.displayed[0].startswith("churn:v0 ← clf (Model) · auc 0.75 · + staging")
    shell.ok("back = %modelreg load churn:staging")
    assert shell.value("back.depth") == 5


def test_log_goes_on_top_of_a_cell_too(shell: Shell) -> None:
    ran = shell.ok("%%modelreg log clf train/clf\nclf = Model(5)")
    assert "train/clf:v0" in ran.displayed[0]


def test_the_result_of_the_cell_stays_its_result(shell: Shell) -> None:
    ran = shell.ok(f"{TOP}\nclf = Model(5)\n6 * 7")
    assert ran.result.result == 42
    assert ran.out.count("Out[") == 1
    assert len(ran.displayed) == 1
    assert shell.value("_") == 42
    assert shell.value(f"Out[{ran.result.execution_count}]") == 42


def test_a_cell_is_counted_once_and_its_text_is_readable(shell: Shell) -> None:
    before = shell.ip.execution_count
    ran = shell.ok(f"{TOP}\nclf = Model(5)\n")
    assert ran.result.execution_count == before
    assert shell.ip.execution_count == before + 1
    assert shell.value(f"In[{before}]") == f"# {TOP}\nclf = Model(5)"
    assert ran.result.info.raw_cell == f"{TOP}\nclf = Model(5)\n"


def test_events_of_the_cell_fire_once(shell: Shell) -> None:
    called: list[str] = []
    hooks = {name: (lambda *_, name=name: called.append(name)) for name in ("pre_run_cell", "post_run_cell")}
    for name, hook in hooks.items():
        shell.ip.events.register(name, hook)
    shell.ok(f"{TOP}\nclf = Model(5)")
    assert called == ["pre_run_cell", "post_run_cell"]


def test_quiet_shows_nothing(shell: Shell) -> None:
    ran = shell.ok(f"{TOP} --quiet\nclf = Model(5)")
    assert (ran.out, ran.err, ran.times) == ("", "", 0)
    assert shell.versions() == 1


def test_variables_are_put_in_after_the_cell_ran(shell: Shell) -> None:
    shell.ok("name = 'before'")
    shell.ok("%%modelreg register clf {name}\nname = 'after'\nclf = Model(2)")
    assert (shell.versions("before"), shell.versions("after")) == (0, 1)


def test_top_level_await_works(shell: Shell) -> None:
    ran = shell.ok(f"{TOP}\nimport asyncio\nawait asyncio.sleep(0)\nclf = Model(3)\nawait asyncio.sleep(0, 'done')")
    assert ran.result.result == "done"
    assert shell.versions() == 1


def test_run_again_unchanged_does_not_duplicate(shell: Shell) -> None:
    cell = f"{TOP}\nclf = Model(3)"
    shell.ok(cell)
    assert "identical to churn:v0" in shell.ok(cell).displayed[0]
    assert shell.versions() == 1


def test_run_again_with_another_model_is_a_new_version(shell: Shell) -> None:
    for depth in (1, 2, 3):
        shell.ok(f"{TOP}\nclf = Model({depth})")
    assert shell.versions() == 3


def test_a_cell_with_nothing_below_the_line_registers_what_is_there(shell: Shell) -> None:
    assert "churn:v0" in shell.ok(TOP).displayed[0]


def test_a_note_behind_the_line_is_dropped(shell: Shell) -> None:
    assert "churn:v0" in shell.ok(f"{TOP}  # it's the best\nclf = Model(4)").displayed[0]


ABOVE = {
    "leading blank lines": f"\n\n  \n{TOP}\nclf = Model(5)",
    "an indented cell": f"    {TOP}\n    clf = Model(5)",
    "a line between": f"{TOP}\n\n\nclf = Model(5)",
    "carriage returns": f"{TOP}\r\nclf = Model(5)\r\n",
    "prompts of Python": f">>> {TOP}\n>>> clf = Model(5)",
    "prompts of IPython": f"In [1]: {TOP}\n   ...: clf = Model(5)",
    "time below": f"{TOP}\n%%time\nclf = Model(5)",
    "time below after a blank": f"{TOP}\n\n%%time\nclf = Model(5)\n",
    "capture below": f"{TOP}\n%%capture\nclf = Model(5)",
    "prun below": f"{TOP}\n%%prun -q\nclf = Model(5)",
    "time above": f"%%time\n{TOP}\nclf = Model(5)",
    "time above after a blank": f"%%time\n\n{TOP}\nclf = Model(5)",
    "capture above": f"%%capture\n{TOP}\nclf = Model(5)",
    "time above and below": f"%%time\n{TOP}\n%%time\nclf = Model(5)",
    "a line magic below": f"{TOP}\n%time clf = Model(5)",
    "a shell line below": f"{TOP}\n!true\nclf = Model(5)",
}


@pytest.mark.parametrize("cell", ABOVE.values(), ids=ABOVE.keys())
def test_the_line_counts_wherever_it_is_on_top(shell: Shell, cell: str) -> None:
    shell.ok(cell)
    assert shell.versions() == 1
    shell.ok("back = %modelreg load churn")
    assert shell.value("back.depth") == 5


def test_the_result_of_a_timed_cell_is_shown(shell: Shell) -> None:
    ran = shell.ok(f"{TOP}\n%%time\nclf = Model(5)\n6 * 7")
    assert ran.result.result == 42
    assert "Wall time" in ran.out


def test_the_registration_is_not_part_of_what_is_timed_or_captured(shell: Shell) -> None:
    ran = shell.ok(f"{TOP}\n%%capture taken\nclf = Model(5)\nprint('inside')")
    assert "churn:v0" in ran.displayed[0]
    assert shell.value("taken.stdout") == "inside\n"
    assert shell.value("taken.outputs") == []


NOT_OURS = {
    "in a text": 'text = """\n%%modelreg register clf churn\n"""',
    "in a comment": "# %%modelreg register clf churn",
    "a longer name": "%%modelregs register clf churn\n1",
    "written into a file": "%%writefile cell.txt\n%%modelreg register clf churn\n1",
    "further down": "x = 1\n%%modelreg register clf churn",
}


@pytest.mark.parametrize("cell", NOT_OURS.values(), ids=NOT_OURS.keys())
def test_the_line_counts_nowhere_else(
    shell: Shell, cell: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("work"))
    shell(cell)
    assert shell.versions() == 0


def test_the_line_further_down_is_an_error(shell: Shell) -> None:
    ran = shell("x = 1\n%%modelreg register clf churn")
    assert not ran.result.success


def test_the_magic_called_as_a_function_says_where_it_belongs(shell: Shell) -> None:
    ran = shell("get_ipython().run_cell_magic('modelreg', 'register clf churn', 'never = 1')")
    assert "must stand on the first line of a cell; nothing was run" in ran.fault
    assert "never" not in shell.ip.user_ns


def test_a_silent_cell_registers_nothing(shell: Shell) -> None:
    shell.ip.run_cell(f"{TOP}\nclf = Model(3)", silent=True)
    assert shell.versions() == 0


# -- a cell that fails -------------------------------------------------------------------------------------------------


def test_a_failing_cell_registers_nothing_and_shows_one_traceback(shell: Shell) -> None:
    ran = shell(f"{TOP}\nclf = Model(5)\n1 / 0")
    assert isinstance(ran.result.error_in_exec, ZeroDivisionError)
    assert ran.out.count("Traceback") == 1
    assert ran.err == "not registered: ZeroDivisionError in the cell\n"
    assert ran.displayed == ()
    assert shell.versions() == 0


def test_line_numbers_of_a_traceback_are_those_of_the_cell(shell: Shell) -> None:
    ran = shell(f"{TOP}\nclf = Model(5)\n\n1 / 0\n")
    assert "line 4" in ran.out
    assert "----> 4 1 / 0" in ran.out


def test_a_cell_that_is_no_python_registers_nothing(shell: Shell) -> None:
    ran = shell(f"{TOP}\nclf = Model(5)\n1 /")
    assert isinstance(ran.result.error_before_exec, SyntaxError)
    assert ", line 3" in ran.out
    assert ran.err == "not registered: SyntaxError in the cell\n"
    assert shell.versions() == 0


def test_an_interrupted_cell_registers_nothing(shell: Shell) -> None:
    ran = shell(f"{TOP}\nraise KeyboardInterrupt")
    assert ran.err == "not registered: KeyboardInterrupt in the cell\n"
    assert shell.versions() == 0


def test_a_cell_after_a_failed_one_registers(shell: Shell) -> None:
    shell(f"{TOP}\n1 / 0")
    shell.ok(f"{TOP}\nclf = Model(5)")
    assert shell.versions() == 1


# -- a line that is refused --------------------------------------------------------------------------------------------

REFUSED = {
    "an unknown option": (f"{TOP} --nope", "no option --nope"),
    "an open quote": (f"{TOP} -m 'open", "is not closed"),
    "an unknown variable": ("%%modelreg register nope churn", "no variable 'nope'"),
    "a metric that raises": (f"{TOP} --metric auc=1/0", "ZeroDivisionError"),
    "a name that is none": ("%%modelreg register clf v3:x", "v3:x"),
    "an undefined name": ("%%modelreg register clf {nope}", "no variable 'nope'"),
    "a command that looks": ("%%modelreg models", "on top of a cell goes register or log"),
    "an unknown command": ("%%modelreg nope", "on top of a cell goes register or log"),
    "no command": ("%%modelreg", "on top of a cell goes register or log"),
}


@pytest.mark.parametrize(("line", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refused_line_never_loses_the_cell_but_fails_it(shell: Shell, line: str, says: str) -> None:
    ran = shell(f"{line}\nclf = Model(5)\nran = True\n6 * 7")
    assert says in not_registered(ran)
    assert shell.value("ran")
    assert ran.result.result == 42
    assert not shell.ip.last_execution_succeeded
    assert shell.versions() == 0


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("regi clf churn -m why", "%modelreg register clf churn -m why"),
        ("show churn", "%modelreg show churn"),
        ("nope", "%modelreg register clf churn"),
        ("", "%modelreg register clf churn"),
    ],
)
def test_what_cannot_stand_on_top_leads_to_a_line_that_does_not_run_the_cell_again(
    shell: Shell, line: str, instead: str
) -> None:
    said = not_registered(shell(f"%%modelreg {line}\nclf = Model(5)"))
    assert said.endswith(f"the cell has run. Try {instead}\n")


def test_debug_shows_one_traceback_of_a_refused_line(shell: Shell) -> None:
    ran = shell(f"{TOP} --metric auc=nope --debug\nclf = Model(5)")
    assert not ran.result.success
    assert "Traceback" in ran.out
    assert "Error in callback" not in ran.out
    assert shell.value("clf.depth") == 5


def test_a_bug_keeps_its_traceback_and_fails_the_cell(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    from modelreg.commands import register

    def broken(*_: object) -> None:
        raise LookupError("a bug")

    monkeypatch.setattr(register, "run", broken)
    ran = shell(f"{TOP}\nclf = Model(5)")
    assert isinstance(ran.result.error_in_exec, LookupError)
    assert not shell.ip.last_execution_succeeded
    assert "LookupError: a bug" in ran.out
    assert "Error in callback" not in ran.out


def test_an_interrupt_while_registering_says_what_to_do(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    from modelreg.commands import register

    with monkeypatch.context() as patch:
        patch.setattr(register, "run", interrupted)
        ran = shell(f"{TOP}\nclf = Model(5)")
    assert isinstance(ran.result.error_in_exec, KeyboardInterrupt)
    assert ran.err == "interrupted: nothing was registered and nothing is lost; run it again\n"
    assert "Traceback" not in ran.out
    shell.ok(f"{TOP}\nclf = Model(5)")
    assert shell.versions() == 1


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_later_callbacks_see_that_the_cell_failed(shell: Shell) -> None:
    seen: list[bool] = []
    shell.ip.events.register("post_run_cell", lambda result: seen.append(result.success))
    shell(f"{TOP} --nope\nclf = Model(5)")
    assert seen == [False]


# -- the transformer ---------------------------------------------------------------------------------------------------


def test_a_cell_is_complete_when_its_python_is(shell: Shell) -> None:
    check = shell.ip.check_complete
    assert check(f"{TOP}\nx = 1\n")[0] == "complete"
    assert check(f"{TOP}\nx = (1,\n")[0] == "incomplete"
    assert shell.versions() == 0


@given(st.lists(st.sampled_from(["\n", "  \n", "%%modelreg x\n", "%%modelreg\n", "%%time\n", "a = 1\n", "# b\n", "b"])))
def test_the_transformer_changes_nothing_but_the_line(lines: list[str]) -> None:
    given_lines = list(lines)
    made = comment_out(lines)
    assert lines == given_lines  # pure
    assert comment_out(list(lines)) == made
    if made != lines:
        first = next(each for each in lines if each.strip())
        assert first.startswith("%%modelreg")
        assert "# " + first in made
        left = [each.strip() for each in made if each.strip() and each != "# " + first]
        assert sorted(left) == sorted(each.strip() for each in lines[lines.index(first) + 1 :] if each.strip())


@given(st.lists(st.sampled_from(["\n", "%%modelreg x\n", "a = 1\n", "def f():\n", "    b\n"])))
def test_lines_keep_their_numbers_unless_a_magic_stands_below(lines: list[str]) -> None:
    made = comment_out(lines)
    below = [each for each in lines if each.strip()][1:2]
    if not (below and below[0].startswith("%%")):
        assert [each.removeprefix("# ") for each in made] == lines


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["%%modelreg register clf churn\n", "x = 1\n"], "register clf churn"),
        (["\n", "%%modelreg log clf\n"], "log clf"),
        (["%%time -q\n", "%%modelreg log clf\n"], "log clf"),
        (["%%modelreg\n"], ""),
        (["%%timeless\n", "%%modelreg log clf\n"], None),
        (["x\n", "%%modelreg log clf\n"], None),
        (["%%modelregs x\n"], None),
        ([], None),
    ],
)
def test_the_line_is_found_on_top_only(lines: list[str], line: str | None) -> None:
    assert line_of(lines) == line


def test_the_suggestion_is_what_the_cell_made_though_an_older_name_is_closer(shell: Shell) -> None:
    shell.ok("clf = Model(1)")
    ran = shell("%%modelreg register clf3 churn\nforest = Model(5)")
    assert "no variable 'clf3' in this kernel; the cell made forest" in not_registered(ran)
    assert "Try %modelreg register forest churn" in ran.err
    beside = shell("%modelreg register clf3 churn")
    assert "did you mean 'clf'?" in beside.err
