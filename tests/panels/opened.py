"""The browser panel without a browser: what a front end would send goes in, what it would get comes out."""

from __future__ import annotations

import json
import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import comm
from comm.base_comm import BaseComm

import modelreg
from modelreg.notebook import Notebook
from tests.commands.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from modelreg.panels.browser import Browser
    from modelreg.registry import Registry


class Wire(BaseComm):
    """The line to a front end, which keeps what is sent."""

    def __init__(self, sent: list[dict[str, Any]], **options: Any) -> None:
        self._sent = sent
        super().__init__(**options)

    def publish_msg(self, msg_type: str, data: Any = None, *_: Any, **__: Any) -> None:
        """Keep a custom message; the state of the widget is of no interest here."""
        if msg_type == "comm_msg" and data["method"] == "custom":
            self._sent.append(data["content"])


class Opened:
    """A notebook ``train.ipynb`` with a panel in it.

    Attributes
    ----------
    desk : Desk
        The notebook; its lines act in the same kernel session as the panel.
    sent : list
        What the kernel sent to the front end by itself or in answer.
    """

    def __init__(self, place: Path) -> None:
        self.desk = Desk(place)
        self.sent: list[dict[str, Any]] = []
        self._panel: Browser | None = None

    def open(self, line: str = "browse") -> Browser:
        """Run a line that opens a panel."""
        with _wired(self.sent):
            self._panel = self.desk.value(line)
        return self.panel

    @property
    def panel(self) -> Browser:
        """The panel, opened when it was not yet."""
        return self._panel or self.open()

    @property
    def registry(self) -> Registry:
        """The registry as somebody else sees it."""
        return self.desk.registry

    def reply(self, method: object, **params: Any) -> dict[str, Any]:
        """Return the whole answer to a call, as the front end gets it: it is checked to be JSON."""
        told = self.panel.answer({"id": "v-1", "method": method, "params": params})
        return json.loads(json.dumps(told, allow_nan=False))

    def ask(self, method: str, **params: Any) -> Any:
        """Return what a call comes to; fail when it is refused."""
        told = self.reply(method, **params)
        assert "err" not in told, told["err"]
        assert told["id"] == "v-1"
        return told["ok"]

    def refused(self, method: object, **params: Any) -> dict[str, Any]:
        """Return the refusal of a call; fail when it is done."""
        told = self.reply(method, **params)
        assert "ok" not in told, told["ok"]
        return told["err"]

    def act(self, method: str, **params: Any) -> Any:
        """Do something from the page of the model that is shown."""
        return self.ask(method, view={"name": self.panel.model}, **params)

    def size(self, method: str, **params: Any) -> int:
        """Return how many bytes of JSON an answer has."""
        return len(json.dumps(self.ask(method, **params)).encode())

    def somebody(self) -> Registry:
        """Return the registry opened by somebody else, to change it."""
        return modelreg.connect(self.desk.place, actor="jonas", notebook=Notebook())

    def close(self) -> None:
        """Give back the connections."""
        for registry in self.desk.session.opened.values():
            registry.close()


def fill(place: Path) -> None:
    """Put ``fraud``, without versions, and ``churn`` with four into a registry, as somebody else's work."""
    from sklearn.linear_model import LinearRegression

    registry = modelreg.connect(place, actor="mara", notebook=Notebook())
    registry.create("fraud", description="Who **cheats**.", tags=["team=risk"])
    for number, loss in enumerate((0.1, 0.1, math.nan, math.inf)):
        model = LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0 + number])
        registry.register(
            model,
            "churn",
            aliases=["production"] if number == 1 else [],
            metrics={"auc": 0.9 + number / 100, "loss": loss, "val/f1": 0.5},
            params={"depth": number},
            message=f"try {number}",
        )
    registry.close()


@contextmanager
def _wired(sent: list[dict[str, Any]]) -> Iterator[None]:
    """Let widgets that are made now send to a list; how a kernel puts its own line there."""
    before = comm.create_comm
    comm.create_comm = lambda **options: Wire(sent, **options)
    try:
        yield
    finally:
        comm.create_comm = before
