"""The table of flavors: found without their libraries, honest about running code, and of use only where those are installed."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from modelreg.flavors import FLAVORS, ROOTS

if TYPE_CHECKING:
    from pathlib import Path

RUNS_CODE = {
    "files": False,
    "keras": False,
    "keras_custom": True,
    "onnx": False,
    "python": True,
    "sentence_transformers": False,
    "spacy": True,
    "torch_program": True,
    "torch_state": False,
    "transformers": False,
}
LIBRARIES = ("keras", "onnx", "sentence_transformers", "spacy", "torch", "transformers")

WITHOUT_TORCH = """
import sys, modelreg
from modelreg.errors import MissingLibraryError
class Nowhere:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Nowhere())
registry = modelreg.connect(sys.argv[1])
try:
    registry.load("weights")
except MissingLibraryError as error:
    print(error)
"""


def test_it_is_written_down_which_flavors_run_code() -> None:
    assert {name: FLAVORS[name].runs_code for name in FLAVORS.built_in} == RUNS_CODE
    assert {FLAVORS[name].name for name in FLAVORS.built_in} == set(RUNS_CODE)
    assert {name for names in ROOTS.values() for name in names} == set(RUNS_CODE) - {"python"}


def test_no_flavor_imports_its_library_to_be_there_or_to_say_that_it_does_not_serve() -> None:
    code = f"""
import sys
from modelreg.flavors import FLAVORS, flavor_for
assert not any(FLAVORS[name].serves(3) for name in FLAVORS.built_in if name != "python")
class Model: pass
class Language: pass
for kind in (Model, Language):
    for root in {LIBRARIES}:
        kind.__module__ = root + ".inner"
        flavor_for(kind())
assert not set({LIBRARIES}) & set(sys.modules), set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_where_its_library_is_missing_a_load_says_what_to_install_before_anything_else(tmp_path: Path) -> None:
    import torch

    import modelreg

    modelreg.connect(tmp_path / "registry").register(torch.nn.Linear(2, 2).state_dict(), "weights")
    command = [sys.executable, "-W", "ignore", "-c", WITHOUT_TORCH, str(tmp_path / "registry")]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "weights:v0 needs torch, which this Python does not have" in said
    assert "%pip install torch" in said
