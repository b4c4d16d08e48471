"""One rule of the slicer a test, on logs written by hand."""

from __future__ import annotations

import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, SGDRegressor
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from modelreg.capture.slice import slice_log
from modelreg.capture.slice.functions import EVERY, FEW, MOST
from modelreg.capture.slice.session import Session
from modelreg.notebook.execution import Execution


def sliced(*cells, target="m"):
    return slice_log([one if isinstance(one, Execution) else Execution(source=one) for one in cells], target)


def test_a_sure_binding_ends_the_search():
    assert "m = 1" not in sliced("m = 1", "m = 2").source


def test_a_branch_does_not_end_the_search():
    assert "m = 1" in sliced("m = 1", "if input():\n    m = 2").source


def test_a_name_that_no_cell_binds_is_said_to_come_from_outside():
    assert sliced("m = given + 1").outside == {"given"}


def test_an_inplace_method_is_a_mutation():
    found = sliced("import pandas as pd", "df = pd.DataFrame()", "df.sort_values('a', inplace=True)", "m = df")
    assert "inplace" in found.source


def test_exec_is_uncertain_with_its_cell():
    assert sliced("m = []", "m.append(eval('1'))").uncertain == (
        ("eval() does what cannot be read from the text", "cell 2"),
    )


def test_a_cell_that_is_not_python_is_said():
    assert sliced("m = 1", "for").uncertain == (("a cell that is not Python was left out", "cell 2"),)


def test_statements_from_the_failing_line_on_are_left_out():
    cell = Execution(source="m = 1\nm = oops\nm = 3", ok=False, failing_line=2)
    assert [one.text for one in sliced(cell).kept] == ["m = 1"]


def test_a_loop_that_failed_is_kept_and_said():
    cell = Execution(source="for one in [1, 0]:\n    m = 1 / one", ok=False, failing_line=2)
    found = sliced("m = 0", cell)
    assert len(found.kept) == 2
    assert found.uncertain == (("a statement that failed half-way was kept", "cell 2"),)


def test_a_cell_from_before_the_log_is_uncertain():
    assert sliced(Execution(source="m = 1", before_load=True)).uncertain


def test_pip_is_dropped_and_another_command_touches_files():
    pip = "get_ipython().system('pip install x')"
    wget = "get_ipython().system('wget x.csv')"
    found = sliced("import pandas as pd", pip, wget, "m = pd.read_csv('x.csv')")
    assert "pip" not in found.source
    assert "wget" in found.source


OURS = "get_ipython().run_line_magic('modelreg', 'register m churn')"


def test_registering_in_a_loop_or_a_function_is_no_part_of_what_made_the_model():
    found = sliced(f"m = []\nfor n in (1, 2):\n    m = [n]; {OURS}; k = n\n    {OURS}\nd = 'é'")
    assert "get_ipython" not in found.source
    assert "    m = [n]; pass; k = n\n    pass" in found.source
    assert found.uncertain == ()
    names = {}
    exec(found.source, names)
    assert names["m"] == [2]
    assert "get_ipython" not in sliced(f"def made(n):\n    {OURS}\n    return [n]\nm = made(3)").source


def test_what_registering_gave_is_no_part_of_what_made_the_model():
    found = sliced("import pandas as pd", f"done = {OURS}", "m = pd.read_csv('x.csv')")
    assert "register" not in found.source
    assert found.uncertain == ()


def test_a_loaded_version_is_certain_and_a_loaded_alias_is_not():
    load = "m = get_ipython().run_line_magic('modelreg', 'load {}')"
    assert sliced(load.format("churn:v3")).uncertain == ()
    found = sliced(load.format("churn:production"))
    assert found.uncertain == (("%modelreg load churn:production may load another version later", "cell 1"),)


LOADED = "m = get_ipython().run_line_magic('modelreg', 'load churn:v3')"


@pytest.mark.parametrize("change", ["m.C = 9", "m.coef_ += 1", "m.fit(X, y)", "del m.classes_", "m[0] = 1"])
def test_what_changes_a_loaded_model_is_part_of_it(change):
    assert change in [one.text for one in sliced(LOADED, "X, y = [[1]], [1]", change).kept]


