"""What is said of live models whose classes, or libraries, are not what they were."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from modelreg.verbs import renewed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from modelreg.records import LiveModel
    from modelreg.registry import Registry

MODULE = "modelreg_helper"
SIMPLE = """
class Model:
    def __init__(self):
        self.weight = 1

    def predict(self, x):
        return x + {step}
"""
UPGRADED = """
import numpy as np

loads = []

class Model:
    def __init__(self):
        self.weights = np.zeros(100)

    def __setstate__(self, held):
        loads.append(held)
        release = "release two"
        again = release if len(loads) % 2 else "".join(["release ", "two"])  # one string, or one that equals it
        self.__dict__.update(held, weights=held["weights"].astype("float32"), releases=[release, again])

    def predict(self, x):
        return x
"""


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Return what writes a module of the user and imports it, again where it is there."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # two edits in one second have one time

    def write(source: str) -> Any:
        (tmp_path / f"{MODULE}.py").write_text(source)
        importlib.invalidate_caches()
        known = sys.modules.get(MODULE)
        return importlib.import_module(MODULE) if known is None else importlib.reload(known)

    yield write
    sys.modules.pop(MODULE, None)


MAKER = """
def made():
    class Model:
        weight = 1
        def predict(self, x):
            return x
    Model.__qualname__ = "Model"
    return Model
"""


def told(registry: Registry, **variables: Any) -> list[LiveModel]:
    """Return how variables stand."""
    return list(registry.status(variables))


def test_what_a_reloaded_module_leaves_is_told_unchanged_and_of_which_class(
    registry: Registry, written: Callable[[str], Any]
) -> None:
    old = written(SIMPLE.format(step=1)).Model()
    registry.register(old, "churn", variable="old")
    (before,) = told(registry, old=old)
    assert (before.state, before.why) == ("unchanged", "")
    new = written(SIMPLE.format(step=100)).Model()
    registry.register(new, "churn", variable="new")
    first, second, third = told(registry, a_old=old, b_new=new, c_loaded=registry.load("churn"))
    assert (first.state, second.state, third.state) == ("unchanged", "unchanged", "unchanged")
    called = f"{MODULE}.Model"
    assert first.why == f"its class is the {called} from before that was loaded again"
    assert second.why == third.why
    assert second.why == f"the same contents; {called} was loaded again since, and its code may be another"
    old.weight = 2
    new.weight = 2
    first, second = told(registry, a_old=old, b_new=new)
    assert (first.state, second.state) == ("changed", "changed")
    assert first.why == f"changed: weight (1 of 1 parts); its class is the {called} from before that was loaded again"
    assert second.why == "changed: weight (1 of 1 parts)"
    pair = [old]
    registry.register(pair, "pairs", variable="pair")
    written(SIMPLE.format(step=2))
    pair.append(written(SIMPLE.format(step=3)).Model())
    (one,) = (each for each in told(registry, pair=pair) if each.variable == "pair")
    assert one.state == "changed"
    assert one.why


def test_a_class_made_at_run_time_under_the_name_of_another_is_not_said_to_be_from_a_reload(
    registry: Registry, written: Callable[[str], Any]
) -> None:
    module = written(SIMPLE.format(step=1) + MAKER)
    registry.register(module.Model(), "churn", variable="model")
    other = module.made()()
    (one,) = (each for each in told(registry, model=other) if each.variable == "model")
    assert "loaded again" not in one.why
    assert renewed.why(other, registry._context.notebook.live, "") == (
        f"its module has another class of that name: {MODULE}.Model"
    )


def test_what_was_loaded_and_left_alone_is_unchanged_whatever_a_library_made_of_it(
    registry: Registry, written: Callable[[str], Any]
) -> None:
    registry.register(written(UPGRADED.replace("__setstate__", "_later")).Model(), "churn")
    module = written(UPGRADED)
    loaded = registry.load("churn")
    assert (loaded.weights.dtype, type(loaded)) == (np.dtype("float32"), module.Model)
    (one,) = told(registry, loaded=loaded)
    assert one.state == "unchanged"
    loaded.weights[3] = 1
    (one,) = told(registry, loaded=loaded)
    assert (one.state, one.why) == ("changed", "changed: weights (1 of 2 parts)")


def test_where_it_cannot_be_loaded_again_no_change_is_claimed(
    stranger: Registry, registry: Registry, written: Callable[[str], Any]
) -> None:
    registry.register(written(UPGRADED.replace("__setstate__", "_later")).Model(), "churn")
    written(UPGRADED)
    loaded = stranger.load("churn", trust=True)
    (one,) = told(stranger, loaded=loaded)
    assert one.state == "unknown"
    assert one.version is not None
    assert one.why.endswith("which loading it here may have done")


def test_a_change_that_no_part_tells_is_told_all_the_same(registry: Registry) -> None:
    model = {"b": 1, "a": 2}
    registry.register(model, "churn", variable="model")
    model["a"] = model.pop("a")
    model["b"] = model.pop("b")
    (one,) = told(registry, model=model)
    assert one.state == "changed"
    assert one.why


def test_of_what_is_large_the_tensors_that_were_written_to_are_named(registry: Registry) -> None:
    torch = pytest.importorskip("torch")
    net = torch.nn.Linear(17_000_000, 1)
    registry.register(net, "net", variable="net")
    (one,) = told(registry, net=net)
    assert (one.state, one.why) == ("large", "more than 67.1 MB")
    with torch.no_grad():
        net.bias.add_(1)
    (one,) = told(registry, net=net)
    assert (one.state, one.why) == ("large", "more than 67.1 MB; written to since: bias")
    (one,) = registry.status({"net": net}, full=True)
    assert (one.state, one.why) == ("changed", "changed: bias (1 of 5 parts)")
    registry.register(net, "net", variable="net")
    (one,) = told(registry, net=net)
    assert one.why == "more than 67.1 MB"


def test_a_module_that_cannot_be_looked_into_ends_no_status(
    registry: Registry, written: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = written(SIMPLE.format(step=1)).Model()
    registry.register(model, "churn", variable="model")

    class Lazy:
        @property
        def __dict__(self) -> dict[str, object]:  # type: ignore[override]
            raise ImportError("it is imported when it is looked into")

    monkeypatch.setitem(sys.modules, MODULE, Lazy())
    (one,) = told(registry, model=model)
    assert one.state in {"unchanged", "unknown", "changed"}


def test_what_was_loaded_without_running_code_and_changed_in_place_changed(registry: Registry) -> None:
    torch = pytest.importorskip("torch")
    registry.register(torch.nn.Sequential(torch.nn.Linear(3, 2)).state_dict(), "weights")
    held = {"weights": registry.load("weights")}
    assert [one.state for one in registry.status(held)] == ["unchanged"]
    held["weights"]["0.weight"].zero_()
    (live,) = registry.status(held)
    assert (live.state, live.why) == ("changed", "changed: 0.weight (1 of 2 parts)")
