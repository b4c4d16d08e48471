"""Group Q of the suite: what is kept beside a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.errors import InvalidError, NotFoundError
from modelreg.records import Detail
from modelreg.testing.behaviour.samples import model

if TYPE_CHECKING:
    from modelreg.registry import Registry

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


class Attachments:
    """Group Q: pictures, tables and files hang on runs; curves on metrics."""

    def test_an_attachment_comes_back_byte_by_byte(self, registry: Registry) -> None:
        registry.register(model(), "churn", attachments={"roc.svg": SVG, "raw": b"\x00\r\n\xff"})
        assert registry.attachment("churn", "roc.svg").data == SVG
        assert registry.attachment("churn:v0", "raw").data == b"\x00\r\n\xff"
        shown = registry.show("churn:v0")
        assert isinstance(shown, Detail)
        assert [one.name for one in shown.runs[0].attachments] == ["roc.svg", "raw"]

    def test_attachments_are_no_contents(self, registry: Registry) -> None:
        plain = registry.register(model(), "churn").version
        again = registry.register(model(), "churn", attachments={"roc.svg": SVG})
        assert (again.outcome, again.version.content_id) == ("identical", plain.content_id)
        assert registry.attachment("churn", "roc.svg").data == SVG

    def test_the_newest_run_hides_what_older_ones_called_the_same(self, registry: Registry) -> None:
        registry.register(model(), "churn", attachments={"note": b"old", "only": b"here"})
        registry.register(model(), "churn", attachments={"note": b"new"})
        assert registry.attachment("churn", "note").data == b"new"
        assert registry.attachment("churn", "only").data == b"here"

    def test_versions_have_attachments_of_their_own(self, registry: Registry) -> None:
        registry.register(model(0), "churn", attachments={"note": b"0"})
        registry.register(model(1), "churn")
        with pytest.raises(NotFoundError, match="churn:v1 has no attachment 'note'"):
            registry.attachment("churn:v1", "note")
        rows = [row for row in registry.compare("churn:v0", "churn:v1").rows if row.section == "attachments"]
        assert [(row.name, row.differs) for row in rows] == [("note", True)]

    def test_nothing_is_registered_with_an_attachment_that_is_none(self, registry: Registry) -> None:
        with pytest.raises(InvalidError, match="'note' is a dict, which cannot be attached"):
            registry.register(model(), "churn", attachments={"roc.svg": SVG, "note": {}})
        with pytest.raises(NotFoundError):
            registry.model("churn")

    def test_attachments_outlive_gc_and_a_deletion_that_is_taken_back(self, registry: Registry) -> None:
        registry.register(model(), "churn", project="train", artifact="clf", attachments={"roc.svg": SVG})
        registry.delete("train/clf:v0", force=True)
        registry.gc(run=True)
        registry.undelete("train/clf:v0")
        assert registry.attachment("churn:v0", "roc.svg").data == SVG
        assert registry.check(read_data=True).ok

    def test_a_curve_keeps_all_its_points(self, registry: Registry) -> None:
        registry.register(model(), "churn", metrics={"loss": [3, 2.5, 2], "auc": 0.9})
        assert registry.curves("churn") == {"loss": ((0, 3.0), (1, 2.5), (2, 2.0))}
