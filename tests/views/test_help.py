from modelreg import views


def test_lines_keep_their_shape():
    view = views.lines(["a", "  -x  what it does", "", "end", ""])
    assert repr(view) == "a\n  -x  what it does\n\nend"
    assert "<pre" in view._repr_html_()
    assert "  -x  what it does\n\nend" in view._repr_html_()


def test_lines_are_escaped_like_everything():
    view = views.lines("register <OBJ> \x1b[1m")
    assert "\\x1b[1m" in repr(view)
    assert "&lt;OBJ&gt; \\x1b[1m" in view._repr_html_()


def test_help_has_a_frame():
    assert list(views.lines("a\nb").to_frame()["line"]) == ["a", "b"]
