"""The flavor ``torch_program``: an exported program of torch, in torch's own archive.

Reading such an archive evaluates expressions and unpickles sample inputs and constants, so loading counts as running code.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any, Final

from modelreg.errors import IntegrityError, UnpicklableError
from modelreg.flavors import folders
from modelreg.flavors.base import Description, class_name
from modelreg.flavors.files import copied
from modelreg.flavors.libraries import library, root_of
from modelreg.flavors.making import making

if TYPE_CHECKING:
    from pathlib import Path

    from modelreg.flavors.base import Sink, Source
    from modelreg.progress import Progress

NAME: Final = "model.pt2"


class TorchProgram:
    """What ``torch.export.export`` makes."""

    name: Final = "torch_program"
    format: Final = 1
    runs_code: Final = True
    requires: Final = ("torch",)

    def serves(self, obj: object) -> bool:
        """Serve exported programs."""
        return any(kind.__name__ == "ExportedProgram" and root_of(kind) == "torch" for kind in type(obj).__mro__)

    def save(self, obj: Any, sink: Sink, progress: Progress) -> int:
        """Put the archive into ``sink``."""
        folders.expect(sink, sum(one.numel() * one.element_size() for one in obj.state_dict.values()))
        place = sink.directory() / NAME
        progress.begin("writing the program", 1)
        try:
            with folders.Steady(place) as file:
                library("torch").export.save(obj, file)
            progress.advance(1)
        except Exception as error:
            said = " ".join(str(error).split())[:300]
            raise UnpicklableError(f"model cannot be stored: torch cannot write this program: {said}") from error
        finally:
            progress.end()
        if file.error is not None:
            raise file.error
        sink.file(NAME, place)
        return 1

    def load(self, source: Source, directory: Path | None) -> Any:
        """Return the program. This runs code: only the gate of ``trust`` may lead here."""
        torch = library("torch")
        with folders.unfolded(source, directory) as place:
            _stored_plainly(place / NAME)
            with making("this torch cannot make the program"):
                return torch.export.load(place / NAME)

    def export(self, obj: Any, source: Source, directory: Path) -> list[str]:
        """Write ``model.pt2``, which ``torch.export.load`` reads."""
        copied(source, directory)
        return sorted(source.files())

    def describe(self, obj: Any) -> Description:
        """Return the class of ``obj``."""
        return Description(class_name=class_name(obj))


TORCH_PROGRAM: Final = TorchProgram()


def _stored_plainly(place: Path) -> None:
    """See that an archive is one, and no larger inside than outside: torch compresses nothing.

    Raises
    ------
    IntegrityError
        It is none, or might be a bomb.
    """
    try:
        with zipfile.ZipFile(place) as archive:
            entries = archive.infolist()
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise IntegrityError(f"these contents hold no archive {NAME!r} of torch") from error
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise IntegrityError(f"the archive {NAME!r} is compressed, which torch's are not: nothing was loaded")
    if (
        sum(max(entry.file_size, entry.compress_size) for entry in entries) > place.stat().st_size
    ):  # entries share bytes
        raise IntegrityError(f"the archive {NAME!r} is larger inside than outside: nothing was loaded")