@pytest.mark.parametrize(
    "load",
    [
        LOADED,
        "get_ipython().run_line_magic('modelreg', 'load churn:v3 --as m')",
        "import modelreg\nregistry = modelreg.connect()\nm = registry.load('churn:v3')",
        "import joblib\nm = joblib.load('m.joblib')",
        "import pickle\nwith open('m.pkl', 'rb') as file:\n    m = pickle.load(file)",
    ],
)
@pytest.mark.parametrize(
    ("held", "uncertain"),
    [
        (RandomForestClassifier(), True),
        (RandomForestClassifier(random_state=0), False),
        (make_pipeline(StandardScaler(), RandomForestClassifier()), True),
        (GridSearchCV(RandomForestClassifier(random_state=0), {}), False),
        (RandomizedSearchCV(RandomForestClassifier(), {}, random_state=0), True),
        (LinearRegression(), False),
        (SVC(), False),
    ],
)
def test_a_loaded_model_that_is_fitted_again_without_a_seed_is_uncertain(load, held, uncertain):
    cells = [Execution(source=one) for one in (load, "X, y = [[1]], [1]", "m.fit(X, y)")]
    found = slice_log(cells, "m", scope={"m": held})
    told = [place for reason, place in found.uncertain if "draws from" in reason and reason.endswith("nothing seeded")]
    assert told == (["cell 3"] if uncertain else [])
    seeded = slice_log([Execution(source="import numpy as np\nnp.random.seed(3)"), *cells], "m", scope={"m": held})
    assert not [reason for reason, _ in seeded.uncertain if "nothing seeded" in reason]
    assert ("np.random.seed(3)" in seeded.source) == (uncertain or isinstance(held, SVC))


KERAS = "import keras\nm = keras.Sequential([keras.layers.Dense(2), keras.layers.Dense(1)])\nm.compile('sgd', 'mse')"
TORCH = "import torch\nfrom torch import nn\nm = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))"


@pytest.mark.parametrize(
    ("first", "change"),
    [
        (KERAS, "m.train_on_batch(X, y)"),
        (KERAS, "for _ in range(3):\n    m.train_on_batch(X, y)"),
        (KERAS, "losses.append(m.train_on_batch(X, y))"),
        (KERAS, "m.layers[1].bias.assign(m.layers[1].bias + 1)"),
        (KERAS, "m.layers[0].kernel.assign_add(X)"),
        (KERAS, "m.optimizer.learning_rate.assign(0.5)"),
        (LOADED, "m.layers[0].bias.assign([1.0])"),
        (TORCH, "m[0].reset_parameters()"),
        (TORCH, "m[1].reset_running_stats()"),
        (LOADED, "m['0.weight'].zero_()"),
        ("import torch\nfrom collections import OrderedDict\nm = OrderedDict(a=torch.ones(2))", "m['a'].fill_(3)"),
    ],
)
def test_what_changes_a_network_or_its_weights_is_part_of_it(first, change):
    assert change in [one.text for one in sliced(first, "X, y, losses = [[1]], [1], []", change).kept]


def test_what_a_frame_assigns_is_another_frame():
    found = sliced("import pandas as pd\nm = pd.DataFrame()", "n = m.assign(a=1)")
    assert "assign" not in found.source


def test_a_loop_of_torch_that_goes_on_with_a_loaded_network_is_part_of_it():
    steps = "for _ in range(2):\n    m(x).sum().backward()\n    opt.step()"
    found = sliced("import torch", LOADED, "opt = torch.optim.SGD(m.parameters())", "x = torch.ones(1, 2)", steps)
    assert steps in [one.text for one in found.kept]


@pytest.mark.parametrize("line", ["load churn:v3 --as m", "load churn:v3 --overwrite --as=m", "load --as m churn:v3"])
def test_a_model_that_is_loaded_into_a_variable_is_made_there(line):
    loaded = f"get_ipython().run_line_magic('modelreg', {line!r})"
    found = sliced("m = 3", loaded, "m.C = 9")
    assert [one.text for one in found.kept] == [loaded, "m.C = 9"]
    assert not found.outside
    assert loaded in sliced(f"def get():\n    global m\n    {loaded}", "get()", "m.C = 9").source


def test_what_changes_the_answer_of_another_magic_is_part_of_it():
    assert "m.append" in sliced("m = get_ipython().getoutput('ls')", "m.append(3)").source


def test_a_function_of_the_project_may_change_what_it_is_given():
    assert "clean(X)" in sliced("from mine import clean", "X = [1]", "clean(X)", "m = X").source


