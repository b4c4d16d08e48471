import pytest

from modelreg import views
from modelreg.records import SENTENCES, Moment


def test_an_entry_says_what_and_why(made):
    assert repr(views.show(made.page(made.action()))) == (
        "what                         why\nstaging moved from v2 to v3  better on the new cohort"
    )


def test_html_says_when_and_who(made, read):
    seen = read(views.show(made.page(made.action()))._repr_html_())
    assert "2026-09-21 13:13" in seen.text
    assert " ago" not in seen.text
    assert seen.values("class") == ["modelreg", "modelreg-who"]


def test_full_text_says_when_and_who(made):
    text = views.show(made.page(made.action())).text(full=True)
    assert "2026-09-21 13:13:20 UTC" in text
    assert "ada" in text


def test_both_ends_of_a_move_are_one_line(made):
    both = made.page(made.action(), made.action("alias-moved-away", sequence=0, number=2, after=3))
    view = views.show(both)
    assert repr(view).count("\n") == 1
    assert len(view) == 2
    assert len(view.to_frame()) == 2


def test_the_far_end_alone_is_told(made):
    text = repr(views.show(made.page(made.action("alias-moved-away", number=2, after=3))))
    assert "staging taken from v2 (moved to v3)" in text


def test_ends_of_different_moves_are_kept(made):
    two = made.page(made.action(), made.action("alias-moved-away", operation="op-0", number=1, after=2))
    assert repr(views.show(two)).count("\n") == 2


def test_a_history_of_several_names_tells_of_which(made):
    text = repr(views.show(made.page(made.action(), made.action(subject="fraud"))))
    assert text.split("\n")[0].split() == ["of", "what", "why"]


@pytest.mark.parametrize("kind", SENTENCES)
def test_every_kind_of_action_can_be_told(made, kind):
    action = made.action(kind, before=2, after=3)
    assert action.sentence.split()[-1] in repr(views.show(made.page(action)))


def test_an_action_of_a_newer_kind_shows_its_kind(made):
    assert "frobnicated" in repr(views.show(made.page(made.action("frobnicated"))))


def test_protected_aliases_have_their_lock(made):
    page = made.page(made.action(alias="production"))
    assert "<svg" in views.show(page, model=made.model())._repr_html_()
    assert "<svg" not in views.show(page)._repr_html_()


def test_a_moment_says_what_each_alias_meant(made):
    assert repr(views.show(made.every()["moment"])) == (
        "churn at 2026-09-20 14:13:20 UTC\nalias       version  why\nproduction  v2       ok\nlatest v2"
    )


def test_a_moment_before_every_alias_says_so(made):
    view = views.show(Moment(home="churn", at=made.now, latest=None, aliases=()))
    assert "churn had no alias then" in repr(view)
    assert "churn had no alias then" in view._repr_html_()


def test_the_frame_of_a_moment_has_times(made):
    table = views.show(made.every()["moment"]).to_frame()
    assert str(table["since"].dtype) == "datetime64[us, UTC]"
    assert table["until"].isna()[0]
