"""The register form in a real front end: opened over models, and what is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from .driver import Book

MODELS: Final = """\
%load_ext modelreg
from sklearn.linear_model import LogisticRegression
from matplotlib.figure import Figure
clf = LogisticRegression().fit([[0.0], [1.0], [2.0]], [0, 1, 1])
better = LogisticRegression(C=5.0).fit([[0.0], [1.0], [2.0]], [0, 1, 1])
test_auc, fig = 0.9125, Figure()
fig.add_subplot().plot([1, 2, 3])"""
HEAVY: Final = """\
%load_ext modelreg
import numpy as np

class Net:
    def __init__(self):
        self.layers = [np.arange(1_000_000.0) + i for i in range(40)]

    def predict(self, X):
        return X

net = Net()"""


def form_in_a_cell(book: Book, first: str = MODELS, **look: Any) -> Locator:
    """Return the form that a line opens below a cell, once it shows the models."""
    book.open([first, "%modelreg register"], **look).run_all()
    form = book.page.get_by_role("region", name="Register a model")
    expect(form.get_by_role("radio").first).to_be_visible()
    return form


def button(within: Locator, name: str) -> Locator:
    """Return a button by its whole name."""
    return within.get_by_role("button", name=name, exact=True)


def name_of(form: Locator) -> Locator:
    """Return the field of the registered model's name."""
    return form.get_by_role("combobox", name="Registered model")
