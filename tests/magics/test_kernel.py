"""The whole way in real kernels: register, browse, load in another one, complete, interrupt."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

import modelreg
from modelreg.notebook import Notebook

from .kernel import Kernel, private

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from modelreg.registry import Registry

SKLEARN = """
import numpy as np
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import SGDClassifier
X, y = load_iris(return_X_y=True)
"""
OWN = """
class Own:
    def __init__(self, depth=1):
        self.depth = depth
    def predict(self, X):
        return [self.depth for _ in X]
"""
BIG = """
import numpy as np
class Big:
    def __init__(self, seed):
        self.weights = np.random.default_rng(seed).standard_normal(20_000_000)
    def predict(self, X):
        return self.weights[:1]
big = Big(0)
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory that the kernels of this module share."""
    return tmp_path_factory.mktemp("kernels")


@pytest.fixture(scope="module")
def started(place: Path) -> Iterator[Callable[..., Kernel]]:
    """Return what starts kernels on the shared registry."""
    running: list[Kernel] = []
    env = private(place)

    def start(**more: str) -> Kernel:
        running.append(Kernel({**env, **more}, str(place)))
        return running[-1]

    yield start
    for kernel in running:
        kernel.stop()


@pytest.fixture(scope="module")
def first(started: Callable[..., Kernel]) -> Kernel:
    """Return the kernel that trains."""
    kernel = started()
    kernel.ok(SKLEARN + OWN)
    return kernel


@pytest.fixture(scope="module")
def second(started: Callable[..., Kernel]) -> Kernel:
    """Return a kernel that has trained and defined nothing."""
    return started()


@pytest.fixture
def registry(place: Path) -> Iterator[Registry]:
    """Return the shared registry, seen from here."""
    found = modelreg.connect(str(place / "registry"))
    yield found
    found.close()


def contents(registry: Registry, name: str) -> list[str]:
    """Return the content ids of the versions of a registered model, oldest first."""
    return [version.content_id for version in registry.versions(name, limit=100)][::-1]


def states(kernel: Kernel) -> dict[str, str]:
    """Return variable to how it stands, as ``status`` tells it."""
    kernel.ok("_s = %modelreg status")
    return dict(
        line.split("|") for line in kernel.print("'\\n'.join(f'{m.variable}|{m.state}' for m in _s)").split("\n")
    )


# -- the whole way -----------------------------------------------------------------------------------------------------


def test_a_model_goes_the_whole_way_and_predicts_the_same_in_a_fresh_kernel(first: Kernel, second: Kernel) -> None:
    first.ok("forest = RandomForestClassifier(n_estimators=5, random_state=0).fit(X, y)")
    answer = first.ok("%modelreg register forest iris -a staging --metric acc=forest.score(X,y)").text
    assert re.match(r"iris:v0 ← forest \(RandomForestClassifier\) · acc 0\.\d+ · \+ staging", answer)
    assert "iris" in first.ok("%modelreg").text
    assert "iris:v0" in first.ok("%modelreg versions iris").text
    first.ok("%modelreg promote iris:v0 production")
    assert "production" in second.ok("%modelreg show iris:v0").text
    second.ok("import numpy as np\nfrom sklearn.datasets import load_iris\nforest = %modelreg load iris:production")
    wanted = first.print("forest.predict_proba(X).tobytes().hex()")
    assert second.print("forest.predict_proba(load_iris().data).tobytes().hex()") == wanted


def test_a_loaded_model_registered_unchanged_is_the_same_version(first: Kernel, second: Kernel) -> None:
    first.ok("small = RandomForestClassifier(n_estimators=2, random_state=0).fit(X, y)\n%modelreg register small same")
    second.ok("small = %modelreg load same:v0")
    assert "identical to same:v0" in second.ok("%modelreg register small same").text
    assert states(second)["small"] == "unchanged"


def test_a_class_of_a_cell_comes_back_in_a_fresh_kernel(first: Kernel, second: Kernel) -> None:
    first.ok("own = Own(7)\n%modelreg register own own")
    second.ok("back = %modelreg load own:v0")
    assert second.print("type(back).__name__, back.depth, back.predict([0, 0])") == "('Own', 7, [7, 7])"


def test_the_same_class_and_model_are_identical_from_two_kernels(first: Kernel, started: Callable[..., Kernel]) -> None:
    other = started()
    first.ok("twin = Own(9)\n%modelreg register twin twin")
    other.ok("# another cell, further down\n\n" + OWN + "\ntwin = Own(9)")
    assert "identical to twin:v0" in other.ok("%modelreg register twin twin").text
    assert "twin:v1" in other.ok("twin.depth = 10\n%modelreg register twin twin").text
    other.stop()


def test_two_kernels_on_one_registry_see_each_other(first: Kernel, second: Kernel) -> None:
    first.ok("shared = Own(1)\n%modelreg register shared shared -a best")
    assert "shared" in second.ok("%modelreg models").text
    second.ok("shared = %modelreg load shared:best\nshared.depth = 2\n%modelreg register shared shared -a best")
    assert first.ok("v = %modelreg load shared:best").text == ""
    assert first.print("v.depth") == "2"
    assert second.complete("%modelreg show shared:v") == ["%modelreg show shared:v1", "%modelreg show shared:v0"]


def test_what_a_model_was_made_from_is_recorded(first: Kernel, second: Kernel, registry: Registry) -> None:
    first.ok("sgd = SGDClassifier(random_state=0).fit(X, y)\n%modelreg register sgd sgd")
    second.ok(SKLEARN + "sgd = %modelreg load sgd:v0")
    answer = second.ok("sgd.partial_fit(X, y)\n%modelreg register sgd sgd").text
    assert "sgd:v1" in answer
    assert "derived from scratch/sgd:v0" in answer
    assert len(set(contents(registry, "sgd"))) == 2


# -- how answers look --------------------------------------------------------------------------------------------------


def test_text_tells_no_times_and_is_the_same_every_time(first: Kernel) -> None:
    first.ok("stable = Own(3)\n%modelreg register stable stable -a best -m why --tag a=b --metric m=1")
    first.ok("stable.depth = 4\n%modelreg register stable stable --metric m=2")
    for line in (
        "",
        "models name == 'stable'",
        "versions stable",
        "show stable:v0",
        "history stable",
        "compare stable",
    ):
        first.ok(f"_a = %modelreg {line}")
        once, again = (first.ok("_a").shown[0] for _ in range(2))
        assert once["text/plain"] == again["text/plain"]
        assert not re.search(r"\d{4}-\d\d-\d\d|\d\d:\d\d|\bago\b|\d ms\b", once["text/plain"]), once["text/plain"]
        assert once["text/html"].lstrip().startswith("<")


def test_an_answer_is_shown_once_as_html_and_text(first: Kernel) -> None:
    reply = first.ok("stable2 = Own(4)\nfor _ in range(1):\n    %modelreg register stable2 stable2\n'last'")
    assert [sorted(bundle) for bundle in reply.shown] == [["text/html", "text/plain"], ["text/plain"]]
    assert reply.out == reply.err == ""


# -- errors and cells --------------------------------------------------------------------------------------------------


def test_an_error_is_one_line_and_stops_run_all(first: Kernel) -> None:
    reply = first("%modelreg show nothing-here")
    assert (reply.status, reply.ename, reply.tracebacks) == ("error", "UsageError", 0)
    assert reply.err.startswith("UsageError: no registered model 'nothing-here'")
    assert reply.err.count("\n") == 1


def test_a_cell_registers_what_it_made(first: Kernel, registry: Registry) -> None:
    cell = "%%modelreg register made made --metric m=score\nmade = Own(5)\nscore = 0.5\n'value'"
    reply = first.ok(cell)
    assert [bundle["text/plain"].split(" ←")[0] for bundle in reply.shown] == ["'value'", "made:v0"]
    assert first.print(f"Out[{reply.count}]") == "value"
    first.ok(cell)
    assert len(contents(registry, "made")) == 1


def test_a_cell_with_await_registers_what_it_made(first: Kernel, registry: Registry) -> None:
    reply = first.ok(
        "%%modelreg register waited waited\nimport asyncio\nawait asyncio.sleep(0)\nwaited = Own(6)\nawait asyncio.sleep(0, 1)"
    )
    assert reply.shown[0]["text/plain"] == "1"
    assert len(contents(registry, "waited")) == 1


def test_a_failing_cell_has_one_traceback_and_stops_run_all(first: Kernel) -> None:
    reply = first("%%modelreg register nope nope\nnope = Own(5)\n1 / 0")
    assert (reply.status, reply.ename, reply.tracebacks) == ("error", "ZeroDivisionError", 1)
    assert reply.err == "not registered: ZeroDivisionError in the cell\n"


def test_a_refused_line_on_top_stops_run_all_after_the_cell(first: Kernel) -> None:
    for wait in ("", "\nimport asyncio\nawait asyncio.sleep(0)"):
        reply = first("%%modelreg register done done --nope\ndone = Own(5)" + wait)
        assert (reply.status, reply.ename, reply.tracebacks) == ("error", "UsageError", 0)
        assert reply.err.startswith("UsageError: register has no option --nope")
        assert first.print("done.depth") == "5"


# -- completion and help -----------------------------------------------------------------------------------------------


def test_the_kernel_completes_lines(first: Kernel) -> None:
    first.ok("typed = Own(8)\n%modelreg register typed 'typed model' -a best")
    assert first.complete("%modelreg regi") == ["%modelreg register"]
    assert first.complete("x = %modelreg load 'typed model:b") == ["x = %modelreg load 'typed model:best'"]
    assert first.complete("%%modelreg register typ") == ["%%modelreg register typed"]
    assert first.complete("x = 1\n%modelreg show typed") == ['x = 1\n%modelreg show "typed model"']
    assert first.complete("%modelreg register typed --metr") == [
        "%modelreg register typed --metric",
        "%modelreg register typed --metrics",
    ]


def test_the_kernel_explains_the_magic(first: Kernel) -> None:
    assert "%modelreg register clf churn" in first.inspect("%modelreg")


# -- status ------------------------------------------------------------------------------------------------------------


def test_status_tells_how_live_models_stand(first: Kernel) -> None:
    first.ok(
        BIG
        + "kept, edited, unseen = Own(20), Own(21), Own(22)\n%modelreg register kept kept\n%modelreg register edited edited"
    )
    first.ok("edited.depth = 99")
    found = states(first)
    assert [found[name] for name in ("kept", "edited", "unseen", "big")] == ["unchanged", "changed", "never", "large"]
    text = first.ok("%modelreg status").text
    assert re.search(r"kept +Own +unchanged.*kept:v0", text)
    assert re.search(r"edited +Own +changed since +edited:v0", text)
    first.ok("del big")


def test_what_allows_no_weak_reference_is_never_stale(first: Kernel) -> None:
    first.ok(
        "class Slots:\n    __slots__ = ('depth',)\n    def __init__(self, depth): self.depth = depth\n"
        "    def predict(self, X): return self.depth\n"
        "slots = Slots(1)\n%modelreg register slots slots"
    )
    assert states(first)["slots"] == "unchanged"
    first.ok("slots.depth = 2")
    assert states(first)["slots"] == "changed"
    first.ok("import gc\ndel slots; gc.collect()\nothers = [Slots(n) for n in range(50, 90)]\nslots = others[0]")
    found = states(first)  # one of them may lie where the first lay
    assert {found[f"others[{n}]"] for n in range(40)} == {"never"}
    assert found["slots"] in {"never", "changed"}, "other contents in the variable that was registered"


# -- interrupts --------------------------------------------------------------------------------------------------------


def stored(place: Path) -> int:
    """Return how many bytes lie in the registry."""
    total = 0
    for each in (place / "registry").rglob("*"):
        try:
            total += each.stat().st_size if each.is_file() else 0
        except FileNotFoundError:  # a temporary file that was published meanwhile
            continue
    return total


def when_writing(kernel: Kernel, place: Path) -> Callable[[], None]:
    """Return what interrupts a kernel once it has begun to write a large model."""
    before = stored(place)

    def during() -> None:
        end = time.monotonic() + 60
        while stored(place) < before + (8 << 20) and time.monotonic() < end:
            time.sleep(0.002)
        kernel.interrupt()

    return during


CELLS = {
    "line": "%modelreg register big {name}",
    "cell": "%%modelreg register big {name}\nbig = big",
    "await": "%%modelreg register big {name}\nimport asyncio\nawait asyncio.sleep(0)",
}


@pytest.mark.parametrize("kind", CELLS)
def test_an_interrupted_register_leaves_nothing_half_done(
    first: Kernel, place: Path, registry: Registry, kind: str
) -> None:
    name = f"big-{kind}"
    cell = CELLS[kind].format(name=name)
    first.ok(BIG.replace("Big(0)", f"Big({list(CELLS).index(kind)})"))
    reply = first(cell, when_writing(first, place))
    assert (reply.status, reply.ename) == ("error", "KeyboardInterrupt"), reply
    told = ["interrupted: nothing was registered and nothing is lost; run it again"]
    assert [*reply.trace, *reply.err.splitlines()] == told
    assert registry.models(f"name == {name!r}").items == ()
    assert first.ok("%modelreg check").status == "ok"
    assert f"{name}:v0" in first.ok(cell).text
    assert f"identical to {name}:v0" in first.ok(cell).text
    assert len(contents(registry, name)) == 1
    first.ok("del big")


def test_a_model_retrained_after_an_interrupt_is_never_swallowed(
    first: Kernel, place: Path, registry: Registry
) -> None:
    first.ok(BIG.replace("Big(0)", "Big(7)"))
    assert first("%modelreg register big re", when_writing(first, place)).ename == "KeyboardInterrupt"
    first.ok("big.weights[0] = 123.0\n%modelreg register big re")
    first.ok("big.weights[0] = 124.0\n%modelreg register big re")
    assert len(set(contents(registry, "re"))) == 2
    first.ok("again = %modelreg load re:v0")
    assert first.print("again.weights[0]") == "123.0"
    first.ok("del big, again")


# -- what the notebook is called ---------------------------------------------------------------------------------------


def test_an_unnamed_notebook_asks_for_the_name_with_the_line_to_type(first: Kernel) -> None:
    reply = first("nameless = Own(30)\n%modelreg register nameless")
    assert (reply.status, reply.ename) == ("error", "UsageError")
    assert "Try %modelreg register nameless my-model" in reply.err


def test_the_name_comes_from_what_the_front_end_left(started: Callable[..., Kernel]) -> None:
    kernel = started(JPY_SESSION_NAME="work/fraud model.ipynb")
    kernel.ok(OWN + "clf = Own(31)")
    assert "fraud model:v0" in kernel.ok("%modelreg register clf").text
    assert kernel.print("__import__('modelreg').notebook.Notebook.current().project") == "fraud model"
    # VS Code says it in a variable, which it keeps right when the file is renamed
    kernel.ok("__vsc_ipynb_file__ = '/notes/renamed.ipynb'\nother = Own(32)")
    answer = kernel.ok("%modelreg register other").text
    assert "renamed:v0" in answer
    kernel.ok("v = %modelreg show renamed:v0")
    assert kernel.print("v.version.source") == "renamed/other:v0"
    # the same variable stays with the registered model that it was registered under
    assert "fraud model:v1" in kernel.ok("clf.depth = 33\n%modelreg register clf").text
    # a notebook that nobody named yet has no name to offer
    kernel.ok("__vsc_ipynb_file__ = '/notes/Untitled-1.ipynb'\nfresh = Own(34)")
    assert kernel("%modelreg register fresh").ename == "UsageError"
    kernel.stop()


SAYS_NOTHING = [
    "Untitled.ipynb",
    "Untitled3.ipynb",
    "Untitled-Copy2.ipynb",
    "/notes/Untitled-1.ipynb",
    "untitled:Untitled-1.ipynb",
    "Untitled (1).ipynb",
    "4711-kernel-id",
    "",
]


@pytest.mark.parametrize("path", SAYS_NOTHING)
def test_a_name_that_says_nothing_is_no_name(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from modelreg.magics import identity

    monkeypatch.setenv("JPY_SESSION_NAME", path)
    assert Notebook(path=identity.path({})).stem == ""
    assert Notebook(path=identity.path({"__vsc_ipynb_file__": path})).stem == ""