def test_make_pipeline_does_not_draw_random_numbers():
    first = "from sklearn.pipeline import make_pipeline\nimport numpy as np\nnp.random.seed(1)"
    assert "seed" not in sliced(first, "m = make_pipeline(None)").source


def test_the_text_is_the_users_own_with_its_comments():
    found = sliced("# the start\nm = [1,\n     2]  # two of them\nn = 3", "m.append( 4 )")
    assert (
        found.source
        == "# cell 1, line 2\n# the start\nm = [1,\n     2]  # two of them\n\n# cell 2, line 1\nm.append( 4 )\n"
    )


def test_one_of_several_statements_of_a_line_is_taken_alone():
    assert [one.text for one in sliced("a = 1; m = 'é'; b = 2").kept] == ["m = 'é'"]


def test_known_imports_come_first_and_once():
    found = sliced("m = []", "import numpy as np", "m.append(np.pi)", "import numpy as np", "m.append(np.e)")
    assert found.source.count("import numpy") == 1
    assert found.kept[0].text == "import numpy as np"


def test_an_import_stays_behind_the_setting_that_it_obeys():
    found = sliced("import os\nos.environ['A'] = '1'", "import numpy as np\nm = np.pi")
    assert found.source.index("environ") < found.source.index("numpy")


def test_an_import_stays_behind_another_meaning_of_its_name():
    found = sliced("pi = 3\nn = [pi]", "from math import pi\nm = n + [pi]")
    assert [one.text for one in found.kept] == ["pi = 3", "n = [pi]", "from math import pi", "m = n + [pi]"]


def test_a_column_that_is_not_read_is_left_out():
    first = "import pandas as pd\ndf = pd.read_csv('a.csv')"
    assert "other" not in sliced(first, "df['other'] = 1\ndf['a'] = 2", "m = df[['a']].sum()").source


def test_a_column_is_kept_where_the_whole_frame_is_read():
    first = "import pandas as pd\ndf = pd.read_csv('a.csv')"
    assert "other" in sliced(first, "df['other'] = 1", "m = df.to_numpy()").source


def test_seeding_again_makes_older_draws_needless():
    found = sliced("import random\nrandom.seed(1)", "a = random.random()", "random.seed(2)\nm = random.random()")
    assert "seed(1)" not in found.source
    assert found.rng == (("random", "seeded", "cell 3"), ("random", "drawn", "cell 3"))


def test_a_draw_that_nothing_seeded_is_said_and_drags_no_others_in():
    found = sliced("import random\na = random.random()", "m = random.random()")
    assert "a =" not in found.source
    assert found.uncertain == (("random draws from random, which nothing seeded", "cell 2"),)


def test_an_argument_of_a_followed_function_changes_by_its_body_only():
    first = "def left(v):\n    return len(v)\ndef filled(v):\n    v.append(1)\nm = []\nn = []"
    found = sliced(first, "left(m)\nfilled(n)", "filled(m)")
    assert [one.text for one in found.kept][-2:] == ["m = []", "filled(m)"]


def test_an_unknown_function_that_gets_the_model_is_said():
    found = sliced("import mystery\nm = []", "mystery.tune(m)")
    assert ("nothing is known of mystery.tune(), which was given variables", "cell 2") in found.uncertain


def test_a_fit_before_another_one_is_left_out_only_where_the_type_is_known_to_forget():
    log = [
        "from sklearn.linear_model import LinearRegression, SGDRegressor",
        "m = LinearRegression()",
        "m.fit(0, 0)",
        "m.fit(1, 1)",
    ]
    executions = [Execution(source=one) for one in log]
    known = slice_log(executions, "m", scope={"m": LinearRegression()})
    warm = slice_log(executions, "m", scope={"m": SGDRegressor(warm_start=True)})
    assert "fit(0" not in known.source
    assert "fit(0" in warm.source
    assert "fit(0" in slice_log(executions, "m").source


def test_an_interrupted_statement_is_kept_and_said():
    log = [
        "def train(m):\n    m.append(1)\nm = []",
        Execution(source="train(m)", ok=False, error="KeyboardInterrupt", failing_line=1),
    ]
    found = sliced(*log)
    assert ("it was interrupted, and runs to its end in a slice", "cell 2") in found.uncertain


