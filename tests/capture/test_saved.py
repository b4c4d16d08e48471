"""The saved notebook without its secrets, wherever in the file they stand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from modelreg.capture import saved
from modelreg.capture.moment import Moment

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cD3fG6"


def kept(place: Path, book: dict[str, Any]) -> str:
    """Return the notebook as it is kept."""
    path = place / "study.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": [], "metadata": {}} | book))
    return saved.capture(Moment(path=str(path), directory=place)).files[saved.FILE].decode()


def output(**data: Any) -> dict[str, Any]:
    shown = {"output_type": "display_data", "metadata": {}, "data": data}
    return {"cells": [{"cell_type": "code", "source": "", "outputs": [shown], "metadata": {}}]}


@pytest.mark.parametrize(
    "book",
    [
        {"metadata": {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"1": {"value": TOKEN}}}}}},
        {"metadata": {"image/png": TOKEN}},
        output(**{"application/vnd.plotly.v1+json": {"layout": {"title": TOKEN}}}),
        output(**{"image/svg+xml": [f"<svg><text>{TOKEN}</text></svg>"]}),
        output(**{"application/json": {"image/png": TOKEN}}),
        output(**{"text/html": ["<p>", TOKEN, "</p>"]}),
        {"cells": [{"cell_type": "markdown", "source": ["my ", TOKEN], "metadata": {}}]},
    ],
    ids=lambda book: json.dumps(book)[:60],
)
def test_a_secret_is_taken_out_of(book: dict[str, Any], tmp_path: Path):
    text = kept(tmp_path, book)
    assert TOKEN not in text
    assert "redacted:github" in text


def test_a_picture_is_kept_as_it_is(tmp_path: Path):
    picture = "iVBORw0KGgo" + "sk-" * 20
    book = output(**{"image/png": picture})
    book["cells"].append(
        {"cell_type": "markdown", "source": "", "metadata": {}, "attachments": {"a.png": {"image/png": picture}}}
    )
    assert kept(tmp_path, book).count(picture) == 2
