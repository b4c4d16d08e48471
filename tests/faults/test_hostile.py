"""Somebody else writes the registry: nothing of theirs runs, whatever rows and bytes they exchange."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import modelreg
from modelreg.errors import IntegrityError, InvalidError, ModelRegError, UnpicklableError, UntrustedModelError
from tests.canary import Canary

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelreg.registry import Registry


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    """Return what the canary would touch."""
    return tmp_path / "trace"


@pytest.fixture
def registry(tmp_path: Path, trace: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Return a registry as its owner sees it: v0 is theirs and harmless, v1 is a stranger's canary."""
    owner = modelreg.connect(tmp_path / "registry")
    owner.register({"n": 0}, "churn", project="train", artifact="clf")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "stranger"))
    modelreg.connect(tmp_path / "registry", actor="mallory").register(
        Canary(trace), "churn", project="train", artifact="clf"
    )
    (tmp_path / "weights.txt").write_text("weights")
    modelreg.connect(tmp_path / "registry", actor="mallory").register(
        None, "churn", path=tmp_path / "weights.txt", project="train", artifact="clf"
    )
    monkeypatch.undo()
    monkeypatch.setenv("XDG_DATA_HOME", str(owner._context.allowed.directory.parents[1]))
    return owner


def edit(registry: Registry, *statements: str) -> None:
    """Change rows behind everybody's back."""
    driver = sqlite3.connect(Path(registry.location) / "registry.db")
    for statement in statements:
        assert driver.execute(statement).rowcount > 0
    driver.commit()
    driver.close()


LAYOUT = "UPDATE contents SET layout = (SELECT layout FROM contents WHERE id = {}) WHERE id = {}"
OWN, BIRD, FILES = (f"(SELECT content_id FROM versions WHERE number = {n})" for n in range(3))


def test_the_fixture_is_as_it_says(registry: Registry, trace: Path) -> None:
    assert registry.load("churn:v0") == {"n": 0}
    registry.load("churn:v2")  # files run nothing
    with pytest.raises(UntrustedModelError, match="registered by 'mallory'"):
        registry.load("churn:v1")
    assert not trace.exists()


# checklist 30
@pytest.mark.parametrize(
    "statements",
    [
        pytest.param([f"UPDATE contents SET flavor = 'files' WHERE id = {BIRD}"], id="called-files"),
        pytest.param([f"UPDATE contents SET runs_code = 0 WHERE id = {BIRD}"], id="called-code-free"),
        pytest.param([f"UPDATE contents SET flavor = 'files', runs_code = 0 WHERE id = {BIRD}"], id="called-both"),
        pytest.param([f"UPDATE contents SET flavor = '../evil' WHERE id = {BIRD}"], id="called-nonsense"),
        pytest.param([LAYOUT.format(BIRD, OWN)], id="layout-under-own-id"),
        pytest.param([LAYOUT.format(BIRD, FILES)], id="layout-under-files"),
        pytest.param([f"UPDATE versions SET content_id = {BIRD} WHERE number = 0"], id="version-points-to-it"),
        pytest.param([f"UPDATE contents SET imports = '[]', flavor = 'files' WHERE id = {BIRD}"], id="imports-hidden"),
    ],
)  # fmt: skip
def test_no_exchange_of_rows_makes_a_strangers_code_run(registry: Registry, trace: Path, statements: list[str]) -> None:
    edit(registry, *statements)
    for number in range(3):
        for use in (
            lambda n=number: registry.load(f"churn:v{n}"),
            lambda n=number: registry.show(f"churn:v{n}"),
            lambda n=number: registry.export(f"churn:v{n}", Path(registry.location).parent / f"out-{n}"),
            lambda: registry.compare("churn:v0", "churn:v1"),
            lambda: registry.status({"x": 1}),
            lambda: registry.check(read_data=True),
        ):
            with contextlib.suppress(ModelRegError):  # any other error is a bug
                use()
    assert not trace.exists()


# checklist 29
def test_bytes_that_are_exchanged_under_an_approved_id_are_found(registry: Registry, trace: Path) -> None:
    objects = [path for path in (Path(registry.location) / "objects").rglob("*") if path.is_file()]
    bird = next(path for path in objects if b"touch" in path.read_bytes() and not path.read_bytes().startswith(b"{"))
    own = next(path for path in objects if path.read_bytes().startswith(b"\x80") and path != bird)
    own.chmod(0o644)
    own.write_bytes(bird.read_bytes())
    with pytest.raises(IntegrityError):
        registry.load("churn:v0")
    with pytest.raises(IntegrityError):
        registry.load("churn:v0", trust=True)
    content_id = registry.get("churn:v0").content_id
    with pytest.raises(IntegrityError):
        registry.load("churn:v0", expect=f"b3:{content_id}")
    assert not trace.exists()


