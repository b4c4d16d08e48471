"""What the slicer knows of packages, one thing a test, on logs written by hand."""

from __future__ import annotations

from modelreg.capture.slice import slice_log
from modelreg.notebook.execution import Execution


def sliced(*cells, target="m"):
    return slice_log([one if isinstance(one, Execution) else Execution(source=one) for one in cells], target)


def test_data_made_without_shuffling_is_drawn_all_the_same():
    found = sliced(
        "from sklearn.datasets import make_regression", "m = make_regression(random_state=None, shuffle=False)"
    )
    assert found.uncertain == (("make_regression draws from numpy.random, which nothing seeded", "cell 2"),)


def test_distributions_draw_from_the_generator_of_numpy():
    first = "import numpy as np\nfrom scipy import stats\nnp.random.seed(1)"
    assert "seed" in sliced(first, "m = stats.norm.rvs(size=3)").source
    assert "seed" in sliced(first, "m = stats.norm(0, 1).rvs(3)").source
    assert "seed" not in sliced(first, "m = stats.norm.rvs(size=3, random_state=1)").source
    assert sliced("from scipy.stats import norm", "m = norm.rvs()").uncertain


def test_a_plot_that_draws_stands_between_a_seed_and_what_draws_after_it():
    first = "import numpy as np\nimport seaborn as sns\nnp.random.seed(1)"
    found = sliced(first, "sns.stripplot(x=[1])", "sns.heatmap([[1]])", "m = np.random.rand()")
    assert "stripplot" in found.source
    assert "heatmap" not in found.source
    assert sliced(first.rpartition("\n")[0], "sns.stripplot(x=[1])", "m = 1").kept[-1].text == "m = 1"


def test_widgets_call_what_they_are_given_and_what_was_chosen_is_not_known():
    first = "from ipywidgets import interact\nm = None"
    function = "def chosen(x):\n    global m\n    m = [x]"
    plain = sliced(first, function, "interact(chosen, x=(1, 3))")
    marked = sliced(first, "@interact(x=(1, 3))\n" + function)
    doubt = "what the widgets of interact() were set to is not known"
    assert (doubt, "cell 3") in plain.uncertain
    assert (doubt, "cell 2") in marked.uncertain


def test_what_a_cursor_executes_changes_its_connection():
    first = "import sqlite3\nimport pandas as pd\ncon = sqlite3.connect(':memory:')"
    found = sliced(first, "c = con.cursor()\nc.execute('insert')", "m = pd.read_sql('select', con)")
    assert "insert" in found.source


def test_a_method_that_a_package_gives_to_frames_needs_the_call_that_gave_it():
    first = "import pandas as pd\nfrom tqdm.auto import tqdm\ndf = pd.read_csv('a.csv')"
    assert "tqdm.pandas()" in sliced(first, "tqdm.pandas()", "m = df.a.progress_apply(len)").source


def test_a_search_for_parameters_changes_its_study_and_says_that_nothing_seeded_it():
    first = "import optuna\nstudy = optuna.create_study()"
    found = sliced(first, "study.optimize(len)", "m = study.best_params")
    assert "optimize" in found.source
    assert found.uncertain == (("create_study draws from the search, which nothing seeded", "cell 1"),)
    fixed = first.replace("()", "(sampler=optuna.samplers.TPESampler(seed=1))")
    assert not sliced(fixed, "study.optimize(len)", "m = study.best_params").uncertain


def test_a_namespace_that_is_written_to_binds_what_no_text_says():
    cell = Execution(source="vars()['m'] = 3\nn = m", bound=frozenset({"m", "n"}))
    found = sliced("m = 1", cell)
    assert "vars" in found.source
    assert found.uncertain == (("vars() does what cannot be read from the text", "cell 2"),)


def test_a_query_needs_the_names_that_its_text_marks():
    first = "import pandas as pd\ndf = pd.read_csv('a.csv')\nlow = 1\nother = 2"
    found = sliced(first, "m = df.query('x > @low')")
    assert "low = 1" in found.source
    assert "other" not in found.source


def test_a_formula_needs_the_functions_that_it_names_also_where_a_variable_holds_it():
    first = "import statsmodels.formula.api as smf\nimport pandas as pd\ndf = pd.read_csv('a.csv')"
    function = "def half(v):\n    return v / 2\ndef other(v):\n    return v"
    plain = sliced(first, function, "m = smf.ols('y ~ half(x)', data=df).fit()")
    log = [first, function, "text = 'y ~ half(x)'", "m = smf.ols(text, data=df).fit()"]
    named = slice_log([Execution(source=one) for one in log], "m", scope={"text": "y ~ half(x)"})
    assert "def half" in plain.source
    assert "def half" in named.source
    assert "def other" not in plain.source + named.source


def test_a_module_that_was_reloaded_is_reloaded_after_it_was_written():
    written = "get_ipython().run_cell_magic('writefile', 'mine.py', 'A = {}\\n')"
    found = sliced(
        written.format(1), "import mine", written.format(2), "import importlib\nimportlib.reload(mine)", "m = [mine.A]"
    )
    texts = [one.text for one in found.kept]
    assert texts.index(written.format(2)) < texts.index("importlib.reload(mine)") < texts.index("m = [mine.A]")


def test_the_order_of_a_set_of_texts_is_said():
    doubt = "the order of a set of texts is another one in each process"
    assert (doubt, "cell 1") in sliced("m = list({'a', 'b'})").uncertain
    assert (doubt, "cell 2") in sliced(
        "words = open('a.txt').read()", "m = [one for one in set(words.split())]"
    ).uncertain
    assert not sliced("m = sorted({'a', 'b'})").uncertain
    assert not sliced("m = list({1, 2})").uncertain


def test_a_set_of_what_a_variable_holds_is_of_texts_where_it_holds_texts():
    log = [Execution(source="m = {}\nfor one in set(y):\n    m[one] = len(m)")]
    assert slice_log(log, "m", scope={"y": ["a", "b"]}).uncertain
    assert not slice_log(log, "m", scope={"y": [1, 2]}).uncertain


ESTIMATOR = """from sklearn.base import BaseEstimator
from sklearn.pipeline import make_pipeline
class Mine(BaseEstimator):
    def fit(self, X, y=None):
        self.seen_ = X
        return self
m = make_pipeline(Mine())
m.fit(0)
"""


def test_what_only_looks_at_an_estimator_does_not_fit_it():
    log = (ESTIMATOR, "import pandas as pd\nfrom sklearn.model_selection import cross_val_score")
    assert "Series" not in sliced(*log, "pd.Series(m.coef_)").source
    assert "Series" not in sliced(*log, "pd.Series(m)").source
    assert "cross_val_score" not in sliced(*log, "cross_val_score(m, 1)").source
    assert "named_steps" in sliced(*log, "m.named_steps['mine'].fit(1)").source
