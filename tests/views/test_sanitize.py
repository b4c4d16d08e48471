"""The rules that let a notebook test compare outputs: what differs between two runs is gone after them."""

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from modelreg import views
from modelreg.records import Attachment

get_sanitize_patterns = pytest.importorskip("nbval.plugin").get_sanitize_patterns

RULES = Path(__file__).parents[2] / "notebooks" / "sanitize.cfg"


def clean(text):
    for pattern, replacement in get_sanitize_patterns(RULES.read_text(encoding="utf-8")):
        text = re.sub(pattern, replacement, text)
    return text


ELSEWHERE = {
    "at": 10**15, "created_at": 10**15, "updated_at": 10**15, "linked_at": 10**15, "since": 10**15,
    "duration": 7_654_321, "content_id": "9a" * 32, "uid": "0f" * 16, "actor": "bob", "created_by": "bob",
    "host": "laptop.local", "notebook": "/notes/01.ipynb", "size": 777_777,
    "files": (("stream", 77), ("buffer-0", 7_777_777)),
}  # fmt: skip
"""Fields of records that another run fills otherwise."""


def rerun(value):
    if isinstance(value, Attachment):  # another run draws the same picture
        return dataclasses.replace(value, uid=ELSEWHERE["uid"])
    if dataclasses.is_dataclass(value):
        fields = [field.name for field in dataclasses.fields(value)]
        known = {name: ELSEWHERE[name] if name in ELSEWHERE else rerun(getattr(value, name)) for name in fields}
        return dataclasses.replace(value, **known)
    if isinstance(value, Mapping):
        return {key: rerun(item) for key, item in value.items()}
    return tuple(rerun(item) for item in value) if isinstance(value, tuple) else value


KINDS = (
    "version", "detail", "model detail", "model", "artifact", "models", "artifacts", "versions", "history",
    "registration", "change", "loaded", "comparison", "pictured", "attached", "moment", "status", "approvals",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_two_runs_of_a_tutorial_compare_equal(made, kind):
    record = made.every()[kind]
    here, there = views.show(record), views.show(rerun(record))
    for form in ("text/html", "text/plain"):
        assert clean(here._repr_mimebundle_()[form]) == clean(there._repr_mimebundle_()[form])


def test_the_landing_page_compares_equal_too(made):
    models, detail = made.page(made.model()), made.model_detail()
    here = views.landing(models, detail, location="/notes/.local/share/modelreg/registry")
    there = views.landing(rerun(models), rerun(detail), location="/tmp/registry")
    assert clean(here._repr_html_()) == clean(there._repr_html_())
    assert repr(here) == repr(there)


LISTS = (
    "model detail",
    "model",
    "artifact",
    "models",
    "artifacts",
    "versions",
    "history",
    "comparison",
    "pictured",
    "status",
    "approvals",
)


@pytest.mark.parametrize("kind", LISTS)
def test_the_text_of_lists_needs_no_rule(made, kind):
    record = made.every()[kind]
    assert repr(views.show(record)) == repr(views.show(rerun(record)))


@pytest.mark.parametrize("kind", KINDS)
def test_cleaning_twice_is_cleaning_once(made, kind):
    for text in views.show(made.every()[kind])._repr_mimebundle_().values():
        assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_the_machine_is_left_to_commit(made, kind):
    for text in views.show(made.every()[kind])._repr_mimebundle_().values():
        left = clean(text)
        assert "ada" not in left
        assert "box" not in left
        assert "/home" not in left
        assert not re.search(r"\d{4}-\d\d-\d\d", left)
        assert not re.search(r"[0-9a-f]{32}", left)


@pytest.mark.parametrize(
    "text", ["train/clf:v7", "https://example.org/a/b", "metrics.auc 0.912", "</span></td>", "3 cells", "v2 vs v3"]
)
def test_what_means_something_stays(text):
    assert clean(text) == text
