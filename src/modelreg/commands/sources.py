"""Where completion looks: a table of kinds to functions that return what a fragment may become."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from modelreg.errors import NotFoundError
from modelreg.names import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from modelreg.commands.session import Session
    from modelreg.records import Collection
    from modelreg.registry import Registry

MOST: Final = 100
"""How many names a completion asks the registry for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A fragment with what is known of its line."""

    session: Session
    raw: str
    """As typed, with an opening quote."""
    given: tuple[str, ...]
    """The positional arguments before it."""
    home: str
    """The registered model or artifact that the line is about; may be empty."""

    @property
    def typed(self) -> str:
        """The fragment without quotes."""
        from modelreg.commands.line import unquote

        return unquote(self.raw)

    @property
    def registry(self) -> Registry | None:
        """The registry, None where there is none yet: completion creates nothing."""
        from modelreg import settings

        place = settings.registry(self.session.notebook.place or None)
        return self.session.registry if place.is_dir() else None

    def words(self, candidates: Iterable[str]) -> list[str]:
        """Return the candidates that begin as typed, quoted as they must be typed."""
        mark = self.raw[:1] if self.raw[:1] in {"'", '"'} else ""
        return [_quoted(word, mark) for word in starting(self.typed, candidates)]


def starting(typed: str, candidates: Iterable[str]) -> list[str]:
    """Return the candidates that begin with ``typed``, each once."""
    return list(dict.fromkeys(word for word in candidates if word.startswith(typed)))


def home(ref: str) -> str:
    """Return the name in a reference."""
    return ref.replace("@", ":").partition(":")[0]


def _quoted(word: str, mark: str) -> str:
    """Return a word as it must be typed, in the quotes that were begun; ``$`` and braces are doubled."""
    if not mark:
        return quote(word)
    plain = word.replace("{", "{{").replace("}", "}}").replace("$", "$$")
    return mark + plain.replace("\\", "\\\\").replace(mark, "\\" + mark) + mark


def _models(asked: Asked) -> list[str]:
    return asked.words(collection.name for collection in _collections(asked, artifacts=False))


def _artifacts(asked: Asked) -> list[str]:
    known = [collection.name for collection in _collections(asked, artifacts=True)]
    return asked.words([*known, f"{asked.session.notebook.project}/"])


def _homes(asked: Asked) -> list[str]:
    return [*_models(asked), *asked.words(each.name for each in _collections(asked, artifacts=True))]


def _refs(asked: Asked) -> list[str]:
    """Return names; after ``:`` or ``@`` the aliases and numbers of the one that stands before it."""
    name = home(asked.typed)
    if name == asked.typed:
        return _homes(asked)
    registry = asked.registry
    if registry is None:
        return []
    mark = asked.typed[len(name)]
    known = _collection(registry, name)
    aliases = [] if known is None else sorted(known.aliases)
    numbers = [f"v{version.number}" for version in registry.versions(name, limit=MOST)] if mark == ":" else []
    latest = ["latest"] if numbers else []
    return asked.words(f"{name}{mark}{word}" for word in [*aliases, *latest, *numbers])


def _aliases(asked: Asked) -> list[str]:
    """Return the aliases of the line's registered model, then its stages."""
    registry = asked.registry
    known = _collection(registry, asked.home) if registry is not None and asked.home else None
    own = sorted(known.aliases) if known is not None else []
    return asked.words([*own, *_stage_names(known)])


def _stages(asked: Asked) -> list[str]:
    registry = asked.registry
    known = _collection(registry, asked.home) if registry is not None and asked.home else None
    return asked.words(_stage_names(known))


def _stage_names(known: Collection | None) -> tuple[str, ...]:
    return getattr(known, "stages", ("staging", "production"))


def _tagged(asked: Asked) -> list[str]:
    """Return the tags that the thing has."""
    registry = asked.registry
    if registry is None or not asked.given:
        return []
    ref = asked.given[0]
    thing: Any = registry.get(ref) if home(ref) != ref else _collection(registry, ref)
    return asked.words(sorted(thing.tags)) if thing is not None else []


def _metrics(asked: Asked) -> list[str]:
    """Return the metrics of the newest versions."""
    registry = asked.registry
    if registry is None:
        return []
    page = registry.versions(asked.home or None, limit=20)
    return asked.words(sorted({metric for version in page for metric in version.metrics}))


def _held(asked: Asked) -> dict[str, type]:
    """Return the user's variables with the type of what each holds: an object itself may do anything when it is asked."""
    from modelreg.flavors.held import IPYTHON

    scope = asked.session.scope
    return {name: type(scope[name]) for name in scope if not name.startswith("_") and name not in IPYTHON}


