"""What a command works with: the notebook that acts, its registry and variables, and where answers go."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from modelreg.commands.declare import Expression
    from modelreg.commands.objects import Named
    from modelreg.notebook import Notebook
    from modelreg.progress import Progress
    from modelreg.records import Registration
    from modelreg.registry import Registry
    from modelreg.views import View


@dataclass(kw_only=True, slots=True)
class Session:
    """The notebook or terminal that commands act in.

    Parameters
    ----------
    notebook : Notebook
        The notebook that acts.
    beside : callable
        Shows an answer beside the result of the line.
    assign : callable
        Binds a variable of the user.
    program : str
        What stands before a line to type.
    kernel : bool
        Whether there are live variables.
    full : bool
        Whether text answers tell times and people too.
    local : mapping
        Variables of the function that the line stands in.
    quiet : bool
        Whether nothing is shown beside the result.
    opened : dict
        Registries that were used, by place.
    stayed : list
        What the next answer about a model that is kept says of the registry, where another one was refused.
    placed : callable, optional
        Shows something at a named place of the output, or something else at a place that is there; see :meth:`at`.
    """

    notebook: Notebook
    beside: Callable[[object], None]
    assign: Callable[[str, object], None]
    program: str = "%modelreg"
    kernel: bool = True
    full: bool = False
    local: Mapping[str, Any] = field(default_factory=dict)
    quiet: bool = False
    opened: dict[str, Registry] = field(default_factory=dict)
    stayed: list[str] = field(default_factory=list)
    placed: Callable[..., None] | None = None

    @property
    def registry(self) -> Registry:
        """The registry of this kernel or terminal."""
        from modelreg import settings
        from modelreg.registry import connect

        place = str(settings.registry(self.notebook.place or None))
        if place not in self.opened:
            self.opened[place] = connect(place, notebook=self.notebook)
        return self.opened[place]

    def reopen(self, place: Path) -> None:
        """Open a registry anew when it is used next: it may be another one than the one that was there before."""
        before = self.opened.pop(str(place), None)
        if before is not None:
            before.close()

    @property
    def scope(self) -> dict[str, Any]:
        """The variables that the line can see."""
        return {**self.notebook.namespace(), **self.local}

    @property
    def made(self) -> frozenset[str]:
        """The names that a cell bound whose first line is being done; none where the line stands anywhere else."""
        log = self.notebook.log
        ran = () if log.outputs is None else log.executions()
        return ran[-1].bound if ran else frozenset()

    @property
    def page_size(self) -> int:
        """How many rows a list shows when the line does not say."""
        from modelreg import settings

        return int(settings.read()["page_size"])

    def view(self, record: object, **context: Any) -> View[Any]:
        """Return the view of a record, with lines to type as they are typed here."""
        from modelreg import views

        return views.show(record, program=self.program, full=self.full, **context)

    def told(self, done: Registration) -> Registration:
        """Return what came of keeping a model, with what is to be said of the registry; it is said once."""
        said = tuple(self.stayed)
        self.stayed.clear()
        return replace(done, notes=(*said, *done.notes)) if said else done

    def note(self, record: object, **context: Any) -> None:
        """Show a record beside the result, unless the line asks for quiet."""
        if not self.quiet:
            self.beside(self.view(record, **context))

    def at(self, place: str, value: object, *, again: bool = False) -> None:
        """Show something beside the result; ``again`` puts it where something of that place stands, wherever that is."""
        if self.placed is not None:
            self.placed(value, place, again=again)
        elif not again:
            self.beside(value)

    def evaluate(self, expression: Expression, what: str) -> Any:
        """Return the value of an expression of the line; see :func:`modelreg.commands.expressions.evaluate`."""
        from modelreg.commands.expressions import evaluate

        return evaluate(expression, self.scope, what)

    def models(self) -> dict[str, Any]:
        """Return the models of the kernel by how they are typed; see :func:`modelreg.flavors.held.held`."""
        from modelreg.flavors.held import held

        return held(self.scope)

    def home(self, variable: str | None) -> str | None:
        """Return the registered model that a variable goes to where nobody names one; None where nothing tells."""
        known = self.notebook.registered_as.get(variable or "")
        return known or (self.notebook.project if self.notebook.stem else None)

    def find(self, source: str) -> Named:
        """Return the model that a variable, attribute or item holds."""
        from modelreg.commands.objects import find

        return find(_expression(source), self.scope)

    def value(self, source: str, what: str) -> Any:
        """Return the value of an expression that stands alone."""
        return self.evaluate(_expression(source), what)

    def metric(self, source: str, what: str) -> float | list[float]:
        """Return the number, or the numbers of a curve, that an expression gives."""
        from modelreg.commands.expressions import curve

        return curve(self.value(source, what), what)

    def metrics(self, source: str) -> dict[str, float | list[float]]:
        """Return the metrics of an expression: all of a dict or DataFrame, else the one that it is."""
        from modelreg.commands.expressions import curve, is_table

        value = self.value(source, "the metric")
        held = value.items() if is_table(value) else [(source, value)]
        return {str(key): curve(each, f"the metric {key}") for key, each in held}

    def attachment(self, source: str) -> tuple[str, Any]:
        """Return name and object of what is attached by an expression or a path."""
        from modelreg.commands.attach import attachments

        ((name, obj),) = attachments(self, [_expression(source)]).items()
        return name, obj

    def progress(self, unit: str = "B") -> Progress:
        """Return what shows how far long work is."""
        from modelreg.commands.progress import Bars
        from modelreg.progress import Silent

        return Silent() if self.quiet else Bars(terminal=not self.kernel, unit=unit)


def _expression(source: str) -> Expression:
    """Return an expression that did not come on a line."""
    from modelreg.commands.declare import Expression

    return Expression(source=source, column=0, text=source)
