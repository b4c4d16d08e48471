"""A slice is cut where its cells change."""

from modelreg.capture.replay import pieces

SLICE = '''# cell 1, line 1
import os
# cell 2, line 3
text = """
# cell 9, line 9
"""

# cell 4, line 1
@decorated
# cell 5, line 2
def f():
    return 1
x = f()

# cell 6, line 1
await g()
'''


def test_each_piece_is_of_one_cell_and_together_they_are_all():
    found = pieces(SLICE)
    assert [one.place for one in found] == ["cell 1", "cell 2", "cell 4", "cell 6"]
    assert "".join(one.code for one in found) == SLICE
    assert found[1].code.count('"""') == 2


def test_what_is_no_python_is_one_piece():
    source = "# cell 1, line 1\n«redacted» =\n"
    assert pieces(source) == [("", source)]


def test_nothing_but_remarks_is_no_piece():
    assert pieces("# nothing\n") == []
