"""How long the capture of git takes in a repository of 50,000 files, beside one plain ``git diff``.

python benchmarks/repository.py
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import report
from report import Result, Row

if TYPE_CHECKING:
    import argparse

    from modelreg.capture.git import Git

NAME: Final = {
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@b",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@b",
}
QUIET: Final = ("-c", "gc.auto=0", "-c", "maintenance.auto=false")
"""Else git would begin to tidy up so many new files in the background, and go on while others are timed."""
PLAIN: Final = ("git", "diff", "--binary", "--full-index", "HEAD")
BUDGET: Final = 60.0


def fill(top: Path, count: int) -> None:
    """Make a repository of ``count`` small files, and what is there already, with one commit."""
    for number in range(count):
        folder = top / f"{number // 250:03}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number}.py").write_text(f"value = {number}\n" * 5, encoding="utf-8")
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "all")):
        subprocess.run(["git", *QUIET, *words], cwd=top, env={**os.environ, **NAME}, check=True)


def change(top: Path, count: int) -> str:
    """Change 20 files and add 50; return it in words."""
    for number in range(20):
        at = number * count // 20
        (top / f"{at // 250:03}" / f"{at}.py").write_text("changed = 1\n", encoding="utf-8")
    for number in range(50):
        (top / f"new{number}.py").touch()
    return "20 files changed, 50 untracked"


def measure(given: argparse.Namespace) -> Result:
    """Return the medians of a clean and of a changed repository, both sides in turns."""
    count, times = (300, 1) if given.quick else (50_000, 7)
    result = Result(
        title=f"Git in a repository of {count:,} files",
        how=f"Git: medians of {times} captures and of as many `{' '.join(PLAIN)}` of {count:,} files, in turns; no budget.",
    )
    with tempfile.TemporaryDirectory(prefix="modelreg-bench-") as folder:
        top = Path(folder)
        fill(top, count)
        result.rows.append(_row(result, top, f"git, {count:,} files, clean", times))
        result.rows.append(_row(result, top, f"git, {count:,} files, {change(top, count)}", times))
    return result


def _row(result: Result, top: Path, work: str, times: int) -> Row:
    took: dict[str, list[float]] = {"capture": [], "git diff": []}
    record = _captured(top)
    for _ in range(times):
        took["capture"] += report.timed(lambda: _captured(top), 1)
        took["git diff"] += report.timed(lambda: subprocess.run(PLAIN, cwd=top, capture_output=True, check=True), 1)
    result.details[work] = took
    middle = {name: report.median(each) for name, each in took.items()}
    note = "; ".join(record.errors) or f"{len(record.changed)} changed, patch of {len(record.patch)} bytes"
    return Row(work=work, ours=middle["capture"], theirs=middle["git diff"], against="one plain `git diff`", note=note)


def _captured(top: Path) -> Git:
    from modelreg.capture.git import capture  # not with this file: sessions that are timed import it too

    return capture(top, budget=BUDGET)


if __name__ == "__main__":
    report.run(measure, report.options(__doc__))
