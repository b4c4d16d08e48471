"""One rule of the slicer a test, on logs written by hand."""

from __future__ import annotations

from modelreg.capture.execution import Execution
from modelreg.capture.slice import slice_log


def sliced(*cells, target="m"):
    return slice_log([one if isinstance(one, Execution) else Execution(source=one) for one in cells], target)


def test_a_sure_binding_ends_the_search():
    assert "m = 1" not in sliced("m = 1", "m = 2").source


def test_a_branch_does_not_end_the_search():
    assert "m = 1" in sliced("m = 1", "if input():\n    m = 2").source


def test_a_name_that_no_cell_binds_is_said_to_come_from_outside():
    assert sliced("m = given + 1").outside == {"given"}


def test_an_inplace_method_is_a_mutation():
    found = sliced("import pandas as pd", "df = pd.DataFrame()", "df.sort_values('a', inplace=True)", "m = df")
    assert "inplace" in found.source


def test_exec_is_uncertain_with_its_cell():
    assert sliced("m = []", "m.append(eval('1'))").uncertain == (
        ("eval() does what cannot be read from the text", "cell 2"),
    )


def test_a_cell_that_is_not_python_is_said():
    assert sliced("m = 1", "for").uncertain == (("a cell that is not Python was left out", "cell 2"),)


def test_statements_from_the_failing_line_on_are_left_out():
    cell = Execution(source="m = 1\nm = oops\nm = 3", ok=False, failing_line=2)
    assert [one.text for one in sliced(cell).kept] == ["m = 1"]


def test_a_loop_that_failed_is_kept_and_said():
    cell = Execution(source="for one in [1, 0]:\n    m = 1 / one", ok=False, failing_line=2)
    found = sliced("m = 0", cell)
    assert len(found.kept) == 2
    assert found.uncertain == (("a statement that failed half-way was kept", "cell 2"),)


def test_a_cell_from_before_the_log_is_uncertain():
    assert sliced(Execution(source="m = 1", before_load=True)).uncertain


def test_pip_is_dropped_and_another_command_touches_files():
    pip = "get_ipython().system('pip install x')"
    wget = "get_ipython().system('wget x.csv')"
    found = sliced("import pandas as pd", pip, wget, "m = pd.read_csv('x.csv')")
    assert "pip" not in found.source
    assert "wget" in found.source


def test_a_function_of_the_project_may_change_what_it_is_given():
    assert "clean(X)" in sliced("from mine import clean", "X = [1]", "clean(X)", "m = X").source


def test_make_pipeline_does_not_draw_random_numbers():
    first = "from sklearn.pipeline import make_pipeline\nimport numpy as np\nnp.random.seed(1)"
    assert "seed" not in sliced(first, "m = make_pipeline(None)").source
