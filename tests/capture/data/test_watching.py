"""A change of the data after the training is told, and cells are not held up."""

from __future__ import annotations

import ast
import gc
import weakref

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from modelreg.capture.data import Watcher, flows, roles, so_far, watching
from modelreg.capture.data.altering import altered
from modelreg.capture.data.frozen import freeze
from modelreg.capture.data.trainings import trainings
from modelreg.magics.hooks import Hooks
from modelreg.notebook.execution import Execution
from modelreg.notebook.log import Log
from modelreg.notebook.watching import may_train


class Model:
    def fit(self, *args, **options):
        return self


def watched(source, **scope):
    watcher = Watcher()
    scope["clf"] = Model()
    exec(source, scope)
    return watcher, scope, watcher.note(Execution(source=source, cell_id="c1", count=3), scope)


def frame(rows=10):
    return pd.DataFrame({"a": np.arange(float(rows)), "s": [str(one) for one in range(rows)]})


FIT = "clf.fit(X, y)"


def test_the_arguments_of_a_training_are_remembered():
    _, _, seen = watched(FIT, X=frame(), y=np.zeros(10))
    assert [(one.expression, one.role, one.kind, one.shape) for one in seen] == [
        ("X", "train", "pandas.DataFrame", (10, 2)),
        ("y", "target", "numpy.ndarray", (10,)),
    ]
    assert (seen[0].call, seen[0].cell_id, seen[0].count) == ("clf.fit", "c1", 3)
    assert [one.name for one in seen[0].schema.fields] == ["a", "s"]
    assert not seen[0].sampled


def test_untouched_data_is_unchanged():
    watcher, scope, _ = watched(FIT, X=frame(), y=[1, 2])
    assert watcher.change("X", scope).to_json() == {
        "state": "unchanged",
        "same_object": True,
        "sampled": False,
        "reason": "",
    }
    assert watcher.change("y", scope).state == "unchanged"


def test_a_column_edited_in_place_is_seen():
    watcher, scope, _ = watched(FIT, X=frame(), y=np.zeros(10))
    scope["X"].loc[5, "a"] = 77
    change = watcher.change("X", scope)
    assert (change.state, change.same_object, change.reason) == ("changed", True, "its contents differ")


def test_another_object_of_the_same_contents_is_unchanged():
    watcher, scope, _ = watched(FIT, X=frame(), y=np.zeros(10))
    scope["X"] = scope["X"].copy()
    change = watcher.change("X", scope)
    assert (change.state, change.same_object) == ("unchanged", False)


def test_another_shape_is_told():
    watcher, scope, _ = watched(FIT, X=frame(), y=np.zeros(10))
    scope["X"] = scope["X"].head(3)
    assert watcher.change("X", scope).reason == "its shape was (10, 2) and is (3, 2)"


def test_what_is_gone_or_was_never_seen_is_unknown():
    watcher, scope, _ = watched(FIT, X=frame(), y=np.zeros(10))
    del scope["X"]
    assert watcher.change("X", scope).reason == "X is not there any more"
    assert watcher.change("Z", scope).reason == "it was not seen when the model was trained"


def test_a_name_that_the_cell_itself_gave_another_value_is_unknown():
    watcher, scope, seen = watched("clf.fit(X, y)\nX = X * 2", X=np.ones(3), y=np.zeros(3))
    assert [one.rebound for one in seen] == [True, False]
    assert watcher.change("X", scope).state == "unknown"
    assert watcher.change("y", scope).state == "unchanged"


@pytest.mark.parametrize(
    "after",
    [
        "\nX['p'] = 1",
        "; X['p'] = 1",
        "\nX.loc[0, 'a'] = 1",
        "\nX.drop(columns='s', inplace=True)",
        "\nX.pop('s')",
        "\nX += X",
        "\nnp.random.shuffle(X)",
        "\nnp.add(1, 2, out=X)",
        "\nfor X in []: pass",
        "\ndel X",
        "\nfrom elsewhere import X",
        ".predict(X)\nX.index.names = ['n']",
    ],
)
def test_what_a_cell_does_to_data_after_the_training_is_read_in_its_text(after):
    body = ast.parse(f"X = make()\nclf.fit(X, y){after}").body
    (call,) = trainings(body)
    assert altered(body, "X", call)
    assert not altered(body, "y", call)


