"""Models of sentence-transformers, made here without the network."""

from __future__ import annotations

import copy
import json
import os
import sys
import tempfile
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from tests.flavors import alone
from tests.flavors.hostile import spoiled

from modelreg.blobs.local import LocalBlobs
from modelreg.contents import fetch, pack
from modelreg.contents.names import differences
from modelreg.errors import IntegrityError, MissingLibraryError, UnpicklableError
from modelreg.flavors import flavor_for
from modelreg.flavors.sentence_transformers import SENTENCE_TRANSFORMERS
from modelreg.testing import FlavorTests

if TYPE_CHECKING:
    from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
library = pytest.importorskip("sentence_transformers")

TEXTS = ["so good", "bad"]


@cache
def network() -> Any:
    """Return a small model with a layer of its own on top."""
    import transformers
    from sentence_transformers.sentence_transformer import modules
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = {word: number for number, word in enumerate(["[PAD]", "[UNK]", "good", "bad", "so"])}
    plain = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    plain.pre_tokenizer = pre_tokenizers.Whitespace()
    words_of = transformers.PreTrainedTokenizerFast(tokenizer_object=plain, unk_token="[UNK]", pad_token="[PAD]")
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as place:
        transformers.BertModel(transformers.BertConfig(vocab_size=len(words), **sizes)).save_pretrained(place)
        words_of.save_pretrained(place)
        body = modules.Transformer(place)
    return library.SentenceTransformer(
        modules=[body, modules.Pooling(16), modules.Dense(16, 8, activation_function=torch.nn.ReLU())], device="cpu"
    )


def vectors(model: Any) -> Any:
    return model.encode(TEXTS, show_progress_bar=False)


class TestSentenceTransformers(FlavorTests):
    flavor = SENTENCE_TRANSFORMERS

    @pytest.fixture
    def model(self) -> Any:
        return network()

    def same(self, before: Any, after: Any) -> bool:
        states = before.state_dict(), after.state_dict()
        assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
        return list(states[0]) == list(states[1]) and np.allclose(vectors(before), vectors(after))


def test_a_module_of_the_users_own_is_pickled() -> None:
    class Halved(torch.nn.Module):
        """A module of a notebook."""

    assert flavor_for(library.SentenceTransformer(modules=[*network(), Halved()], device="cpu")).name == "python"
    within = type(network()[2])(16, 8, activation_function=Halved())
    model = library.SentenceTransformer(modules=[*list(network())[:2], within], device="cpu")
    assert flavor_for(model).name == "python"


ALONE = """
import sentence_transformers
answer = sentence_transformers.SentenceTransformer(place, device="cpu").encode(list(X), show_progress_bar=False)
"""


def test_the_library_alone_opens_the_export(tmp_path: Path) -> None:
    assert np.allclose(alone.answer(network(), ALONE, TEXTS, tmp_path), vectors(network()), atol=1e-6)


def test_what_changed_in_a_model_is_named() -> None:
    model = copy.deepcopy(network())
    with torch.no_grad():
        model[2].linear.bias += 1
    wholes = [pack(one, SENTENCE_TRANSFORMERS).parts for one in (network(), model)]
    found = differences([whole for whole in wholes if whole])
    assert [one.path for one in found] == ["2_Dense/model.safetensors['linear.bias']"]


