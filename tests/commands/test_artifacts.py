"""``artifacts [QUERY]``: where versions come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelreg.errors import InvalidError, QueryError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def listed(desk: Desk, line: str) -> list[str]:
    """Return the names that a line lists."""
    return sorted(artifact.name for artifact in desk.value(line))


def test_every_artifact_is_listed_also_without_a_registered_model(churn: Desk) -> None:
    churn.run("log rows data/train --kind dataset")
    assert listed(churn, "artifacts") == ["data/train", "train/better", "train/clf"]
    assert "dataset" in churn.says("artifacts")


def test_a_pattern_or_a_name_filters(churn: Desk) -> None:
    churn.run("log rows data/train --kind dataset")
    assert listed(churn, "artifacts train/*") == ["train/better", "train/clf"]
    assert listed(churn, "artifacts data/train") == ["data/train"]
    assert listed(churn, 'artifacts name.endswith("clf")') == ["train/clf"]


def test_an_empty_registry_shows_the_line_that_logs(desk: Desk) -> None:
    desk.run(desk.says("artifacts").rpartition("%modelreg ")[2])
    assert listed(desk, "artifacts") == ["my-project/clf"]


def test_pages_follow_each_other(churn: Desk) -> None:
    first = churn.value("artifacts --limit 1")
    second = churn.value(f"artifacts --limit 1 --page {first.next}")
    assert {first[0].name, second[0].name} == {"train/better", "train/clf"}


def test_wrong_lines_are_refused(churn: Desk) -> None:
    churn.refuses("artifacts bogus > 3", "there is no field 'bogus'", QueryError)
    churn.refuses("artifacts --limit 0", "from 1 to 1000", InvalidError)
