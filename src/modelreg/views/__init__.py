"""Views: records as HTML, text and DataFrames. The only place where text is escaped.

::

    show(record, **context)    the view of any record of the registry
    landing(models, detail)    the registry at a glance
    lines(text)                help
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from modelreg.records import (
    Action,
    Approval,
    Artifact,
    Attached,
    Change,
    Code,
    Collection,
    Comparison,
    Detail,
    Lineage,
    LiveModel,
    Loaded,
    ModelDetail,
    Moment,
    Page,
    RegisteredModel,
    Registration,
    Report,
    Version,
)
from modelreg.records.replay import CheckedOut, Reproduction
from modelreg.views.answers import ChangeView, LoadedView, RegistrationView
from modelreg.views.attachments import AttachedView
from modelreg.views.base import Context, View
from modelreg.views.code import CodeView
from modelreg.views.compare import ComparisonView
from modelreg.views.detail import DetailView, ModelDetailView
from modelreg.views.help import HelpView
from modelreg.views.history import HistoryView, MomentView
from modelreg.views.landing import LandingView
from modelreg.views.lineage import LineageView
from modelreg.views.lists import EmptyView
from modelreg.views.models import ArtifactsView, ModelsView, ModelView
from modelreg.views.replay import CheckedOutView, ReproductionView
from modelreg.views.reports import ApprovalsView, ReportView
from modelreg.views.status import StatusView
from modelreg.views.versions import VersionsView, VersionView

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Context", "View", "landing", "lines", "show"]

_ONE: Final[Mapping[type, type[View[Any]]]] = {
    Version: VersionView,
    RegisteredModel: ModelView,
    Artifact: ModelView,
    Collection: ModelView,
    Detail: DetailView,
    ModelDetail: ModelDetailView,
    Registration: RegistrationView,
    Change: ChangeView,
    Loaded: LoadedView,
    Comparison: ComparisonView,
    Lineage: LineageView,
    Attached: AttachedView,
    Code: CodeView,
    CheckedOut: CheckedOutView,
    Reproduction: ReproductionView,
    Moment: MomentView,
    Report: ReportView,
    str: HelpView,
}
"""Record -> its view."""

_MANY: Final[Mapping[type, type[View[Any]]]] = {
    RegisteredModel: ModelsView,
    Artifact: ArtifactsView,
    Collection: ArtifactsView,
    Version: VersionsView,
    Action: HistoryView,
    LiveModel: StatusView,
    Approval: ApprovalsView,
}
"""What a page or tuple holds -> the view of the list."""


def show(record: object, **context: Any) -> View[Any]:
    """Return the view of ``record``.

    Parameters
    ----------
    record : object
        A record, a page or tuple of records, help text, or a view, which comes back as it is.
    **context
        Fields of :class:`Context`.

    Raises
    ------
    TypeError
        There is no view of such a record, or no such field of the context.
    """
    if isinstance(record, View):
        return record
    known = Context(**context)
    if isinstance(record, (Page, tuple, list)):
        items = record if isinstance(record, Page) else tuple(record)
        kind = type(items[0]) if len(items) else known.of
        return (EmptyView if kind is None else _of(_MANY, kind, "list"))(items, known)
    return _of(_ONE, type(record), "record")(record, known)


def landing(
    models: Page[RegisteredModel],
    detail: ModelDetail | None,
    *,
    live: tuple[LiveModel, ...] = (),
    location: str = "",
    **context: Any,
) -> View[Any]:
    """Return the registry at a glance: registered models, and the newest one with its versions.

    Parameters
    ----------
    models : Page of RegisteredModel
        The list on the left.
    detail : ModelDetail, optional
        The registered model on the right.
    live : tuple of LiveModel
        Models in this kernel, for the line to type when the registry is empty.
    location : str
        Where the registry is.
    **context
        Fields of :class:`Context`; ``name`` is what an unregistered model would be called.
    """
    return LandingView(models, Context(**context), detail=detail, live=live, location=location)


def lines(text: str | Iterable[str], **context: Any) -> View[str]:
    """Return plain preformatted lines, for help."""
    whole = text if isinstance(text, str) else "\n".join(text)
    return HelpView(whole.rstrip("\n"), replace(Context(), **context))


def _of(table: Mapping[type, type[View[Any]]], kind: type, what: str) -> type[View[Any]]:
    """Return the view of ``kind`` or of the nearest class that it derives from."""
    view = next((table[base] for base in kind.__mro__ if base in table), None)
    if view is None:
        msg = f"there is no view of a {what} of {kind.__name__}"
        raise TypeError(msg)
    return view
