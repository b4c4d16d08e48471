"""Models of transformers, with their tokenizers and in pipelines, all made here without the network."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from tests.flavors import alone
from tests.flavors.hostile import spoiled

from modelreg.blobs.local import LocalBlobs
from modelreg.contents import fetch, pack, unpack
from modelreg.contents.names import differences
from modelreg.errors import IntegrityError, MissingLibraryError, UnpicklableError
from modelreg.flavors import TooLarge, flavor_for, hub_files, is_model
from modelreg.flavors.making import PANIC
from modelreg.flavors.transformers import ARGUMENTS, SIZES, TRANSFORMERS
from modelreg.testing import FlavorTests

if TYPE_CHECKING:
    from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
transformers = pytest.importorskip("transformers")

WORDS = {word: number for number, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "good", "bad", "so"])}
IDS = torch.tensor([[4, 5, 6]])


def tokenizer() -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers

    plain = Tokenizer(models.WordLevel(dict(WORDS), unk_token="[UNK]"))
    plain.pre_tokenizer = pre_tokenizers.Whitespace()
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=plain, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]"
    )


def network() -> Any:
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
    model = transformers.BertForSequenceClassification(transformers.BertConfig(vocab_size=len(WORDS), **sizes)).eval()
    model.bert.embeddings.requires_grad_(requires_grad=False)
    return model


def equal(before: Any, after: Any) -> bool:
    """Whether two models answer alike, are in the same mode, and learn at the same places."""
    states = before.state_dict(), after.state_dict()
    learning = [[name for name, one in model.named_parameters() if one.requires_grad] for model in (before, after)]
    return (
        list(states[0]) == list(states[1])
        and all(torch.equal(states[0][name], states[1][name]) for name in states[0])
        and torch.allclose(before(IDS).logits, after(IDS).logits)  # where weights lie in memory moves the last bit
        and learning[0] == learning[1]
        and (before.training, before.dtype) == (after.training, after.dtype)
    )


def again(obj: Any, place: Path) -> Any:
    assert flavor_for(obj) is TRANSFORMERS
    blobs = LocalBlobs(place / "store")
    packed = pack(obj, TRANSFORMERS, into=blobs)
    return unpack(fetch(packed.layout, packed.content_id, blobs), TRANSFORMERS, place)


class TestModel(FlavorTests):
    flavor = TRANSFORMERS

    @pytest.fixture
    def model(self) -> Any:
        return network()

    def same(self, before: Any, after: Any) -> bool:
        return equal(before, after)


class TestPair(FlavorTests):
    flavor = TRANSFORMERS

    @pytest.fixture
    def model(self) -> Any:
        return network(), tokenizer()

    def same(self, before: Any, after: Any) -> bool:
        assert is_model(before)
        before[1](["so", "so good"], padding=True, truncation=True, max_length=2)  # a question leaves no trace
        return equal(before[0], after[0]) and before[1]("so good").input_ids == after[1]("so good").input_ids


class TestPipeline(FlavorTests):
    flavor = TRANSFORMERS

    @pytest.fixture
    def model(self) -> Any:
        return transformers.pipeline("text-classification", model=network(), tokenizer=tokenizer(), top_k=2)

    def same(self, before: Any, after: Any) -> bool:
        (one,), (two,) = before("so good"), after("so good")
        assert [answer["label"] for answer in one] == [answer["label"] for answer in two]
        assert [answer["score"] for answer in one] == pytest.approx([answer["score"] for answer in two])
        return type(before) is type(after) and len(two) == 2


def test_a_half_precision_model_that_is_being_trained_stays_so(tmp_path: Path) -> None:
    model = network().to(torch.bfloat16).train()
    loaded = again(model, tmp_path)
    assert (loaded.dtype, loaded.training) == (torch.bfloat16, True)


def test_nothing_of_the_environment_is_stored(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path / "store")
    packed = pack((network(), tokenizer()), TRANSFORMERS, into=blobs)
    fetch(packed.layout, packed.content_id, blobs).copy_to(tmp_path / "out")
    texts = [path.read_text() for path in (tmp_path / "out").rglob("*.json")]
    assert texts
    assert not any(transformers.__version__ in text or str(tmp_path) in text for text in texts)


def test_looking_at_a_model_and_storing_it_casts_no_die() -> None:
    torch.manual_seed(3)
    expected = torch.rand(2)
    model = network()
    torch.manual_seed(3)
    pack(model, flavor_for(model))
    assert torch.equal(torch.rand(2), expected)


def test_a_model_that_was_changed_by_hand_is_pickled_and_comes_back_as_it_is(tmp_path: Path) -> None:
    model = network()
    model.classifier = torch.nn.Sequential(torch.nn.Linear(16, 8), torch.nn.Linear(8, 2))
    assert flavor_for(model).name == "python"
    larger = network()
    larger.extra = torch.nn.Linear(2, 2)
    assert flavor_for(larger).name == "python"
    mixed = network()
    mixed.classifier.half()
    assert flavor_for(mixed).name == "python"


def test_a_class_of_the_users_own_is_pickled() -> None:
    class Mine(transformers.BertModel):
        """A class of a notebook."""

    assert flavor_for(Mine(network().config)).name == "python"
    assert is_model(Mine(network().config))


PIPELINE = """
import transformers
(one,), = transformers.pipeline("text-classification", model=place, top_k=1)(["so good"])
answer = [float(one["label"][-1]), one["score"]]
"""
MODEL = """
import torch, transformers
answer = transformers.AutoModelForSequenceClassification.from_pretrained(place)(torch.from_numpy(X)).logits.detach()
"""


def test_transformers_alone_opens_the_export(tmp_path: Path) -> None:
    model = network()
    logits = alone.answer(model, MODEL, IDS.numpy(), tmp_path / "model")
    assert np.allclose(logits, model(IDS).logits.detach(), atol=1e-6)
    assert "model.safetensors" in [path.name for path in (tmp_path / "model" / "out").iterdir()]
    pipe = transformers.pipeline("text-classification", model=model, tokenizer=tokenizer())
    (told,) = pipe("so good")
    label, score = alone.answer(pipe, PIPELINE, [], tmp_path / "pipe")
    assert (label, score) == (float(told["label"][-1]), pytest.approx(told["score"]))


def test_what_changed_in_a_model_is_named() -> None:
    before, after = network(), network().train()
    with torch.no_grad():
        after.classifier.bias += 1
    wholes = [pack(model, TRANSFORMERS).parts for model in (before, after)]
    found = differences([whole for whole in wholes if whole])
    assert [one.path for one in found] == ["training", "model/model.safetensors['classifier.bias']"]


def test_what_is_too_large_is_given_up_before_a_byte_is_written(tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        pack(network(), TRANSFORMERS, limit=1000, staging=tmp_path / "staging")
    assert not (tmp_path / "staging").exists()


class Given:
    """Contents that somebody else changed."""

    def __init__(self, place: Path, **changed: Any) -> None:
        blobs = LocalBlobs(place / "store")
        packed = pack((network(), tokenizer()), TRANSFORMERS, into=blobs)
        self._source = fetch(packed.layout, packed.content_id, blobs)
        self._header = {**json.loads(bytes(self._source.stream())), **changed}
        self.more: dict[str, Any] = {}
        self.whole: dict[str, Any] = {}

    def stream(self) -> bytes:
        return json.dumps(self._header).encode()

    def files(self) -> dict[str, int]:
        return {**self._source.files(), **dict.fromkeys(self.more, 1)}

    def copy_to(self, directory: Path) -> None:
        self._source.copy_to(directory)
        for path, told in self.more.items():
            place = directory / path
            before = json.loads(place.read_text()) if place.exists() else {}
            place.write_text(json.dumps({**before, **told}))
        for path, told in self.whole.items():
            (directory / path).write_text(json.dumps(told))


@pytest.mark.parametrize(
    "name",
    [
        "AutoModel",
        "pipeline",
        "os",
        "no.dots",
        "_private",
        "BertConfig",
        "TrainingArguments",
        "PreTrainedTokenizerFast",
    ],
)
def test_a_header_that_names_another_kind_of_class_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="has no class"):
        TRANSFORMERS.load(Given(tmp_path, **{"class": name}), None)  # type: ignore[arg-type]


def test_a_file_that_might_be_a_pickle_or_code_is_refused(tmp_path: Path) -> None:
    for name in ("model/pytorch_model.bin", "model/modeling.py", "tokenizer/x.pkl"):
        stored = Given(tmp_path / name.replace("/", "-"))
        stored.more[name] = {}
        with pytest.raises(IntegrityError, match="which no model of this kind has: nothing was loaded"):
            TRANSFORMERS.load(stored, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("model/config.json", {"auto_map": {"AutoModel": "evil--modeling.Evil"}}),
        ("tokenizer/tokenizer_config.json", {"auto_map": {"AutoTokenizer": ["x.Y", None]}}),
        ("model/config.json", {"attn_implementation": "stranger/kernels"}),
        ("model/config.json", {"text_config": {"_attn_implementation": "stranger/kernels:fast"}}),
        ("model/config.json", {"quantization_config": {"quant_method": "custom"}}),
        ("model/generation_config.json", {"custom_generate": "stranger/decoding"}),
        ("model/adapter_config.json", {"base_model_name_or_path": "stranger/model"}),
        ("model/config.json", {"attribute_map": {"attn_implementation": "other"}, "other": "stranger/kernels"}),
        ("model/config.json", {"id2label": {"0": {"auto_map": {"AutoModel": "evil--modeling.Evil"}}}}),
    ],
    ids=str,
)
def test_a_configuration_that_leads_to_code_is_refused_before_it_is_read(path: str, told: Any, tmp_path: Path) -> None:
    stored = Given(tmp_path)
    stored.more[path] = told
    with pytest.raises(IntegrityError, match="which leads to code: nothing was loaded"):
        TRANSFORMERS.load(stored, None)  # type: ignore[arg-type]


SETTINGS = ["path", "type", "auto_map", "trust_remote_code", "types", "weight_map", "checkpoint_path"]
"""Words that mean something as the name of a setting."""


def test_labels_and_notes_that_are_called_like_settings_are_no_settings(tmp_path: Path) -> None:
    numbers = {label: number for number, label in enumerate(SETTINGS, 1)}
    model = network()
    model.config.id2label, model.config.label2id = {1: "path", 2: "type"}, numbers
    model.config.base_model_name_or_path = "org/base"
    loaded = again(model, tmp_path)
    assert (loaded.config.label2id, loaded.config.base_model_name_or_path) == (numbers, "org/base")


def test_words_of_a_vocabulary_are_no_settings(tmp_path: Path) -> None:
    words = ["<pad>", "<s>", "</s>", "<unk>", "|", *SETTINGS]
    (tmp_path / "vocab.json").write_text(json.dumps({word: number for number, word in enumerate(words)}))
    told = transformers.Wav2Vec2CTCTokenizer(str(tmp_path / "vocab.json"))
    told.add_tokens(["base_model_name_or_path"])
    loaded = again((network(), told), tmp_path)[1]
    assert loaded.get_vocab() == told.get_vocab()


def test_a_tokenizer_with_merges_in_a_file_of_their_own_is_loaded_again(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_text("so 3\ngood 2\n")
    (tmp_path / "bpe.codes").write_text("#version: 0.2\ns o</w> 3\n")
    told = transformers.PhobertTokenizer(str(tmp_path / "vocab.txt"), str(tmp_path / "bpe.codes"))
    loaded = again((network(), told), tmp_path)[1]
    assert loaded.tokenize("so good") == told.tokenize("so good")


@pytest.mark.parametrize(
    "said",
    [{"auto_mapping": {"a": "b"}}, {"checkpoint_path": "/somewhere"}, {"tokenizer_class": "mine.Tokenizer"}],
    ids=str,
)
def test_what_would_be_refused_when_it_is_loaded_is_pickled(said: dict[str, Any]) -> None:
    model = network()
    vars(model.config).update(said)
    assert flavor_for(model).name == "python"
    told = tokenizer()
    told.init_kwargs.update(said)
    assert flavor_for((network(), told)).name == "python"
    with pytest.raises(UnpicklableError, match=r"its file 'config\.json' says .*, which leads"):
        pack(model, TRANSFORMERS)


def test_settings_of_a_pipeline_that_lead_to_code_are_refused(tmp_path: Path) -> None:
    asked = {"custom_generate": str(tmp_path), "trust_remote_code": True}
    told = {
        "class": "TextClassificationPipeline",
        "task": "text-classification",
        "settings": {"_forward_params": asked},
    }
    with pytest.raises(IntegrityError, match="which leads to code: nothing was loaded"):
        TRANSFORMERS.load(Given(tmp_path, kind="pipeline", pipeline=told), None)  # type: ignore[arg-type]
    pipe = transformers.pipeline("text-classification", model=network(), tokenizer=tokenizer())
    pipe._forward_params = asked
    assert flavor_for(pipe).name == "python"


def test_weights_outside_the_folder_are_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "model.safetensors"
    stored = Given(tmp_path)
    stored._source.copy_to(tmp_path / "copy")
    (tmp_path / "copy" / "model" / "model.safetensors").replace(outside)
    for place in (str(outside), "../../model.safetensors", "model.bin", "~/model.safetensors", None):
        stored.more["model/model.safetensors.index.json"] = {
            "metadata": {},
            "weight_map": {"bert.pooler.dense.bias": place},
        }
        with pytest.raises(IntegrityError, match="which leads out of the folder: nothing was loaded"):
            TRANSFORMERS.load(stored, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "told",
    [
        {"architecture": "hf-hub:stranger/model"},
        {"backbone_config": {"backbone": "local-dir:/somewhere"}},
        {"model_args": {"checkpoint_path": "/somewhere/model.pth"}},
        {"audio_tokenizer": {"audio_tokenizer_name_or_path": "/somewhere"}},
    ],
    ids=str,
)
def test_a_configuration_that_leads_elsewhere_is_refused_before_it_is_read(told: Any, tmp_path: Path) -> None:
    stored = Given(tmp_path)
    stored.more["model/config.json"] = told
    with pytest.raises(IntegrityError, match="which leads out of the folder: nothing was loaded"):
        TRANSFORMERS.load(stored, None)  # type: ignore[arg-type]


def test_a_tokenizer_is_told_no_other_file(tmp_path: Path) -> None:
    stored = Given(tmp_path)
    files = {"vocab_file": "/etc/passwd", "source_spm": "x", "special_tokens_map_file": "y", "tokenizer_file": None}
    stored.more["tokenizer/tokenizer_config.json"] = files
    with hub_files.unfolded(stored, None) as place:  # type: ignore[arg-type]
        told = json.loads((place / "tokenizer" / "tokenizer_config.json").read_text())
    assert {key: told[key] for key in files if key in told} == {"special_tokens_map_file": "y", "tokenizer_file": None}


def test_a_configuration_hides_no_method(tmp_path: Path) -> None:
    stored = Given(tmp_path)
    stored.more["model/config.json"] = {"push_to_hub": 1}
    with pytest.raises(IntegrityError, match="set 'push_to_hub' of a BertConfig, which is a method of it"):
        TRANSFORMERS.load(stored, None)  # type: ignore[arg-type]


def test_a_panic_of_a_library_is_one_error(tmp_path: Path) -> None:
    stored = Given(tmp_path)
    stored.more["tokenizer/tokenizer.json"] = {"normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA"}}
    with pytest.raises(IntegrityError, match="this transformers cannot make the tokenizer: ") as caught:
        TRANSFORMERS.load(stored, None)  # type: ignore[arg-type]
    assert type(caught.value.__cause__).__name__ == PANIC


PIPE = {
    "class": "TextClassificationPipeline",
    "task": "text-classification",
    "settings": {**{name: {} for name in ARGUMENTS}, **dict.fromkeys(SIZES)},
}


@pytest.mark.parametrize(
    "changed",
    [
        {"class": "SummarizationPipeline"},
        {"class": "Pipeline"},
        {"class": []},
        {"task": 1},
        {"settings": {}},
        {"settings": {**PIPE["settings"], "_batch_size": "two"}},  # type: ignore[dict-item]
        {"settings": {**PIPE["settings"], "_num_workers": True}},  # type: ignore[dict-item]
        {"settings": {**PIPE["settings"], "_forward_params": [1]}},  # type: ignore[dict-item]
    ],
    ids=str,
)
def test_a_pipeline_of_another_kind_is_refused(changed: Any, tmp_path: Path) -> None:
    whole = TRANSFORMERS.load(Given(tmp_path, kind="pipeline", pipeline=PIPE), None)  # type: ignore[arg-type]
    assert type(whole).__name__ == PIPE["class"]
    stored = Given(tmp_path, kind="pipeline", pipeline={**PIPE, **changed})
    with pytest.raises(IntegrityError, match=r"their header has|has no class|cannot make the pipeline") as caught:
        TRANSFORMERS.load(stored, None)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "changed", [{"kind": "trio"}, {"kind": "pair", "parts": {}}, {"parts": {"tokenizer": 1}}], ids=str
)
def test_a_header_of_no_known_form_is_refused(changed: Any, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match=r"their header has|has no class"):
        TRANSFORMERS.load(Given(tmp_path, **changed), None)  # type: ignore[arg-type]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=spoiled({"class": "BertForSequenceClassification", "frozen": [], "kind": "pipeline", "origin": "",
                     "parts": {"tokenizer": "PreTrainedTokenizerFast"}, "pipeline": PIPE, "training": False}))  # fmt: skip
def test_a_spoiled_header_is_read_or_refused(told: Any, tmp_path: Path) -> None:
    contents = Given(tmp_path)
    contents._header = told
    with suppress(IntegrityError):
        TRANSFORMERS.load(contents, None)  # type: ignore[arg-type]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=spoiled(network().config.to_dict()))
def test_a_spoiled_configuration_is_read_or_refused(told: Any, tmp_path: Path) -> None:
    contents = Given(tmp_path)
    contents.whole["model/config.json"] = told
    with suppress(IntegrityError):
        TRANSFORMERS.load(contents, None)  # type: ignore[arg-type]


def test_weights_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    stored = Given(tmp_path, **{"class": "BertForMaskedLM"})
    with pytest.raises(IntegrityError, match="the stored weights do not fit this transformers"):
        TRANSFORMERS.load(stored, None)  # type: ignore[arg-type]


def test_without_transformers_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(MissingLibraryError, match="%pip install transformers"):
        TRANSFORMERS.load(None, None)  # type: ignore[arg-type]