@pytest.mark.parametrize(
    "source",
    [
        "X = make()\nX['p'] = 1\nclf.fit(X, y)\nplot(X)\npred = clf.predict(X)",
        "clf.fit(X)\nX.describe()\nX.drop(columns='s')",
    ],
)
def test_what_a_cell_does_before_the_training_or_without_changing_anything_counts_for_nothing(source):
    body = ast.parse(source).body
    (call,) = trainings(body)
    assert not altered(body, "X", call)


def test_an_assignment_of_what_a_training_gives_comes_after_it():
    body = ast.parse("X = scaler.fit_transform(X)\nclf.fit(X, y)").body
    scaled, fitted = trainings(body)
    assert altered(body, "X", scaled)
    assert not altered(body, "X", fitted)


def test_each_training_of_a_cell_is_told_by_itself():
    source = "X = scaler.fit_transform(X)\nclf.fit(X, y)"
    watcher = Watcher()
    scope, cell = {"X": np.ones(3), "y": np.zeros(3)}, Execution(source=source, cell_id="c", count=1)
    watcher.note(cell, scope)
    assert watcher.change("X", scope, cell, "clf.fit").state == "unchanged"
    assert watcher.change("X", scope, cell, "scaler.fit_transform").state == "unknown"
    assert watcher.change("X", scope, cell, "other.fit").state == "unknown"


def test_what_an_argument_is_made_of_is_remembered_with_the_variable_of_each_part():
    _, _, seen = watched("clf.fit(df.drop(columns='s'), df['a'])", df=frame())
    assert [one.expression for one in seen if one.digest] == ["df.drop(columns='s')", "df", "df['a']", "df"]


def test_what_a_part_is_chosen_by_may_not_change_in_the_cell_either():
    source = "clf.fit(df.drop(columns=names), df[names])\nnames = 'a'"
    watcher, scope, seen = watched(source, df=frame(), names="s")
    assert {one.expression: one.rebound for one in seen} == {
        "df.drop(columns=names)": True,
        "df[names]": True,
        "df": False,
    }
    assert watcher.change("df.drop(columns=names)", scope).state == "unknown"


def test_a_part_of_very_large_data_is_not_made_again():
    _, _, seen = watched("clf.fit(df.drop(columns='b'))", df=pd.DataFrame(np.zeros((3_000_000, 2)), columns=["a", "b"]))
    told = {one.expression: (one.digest, one.error) for one in seen}
    assert told["df.drop(columns='b')"] == (None, "it is part of very large data: taking it out again would take long")
    assert told["df"][0] is not None


@pytest.mark.parametrize(("line", "state"), [(2, "unchanged"), (3, "unknown")])
def test_a_cell_that_runs_is_read_up_to_where_it_stands(line, state):
    source = "clf.fit(X, y)\nX = X * 2\nregister()"
    cell = Execution(source=source, ok=False, failing_line=line, running=True)
    assert so_far("X", cell, "clf.fit").state == state
    assert so_far("y", cell, "clf.fit").state == "unchanged"
    assert so_far("Z", cell, "net.fit").state == "unknown"


def test_a_function_that_trains_makes_its_calls_trainings():
    watcher = Watcher()
    assert not watcher.trains("clf = make(X, y)")
    watcher.note(Execution(source="def make(A, b):\n    return Model().fit(A, b)"), {})
    assert watcher.trains("clf = make(X, y)")
    seen = watcher.note(Execution(source="clf = make(X, y)"), {"X": np.ones(3), "y": np.zeros(3)})
    assert [one.expression for one in seen if one.digest] == ["X", "y"]


def test_no_code_of_the_user_runs_to_look_at_an_argument():
    class Held:
        slot = (1.0,)

        def __init__(self):
            self.ran, self.plain = [], np.ones(3)

        def __getitem__(self, place):
            self.ran.append(place)
            return np.ones(3)

        @property
        def batch(self):
            self.ran.append("batch")
            raise SystemExit(3)

    class Rows(list):
        def __iter__(self):
            raise SystemExit(4)

    held, rows = Held(), Rows([1.0])
    watcher, scope = Watcher(), {"d": held, "rows": rows}
    seen = watcher.note(Execution(source="clf.fit(d[0], d.plain)\nclf.fit(d.slot)\nclf.fit(d.batch, rows)"), scope)
    assert [watcher.change(one, scope).state for one in ("d[0]", "d.batch", "rows")] == ["unknown"] * 3
    assert held.ran == []
    assert [one.expression for one in seen if one.digest] == ["d.plain", "d.slot"]


