"""The registries that are looked at hold what their pictures and journeys rely on."""

from __future__ import annotations

import pytest

import modelreg

from .registries import crowd, stretch


def test_the_story_has_models_of_all_sizes_and_a_protected_production(told):
    registry = modelreg.connect()
    by_name = {model.name: model for model in registry.models()}
    assert sorted(model.versions for model in by_name.values()) == [2, 3, 5, 6, 8, 12]
    told = by_name["tumour-malignancy"]
    assert told.aliases == {"production": 3, "staging": 11, "challenger": 9}
    assert told.protected == ("production",)
    reasons = {action.reason for action in registry.history("tumour-malignancy", limit=100)}
    assert "overconfident on small nuclei: back to the linear model" in reasons
    assert registry.attachment("tumour-malignancy:v11", "roc")
    assert registry.load("tumour-malignancy:production").predict([[1.0] * 30]).shape == (1,)
    registry.close()


@pytest.mark.slow
def test_a_stretched_story_keeps_its_order_and_its_end(told, home):
    registry = modelreg.connect()
    before = [model.name for model in registry.models()]
    end = max(action.at for action in registry.history(limit=1000))
    registry.close()
    stretch(home / "registry", days=60)
    after = registry.models()
    assert [model.name for model in after] == before
    assert end - min(model.created_at for model in after) > 59 * 86_400_000_000
    assert max(action.at for action in registry.history(limit=1000)) == end
    registry.close()


def test_the_crowd_has_a_tall_model_among_the_others(home):
    wide, tall = crowd(home / "registry", models=30, versions=4, tall=70)
    registry = modelreg.connect()
    assert len(registry.models(limit=100)) == 31
    assert registry.model(wide).versions == 4
    assert registry.model(tall).versions == 70
    registry.close()
