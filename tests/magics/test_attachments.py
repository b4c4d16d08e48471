"""A real kernel: a figure of matplotlib and the history of a training, registered, shown and compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import modelreg

from .kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TRAIN = """
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import pandas as pd

class Net:
    def __init__(self, rate):
        self.rate = rate
    def fit(self, epochs):
        self.weights = [self.rate] * epochs
        return History({"loss": [self.rate / (n + 1) for n in range(epochs)], "val_loss": [self.rate] * epochs})
    def predict(self, X):
        return [self.rate for _ in X]

class History:
    def __init__(self, history):
        self.history = history

def run(rate):
    net = Net(rate)
    history = net.fit(8)
    fig, ax = plt.subplots()
    ax.plot(history.history["loss"])
    return net, history, fig, pd.DataFrame({"class": ["<b>stay</b>", "leave"], "recall": [rate, 0.5]})
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of the kernel."""
    return tmp_path_factory.mktemp("attached")


@pytest.fixture(scope="module")
def kernel(place: Path) -> Iterator[Kernel]:
    """Return a kernel that registered two versions with a figure, a table, a file and curves."""
    pytest.importorskip("matplotlib")
    (place / "notes.md").write_text("first try")
    env = {"MODELREG_REGISTRY": str(place / "registry"), "HOME": str(place), "IPYTHONDIR": str(place / "ipython")}
    found = Kernel({**env, "XDG_DATA_HOME": str(place / "data"), "XDG_CONFIG_HOME": str(place / "config")}, str(place))
    found.ok(TRAIN)
    for rate in (0.25, 0.5):
        found.ok(f"net, history, fig, scores = run({rate})")
        line = "%modelreg register net churn --metrics history.history --attach fig --attach scores --attach notes.md"
        answer = found.ok(line)
        assert "3 attachments" in answer.text
    yield found
    found.stop()


def test_the_version_shows_picture_curves_and_rows(kernel: Kernel) -> None:
    (bundle,) = kernel.ok("%modelreg show churn:v1").shown
    assert bundle["text/html"].count('<img src="data:image/svg+xml;base64,') == 3  # two curves and the figure
    assert "&lt;b&gt;stay&lt;/b&gt;" in bundle["text/html"]
    assert "notes.md (file, 9 B)" in bundle["text/plain"]
    assert "loss █" in bundle["text/plain"]


def test_versions_stand_side_by_side(kernel: Kernel) -> None:
    (bundle,) = kernel.ok("%modelreg compare churn:v0 churn:v1").shown
    assert bundle["text/html"].count('alt="fig.svg"') == 2
    assert "loss over 8 points: v0 ends at 0.03125, v1 ends at 0.0625" in bundle["text/html"]


def test_the_figure_stays_open_and_as_it_was(kernel: Kernel) -> None:
    assert kernel.print("plt.fignum_exists(fig.number), plt.rcParams['svg.hashsalt'], fig.get_dpi()") == (
        "(True, None, 100.0)"
    )


def test_the_same_figure_drawn_again_is_the_same_attachment(kernel: Kernel, place: Path) -> None:
    kernel.ok("net, history, fig, scores = run(0.5)\n%modelreg register net churn --attach fig")
    registry = modelreg.connect(place / "registry")
    newest, older = registry.show("churn:v1").runs[:2]
    assert newest.attachments[0].digest == older.attachments[0].digest


def test_it_comes_back_as_bytes_and_as_a_frame(kernel: Kernel) -> None:
    assert kernel.print(
        "(_a := get_ipython().run_line_magic('modelreg', 'attachment churn:v1 fig --quiet')).data[:5]"
    ) == ("b'<?xml'")
    assert kernel.print(
        "get_ipython().run_line_magic('modelreg', 'attachment churn:v1 scores --frame').equals(scores)"
    ) == ("True")