def test_a_failed_binding_leaves_the_older_one():
    found = sliced("m = 1", Execution(source="m = 1 / 0", ok=False, error="ZeroDivisionError", failing_line=1))
    assert [one.text for one in found.kept] == ["m = 1"]


def test_a_statement_that_failed_half_way_lets_the_slice_go_on():
    cell = Execution(source="for one in [1, 0]:\n    m = 1 / one", ok=False, error="ZeroDivisionError", failing_line=2)
    space = {}
    exec(sliced("m = 0", cell).source, space)
    assert space["m"] == 1


def test_a_log_that_takes_too_long_is_given_whole(monkeypatch):
    monkeypatch.setattr("modelreg.capture.slice.walk.LIMIT", 0.0)
    found = sliced("n = 1", "m = 2")
    assert found.source == "# cell 1, line 1\nn = 1\n\n# cell 2, line 1\nm = 2\n"
    assert "the whole log is kept" in found.uncertain[0][0]


def test_an_attribute_or_item_can_be_the_target():
    found = sliced("d = {}", "d['a'] = 1\nd['b'] = 2", target="d['b']")
    assert "d['a']" not in found.source


def test_plots_and_prints_are_left_out():
    first = "import matplotlib.pyplot as plt\nm = [1]"
    found = sliced(first, "fig, ax = plt.subplots()\nax.plot(m)\nplt.show()", "print(m)\nm")
    assert [one.text for one in found.kept] == ["m = [1]"]


def test_a_long_sum_is_read_without_recursion():
    assert sliced("m = " + " + ".join(["1"] * 900)).uncertain == ()


def test_a_search_leaves_the_estimator_alone_that_it_is_given():
    first = "from sklearn.neighbors import KNeighborsClassifier\nfrom sklearn.model_selection import GridSearchCV"
    made = "m = KNeighborsClassifier()\nm.fit(0, 0)"
    search = "grid = GridSearchCV(m, {})\ngrid.fit(1, 1)\nbest = grid.best_estimator_"
    assert "grid" not in sliced(first, made, search).source
    assert "grid.fit" in sliced(first, made, search, target="best").source


def test_a_search_advances_the_generator_that_it_is_given():
    first = "import numpy as np\nfrom sklearn.model_selection import RandomizedSearchCV\nrng = np.random.default_rng(1)"
    search = "s = RandomizedSearchCV(None, {}, random_state=rng)\ns.fit(0, 0)"
    assert "s.fit" in sliced(first, search, "m = rng.random()").source


def test_a_pipeline_fits_the_very_steps_that_it_is_given():
    first = "from sklearn.preprocessing import StandardScaler\nfrom sklearn.pipeline import make_pipeline"
    assert "fit" in sliced(first, "m = StandardScaler()", "make_pipeline(m).fit(0, 0)").source


def test_a_state_that_goes_round_in_nested_loops_is_read_in_the_time_there_is():
    first = """import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.inner = nn.LSTM(size, size)
        self.last = nn.Linear(size, size)

    def forward(self, x, state, memory):
        x, (state, memory) = self.inner(x.unsqueeze(1), (state, memory))
        return self.last(x).reshape(x.size(0), -1), state, memory

    def begin(self):
        state, memory = torch.zeros(1, 4), torch.zeros(1, 4)
        return state.to("cpu"), memory.to("cpu")
"""
    made = "torch.manual_seed(1)\nm = Net(4)\nmeans = nn.MSELoss()\nsteps = torch.optim.SGD(m.parameters())\nleft = 1"
    loop = """for epoch in range(2):
    state, memory = m.begin()
    loss = 0
    for c in range(4):
        found, state, memory = m(x[:, c], state, memory)
        loss += means(found, y[:, c])
    loss.backward()
    steps.step()
"""
    found = sliced(first, made, "x = y = torch.ones(4, 4, 4)", loop)
    assert found.kept[-1].text == loop.rstrip("\n")
    assert "left" not in found.source
    assert not found.uncertain


def test_unpacked_results_of_a_computation_still_lead_to_the_parameters():
    first = "import torch\nfrom torch import nn\ntorch.manual_seed(1)\nm = nn.GRU(2, 2)"
    assert "backward" in sliced(first, "a, b = m(torch.ones(1, 2))\na.sum().backward()").source


def failed(source, error, line=1):
    return Execution(source=source, ok=False, error=error, failing_line=line)


