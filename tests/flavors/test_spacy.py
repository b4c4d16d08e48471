"""Pipelines of spaCy: the folder that it writes, without what it notes of the environment."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from tests.flavors import alone

from modelreg.blobs.local import LocalBlobs
from modelreg.contents import fetch, pack, unpack
from modelreg.errors import IntegrityError, MissingLibraryError
from modelreg.flavors.spacy import SPACY
from modelreg.testing import FlavorTests

if TYPE_CHECKING:
    from pathlib import Path

spacy = pytest.importorskip("spacy")


@cache
def trained() -> Any:
    """Return a pipeline that tells good from bad."""
    from spacy.training import Example

    spacy.util.fix_random_seed(0)
    nlp = spacy.blank("en")
    kinds = nlp.add_pipe("textcat")
    kinds.add_label("GOOD")
    kinds.add_label("BAD")
    nlp.add_pipe("sentencizer")
    told = [("good", {"GOOD": 1, "BAD": 0}), ("bad", {"GOOD": 0, "BAD": 1})]
    examples = [Example.from_dict(nlp.make_doc(text), {"cats": cats}) for text, cats in told]
    nlp.update(examples, sgd=nlp.initialize(lambda: examples))
    return nlp


class TestSpacy(FlavorTests):
    flavor = SPACY

    @pytest.fixture
    def model(self) -> Any:
        return trained()

    def same(self, before: Any, after: Any) -> bool:
        return before.pipe_names == after.pipe_names and before("good").cats == after("good").cats


def test_spacy_alone_opens_the_export(tmp_path: Path) -> None:
    cats = trained()("good").cats
    code = "import spacy; found = spacy.load(place)('good').cats; answer = [found[name] for name in X]"
    assert list(alone.answer(trained(), code, list(cats), tmp_path)) == list(cats.values())


def test_nothing_of_the_environment_is_stored(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path / "store")
    packed = pack(trained(), SPACY, into=blobs)
    fetch(packed.layout, packed.content_id, blobs).copy_to(tmp_path / "out")
    text = (tmp_path / "out" / "meta.json").read_text(encoding="utf-8")
    assert "spacy_version" not in text
    assert spacy.__version__ not in text


def test_a_component_that_is_not_defined_here_is_named(tmp_path: Path) -> None:
    spacy.Language.component("mine_alone", func=lambda doc: doc)
    nlp = spacy.blank("en")
    nlp.add_pipe("mine_alone")
    blobs = LocalBlobs(tmp_path / "store")
    packed = pack(nlp, SPACY, into=blobs)
    source = fetch(packed.layout, packed.content_id, blobs)
    assert unpack(source, SPACY).pipe_names == ["mine_alone"]
    catalogue = pytest.importorskip("catalogue")
    for name in [name for name in catalogue.REGISTRY if name[-1].endswith("mine_alone")]:
        del catalogue.REGISTRY[name]
    with pytest.raises(IntegrityError, match=r"spaCy cannot make the pipeline: .*mine_alone"):
        unpack(source, SPACY)


def test_without_spacy_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(MissingLibraryError, match="%pip install spacy"):
        SPACY.load(None, None)  # type: ignore[arg-type]
