"""Figures become pictures: the same for the same figure, without touching the figure or the settings of its library."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import xml.etree.ElementTree as ET

import matplotlib as mpl
import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from modelreg import media
from modelreg.attachments import make, matplotlib, served
from modelreg.attachments.matplotlib import LARGEST
from modelreg.errors import InvalidError

DRAW = """
from matplotlib.figure import Figure
figure = Figure()
axes = figure.subplots()
axes.plot([1, 3, 2], label="a")
axes.fill_between([0, 1], [0, 1])
axes.legend()
axes.set_title("precision & recall <1>")
figure.add_axes((0, 0, 0.2, 0.2)).imshow([[1, 2], [3, 4]])
"""


def drawn() -> Figure:
    """Return a small figure."""
    scope: dict[str, object] = {}
    exec(DRAW, scope)
    figure = scope["figure"]
    assert isinstance(figure, Figure)
    return figure


def is_svg(data: bytes) -> bool:
    """Whether bytes are a whole SVG."""
    return ET.fromstring(data).tag == "{http://www.w3.org/2000/svg}svg"


def test_a_figure_becomes_an_svg() -> None:
    made = make("fig", drawn())
    assert made.medium == media.SVG
    assert is_svg(made.data)
    assert made.note == ""


def test_the_same_figure_gives_the_same_bytes_in_another_kernel() -> None:
    code = (
        f"{DRAW}\nimport sys\nfrom modelreg.attachments import make\nsys.stdout.buffer.write(make('fig', figure).data)"
    )
    runs = [subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout for _ in range(2)]
    assert runs[0] == runs[1] == make("fig", drawn()).data


def test_settings_and_figure_stay_as_they_are() -> None:
    figure, axes = plt.subplots(figsize=(3, 2), dpi=77)
    axes.plot([1, 2])
    with mpl.rc_context({"svg.hashsalt": "mine", "savefig.facecolor": "red"}):
        before = dict(mpl.rcParams)
        make("fig", figure)
        assert dict(mpl.rcParams) == before
    assert plt.fignum_exists(figure.number)
    assert figure.get_dpi() == 77
    assert tuple(figure.get_size_inches()) == (3, 2)


def test_a_closed_figure_can_still_be_attached() -> None:
    figure, axes = plt.subplots()
    axes.plot([1, 2])
    plt.close(figure)
    assert is_svg(make("fig", figure).data)


def test_a_figure_with_very_many_points_becomes_png_and_says_so() -> None:
    figure, axes = plt.subplots()
    axes.scatter(*np.random.default_rng(0).normal(size=(2, 20_000)), c=np.arange(20_000))
    made = make("cloud", figure)
    assert made.medium == media.PNG
    assert made.data.startswith(b"\x89PNG")
    assert made.note.startswith("cloud is kept as PNG: as SVG it would have")
    assert make("cloud", figure).data == made.data
    assert len(made.data) <= LARGEST


def test_the_svg_of_very_many_points_is_not_written_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []

    class Counted(matplotlib._Short):
        def write(self, data: bytes, /) -> int:
            written.append(len(data))
            return super().write(data)

    monkeypatch.setattr(matplotlib, "_Short", Counted)
    figure, axes = plt.subplots(dpi=77)
    axes.scatter(*np.random.default_rng(0).normal(size=(2, 100_000)), c=np.arange(100_000))
    assert make("cloud", figure).medium == media.PNG
    assert LARGEST < sum(written) < 2 * LARGEST
    assert figure.get_dpi() == 77


def test_a_picture_that_is_large_in_any_case_keeps_its_detail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelreg.attachments.matplotlib.LARGEST", 10)
    made = make("fig", drawn())
    monkeypatch.setattr("modelreg.attachments.matplotlib._DPI", (144,))
    assert make("fig", drawn()).data == made.data


def test_what_lies_on_a_figure_stands_for_it() -> None:
    figure, grid = plt.subplots(2, 2)
    whole = make("f", figure).data
    for obj in (grid[0, 1], grid, grid[0], grid[0, 0].set_title("")):
        assert make("f", obj).data == whole
    part = plt.figure().subfigures(1, 2)[0]
    assert make("f", part).data == make("f", part.figure).data
    assert make("f", part.subplots()).data == make("f", part.figure).data
    assert is_svg(make("f", pd.DataFrame({"a": [1, 2]}).plot()).data)
    assert is_svg(make("f", pd.DataFrame({"a": [1, 2], "b": [1, 2]}).hist()).data)


def test_a_display_of_scikit_learn_stands_for_what_it_drew() -> None:
    from sklearn.metrics import ConfusionMatrixDisplay

    display = ConfusionMatrixDisplay.from_predictions([0, 1, 1], [0, 1, 0])
    assert make("f", display).data == make("f", display.figure_).data
    with pytest.raises(InvalidError, match="is a ConfusionMatrixDisplay, which cannot be attached"):
        make("f", ConfusionMatrixDisplay(np.eye(2)))


def test_a_broken_figure_is_named_with_what_its_library_says() -> None:
    figure = drawn()
    figure.axes[0].set_title(r"$\frac{$")
    with pytest.raises(
        InvalidError, match=r"the attachment 'fig' \(Figure\) could not be written: ValueError: .*; nothing was"
    ):
        make("fig", figure)


def test_completion_offers_what_can_be_attached() -> None:
    from sklearn.linear_model import Ridge
    from sklearn.metrics import RocCurveDisplay

    assert all(map(served, (Figure, plt.Axes, pd.DataFrame, pd.Series, np.ndarray, go.Figure, RocCurveDisplay)))
    assert not any(map(served, (int, str, dict, Ridge, np.float64, type(None))))


@pytest.mark.skipif(importlib.util.find_spec("kaleido") is not None, reason="plotly can draw pictures here")
def test_a_plotly_figure_without_a_renderer_keeps_its_data_and_says_what_gives_a_picture() -> None:
    figure = go.Figure(go.Scatter(x=np.arange(3), y=[1, 3, 2]))
    made = make("curve", figure)
    assert made.medium == media.PLOTLY
    assert go.Figure(__import__("json").loads(made.data)) == figure
    assert "the package kaleido, which is not installed" in made.note
    assert make("curve", figure).data == made.data


@pytest.fixture
def renderer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let plotly believe that it has a renderer."""
    known = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: object() if name == "kaleido" else known(name, *rest)
    )


@pytest.mark.usefixtures("renderer")
def test_a_renderer_gives_a_picture() -> None:
    class Drawn(go.Figure):
        def to_image(self, format: str = "png") -> bytes:  # noqa: A002  (plotly's name)
            return f"<svg xmlns='http://www.w3.org/2000/svg' class='{format}'/>".encode()

    made = make("curve", Drawn())
    assert (made.medium, made.note) == (media.SVG, "")
    assert is_svg(made.data)


@pytest.mark.usefixtures("renderer")
def test_a_renderer_that_cannot_draw_leaves_the_data() -> None:
    class Drawn(go.Figure):
        def to_image(self, format: str = "png") -> bytes:  # noqa: A002  (plotly's name)
            msg = "no\nbrowser"
            raise RuntimeError(msg)

    made = make("curve", Drawn())
    assert made.medium == media.PLOTLY
    assert "kaleido could not draw it (RuntimeError: no browser)" in made.note
