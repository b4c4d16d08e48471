import pytest

from modelreg import views
from modelreg.records import Artifact, Dataset, Page, Repository
from modelreg.views import captured


def test_a_version_tells_all_that_is_known(made):
    assert repr(views.show(made.detail())) == (
        "churn:v3\n"
        "A **good** one.\n"
        "aliases      production, staging\n"
        "class        sklearn.ensemble._forest.RandomForestClassifier\n"
        "flavor       python\n"
        "source       train/clf:v7\n"
        "linked to    other:v0\n"
        "metrics      auc 0.912, f1 0.8, loss 0.075\n"
        "params       max_depth 8, criterion gini, bootstrap True\n"
        "curves       loss █▃·▁ 4 points\n"
        "tags         gpu team=risk\n"
        "attachments  confusion.svg (picture, 85 B), scores.csv (table, 39 B), notes.txt (file, 12.3 KB)\n"
        "code         14 of 32 cells · uncertain: the cell failed (cell 2) · needs y, which nothing that ran has bound\n"
        "data         train df 1,000 × 12, pd.read_csv data/a.csv, changed since the fit; target y, it is a generator\n"
        "made from    train/base:v0\n"
        "led to       train/tuned:v1\n"
        f"content      b3:{'03' * 32}\n"
        "trust        loads here: registered on this machine\n"
        "replay       reproduced ✓ · equal predictions for 300 rows of X · 4 s\n"
        "load         %modelreg load churn:v3 --as clf"
    )


def test_html_tells_runs_files_and_imports(made, read):
    seen = read(views.show(made.detail())._repr_html_())
    for words in (
        "first try",
        "/notes/train.ipynb on box",
        "38 ms",
        "2 stored parts",
        "1.2 MB",
        "2 imports at load, as recorded",
        "numpy.dtype",
    ):
        assert words in seen.text
    assert seen.names >= {"details", "strong", "time"}


def test_imports_are_not_vouched_for_where_somebody_else_recorded_them(made, read):
    told = "Whoever can write the registry can write this list. A load that is refused says what the contents import: %"
    assert told in read(views.show(made.detail(trusted=""))._repr_html_()).text
    assert told not in read(views.show(made.detail())._repr_html_()).text
    assert told not in read(views.show(made.detail(trusted="", imports=()))._repr_html_()).text


def test_what_was_captured_is_told_in_few_lines_with_what_shows_the_whole(made, read):
    seen = read(views.show(made.detail())._repr_html_()).text
    for words in (
        "14 of 32 cells",
        "a1b2c3d4e5 on main · 1 file uncommitted · 1 module kept that git does not hold · not on a remote",
        "CPython 3.11.9 · scikit-learn 1.5.2",
        "slice.py 812 B, git.patch 5 KB",
        "pending: notebook · partial: session was not captured: OSError: no room · 2 secrets taken out",
        "%modelreg code churn:v3 · %modelreg env churn:v3",
    ):
        assert words in seen
    assert "numpy" not in views.show(made.detail(imports=())).text(full=True)


def test_commits_and_packages_are_in_full_text_only(made):
    view = views.show(made.detail())
    assert "a1b2c3d4e5" not in repr(view)
    assert "git          a1b2c3d4e5 on main" in view.text(full=True)
    assert "environment  CPython 3.11.9 · scikit-learn 1.5.2" in view.text(full=True)


def test_where_there_is_no_commit_the_reason_is_told(made, read):
    found = made.surroundings(repository=Repository(warnings=("git took too long",)))
    view = views.show(made.detail(surroundings=found))
    assert "git took too long" in read(view._repr_html_()).text
    assert "git          git took too long" in view.text(full=True)


def test_a_version_without_capture_tells_none(made, read):
    view = views.show(made.detail(surroundings=None))
    assert "Captured" not in read(view._repr_html_()).text
    assert "\ncode" not in repr(view)


def test_of_many_packages_the_first_are_named(made):
    many = made.surroundings().environment
    packages = tuple(made.replace(many.packages[0], name=f"p{n}") for n in range(9))
    found = made.surroundings(environment=made.replace(many, packages=packages))
    assert "p3 1.5.2, 5 more" in views.show(made.detail(surroundings=found)).text(full=True)


