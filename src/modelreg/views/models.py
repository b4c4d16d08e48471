"""Lists of registered models and artifacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelreg import moments, names
from modelreg.records import Artifact, Collection, Page, RegisteredModel
from modelreg.views import format as fmt
from modelreg.views import frames, parts, tables, theme
from modelreg.views.base import View
from modelreg.views.escape import plain
from modelreg.views.html import Node, tag
from modelreg.views.lists import ListView, described, heading, unmatched
from modelreg.views.tables import Column, Where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelreg.views.base import Context


class ModelsView(ListView[Page[Collection], Collection]):
    """A page of registered models."""

    noun = "registered model"
    command = "models"

    def heading(self) -> Node:
        """Return what is listed and how many."""
        return heading(f"{self.noun.capitalize()}s", self.counted())

    def table(self) -> Sequence[Column[Collection]]:
        """Return the columns."""
        return _columns(self.context, self.noun)

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return one row per registered model or artifact."""
        return frames.collections(self.items())

    def nothing(self) -> str:
        """Return that there is none, or none that matches."""
        return unmatched(self.noun, self.context)

    def start(self) -> tuple[str, ...]:
        """Return the list without the query, or how to register."""
        return (self.command,) if self.context.query else (f"register {self.context.thing} my-model",)

    def more_line(self) -> str:
        """Return the command that made the list."""
        return self.context.line or self.command


class ArtifactsView(ModelsView):
    """A page of artifacts."""

    noun = "artifact"
    command = "artifacts"

    def start(self) -> tuple[str, ...]:
        """Return the list without the query, or how to log."""
        return (self.command,) if self.context.query else (f"log {self.context.thing} my-project/clf",)


class ModelView(View[Collection]):
    """One registered model or artifact, without its versions."""

    def html(self) -> Node:
        """Return its overview."""
        return overview(self.record, self.context)

    def text(self, *, full: bool = False) -> str:
        """Return its overview as lines."""
        return overview_text(self.record, full=full)

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Return one row."""
        return frames.collections((self.record,))


def guarded(collection: Collection) -> tuple[str, ...]:
    """Return the protected aliases of a registered model; an artifact has none."""
    return collection.protected if isinstance(collection, RegisteredModel) else ()


def overview(collection: Collection, context: Context) -> Node:
    """Return name, tags, what it is, stages, directions and the description card."""
    from modelreg.views.cards import card

    return [
        parts.title(tag("span", collection.name, style=theme.TITLE), tag("span", parts.tags(collection.tags))),
        tag(
            "div",
            parts.dots(
                [
                    f"{collection.kind} artifact" if isinstance(collection, Artifact) else None,
                    fmt.count(collection.versions, "version"),
                    [
                        "created ",
                        parts.when(collection.created_at),
                        " by ",
                        parts.who(collection.created_by),
                    ],
                    ["updated ", parts.when(collection.updated_at)],
                ]
            ),
            style=theme.MUTED,
        ),
        card(collection.description) if collection.description.strip() else None,
        tables.facts(
            (
                ("aliases", parts.standing(collection.aliases, protected=guarded(collection))),
                ("stages", _stages(collection)),
                ("metrics", _directions(collection)),
            )
        ),
    ]


def overview_text(collection: Collection, *, full: bool = False) -> str:
    """Return the overview as text."""
    kind = f"{plain(collection.kind)} artifact" if isinstance(collection, Artifact) else "registered model"
    lines = [
        plain(collection.name) + fmt.sentence([f"  {kind}", fmt.count(collection.versions, "version")], ", "),
        *([plain(collection.description.strip(), keep="\n\t")] if collection.description.strip() else []),
        tables.facts_text(
            (
                ("aliases", parts.standing_text(collection.aliases)),
                ("protected", plain(", ".join(guarded(collection)))),
                ("stages", plain(_stages(collection))),
                ("metrics", plain(_directions(collection))),
                ("tags", plain(" ".join(parts.tag_texts(collection.tags)))),
                (
                    "created",
                    f"{moments.iso(collection.created_at)} by {plain(collection.created_by)}" if full else "",
                ),
                ("updated", moments.iso(collection.updated_at) if full else ""),
            )
        ),
    ]
    return "\n".join(line for line in lines if line)


def _stages(collection: Collection) -> str:
    return " → ".join(collection.stages) if isinstance(collection, RegisteredModel) else ""


def _directions(collection: Collection) -> str:
    if not isinstance(collection, RegisteredModel):
        return ""
    return ", ".join(f"{name} {parts.ARROWS.get(way, '')} {way}" for name, way in collection.directions.items())


def _columns(context: Context, noun: str) -> list[Column[Collection]]:
    return [
        Column(
            title=noun,
            text=lambda c: plain(c.name),
            html=lambda c: tag("span", parts.cut(c.name, 44), style=theme.STRONG),
        ),
        Column(title="kind", text=lambda c: plain(c.kind) if isinstance(c, Artifact) else ""),
        Column(title="versions", text=lambda c: f"{c.versions:,}", number=True),
        Column(title="latest", text=lambda c: fmt.NOTHING if c.latest is None else f"v{c.latest}", number=True),
        Column(
            title="aliases",
            text=lambda c: parts.standing_text(c.aliases),
            html=lambda c: parts.standing(c.aliases, protected=guarded(c), row=True),
            folds=True,
        ),
        Column(
            title="updated",
            text=lambda c: moments.iso(c.updated_at),
            html=lambda c: parts.when(c.updated_at),
            where=Where.FULL,
        ),
        *described(),
    ]


def show_line(name: str) -> str:
    """Return the command that shows ``name``."""
    return f"show {names.quote(name)}"
