import pytest

from modelreg import views
from modelreg.records import Action, Approval, Artifact, LiveModel, RegisteredModel, Version


def test_a_list_is_a_sequence_of_its_records(made):
    page = made.page(made.version(3), made.version(2))
    view = views.show(page)
    assert (len(view), view[0], list(view)) == (2, page.items[0], list(page.items))


def test_an_empty_list_is_still_an_answer(made):
    assert views.show(made.page(), of=Version)


def test_a_page_that_is_not_the_last_says_how_to_see_more(made):
    view = views.show(made.page(made.model(), next="token"))
    assert repr(view).endswith("… and more: %modelreg models --limit 100")
    assert "%modelreg models --limit 100" in view._repr_html_()


def test_a_known_total_says_how_many_more(made):
    view = views.show(made.page(made.model(), made.model("fraud"), next="token", total=1000))
    assert "… and 998 more: %modelreg models --limit 100" in repr(view)


def test_more_keeps_the_line_and_puts_the_query_last(made):
    page = made.page(*[made.version(n) for n in range(100)], next="token")
    view = views.show(page, of=Version, line="versions churn --order created", query="metrics.auc > 0.9")
    assert repr(view).endswith("%modelreg versions churn --order created --limit 250 metrics.auc > 0.9")


def test_past_the_longest_page_only_a_query_helps(made):
    page = made.page(*[made.action(sequence=n, uid=str(n), kind="logged") for n in range(1000)], next="token")
    assert repr(views.show(page)).endswith("… and more; a query makes the list shorter")


def test_the_last_page_says_nothing_of_more(made):
    assert "more" not in repr(views.show(made.page(made.model(), total=1)))


def test_lines_to_type_are_those_of_the_program(made):
    view = views.show(made.page(made.model(), next="token"), program="modelreg")
    assert repr(view).endswith("and more: modelreg models --limit 100")


@pytest.mark.parametrize(
    ("of", "words", "line"),
    [
        (RegisteredModel, "No registered models yet", "%modelreg register clf my-model"),
        (Artifact, "No artifacts yet", "%modelreg log clf my-project/clf"),
        (Version, "No versions yet", "%modelreg register clf my-model"),
        (Action, "No actions yet", ""),
        (LiveModel, "No models in this kernel", ""),
        (Approval, "Nothing is approved on this machine yet", "%modelreg trust churn:v3"),
    ],
)
def test_each_empty_list_says_so_and_what_to_type(made, of, words, line):
    for record in (made.page(), ()):
        view = views.show(record, of=of)
        assert repr(view).startswith(words)
        assert line in repr(view)
        assert words in view._repr_html_()
        assert line in view._repr_html_()


def test_an_empty_answer_to_a_query_names_the_query_and_the_whole_list(made):
    view = views.show(made.page(), of=Version, name="my model", query="metrics.auc > 1")
    assert repr(view) == 'No version of my model matches metrics.auc > 1\n%modelreg versions "my model"'
