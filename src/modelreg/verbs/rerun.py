"""Captured code run again: laid out in a folder that is gone afterwards, in a kernel of its own, and judged there."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import modelreg
from modelreg.capture import git
from modelreg.capture.replay import Kernel, Stopped, pieces
from modelreg.digests import digest_of
from modelreg.records.replay import FAILED, REPRODUCED
from modelreg.settings import REPLAYING, VARIABLE
from modelreg.verbs.checkout import lay_out
from modelreg.verbs.vouching import SLICE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from modelreg.progress import Progress
    from modelreg.verbs.checkout import Laid
    from modelreg.verbs.context import Context
    from modelreg.verbs.story import Story

DATA_MOST: Final = 4 << 30
"""Bytes of the largest file of data that is copied into the folder."""
_CHUNK: Final = 1 << 22
_IMPORTED: Final = frozenset({".dll", ".dylib", ".pth", ".py", ".pyc", ".pyd", ".pyw", ".so"})
"""What Python may take for a module where it lies: never brought as data, whoever says that it is."""
_OTHER: Final = "is not what was read then"
_REDACTED: Final = "«redacted:"
_JUDGE: Final = (
    "__import__('sys').path.append({root!r})\n"
    "__import__('importlib').import_module('modelreg.verbs.judging').judge({asked!r}, globals())"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of one run."""

    outcome: str
    compared: str = ""
    reason: str = ""
    data: Mapping[str, str | None] = field(default_factory=dict)
    """What flowed into the training -> its digest."""
    notes: tuple[str, ...] = ()


def rerun(ctx: Context, told: Story, *, seconds: float, source: Path | None, progress: Progress) -> Attempt:
    """Run the code of a version whose contents and code are allowed, and compare what it makes.

    Parameters
    ----------
    ctx : Context
        The registry.
    told : Story
        The version.
    seconds : float
        How long it may take.
    source : Path, optional
        A clone that holds the commit.
    progress : Progress
        Told of each cell.
    """
    with _laid(ctx, told, source) as (folder, laid):
        lacking = _bring_data(told, laid)
        notes = (*laid.made.warnings, *lacking)
        try:
            _run(ctx, told, folder, laid, (seconds, progress))
        except Stopped as error:
            lost = _REDACTED in told.files[SLICE].decode("utf-8", "replace")
            reason = f"{_others(told, laid, str(error))}{error}"
            return Attempt(
                outcome=FAILED,
                reason=reason + ("; a secret was taken out of the code" if lost else ""),
                notes=notes,
            )
        verdict = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
        # what came out equal lacked nothing
        notes = laid.made.warnings if verdict.get("outcome") == REPRODUCED else notes
        return Attempt(notes=notes, **{"compared": "", "reason": "", "data": {}, **verdict})


@contextmanager
def _laid(ctx: Context, told: Story, source: Path | None) -> Iterator[tuple[Path, Laid]]:
    folder = Path(tempfile.mkdtemp(prefix="modelreg-replay-"))
    made = None
    try:
        laid = lay_out(ctx, told, folder / "code", source=source)
        made = laid.made
        yield folder, laid
    finally:
        if made is not None:
            git.remove(made)
        shutil.rmtree(folder, ignore_errors=True)


def _run(ctx: Context, told: Story, folder: Path, laid: Laid, limits: tuple[float, Progress]) -> None:
    code = told.files[SLICE].decode("utf-8", "replace")
    cut = pieces(code)
    seconds, progress = limits
    asked = folder / "asked.json"
    asked.write_text(json.dumps(_asked(ctx, told, code, folder)), encoding="utf-8")
    progress.begin("running", len(cut) + 1)
    try:
        with Kernel(laid.work, folder, _environ(ctx, told), seconds) as kernel:
            if "'modelreg'" in code:  # a line of the magic, such as a load
                kernel.run("get_ipython().run_line_magic('load_ext', 'modelreg')")
            for one in cut:
                try:
                    kernel.run(one.code)
                except Stopped as error:
                    raise Stopped(f"{error} ({one.place})" if one.place else str(error)) from error
                progress.advance(1)
            root = str(Path(modelreg.__file__).parent.parent)
            kernel.run(_JUDGE.format(root=root, asked=str(asked)))
            progress.advance(1)
    finally:
        progress.end()


def _asked(ctx: Context, told: Story, code: str, folder: Path) -> dict[str, Any]:
    return {
        "registry": ctx.location,
        "ref": told.version.ref,
        "content": told.version.content_id,
        "expression": told.means.variable,
        "source": code,
        "answer": str(folder / "answer.json"),
    }


def _environ(ctx: Context, told: Story) -> dict[str, str]:
    """Return the variables of then that change what a training gives, and where the registry is."""
    return {**dict(told.means.variables), VARIABLE: ctx.location, REPLAYING: "1"}


def _bring_data(told: Story, laid: Laid) -> tuple[str, ...]:
    """Copy files of data that git does not have from where they were read, if they are what they were; say which are not."""
    lacking = []
    # several inputs may come from one file
    for path, relative, wanted in dict.fromkeys(told.means.data):
        place = laid.work / relative
        if place.suffix.lower() in _IMPORTED or not place.resolve().is_relative_to(laid.work.resolve()):
            continue
        with suppress(OSError):  # the code says which file it misses
            if not place.exists() and Path(path).is_file() and Path(path).stat().st_size <= DATA_MOST:
                place.parent.mkdir(parents=True, exist_ok=True)
                _copy(Path(path), place, wanted)
        if not place.exists():
            lacking.append(f"{path} {_why_lacking(Path(path))}: put it back and run this again")
    return tuple(lacking)


def _others(told: Story, laid: Laid, error: str) -> str:
    """Say which files that an error names hold other contents now, so that they were not brought: they are there."""
    read = {relative: Path(path) for path, relative, _ in told.means.data}
    named = [
        relative
        for relative, path in read.items()
        if path.name in error and _why_lacking(path) == _OTHER and not (laid.work / relative).exists()
    ]
    kept = "holds" if len(named) == 1 else "hold"
    return f"{', '.join(named)} {kept} other contents than then: " if named else ""


def _why_lacking(path: Path) -> str:
    if not path.is_file():
        return "is not there any more"
    return "is too large to be copied" if path.stat().st_size > DATA_MOST else _OTHER


def _copy(path: Path, place: Path, wanted: str) -> None:
    """Copy a file; what was copied has the wanted digest, or is not there."""
    with path.open("rb") as file, place.open("xb") as copy:
        same = digest_of(_written(file, copy)) == wanted
    if not same:
        place.unlink()


def _written(file: BinaryIO, copy: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        copy.write(chunk)
        yield chunk
