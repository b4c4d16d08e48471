"""What a name means that is typed for a registered model or an alias: one that is there, or a new one beside near ones."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from modelreg import names
from modelreg.errors import InvalidError, NotFoundError
from modelreg.panels import reading, rows
from modelreg.records import RegisteredModel
from modelreg.verbs import slip

if TYPE_CHECKING:
    from modelreg.panels.base import Panel
    from modelreg.panels.browser import Browser
    from modelreg.records import Json

KNOWN: Final = 1000
"""Names of registered models that a new one is compared with."""
STAGES: Final = ("staging", "production")


def standing(panel: Panel, name: str) -> Json:
    """Return what a registered model of this name is, or that it would be a new one, and which names are near."""
    home = clean(name)
    try:
        record = panel.registry.model(home)
    except NotFoundError:
        near = [*panel.registry.twins(home), *_near(panel, home)]
        return {"name": home, "new": True, "aliases": [], "stages": list(STAGES), "near": [*dict.fromkeys(near)]}
    return {
        "name": record.name,
        "new": False,
        "aliases": rows.standing(record),
        "stages": list(record.stages),
        "near": [],
        "latest": record.latest,
        "versions": record.versions,
    }


def aliased(panel: Browser, name: str, alias: str) -> Json:
    """Return where an alias of a model stands, or that it would be a new one, and which one was perhaps meant."""
    wanted = names.clean_alias(alias)
    record = reading.home(panel, names.clean_home(name))
    known = [*(record.stages if isinstance(record, RegisteredModel) else ()), *record.aliases]
    near = "" if wanted in known else slip.meant(wanted, known)
    return {"alias": wanted, "number": record.aliases.get(wanted), "near": near}


def clean(name: str) -> str:
    """Return the name of a registered model as it is kept."""
    if not name.strip():
        msg = "which registered model? Give it a name, for example churn"
        raise InvalidError(msg)
    return names.clean_model(name)


def _near(panel: Panel, home: str) -> list[str]:
    known = [each.name for each in panel.registry.models(order="-updated", limit=KNOWN)]
    return get_close_matches(home, known, n=2, cutoff=0.82)
