"""The flavor ``sentence_transformers``: the folder that the library saves, its weights as safetensors; loading runs no code.

Modules that are not the library's own are of the flavor ``python``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from modelreg.errors import UnpicklableError
from modelreg.flavors import folders, header, hub_files, named
from modelreg.flavors.base import Description, class_name
from modelreg.flavors.libraries import library, root_of
from modelreg.flavors.making import making

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from modelreg.flavors.base import Sink, Source
    from modelreg.opcodes import Part
    from modelreg.progress import Progress

ROOT: Final = "sentence_transformers"
KINDS: Final = frozenset({"CrossEncoder", "MultiVectorEncoder", "SentenceTransformer", "SparseEncoder"})


class SentenceTransformers:
    """A model of sentence-transformers with modules of the library."""

    name: Final = "sentence_transformers"
    format: Final = 1
    runs_code: Final = False
    requires: Final = ("sentence_transformers", "torch")

    def serves(self, obj: object) -> bool:
        """Serve models of the library's own classes whose modules are its own too."""
        kind = type(obj)
        if kind.__name__ not in KINDS or root_of(kind) != ROOT or not hub_files.public(kind, ROOT):
            return False
        parts = list(obj.modules())  # type: ignore[attr-defined]  # an activation within a layer is one too
        own = all(root_of(type(part)) in {ROOT, "torch", "transformers"} for part in parts)
        return own and hub_files.loads_again([obj, *parts])

    def save(self, obj: Any, sink: Sink, progress: Progress) -> int:
        """Put the header and the folder into ``sink``."""
        folders.expect(sink, folders.weight(obj))
        root = sink.directory() / "model"
        progress.begin("writing the model", 1)
        try:
            with hub_files.quiet():
                _write(obj, root)
            progress.advance(1)
        except Exception as error:
            said = " ".join(str(error).split())[:300]
            raise UnpicklableError(f"model cannot be stored: sentence-transformers cannot save it: {said}") from error
        finally:
            progress.end()
        hub_files.clean(root)
        hub_files.loadable(root)
        frozen = [name for name, one in obj.named_parameters() if not one.requires_grad]
        header.write(sink, {"class": type(obj).__name__, "training": bool(obj.training), "frozen": frozen})
        folders.put(sink, root)
        return 1

    def load(self, source: Source, directory: Path | None) -> Any:
        """Return the model, on the processor."""
        torch = library("torch")
        library(ROOT, "sentence-transformers")
        told = header.read(source)
        name = header.need(told, "class", str)
        if name not in KINDS:
            raise header.wrong(f"the class {name!r}")
        made: Any = hub_files.named(ROOT, name, torch.nn.Module)
        making_it = making("this sentence-transformers cannot make the model")
        with hub_files.unfolded(source, directory, based=False) as place, hub_files.quiet(), making_it:
            model = made(str(place), device="cpu", local_files_only=True, trust_remote_code=False)
        frozen = set(header.words(told, "frozen"))
        for one, parameter in model.named_parameters():
            parameter.requires_grad_(one not in frozen)
        return model.train(header.need(told, "training", bool))

    def export(self, obj: Any, source: Source, directory: Path) -> list[str]:
        """Write the folder that the library loads."""
        with hub_files.quiet():
            _write(obj, directory)
        return sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file())

    def describe(self, obj: Any) -> Description:
        """Return the class of ``obj``."""
        return Description(class_name=class_name(obj))

    def names(self, stream: bytes, buffer: Callable[[int], bytes]) -> Part | None:
        """Return what the header says, by name; the weights are named in their files."""
        return named.entries(stream)


SENTENCE_TRANSFORMERS: Final = SentenceTransformers()


def _write(obj: Any, root: Path) -> None:
    """Write the folder without a card, which would be made of the hub."""
    obj.save_pretrained(str(root), create_model_card=False, safe_serialization=True)
