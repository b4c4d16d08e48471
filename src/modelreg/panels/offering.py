"""What the register form offers: the models of the kernel and how each stands, what may belong to one, and files."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from modelreg import sizes
from modelreg.errors import InvalidError, ModelRegError
from modelreg.panels import keeping
from modelreg.records import LiveModel
from modelreg.verbs.doubts import unfitted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from modelreg.panels.base import Panel
    from modelreg.records import Json

STATES: Final = ("changed", "never", "unknown", "large", "unchanged")
"""What is worth registering first, after what was not fitted yet: that is last."""
LISTED: Final = 5000
"""Entries of a folder that are looked through for those that go on as the user typed."""
SUGGESTED: Final = 12


def candidates(panel: Panel) -> Json:
    """Return the models of the kernel and how each stands, what is worth registering first, and what is typed already."""
    held = panel.desk.models()
    live = {each.variable: each for each in status(panel, held)}
    newest = [(live[source], unfitted(obj)) for source, obj in reversed(list(held.items())) if source in live]
    newest.sort(key=lambda pair: (pair[1], STATES.index(pair[0].state)))
    models: list[Json] = [_candidate(each, bare=bare) for each, bare in newest]
    return {"models": models, "draft": panel.draft, **_lines(panel)}


def present(panel: Panel) -> Json:
    """Return the models of the kernel by their classes, the newest first; none is looked into, however large."""
    held = panel.desk.models()
    models: list[Json] = [{"variable": name, "class": type(obj).__name__} for name, obj in reversed(list(held.items()))]
    return {"models": models, **_lines(panel)}


def found(panel: Panel, variable: str = "") -> Json:
    """Return what may belong to a model, and the registered model that it goes to by default; without one: to a file."""
    named = panel.desk.find(variable) if variable else None
    source, obj = ("", None) if named is None else (named.variable, named.obj)
    rows = keeping.found(panel, source, obj)
    return {"home": panel.desk.home(source) or "", **{name: [{**each} for each in held] for name, held in rows.items()}}


def file(panel: Panel, path: str) -> Json:
    """Return what lies at a path.

    Raises
    ------
    InvalidError
        Nothing does; the message says where was looked.
    """
    there = located(path)
    if there.is_dir():
        return {"text": "a folder, with all that is in it"}
    return {"text": f"a file, {sizes.human(there.stat().st_size)}"}


def located(path: str) -> Path:
    """Return where a path that was typed leads, if there is something."""
    text = path.strip()
    if not text:
        msg = "which file or folder? Type its path, for example model.onnx"
        raise InvalidError(msg)
    try:
        there = Path(text).expanduser()
        if there.exists():
            return there
    except (OSError, ValueError, RuntimeError):  # too long, a NUL, the home of nobody
        pass
    msg = f"there is no file or folder {text!r} in {Path.cwd()}"
    raise InvalidError(msg)


def paths(panel: Panel, text: str) -> Json:
    """Return the files and folders that a path may go on to."""
    folder, slash, begun = text.rpartition("/")
    above = folder + slash
    try:
        with os.scandir(Path(above or ".").expanduser()) as entries:
            names = [each.name + ("/" if each.is_dir() else "") for each in islice(entries, LISTED)]
    except (OSError, ValueError, RuntimeError):
        return {"paths": []}
    going = sorted(each for each in names if each.startswith(begun) and (begun or not each.startswith(".")))
    return {"paths": [above + each for each in going[:SUGGESTED]]}


def _lines(panel: Panel) -> dict[str, Json]:
    """Return lines to type: one that makes a model, and the beginning of one that registers it."""
    return {
        "line": "from sklearn.linear_model import LogisticRegression\nclf = LogisticRegression().fit(X, y)",
        "next": f"{panel.desk.program} register",
    }


def status(panel: Panel, held: Mapping[str, Any]) -> list[LiveModel]:
    """Return how models stand; one whose own code breaks the look costs itself only."""
    try:
        return list(panel.registry.status(held))
    except ModelRegError:
        raise
    except Exception as error:  # noqa: BLE001  (code of the user's classes)
        if len(held) == 1:
            ((variable, obj),) = held.items()
            why = f"{type(error).__name__}: {error}"
            return [LiveModel(variable=variable, class_name=type(obj).__name__, state="unknown", why=why)]
        return [each for item in held.items() for each in status(panel, dict([item]))]


def _candidate(live: LiveModel, *, bare: bool) -> dict[str, Json]:
    """Return a model and how it stands; a ``bare`` one was not fitted yet."""
    ref = live.version.ref if live.version is not None else ""
    texts = {
        "unchanged": f"registered as {ref}",
        "changed": f"{'not fitted, ' if bare else ''}changed since {ref}",
        "never": "not fitted" if bare else "not registered",
        "large": f"large, not checked{f'; was {ref}' if ref else ''}",
    }
    return {
        "variable": live.variable,
        "class": live.class_name.rpartition(".")[2],
        "class_name": live.class_name,
        "state": live.state,
        "fitted": not bare,
        "text": texts.get(live.state, "cannot be checked"),
        "why": live.why,
        "ref": ref,
    }
