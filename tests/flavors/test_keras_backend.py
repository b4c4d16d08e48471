"""What keras computes with: told before keras is imported, by keras's own rules."""

from __future__ import annotations

import json
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from modelreg.errors import MissingLibraryError
from modelreg.flavors.keras_backend import SETTING, ready

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Give what leaves of keras and what it computes with only those that are named."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "keras"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "keras.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)

    def leave(*names: str) -> None:
        for name in ("torch", "jax", "tensorflow", "openvino"):
            module = ModuleType(name)
            module.__spec__ = ModuleSpec(name, None)
            monkeypatch.setitem(sys.modules, name, module if name in names else None)

    yield leave
    sys.modules.pop("keras", None)


def refusal() -> str:
    with pytest.raises(MissingLibraryError) as caught:
        ready()
    return str(caught.value)


def test_keras_takes_tensorflow_where_nothing_was_said(installed: Callable[..., None]) -> None:
    installed("torch", "jax")
    assert refusal() == (
        "loading needs keras, which is set to compute with tensorflow here, and that is not installed, but torch is: "
        "os.environ['KERAS_BACKEND'] = 'torch' and load again; or %pip install tensorflow"
    )
    installed("tensorflow")
    assert ready() is sys.modules["keras"]


def test_the_variable_goes_before_the_file_of_settings(
    installed: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed("tensorflow")
    (tmp_path / "home" / "keras.json").write_text(json.dumps({"backend": "jax"}))
    assert "set to compute with jax here" in refusal()
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    assert "set to compute with torch here" in refusal()
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    assert ready().__name__ == "keras"


@pytest.mark.parametrize("text", ["", "[]", '{"backend": 3}', "\ud800"])
def test_a_file_of_settings_that_says_nothing_is_none(
    text: str, installed: Callable[..., None], tmp_path: Path
) -> None:
    installed()
    (tmp_path / "home" / "keras.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    assert "%pip install tensorflow, or torch or jax or openvino with os.environ['KERAS_BACKEND'] set" in refusal()


def test_what_a_kernel_keeps_of_an_import_that_failed_needs_a_new_one(
    installed: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    installed("torch")
    kept = ModuleType(SETTING)
    kept.backend = lambda: "jax"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, SETTING, kept)
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    assert "os.environ['KERAS_BACKEND'] = 'torch' in a new kernel, then load" in refusal()


def test_what_needs_nothing_beside_keras_or_is_unknown_is_left_to_keras(
    installed: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    installed()
    for name in ("numpy", "own"):
        monkeypatch.setenv("KERAS_BACKEND", name)
        sys.modules.pop("keras", None)
        assert ready().__name__ == "keras"


def test_without_keras_itself_that_is_what_is_told(
    installed: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    installed()
    monkeypatch.setitem(sys.modules, "keras", None)
    assert "needs the module 'keras', which is not installed here; %pip install keras" in refusal()