def test_the_newest_training_counts():
    watcher, scope, _ = watched(FIT, X=np.ones(3), y=np.zeros(3))
    scope["X"] = np.full(3, 5.0)
    assert watcher.change("X", scope).state == "changed"
    watcher.note(Execution(source=FIT), scope)
    assert watcher.change("X", scope).state == "unchanged"


def test_large_data_is_looked_at_in_some_places_and_that_is_said():
    array = np.zeros(4_000_000)
    watcher, scope, (seen, _) = watched(FIT, X=array, y=[1])
    assert seen.sampled
    change = watcher.change("X", scope)
    assert (change.state, change.sampled) == ("sampled", True)
    array[-1] = 1
    assert watcher.change("X", scope).state == "changed"


@pytest.mark.parametrize(
    "large",
    [
        pd.DataFrame({f"c{n}": np.zeros(1000) for n in range(1500)}),
        pd.DataFrame({"s": pd.Series(["text"] * 50_000, dtype=object)}),
        pd.Series(["text"] * 50_000, dtype="category"),
        [1] * 50_000,
        np.zeros((2, 600_000)),
    ],
    ids=["wide", "texts", "categories", "list", "long rows"],
)
def test_large_data_of_every_kind_has_a_digest(large):
    digest, sampled = watching.quick_digest(large)
    assert digest == watching.quick_digest(large)[0]
    assert sampled == (digest is not None)


def test_containers_weigh_what_they_hold():
    assert watching.weight({"a": np.zeros(4_000_000)}) > 8 << 20
    assert watching.weight([[[1.0] * 10] * 2_000]) > 8 << 20
    assert watching.weight([[1.0] * 10] * 20) < 1 << 20
    around: list[object] = []
    around.append(around)
    assert watching.weight(around) > 8 << 20


@pytest.mark.parametrize("large", [{"a": np.zeros(4_000_000)}, [[1.0] * 100_000] * 200], ids=["dict", "long lists"])
def test_containers_of_large_data_are_not_read(large):
    assert watching.quick_digest(large) == (None, True)


def test_rows_that_are_too_long_to_look_at_are_not_compared():
    assert watching.quick_digest(np.zeros((2, 2_000_000))) == (None, True)


def test_a_sparse_matrix_and_a_tensor_are_remembered():
    torch, sparse = pytest.importorskip("torch"), pytest.importorskip("scipy.sparse")
    matrix = sparse.csr_matrix(np.eye(4))
    watcher, scope, _ = watched(FIT, X=matrix, y=torch.zeros(4))
    matrix.data[0] = 9
    scope["y"][0] = 1
    assert (watcher.change("X", scope).state, watcher.change("y", scope).state) == ("changed", "changed")


def test_the_data_of_matrices_and_loops_is_remembered():
    scope = {"X": np.ones((3, 2)), "y": np.zeros(3), "net": Model()}
    boosted = Watcher().note(Execution(source="d = xgb.DMatrix(X, label=y)\nb = xgb.train({}, d)"), scope)
    assert [one.expression for one in boosted if one.digest] == ["X", "y"]
    loop = Watcher().note(Execution(source="for e in range(3):\n    loss = mse(net(X), y)\n    loss.backward()"), scope)
    assert {one.expression for one in loop if one.digest} == {"X", "y"}


def test_what_a_loader_was_made_of_before_the_training_is_unchanged_as_long_as_nothing_differs():
    watcher, scope, _ = watched("ds = TensorDataset(X, y)", X=np.ones(4), y=np.zeros(4), TensorDataset=Model().fit)
    later, before = Execution(source="loop(ds)", count=4), Execution(source="loop(ds)", count=3)
    assert watcher.change("X", scope, later).state == "unchanged"
    assert watcher.change("X", scope, before).reason == "it was not seen when the model was trained"
    assert watcher.change("z", scope, later).state == "unknown"
    scope["X"][2] = 7
    assert watcher.change("X", scope, later).state == "unknown", "before or after the training: nobody knows"
    del scope["y"]
    assert watcher.change("y", scope, later).state == "unknown"


def test_large_data_that_was_seen_before_the_training_at_some_places_is_unknown():
    watcher, scope, _ = watched("ds = TensorDataset(X)", X=np.zeros(2 << 20), TensorDataset=Model().fit)
    assert watcher.change("X", scope).state == "sampled"
    assert watcher.change("X", scope, Execution(source="loop(ds)", count=4)).state == "unknown"