def test_a_statement_that_found_no_name_did_nothing():
    first = "def train(m, data):\n    m.append(data)\nm = []"
    assert len(sliced(first, failed("train(m, missing)", "NameError")).kept) == 1
    assert len(sliced(first, failed("for one in missing:\n    train(m, one)", "NameError")).kept) == 1
    # here the call is what comes first
    assert "missing" in sliced(first, failed("print(train(m, 1), missing)", "NameError")).source
    assert "other" in sliced(first, "other = 1", failed("train(m, other)", "NameError")).source


def test_an_if_that_failed_in_its_test_did_nothing_of_what_stands_below():
    first = "m = [1]"
    assert sliced(first, failed("if m > 0:\n    m.append(2)", "TypeError")).kept[-1].text == first
    assert "append" in sliced(first, failed("if m:\n    m.append(2)\n    1 / 0", "ZeroDivisionError", 3)).source


def test_a_block_that_found_no_name_in_its_first_line_did_nothing():
    first = "import torch\nm = [1]"
    block = "with torch.no_grad():\n    for one in missing:\n        m.append(one)"
    assert sliced(first, failed(block, "NameError", 2)).kept[-1].text == "m = [1]"
    assert "missing" in sliced(first, failed(block.replace("torch.no_grad()", "open(m)"), "NameError", 2)).source


def failing(source, line, error="ValueError"):
    return Execution(source=source, ok=False, error=error, failing_line=line)


@pytest.mark.parametrize(
    "cell",
    [
        "acc = m.fit([[1.0], [2.0]], [1.0, 2.0]).score([[1.0, 2.0]], [1.0])",
        "print(m.fit([[1.0], [2.0]], [1.0, 2.0]), undefined)",
        "m.fit([[1.0], [2.0]], [1.0, 2.0]); m.nothing()",
    ],
)
def test_a_training_inside_of_a_statement_that_failed_afterwards_is_kept_with_a_doubt(cell):
    found = sliced("from sklearn.linear_model import LinearRegression\nm = LinearRegression()", failing(cell, 1))
    assert "m.fit(" in found.source
    assert found.uncertain == (("a statement that failed half-way was kept", "cell 2"),)


def test_a_training_that_failed_itself_is_left_out():
    found = sliced(
        "from sklearn.linear_model import LinearRegression\nm = LinearRegression()", failing("m.fit(1, 2)", 1)
    )
    assert "fit" not in found.source
    assert found.uncertain == ()


@pytest.mark.parametrize(
    ("seed", "told"),
    [
        ("np.random.seed(3)\nnp.random.seed()", "rand draws from numpy.random"),
        ("np.random.seed(int(time.time()))", "rand draws from numpy.random"),
        ("rng = np.random.default_rng()", "default_rng draws from chance"),
        ("m = os.urandom(3)", "urandom draws from chance"),
    ],
)
def test_a_seed_by_chance_is_none(seed, told):
    last = {"urandom": "m = [m]", "default_rng": "m = rng.random(3)"}.get(told.split()[0], "m = np.random.rand(3)")
    (doubt, *_) = sliced("import numpy as np\nimport os, time", seed, last).uncertain
    assert doubt[0] == f"{told}, which nothing seeded"


def test_a_clock_that_measures_a_training_is_no_chance():
    cells = "import numpy as np\nimport time", "np.random.seed(3)", "begun = time.time()", "m = np.random.rand(3)"
    assert sliced(*cells).uncertain == ()


def test_where_a_generator_stands_is_what_its_seed_made_it():
    state = "state = np.random.get_state()"
    found = sliced(
        "import numpy as np", "np.random.seed(3)", state, "np.random.set_state(state)", "m = np.random.rand(3)"
    )
    assert "seed(3)" in found.source


def test_the_order_of_a_set_that_grew_by_texts_is_doubted():
    grown = "words = set()\nfor text in ['a b', 'c']:\n    words.update(text.split())"
    log = [Execution(source=one) for one in (grown, "m = {word: n for n, word in enumerate(words)}")]
    (doubt,) = slice_log(log, "m", scope={"words": {"a", "b", "c"}}).uncertain
    assert doubt == ("the order of a set of texts is another one in each process", "cell 2")
    assert slice_log(log, "m", scope={"words": {1, 2}}).uncertain == ()


