"""The content id depends on the contents alone, and is what it always was."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from modelreg.contents import pack
from modelreg.contents.listing import Listing
from modelreg.digests import canonical, digest, leaves
from modelreg.flavors.files import FILES
from modelreg.flavors.python import PYTHON

if TYPE_CHECKING:
    from pathlib import Path

    from tests.contents.conftest import Shelf

GOLDEN: dict[str, tuple[Any, str]] = {
    "none in a list": ([None], "4cd8fcdb1340dd1b93576ed8f1ab519e29687b4e622318b781dae1143dd551bb"),
    "numbers": (
        {"a": 1, "b": -2.5, "c": 10**30, "d": 1j},
        "61edaf501d7dba016464310b204f1b6abfb06d8ad1e5f7e82fda87f8a01cab47",
    ),
    "texts": (["", "größe", "日本 🙂", b"bytes"], "5510447550132ba050a70f341c7de7e30471bea50e331a9cb70d3878e9ed8df6"),
    "nested": (
        {"steps": [("one", {"two": [3, (4, 5)]})]},
        "c428b2564f6efd6382b2dbd084410fe1a54590c22cad89c2ebcbd0fe8a8c8cc8",
    ),
    "long bytes": (b"x" * 100_000, "c12b7eb0f26b6e342d6b8728340410bf2bfd9101fd82703cc4806ef13f6398e6"),
    "bytes of two parts": (
        bytes(range(256)) * 40_000,
        "d81fe3122db6272da8a077348abbe942e7657c5c705f360974b75f88f9ee1b24",
    ),
    "small array": (np.arange(10, dtype="<f8"), "d4f483d3293ef498bc7d63fb2ec638df933b8ea884c9091c447be48aa9994f63"),
    "array": (
        np.arange(1000, dtype="<f8").reshape(10, 100),
        "25f5919f3eaed58b9d7846b214309000d934cc29ccf1d4094506c92188782995",
    ),
    "columns first": (
        np.asfortranarray(np.arange(1000, dtype="<f4").reshape(10, 100)),
        "3d99a50dd00b2b9f266781e2738029408594e13435eaf9619c102e11ea39fa3f",
    ),
    "big-endian": (np.arange(1000, dtype=">i4"), "9ac21c1d59f19ebb2aed96be5a26a9b9f3d4190a17fd3c2200fbe2025b73a5ab"),
    "structured": (
        np.ones(300, np.dtype([("a", "i1"), ("b", "<f8")], align=True)),
        "8447d452bb9d497a7f89a8e51d4176e573aa3f4ed773450d025cc54916a99bb1",
    ),
    "two parts": (
        np.arange(1_200_000, dtype="<i8"),
        "1ac38fdabb97202cad783d47907eb226702b53c7e38dc5f3e704bf1fa08f5f27",
    ),
    "many": (
        [np.full(size, size, "<i4") for size in range(0, 3000, 300)],
        "cb7476697ad1d4cd9c0dcbd4252c101d3f742a3fe29570c0a45cc6570c318f68",
    ),
}
"""Objects and their content ids since 0.1. A change here is a change of format: every registry in use would lose its
deduplication and its approvals. See ``docs/design/001-content-id.md`` before touching a line of it."""

GOLDEN_FILES = "fc18cfe6e77ca7cc1813a3e3484698bddfe6c8d86babbaa3aae4014ff82262f2"
GOLDEN_FILE = "7656264f481fd019e98edaae7e48933dbee3863918df9c490f7c5d54173fd0b5"


@pytest.mark.parametrize("name", GOLDEN)
def test_the_content_id_of_known_objects_is_what_it_always_was(name: str) -> None:
    obj, expected = GOLDEN[name]
    assert pack(obj, PYTHON).content_id == expected


def folder(place: Path) -> Path:
    """Make a small folder of files."""
    (place / "deep").mkdir(parents=True)
    (place / "config.json").write_bytes(b"{}")
    (place / "deep" / "größe.bin").write_bytes(bytes(range(256)) * 40_000)
    (place / "deep" / "empty").write_bytes(b"")
    return place


def test_the_content_id_of_known_files_is_what_it_always_was(tmp_path: Path) -> None:
    place = folder(tmp_path / "model")
    assert pack(place, FILES).content_id == GOLDEN_FILES
    assert pack(place / "config.json", FILES).content_id == GOLDEN_FILE


def test_the_content_id_is_the_digest_of_the_listing_in_the_design_note(shelf: Shelf) -> None:
    array = np.arange(1_200_000, dtype="<i8")
    packed = pack(array, PYTHON, into=shelf.blobs)
    text = json.dumps(
        {
            "buffers": [[array.nbytes, leaves(array.data)]],
            "files": [],
            "flavor": ["python", 1],
            "stream": digest(stream_of(packed, shelf)),
            "v": 1,
        },
        sort_keys=True,
        separators=(",", ":"),
    )
    assert packed.content_id == digest(text.encode())


def stream_of(packed: Any, shelf: Shelf) -> bytes:
    """Return the stream, which is the last object before the layout."""
    return shelf.blobs.read(packed.objects[-1][0])


def test_a_leaf_is_eight_mebibytes() -> None:
    data = bytes(range(256)) * 40_000
    assert leaves(data) == [digest(data[: 8 << 20]), digest(data[8 << 20 :])]


def test_when_and_where_files_lie_is_no_part_of_it(tmp_path: Path) -> None:
    first = pack(folder(tmp_path / "one" / "model"), FILES)
    shutil.copytree(tmp_path / "one" / "model", tmp_path / "two" / "other name")
    for path in (tmp_path / "two").rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700)
    assert pack(tmp_path / "two" / "other name", FILES).content_id == first.content_id


def test_a_path_and_a_byte_are_part_of_it(tmp_path: Path) -> None:
    place = folder(tmp_path / "model")
    seen = {pack(place, FILES).content_id}
    (place / "config.json").rename(place / "Config.json")
    seen.add(pack(place, FILES).content_id)
    (place / "Config.json").write_bytes(b"[]")
    seen.add(pack(place, FILES).content_id)
    (place / "more").write_bytes(b"")
    seen.add(pack(place, FILES).content_id)
    assert len(seen) == 4


def test_flavor_and_its_edition_are_part_of_it() -> None:
    made = {
        Listing(flavor=flavor, format=edition, stream=stream).content_id
        for flavor in ("python", "other")
        for edition in (1, 2)
        for stream in (None, digest(b""), digest(b"x"))
    }
    assert len(made) == 12


def test_the_order_of_buffers_is_part_of_it_and_that_of_files_is_not() -> None:
    one, two = (4, (digest(b"one"),)), (4, (digest(b"two"),))
    made = [Listing(flavor="f", format=1, stream=None, buffers=buffers) for buffers in ((one, two), (two, one))]
    assert made[0].content_id != made[1].content_id
    entries = (("a", *one), ("b", *two))
    made = [Listing(flavor="f", format=1, stream=None, files=files) for files in (entries, entries[::-1])]
    assert made[0].content_id == made[1].content_id


def test_two_cuttings_of_the_same_bytes_have_one_content_id(shelf: Shelf) -> None:
    """The same contents under another layout: everything in one object, in another order."""
    from modelreg.contents import fetch, unpack
    from modelreg.contents.layout import Extent, Layout, read_layout

    obj = {"a": np.arange(1_200_000.0), "b": np.arange(500.0), "c": b"z" * 5000}
    packed = shelf.keep(obj)
    old = read_layout(packed.layout, shelf.blobs)
    whole = b"".join(shelf.blobs.read(name) for name, _ in reversed(old.objects))
    starts, at = {}, 0
    for number in reversed(range(len(old.objects))):
        starts[number] = at
        at += old.objects[number][1]

    def moved(extents: tuple[Extent, ...]) -> tuple[Extent, ...]:
        cut = []
        for number, offset, length in extents:  # in stretches of 100,001 bytes, with an empty one between
            for start in range(0, length, 100_001):
                size = min(100_001, length - start)
                cut += [Extent(0, starts[number] + offset + start, size), Extent(0, 0, 0)]
        return tuple(cut)

    new = Layout(
        content=packed.content_id,
        flavor=old.flavor,
        objects=((shelf.blobs.put(whole), len(whole)),),
        stream=moved(old.stream or ()),
        buffers=tuple((size, moved(extents)) for size, extents in old.buffers),
        files=(),
    )
    name = shelf.blobs.put(new.encoded())
    for part, _ in old.objects:
        shelf.blobs.delete(part)
    loaded = unpack(fetch(name, packed.content_id, shelf.blobs), PYTHON)
    assert np.array_equal(loaded["a"], obj["a"])
    assert loaded["c"] == obj["c"]
    assert new.size == old.size == packed.size


ELSEWHERE = '''
import json, sys
import numpy as np
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from modelreg.contents import pack
from modelreg.flavors.python import PYTHON

class Net:
    """A class of the notebook."""
    sizes = {"wide", "deep", "small", "other"}
    def __init__(self):
        self.weights = np.arange(1000.0)
    def predict(self, x):
        kinds = {"a", "b", "c", "d"} if x in {"e", "f", "g"} else frozenset({"h", "i"})
        return [k for k in kinds]

X = np.arange(40.0).reshape(20, 2)
Y = np.arange(20) % 2
print(json.dumps({
    "class": pack(Net(), PYTHON).canonical_id,
    "function": pack(lambda x: x in {"p", "q", "r"}, PYTHON).content_id,
    "linear": pack(LogisticRegression().fit(X, Y), PYTHON).content_id,
    "clusters": pack(KMeans(2, n_init=1, random_state=0).fit(X), PYTHON).content_id,
    "plain": pack({"a": [1, 2.5, "x"], "b": np.arange(5000)}, PYTHON).content_id,
}))
'''


def test_two_processes_agree_whatever_their_hash_seed_folder_and_script(tmp_path: Path) -> None:
    said = []
    for seed, pad in (("0", ""), ("1", "\n\n# moved down\n"), ("77", "import decimal\n")):
        place = tmp_path / f"place {seed}"
        place.mkdir()
        script = place / f"cell_{seed}.py"
        script.write_text(pad + ELSEWHERE)
        done = subprocess.run(
            [sys.executable, script],
            cwd=place,
            env={**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
        said.append(json.loads(done.stdout))
    assert said[0] == said[1] == said[2]
    x, y = np.arange(40.0).reshape(20, 2), np.arange(20) % 2
    assert said[0]["linear"] == pack(LogisticRegression().fit(x, y), PYTHON).content_id
    assert said[0]["plain"] == pack({"a": [1, 2.5, "x"], "b": np.arange(5000)}, PYTHON).content_id


def test_canonical_json_is_what_others_write_too() -> None:
    value = {"b": [1, None, True, "ö"], "a": {"y": 0, "x": ""}}
    text = canonical(value)
    assert text == '{"a":{"x":"","y":0},"b":[1,null,true,"ö"]}'.encode()
    assert json.loads(text) == value
    assert hashlib.sha256(text).hexdigest() == hashlib.sha256(canonical(json.loads(text))).hexdigest()
