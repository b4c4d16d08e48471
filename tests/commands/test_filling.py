"""The line to type after a wrong one is the user's own, with what it lacks or with what was meant."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from modelreg.commands import COMMANDS
from modelreg.commands.line import argv
from modelreg.commands.parse import parse
from modelreg.errors import InvalidError, UsageError

if TYPE_CHECKING:
    from tests.commands.desk import Desk


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("rollback regr", "rollback regr production"),
        ("alias regr:v0", "alias regr:v0 production"),
        ('alias regr:v0 -m "a reason"', 'alias regr:v0 -m "a reason" production'),
        ('protect "my net"', 'protect "my net" production'),
        ("checkout regr:v0", "checkout regr:v0 ../regr-v0"),
        ("tag regr:v0", "tag regr:v0 reviewed"),
        ("metric regr", "metric regr rmse lower"),
        ("rollback", "rollback churn production"),
        ("register clf churn --alias", "register clf churn --alias staging"),
        ("register clf churn --alias --quiet", "register clf churn --alias staging --quiet"),
        ("register clf churn -m", 'register clf churn -m "deeper trees"'),
        ("register clf churn --metric", "register clf churn --metric KEY=EXPR"),
        ("register clf churn --metric loss", "register clf churn --metric loss=loss"),
        ("register clf churn --metric hist.loss", "register clf churn --metric loss=hist.loss"),
        ("register clf churn --metric 0.5 --quiet", "register clf churn --metric KEY=0.5 --quiet"),
        ("register clf, churn", "register clf churn"),
        ("register better.fit(rows, classes) churn -a x", "register model churn -a x"),
        ("register cfl churn -a x", "register clf churn -a x"),
        ("register nope churn", "register clf churn"),
        ("register clf churn --data train=rowz", "register clf churn --data train=rows"),
        ("register clf churn --metric n=len(rowz)", "register clf churn --metric n=len(rows)"),
        ("alias churn:v0 latest", "alias churn:v0 best"),
        ("register clf churn -a LATEST", "register clf churn -a best"),
        ("register clf churn --attach plot=rok.png", "register clf churn --attach plot=roc.png"),
        ("register clf churn --attach nofile.png -a x", "register clf churn  -a x"),
        ("register -a staging", "register clf train"),
        ("log --quiet", "log clf"),
        ("config --unset", "config page_size --unset"),
    ],
)
def test_the_line_to_type_is_the_users_own(desk: Desk, line: str, whole: str) -> None:
    Path("roc.png").write_bytes(b"png")
    desk.session.full = True  # no form
    with pytest.raises(InvalidError) as caught:
        desk.run(line)
    assert caught.value.tries == (whole,)


def test_what_is_not_clear_is_not_put_into_the_line(desk: Desk) -> None:
    desk.variables["df"] = pd.DataFrame({"a": [1]})
    with pytest.raises(UsageError) as caught:
        desk.run("register clf churn --data nothere")
    assert caught.value.tries == ()
    assert caught.value.message.endswith("no variable 'nothere'; there is 'df'")


def test_names_of_ipython_hidden_ones_and_modules_are_not_offered(desk: Desk) -> None:
    desk.variables.update(In=[], Out={}, get_ipython=print, exit=1, quit=1, open=open, _hidden=1, pd=pd)
    own = "'clf', 'better', 'tree', 'reg', 'rows', 'classes'"
    text = desk.refuses("register clf churn --metric a=nothere", f"no variable 'nothere'; there is {own}$")
    assert "In" not in text
    for slip in ("exi", "quti", "_hiden", "get_ipythn", "Outt", "ope"):
        assert "did you mean" not in desk.refuses(f"register {slip} churn", f"no variable '{slip}'")
        assert "did you mean" not in desk.refuses(f"register clf churn --metric a={slip}", f"no variable '{slip}'")
    desk.refuses("register clf churn --metric a=pdd.NA", "did you mean 'pd'")


def test_in_a_shell_what_was_typed_is_quoted_again() -> None:
    with pytest.raises(UsageError) as caught:
        parse("alias", COMMANDS["alias"].COMMAND, argv(["alias", "my net:v0"]))
    assert caught.value.tries == ('alias "my net:v0" production',)
