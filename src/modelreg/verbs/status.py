"""Status: every model in this kernel, and how it stands to the registry."""

from __future__ import annotations

import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from modelreg import contents, flavors, sizes
from modelreg.catalog import versions
from modelreg.errors import ModelRegError
from modelreg.flavors.declared import is_model
from modelreg.flavors.held import BEST
from modelreg.notebook.counters import written
from modelreg.records import LiveModel
from modelreg.verbs import classes, identity, likeness, renewed, sources
from modelreg.verbs.holding import holding, root
from modelreg.verbs.imports import is_usual
from modelreg.verbs.raw import module, qualname

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from modelreg.contents import Packed
    from modelreg.notebook import Known, Origin
    from modelreg.records import Version
    from modelreg.verbs.context import Context

FEW: Final = 3
"""So many tensors are named."""


def status(ctx: Context, namespace: Mapping[str, Any] | None = None, *, full: bool = False) -> tuple[LiveModel, ...]:
    """Say how live models stand; see :meth:`modelreg.registry.Registry.status`."""
    variables = ctx.notebook.namespace() if namespace is None else namespace
    found = dict(variables) if full else holding(variables, ctx.notebook.live)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a library says as it loads was said by load, in its words and ours
        live = [_Look(ctx, name, obj, full=full).told() for name, obj in found.items()]
    return tuple(_worth_telling([one for one in live if one is not None], variables))


def _worth_telling(live: list[LiveModel], variables: Mapping[str, Any]) -> Iterable[LiveModel]:
    """Yield what is not told already by what holds it.

    What a finished search found is told by itself where it is somewhere: else it would be asked for beside the search. What
    lies in something that is registered is kept with it.
    """
    kept = {one.variable for one in live if one.state == "unchanged"}
    for one in live:
        inner = one.variable not in variables and one.state == "never"
        if not inner or not (one.variable.endswith(f".{BEST}") or root(one.variable) in kept):
            yield one


def _said(error: Exception) -> str:
    """Return an error as Python does; one that cannot be shown by its class alone."""
    with suppress(Exception):
        return f"{qualname(type(error))}: {error}".removesuffix(": ")
    return qualname(type(error))


class _Look:
    """A look at one object."""

    def __init__(self, ctx: Context, name: str, obj: object, *, full: bool) -> None:
        self._ctx, self._name, self._obj, self._full = ctx, name, obj, full
        live = ctx.notebook.live
        self._known: Known | None = live.known(obj, name)
        self._origins = self._here(self._known)
        self._perhaps = self._here(live.perhaps(obj)) if self._known is None else []

    def told(self) -> LiveModel | None:
        """Return how it stands; None for what neither is a model nor known to this registry."""
        wanted = self._full or bool(self._origins) or is_model(self._obj)
        if self._perhaps or not wanted:
            return self._surmised() or (self._live("never") if wanted else None)
        known = next(filter(None, (likeness.version(self._ctx, one) for one in self._origins)), None)
        try:
            packed = self._packed(self._obj)
        except contents.TooLarge:
            return self._live("large", known, self._large())
        except Exception as error:  # noqa: BLE001  (a metaclass can refuse any question about its classes)
            told = error.message if isinstance(error, ModelRegError) else _said(error)
            return self._live("unknown", known, told)
        same = self._same(packed)
        if same is not None:
            classed = renewed.why(self._obj, self._ctx.notebook.live, same.content_id)
            return self._live("unchanged", same, "; ".join(filter(None, (classed, self._edited(packed, same)))))
        if known is None:
            return self._live("never")
        return self._changed(packed, known)

    def _here(self, known: Known | None) -> list[Origin]:
        """Return the origins in this registry."""
        return [one for one in known.told(self._name) if one.registry == self._ctx.catalog.uid] if known else []

    def _surmised(self) -> LiveModel | None:
        """Return how something stands that may be another by now: sure is only what its contents say."""
        if not self._perhaps:
            return None
        with suppress(contents.TooLarge, ModelRegError):
            found = likeness.unchanged(self._ctx, self._packed(self._obj), self._perhaps, "")
            return None if found is None else self._live("unchanged", found)
        return None

    def _packed(self, obj: object) -> Packed:
        return contents.pack(obj, flavors.flavor_for(obj), limit=None if self._full else identity.LARGEST)

    def _same(self, packed: Packed) -> Version | None:
        """Return the version that it is, and where it is an object of a class as that was, that which it was."""
        home = self._ctx.notebook.registered_as.get(self._name, "")
        found = likeness.unchanged(self._ctx, packed, self._origins, home)
        if found is None and self._origins and renewed.outdated(self._obj):
            other = renewed.reborn(self._obj)
            found = None if other is None else likeness.unchanged(self._ctx, self._packed(other), self._origins, home)
        return found

    def _changed(self, packed: Packed, known: Version) -> LiveModel:
        """Return what changed since a version, as far as that can be told."""
        if renewed.outdated(self._obj):
            other, classed = renewed.reborn(self._obj), renewed.why(self._obj, self._ctx.notebook.live, "")
            differs = "" if other is None else likeness.changes(self._ctx, self._packed(other), known)
            return self._live(
                "changed" if differs else "unknown", known, f"{differs}; {classed}" if differs else classed
            )
        origin = next(one for one in self._origins if one.version == known.uid)
        if origin.buffers is not None:
            return self._live("changed", known, likeness.changes(self._ctx, packed, known) or likeness.UNTOLD)
        limit = None if self._full else identity.LARGEST
        again = identity.again(self._ctx, packed, origin, alike=False, limit=limit)
        if again is None:
            differs = likeness.changes(self._ctx, packed, known) or "its bytes are others"
            return self._live("unknown", known, f"{differs}, which loading it here may have done")
        if likeness.equal(again, packed):
            return self._live("unchanged", known)
        return self._live("changed", known, likeness.clause(again, packed) or likeness.UNTOLD)

    def _edited(self, packed: Packed, version: Version) -> str:
        """Return which modules of the user's own, that an object is made with, are others than when it was registered."""
        if all(map(is_usual, packed.imports)):
            return ""
        with self._ctx.read() as conn:
            found = versions.by_uid(conn, version.uid)
            files = () if found is None else sources.differing(sources.known(conn, found), packed.imports)
        return f"{sources.said(files)} from when it was registered" if files else ""

    def _large(self) -> str:
        """Return what is known of something that is not read."""
        why = f"more than {sizes.human(identity.LARGEST)}"
        names = written(self._known.counters, self._obj) if self._known is not None and self._origins else []
        if not names:
            return why
        more = f" and {len(names) - FEW:,} more" if len(names) > FEW else ""
        return f"{why}; written to since: {', '.join(names[:FEW])}{more}"

    def _live(self, state: str, version: Version | None = None, why: str = "") -> LiveModel:
        classed = classes.why(self._obj, self._ctx.notebook.namespace()) if state in {"unchanged", "changed"} else ""
        label = f"{module(type(self._obj))}.{qualname(type(self._obj))}"
        return LiveModel(
            variable=self._name,
            class_name=label,
            state=state,
            version=version,
            why="; ".join(filter(None, (why, classed))),
        )
