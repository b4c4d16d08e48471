"""The first register finds imported what it needs, where the user ran another cell before."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

SCRIPT = """
import json, sys, threading
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
def run(cell):
    shell.run_cell(cell, store_history=True).raise_error()
run("from sklearn.linear_model import LogisticRegression")
run("X, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]")
{before}
run("clf = LogisticRegression().fit(X, y)")
for thread in threading.enumerate():
    if thread.name == "modelreg imports ahead":
        thread.join()
loaded = set(sys.modules)
run("{line}")
new = set(sys.modules) - loaded
print(json.dumps(sorted({{name for name in new if name.partition(".")[0] in ("modelreg", "sqlalchemy", "ipywidgets")}})))
"""
OF_THE_LIBRARY = {"modelreg.capture.model.sklearn", "modelreg.capture.model.outputs"}
"""What is imported for the library that the model is of."""


def imported(line: str, before: str = 'run("%load_ext modelreg")') -> set[str]:
    """Return what a line imports in a fresh process."""
    script = SCRIPT.format(line=line, before=before)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    assert done.stderr == ""
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_first_register_imports_what_the_library_of_the_model_needs_only() -> None:
    assert imported("got = %modelreg register clf churn") <= OF_THE_LIBRARY


def test_the_first_panel_imports_nothing() -> None:
    assert imported("panel = %modelreg") == set()


def test_a_register_in_the_cell_that_loads_imports_for_itself() -> None:
    line = "%load_ext modelreg\\ngot = %modelreg register clf churn"
    assert {"sqlalchemy", "modelreg.verbs"} <= imported(line, before="")


PRESSED = """
import signal, sys, _imp
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()

class Pressing:
    def find_spec(self, name, path=None, target=None):
        if name == "modelreg.views" and sys.meta_path[0] is self:
            sys.meta_path.remove(self)
            signal.raise_signal(signal.SIGINT)  # in the middle of an import
        return None

sys.meta_path.insert(0, Pressing())
shell.run_cell("%load_ext modelreg", store_history=True)
{wait}
shell.run_cell("obj = {{'a': 1}}", store_history=True)
result = shell.run_cell("%modelreg models", store_history=True)
assert isinstance(result.error_in_exec, KeyboardInterrupt), result
assert "modelreg.views" in sys.modules and not _imp.lock_held()
shell.run_cell("got = %modelreg register obj x").raise_error()
print("registered", shell.user_ns["got"].version.ref)
"""


@pytest.mark.parametrize("wait", ["", "from modelreg.magics import warming; warming._halted.set()"])
def test_an_interrupt_within_an_import_is_heard_after_it(wait: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PRESSED.format(wait=wait)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert "interrupted: nothing was done yet; run it again" in lines
    assert lines[-1] == "registered x:v0"
    assert "Traceback" not in done.stdout
