"""An interrupt while a panel and a line are at work at once: what is made again unchanged is done once, and nothing else is."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Thread

import pytest
from sklearn.linear_model import LinearRegression
from sqlalchemy import event


@contextmanager
def interrupted(opened, meanwhile):
    """Interrupt a line between its commit and its answer, after something was done meanwhile."""
    opened.panel  # noqa: B018  (it is open before the line)
    engine = opened.desk.session.registry._context.catalog._engine
    seen = []

    def after(_conn, _cursor, said, *_rest):
        if said == "COMMIT":
            seen.append("commit")
        elif seen == ["commit"]:
            seen.append("answer")
            meanwhile()
            raise KeyboardInterrupt

    event.listen(engine, "after_cursor_execute", after)
    try:
        with pytest.raises(KeyboardInterrupt):
            yield
    finally:
        event.remove(engine, "after_cursor_execute", after)


def in_a_subshell(act):
    thread = Thread(target=act)
    thread.start()
    thread.join()


@pytest.mark.parametrize("where", [in_a_subshell, lambda act: act()], ids=["a thread of its own", "the same thread"])
def test_a_line_whose_answer_was_not_seen_is_not_done_twice_though_the_panel_spoke_meanwhile(opened, where):
    opened.desk.variables["clf"] = LinearRegression().fit([[1.0], [2.0]], [1.0, 321.0])
    with interrupted(opened, lambda: where(lambda: opened.ask("seen", view="v", on=False))):
        opened.desk.run("register clf churn --new-version")
    opened.desk.run("register clf churn --new-version")
    assert opened.registry.model("churn").versions == 5
    opened.desk.run("register clf churn --new-version")
    assert opened.registry.model("churn").versions == 6


def test_what_a_panel_did_and_answered_during_a_line_is_not_taken_for_unseen(opened):
    others = opened.somebody()
    for ref in ("churn:v0", "churn:v2", "churn:v3"):
        others.alias(ref, "staging")

    def back():
        opened.act("rollback", name="churn", alias="staging", expect=3)
        raise KeyboardInterrupt

    opened.desk.variables.update(back=back, clf=LinearRegression().fit([[1.0], [2.0]], [1.0, 321.0]))
    opened.ask("open", name="churn")
    with pytest.raises(KeyboardInterrupt):
        opened.desk.run("register clf churn --metric a=back()")
    assert opened.registry.model("churn").aliases["staging"] == 2
    again = opened.refused("rollback", view={"name": "churn"}, name="churn", alias="staging", expect=3)
    assert again["kind"] == "conflict"