def test_cells_without_a_training_are_not_even_parsed():
    assert Watcher().note(Execution(source="this is ( no python"), {}) == ()


@pytest.mark.parametrize("source", ["clf.fit(", "clf.fit(X[0](), y)", "clf.fit(nothing, y)", "clf.fit()", "# fit"])
def test_nothing_raises_into_a_cell(source):
    for one in Watcher().note(Execution(source=source), {"clf": Model()}):
        assert one.error


def test_an_argument_is_never_called():
    called = []
    _, _, seen = watched("clf.fit(make(), y)", make=lambda: called.append(1), y=[1])
    assert called == [1]
    assert [one.expression for one in seen] == ["y"]


def test_no_data_is_kept_alive():
    watcher, scope, _ = watched(FIT, X=frame(), y=np.zeros(10))
    gone = weakref.ref(scope.pop("X"))
    gc.collect()
    assert gone() is None
    assert watcher.last("X").shape == (10, 2)


def test_only_so_many_trainings_are_remembered():
    watcher = Watcher()
    for place in range(watching._KEPT + 10):
        watcher.note(Execution(source=f"clf.fit(X{place})"), {f"X{place}": [1]})
    assert watcher.last("X0") is None
    assert watcher.last(f"X{watching._KEPT + 9}") is not None


def test_when_time_is_up_that_is_said(monkeypatch):
    monkeypatch.setattr(watching, "_SECONDS", -1)
    watcher, scope, seen = watched(FIT, X=np.zeros(1 << 18), y=[2])
    assert [one.error for one in seen] == ["there was no time to look at it", None]
    assert watcher.change("X", scope).reason == "there was no time to look at it"


@settings(deadline=None)
@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=30), st.data())
def test_a_change_of_any_value_of_small_data_is_seen(values, data):
    watcher, scope, _ = watched(FIT, X=np.array(values), y=[1])
    place = data.draw(st.integers(0, len(values) - 1))
    new = data.draw(st.floats(allow_nan=False))
    scope["X"][place] = new
    assert (watcher.change("X", scope).state == "unchanged") == (new == values[place])


def test_the_words_that_a_cell_is_looked_at_for_stand_in_every_training():
    assert all(may_train(word) for word in (*roles.FITS, *roles.CONTAINERS, "loss.backward()"))
    assert not may_train("df = pd.DataFrame({'a': [1]})\ndf.plot()")


def test_frozen_data_stays_what_it_was():
    table, array = frame(), np.arange(10.0)
    frozen = [freeze(one) for one in (table, table["a"], array)]
    table.loc[0, "a"], array[0] = 99.0, 99.0
    assert [one.sure for one in frozen] == [True, True, True]
    assert frozen[0].value["a"][0] == frozen[1].value[0] == frozen[2].value[0] == 0.0


def test_large_data_that_cannot_be_frozen_tells_of_a_change():
    array = np.zeros((3_000_000, 1))
    frozen = freeze(array)
    assert (frozen.sure, frozen.same()) == (False, True)
    array[0] = 1.0
    assert not frozen.same()


FUNCTION = "def {0}(x):\n" + "    v = {1}(x)\n" * 12 + "    return x\n"
DEEP = "".join(FUNCTION.format(*pair) for pair in (("d", "abs"), ("c", "d"), ("b", "c"), ("a", "b")))


@pytest.fixture
def session_counts(monkeypatch):
    """Count the sessions that are begun, the cells that they read and the calls that they follow."""
    counts = {"begun": 0, "read": [], "followed": 0}

    class Counting(watching.Session):
        def __init__(self, *args):
            counts["begun"] += 1
            super().__init__(*args)

        def run(self, cell, body):
            counts["read"].append(cell)
            super().run(cell, body)

        def _inlined(self, *args):
            counts["followed"] += 1
            return super()._inlined(*args)

    monkeypatch.setattr(watching, "Session", Counting)
    monkeypatch.setattr(flows, "Session", Counting)
    return counts


def test_in_a_kernel_each_cell_is_read_once_however_many_train(session_counts):
    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    log = Log()
    hooks = Hooks(shell, log)
    hooks.start()
    log.on = True
    shell.events.register("pre_run_cell", hooks.before)
    shell.events.register("post_run_cell", hooks.after)
    shell.user_ns.update(clf=Model(), X=np.zeros(3), y=np.zeros(3))
    cells = [
        "a = 1",
        "clf.fit(X, y)",
        "b = 2",
        "clf.fit(X, y)",
        "get_ipython().run_cell('clf.fit(X, y)')",
        "clf.fit(X, y)",
    ]
    for cell in cells:
        assert shell.run_cell(cell, store_history=True).success
    assert session_counts["begun"] == 1
    assert session_counts["read"] == [*range(len(cells) + 1)]  # one of them ran another one
    assert log.watcher.change("X", shell.user_ns).state == "unchanged"


