from modelreg import views
from modelreg.records import Artifact


def artifact(**fields):
    known = {
        "uid": "a",
        "name": "train/clf",
        "versions": 8,
        "latest": 7,
        "created_at": 0,
        "created_by": "ada",
        "updated_at": 0,
    }
    return Artifact(**{**known, **fields})


def test_a_list_says_where_each_alias_stands(made):
    page = made.page(
        made.model(description="# Who leaves"), made.model("MNIST Grayscale 28x28", aliases={}, latest=None, versions=0)
    )
    assert repr(views.show(page)) == (
        "registered model       versions  latest  aliases                    description\n"
        "churn                         4      v3  production v2, staging v3  Who leaves\n"
        "MNIST Grayscale 28x28         0       –"
    )


def test_the_heading_counts_all_that_there_are(made, read):
    page = made.page(made.model(), next="x", total=57)
    assert read(views.show(page)._repr_html_()).text.startswith("Registered models 57")


def test_an_unknown_total_is_not_invented(made, read):
    page = made.page(made.model(), next="x")
    assert read(views.show(page)._repr_html_()).text.startswith("Registered modelsregistered model")


def test_artifacts_say_their_kind(made):
    text = repr(views.show(made.page(artifact(), artifact(name="train/data", kind="dataset"))))
    assert text.split("\n")[0].split() == ["artifact", "kind", "versions", "latest"]
    assert "train/data  dataset" in text


def test_a_registered_model_shows_its_overview(made):
    text = repr(views.show(made.model(description="Who *leaves*.", tags={"team": "risk"})))
    assert text == (
        "churn  registered model, 4 versions\n"
        "Who *leaves*.\n"
        "aliases    production v2, staging v3\n"
        "protected  production\n"
        "stages     staging → production\n"
        "metrics    auc ↑ higher, loss ↓ lower\n"
        "tags       team=risk"
    )


def test_a_description_is_markdown_in_html(made, read):
    seen = read(views.show(made.model(description="Who *leaves*."))._repr_html_())
    assert "em" in seen.names


def test_an_artifact_has_no_stages(made):
    assert repr(views.show(artifact())) == "train/clf  model artifact, 8 versions"


def test_full_text_says_since_when(made):
    assert "created  2026-08-12 14:13:20 UTC by ada" in views.show(
        made.model(aliases={}, protected=(), directions={}, stages=())
    ).text(full=True)
