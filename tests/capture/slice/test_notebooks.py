"""Each notebook is run in a real shell, sliced, and the slice run alone must predict the same."""

from __future__ import annotations

import contextlib
import io
import random
from pathlib import Path

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from modelreg.capture.execution import Execution
from modelreg.capture.slice import slice_log

NOTEBOOKS = sorted((Path(__file__).parent / "notebooks").glob("*.txt"))
PROBE = np.linspace(-2.0, 9.0, 24).reshape(12, 2)


def executed(text):
    """The log of a notebook and the namespace that it left."""
    shell = InteractiveShell()
    log = []
    for cell in text.split("# %%\n")[1:]:
        before = set(shell.user_ns)
        transformed = shell.transform_cell(cell)
        with contextlib.redirect_stdout(io.StringIO()):
            result = shell.run_cell(cell, store_history=False)
        error = result.error_in_exec
        log.append(
            Execution(
                source=cell,
                transformed=transformed,
                ok=result.success,
                error=type(error).__name__ if error else None,
                failing_line=first_line(error) if error else None,
                bound=frozenset(set(shell.user_ns) - before),
            )
        )
    return log, shell.user_ns


def first_line(error):
    """The line of the cell's own frame, whatever file name the shell gave the cell."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_name == "<module>" and "ipython" in trace.tb_frame.f_code.co_filename:
            return trace.tb_lineno
        trace = trace.tb_next
    return None


def alone(source):
    """The namespace after the slice ran by itself; a statement that failed half-way fails here too."""
    np.random.seed(99)  # noqa: NPY002
    random.seed(99)
    space = {"__name__": "__main__"}
    for piece in source.split("\n# cell "):
        code = piece if piece.startswith("# cell") else "# cell " + piece
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(IndexError):
            exec(compile(code, "slice", "exec"), space)
    return space


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_slice_alone_predicts_the_same(path):
    log, left = executed(path.read_text())
    found = slice_log(log, "model", scope=left)
    space = alone(found.source)
    np.testing.assert_allclose(space["model"].predict(PROBE), left["model"].predict(PROBE), err_msg=found.source)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_slice_leaves_out_what_the_model_does_not_need(path):
    log, _left = executed(path.read_text())
    found = slice_log(log, "model")
    assert "unrelated" not in found.source
    assert found.dropped > 0
    assert not found.outside
