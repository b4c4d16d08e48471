"""How long the slice of a long session takes: ``python benchmarks/slice.py``."""

from __future__ import annotations

from time import process_time

from modelreg.capture.slice import slice_log
from modelreg.notebook.execution import Execution

FIRST = """import pandas as pd
from sklearn.linear_model import LogisticRegression
df = pd.read_csv('a.csv')
y = df.pop('y')
"""

CELL = """df["c{n}"] = df["a"] * {n}
def scale{n}(values):
    return values * df["c{n}"]
for i in range(3):
    total = scale{n}(df["a"]) + i
clf = LogisticRegression(C={n} + 1).fit(df, y)
print(clf.score(df, y))
"""


def timed(name: str, log: list[Execution], rounds: int) -> None:
    """Print the median of some slices in milliseconds of computing."""
    times = []
    for _ in range(rounds):
        start = process_time()
        found = slice_log(log, "clf")
        times.append(1000 * (process_time() - start))
    print(f"{name}: {sorted(times)[rounds // 2]:.0f} ms, {len(found.kept)} kept, {found.dropped} dropped")


def main() -> None:
    """Time sessions of 200 and 2,000 cells, and one cell of 5,000 lines."""
    first = Execution(source=FIRST)
    timed("200 cells", [first, *(Execution(source=CELL.format(n=n)) for n in range(199))], 9)
    timed("2,000 cells", [first, *(Execution(source=CELL.format(n=n)) for n in range(1999))], 3)
    timed("one cell of 5,000 lines", [Execution(source=FIRST + "".join(CELL.format(n=n) for n in range(714)))], 3)


if __name__ == "__main__":
    main()
