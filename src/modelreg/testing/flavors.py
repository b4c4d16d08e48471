"""How a flavor must behave, whatever it stores.

Subclass :class:`FlavorTests` with the flavor, a fixture ``model``, and what makes two of its models the same::

    class TestSklearn(FlavorTests):
        flavor = SklearnFlavor

        @pytest.fixture
        def model(self):
            return Ridge().fit([[0.0], [1.0]], [0.0, 1.0])

        def same(self, before, after):
            return np.array_equal(before.coef_, after.coef_)
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

import modelreg
from modelreg.blobs.local import LocalBlobs
from modelreg.contents import export, fetch, pack, store, unpack
from modelreg.errors import IntegrityError, UntrustedModelError
from modelreg.flavors import FLAVORS, flavor_for
from modelreg.flavors.base import pickles, required

if TYPE_CHECKING:
    from pathlib import Path

    from modelreg.flavors.base import Flavor

ELSEWHERE = """
import sys, modelreg
registry = modelreg.connect(sys.argv[1])
model = registry.load("suite:v0")
answer = registry.register(model, "suite", artifact="suite")
assert answer.version.number == 0, answer
registry.log(model, "elsewhere/suite", new_version=True)
"""
"""What another process does: load, register unchanged, and log what it has under another name."""


class FlavorTests:
    """The guarantees of :class:`~modelreg.flavors.base.Flavor`."""

    flavor: ClassVar[Flavor]

    @pytest.fixture
    def model(self) -> Any:
        raise NotImplementedError

    def same(self, before: Any, after: Any) -> bool:
        """Whether two models are the same to their user."""
        raise NotImplementedError

    def test_the_flavor_has_a_name_an_edition_and_serves_the_model(self, model: Any) -> None:
        assert self.flavor.name.isidentifier()
        assert type(self.flavor.format) is int
        assert isinstance(self.flavor.runs_code, bool)
        assert self.flavor.serves(model)

    def test_the_flavor_is_found_by_its_name_and_by_the_model(self, model: Any) -> None:
        assert FLAVORS[self.flavor.name] is self.flavor
        assert flavor_for(model) is self.flavor

    def test_the_description_says_what_it_is(self, model: Any) -> None:
        assert self.flavor.describe(model).class_name

    def test_a_model_comes_back(self, model: Any, tmp_path: Path) -> None:
        blobs = LocalBlobs(tmp_path / "store")
        packed = pack(model, self.flavor)
        store(packed, blobs)
        loaded = unpack(fetch(packed.layout, packed.content_id, blobs), self.flavor, tmp_path)
        assert loaded is not model
        assert self.same(model, loaded)

    def test_two_loads_share_nothing_that_can_change(self, model: Any, tmp_path: Path) -> None:
        blobs = LocalBlobs(tmp_path / "store")
        packed = pack(model, self.flavor)
        store(packed, blobs)
        first, second = (
            unpack(fetch(packed.layout, packed.content_id, blobs), self.flavor, tmp_path) for _ in range(2)
        )
        assert first is not second
        assert self.same(first, second)

    def test_storing_leaves_the_model_as_it_was(self, model: Any) -> None:
        first = pack(model, self.flavor)
        second = pack(model, self.flavor)
        assert first.content_id == second.content_id
        assert first.layout == second.layout
        assert self.same(model, model)

    def test_the_sizes_add_up(self, model: Any, tmp_path: Path) -> None:
        blobs = LocalBlobs(tmp_path / "store")
        packed = pack(model, self.flavor, into=blobs)
        assert packed.size > 0
        parts = [*packed.objects, (packed.layout, packed.layout_size)]
        assert sorted(parts) == sorted((name, size) for name, size, _ in blobs.iterate())

    def test_an_export_writes_what_it_says_and_nothing_else(self, model: Any, tmp_path: Path) -> None:
        blobs = LocalBlobs(tmp_path / "store")
        packed = pack(model, self.flavor)
        store(packed, blobs)
        place = tmp_path / "out"
        place.mkdir()
        written = export(fetch(packed.layout, packed.content_id, blobs), self.flavor, place)
        found = [path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()]
        assert sorted(written) == sorted(found) != []

    def test_a_changed_byte_in_any_object_is_found(self, model: Any, tmp_path: Path) -> None:
        blobs = LocalBlobs(tmp_path / "store")
        packed = pack(model, self.flavor)
        store(packed, blobs)
        for name in [packed.layout, *(name for name, size in packed.objects if size)][:8]:
            path = blobs.path(name)
            good = path.read_bytes()
            path.chmod(0o644)
            path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
            with pytest.raises(IntegrityError, match=name):
                fetch(packed.layout, packed.content_id, blobs)
            path.write_bytes(good)
        fetch(packed.layout, packed.content_id, blobs)

    def test_its_libraries_are_among_what_the_contents_import(self, model: Any) -> None:
        assert set(required(self.flavor)) <= set(pack(model, self.flavor).imports)

    def test_a_stranger_loads_it_unasked_only_where_no_code_runs(
        self, model: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        modelreg.connect(tmp_path / "registry").register(model, "suite", artifact="suite")
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "stranger"))
        registry = modelreg.connect(tmp_path / "registry")
        if self.flavor.runs_code:
            with pytest.raises(UntrustedModelError, match="not trusted here: loading it runs code") as refused:
                registry.load("suite:v0")
            assert ("cannot be told from its bytes" in str(refused.value)) is not pickles(self.flavor)
        else:
            assert self.same(model, registry.load("suite:v0"))

    def test_another_process_loads_it_and_finds_it_unchanged(self, model: Any, tmp_path: Path) -> None:
        registry = modelreg.connect(tmp_path / "registry")
        registry.register(model, "suite", artifact="suite")
        assert registry.register(model, "suite", artifact="suite").outcome == "identical"
        command = [sys.executable, "-W", "ignore", "-c", ELSEWHERE, str(tmp_path / "registry")]
        subprocess.run(command, check=True, cwd=tmp_path)  # noqa: S603
        assert self.same(model, registry.load("elsewhere/suite:v0"))
        assert [version.number for version in registry.versions("suite")] == [0]