# checklist 29
def test_an_approval_lets_in_what_was_seen_and_nothing_that_is_put_there_later(registry: Registry, trace: Path) -> None:
    registry.trust("churn:v1")
    modelreg.connect(registry.location, actor="mallory")._context.allowed = registry._context.allowed
    edit(registry, "UPDATE contents SET size = size")  # nothing yet
    registry.load("churn:v1")
    assert trace.exists()
    trace.unlink()
    registry.untrust("churn:v1")
    with pytest.raises(UntrustedModelError):
        registry.load("churn:v1")
    assert not trace.exists()


# checklist 30
def test_a_name_of_the_owner_is_a_claim_and_opens_nothing(registry: Registry, trace: Path) -> None:
    owner = registry._context.actor
    edit(registry, f"UPDATE versions SET created_by = '{owner}'", f"UPDATE actions SET actor = '{owner}'")
    with pytest.raises(UntrustedModelError, match=f"registered by '?{owner}"):
        registry.load("churn:v1")
    assert not trace.exists()
    assert not registry.check().ok


# checklist 32
def test_a_hostile_stream_that_is_no_pickle_at_all_is_refused_in_our_words(registry: Registry) -> None:
    with pytest.raises(ModelRegError):
        registry.load("churn:v1", expect="b3:" + "0" * 64)


# checklist 38: the words of others come back as words
def test_words_of_others_do_not_act_in_messages(registry: Registry) -> None:
    mallory = modelreg.connect(registry.location, actor="\x1b[2Jmallory\u202e")
    mallory.alias("churn:v1", "production")
    with pytest.raises(ModelRegError) as caught:
        registry.alias("churn:v0", "production", expect=None)
    assert "mallory" in str(caught.value)
    assert str(caught.value).isprintable(), repr(str(caught.value))


# checklist 33
@pytest.mark.parametrize(
    ("value", "named"),
    [
        (threading.Lock, "lock"),
        (lambda: open(os.devnull), "file|TextIOWrapper"),  # noqa: SIM115, PTH123
        (lambda: (n for n in ()), "generator"),
        (socket.socket, "socket"),
        (lambda: sqlite3.connect(":memory:"), "Connection"),
    ],
)
def test_what_cannot_be_kept_is_named_with_its_place_and_nothing_is_registered(
    registry: Registry, value: Callable[[], Any], named: str
) -> None:
    held = value()
    model = Holder(held)
    before = len(registry.history())
    try:
        with pytest.raises(UnpicklableError, match=rf"(?i)inner.*deep.*({named})"):
            registry.register(model, "churn")
    finally:
        getattr(held, "close", lambda: None)()
    assert len(registry.history()) == before


class Holder:
    """Holds something far inside."""

    def __init__(self, value: object) -> None:
        self.inner = {"deep": value}


# checklist 45
@pytest.mark.parametrize("kind", ["fifo", "socket", "out", "loop", "dangling"])
def test_a_folder_with_what_is_no_file_of_it_is_refused_by_name(registry: Registry, tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "weights.bin").write_bytes(b"123")
    odd = folder / "odd"
    (tmp_path / "secret").write_text("password")
    if kind == "fifo":
        os.mkfifo(odd)
    elif kind == "socket":
        server = socket.socket(socket.AF_UNIX)
        here = Path.cwd()
        os.chdir(folder)  # paths of sockets are short
        try:
            server.bind("odd")
        finally:
            os.chdir(here)
            server.close()
    else:
        odd.symlink_to({"out": tmp_path / "secret", "loop": odd, "dangling": folder / "nothing"}[kind])
    before = len(registry.history())
    with pytest.raises(InvalidError, match="odd"):
        registry.register(None, "churn", path=folder)
    assert len(registry.history()) == before


# checklist 46
def test_a_file_that_changes_while_it_is_read_is_found(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modelreg.contents.gathering import FileParts

    file = tmp_path / "weights.bin"
    file.write_bytes(b"1" * 1000)
    read = FileParts.read

    def later(parts: FileParts, offset: int, length: int) -> bytes:
        data = read(parts, offset, length)
        file.write_bytes(b"2" * 1001)
        return data

    monkeypatch.setattr(FileParts, "read", later)
    with pytest.raises(ModelRegError, match="changed while"):
        registry.register(None, "files", path=file)
    monkeypatch.undo()
    assert not any(model.name == "files" for model in registry.models())
    assert registry.check(read_data=True).ok
    shutil.rmtree(tmp_path / "stranger", ignore_errors=True)
