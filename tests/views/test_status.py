import pytest

from modelreg import views


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("unchanged", "unchanged"),
        ("changed", "changed since"),
        ("never", "not registered"),
        ("large", "large, not checked"),
        ("unknown", "cannot be checked"),
        ("odd", "odd"),
    ],
)
def test_each_state_has_its_words(made, state, words):
    view = views.show((made.live(state=state),))
    assert words in repr(view)
    assert words in view._repr_html_()


def test_the_version_and_its_aliases_stand_beside(made):
    live = made.live(state="unchanged", version=made.version(3, aliases=("staging",)))
    assert (
        repr(views.show((live,)))
        == "variable  class  state      version   aliases\nclf       SVC    unchanged  churn:v3  staging"
    )


def test_the_first_unregistered_model_gives_the_next_line(made):
    live = (made.live("a", state="unchanged", version=made.version(3)), made.live("b"), made.live("c"))
    assert repr(views.show(live)).endswith("next: %modelreg register b my-model")
    assert repr(views.show(live, name="train")).endswith("next: %modelreg register b train")


def test_a_loss_of_torch_is_not_what_is_registered_next(made):
    loss = made.live("criterion", class_name="torch.nn.modules.loss.CrossEntropyLoss")
    assert repr(views.show((loss, made.live("net")))).endswith("next: %modelreg register net my-model")
    assert "next" not in repr(views.show((loss,)))


def test_a_changed_model_goes_where_it_was(made):
    live = (made.live("b", state="changed", version=made.version(3)),)
    view = views.show(live, name="train")
    assert repr(view).endswith("next: %modelreg register b churn")
    assert "%modelreg register b churn" in view._repr_html_()


def test_what_only_an_artifact_has_needs_a_name(made):
    live = (made.live("b", state="changed", version=made.version(3, home="train/clf")),)
    assert repr(views.show(live)).endswith("next: %modelreg register b my-model")


def test_when_all_is_registered_nothing_is_next(made):
    assert "next" not in repr(views.show((made.live(state="unchanged", version=made.version(3)),)))


def test_a_variable_is_the_next_before_an_item(made):
    live = (made.live('a["net"]', state="never"), made.live("net", state="changed", version=made.version(3)))
    assert repr(views.show(live)).endswith("next: %modelreg register net churn")


def test_what_was_not_read_for_its_size_comes_with_the_line_that_reads_it(made):
    view = views.show((made.live("net", state="large", why="more than 67.1 MB"),))
    assert "more than 67.1 MB; %modelreg status net checks it" in repr(view)
    assert repr(view).endswith("next: %modelreg status net")
    assert "%modelreg status net" in view._repr_html_()
    assert repr(views.show((*view, made.live("b")))).endswith("next: %modelreg register b my-model")


def test_data_that_changed_is_logged_again(made):
    version = made.version(0, home="raw/people", artifact="raw/people", kind="dataset")
    live = made.live("df", state="changed", version=version)
    assert repr(views.show((live,))).endswith("next: %modelreg log df raw/people --kind dataset")
