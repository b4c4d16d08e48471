"""Every kind of object becomes the bytes that its library would write, found without importing any library."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from modelreg import attachments, media
from modelreg.attachments import KINDS, MOST, ROOTS, make
from modelreg.attachments.base import Made, within
from modelreg.errors import InvalidError, NotFoundError
from modelreg.plugins import LazyTable

if TYPE_CHECKING:
    from pathlib import Path


def test_every_root_has_a_kind_that_is_there() -> None:
    assert {KINDS[name] for name in ROOTS.values()} == {KINDS[name] for name in KINDS}
    with pytest.raises(NotFoundError, match="no kind of attachment 'plotli'; did you mean 'plotly'"):
        KINDS["plotli"]


def test_no_library_is_imported_to_find_out_what_something_is() -> None:
    code = (
        "import sys; from modelreg import attachments\n"
        "attachments.make('a', b'x'); assert attachments.served(int) is False\n"
        "assert not {'matplotlib', 'plotly', 'pandas', 'numpy', 'PIL'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONWARNINGS": "ignore"})


@pytest.mark.parametrize(
    "obj", [None, 3, [1, 2], {"a": 1}, object(), print, pd.Index([1]), pd.DataFrame, np.float64(1)]
)
def test_what_is_none_of_these_is_refused_by_name(obj: object) -> None:
    with pytest.raises(
        InvalidError, match=rf"^'thing' is a {type(obj).__name__}, which cannot be attached; .*Nothing was"
    ):
        make("thing", obj)


def test_a_subclass_is_what_its_base_is() -> None:
    class Scores(pd.DataFrame):
        pass

    assert make("scores", Scores({"a": [1]})).data == b"a\r\n1\r\n"


def test_what_is_too_large_is_refused_with_the_line_that_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelreg.attachments.base.MOST", 10)
    with pytest.raises(InvalidError, match="'raw' has 11 B; 10 B is the most, and nothing was registered") as caught:
        make("raw", b"x" * 11)
    assert caught.value.tries == ("log --path FILE PROJECT/NAME --kind dataset",)
    assert make("raw", b"x" * 10).data == b"x" * 10


def test_a_medium_of_another_package_is_one_of_ours_or_refused() -> None:
    strange = media.Medium("text/html", media.PICTURE, (".html",))
    with pytest.raises(InvalidError, match="'page' is of the unknown medium 'text/html'"):
        within("page", Made(medium=strange, data=b""))


def test_a_kind_of_another_package_serves_the_library_it_is_named_after(monkeypatch: pytest.MonkeyPatch) -> None:
    class Turtle:
        __module__ = "turtles.pond"

    class Turtles:
        def serves(self, obj: object) -> bool:
            return True

        def make(self, name: str, obj: object) -> Made:
            return Made(medium=media.BYTES, data=b"turtle")

    table = LazyTable("kind of attachment", {"turtles": "turtles:KIND"}, group="none")
    table._loaded["turtles"] = Turtles()
    table.built_in, targets = {}, table.built_in
    monkeypatch.setattr(table, "targets", lambda: targets)
    monkeypatch.setattr(attachments, "KINDS", table)
    assert make("pet", Turtle()).data == b"turtle"
    assert attachments.served(Turtle)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n", "image/png"), ("a.PNG", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("a", b"\x89PNG\r\n\x1a\n", "image/png"), ("a.svg", b"<?xml?><svg/>", "image/svg+xml"),
        ("a.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"), ("a.webp", b"RIFF....WEBP", "image/webp"), ("a.gif", b"GIF89a", "image/gif"),
        ("a.csv", b"", "text/csv"), ("a.tsv", b"", "text/tab-separated-values"), ("a.json", b"{}", "application/json"),
        ("a.plotly.json", b"{}", "application/vnd.plotly.v1+json"), ("a.log", b"", "text/plain"),
        ("a", b"", "application/octet-stream"),
        ("a.png", b"<script>", "application/octet-stream"), ("a.svg", b"<script>", "application/octet-stream"),
        ("a.webp", b"RIFF....WAVE", "application/octet-stream"), ("a.csv.exe", b"", "application/octet-stream"),
        ("a.png", b"%PDF-1.7", "application/pdf"),
    ],
)  # fmt: skip
def test_bytes_are_what_they_are_called_if_they_begin_so(name: str, data: bytes, expected: str) -> None:
    assert make(name, data).medium.type == expected


def test_a_file_keeps_its_bytes_and_its_ending_tells_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "roc.svg"
    path.write_bytes(b"<svg/>\r\n")
    for given in (path, str(path)):
        assert (make("anything", given).data, make("anything", given).medium) == (b"<svg/>\r\n", media.SVG)


def test_a_path_from_home_is_found(home: Path) -> None:
    (home / "notes.md").write_bytes(b"hi")
    assert make("notes", "~/notes.md").data == b"hi"


def test_what_is_no_file_is_refused_without_being_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for given, why in (
        (tmp_path / "none.png", "there is no file '.*none.png' to attach; nothing was registered"),
        (tmp_path, "is a folder; attach the files"),
        (tmp_path / "pipe", "is no plain file"),
        ("/dev/zero", "is no plain file"),
        ("a\x00b", "cannot be read"),
        ("x" * 5000, "cannot be read"),
        ("~nobody-here/x", "there is no file"),
    ):
        with pytest.raises(InvalidError, match=why):
            make("a", given)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(MOST + 1)
    with pytest.raises(InvalidError, match="the attachment 'huge' has 100 MB"):
        make("huge", tmp_path / "huge")


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (pd.DataFrame({"a": [1, 2], "b": ["x", 'y,"z"']}), b'a,b\r\n1,x\r\n2,"y,""z"""\r\n'),
        (pd.DataFrame({"a": [1]}, index=["row"]), b",a\r\nrow,1\r\n"),
        (pd.DataFrame({"a": [1]}, index=pd.RangeIndex(5, 6)), b",a\r\n5,1\r\n"),
        (pd.DataFrame({"a": [1]}, index=pd.RangeIndex(1, name="n")), b"n,a\r\n0,1\r\n"),
        (pd.DataFrame({"a": [1, 2, 3]}).iloc[1:], b",a\r\n1,2\r\n2,3\r\n"),
        (pd.Series([1.5], name="s"), b"s\r\n1.5\r\n"),
        (pd.Series({"x": 1.5}), b",value\r\nx,1.5\r\n"),
        (pd.Series([1], name=0), b"0\r\n1\r\n"),
        (pd.DataFrame({"é\ud800": ["ü\nx"]}), 'é\\ud800\r\n"ü\nx"\r\n'.encode()),
        (pd.DataFrame({"a": [None, float("nan")]}), b'a\r\n""\r\n""\r\n'),
        (pd.DataFrame(), b"\r\n"),
        (np.array([[1, 2], [3, 4]]), b"0,1\r\n1,2\r\n3,4\r\n"),
        (np.array([0.5, 1.0]), b"0\r\n0.5\r\n1.0\r\n"),
        (np.array([(1, 2.5)], dtype=[("n", int), ("x", float)]), b"n,x\r\n1,2.5\r\n"),
    ],
)  # fmt: skip
def test_tables_become_csv(frame: object, expected: bytes) -> None:
    made = make("t", frame)
    assert (made.medium, made.data) == (media.CSV, expected)


