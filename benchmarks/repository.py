"""How long the capture of git takes in a repository of 50,000 files: ``python benchmarks/repository.py``."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from modelreg.capture.git import capture

NAME = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
PLAIN = ("git", "diff", "--binary", "--full-index", "HEAD")


def fill(top: Path, count: int) -> None:
    """Make a repository of ``count`` small files with one commit."""
    for number in range(count):
        folder = top / f"{number // 250:03}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number}.py").write_text(f"value = {number}\n" * 5)
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "all")):
        subprocess.run(["git", *words], cwd=top, env={**os.environ, **NAME}, check=True)


def median(work: object, times: int = 5) -> float:
    """Return the median of the milliseconds that ``work`` takes."""
    taken = []
    for _ in range(times):
        start = perf_counter()
        work()  # type: ignore[operator]
        taken.append(1000 * (perf_counter() - start))
    return sorted(taken)[times // 2]


def main() -> None:
    """Print milliseconds of a clean and of a changed repository, and of one plain ``git diff`` beside them."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory() as place:
        top = Path(place)
        fill(top, count)
        for state in ("clean", "20 files changed, 50 untracked"):
            if state != "clean":
                for number in range(20):
                    (top / f"{number * 3:03}" / f"{number * 750}.py").write_text("changed = 1\n")
                for number in range(50):
                    (top / f"new{number}.py").touch()
            record = capture(top, budget=60)
            own = median(lambda: capture(top, budget=60))
            plain = median(lambda: subprocess.run(PLAIN, cwd=top, capture_output=True, check=True))
            print(
                f"{state}: capture {own:.0f} ms, one plain git diff {plain:.0f} ms, ratio {own / plain:.1f}",
                record.errors,
            )


if __name__ == "__main__":
    main()
