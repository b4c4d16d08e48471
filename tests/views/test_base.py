import pytest
from IPython.core.formatters import DisplayFormatter
from IPython.lib.pretty import pretty

from modelreg import views
from modelreg.records import Artifact, Version
from modelreg.views.base import Context


def test_fields_of_the_record_are_attributes(made):
    assert views.show(made.registration()).version.ref == "churn:v3"
    assert views.show(made.version(3)).metrics["f1"] == 0.8


def test_a_field_that_is_not_there_names_the_record(made):
    with pytest.raises(AttributeError, match="VersionView of Version has no 'colour'"):
        views.show(made.version(3)).colour  # noqa: B018


def test_fields_of_the_record_are_completed(made):
    assert {"ref", "metrics", "to_frame", "record"} <= set(dir(views.show(made.version(3))))


def test_ipython_shows_html_and_text(made):
    view = views.show(made.version(3))
    data, _ = DisplayFormatter().format(view)
    assert data == {"text/html": view._repr_html_(), "text/plain": repr(view)}


def test_pretty_printing_keeps_the_lines(made):
    view = views.show(made.page(made.version(3), made.version(2)))
    assert pretty(view) == repr(view)
    assert "\n" in repr(view)


def test_a_view_of_a_view_is_the_view(made):
    view = views.show(made.version(3))
    assert views.show(view) is view


def test_a_view_can_be_copied(made):
    from copy import copy

    view = views.show(made.version(3))
    assert copy(view).record is view.record


def test_a_record_without_a_view_is_refused():
    with pytest.raises(TypeError, match="no view of a record of dict"):
        views.show({})
    with pytest.raises(TypeError, match="no view of a list of int"):
        views.show((1, 2))


def test_an_unknown_field_of_the_context_is_refused(made):
    with pytest.raises(TypeError, match="colour"):
        views.show(made.version(3), colour="red")


def test_the_context_knows_stages_directions_and_guards_of_a_registered_model(made):
    known = Context(model=made.model(stages=("a", "b")))
    assert (known.stages, known.protected, dict(known.directions)["auc"]) == (("a", "b"), {"production"}, "higher")


def test_the_context_of_an_artifact_guards_nothing(made):
    home = Artifact(uid="a", name="train/clf", created_at=0, created_by="ada", updated_at=0)
    assert (Context(model=home).protected, Context(model=home).directions) == (frozenset(), {})


def test_full_text_is_what_the_context_asks_for(made):
    page = made.page(made.version(3))
    assert "2026-" not in repr(views.show(page))
    assert "2026-" in repr(views.show(page, full=True))


def test_no_heavy_library_is_imported_to_show(made):
    import subprocess
    import sys

    code = (
        "import sys; from modelreg import views; from modelreg.records import Change;"
        "views.show(Change(text='x'))._repr_mimebundle_();"
        "print([m for m in ('pandas','numpy','nh3','markdown_it','IPython','sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_type_of_an_empty_page_decides_what_it_says(made):
    assert repr(views.show(made.page())) == "Nothing here yet"
    assert repr(views.show(made.page(), of=Version)).startswith("No versions yet")
