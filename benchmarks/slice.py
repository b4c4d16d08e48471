"""How long the slice of a session of 200 cells takes: ``python benchmarks/slice.py``."""

from __future__ import annotations

from time import perf_counter

from modelreg.capture.execution import Execution
from modelreg.capture.slice import slice_log

CELL = """df["c{n}"] = df["a"] * {n}
def scale{n}(values):
    return values * df["c{n}"]
for i in range(3):
    total = scale{n}(df["a"]) + i
clf = LogisticRegression(C={n} + 1).fit(df, y)
print(clf.score(df, y))
"""


def main() -> None:
    """Print the median of nine slices in milliseconds."""
    first = "import pandas as pd\nfrom sklearn.linear_model import LogisticRegression\ndf = pd.read_csv('a.csv')\ny = df.pop('y')\n"
    log = [Execution(source=first), *(Execution(source=CELL.format(n=n)) for n in range(199))]
    times = []
    for _ in range(9):
        start = perf_counter()
        found = slice_log(log, "clf")
        times.append(1000 * (perf_counter() - start))
    print(f"{sorted(times)[4]:.0f} ms, {len(found.kept)} kept, {found.dropped} dropped")


if __name__ == "__main__":
    main()
