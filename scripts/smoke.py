"""The shortest use of an installed modelreg, in two processes: keep a model, bring it back.

python scripts/smoke.py register DIR
python scripts/smoke.py load DIR
"""

from __future__ import annotations

import sys
from fractions import Fraction
from importlib.resources import files

import modelreg

MODEL = {"weights": [Fraction(1, 3), 0.5], "name": "smoke"}


def main(step: str, place: str) -> None:
    """Register or load, and say so."""
    if not (files("modelreg") / "py.typed").is_file():
        sys.exit("py.typed is not in the wheel: type checkers would see nothing")
    registry = modelreg.connect(place)
    if step == "register":
        done = registry.register(MODEL, "smoke", aliases=["production"], metrics={"auc": 0.75})
        print(f"registered {done.version.ref} with modelreg {modelreg.__version__} from {modelreg.__file__}")
        return
    back = registry.load("smoke:production")
    if back != MODEL:
        sys.exit(f"loaded {back!r}, not {MODEL!r}")
    print("loaded what was registered")


if __name__ == "__main__":
    main(*sys.argv[1:])