def test_what_says_how_to_become_a_frame_is_one() -> None:
    class Table:
        __module__ = "polars.dataframe"

        def to_pandas(self) -> pd.DataFrame:
            return pd.DataFrame({"a": [1]})

    assert make("t", Table()).data == b"a\r\n1\r\n"


@pytest.mark.parametrize("shape", [(), (2, 2, 2)])
def test_an_array_of_another_shape_is_no_table(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidError, match="'grid' is an array of shape"):
        make("grid", np.zeros(shape))


@pytest.mark.parametrize("frame", [pd.DataFrame({"a": range(100)}), pd.DataFrame({"a": ["x" * 60]})])
def test_a_table_that_is_too_large_is_told_what_to_do_instead(
    frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modelreg.attachments.frames.LARGEST", 50)
    with pytest.raises(InvalidError, match=r"'t' has .* is the most\. Attach a part \(\.head\(1000\)") as caught:
        make("t", frame)
    assert caught.value.tries == ("log FRAME PROJECT/NAME --kind dataset",)


def test_a_picture_in_memory_becomes_png() -> None:
    from io import BytesIO

    from PIL import Image

    for mode in ("L", "RGB", "RGBA", "CMYK", "1"):
        made = make("pic", Image.new(mode, (3, 2)))
        assert made.medium == media.PNG
        assert Image.open(BytesIO(made.data)).size == (3, 2)