class Given:
    """Contents that somebody else changed."""

    def __init__(self, place: Path, path: str, told: Any) -> None:
        blobs = LocalBlobs(place / "store")
        packed = pack(network(), SENTENCE_TRANSFORMERS, into=blobs)
        self._source = fetch(packed.layout, packed.content_id, blobs)
        self.path, self.told = path, told
        self.stream = self._source.stream

    def files(self) -> dict[str, int]:
        return {**self._source.files(), self.path: 1}

    def copy_to(self, directory: Path) -> None:
        self._source.copy_to(directory)
        (directory / self.path).write_text(json.dumps(self.told))


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("modules.json", [{"idx": 0, "name": "0", "path": "", "type": "os.system"}]),
        ("modules.json", [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformersevil.X"}]),
        ("modules.json", [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.base.model.torch"}]),
        ("2_Dense/config.json", {"in_features": 16, "out_features": 8, "activation_function": "subprocess.Popen"}),
        ("config.json", {"auto_map": {"AutoModel": "x.Y"}}),
        ("config.json", {"sbert_ce_default_activation_function": "torch.utils.collect_env.main"}),
        ("config.json", {"sentence_transformers": {"activation_fn": "torch.nn.init.warnings.warn"}}),
        ("router_config.json", {"types": {"query_0_X": "evil.X"}, "structure": {}}),
        ("wordembedding_config.json", {"tokenizer_class": "evil.X"}),
    ],
    ids=str,
)
def test_a_configuration_that_leads_to_code_is_refused_before_it_is_read(path: str, told: Any, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="which leads to code: nothing was loaded"):
        SENTENCE_TRANSFORMERS.load(Given(tmp_path, path, told), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        *(
            ("modules.json", [{"idx": 0, "path": place, "type": "sentence_transformers.models.Transformer"}])
            for place in ("../other", "/etc", "a/../../b", "..\\other", "C:other", None)
        ),
        ("router_config.json", {"types": {"../other": "sentence_transformers.models.Dense"}, "structure": {}}),
    ],
    ids=str,
)
def test_a_module_outside_the_folder_is_not_read(path: str, told: Any, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="which leads out of the folder: nothing was loaded"):
        SENTENCE_TRANSFORMERS.load(Given(tmp_path, path, told), None)  # type: ignore[arg-type]


def test_a_note_of_the_model_below_is_not_followed(tmp_path: Path) -> None:
    told = {**network()[0].model.config.to_dict(), "base_model_name_or_path": "stranger/model"}
    model = SENTENCE_TRANSFORMERS.load(Given(tmp_path, "config.json", told), None)  # type: ignore[arg-type]
    assert not hasattr(model[0].model.config, "base_model_name_or_path")
    with pytest.raises(IntegrityError, match="which leads to code: nothing was loaded"):
        SENTENCE_TRANSFORMERS.load(Given(tmp_path, "adapter_config.json", told), None)  # type: ignore[arg-type]


def test_prompts_that_are_called_like_settings_are_no_settings(tmp_path: Path) -> None:
    model = copy.deepcopy(network())
    model.prompts = {"type": "Say the type of this. ", "auto_map": "Map: "}
    assert flavor_for(model) is SENTENCE_TRANSFORMERS
    packed = pack(model, SENTENCE_TRANSFORMERS, into=LocalBlobs(tmp_path))
    source = fetch(packed.layout, packed.content_id, LocalBlobs(tmp_path))
    assert SENTENCE_TRANSFORMERS.load(source, None).prompts.items() >= model.prompts.items()


def test_what_would_be_refused_when_it_is_loaded_is_pickled() -> None:
    from transformers.activations import NewGELUActivation

    dense = type(network()[2])(16, 8, activation_function=NewGELUActivation())
    model = library.SentenceTransformer(modules=[*list(network())[:2], dense], device="cpu")
    assert flavor_for(model).name == "python"
    with pytest.raises(UnpicklableError, match="says activation_function = 'transformers"):
        pack(model, SENTENCE_TRANSFORMERS)


@pytest.mark.parametrize("name", ["util.misc.Path", "SentenceTransformer", "base.model.Any", "No"])
def test_what_is_no_module_of_the_library_is_refused(name: str, tmp_path: Path) -> None:
    told = [{"idx": 0, "name": "0", "path": "", "type": f"sentence_transformers.{name}"}]
    with pytest.raises(IntegrityError, match="this sentence-transformers cannot make the model: ") as caught:
        SENTENCE_TRANSFORMERS.load(Given(tmp_path, "modules.json", told), None)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.base.modules.transformer.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=spoiled(MODULES))
def test_spoiled_modules_are_read_or_refused(told: Any, tmp_path: Path) -> None:
    with suppress(IntegrityError):
        SENTENCE_TRANSFORMERS.load(Given(tmp_path, "modules.json", told), None)  # type: ignore[arg-type]


def test_a_file_that_might_be_a_pickle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match=r"'2_Dense/pytorch_model\.bin', which no model of this kind has"):
        SENTENCE_TRANSFORMERS.load(Given(tmp_path, "2_Dense/pytorch_model.bin", {}), None)  # type: ignore[arg-type]


def test_without_the_library_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(MissingLibraryError, match="%pip install sentence-transformers"):
        SENTENCE_TRANSFORMERS.load(None, None)  # type: ignore[arg-type]
