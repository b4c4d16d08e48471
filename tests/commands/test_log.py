"""``log OBJ [PROJECT/NAME]``: a version of an artifact that no registered model has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from modelreg.errors import InvalidError, ModelRegError, UsageError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


def test_a_model_is_logged_without_a_registered_model(desk: Desk) -> None:
    text = desk.says("log clf train/forest --metric auc=0.9")
    assert text.startswith("train/forest:v0 ← clf (LogisticRegression) · auc 0.9 · ")
    assert text.endswith("\nnext: %modelreg link train/forest:v0 forest")
    assert not desk.registry.models()


def test_the_next_line_links_it(desk: Desk) -> None:
    desk.run(desk.says("log clf train/forest").rpartition("%modelreg ")[2])
    assert desk.registry.get("forest:v0").source == "train/forest:v0"


def test_the_artifact_is_called_after_notebook_and_variable(desk: Desk) -> None:
    desk.run("log clf")
    assert desk.registry.get("train/clf:v0").number == 0


def test_a_dataset_has_no_line_that_links_it(desk: Desk) -> None:
    text = desk.says("log rows data/train --kind dataset -a best --tag day=1")
    assert text.startswith("data/train:v0 ← rows (list) · + best")
    assert "next:" not in text
    version = desk.registry.get("data/train:best")
    assert (version.kind, version.tags) == ("dataset", {"day": "1"})


def test_a_kind_is_fixed_by_the_first_version(desk: Desk) -> None:
    desk.run("log clf train/clf")
    desk.refuses("log rows train/clf --kind dataset", "the artifact 'train/clf' holds models", InvalidError)
    assert desk.registry.show("train/clf").model.versions == 1


def test_a_folder_is_logged_by_its_path(desk: Desk) -> None:
    Path("saved").mkdir()
    Path("saved/a.bin").write_bytes(b"a")
    desk.run("log --path saved train/net")
    assert desk.registry.get("train/net:v0").flavor == "files"


def test_a_path_without_an_artifact_leads_to_a_line_that_works(desk: Desk) -> None:
    Path("w.bin").write_bytes(b"a")
    assert desk.leads_on("log --path w.bin", "which artifact").version.ref == "train/model:v0"


@pytest.mark.parametrize(
    ("line", "message", "kind"),
    [
        ("log", "log needs OBJ", UsageError),
        ("log clf forest", "an artifact is named project/name, not 'forest'", InvalidError),
        ("log clf a/b/c", "an artifact is named project/name, not 'a/b/c'", InvalidError),
        ("log rows data/train --kind table", r"--kind is model or dataset, not 'table' \(column 28\)", UsageError),
        ("log nope train/x", "no variable 'nope' in this kernel", UsageError),
        ("log clf train/clf extra", "'extra' at column 19 is too much", UsageError),
    ],
)
def test_a_wrong_line_is_refused_and_nothing_is_written(
    desk: Desk, line: str, message: str, kind: type[ModelRegError]
) -> None:
    desk.refuses(line, message, kind)
    assert not desk.place.exists()


def test_a_name_without_a_project_leads_to_a_line_that_works(desk: Desk) -> None:
    found = desk.leads_on("log clf forest", "an artifact is named project/name, not 'forest'", InvalidError)
    assert found.version.ref == "scratch/forest:v0"


def test_a_kind_that_is_spelt_wrong_is_offered_as_it_was_meant(desk: Desk) -> None:
    text = desk.refuses("log rows data/train --kind dataste", "--kind is model or dataset, not 'dataste'")
    assert text.endswith("Try %modelreg log rows data/train --kind dataset")
