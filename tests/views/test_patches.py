from hypothesis import given
from hypothesis import strategies as st

from modelreg import views
from modelreg.views import highlight, patches


def test_a_patch_names_its_files_and_leaves_out_what_nobody_reads(made):
    text = repr(views.show(made.every()["patch"]))
    assert text == (
        "src/x.py\n@@ -1,3 +1,3 @@\n import os\n--- a comment of SQL\n+limit = 2\n"
        "logo.png\nnew file mode 100644\na binary file"
    )


def test_lines_that_came_and_went_are_coloured(made):
    html = views.show(made.every()["patch"])._repr_html_()
    came, went = (html[: html.index(words)].rpartition("<span")[2] for words in ("+limit", "--- a comment"))
    assert "success" in came
    assert "error" in went


def test_long_lines_are_cut():
    ((mark, _),) = patches.lines("@@" + "x" * 5000)
    assert mark == "@"
    assert len(patches.text((("+", "x" * 5000),))) <= patches.WIDE + 1


@given(st.text(alphabet=st.sampled_from("ab =#'\"\\f{}()%\n\t\r\x0c\u2028é"), max_size=60))
def test_the_words_of_a_source_are_the_source(source):
    assert "".join(word for _, word in highlight.words(source)) == source


def test_words_have_the_kind_that_an_editor_gives_them():
    kinds = {word: kind for kind, word in highlight.words("if x == 2:  # why\n    y = 'a'\n")}
    assert kinds["if"] == "keyword"
    assert kinds["2"] == "number"
    assert kinds["'a'"] == "string"
    assert kinds["# why"] == "comment"
