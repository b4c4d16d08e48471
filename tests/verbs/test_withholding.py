"""What a user says of a model is kept without the secrets that the environment holds."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from modelreg.capture.secrets import MARK, redact
from modelreg.views import show

if TYPE_CHECKING:
    from modelreg.registry import Registry

SECRET = "correct-horse-7-battery"
MARKED = redact(SECRET, environ={"DB_PASSWORD": SECRET}).text


@pytest.fixture(autouse=True)
def _variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_PASSWORD", SECRET)


def stored(registry: Registry) -> bytes:
    """Return every byte of the registry, as text of the catalog and as files."""
    registry.close()
    with sqlite3.connect(Path(registry.location) / "registry.db") as driver:
        text = "\n".join(driver.iterdump())
    driver.close()
    return text.encode() + b"".join(path.read_bytes() for path in Path(registry.location).rglob("*") if path.is_file())


def test_message_tags_and_params_of_a_register_hold_the_mark_in_place_of_the_secret(registry: Registry) -> None:
    done = registry.register(
        {"n": 0},
        "churn",
        message=f"db at {SECRET}!",
        tags=[f"db={SECRET}", "team=growth"],
        params={"url": [SECRET, 3], "depth": 4},
    )
    assert done.notes == ("a secret of the environment was taken out of the message and the tags and the params",)
    assert f"\n{done.notes[0]}\n" in show(done).text()
    detail = registry.show("churn:v0")
    assert detail.version.tags == {"db": MARKED, "team": "growth"}
    (run,) = detail.runs
    assert (run.message, dict(run.params)) == (f"db at {MARKED}!", {"url": [MARKED, 3], "depth": 4})
    assert {action.reason for action in registry.history("churn")} - {""} == {f"db at {MARKED}!"}
    assert SECRET.encode() not in stored(registry)


def test_nothing_is_said_of_words_without_a_secret(registry: Registry) -> None:
    words = {"message": "why", "tags": ("team=growth",), "params": {"depth": (4, "a")}}
    assert registry.register({"n": 0}, "churn", **words).notes == ()
    assert registry.register({"n": 1}, "churn", **{**words, "tags": ["a", "b"]}).notes == ()
    assert registry.tag("churn", "team=clinic", "other").notes == ()


def test_every_verb_keeps_descriptions_and_reasons_without_it(registry: Registry) -> None:
    registry.create("other", description=f"of {SECRET}", message=SECRET)
    registry.log({"n": 0}, "train/clf", message=SECRET)
    (linked,) = registry.link(["train/clf:v0"], "churn", message=SECRET)
    assert linked.notes == ("a secret of the environment was taken out of the message",)
    changes = [
        registry.describe("churn", f"reads {SECRET}", message=SECRET),
        registry.tag("churn:v0", f"key={SECRET}", message=SECRET),
        registry.untag("churn:v0", "key", message=SECRET),
        registry.alias("churn:v0", "best", message=SECRET),
        registry.protect("churn", "best", message=SECRET),
        registry.unprotect("churn", "best", message=SECRET),
        registry.unalias("churn", "best", message=SECRET),
        registry.promote("churn:v0", "staging", message=SECRET),
        registry.metric("churn", "auc", "higher", message=SECRET),
        registry.undo(message=SECRET),
        registry.rename("churn", "leaving", message=SECRET),
        registry.unlink("leaving:v0", message=SECRET),
        registry.delete("other", message=SECRET),
        registry.undelete("other", message=SECRET),
    ]
    said = "a secret of the environment was taken out of the message"
    also = [" and the description", " and the tags", *[""] * (len(changes) - 2)]
    assert [change.notes[-1] for change in changes] == [said + more for more in also]
    assert registry.model("leaving").description == f"reads {MARKED}"
    assert registry.model("other").description == f"of {MARKED}"
    assert {MARK.fullmatch(action.reason) is not None for action in registry.history() if action.reason} == {True}
    assert SECRET.encode() not in stored(registry)


def test_what_only_looks_like_a_secret_is_kept_as_it_was_said(registry: Registry) -> None:
    done = registry.register({"n": 0}, "churn", message="the password is t0ps3cret!", tags=["token=hf_" + "a1" * 17])
    said = "hold what looks like a secret, kept as it was said, for all who read this registry"
    assert done.notes == (f"the message and the tags {said}",)
    assert registry.show("churn:v0").version.tags == {"token": "hf_" + "a1" * 17}
    assert "the password is t0ps3cret!" in {action.reason for action in registry.history("churn")}


def test_a_name_that_tells_of_a_secret_is_reason_to_say_so(registry: Registry) -> None:
    done = registry.register({"n": 0}, "churn", params={"password": "hunter2secret", "depth": 4})
    assert done.notes[-1].startswith("the params hold what looks like a secret")
    assert (
        registry.tag("churn", "password=hunter2secret").notes[-1].startswith("the tags hold what looks like a secret")
    )
    changed = registry.describe("churn", "the password is t0ps3cret!")
    assert changed.notes[-1].startswith("the description holds what looks like a secret")
    assert registry.register({"n": 1}, "churn", params={"max_tokens": 100, "pad_token": "<pad>"}).notes == ()
