"""Checkout: the files that made a version, in a directory of their own; the user's tree stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from modelreg.capture import git
from modelreg.capture.git.placing import put
from modelreg.errors import InvalidError, NotFoundError, StorageError
from modelreg.names import quote
from modelreg.records.replay import CheckedOut
from modelreg.verbs.story import NOTEBOOK_FILES, story
from modelreg.verbs.vouching import SLICE

if TYPE_CHECKING:
    from modelreg.verbs.context import Context
    from modelreg.verbs.story import Story

_SHORT: Final = 7
_SHOWN: Final = 3
"""As many files of data are named."""
_LINE: Final = b"run_line_magic('modelreg'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A story laid out as files."""

    made: git.Restored
    work: Path
    """Where the notebook was."""
    names: dict[str, str] = field(default_factory=dict)
    """What was written there: its name in the story -> what it is called."""


def checkout(ctx: Context, ref: str, directory: str | Path, *, source: str | Path | None = None) -> CheckedOut:
    """Lay out the files of a version; see :meth:`modelreg.registry.Registry.checkout`."""
    place = Path(directory).expanduser()
    told = story(ctx, ref)
    if not _free(place):
        msg = f"{place} exists and is not an empty directory; nothing was written"
        raise InvalidError(msg, tries=(f"checkout {quote(ref)} {quote(str(_other(place, told)))}",))
    clone = None if source is None else clone_at(source)
    laid = lay_out(ctx, _runnable(ctx, told), place, source=clone)
    held = told.git
    own = _own(held) if laid.made.how == "files" else []  # of a repository the answer says "+diff"
    return CheckedOut(
        version=told.version,
        directory=str(directory),
        work=str(Path(directory).expanduser() / laid.work.relative_to(place.absolute())),
        how=laid.made.how,
        commit=held.commit[:_SHORT] if held.commit else None,
        patched=bool(held.patch or held.modules),
        files=(*laid.names.values(), *own),
        code=laid.names.get(SLICE),
        notes=(*laid.made.warnings, *_lacking(told, laid)),
    )


def _own(held: git.Git) -> list[str]:
    return [one.path for one in held.modules if one.content is not None]


def _runnable(ctx: Context, told: Story) -> Story:
    """Return the story with code that can be run as a file: lines of the magic need it, and know which registry it was."""
    code = told.files.get(SLICE, b"")
    if _LINE not in code:
        return told
    lines = ("load_ext", "modelreg"), ("modelreg", f"connect {quote(ctx.location)}")
    head = "".join(f"get_ipython().run_line_magic{words!r}\n" for words in lines)
    return replace(told, files={**told.files, SLICE: head.encode() + code})


def _lacking(told: Story, laid: Laid) -> list[str]:
    """Say which files of data the code will miss: those that git does not have are not kept."""
    files = dict.fromkeys(relative for _, relative, _ in told.means.data if SLICE in laid.names)
    top = laid.made.directory or laid.work
    within = [one for one in files if (laid.work / one).resolve().is_relative_to(top.resolve())]
    missing = [one for one in within if not (laid.work / one).exists()]
    if not missing:
        return []
    shown = ", ".join(missing[:_SHOWN]) + (f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else "")
    return [f"{shown} {'is' if len(missing) == 1 else 'are'} not in it: put the data there before you run the code"]


def _free(place: Path) -> bool:
    return not place.exists() or (place.is_dir() and not any(place.iterdir()))


def _other(place: Path, told: Story) -> Path:
    """Return a place that can be taken: beside one that the user named, within the one that they are in."""
    version = told.version
    around = place.is_dir() and Path.cwd().is_relative_to(place.resolve())
    wanted = place / f"{version.home.replace('/', '-')}-v{version.number}" if around else place
    others = (wanted.with_name(f"{wanted.name}-{number}") for number in count(2))
    return next(other for other in chain([wanted], others) if _free(other))


def clone_at(source: str | Path) -> Path:
    """Return the clone that the user names.

    Raises
    ------
    InvalidError
        There is none.
    """
    clone = Path(source).expanduser()
    if not clone.is_dir():
        msg = f"{str(source)!r} is no directory; --from takes a clone of the repository"
        raise InvalidError(msg)
    return clone


def lay_out(ctx: Context, told: Story, place: Path, *, source: Path | None = None) -> Laid:
    """Return a story laid out in a directory that does not exist or is empty; half of one is taken away again.

    Raises
    ------
    NotFoundError
        Its commit is in no repository here.
    StorageError
        It cannot be written.
    """
    made = _restored(ctx, told, place, source)
    try:
        work = _work(place.absolute(), told.git.relative)
        names = {name: put(work, name, told.files[name]) for name in NOTEBOOK_FILES if name in told.files}
    except BaseException as error:
        git.remove(made)
        if isinstance(error, OSError):
            raise _unwritten(place, error) from error
        raise
    return Laid(made=made, work=work, names=names)


def _restored(ctx: Context, told: Story, place: Path, source: Path | None) -> git.Restored:
    held = told.git
    if not (held.commit or held.patch or held.modules):
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritten(place, error) from error
        return git.Restored(directory=place.absolute(), how="files")
    sources = [source] if source else _sources(ctx, told)
    made = git.restore(held, place, *sources, verify=source is not None)
    if made.directory is None:
        msg = f"{told.version.ref} cannot be checked out: {made.errors[0]}"
        line = f"checkout {quote(told.version.ref)} {quote(str(place))} --from CLONE"
        raise NotFoundError(msg, tries=(line,) if "does not hold" in msg or "no repository here" in msg else ())
    return made


def _sources(ctx: Context, told: Story) -> list[Path]:
    """Return the user's own repositories where the commit may be: that of the register, and those around.

    Where it was captured is a fact that anybody who can write the registry can change: it counts if it was captured here.
    """
    top = told.git.top
    own = [Path(top)] if top and ctx.allowed.how(told.key) is not None else []
    around = Path(ctx.notebook.path).parent if ctx.notebook.path else Path()
    return [*own, around, Path()]


def _work(place: Path, relative: str) -> Path:
    """Return where the notebook was; the checkout itself where that would lead out of it."""
    work = place / relative
    if not work.resolve().is_relative_to(place.resolve()):
        return place
    work.mkdir(parents=True, exist_ok=True)
    return work


def _unwritten(place: Path, error: OSError) -> StorageError:
    return StorageError(f"{place} cannot be written: {error.strerror or error}")
