"""The browser: the registry as a page in the cell.

Registered models stand on the left; overview, versions, history and comparison of one of them on the right; a version
opens in a drawer. What it can do is one table of functions (:attr:`Browser.methods`); how it looks is in ``static``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from traitlets import Instance, Int, List, TraitError, Unicode, observe, validate

from modelreg import names
from modelreg.errors import ModelRegError
from modelreg.panels import (
    acting,
    assets,
    bringing,
    captured,
    completing,
    inspecting,
    naming,
    reading,
    registering,
    tracing,
)
from modelreg.panels.base import Panel
from modelreg.panels.selection import Selection, gone
from modelreg.panels.watch import PATIENCE, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from modelreg.panels.desk import Desk
    from modelreg.records import Json
    from modelreg.views import View

MOST_PICKED: Final = 1000


class Browser(Panel):
    """The registry as a page in the cell.

    Attributes
    ----------
    model : str or None
        Name of the registered model that is shown; assign it to go there.
    version : int or None
        Number of the version that is open in the drawer; assign it to open one, None to close it.
    picked : list of str
        References of the versions that are ticked.
    selection : Selection
        The versions that are ticked, else the one that is open; ``panel.selection.load()`` brings it back.
    """

    _esm = assets.script("browser.js")
    _css = assets.style()

    model = Unicode(None, allow_none=True)
    version = Int(None, allow_none=True)
    picked = List(Unicode())
    selection = Instance(Selection)

    methods: ClassVar[Mapping[str, Callable[..., Json]]] = {
        "start": reading.start,
        "seen": reading.seen,
        "models": reading.models,
        "open": reading.open_model,
        "versions": reading.versions,
        "choose": reading.choose,
        "version": inspecting.version,
        "history": reading.history,
        "moment": reading.moment,
        "compare": inspecting.compare,
        "curves": inspecting.curves,
        "trend": inspecting.trend,
        "lineage": tracing.lineage,
        "complete": completing.complete,
        "named": reading.named,
        "aliased": naming.aliased,
        "pick": lambda panel, refs: panel.pick(refs),
        "close": lambda panel: panel.opened(None),
        "alias": acting.alias,
        "unalias": acting.unalias,
        "protect": acting.protect,
        "promote": acting.promote,
        "rollback": acting.rollback,
        "link": acting.link,
        "unlink": acting.unlink,
        "delete": acting.delete,
        "delete_model": acting.delete_model,
        "create": acting.create,
        "rename": acting.rename,
        "describe": acting.describe,
        "preview": acting.preview,
        "tag": acting.tag,
        "untag": acting.untag,
        "metric": acting.metric,
        "undo": acting.undo,
        "load": bringing.load,
        **captured.METHODS,
        **registering.METHODS,
    }

    def __init__(self, desk: Desk, *, still: Callable[[Browser], View[Any]], **traits: Any) -> None:
        self._still = still
        self._quiet = True  # what a panel is opened with was looked up
        self.watch = Watch(
            partial(desk.registry.pulse, patience=PATIENCE), lambda pulse: self.tell("pulse", pulse=pulse)
        )
        self._shown: tuple[Any, ...] = (None, None, [])
        super().__init__(desk, selection=Selection(desk.registry), **traits)
        self._quiet = False
        self._select()

    def twin(self) -> View[Any]:
        """Return the landing page of the model that is shown."""
        return self._still(self)

    def close(self) -> None:
        """Close every view of the panel; its twin stays as it is."""
        self.watch.close()
        super().close()

    def went(self, name: str | None) -> None:
        """Note that a view shows another model: what was ticked there is ticked no more."""
        if name != self.model:
            self._follow(model=name, version=None, picked=[])

    def opened(self, number: int | None) -> Json:
        """Note which version a view has open."""
        self._follow(version=number)
        return None

    def pick(self, refs: Sequence[str]) -> Json:
        """Note which versions are ticked in a view."""
        self._follow(picked=[str(ref) for ref in refs][:MOST_PICKED])
        return None

    def left(self, view: str) -> Json:
        """Note that a view is no more: nobody looks on its account."""
        self.watch.seen(view, on=False)
        return super().left(view)

    def drop_gone(self) -> None:
        """Tick no version that is there no more, here and in every view."""
        refs = gone(self.registry, self.picked) if self.picked else []
        if refs:
            self._follow(picked=[ref for ref in self.picked if ref not in refs])
            self.tell("gone", refs=[*refs])

    def renamed(self, old: str, new: str) -> None:
        """Go on with a model that has another name now, and with what is ticked and open there."""
        if self.model == old:
            picked = [f"{new}{ref.removeprefix(old)}" if ref.startswith(f"{old}:v") else ref for ref in self.picked]
            self._follow(model=new, version=self.version, picked=picked)

    def _follow(self, **traits: Any) -> None:
        """Set traits that a view has set already: it need not be told."""
        self._quiet = True
        try:
            with self.hold_trait_notifications():
                for name, value in traits.items():
                    setattr(self, name, value)
        finally:
            self._quiet = False

    @validate("model")
    def _is_model(self, proposal: Mapping[str, Any]) -> Any:
        name = proposal["value"]
        if self._quiet:
            return name
        if name is None:
            msg = "panel.model is the name of a registered model; a page of none cannot be shown"
            raise TraitError(msg)
        return self._found(lambda: reading.home(self, name).name)

    @validate("version")
    def _is_version(self, proposal: Mapping[str, Any]) -> Any:
        number = proposal["value"]
        if self._quiet or number is None:
            return number
        if self.model is None:
            msg = "the panel shows no model that could have versions; assign panel.model first"
            raise TraitError(msg)
        return self._found(lambda: self.registry.get(f"{self.model}:v{number}").number)

    @validate("picked")
    def _are_versions(self, proposal: Mapping[str, Any]) -> Any:
        refs = proposal["value"]
        return refs if self._quiet else self._found(lambda: [self.registry.get(ref).ref for ref in refs[:MOST_PICKED]])

    def _found(self, look: Callable[[], Any]) -> Any:
        """Return what user code names by an assignment; traitlets takes back an assignment on a TraitError only."""
        try:
            return look()
        except ModelRegError as error:
            raise TraitError(error.sentence(self.desk.program)) from error

    @observe("model", "version", "picked")
    def _moved(self, change: Mapping[str, Any]) -> None:
        model, version, picked = self._shown
        if self.model != model and not self._quiet:  # what was open and ticked belongs to the model before
            self._follow(
                version=None if self.version == version else self.version,
                picked=[] if self.picked == picked else self.picked,
            )
        self._shown = (self.model, self.version, list(self.picked))
        self._select()
        if not self._quiet and change["name"] != "picked":
            self.tell("go", model=self.model, version=self.version)
        elif not self._quiet:
            self.tell("picked", refs=list(self.picked))

    def _select(self) -> None:
        shown = [] if self.model is None or self.version is None else [f"{self.model}:v{self.version}"]
        chosen = Selection(self.registry, self.picked or shown)
        if chosen != self.selection:
            self.selection = chosen


def open(desk: Desk, ref: str | None = None, *, still: Callable[[Browser], View[Any]]) -> Browser:  # noqa: A001  (what every panel module has)
    """Return the browser, at a registered model or a version.

    Raises
    ------
    NotFoundError
        There is no such model or version.
    """
    if ref is None:
        newest = desk.registry.models(limit=1)
        return Browser(desk, still=still, model=newest[0].name if len(newest) else None)
    reference = names.parse(ref)
    if not reference.explicit:
        return Browser(desk, still=still, model=desk.registry.show(reference.name).model.name)  # type: ignore[union-attr]  # a name alone
    found = desk.registry.get(ref)
    return Browser(desk, still=still, model=found.home, version=found.number)
