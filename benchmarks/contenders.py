"""Who is measured: each side's words, environment, way of working, and the workloads that it takes part in."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LARGE: Final = ("W1", "W2", "W3", "W4")
ALL: Final = (*LARGE, "W5", "W6", "W7", "W9", "W10")
PEERS: Final = ("mlflow", "wandb", "bentoml", "modelstore", "pins", "safetensors")
"""Names of environments: ``.venv-<name>``; what each holds is in ``constraints-peers-<name>.txt``."""


@dataclass(frozen=True, kw_only=True)
class Contender:
    """One side of the comparison."""

    words: str
    side: str
    """Its module: ``peer/with_<side>.py``."""
    option: str = ""
    peer: str = ""
    """Whose environment it runs in; without it in modelreg's."""
    takes: tuple[str, ...] = ALL
    loads: bool = True
    often: bool = False
    """Whether it gets more than one process where each takes long: what others are held against."""
    durable: bool = False
    """Whether a registration has reached the disk when it returns."""
    slow: tuple[str, ...] = ()
    """Workloads of which it gets one round and one registration."""
    limit: float = 45.0
    """Seconds that one of its processes may take."""
    not_taken: str = ""
    """Why it takes no part in the others."""

    def python(self, environments: Path | None) -> str | None:
        """Return the Python that has the library; None where there is none."""
        if not self.peer:
            return sys.executable
        path = (environments or Path()) / f".venv-{self.peer}" / "bin" / "python"
        return str(path.absolute()) if environments is not None and path.exists() else None


OURS: Final = "modelreg"
UNFLUSHED: Final = "unflushed"
CONTENDERS: Final = {
    OURS: Contender(words="modelreg, durable", side="modelreg", often=True, durable=True, limit=120.0),
    UNFLUSHED: Contender(
        words="modelreg, nothing flushed", side="modelreg", option="unflushed", takes=LARGE, loads=False, often=True,
        limit=120.0,
    ),
    "raw": Contender(words="bare bytes, one file", side="files", option="raw", takes=(*LARGE, "W5", "W6"), loads=False, often=True),
    "pickle": Contender(words="pickle 5", side="files", option="pickle", takes=("W1", "W2", "W4")),
    "joblib": Contender(words="joblib", side="files", option="joblib", takes=("W1", "W2", "W4", "W6")),
    "torch": Contender(words="torch.save", side="files", option="torch", takes=("W3", "W5")),
    "safetensors": Contender(
        words="safetensors", side="files", option="safetensors", peer="safetensors", takes=("W3", "W5"),
    ),
    "mlflow": Contender(words="MLflow, pip_requirements given", side="mlflow", option="given", peer="mlflow", often=True),
    "mlflow-default": Contender(
        words="MLflow, as it comes", side="mlflow", option="default", peer="mlflow", takes=("W1",), slow=("W1",),
    ),
    "wandb": Contender(
        words="W&B offline, local part", side="wandb", peer="wandb", takes=(*LARGE, "W5", "W6", "W9"), loads=False,
        not_taken="has neither catalog nor load without a server",
    ),
    "bentoml": Contender(words="BentoML", side="bentoml", peer="bentoml"),
    "modelstore": Contender(
        words="modelstore", side="modelstore", peer="modelstore", takes=("W1", "W2", "W3", "W5", "W6", "W7", "W9", "W10"),
        slow=("W2", "W3"), limit=30.0, not_taken="takes models of known libraries only",
    ),
    "pins": Contender(words="pins", side="pins", peer="pins"),
}  # fmt: skip
"""Name -> side, in the order of the tables."""


def left_out(key: str) -> list[str]:
    """Return who takes no part in a workload, and why."""
    return [f"{one.words} ({one.not_taken})" for one in CONTENDERS.values() if one.not_taken and key not in one.takes]


def chosen(key: str, wanted: list[str] | None) -> list[str]:
    """Return who takes part in a workload: of all sides those wanted, by their names or their environments', and modelreg."""
    return [
        name
        for name, one in CONTENDERS.items()
        if key in one.takes and (wanted is None or name == OURS or name in wanted or one.peer in wanted)
    ]
