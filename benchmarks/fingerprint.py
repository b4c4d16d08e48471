"""What the fingerprint of a frame costs beside BLAKE3 of the same bytes: ``python benchmarks/fingerprint.py [MEGABYTES]``.

Both sides in one run, in turns. The bar, a frame at most 1.5 ×, is held against as many threads as the fingerprint takes.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from modelreg import digests
from modelreg.capture.data import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS = 10
BAR = 1.5


def plain(data: np.ndarray) -> None:
    """Hash the bytes as they lie, in parts, by as many threads as a fingerprint takes."""
    view = memoryview(data).cast("B")
    parts = [view[start : start + digests.PART] for start in range(0, view.nbytes, digests.PART)]
    with ThreadPoolExecutor(min(digests.HASHERS, os.cpu_count() or 1)) as pool:
        list(pool.map(digests.digest, parts))


def medians(works: dict[str, Callable[[], object]], times: int = 5) -> dict[str, float]:
    """Return the median seconds of each work, all of them in turns."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(times):
        for name, work in works.items():
            start = perf_counter()
            work()
            taken[name].append(perf_counter() - start)
    return {name: sorted(each)[times // 2] for name, each in taken.items()}


def main() -> None:
    """Print seconds, and ratios to the hash of the same bytes."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rows = megabytes * 1_000_000 // 8 // COLUMNS
    data = np.random.default_rng(0).standard_normal((rows, COLUMNS))
    holed = data.copy()
    holed[::7, ::3] = np.nan
    texts = pd.DataFrame({"text": [f"customer {n % 9973}" for n in range(rows // 10)]}, dtype=object)
    frames = {
        "a frame, as pandas makes it": pd.DataFrame({f"c{n}": data[:, n] for n in range(COLUMNS)}),
        "a frame with NaN": pd.DataFrame({f"c{n}": holed[:, n] for n in range(COLUMNS)}),
    }
    works: dict[str, Callable[[], object]] = {
        "BLAKE3 of the same bytes": lambda: plain(data),
        "BLAKE3 of the same bytes, one thread": lambda: digests.digest(memoryview(data).cast("B")),
    }
    works |= {name: lambda frame=frame: fingerprint(frame) for name, frame in frames.items()}  # type: ignore[misc]
    works["a frame on top of an array, row after row"] = lambda: fingerprint(pd.DataFrame(data, copy=False))
    works["the array itself"] = lambda: fingerprint(data)
    works[f"{len(texts):,} texts"] = lambda: fingerprint(texts)
    found = medians(works)
    base, alone = (found[name] for name in list(works)[:2])
    for name, seconds in found.items():
        verdict = "" if "frame" not in name else "  holds" if seconds / base <= BAR else "  missed"
        print(f"{name:48} {seconds:7.3f} s {seconds / base:6.2f} × {seconds / alone:6.2f} × of one thread{verdict}")
    print(f"the bar: {BAR} × BLAKE3 of the same bytes by as many threads")


if __name__ == "__main__":
    main()
