import base64
import re
import xml.etree.ElementTree as ET

import pytest

from modelreg import views
from modelreg.errors import InvalidError
from modelreg.records import Attached
from modelreg.views import attachments

HOSTILE = b"""<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>"""


def shown(made, *kept, **fields):
    return views.show(made.detail(attachments=kept, curves={}, **fields))


def sources(html, read):
    return [source.partition(";base64,") for source in read(html).values("src")]


def test_a_picture_is_an_image_whose_bytes_are_in_the_page(made, read):
    html = shown(made, made.attachment())._repr_html_()
    ((kind, _, data),) = sources(html, read)
    assert kind == "data:image/svg+xml"
    assert base64.b64decode(data) == made.attachment().data
    assert read(html).values("alt") == ["confusion.svg"]


@pytest.mark.parametrize("data", [HOSTILE, b'"><script>alert(1)</script>', b"</div></body>"])
def test_nothing_of_a_picture_becomes_part_of_the_page(made, read, data):
    for view in (
        shown(made, made.attachment(data=data)),
        views.show(Attached(version=made.version(), attachment=made.attachment(data=data), data=data)),
        views.show(made.pictured(attachments=((made.attachment(data=data),), ()))),
    ):
        html = view._repr_html_()
        assert "alert" not in html
        assert "script" not in read(html).names
        assert base64.b64encode(data).decode() in html
        assert read(html).balanced


@pytest.mark.parametrize("name", ['a"><script>alert(1)</script>', "' onerror='alert(1)", "javascript:alert(1)"])
def test_a_hostile_name_is_only_a_name(made, read, name):
    for view in (shown(made, made.attachment(name)), shown(made, made.attachment(name, data=None))):
        seen = read(view._repr_html_())
        assert name in seen.text
        assert not [key for _, attributes in seen.elements for key in attributes if key.startswith("on")]
        assert "script" not in seen.names


@pytest.mark.parametrize(
    ("media_type", "role"), [("text/html", "picture"), ("image/svg+xml", "file"), ("no/such", "picture")]
)
def test_what_a_row_claims_to_be_a_picture_is_believed_by_our_own_table_only(made, read, media_type, role):
    html = shown(made, made.attachment(media_type=media_type, role=role))._repr_html_()
    assert "img" not in read(html).names
    assert "%modelreg attachment churn:v3 confusion" in read(html).text


def test_a_picture_that_is_too_large_gives_its_size_and_the_line_that_opens_it(made, read):
    text = read(shown(made, made.attachment("big one", data=None))._repr_html_()).text
    assert "big one.svg (picture, 12.3 KB)" in text
    assert '%modelreg attachment churn:v3 "big one"' in text


def test_a_damaged_attachment_says_so(made, read):
    view = shown(made, made.attachment(data=None, fault="its bytes are not those that were attached"))
    assert "cannot be shown: its bytes are not those that were attached" in read(view._repr_html_()).text


def test_a_table_shows_its_first_rows_and_columns(made, read):
    columns = [f"column{index}" for index in range(12)]
    lines = [columns, *([f"{row}.{index}" for index in range(12)] for row in range(30))]
    data = "".join(",".join(line) + "\r\n" for line in lines).encode()
    seen = read(shown(made, made.attachment("t", media_type="text/csv", role="table", data=data))._repr_html_())
    assert "column7" in seen.text
    assert "column8" not in seen.text
    assert "9.0" in seen.text
    assert "10.0" not in seen.text
    assert "30 rows, 12 columns" in seen.text


def test_a_table_of_which_only_the_beginning_is_at_hand_shows_no_half_row(made, read):
    data = b'a,b\r\n1,"x\r\ny"\r\n2,hal'
    kept = made.attachment("t", media_type="text/csv", role="table", data=data, size=10_000)
    text = read(shown(made, made.replace(kept, size=10_000))._repr_html_()).text
    assert "hal" not in text
    assert "more than 1 row, 2 columns" in text


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b'"', b"a\x00b\r\n", b"\r\n\r\n", b"<b>,<i>\r\n<u>,<s>\r\n", b"a,b\r\n1\r\n"]
)
def test_what_is_hardly_a_table_is_shown_or_named_but_breaks_nothing(made, read, data):
    seen = read(shown(made, made.attachment("t", media_type="text/csv", role="table", data=data))._repr_html_())
    assert seen.balanced
    assert not seen.names & {"b", "i", "u"}
    assert "t.csv (table, " in seen.text


def test_pictures_stand_side_by_side_in_the_columns_of_their_versions(made, read):
    html = views.show(made.pictured())._repr_html_()
    row = html[html.index("Attachments") :]
    assert row.count("<img") == 3  # two versions, and the chart of the curve
    cells = re.findall(r"<td.*?</td>", row[: row.index(">scores<")])
    assert ["<img" in cell for cell in cells[:2]] == [True, True]
    assert "–" in row[row.index(">scores<") :]


def test_a_comparison_as_text_says_who_has_what_and_in_full_how_large(made):
    view = views.show(made.pictured())
    assert re.search(r"attachments\.confusion +picture +picture\n", repr(view))
    assert re.search(r"attachments\.scores +table +–\n", repr(view))
    assert re.search(r"attachments\.confusion +85 B +93 B\n", view.text(full=True))


