"""The flavor ``transformers``: a model, a model with its tokenizer or processor, or a pipeline, as ``save_pretrained`` writes it.

The stream is a JSON header with the names of the classes; loading takes these from transformers itself and runs no other code.
What the library's files do not tell comes along in the header: frozen parameters, the mode, settings of a pipeline.
A model that was changed by hand, or a class of the user's own, is of the flavor ``python``.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from modelreg.errors import IntegrityError, UnpicklableError
from modelreg.flavors import folders, header, hub_files, named
from modelreg.flavors.base import Description, class_name
from modelreg.flavors.declared import PREPARES
from modelreg.flavors.hub_rules import names_code
from modelreg.flavors.libraries import library, root_of
from modelreg.flavors.making import making, unhidden

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from modelreg.flavors.base import Sink, Source
    from modelreg.opcodes import Part
    from modelreg.progress import Progress

ROOT: Final = "transformers"
PARTS: Final = ("tokenizer", "feature_extractor", "image_processor", "video_processor", "processor")
"""What a pipeline holds beside its model."""
ARGUMENTS: Final = ("_preprocess_params", "_forward_params", "_postprocess_params")
SIZES: Final = ("_batch_size", "_num_workers")
SETTINGS: Final = (*ARGUMENTS, *SIZES)
KINDS: Final = ("model", "pair", "pipeline")


class Transformers:
    """What transformers can save, when it is the library's own."""

    name: Final = "transformers"
    format: Final = 1
    runs_code: Final = False
    requires: Final = ("transformers", "torch")

    def serves(self, obj: object) -> bool:
        """Serve models that are as their configuration makes them, alone, in a pair, or in a pipeline."""
        if ROOT not in sys.modules:
            return False
        if type(obj) is tuple:
            return len(obj) == 2 and _is_whole(obj[0]) and _prepares(obj[1])  # noqa: PLR2004
        if not _of(obj, "Pipeline"):
            return _is_whole(obj)
        held = vars(obj)
        parts = [held.get(name) for name in PARTS]
        settings = [held.get(name) for name in SETTINGS]
        plain = all(map(header.plain, settings)) and not names_code(settings)
        return (
            plain
            and hub_files.public(type(obj), ROOT)
            and _is_whole(held.get("model"))
            and all(part is None or _prepares(part) for part in parts)
        )

    def save(self, obj: Any, sink: Sink, progress: Progress) -> int:
        """Put the header and the folders into ``sink``."""
        model, parts = _taken_apart(obj)
        folders.expect(sink, folders.weight(model))
        root = sink.directory()
        progress.begin("writing the model", 1 + len(parts))
        try:
            with hub_files.quiet():
                model.save_pretrained(root / "model", safe_serialization=True)
                progress.advance(1)
                for name, part in parts.items():
                    part.save_pretrained(root / name)
                    progress.advance(1)
        except Exception as error:
            said = " ".join(str(error).split())[:300]
            raise UnpicklableError(f"model cannot be stored: transformers cannot save it: {said}") from error
        finally:
            progress.end()
        hub_files.clean(root)
        hub_files.loadable(root)
        header.write(sink, _told(obj, model, parts))
        folders.put(sink, root)
        return 1

    def load(self, source: Source, directory: Path | None) -> Any:
        """Return the model, the pair or the pipeline."""
        library("torch")
        library(ROOT)
        told = header.read(source)
        kind, named_parts = header.need(told, "kind", str), header.need(told, "parts", dict)
        if kind not in KINDS:
            raise header.wrong(f"the kind {kind!r}")
        if kind == "pair" and len(named_parts) != 1:
            raise header.wrong(f"a pair with {len(named_parts)} parts beside the model")
        with hub_files.unfolded(source, directory) as place, hub_files.quiet():
            model = _model(told, place / "model")
            parts = {name: _part(name, made, place) for name, made in named_parts.items()}
            if kind == "pipeline":
                return _pipeline(told, model, parts)
        return (model, *parts.values()) if kind == "pair" else model

    def export(self, obj: Any, source: Source, directory: Path) -> list[str]:
        """Write one folder that ``from_pretrained`` and ``transformers.pipeline`` read."""
        model, parts = _taken_apart(obj)
        with hub_files.quiet():
            for part in (model, *parts.values()):
                part.save_pretrained(directory)
        return sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file())

    def describe(self, obj: Any) -> Description:
        """Return the class of ``obj``, of a pair that of its model."""
        return Description(class_name=class_name(obj[0] if type(obj) is tuple else obj))

    def names(self, stream: bytes, buffer: Callable[[int], bytes]) -> Part | None:
        """Return what the header says, by name; the weights are named in their files."""
        return named.entries(stream)


TRANSFORMERS: Final = Transformers()


def _of(obj: object, *names: str) -> bool:
    return any(kind.__name__ in names and root_of(kind) == ROOT for kind in type(obj).__mro__)


