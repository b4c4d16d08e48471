from modelreg import views
from modelreg.records import Finding, Report


def test_a_report_says_what_was_found(made):
    assert repr(views.show(made.every()["report"])) == (
        "gc\n"
        "3 objects are not needed\n"
        "       what      finding\n"
        "error  churn:v2  one part is missing\n"
        "name   logical  versions\n"
        "churn     5 MB         4\n"
        "fraud      1 B         1\n"
        "next: %modelreg gc --run"
    )


def test_a_sound_registry_and_a_damaged_one_are_marked(made, read):
    sound = Report(title="check", findings=(Finding(severity="note", subject="disk", text="network file system"),))
    damaged = Report(title="check", findings=(Finding(severity="error", subject="churn:v2", text="gone"),))
    assert read(views.show(sound)._repr_html_()).text.startswith("✓ check")
    assert read(views.show(damaged)._repr_html_()).text.startswith("✗ check")


def test_a_report_without_rows_is_its_title(made):
    assert repr(views.show(Report(title="copied", summary="12 objects"))) == "copied\n12 objects"


def test_rows_may_lack_values(made):
    rows = ({"what": "strays", "count": 2, "bytes": 1500}, {"what": "versions", "count": 0, "bytes": None})
    lines = repr(views.show(Report(title="gc", rows=rows))).split("\n")
    assert [line.split() for line in lines[1:]] == [
        ["what", "count", "bytes"],
        ["strays", "2", "1.5", "KB"],
        ["versions", "0", "–"],
    ]


def test_long_values_of_a_report_are_whole(made):
    meaning = "how many rows a list shows at first, from 1 to 1000, in every notebook of this user"
    assert meaning in repr(views.show(Report(title="settings", rows=({"key": "page_size", "meaning": meaning},))))


def test_the_frame_has_the_rows_else_the_findings(made):
    assert list(views.show(made.every()["report"]).to_frame()["logical"]) == [5_000_000, 1]
    only = Report(title="check", findings=(Finding(severity="note", subject="a", text="b"),))
    assert views.show(only).to_frame().to_dict("records") == [{"severity": "note", "subject": "a", "text": "b"}]


def test_approvals_name_contents_in_html_and_full_text(made):
    view = views.show(made.every()["approvals"])
    assert repr(view) == "was       how\nchurn:v3  registered"
    assert f"b3:{'ab' * 32}" in view.text(full=True)
    assert f'title="b3:{"ab" * 32}"' in view._repr_html_()
