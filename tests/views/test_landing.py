from modelreg import views


def test_the_list_stands_beside_the_newest_model(made, read):
    view = views.landing(made.page(made.model(), made.model("fraud"), total=2), made.model_detail(), location="/models")
    text = read(view._repr_html_()).text
    for words in ("Registered models 2", "fraud", "Predicts who leaves", "v3", "History", "registry /models"):
        assert words in text


def test_the_shown_model_is_the_chosen_one_of_the_list(made, read):
    view = views.landing(made.page(made.model(), made.model("fraud")), made.model_detail())
    chosen = [
        attributes
        for _, attributes in read(view._repr_html_()).elements
        if "3px solid var" in attributes.get("style", "")
    ]
    assert len(chosen) == 1


def test_the_list_shows_a_few_of_many_aliases(made, read):
    many = made.model(aliases={f"market-{n:02d}": n for n in range(14)})
    side = read(views.landing(made.page(many), None)._repr_html_()).text
    assert "market-04 v4 +9" in side


def test_columns_wrap_in_narrow_cells(made):
    assert "flex-wrap:wrap" in views.landing(made.page(made.model()), made.model_detail())._repr_html_()


def test_the_text_has_the_same_and_no_place(made):
    view = views.landing(made.page(made.model()), made.model_detail(), location="/models")
    assert repr(view).startswith("registered model  versions")
    assert "churn:v3" in repr(view)
    assert "/models" not in repr(view)
    assert view.text(full=True).endswith("registry /models")


def test_an_empty_registry_names_a_model_of_this_kernel(made):
    view = views.landing(made.page(), None, live=(made.live("clf"), made.live("net")), location="/models")
    assert repr(view) == (
        "No registered models yet\n"
        "In this kernel: clf (SVC), net (SVC). Keep it with one line:\n"
        "%modelreg register clf my-model"
    )
    assert "%modelreg register clf my-model" in view._repr_html_()


def test_many_models_of_the_kernel_are_counted(made):
    live = tuple(made.live(f"m{n}") for n in range(5))
    assert "m0 (SVC), m1 (SVC), m2 (SVC), 2 more." in repr(views.landing(made.page(), None, live=live))


def test_the_notebook_gives_the_name_of_the_first_model(made):
    view = views.landing(made.page(), None, live=(made.live("clf"),), name="churn model")
    assert repr(view).endswith('%modelreg register clf "churn model"')


def test_an_empty_registry_without_a_model_shows_the_line_in_general(made):
    assert repr(views.landing(made.page(), None)).endswith("%modelreg register clf my-model")


def test_the_page_is_a_list_of_its_models(made):
    view = views.landing(made.page(made.model(), made.model("fraud")), None)
    assert [model.name for model in view] == ["churn", "fraud"]
    assert list(view.to_frame()["name"]) == ["churn", "fraud"]