def test_functions_of_functions_are_followed_only_so_far(session_counts):
    log = [Execution(source=DEEP), Execution(source="z = a(1)\nclf.fit(X, y)")]
    scope = {"clf": Model(), "X": np.zeros(3), "y": np.zeros(3)}
    seen = Watcher().note(log[-1], scope, log)
    assert [one.expression for one in seen] == ["X", "y"]
    assert session_counts["followed"] <= 300
    assert [one.expression for one in flows.inputs(log, scope, "clf")] == ["X", "y"]
    assert session_counts["followed"] <= 600


@pytest.mark.parametrize("last", ["clf.fit(x, y)", "c(x)\n    return clf.fit(x, y)"])
def test_where_more_trains_than_is_followed_nothing_is_guessed(last, session_counts):
    trains = f"{DEEP}def train(clf, x):\n    {last}\n"
    log = [Execution(source=trains), Execution(source="clf.fit(Z, y)\n" + "train(clf, X)\n" * 400)]
    scope = {"clf": Model(), "X": np.zeros(3), "y": np.zeros(3), "Z": np.ones(3)}
    (told,) = flows.inputs(log, scope, "clf")
    assert "more functions that train than can be followed" in told.error
    Watcher().note(log[-1], scope, log)
    assert session_counts["followed"] <= 600


def test_when_time_is_up_the_next_training_reads_on(monkeypatch, session_counts):
    log = [Execution(source=f"a{place} = {place}") for place in range(3)]
    log += [Execution(source="def train(m): m.fit(X, y)"), Execution(source="train(clf)")]
    scope = {"clf": Model(), "X": np.zeros(3), "y": np.zeros(3)}
    watcher = Watcher()
    with monkeypatch.context() as busy:
        busy.setattr(watching, "_SECONDS", -1)
        watcher.note(log[-1], scope, log)
        assert session_counts["read"] == [0]
        assert watcher.last("X") is None
    log.append(Execution(source="train(clf)  # fit", count=2))
    watcher.note(log[-1], scope, log)
    assert session_counts["read"] == [0, 1, 2, 3, 4, 5]
    assert (session_counts["begun"], watcher.last("X").count) == (1, 2)


@pytest.mark.parametrize(
    "after",
    [
        "np.subtract(X, X, X)",
        "np.exp(y, X)",
        "np.add.at(X, 0, 5.0)",
        "outer(X)",
        "both(y, X)",
        "wipe(y, X)",
        "exec('X[:] = 0')",
        "list(map(inner, [X]))",
        "Scaler(copy=False).fit_transform(X)",
    ],
)
def test_what_a_cell_may_write_into_after_the_training_is_in_doubt(after):
    start = """def inner(a): a[:] = 0
def outer(b): inner(b)
def both(one, other):
    inner(one)
    inner(other)
def wipe(first, *many):
    for one in many: one[:] = 0
class Scaler:
    def __init__(self, copy): pass
    def fit_transform(self, X): X[:] = 0
"""
    scope = {"clf": Model(), "X": np.ones(3), "y": np.ones(3), "np": np}
    exec(start, scope)
    before = Execution(source=start, count=1)
    cell = Execution(source=f"{FIT}; {after}", count=2)
    exec(cell.source, scope)
    watcher = Watcher()
    watcher.note(cell, scope, [before, cell])
    assert watcher.change("X", scope, cell).state == "unknown"


@pytest.mark.parametrize(
    "after", ["np.subtract(X, X)", "np.exp(X)", "look(X)", "show(X, X)", "X.astype(float, copy=False)"]
)
def test_what_a_cell_only_looks_at_after_the_training_is_not_in_doubt(after):
    start = "def look(a): return a + 1\ndef show(*many): return look(many[0])"
    scope = {"clf": Model(), "X": np.ones(3), "y": np.ones(3), "np": np}
    exec(start, scope)
    log = [Execution(source=start, count=1), Execution(source=f"{FIT}; {after}", count=2)]
    watcher = Watcher()
    watcher.note(log[-1], scope, log)
    assert watcher.change("X", scope, log[-1]).state == "unchanged"