def test_unequal_attachments_of_one_size_are_told_apart_by_their_digests(made):
    kept = ((made.attachment(),), (made.attachment(digest="ef" * 32),))
    text = views.show(made.pictured(attachments=kept)).text(full=True)
    assert "85 B b3:cdcdcdcd  85 B b3:efefefef" in text


def attached(made, name, data, **fields):
    return views.show(
        Attached(version=made.version(), attachment=made.attachment(name, data=data, **fields), data=data)
    )


def test_one_attachment_is_shown_with_the_line_that_saves_it(made, read):
    view = attached(made, "confusion", made.attachment().data)
    assert repr(view) == (
        "confusion.svg (picture, 85 B) of churn:v3\nsave it: %modelreg attachment churn:v3 confusion --to ."
    )
    assert read(view._repr_html_()).values("alt") == ["confusion.svg"]


def test_one_that_was_saved_says_where(made):
    record = Attached(version=made.version(), attachment=made.attachment(), data=b"", saved="/x/confusion.svg")
    assert repr(views.show(record)).endswith("saved to /x/confusion.svg")


def test_one_table_shows_its_first_rows_and_counts_them(made, read):
    data = b"a,b\r\n" + b"1,x\r\n" * 20
    text = read(attached(made, "t", data, media_type="text/csv", role="table")._repr_html_()).text
    assert text.count("x") == 10
    assert "20 rows, 2 columns" in text


def test_a_cell_that_no_reader_of_csv_takes_breaks_nothing(made, read):
    data = b"a\r\n" + b"x" * 200_000
    seen = read(attached(made, "t", data, media_type="text/csv", role="table")._repr_html_())
    assert seen.balanced
    assert "t.csv" in seen.text


def test_a_table_becomes_a_frame(made):
    frame = attached(made, "t", b"a,b\r\n1,x\r\n2,y\r\n", media_type="text/csv", role="table").to_frame()
    assert frame.to_dict("list") == {"a": [1, 2], "b": ["x", "y"]}


@pytest.mark.parametrize("data", [b"", b"\r\n"])
def test_a_table_without_columns_is_an_empty_frame(made, data):
    assert attached(made, "t", data, media_type="text/csv", role="table").to_frame().shape == (0, 0)


def test_a_file_that_is_a_table_by_its_name_only_is_refused_with_the_line_that_saves_it(made):
    view = attached(made, "t", b"a,b\r\n1,2\r\n1,2,3\r\n", media_type="text/csv", role="table")
    with pytest.raises(InvalidError, match=r"t\.csv of churn:v3 cannot be read as a table: .*line 3") as refused:
        view.to_frame()
    assert refused.value.tries == ("attachment churn:v3 t --to .",)


def test_bytes_that_are_no_text_do_not_end_a_frame(made):
    frame = attached(made, "t", b"a\r\n\xff\r\n", media_type="text/csv", role="table").to_frame()
    assert frame.to_dict("list") == {"a": ["\ufffd"]}


@pytest.mark.parametrize(
    ("lines", "wide", "whole", "told"),
    [
        (12, 12, True, ""),
        (40, 3, True, "12 of 40 rows, 3 columns"),
        (4000, 40, True, "12 of 4,000 rows, 12 of 40 columns"),
        (5, 13, True, "5 rows, 12 of 13 columns"),
        (1200, 2, False, "12 of more than 1,200 rows, 2 columns"),
        (3, 2, False, "3 of more than 3 rows, 2 columns"),
    ],
)
def test_how_much_of_a_table_is_shown_is_said_unless_it_is_all(lines, wide, whole, told):
    rows = [["x"] * wide] * (lines + 1)
    assert attachments.part(rows, lines=12, columns=12, whole=whole) == told


def test_anything_else_becomes_a_row_that_says_what_it_is(made):
    frame = attached(made, "notes.txt", b"hi", media_type="text/plain", role="file").to_frame()
    assert frame.to_dict("records") == [{"name": "notes.txt", "role": "file", "media_type": "text/plain", "size": 2}]


def test_a_text_shows_its_first_lines_as_text(made, read):
    data = b"<script>alert(1)</script>\x1b[2J\n" + b"line\n" * 100
    seen = read(attached(made, "notes.html", data, media_type="text/html", role="file")._repr_html_())
    assert "<script>alert(1)</script>\\x1b[2J" in seen.text
    assert seen.text.count("line") == 39
    assert "script" not in seen.names


def test_bytes_that_say_nothing_are_named_only(made, read):
    view = attached(made, "raw", b"\x00\xff", media_type="application/octet-stream", role="file")
    assert read(view._repr_html_()).text.startswith("raw file, 2 B of churn:v3")


def test_the_text_of_a_chart_is_markup_free_xml(made, read):
    hostile = {'<script>"&\x00\x1b': (((0, 1.0), (1, 2.0)), ((0, float("inf")), (1, float("nan"))))}
    html = views.show(made.pictured(curves=hostile))._repr_html_()
    svgs = [base64.b64decode(data) for _, _, data in sources(html, read)]
    assert all(ET.fromstring(svg).tag.endswith("svg") for svg in svgs[-1:])