def test_contents_that_do_not_load_here_say_how_to_approve_them(made):
    view = views.show(made.detail(trusted=""))
    assert "does not load here until it is approved" in repr(view)
    assert "%modelreg trust churn:v3" in view._repr_html_()


def test_the_variable_to_load_into_is_one_that_python_takes(made):
    run = made.replace(made.detail().runs[0], variable="grid.best_estimator_")
    assert repr(views.show(made.detail(runs=(run,)))).endswith("load churn:v3 --as model")


def test_names_with_blanks_are_quoted_in_the_line_to_type(made):
    view = views.show(made.detail(version=made.version(0, home="MNIST 28x28")))
    assert repr(view).endswith('%modelreg load "MNIST 28x28:v0" --as clf')


def test_all_but_the_first_of_many_metrics_are_closed_at_first(made):
    many = {f"m{n:03d}": float(n) for n in range(300)}
    opened, _, closed = (
        views.show(made.detail(version=made.version(3, metrics=many)))._repr_html_().partition("<details")
    )
    assert "m024" in opened
    assert "m025" not in opened
    assert "275 more" in closed
    assert "m299" in closed


def test_long_lists_of_params_are_closed_at_first(made, read):
    many = {f"p{n}": n for n in range(20)}
    assert "20 params" in read(views.show(made.detail(version=made.version(3, params=many)))._repr_html_()).text
    assert "3 params" not in read(views.show(made.detail())._repr_html_()).text


def test_full_text_has_the_runs(made):
    assert "/notes/train.ipynb on box" in views.show(made.detail()).text(full=True)
    assert "/home/ada" not in repr(views.show(made.detail()))


def test_a_registered_model_shows_overview_versions_and_history(made, read):
    view = views.show(made.model_detail())
    text = read(view._repr_html_()).text
    for words in ("Predicts who leaves", "Versions", "v3", "latest", "History", "moved from v2 to v3", "4 versions"):
        assert words in text
    assert repr(view).count("\n\n") == 2  # the description has one of its own
    assert "moved from" not in repr(view)


def test_a_new_name_is_said(made):
    assert "client is now called churn" in repr(views.show(made.model_detail(note="client is now called churn")))


def test_a_model_without_versions_says_how_to_add_one(made):
    view = views.show(made.model_detail(versions=Page(items=())))
    assert "%modelreg register clf churn" in repr(view)
    assert "%modelreg register clf churn" in view._repr_html_()


def test_only_the_newest_actions_show(made, read):
    actions = tuple(made.action("logged", sequence=n, reason=f"reason {n}") for n in range(9))
    text = read(views.show(made.model_detail(history=Page(items=actions)))._repr_html_()).text
    assert "reason 4" in text
    assert "reason 5" not in text
    assert "%modelreg history churn --limit 100" in text


def test_an_artifact_shows_its_versions(made, read):
    home = Artifact(uid="a", name="train/clf", versions=1, latest=7, created_at=0, created_by="ada", updated_at=0)
    versions = Page(items=(made.version(7, home="train/clf", artifact_number=7),))
    text = read(views.show(made.model_detail(model=home, versions=versions))._repr_html_()).text
    assert "model artifact" in text
    assert "v7" in text


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"state": "unchanged", "digest": "mrfp1:ab"}, ""),
        ({"state": "sampled", "digest": "mrfp1:ab"}, "compared with what the fit saw at some places only"),
        ({"state": "unknown"}, "not known to be what the model saw"),
        ({"state": "unknown", "digest": "mrfp1:ab"}, ""),
        ({"state": "unknown", "fault": "it is a generator"}, ""),
        ({}, ""),
    ],
)
def test_data_that_may_not_be_what_the_model_saw_says_so(known, said):
    assert captured.doubt(Dataset(role="train", name="df", **known)) == said


def test_arrays_in_the_contents_are_listed_as_text(made, read):
    html = views.show(made.detail(arrays=(("coef_", "float64 1 × 3"), ("<b>x", "int64 2"))))._repr_html_()
    seen = read(html)
    for words in ("2 arrays", "coef_", "float64 1 × 3"):
        assert words in seen.text
    assert "&lt;b&gt;x" in html
    assert "arrays" not in views.show(made.detail())._repr_html_()