def test_an_estimator_that_went_on_once_forgets_nothing():
    made = "m = SGDRegressor(warm_start=True, max_iter=5)"
    cells = ["from sklearn.linear_model import SGDRegressor", made, *["m.fit([[1.0], [2.0]], [1.0, 2.0])"] * 2]
    log = [Execution(source=one) for one in [*cells, "m.set_params(warm_start=False)"]]
    assert slice_log(log, "m", scope={"m": SGDRegressor()}).source.count("m.fit(") == 2


def called(many, each=1):
    """Return cells of functions, each of which calls those before it."""
    bodies = [" + ".join(f"f{n - back}(x)" for back in range(1, each + 1) if n >= back) or "x" for n in range(many)]
    return [f"def f{n}(x):\n    return {body}" for n, body in enumerate(bodies)]


def test_functions_that_call_each_other_deeply_are_all_kept():
    found = sliced(*called(12), "m = f11(1)")
    assert (len(found.kept), found.uncertain) == (13, ())


@pytest.mark.parametrize("each", [1, 3])
def test_functions_that_are_too_deep_or_too_many_to_be_followed_are_kept_and_it_is_said(each):
    found = sliced(*called(60, each), "m = f59(1)")
    assert len(found.kept) == 61
    assert found.uncertain == (("it calls more functions than were read with what they are given", "cell 61"),)


def test_what_functions_that_are_not_followed_name_is_kept_with_them():
    deep = called(40)
    deep[0] = "class Rate:\n    half = 0.5\ndef scale(x):\n    return x * Rate.half\ndef f0(x):\n    return scale(x)"
    found = sliced("unused = 1", *deep, "m = f39(1)")
    assert "class Rate" in found.source
    assert "unused" not in found.source


@pytest.mark.parametrize(
    ("cells", "most"),
    [
        (["m = f59(1)"], MOST + 100),
        (
            [*(f"m{n} = f59({n})" for n in range(200)), "m = [" + ", ".join(f"m{n}" for n in range(200)) + "]"],
            EVERY + 200 * FEW,
        ),
    ],
)
def test_of_many_calls_no_more_are_followed_than_a_statement_and_all_of_them_may(monkeypatch, cells, most):
    read = []
    run = Session.run

    def counted(self, body):
        read.append(None)
        return run(self, body)

    monkeypatch.setattr(Session, "run", counted)
    found = sliced(*called(60, 3), *cells)
    assert len(found.kept) == 60 + len(cells)
    assert MOST <= len(read) <= most


@pytest.mark.parametrize(
    "body",
    [
        "def go(self):\n        d = {'k': 1}\n        return d",
        "def go(self, d):\n        return d",
        "def go(self, *, x=1, **d):\n        return lambda: d",
        "def go(self):\n        return [d for d in range(3)], {d: 1 for d in 'ab'}",
        "def go(self):\n        with open('x') as d:\n            return d",
        "def go(self):\n        import os as d\n        return d",
        "def go(self):\n        for d in range(3):\n            print(d)",
        "def go(self):\n        try:\n            pass\n        except ValueError as d:\n            print(d)",
        "def go(self):\n        def inner():\n            return d\n        d = 3\n        return inner",
        "def go(self):\n        return (d := 3) + d",
        "def go(self, x):\n        match x:\n            case [d, *_]:\n                return d",
        "def d(self):\n        return self.d",
    ],
)
def test_a_name_of_a_function_is_none_of_the_session(body):
    first = "d = get_ipython().run_line_magic('modelreg', 'load old')"
    found = sliced(first, f"class M:\n    {body}", "m = M()")
    assert first not in [one.text for one in found.kept]


@pytest.mark.parametrize(
    "body",
    [
        "def go(self):\n        return d",
        "def go(self):\n        x = [d for d in range(3)]\n        return d",
        "def go(self):\n        return [d for x in range(3)]",
        "def go(self):\n        return [x for x in d]",
        "def go(self):\n        return [d for d in d]",
        "def go(self, x=d):\n        return x",
        "def go(self):\n        global d\n        d = d + 1",
        "def go(self):\n        def inner(d):\n            return d\n        return inner(d)",
        "d = d",
        "go = staticmethod(lambda: d)",
    ],
)
def test_a_name_that_a_function_reads_of_the_session_is_needed(body):
    assert "d = [1]" in [one.text for one in sliced("d = [1]", f"class M:\n    {body}", "m = M()").kept]
