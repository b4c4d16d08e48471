"""What every panel is: a widget that answers calls from its front end, with a static twin for where no widget runs.

The front end sends ``{"id", "method", "params"}`` and gets ``{"id", "ok"}`` or ``{"id", "err"}``; without an id it is told
of an event. A method is looked up in a table of the class, never as an attribute: what a page sends is no code.
"""

from __future__ import annotations

import inspect
import os
import traceback
from typing import TYPE_CHECKING, Any, ClassVar

import anywidget
from traitlets import TraitError, Unicode

from modelreg.errors import InvalidError, ModelRegError, QueryError, instead
from modelreg.panels import still
from modelreg.panels.renewing import Renewal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from modelreg.panels.desk import Desk
    from modelreg.records import Json
    from modelreg.views import View


class Panel(anywidget.AnyWidget):
    """A widget over the registry.

    Parameters
    ----------
    desk : Desk
        The kernel session that the panel is opened in; its registry is the panel's for good.
    **traits
        Traits of the class; anything else is refused.
    """

    methods: ClassVar[Mapping[str, Callable[..., Json]]] = {}
    """What the front end may call: name -> function of the panel and the parameters."""

    twin_name = Unicode().tag(sync=True)
    """Class of the static twin's element, by which the front end finds it."""

    def __init__(self, desk: Desk, **traits: Any) -> None:
        self._renewal = Renewal(self._renew)
        unknown = [name for name in traits if name not in self.trait_names()]
        if unknown:  # ipywidgets swallows them
            msg = f"{type(self).__name__} has no trait {unknown[0]!r}; {instead(unknown[0], self.trait_names())}"
            raise TraitError(msg)
        self.desk = desk
        self.registry = desk.registry
        self.draft: dict[str, Json] = {}
        self._views: set[str] = set()
        super().__init__(twin_name=f"modelreg-twin-{os.urandom(16).hex()}", **traits)
        self.on_msg(self._receive)

    def twin(self) -> View[Any]:
        """Return what is shown where no widget runs: a saved notebook, an exported page, a terminal."""
        raise NotImplementedError

    def to_frame(self) -> Any:
        """Return what the panel lists as a pandas DataFrame."""
        return self.twin().to_frame()

    def left(self, view: str) -> Json:
        """Note that a view is no more. What shows a panel again opens it again, so one without views may be closed."""
        self._views.discard(view)
        if not self._views:
            self.desk.notebook.left.add(self)
        return None

    def changed(self) -> None:
        """Note that the registry is another one than the twin shows: it is shown anew once a while nothing more is done."""
        self._renewal.soon()

    def close(self) -> None:
        """Close every view of the panel; its twin stays as it is."""
        self._renewal.close()
        super().close()

    def open(self) -> None:
        """Open the line to the page; a panel that was closed goes on as it was."""
        self.__dict__.pop("_repr_mimebundle_", None)  # ipywidgets hides with it what the class has
        super().open()

    def tell(self, event: str, **facts: Json) -> None:
        """Tell every view of this panel of an event."""
        self.send({"event": event, **facts})

    def answer(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Return the reply to a message of the front end."""
        try:
            with self.desk.notebook.answering():
                method, params = self._method(message.get("method")), message.get("params") or {}
                _fits(method, self, params)
                return {"id": message.get("id"), "ok": method(self, **params)}
        except ModelRegError as error:
            return {"id": message.get("id"), "err": _refusal(error)}
        except KeyboardInterrupt:  # the stop button of the notebook: the view waits for an answer all the same
            text = "interrupted; do it again, nothing is done twice"
            return {"id": message.get("id"), "err": {"kind": "interrupted", "text": text}}
        except Exception as bug:  # noqa: BLE001  (shown in the panel with its traceback: a fault of ours is no secret)
            text = f"{type(bug).__name__}: {bug}"
            return {"id": message.get("id"), "err": {"kind": "bug", "text": text, "trace": traceback.format_exc()}}

    def _method(self, name: object) -> Callable[..., Json]:
        methods = {**self.methods, "left": type(self).left}
        if not isinstance(name, str) or name not in methods:
            msg = f"this panel has no method {name!r}"
            raise InvalidError(msg)
        return methods[name]

    def _receive(self, _widget: object, message: object, _buffers: object) -> None:
        if isinstance(message, dict):
            self._views.add(str(message.get("id")).rpartition("-")[0])  # before the answer, which may be that it left
            self.desk.notebook.left.discard(self)
            self.send(self.answer(message))

    def _ipython_display_(self, **_options: Any) -> None:
        left = self.desk.notebook.left
        for panel in {*left} - {self}:
            panel.close()
            left.discard(panel)
        self.open()
        self.desk.at(self.twin_name, still.twin(self._twin(), self.twin_name))
        self.desk.beside(still.widget(super()._repr_mimebundle_()))

    def _renew(self) -> None:
        """Show the twin as it is now: a notebook that is saved from here on holds that."""
        self.desk.at(self.twin_name, still.twin(self._twin(), self.twin_name), again=True)

    def _twin(self) -> View[Any]:
        """Return the twin, or what keeps it from being written: the page asks again, and may be luckier."""
        try:
            return self.twin()
        except ModelRegError as error:
            return still.Sentence(error.sentence(self.desk.program))
        except Exception as bug:  # noqa: BLE001  (a cell goes on, and a fault of ours is no secret)
            return still.Sentence(f"{type(bug).__name__}: {bug}")


def _fits(method: Callable[..., Json], panel: Panel, params: Mapping[str, Any]) -> None:
    """Refuse parameters that a method does not have, or lacks."""
    try:
        inspect.signature(method).bind(panel, **params)
    except TypeError as error:
        msg = f"the panel cannot be asked like this: {error}"
        raise InvalidError(msg) from error


def _refusal(error: ModelRegError) -> dict[str, Json]:
    """Return an error as the front end shows it: a sentence, and the lines that lead on."""
    column = error.column if isinstance(error, QueryError) else None
    about = vars(error).get("field", "")  # which field of a form it is about
    return {"kind": error.kind, "text": error.message, "tries": list(error.tries), "column": column, "field": about}
