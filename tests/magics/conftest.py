"""A fresh IPython shell for every test, and what a cell in it showed."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from IPython.core import async_helpers
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

import modelreg
from modelreg import notebook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from IPython.core.interactiveshell import ExecutionResult

MODEL = """
class Model:
    def __init__(self, depth=1):
        self.depth = depth
    def predict(self, X):
        return [self.depth for _ in X]
"""


@dataclass(frozen=True)
class Ran:
    """A cell that ran, with everything that it showed."""

    result: ExecutionResult
    out: str
    err: str
    displayed: tuple[str, ...]
    """Text of what was displayed beside the result."""

    @property
    def times(self) -> int:
        """How often an answer was shown: displayed, or as the result of the cell."""
        return len(self.displayed) + self.out.count("Out[")

    @property
    def text(self) -> str:
        """Everything that could be read."""
        return "\n".join([self.out, *self.displayed])

    @property
    def fault(self) -> str:
        """What a failed cell said, which is one line and no traceback."""
        assert not self.result.success
        assert "Traceback" not in self.out + self.err
        assert self.err.startswith("UsageError: ")
        assert self.err.count("\n") == 1
        return self.err.removeprefix("UsageError: ").strip()


class Shell:
    """An IPython shell that runs cells."""

    def __init__(self, ip: InteractiveShell) -> None:
        self.ip = ip

    def __call__(self, cell: str) -> Ran:
        with capture_output() as captured:
            result = self.ip.run_cell(cell, store_history=True)
        shown = tuple(each.data["text/plain"] for each in captured.outputs)
        return Ran(result, captured.stdout, captured.stderr, shown)

    def ok(self, cell: str) -> Ran:
        """Run a cell that must succeed."""
        ran = self(cell)
        assert ran.result.success, ran.out + ran.err
        return ran

    def value(self, expression: str) -> Any:
        """Return the value of an expression in the shell."""
        return eval(expression, self.ip.user_ns)

    def complete(self, code: str, cursor: int | None = None) -> list[str]:
        """Return what Tab offers at the cursor, each as the whole text left of it would become."""
        at = len(code) if cursor is None else cursor
        with provisionalcompleter():
            found = list(self.ip.Completer.completions(code, at))
        return [code[: each.start] + each.text for each in found]

    def versions(self, name: str = "churn") -> int:
        """Return how many versions a registered model has, asked apart from the shell."""
        registry = modelreg.connect()
        try:
            known = registry.models(f"name == {name!r}")
            return len(registry.versions(name, limit=1000)) if len(known) else 0
        finally:
            registry.close()


@pytest.fixture(scope="session", autouse=True)
def _loop() -> Iterator[None]:
    yield
    if async_helpers._asyncio_event_loop is not None:
        async_helpers._asyncio_event_loop.close()
        async_helpers._asyncio_event_loop = None


@pytest.fixture
def ip(monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """Return a fresh shell that is the shell of the process, without the extension."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    monkeypatch.setattr(sys, "path", list(sys.path))
    InteractiveShell.clear_instance()
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.warn_venv = False
    shell = InteractiveShell.instance(config=config)
    before = notebook.Notebook.current()
    yield shell
    if "modelreg" in shell.extension_manager.loaded:
        shell.extension_manager.unload_extension("modelreg")
    assert notebook.Notebook.current() is before
    InteractiveShell.clear_instance()


@pytest.fixture
def shell(ip: InteractiveShell) -> Shell:
    """Return a shell with the extension, a class of models and one model."""
    ip.extension_manager.load_extension("modelreg")
    made = Shell(ip)
    made.ok(MODEL + "\nclf = Model()")
    return made
