"""A notebook in a real JupyterLab for each test that asks for ``book``; such a test is marked ``browser``."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

import matplotlib as mpl
import pytest
from playwright.sync_api import expect, sync_playwright

import modelreg

from .descent import descend
from .driver import Book, kernel_env
from .forms import CLASSES, ROWS
from .lab import Lab, MissingChromiumError, launch
from .opened import Opened, fill
from .registries import story
from .window import Windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from modelreg.registry import Registry

PASSED = pytest.StashKey[bool]()

expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "book" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            # a browser on a machine that is busy with two others is late once in some thousand steps; -ra names the test,
            # and one that fails twice is red
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if call.when == "call":
        item.stash[PASSED] = report.passed
    return report


@pytest.fixture(autouse=True)
def _own_loop(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hide the event loop of Playwright, which waits in this thread, from tests that run one of their own."""
    waiting = None if {"book", "browser"} & set(request.fixturenames) else asyncio._get_running_loop()
    if waiting is not None:
        asyncio._set_running_loop(None)
    yield
    if waiting is not None:
        asyncio._set_running_loop(waiting)


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return the JupyterLab server of this test process."""
    server = Lab(tmp_path_factory.mktemp("lab"))
    yield server
    server.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Return a running Chromium.

    Playwright leaves an event loop running in the thread, which tests of other folders would stumble over: so no longer
    than this one.
    """
    with sync_playwright() as playwright:
        try:
            chromium = launch(playwright)
        except MissingChromiumError as error:
            pytest.fail(str(error), pytrace=False)
        yield chromium
        chromium.close()


@pytest.fixture
def registry(home: Path) -> Iterator[Registry]:
    """Return the registry that the kernels of ``book`` see, opened by this process."""
    opened = modelreg.connect(home / "registry")
    yield opened
    opened.close()


@pytest.fixture
def churn(registry: Registry) -> Registry:
    """Return a registry with ``churn``, whose v0 is production."""
    from sklearn.linear_model import LinearRegression

    registry.register(LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0]), "churn", aliases=["production"])
    return registry


@pytest.fixture(scope="package")
def windows(lab: Lab, browser: Browser) -> Iterator[Windows]:
    """Return the pages in which notebooks are shown, one after the other."""
    made = Windows(lab, browser)
    yield made
    made.close()


@pytest.fixture
def book(lab: Lab, browser: Browser, windows: Windows, home: Path, request: pytest.FixtureRequest) -> Iterator[Book]:
    """Return a notebook to open. Its kernel and this process see the same registry, ``home / "registry"``."""
    windows.guard.forget()
    made = Book(lab, browser, kernel_env(), windows)
    yield made
    made.close(keep=request.node.stash.get(PASSED, False))
    assert windows.guard.faults() == {}


@pytest.fixture
def unopened(home: Path) -> Iterator[Opened]:
    """Return a notebook with a panel, and no registry yet."""
    made = Opened(home / "registry")
    yield made
    made.close()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with a registry of ``churn`` (v0 to v3, v1 is production) and the empty ``fraud``; copied by tests."""
    return _made(tmp_path_factory.mktemp("filled"), fill)


def _made(home: Path, fill: Callable[[Path], object]) -> Path:
    """Return a home after its registry was filled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("XDG_DATA_HOME", str(home / "data"))
        fill(home / "registry")
    return home


@pytest.fixture
def opened(unopened: Opened, filled: Path, home: Path) -> Opened:
    """Return a notebook with a panel over ``churn`` (v0 to v3, v1 is production) and the empty ``fraud``, made by others."""
    shutil.copytree(filled, home, dirs_exist_ok=True)
    return unopened


@pytest.fixture
def form(opened: Opened) -> Opened:
    """Return a register form in a notebook with ``clf`` and the registered models ``churn`` (v0 to v3) and ``fraud``."""
    from sklearn.linear_model import LogisticRegression

    mpl.use("agg")
    opened.desk.variables["clf"] = LogisticRegression().fit(ROWS, CLASSES)
    opened.open("register")
    return opened


@pytest.fixture
def shelved(filled: Path, home: Path) -> None:
    """Let the kernels of ``book`` see ``churn`` and ``fraud``, made by others."""
    shutil.copytree(filled, home, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def storied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with models that have a story; copied by tests."""
    return _made(tmp_path_factory.mktemp("storied"), story)


@pytest.fixture
def told(storied: Path, home: Path) -> str:
    """Let the kernels of ``book`` see models that have a story; return the name of the one with 12 versions."""
    shutil.copytree(storied, home, dirs_exist_ok=True)
    return "tumour-malignancy"


@pytest.fixture(scope="session")
def descended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with a model that has ancestors and descendants; copied by tests."""
    return _made(tmp_path_factory.mktemp("descended"), descend)


@pytest.fixture
def traced(descended: Path, home: Path) -> None:
    """Let the kernels of ``book`` see a model with ancestors and descendants."""
    shutil.copytree(descended, home, dirs_exist_ok=True)
