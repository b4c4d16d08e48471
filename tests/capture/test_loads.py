"""Which of the versions that code loads flow into what it makes."""

from __future__ import annotations

import pytest

from modelreg.capture.loads import flowing, only_loads, pinned

REGISTRIES = {"modelreg", "reg", "registry"}.__contains__
LOAD = "old = get_ipython().run_line_magic('modelreg', 'load churn:v0')\n"


@pytest.mark.parametrize(
    "after",
    [
        "new = {'model': old.state_dict(), 'epoch': 3}",
        "part = old.coef_\nnew = [part]",
        "new = Net()\nnew.load_state_dict(old['model'])",
        "new = Net()\nnew.fit(X, old.predict(X))",
        "new = Net()\nnew.head.weight = old.head.weight",
        "new = Net()\nfill(new, old)",
        "for layer in old:\n    new = layer",
        "with frozen(old) as still:\n    new = still",
        "def make():\n    return old\nnew = make()",
        "new, other = old, 1",
        "new = 1\nnew += old",
        "if (new := old):\n    pass",
    ],
)
def test_a_model_comes_from_what_stands_on_its_right_and_what_its_methods_are_given(after):
    assert flowing(LOAD + after, "new", REGISTRIES) == [("old", "churn:v0")]


@pytest.mark.parametrize(
    "after",
    [
        "old.evaluate(X)\nnew = Net().fit(X)",
        "judge(old, X)\nnew = Net().fit(X)",
        "said = old.score(X)\nprint(said)\nnew = Net().fit(X)",
        "new = Net(",
        "w = joblib.load('churn')\nnew = Net(w)",
    ],
)
def test_of_what_only_saw_the_same_data_nothing_came(after):
    assert flowing(LOAD + after, "new", REGISTRIES) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("new = registry.load('churn:v1')", ("new", "churn:v1")),
        ("new = registry.load(ref)", ("new", "")),
        ("get_ipython().run_line_magic('modelreg', 'load churn:v1 --as new')", ("new", "churn:v1")),
        ("new = get_ipython().run_line_magic('modelreg', 'load $ref')", ("new", "")),
        ("new = get_ipython().run_line_magic('modelreg', 'load --trust churn:v1')", ("new", "")),
    ],
)
def test_a_load_is_told_with_what_it_names(line, found):
    assert flowing(line, "new", REGISTRIES) == [found]


MEANT = dict.fromkeys(
    [("net", "churn"), ("net", "churn:production"), ("", "churn:production"), ("net", ""), ("é", "churn")],
    "train/net:v4",
)


@pytest.mark.parametrize(
    ("line", "then"),
    [
        ("net = modelreg.load('churn')", "net = modelreg.load('train/net:v4')"),
        ("é = reg.load('churn', trust=True)  # é", "é = reg.load('train/net:v4', trust=True)  # é"),
        (
            "if True:\n    net = get_ipython().run_line_magic('modelreg', 'load churn:production --trust')\n    net.go(1)",
            "if True:\n    net = get_ipython().run_line_magic('modelreg', 'load train/net:v4 --trust')\n    net.go(1)",
        ),
        (
            "get_ipython().run_line_magic('modelreg', 'load churn --as net')",
            "get_ipython().run_line_magic('modelreg', 'load train/net:v4 --as net')",
        ),
        ("net = modelreg.load('churn:v2')", "net = modelreg.load('churn:v2')"),
        ("net = modelreg.load(f'{name}:{1 + 1}')", "net = modelreg.load('train/net:v4')"),
        ("other = torch.load(path)", "other = torch.load(path)"),
        ("net = torch.load('weights.pt')", "net = torch.load('weights.pt')"),
        ("net = joblib.load(", "net = joblib.load("),
    ],
)
def test_a_load_names_the_version_that_it_gave(line, then):
    assert pinned(line, lambda name, ref: MEANT.get((name, ref)), REGISTRIES)[0] == then


def test_a_line_is_settled_where_each_of_its_like_names_its_version():
    line = "net = get_ipython().run_line_magic('modelreg', 'load churn')\n"
    other = "old = get_ipython().run_line_magic('modelreg', 'load churn')\n"
    assert pinned(line, lambda name, ref: MEANT.get((name, ref)), REGISTRIES)[1] == {"load churn"}
    assert pinned(line + other, lambda name, ref: MEANT.get((name, ref)), REGISTRIES)[1] == set()


@pytest.mark.parametrize("words", ["load other", "load $ref", "load --trust churn"])
def test_a_line_whose_version_is_not_known_stays_as_it_is_and_uncertain(words):
    line = f"net = get_ipython().run_line_magic('modelreg', {words!r})"
    assert pinned(line, lambda name, ref: MEANT.get((name, ref)), REGISTRIES) == (line, set())


@pytest.mark.parametrize(
    ("source", "variable", "only"),
    [
        (LOAD, "old", True),
        ("old = registry.load('churn:v0')", "old.net", True),
        ("get_ipython().run_line_magic('modelreg', 'load churn --as old')", "old[0]", True),
        (LOAD + "old.fit(X)", "old", False),
        (LOAD + "new = old", "new", False),
        (LOAD, "new", False),
        ("old = (", "old", False),
        ("", "old", False),
    ],
)
def test_code_only_loads_where_nothing_stands_after_the_load(source, variable, only):
    assert only_loads(source, variable) is only


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "net = reg.load('a')\nold = net\nnet = reg.load('a')",
            "net = reg.load('a')\nold = net\nnet = reg.load('p/a:v1')",
        ),
        ("for one in all:\n    net = reg.load(one)", None),
        ("def get():\n    net = reg.load('a')\n    return net\nnet = get()", None),
        ("net = reg.load(name)\nnet = reg.load('a')", "net = reg.load(name)\nnet = reg.load('p/a:v1')"),
        ("if sure:\n    net = reg.load(name)\nelse:\n    net = reg.load(other)", None),
        ("net = reg.load(name)\nif sure:\n    net = other", None),
        ("net = joblib.load('a')", None),
        ("net = reg.load(name)\rx = 1", None),
    ],
)
def test_a_variable_tells_only_of_the_last_load_into_it_that_runs_once(before, after):
    assert pinned(before, lambda name, ref: "p/a:v1" if name else None, REGISTRIES)[0] == (
        before if after is None else after
    )


def test_a_reference_that_always_meant_one_version_is_named_in_loops_and_functions_too():
    line = "for n in range(3):\n    net = reg.load('a')"
    assert pinned(line, lambda name, ref: "p/a:v1" if ref else None, REGISTRIES)[0] == line.replace("'a'", "'p/a:v1'")


@pytest.mark.parametrize(
    ("line", "then"),
    [
        ("load a", 'load "My Notebook/base:v0"'),
        ("load lo --as net", 'load "My Notebook/base:v0" --as net'),
        ("load 'my model' --trust", 'load "My Notebook/base:v0" --trust'),
    ],
)
def test_a_line_stays_one_that_can_be_typed_whatever_the_names_are(line, then):
    before = f"net = get_ipython().run_line_magic('modelreg', {line!r})"
    after = f"net = get_ipython().run_line_magic('modelreg', {then!r})"
    found = pinned(
        before, lambda name, ref: "My Notebook/base:v0" if ref in {"a", "lo", "my model"} else None, REGISTRIES
    )
    assert found == (after, {line})
