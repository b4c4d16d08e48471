"""The code that was captured with a version: the statements that made it, the session, the notebook, what git had not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.repository import MODULES
from modelreg.catalog import facts
from modelreg.errors import IntegrityError, InvalidError, NotFoundError, StorageError
from modelreg.names import quote
from modelreg.records import Code
from modelreg.verbs import attach, capturing, makers, several, surroundings, target, told
from modelreg.verbs.uncertain import uncertain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.records import Attachment, Run, Version
    from modelreg.verbs.context import Context

KINDS: Final = {"slice": "slice.py", "session": "session.ipynb", "notebook": "notebook.ipynb", "patch": "git.patch"}


def code(ctx: Context, ref: str, *, what: str = "slice", to: str | Path | None = None) -> Code:
    """Return captured code, or save it; see :meth:`modelreg.registry.Registry.code`."""
    if what not in KINDS:
        msg = f"code is {', '.join(KINDS)}, not {what!r}"
        raise InvalidError(msg)
    version, runs = _looked(ctx, ref)
    if not any(one.name == KINDS[what] for run in runs for one in run.files):  # it may be on its way
        capturing.wait(ctx.notebook)
        version, runs = _looked(ctx, ref)
    run, kept = _kept(version, makers.first(runs), KINDS[what])
    loaded = attach.load(ctx.blobs, kept)
    if loaded.data is None:
        msg = f"{kept.name} of {version.ref} cannot be read: {loaded.fault}"
        raise IntegrityError(msg, tries=("check --read-data",))
    heads, cells = _sources(loaded.data, what)
    facts_of, git = (told.table(told.table(run.capture).get(kind)) for kind in ("code", "git"))
    return Code(
        version=version,
        name=kept.name,
        data=loaded.data,
        cells=cells,
        heads=heads,
        uncertain=uncertain(facts_of, git) if what == "slice" else (),
        outside=told.texts(facts_of.get("outside")) if what == "slice" else (),
        saved="" if to is None else _save(version, loaded.data, Path(to).expanduser(), kept.name),
    )


def _looked(ctx: Context, ref: str) -> tuple[Version, list[Run]]:
    with ctx.read() as conn:
        found = target.find(conn, ref)
        return found.record(conn), facts.runs(conn, found.member.version_id)


def _kept(version: Version, runs: list[Run], name: str) -> tuple[Run, Attachment]:
    for run in runs:
        for one in run.files:
            if one.name == name:
                return run, one
    pending = [run for run in runs if run.capture_state == "pending"]
    if any(not surroundings.abandoned(run) for run in pending):
        why = "what was captured later has not landed"
    else:
        why = "the kernel ended before it could be captured" if pending else _without(runs, name)
    msg = f"there is no {name} of {version.ref}: {why}"
    files = [one.name for run in runs for one in run.files]
    if name == KINDS["patch"] and any(one.startswith(MODULES) for one in files):
        raise NotFoundError(msg, tries=(f"checkout {quote(version.ref)} DIRECTORY",))
    coded = name == KINDS["patch"] and KINDS["slice"] in files
    raise NotFoundError(msg, tries=(f"{'code' if coded else 'show'} {quote(version.ref)}",))


def _without(runs: list[Run], name: str) -> str:
    """Say why code was not captured."""
    held = next((told.table(run.capture)["git"] for run in runs if "git" in told.table(run.capture)), None)
    git = told.table(held)
    if name != KINDS["patch"] or held is None:
        return "it was registered without it"
    if not git.get("commit") and not git.get("branch"):
        return "there was no git repository where it was registered"
    if stat := told.text(git.get("stat")):
        return f"the changes were too large to be kept ({stat.strip()})"
    if git.get("dirty") is not False:
        return "the changes could not be kept"
    apart = sorted(
        {one.name.removeprefix(MODULES) for run in runs for one in run.files if one.name.startswith(MODULES)}
    )
    if apart:
        return f"what git follows was as committed; what it does not follow is kept as files ({several.listed(apart, ', ')})"
    return "nothing was uncommitted"


def _sources(data: bytes, what: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what is said of each cell, and its source."""
    text = data.decode("utf-8", "replace")
    if what in {"slice", "patch"}:
        return (), (text,)
    try:
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        return tuple(map(_head, cells)), tuple(str(cell["source"]) for cell in cells)
    except (ValueError, KeyError, TypeError):  # somebody may have changed it since
        return (), (text,)


def _head(cell: Mapping[str, Any]) -> str:
    """Return when a cell ran, and how that ended: ``[3] failed: ValueError``."""
    ran = told.table(told.table(cell.get("metadata")).get("modelreg"))
    count = told.number(cell.get("execution_count"))
    failed = f" failed: {told.text(ran.get('error')) or 'an error'}" if ran.get("ok") is False else ""
    return f"[{' ' if count is None else count}]{failed}"


def _save(version: Version, data: bytes, path: Path, name: str) -> str:
    path = path / name if path.is_dir() else path
    try:
        with path.open("xb") as file:
            try:
                file.write(data)
                file.flush()
            except OSError:
                path.unlink(missing_ok=True)  # a full disk leaves no piece of it
                raise
    except FileExistsError:
        msg = f"{str(path)!r} exists and was left as it is"
        raise InvalidError(msg, tries=(f"code {quote(version.ref)} --to OTHER",)) from None
    except OSError as error:
        msg = f"{name} could not be written to {str(path.parent)!r}: {error.strerror or error}"
        raise StorageError(msg) from error
    return str(path)
