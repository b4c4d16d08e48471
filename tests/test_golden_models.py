"""Models of every kind load for ever, in each way in which they were ever kept, and are found again when they come back."""

from __future__ import annotations

import importlib.util
import json
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest

import modelreg
from modelreg.errors import UntrustedModelError

if TYPE_CHECKING:
    from modelreg.registry import Registry

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("golden_models", HERE.parent / "scripts" / "golden_models.py")
assert _spec is not None
assert _spec.loader is not None
golden = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(golden)

INLINE, NEWEST = "models-0.1.0-inline", "models-0.1.0"
"""Tensors and columns in the stream, as they were first kept; and in objects of their own."""

NEEDS = {
    "array": ["numpy"],
    "frame": ["numpy", "pandas"],
    "tree": ["numpy", "scikit-learn"],
    "net": ["numpy", "torch"],
    "state": ["numpy", "torch"],
    "files": [],
}  # fmt: skip
"""The libraries that a model is made of; only the same make the same."""

UNMOVED = ("array", "tree", "files")
"""What has the same content id in both."""

CODE_FREE = {INLINE: {"files"}, NEWEST: {"files", "state"}}


class Store(NamedTuple):
    """A golden store, and what must be found in it."""

    name: str
    registry: Registry
    facts: dict[str, Any]

    def need(self, kind: str, digits: int) -> None:
        """Skip unless the libraries are those that the model was made with, to so many digits of their versions."""
        for library in NEEDS[kind]:
            then = self.facts["made with"][library]
            try:
                now = version(library)
            except PackageNotFoundError:
                pytest.skip(f"{library} is not installed")
            if now.split(".")[:digits] != then.split(".")[:digits]:
                pytest.skip(f"it was made with {library} {then}")


@pytest.fixture(params=[INLINE, NEWEST])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Return a copy of a golden store."""
    kept = HERE / "data" / request.param
    shutil.copytree(kept, tmp_path / "registry")
    registry = modelreg.connect(tmp_path / "registry")
    yield Store(request.param, registry, json.loads(kept.with_name(f"{kept.name}.json").read_text()))
    registry.close()


def test_every_model_is_found_as_it_was_kept(store: Store) -> None:
    assert golden.told(store.registry) == store.facts["versions"]
    assert {ref.partition(":")[0] for ref in store.facts["versions"]} == set(golden.KINDS)
    assert store.registry.check(read_data=True).ok


@pytest.mark.parametrize("kind", golden.KINDS)
def test_it_loads_and_is_as_it_was_made(store: Store, kind: str, tmp_path: Path) -> None:
    store.need(kind, 2)
    if kind not in CODE_FREE[store.name]:
        with pytest.raises(UntrustedModelError, match="registered by 'golden'"):
            store.registry.load(kind)
    loaded = store.registry.load(kind, trust=True)
    assert_same(kind, golden.KINDS[kind](tmp_path), loaded)


@pytest.mark.parametrize(
    ("store", "kind"), [(NEWEST, kind) for kind in golden.KINDS] + [(INLINE, kind) for kind in UNMOVED],
    indirect=["store"],
)  # fmt: skip
def test_the_same_made_today_is_the_same_version(store: Store, kind: str, tmp_path: Path) -> None:
    store.need(kind, 3)
    answer = golden.register(store.registry, kind, golden.KINDS[kind](tmp_path))
    assert (answer.outcome, answer.version.ref) == ("identical", f"{kind}:v0")


@pytest.mark.parametrize(
    ("store", "kind"), [(NEWEST, "net"), (NEWEST, "tree"), (INLINE, "net"), (INLINE, "tree")], indirect=["store"]
)
def test_what_is_loaded_and_registered_unchanged_is_the_same_version(store: Store, kind: str) -> None:
    store.need(kind, 3)
    store.registry.trust(kind)  # what nobody approved is not loaded again to compare
    answer = golden.register(store.registry, kind, store.registry.load(kind))
    assert (answer.outcome, answer.version.ref) == ("identical", f"{kind}:v0")


@pytest.mark.parametrize("kind", UNMOVED)
def test_what_needs_no_other_way_has_kept_its_content_id(kind: str) -> None:
    ids = [
        json.loads((HERE / "data" / f"{name}.json").read_text())["versions"][f"{kind}:v0"]["content"]
        for name in (INLINE, NEWEST)
    ]
    assert ids[0] == ids[1]


def assert_same(kind: str, made: Any, loaded: Any) -> None:
    """Assert that a loaded model is what was made."""
    if kind == "files":
        found = {path.relative_to(loaded): path.read_bytes() for path in loaded.rglob("*") if path.is_file()}
        assert found == {path.relative_to(made): path.read_bytes() for path in made.rglob("*") if path.is_file()}
    elif kind == "tree":
        assert np.array_equal(made.predict_proba(golden.X), loaded.predict_proba(golden.X))
    elif kind == "frame":
        assert [table.equals(loaded[name]) for name, table in made.items()] == [True, True]
        assert [list(table.dtypes) == list(loaded[name].dtypes) for name, table in made.items()] == [True, True]
    elif kind == "array":
        assert np.array_equal(made["large"], loaded["large"])
        assert all(map(np.array_equal, made["small"], loaded["small"]))
        assert made["steps"] == loaded["steps"]
    else:
        assert_same_tensors(kind, made, loaded)


def assert_same_tensors(kind: str, made: Any, loaded: Any) -> None:
    """Assert that a module or a state dict is what was made, with what is tied tied and what can be trained trainable."""
    import torch

    if kind == "net":
        assert loaded[1].bias is loaded[0].bias
        x = torch.from_numpy(golden.X).float()
        assert torch.equal(made(x), loaded(x))
        loaded(x).sum().backward()
        assert loaded[0].weight.grad is not None
        made, loaded = made.state_dict(), loaded.state_dict()
    assert list(made) == list(loaded)
    assert all(torch.equal(tensor, loaded[name]) for name, tensor in made.items())
