"""Classes and functions that live in a notebook only come back in a fresh process, under the same name from every kernel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import modelreg
from modelreg.errors import MissingLibraryError

CELL = Path(__file__).with_name("cell.py")

KERNEL = """
import json, sys
import modelreg
registry = modelreg.connect(sys.argv[1])
source, cell = open(sys.argv[2]).read(), sys.argv[3]
exec(compile("\\n" * int(sys.argv[4]) + source, cell, "exec"), globals())
found = {}
for name, thing in THINGS.items():
    answer = registry.register(thing, name, artifact=name)
    found[name] = [answer.version.number, json.loads(json.dumps(USES[name](thing), default=str))]
print(json.dumps(found))
"""

FRESH = """
import importlib.util, json, sys
import modelreg
registry = modelreg.connect(sys.argv[1])
loaded = {name: registry.load(name + ":v0") for name in sys.argv[3:]}
again = {name: registry.register(thing, name, artifact=name).version.number for name, thing in loaded.items()}
assert "THINGS" not in globals()
spec = importlib.util.spec_from_file_location("uses", sys.argv[2])
uses = importlib.util.module_from_spec(spec)
sys.modules["uses"] = uses
spec.loader.exec_module(uses)
print(json.dumps({name: [again[name], json.loads(json.dumps(uses.USES[name](thing), default=str))]
                  for name, thing in loaded.items()}))
"""

NAMES = (
    "net", "deeper", "threshold", "pipeline", "config", "colour", "point", "box", "slotted", "made", "trouble", "counter",
    "lambda", "recursion", "decorated", "partial", "generator", "coroutine", "inner", "class",
    "no dict", "nested name",
)  # fmt: skip

LIMITS = {
    "no dict": "cloudpickle restores a class with __slots__ as one whose instances have a __dict__ too",
    "nested name": "cloudpickle keeps the __name__ of a class within a class, not its __qualname__",
}
"""What does not come back as it was -> why."""


def run(code: str, *arguments: object, seed: int, place: Path, check: bool = True) -> Any:
    """Run ``code`` as ``__main__`` of a Python of its own and return what it printed as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**os.environ, "PYTHONHASHSEED": str(seed), "XDG_DATA_HOME": str(place / "data")},
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 or not check, done.stderr
    return json.loads(done.stdout) if check else done


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Run the cell in two kernels and load what it made in a third; return what each said."""
    place = tmp_path_factory.mktemp("kernels")
    registry = place / "registry"
    first = run(KERNEL, registry, CELL, "<ipython-input-3-ab12>", 0, seed=1, place=place)
    second = run(KERNEL, registry, CELL, "/tmp/ipykernel_77/1234.py", 40, seed=2, place=place)
    third = run(FRESH, registry, CELL, *NAMES, seed=3, place=place)
    return [first, second, third]


def test_every_thing_of_the_cell_is_tried(told: list[dict[str, Any]]) -> None:
    assert all(set(said) == set(NAMES) for said in told)


@pytest.mark.parametrize("name", NAMES)
def test_it_works_in_a_fresh_process(told: list[dict[str, Any]], name: str) -> None:
    first, _, third = told
    assert (third[name][1] == first[name][1]) is (name not in LIMITS)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_cell_in_another_kernel_makes_the_same_version(told: list[dict[str, Any]], name: str) -> None:
    first, second, _ = told
    assert first[name][0] == second[name][0] == 0


@pytest.mark.parametrize("name", NAMES)
def test_loaded_and_registered_unchanged_it_is_the_same_version(told: list[dict[str, Any]], name: str) -> None:
    assert told[2][name][0] == 0


PROJECT = """
import sys
sys.path.insert(0, ".")
import helpers, modelreg
registry = modelreg.connect(sys.argv[1])
registry.register(helpers.Thing(4), "thing")
print(0)
"""


def test_a_class_of_a_module_is_stored_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "helpers.py").write_text("class Thing:\n    def __init__(self, n):\n        self.n = n\n")
    run(PROJECT, tmp_path / "registry", seed=0, place=tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    registry = modelreg.connect(tmp_path / "registry")
    with pytest.raises(MissingLibraryError, match="helpers"):
        registry.load("thing")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert registry.load("thing").n == 4
    sys.modules.pop("helpers", None)


def test_a_changed_function_is_another_version(tmp_path: Path) -> None:
    registry = modelreg.connect(tmp_path / "registry")
    numbers = []
    for body in ("x + 1", "x + 2", "x + 1"):
        space: dict[str, Any] = {"__name__": "__main__"}
        exec(f"f = lambda x: {body}", space)
        space["f"].__module__ = "__main__"
        numbers.append(registry.register(space["f"], "f").version.number)
    assert numbers == [0, 1, 0]
