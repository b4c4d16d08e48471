"""The flavor ``spacy``: a pipeline of spaCy, as the folder that ``to_disk`` writes.

What components are made of stands in its configuration by the names of registered functions, which loading calls: it counts as
running code. A component of the user's own is found by its name too, so the cell that defines it must have run.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from modelreg.errors import UnpicklableError
from modelreg.flavors import folders
from modelreg.flavors.base import Description, class_name
from modelreg.flavors.libraries import library, root_of
from modelreg.flavors.making import making

if TYPE_CHECKING:
    from pathlib import Path

    from modelreg.flavors.base import Sink, Source
    from modelreg.progress import Progress

VERSIONS: Final = frozenset({"spacy_git_version", "spacy_version"})
"""What spaCy notes of the environment."""


class Spacy:
    """A pipeline of spaCy."""

    name: Final = "spacy"
    format: Final = 1
    runs_code: Final = True
    requires: Final = ("spacy",)

    def serves(self, obj: object) -> bool:
        """Serve pipelines."""
        return any(kind.__name__ == "Language" and root_of(kind) == "spacy" for kind in type(obj).__mro__)

    def save(self, obj: Any, sink: Sink, progress: Progress) -> int:
        """Put the folder into ``sink``."""
        place = sink.directory() / "pipeline"
        progress.begin("writing the pipeline", 1)
        try:
            obj.to_disk(place)
            progress.advance(1)
        except Exception as error:
            said = " ".join(str(error).split())[:300]
            raise UnpicklableError(f"model cannot be stored: spaCy cannot write this pipeline: {said}") from error
        finally:
            progress.end()
        meta = json.loads((place / "meta.json").read_text(encoding="utf-8"))
        kept = {key: value for key, value in meta.items() if key not in VERSIONS}
        (place / "meta.json").write_text(json.dumps(kept, ensure_ascii=False, indent=2), encoding="utf-8")
        folders.put(sink, place)
        return 1

    def load(self, source: Source, directory: Path | None) -> Any:
        """Return the pipeline. This runs code: only the gate of ``trust`` may lead here.

        Raises
        ------
        IntegrityError
            spaCy cannot make it here; the message says why.
        """
        spacy = library("spacy")
        with folders.unfolded(source, directory) as place, making("this spaCy cannot make the pipeline"):
            return spacy.load(place)

    def export(self, obj: Any, source: Source, directory: Path) -> list[str]:
        """Write the folder that ``spacy.load`` reads."""
        obj.to_disk(directory)
        return sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file())

    def describe(self, obj: Any) -> Description:
        """Return the class of ``obj``."""
        return Description(class_name=class_name(obj))


SPACY: Final = Spacy()
