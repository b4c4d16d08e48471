"""What the fingerprint of a frame of 1 GB costs beside BLAKE3 of the same bytes, by as many threads.

python benchmarks/fingerprint.py
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import report
from report import Result, Row

from modelreg import digests
from modelreg.capture.data import fingerprint

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

COLUMNS: Final = 10
BAR: Final = 1.5


def measure(given: argparse.Namespace) -> Result:
    """Return the medians of fingerprints of different layouts and of plain hashes, all in turns."""
    megabytes, times = (2, 1) if given.quick else (1000, 5)
    result = Result(
        title=f"Fingerprint of {megabytes:,} MB",
        how=f"Fingerprint: medians of {times}, in turns with BLAKE3 of the same bytes by as many threads.",
    )
    data, kinds, texts = _data(megabytes)
    threads, plain, alone = _threads(), f"BLAKE3, {_threads()} threads", "BLAKE3, one thread"
    flat = memoryview(data).cast("B")
    works: dict[str, Callable[[], Any]] = {plain: lambda: _hash(flat, threads), alone: lambda: digests.digest(flat)}
    works |= {name: lambda obj=obj: _known(obj) for name, obj in {**kinds, **texts}.items()}
    took: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(times):
        for name, work in works.items():
            took[name] += report.timed(work, 1)
    middle = {name: report.median(each) for name, each in took.items()}
    result.details = {"seconds": took}
    for name in kinds:
        bar = BAR if "frame" in name else None
        note = f"{report.share(middle[name] / middle[alone])} of {alone}"
        work = f"fingerprint, {megabytes:,} MB, {name}"
        result.rows.append(Row(work=work, ours=middle[name], theirs=middle[plain], against=plain, bar=bar, note=note))
    result.rows += [Row(work=f"fingerprint, {name}", ours=middle[name]) for name in texts]
    return result


def _data(megabytes: int) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """Return numbers, what holds as many bytes of them, and a frame of texts."""
    rows = megabytes * 1_000_000 // 8 // COLUMNS
    data = np.random.default_rng(0).standard_normal((rows, COLUMNS))
    holed = pd.DataFrame({f"c{n}": data[:, n].copy() for n in range(COLUMNS)})
    for n in range(0, COLUMNS, 3):
        holed.iloc[::7, n] = np.nan
    texts = pd.DataFrame({"text": [f"customer {n % 9973}" for n in range(rows // 10)]}, dtype=object)
    kinds = {
        "a frame, as pandas makes it": pd.DataFrame({f"c{n}": data[:, n] for n in range(COLUMNS)}),
        "a frame with NaN": holed,
        "a frame on top of an array, row after row": pd.DataFrame(data, copy=False),
        "the array itself": data,
    }
    return data, kinds, {f"a frame of {len(texts):,} texts": texts}


def _threads() -> int:
    return min(digests.HASHERS, os.cpu_count() or 1)


def _hash(view: memoryview, threads: int) -> None:
    """Hash bytes as they lie, in parts, by as many threads as a fingerprint takes."""
    parts = [view[start : start + digests.PART] for start in range(0, view.nbytes, digests.PART)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(digests.digest, parts))


def _known(obj: Any) -> None:
    found = fingerprint(obj)
    if found.digest is None or found.partial:
        msg = f"not all of it was read: {found.error}"
        raise RuntimeError(msg)


if __name__ == "__main__":
    report.run(measure, report.options(__doc__))