def _variables(asked: Asked) -> list[str]:
    return starting(asked.raw, _held(asked))


def _numbers(asked: Asked) -> list[str]:
    """Return variables that hold numbers."""
    import numbers

    held = _held(asked).items()
    return starting(asked.raw, [name for name, kind in held if kind is not bool and issubclass(kind, numbers.Real)])


def _tables(asked: Asked) -> list[str]:
    """Return variables that hold dicts, Series and DataFrames."""
    held = _held(asked).items()
    return starting(asked.raw, [name for name, kind in held if any("items" in base.__dict__ for base in kind.__mro__)])


def _attachables(asked: Asked) -> list[str]:
    """Return variables that hold figures, tables and arrays, then files."""
    from modelreg import attachments

    held = [name for name, kind in _held(asked).items() if attachments.served(kind)]
    return [*starting(asked.raw, held), *_paths(asked)]


def _attachments(asked: Asked) -> list[str]:
    """Return what is attached to the version that stands before it."""
    registry = asked.registry
    if registry is None or not asked.given:
        return []
    ref = asked.given[0]
    shown = registry.show(ref if home(ref) != ref else f"{ref}:latest")
    return asked.words(kept.name for kept in getattr(shown, "attachments", ()))


def _objects(asked: Asked) -> list[str]:
    from modelreg.commands.reach import models_at

    return models_at(asked.raw, asked.session.scope)


def _commands(asked: Asked) -> list[str]:
    from modelreg.commands import COMMANDS

    return starting(asked.raw, list(COMMANDS))


def _settings(asked: Asked) -> list[str]:
    from modelreg import settings

    return starting(asked.raw, settings.KEYS)


def _paths(asked: Asked) -> list[str]:
    """Return files and folders, folders with a slash."""
    typed = asked.typed
    folder, slash, stem = typed.rpartition("/")
    place = Path((folder or "/") if slash else ".").expanduser()
    if not place.is_dir():
        return []
    hidden = stem.startswith(".")
    found = sorted(each for each in place.iterdir() if each.name.startswith(stem) and (hidden or each.name[0] != "."))
    return asked.words(f"{folder}{slash}{each.name}{'/' if each.is_dir() else ''}" for each in found[:MOST])


def _order(asked: Asked) -> list[str]:
    from modelreg.queries import FIELDS, is_plain

    minus = "-" if asked.raw.startswith("-") else ""
    fields = {name for known in FIELDS.values() for name, info in known.items() if info.sortable and not info.keyed}
    metrics = [f"metrics.{name}" for name in _metrics(Asked(asked.session, "", (), asked.home)) if is_plain(name)]
    return starting(asked.raw, [f"{minus}{name}" for name in [*sorted(fields), *metrics]])


def _query(asked: Asked, entity: str) -> list[str]:
    from modelreg.commands.query import words

    registry = asked.registry
    return words(asked.raw, entity, asked.given, registry)


def _version_query(asked: Asked) -> list[str]:
    names = [] if asked.given else _homes(asked)
    return [*names, *_query(asked, "version")]


def _model_query(asked: Asked) -> list[str]:
    names = [] if asked.given else _models(asked)
    return [*names, *_query(asked, "model")]


def _collections(asked: Asked, *, artifacts: bool) -> Iterable[Collection]:
    """Return the registered models, or artifacts, whose name begins as typed."""
    registry = asked.registry
    if registry is None:
        return ()
    query = f"name.startswith({asked.typed!r})" if asked.typed else None
    return registry.artifacts(query, limit=MOST) if artifacts else registry.models(query, limit=MOST)


def _collection(registry: Registry, name: str) -> Collection | None:
    """Return one registered model or artifact by its whole name, None where there is none."""
    if "/" in name:
        return next(iter(registry.artifacts(f"name == {name!r}", limit=1)), None)
    try:
        return registry.model(name)
    except NotFoundError:
        return None


SOURCES: Final[Mapping[str, Callable[[Asked], list[str]]]] = {
    "alias": _aliases,
    "artifact": _artifacts,
    "attachable": _attachables,
    "attachment": _attachments,
    "command": _commands,
    "field": _order,
    "home": _homes,
    "metric": _metrics,
    "model": _models,
    "model-query": _model_query,
    "number-variable": _numbers,
    "object": _objects,
    "path": _paths,
    "ref": _refs,
    "setting": _settings,
    "stage": _stages,
    "table-variable": _tables,
    "tag": _tagged,
    "tagged": _tagged,
    "variable": _variables,
    "version-query": _version_query,
}
"""Kind of argument, or the completer that it names -> where its candidates come from."""
