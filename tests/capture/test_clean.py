"""Facts are stored without secrets, wherever in them these stand."""

from __future__ import annotations

import json

import pytest

from modelreg.capture.clean import cleaned

TOKEN = "ghp_" + "a1B2" * 9


def test_facts_without_a_secret_are_the_very_same():
    facts = {"params": {"max_depth": 3, "key_column": "id"}, "columns": [{"name": "token_count", "nulls": 0}]}
    assert cleaned(facts) == (facts, ())
    assert cleaned(facts)[0] is facts


@pytest.mark.parametrize(
    "facts",
    [
        {"url": f"https://x.example/?token={TOKEN}"},
        {"columns": [{"name": TOKEN}]},
        {TOKEN: 1},
        {"params": {"clf__api_key": "swordfish-and-more"}},
        {"params": {"password": ["swordfish-and-more"]}},
        {"deep": [[{"auth": {"secret": "swordfish-and-more"}}]]},
    ],
)
def test_a_secret_is_taken_out_wherever_it_stands(facts):
    clean, found = cleaned(facts)
    assert found
    stored = json.dumps(clean, ensure_ascii=False)
    assert TOKEN not in stored
    assert "swordfish" not in stored
    assert "«redacted:" in stored


def test_a_value_of_the_environment_is_taken_out(monkeypatch):
    monkeypatch.setenv("DATABASE_PASSWORD", "odd-value-of-no-form")
    clean, found = cleaned({"expression": "read('odd-value-of-no-form')", "rows": 3})
    assert "odd-value" not in clean["expression"]
    assert clean["rows"] == 3
    assert len(found) == 1
