"""``check``: is everything there and whole?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.errors import DamagedError, RefusedError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_a_whole_registry_is_well(churn: Desk) -> None:
    text = churn.says("check")
    assert text.splitlines()[0] == f"check of {churn.place}"
    assert text.endswith("all is well")
    assert churn.value("check --read-data").record.ok


def test_a_flipped_bit_is_found_only_by_reading(churn: Desk) -> None:
    files = [path for path in (churn.place / "objects").rglob("*") if path.is_file()]
    largest = max(files, key=lambda path: path.stat().st_size)
    largest.chmod(0o644)
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 1
    largest.write_bytes(data)
    assert churn.value("check").record.ok
    assert not churn.value("check --read-data").record.ok


def test_a_missing_object_is_found(churn: Desk) -> None:
    next(path for path in (churn.place / "objects").rglob("*") if path.is_file()).unlink()
    report = churn.value("check").record
    assert not report.ok
    assert report.findings


def test_a_lost_catalog_is_brought_back(churn: Desk) -> None:
    for registry in churn.session.opened.values():
        registry.close()
    churn.session.opened.clear()
    for path in churn.place.glob("registry.db*"):
        path.unlink()
    (churn.place / "registry.db").write_bytes(b"")
    message = churn.refuses("models", "registry.db", DamagedError)
    churn.session.opened.clear()
    churn.run(message.rpartition("%modelreg ")[2])
    churn.session.opened.clear()
    assert [version.number for version in churn.registry.versions("churn")] == [1, 0]


def test_a_whole_catalog_is_not_rebuilt(churn: Desk) -> None:
    churn.refuses("check --rebuild", "is whole; rebuilding would lose what no record holds", RefusedError)


def test_it_takes_no_argument(desk: Desk) -> None:
    desk.refuses("check churn", "check takes no arguments; 'churn' at column 7 is too much")
