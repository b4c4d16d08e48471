"""No library at all: a file for each version, written by a serializer, or the bare bytes without any."""

from __future__ import annotations

import importlib.metadata
import pickle
from typing import TYPE_CHECKING, Any, ClassVar

import workloads
from side import Facts, Side

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray


class Files(Side):
    """A folder of files; the option says what writes them."""

    package: ClassVar[str] = ""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self._number = len(list(place.iterdir()))

    def version(self) -> str:
        """Return the version of the serializer's package."""
        return importlib.metadata.version(self.package) if self.package else ""

    def register(self, model: Any, kind: str, facts: Facts) -> str:
        """Write one file."""
        self._number += 1
        name = f"{self._number}.bin"
        self.dump(model, self.place / name)
        return name

    def load(self, name: str, kind: str) -> Any:
        """Read one file."""
        return self.read(self.place / name)

    def dump(self, model: Any, path: Path) -> None:
        """Write a model."""
        raise NotImplementedError

    def read(self, path: Path) -> Any:
        """Return what was written."""
        raise NotImplementedError


class Pickled(Files):
    """Pickle, protocol 5."""

    def dump(self, model: Any, path: Path) -> None:
        """Write a model."""
        with path.open("wb") as file:
            pickle.dump(model, file, protocol=5)

    def read(self, path: Path) -> Any:
        """Return what was written."""
        with path.open("rb") as file:
            return pickle.load(file)


class Joblib(Files):
    """``joblib.dump``."""

    package = "joblib"

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        import joblib

        self.dump, self.read = joblib.dump, joblib.load


class Torch(Files):
    """``torch.save`` of the module."""

    package = "torch"

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        import torch

        self.dump, self.read = torch.save, lambda path: torch.load(path, weights_only=False)


class Safe(Files):
    """``safetensors`` of the module's weights: comes back as a dict of tensors."""

    package = "safetensors"

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        from safetensors.torch import load_file, save_file

        self.dump = lambda model, path: save_file(model.state_dict(), path)
        self.read = lambda path: Weights(load_file(path))


class Weights:
    """Tensors as a module has them."""

    def __init__(self, found: dict[str, Any]) -> None:
        order = sorted(found, key=lambda name: (int(name.partition(".")[0]), name.endswith("bias")))
        self._found = [found[name] for name in order]

    def parameters(self) -> list[Any]:
        """Return the tensors in the module's order."""
        return self._found


class Raw(Files):
    """One file of the bytes as they are in memory, nothing said about them: the limit."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self._bytes: Sequence[bytes | NDArray[Any]] = ()

    def prepare(self, model: Any, kind: str) -> None:
        """Find the bytes: large arrays as they lie there, anything else as its pickle."""
        self._bytes = [pickle.dumps(model, protocol=5)] if kind == "sklearn" else workloads.arrays(model)

    def dump(self, model: Any, path: Path) -> None:
        """Write the bytes."""
        with path.open("wb", buffering=0) as file:
            for part in self._bytes:
                view = memoryview(part).cast("B")
                while view.nbytes:  # one call writes 2 GiB at most
                    view = view[file.write(view) :]


OPTIONS = {"raw": Raw, "pickle": Pickled, "joblib": Joblib, "torch": Torch, "safetensors": Safe}


def open_side(place: Path, option: str) -> Files:
    """Return the side that an option names."""
    return OPTIONS[option](place)