def _prepares(obj: object) -> bool:
    """Whether an object is a tokenizer, an extractor or a processor of the library's own."""
    return _of(obj, *PREPARES) and hub_files.public(type(obj), ROOT) and hub_files.loads_again([obj])


def _is_whole(obj: Any) -> bool:
    """Whether a model is all that its class and configuration tell: nothing was put in, taken out, quantized or led away."""
    if not _of(obj, "PreTrainedModel") or not hub_files.public(type(obj), ROOT):
        return False
    if getattr(obj, "hf_quantizer", None) is not None or getattr(obj, "_hf_peft_config_loaded", False):
        return False
    torch = sys.modules["torch"]
    floats = {one.dtype for one in obj.parameters() if one.is_floating_point()}
    if len(floats) > 1 or any(one.device.type == "meta" for one in obj.parameters()):
        return False
    from copy import deepcopy

    try:
        with torch.random.fork_rng(devices=[]), torch.device("meta"):
            bare = type(obj)(deepcopy(obj.config))
    except Exception:  # noqa: BLE001  (code of the library, for a configuration that was changed)
        return False
    return _outline(bare) == _outline(obj) and hub_files.loads_again([obj])


def _outline(model: Any) -> tuple[Any, ...]:
    """Return the modules and tensors of a model, without their numbers."""
    modules = {name: type(one) for name, one in model.named_modules()}
    return modules, {name: tuple(one.shape) for name, one in model.state_dict().items()}


def _taken_apart(obj: Any) -> tuple[Any, dict[str, Any]]:
    """Return the model and what belongs to it, by name."""
    if type(obj) is tuple:
        return obj[0], {"tokenizer" if _of(obj[1], "PreTrainedTokenizerBase") else "processor": obj[1]}
    if _of(obj, "Pipeline"):
        return obj.model, {name: part for name in PARTS if (part := getattr(obj, name, None)) is not None}
    return obj, {}


def _told(obj: Any, model: Any, parts: dict[str, Any]) -> dict[str, Any]:
    kind = "pair" if type(obj) is tuple else "pipeline" if _of(obj, "Pipeline") else "model"
    pipeline = None
    if kind == "pipeline":
        settings = {name: vars(obj).get(name) for name in SETTINGS}
        pipeline = {"class": type(obj).__name__, "task": obj.task, "settings": settings}
    return {
        "kind": kind,
        "class": type(model).__name__,
        "origin": hub_files.origin(model),
        "training": bool(model.training),
        "frozen": [name for name, one in model.named_parameters() if not one.requires_grad],
        "parts": {name: type(part).__name__ for name, part in parts.items()},
        "pipeline": pipeline,
    }


def _model(told: dict[str, Any], place: Path) -> Any:
    kind: Any = hub_files.named(ROOT, header.need(told, "class", str), library(ROOT).PreTrainedModel)
    with making("this transformers cannot make the model"):
        model, report = kind.from_pretrained(
            place, local_files_only=True, use_safetensors=True, trust_remote_code=False, output_loading_info=True
        )
    for one in (model, model.config, getattr(model, "generation_config", None)):
        if one is not None:
            unhidden(one)
    missing = [name for key in ("missing_keys", "unexpected_keys", "mismatched_keys") for name in report.get(key) or ()]
    if missing:
        raise IntegrityError(f"the stored weights do not fit this transformers: {missing[0]}")
    frozen = set(header.words(told, "frozen"))
    for name, one in model.named_parameters():
        one.requires_grad_(name not in frozen)
    model.config._name_or_path = model.name_or_path = header.need(told, "origin", str)  # noqa: SLF001
    return model.train(header.need(told, "training", bool))


def _part(name: str, kind: object, place: Path) -> Any:
    lib = library(ROOT)
    if name not in PARTS:
        raise header.wrong(f"a part {name!r}")
    bases = (lib.PreTrainedTokenizerBase, lib.FeatureExtractionMixin, lib.ImageProcessingMixin, lib.ProcessorMixin)
    made: Any = hub_files.named(ROOT, kind, *bases)
    with making(f"this transformers cannot make the {name}"):
        part = made.from_pretrained(place / name, local_files_only=True, trust_remote_code=False)
    unhidden(part)
    return part


def _pipeline(told: dict[str, Any], model: Any, parts: dict[str, Any]) -> Any:
    known = header.need(told, "pipeline", dict)
    kind: Any = hub_files.named(ROOT, header.need(known, "class", str), library(ROOT).Pipeline)
    settings = header.need(known, "settings", dict)
    found = names_code(settings)  # they are arguments of every later call
    if found:
        msg = f"the settings of this pipeline say {found}: nothing was loaded"
        raise IntegrityError(msg)
    held = {name: _size(settings, name) if name in SIZES else header.need(settings, name, dict) for name in SETTINGS}
    task = header.need(known, "task", str)
    with making("this transformers cannot make the pipeline"):
        made = kind(model=model, task=task, device=model.device, **parts)
    vars(made).update(held)
    return made


def _size(settings: dict[str, Any], name: str) -> int | None:
    return None if settings.get(name) is None else header.need(settings, name, int)
