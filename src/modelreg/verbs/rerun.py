"""Captured code run again: laid out in a folder that is gone afterwards, in a kernel of its own, and judged there."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import modelreg
from modelreg.capture import git
from modelreg.capture.replay import Kernel, Stopped, pieces
from modelreg.records.replay import FAILED, REPRODUCED
from modelreg.settings import REPLAYING, VARIABLE
from modelreg.verbs import brought
from modelreg.verbs.checkout import lay_out
from modelreg.verbs.vouching import SLICE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from modelreg.progress import Progress
    from modelreg.verbs.checkout import Laid
    from modelreg.verbs.context import Context
    from modelreg.verbs.story import Story

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
        lacking = brought.bring(told, laid)
        notes = (*laid.made.warnings, *lacking)
        try:
            _run(ctx, told, folder, laid, (seconds, progress))
        except Stopped as error:
            lost = _REDACTED in told.files[SLICE].decode("utf-8", "replace")
            reason = f"{brought.missed(told, laid, str(error))}{error}"
            return Attempt(
                outcome=FAILED,
                reason=reason + ("; a secret was taken out of the code" if lost else ""),
                notes=(*notes, *brought.unkept(told, laid, str(error))),
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
            if "modelreg" in code:  # a line of the magic, such as a load, however it is called
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
