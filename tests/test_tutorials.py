"""The tutorials as they are committed: executed, and free of whatever belongs to one machine or one day."""

from __future__ import annotations

import copy
import importlib.util
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
TUTORIALS = sorted((ROOT / "notebooks").glob("*.ipynb"))
_spec = importlib.util.spec_from_file_location("execute", ROOT / "scripts" / "execute.py")
execute = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(execute)
MACHINE = re.compile(r"(?<![\w.:<~-])/(tmp|home|root|work|Users|usr|var)/")


@pytest.fixture(params=TUTORIALS, ids=lambda path: path.stem)
def tutorial(request):
    return nbformat.read(request.param, as_version=4)


def test_there_are_tutorials() -> None:
    assert [path.stem for path in TUTORIALS] == [
        "01-quickstart",
        "02-walkthrough",
        "03-browsing",
        "04-lineage-and-replay",
    ]


def test_every_cell_was_executed_in_order(tutorial) -> None:
    counts = [cell.execution_count for cell in tutorial.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


def test_no_widget_state_and_no_times_of_execution(tutorial) -> None:
    assert "widgets" not in tutorial.metadata
    assert not any("execution" in cell.metadata for cell in tutorial.cells)


def test_outputs_are_clean_of_what_differs_from_run_to_run(tutorial) -> None:
    rules = execute.read(ROOT / "notebooks" / execute.RULES)
    for cell in tutorial.cells:
        for output in cell.get("outputs", ()):
            again = copy.deepcopy(output)
            execute.clean(again, rules)
            assert again == output


def test_no_path_of_a_machine_stands_in_them(tutorial) -> None:
    assert not MACHINE.search(nbformat.writes(tutorial).replace("\\/", "/"))


def test_a_failing_cell_shows_one_line_and_no_traceback(tutorial) -> None:
    outputs = [output for cell in tutorial.cells for output in cell.get("outputs", ())]
    assert not any(output.output_type == "error" for output in outputs)
    for output in outputs:
        if output.output_type == "stream" and output.name == "stderr":
            assert output.text.startswith("UsageError: ")
            assert output.text.strip().count("\n") == 0
