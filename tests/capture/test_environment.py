"""What a model needs of its environment, read from installed distributions, and how another environment differs."""

from __future__ import annotations

import json
import platform
import sys
from dataclasses import replace
from importlib import import_module
from types import ModuleType

import pytest
from packaging.requirements import Requirement

from modelreg.capture.environment import (
    Distribution,
    Environment,
    Homeless,
    capture,
    drift,
    installed,
    present,
    requirements,
)
from modelreg.capture.environment.drifts import pinned
from modelreg.capture.environment.imports import ancestors, backends, imported

TOKEN = "ghp_" + "a1B2" * 10


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Return a function that installs a distribution for this test; what is known of installed ones is forgotten."""
    place = tmp_path / "site"
    place.mkdir()
    monkeypatch.syspath_prepend(place)
    monkeypatch.setattr(installed, "_indexes", [])

    def install(name, version="1.0", *, modules=(), requires=(), url=None, files=()):
        info = place / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        wanted = "".join(f"Requires-Dist: {one}\n" for one in requires)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{wanted}")
        for module in modules:
            (place / f"{module}.py").write_text("")
        for file in files:
            (place / file).parent.mkdir(parents=True, exist_ok=True)
            (place / file).write_text("")
        (info / "RECORD").write_text(
            "".join(f"{file},,\n" for file in (*(f"{module}.py" for module in modules), *files))
        )
        if url:
            (info / "direct_url.json").write_text(json.dumps(url))
        return info

    return install


@pytest.fixture
def own_modules(monkeypatch):
    """Forget the modules that a test imports."""
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        monkeypatch.delitem(sys.modules, name, raising=False)


def names(record):
    return [one.name for one in record.needed]


# ---------------------------------------------------------------------------------------------------- what is captured


def test_what_the_code_imports_is_needed_with_what_it_needs_in_turn_but_not_by_the_model(site):
    site("for-model", modules=["for_model"])
    site("for-both", modules=["for_both"])
    site("for-code", modules=["for_code"], requires=["in-turn"])
    site("in-turn")
    record = capture(["for_model", "for_both.a"], code=["for_both", "for_code.b", "json"])
    told = {one.name: (one.direct, one.code, one.modules) for one in record.needed}
    assert told == {
        "for-model": (True, False, ("for_model",)),
        "for-both": (True, True, ("for_both",)),
        "for-code": (False, True, ("for_code",)),
        "in-turn": (False, False, ()),
    }
    lines = ["for-both==1.0", "for-model==1.0", "for-code==1.0", "in-turn==1.0"]
    assert requirements(record).splitlines()[1:] == lines


def test_what_a_notebook_is_worked_with_is_needed_without_what_it_brings_for_itself():
    import_module("IPython")
    code = imported("m = get_ipython().run_line_magic('modelreg', 'load churn:v0')")
    assert code == {"IPython", "modelreg"}
    record = capture(["numpy"], code=code)
    assert [one.name for one in record.needed if one.direct] == ["numpy"]
    assert {one.name.casefold() for one in record.needed} == {"numpy", "ipython", "modelreg"}
    assert record.warnings == ()


def test_contents_that_modelreg_puts_together_do_not_need_all_that_it_needs():
    record = capture(["numpy", "modelreg.flavors.rebuild"])
    assert {one.name: one.direct for one in record.needed} == {"numpy": True, "modelreg": True}


def test_what_the_model_needs_itself_is_told_with_what_it_needs_in_turn_though_a_notebook_is_worked_with_it():
    record = capture(["IPython.display"], code=["IPython"])
    assert {"ipython", "traitlets"} <= {one.name.casefold() for one in record.needed}


def test_a_package_that_only_the_code_imports_keeps_no_model_from_loading(site):
    site("for-code", modules=["for_code"])
    then = capture([], code=["for_code"])
    now = replace(then, needed=(), missing=("for_code",))
    assert [(one.severity, one.what) for one in drift(then, now)] == [("warning", "for-code")]


def test_the_modules_that_code_imports_are_read_from_its_text(site, own_modules):
    site("given", modules=["given"], files=["boxed/__init__.py", "boxed/part.py"])
    import_module("boxed.part")
    import_module("given")

    source = """
import json, given as g, never_imported
from boxed import part, name
def later():
    try:
        import also_never
    except ImportError:
        also_never = None
"""
    assert imported(source) == {"given", "boxed", "boxed.part"}
    assert imported("no python at all") == set()
    import_module("IPython")
    assert imported("get_ipython().run_line_magic('time', 'a = 1')") == {"IPython"}


def test_what_own_modules_import_is_needed_too(tmp_path, site, own_modules):
    site("given", modules=["given"])
    (tmp_path / "site" / "own_pack").mkdir()
    (tmp_path / "site" / "own_pack" / "__init__.py").write_text("from . import inner\nfrom .inner import x\n")
    (tmp_path / "site" / "own_pack" / "inner.py").write_text("import own_pack\nimport given\nx = 1\n")
    import_module("own_pack")
    assert imported("from own_pack import x") == {"own_pack", "own_pack.inner", "given"}


def test_what_pandas_imports_only_when_it_reads_is_needed_where_it_was_read(site, own_modules):
    import_module("pandas")
    site("reader", modules=["tables"])
    assert imported("import pandas as pd\ndf = pd.read_hdf('a.h5')") == {"pandas"}
    import_module("tables")
    assert imported("import pandas as pd\ndf = pd.read_hdf('a.h5')") == {"pandas", "tables"}
    assert imported("import pandas as pd\ndf = pd.read_csv('a.csv')") == {"pandas"}


def test_a_class_needs_the_packages_that_it_derives_from_though_its_library_does_not():
    import_module("lightgbm")
    names_of = ("lightgbm.sklearn.LGBMRegressor", "no.such.Thing", "sklearn.nothing", "numpy.ndarray")
    found = ancestors(names_of)
    assert {"lightgbm.sklearn", "sklearn.base", "numpy"} <= found
    told = {one.name: one.direct for one in capture(found).needed}
    assert (told["lightgbm"], told["scikit-learn"]) == (True, True)


def test_what_keras_computes_with_is_needed_by_its_models(monkeypatch):
    for backend in ("torch", "jax"):  # what keras says of itself; the library is not needed to be told apart by it
        setting = ModuleType("keras.src.backend.config")
        setting.backend = lambda name=backend: name
        monkeypatch.setitem(sys.modules, setting.__name__, setting)
        monkeypatch.setitem(sys.modules, backend, sys.modules.get(backend) or ModuleType(backend))
        assert backends(["keras", "numpy.core"]) == backends(["keras.src.models.Model"]) == {backend}
        assert backends(["kerastuner.x", "sklearn"]) == set()
    del setting.backend
    assert backends(["keras"]) == set()
    monkeypatch.delitem(sys.modules, setting.__name__)
    assert backends(["keras"]) == set()


def test_the_distribution_of_a_module_and_what_it_needs_are_found():
    record = capture(["sklearn.ensemble._forest"])
    assert {"scikit-learn", "numpy", "scipy", "joblib", "threadpoolctl"} <= set(names(record))
    (direct,) = [one for one in record.needed if one.direct]
    assert (direct.name, direct.modules) == ("scikit-learn", ("sklearn",))
    assert direct.version == sys.modules["importlib.metadata"].version("scikit-learn")
    assert record.errors == ()


def test_this_python_and_machine_are_told():
    record = capture([])
    assert (record.python, record.system, record.arch) == (
        platform.python_version(),
        platform.system(),
        platform.machine(),
    )
    assert record.needed == ()


def test_python_itself_needs_no_distribution():
    record = capture(["builtins", "collections.abc", "json", "__main__", "_codecs", ""])
    assert (record.needed, record.homeless, record.missing) == ((), (), ())


def test_the_session_is_told_from_what_is_needed(site):
    site("needed-one", modules=["needed_one"])
    site("loaded-one", modules=["loaded_one"])
    record = capture(["needed_one"], loaded=["loaded_one", "json", "loaded_one.sub"])
    assert (names(record), [one.name for one in record.loaded]) == (["needed-one"], ["loaded-one"])


def test_requirements_hold_by_their_markers_and_extras(site):
    wanted = [
        "plain-one>=1",
        "never; python_version < '3'",
        "Always.One; python_version >= '3'",
        "only-extra; extra == 'more'",
        "with-extra[more]",
        "absent",
        "!nonsense",
    ]
    site("asking", modules=["asking"], requires=wanted)
    site("plain-one", requires=["asking"])
    site("always-one")
    site("only-extra")
    site("never")
    site("with-extra", requires=["by-extra; extra == 'more'", "other-extra; extra == 'less'"])
    site("by-extra")
    site("other-extra")
    record = capture(["asking"])
    assert names(record) == ["always-one", "asking", "by-extra", "plain-one", "with-extra"]
    assert "asking needs absent, which is not installed" in record.warnings


def test_a_module_that_several_distributions_share_is_given_to_the_one_that_brings_it(site, own_modules):
    site("shared-a", files=["shared/a.py"])
    site("shared-b", files=["shared/b.py"])
    assert names(capture(["shared.b"])) == ["shared-a", "shared-b"]
    __import__("shared.b")
    assert names(capture(["shared.b"])) == ["shared-b"]


def test_a_module_of_the_user_has_no_distribution_and_is_told_with_its_file(site, tmp_path, own_modules):
    site("something")
    (tmp_path / "site" / "mine.py").write_text("")
    __import__("mine")
    record = capture(["mine", "mine2.deep"])
    assert record.homeless == (Homeless(module="mine", file=str(tmp_path / "site" / "mine.py")),)
    assert record.missing == ("mine2.deep",)


def test_what_is_installed_later_is_found(site):
    site("first", modules=["first"])
    assert capture(["first", "later"]).missing == ("later",)
    site("later", modules=["later"])
    assert names(capture(["later"])) == ["later"]


def test_what_is_installed_is_read_once_as_long_as_nothing_changes(site):
    site("first", modules=["first"])
    capture(["first"])
    (before,) = installed._indexes
    capture(["first", "no_such_module", "no_other_module"])
    assert installed._indexes == [before]
    assert installed._indexes[0] is before


def test_an_editable_install_is_found_by_its_directory(site, tmp_path, own_modules, monkeypatch):
    sources = tmp_path / "my sources"
    sources.mkdir()
    (sources / "edited.py").write_text("")
    site("edited-one", url={"url": sources.as_uri(), "dir_info": {"editable": True}})
    monkeypatch.syspath_prepend(sources)
    record = capture(["edited"])
    (one,) = record.needed
    assert (one.name, one.editable, one.origin) == ("edited-one", True, sources.as_uri())
    assert record.warnings == (f"edited-one was installed from {sources.as_uri()}, which only this machine has",)


def test_an_install_from_a_repository_is_told_without_its_password(site):
    url = {
        "url": f"https://me:{TOKEN}@example.org/a.git?x={TOKEN}",
        "vcs_info": {"vcs": "git", "commit_id": "ab12" * 10},
    }
    site("from-git", modules=["from_git"], url=url)
    record = capture(["from_git"])
    assert TOKEN not in repr(record)
    assert f"from-git @ git+https://example.org/a.git@{'ab12' * 10}\n" in requirements(record)
    assert record.warnings == ()


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"dir_info": 1}', '{"url": "file:///x", "dir_info": {"editable": true}}', '{"url": 1}']
)
def test_notes_of_pip_that_make_no_sense_do_no_harm(site, text):
    info = site("odd", modules=["odd"])
    (info / "direct_url.json").write_text(text)
    record = capture(["odd", "unknown_module"])
    assert (names(record), record.errors) == (["odd"], ())


def test_a_distribution_without_metadata_does_no_harm(site):
    info = site("broken", modules=["broken"])
    (info / "METADATA").unlink()
    record = capture(["broken", "json"])
    assert record.python


def test_only_listed_variables_are_kept_and_their_secrets_are_not(site):
    environ = {"OMP_NUM_THREADS": "4", "HOME": "/home/me", "API_TOKEN": "Tr0ub4dor3", "PYTHONHASHSEED": "Tr0ub4dor3"}
    record = capture([], environ=environ)
    assert "Tr0ub4dor3" not in repr(record)
    assert [name for name, _ in record.variables] == ["OMP_NUM_THREADS", "PYTHONHASHSEED"]
    assert len(record.redactions) == 1


def test_without_the_library_that_reads_markers_what_is_needed_itself_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "packaging.utils", None)
    record = capture(["sklearn.svm"])
    assert names(record) == ["scikit-learn"]
    assert any("what the packages need in turn is not known" in said for said in record.warnings)


def test_what_cannot_be_read_is_an_error_of_the_record():
    record = capture([1, 2])  # no names at all
    assert record.python
    assert len(record.errors) == 1


# --------------------------------------------------------------------------------------------------------- requirements


def test_requirements_pin_what_is_needed_and_pip_can_read_them():
    text = requirements(capture(["sklearn.svm", "numpy"]))
    lines = text.splitlines()
    assert lines[0].startswith(f"# {platform.python_implementation()} {platform.python_version()}, ")
    read = [Requirement(line) for line in lines if not line.startswith("#")]
    assert {"scikit-learn", "numpy"} <= {one.name for one in read}
    assert all(str(one.specifier).startswith("==") for one in read)


def test_requirements_tell_what_keras_was_set_to_compute_with():
    text = requirements(capture(["numpy"], environ={"KERAS_BACKEND": "torch\n--evil", "OMP_NUM_THREADS": "4"}))
    assert text.splitlines()[1] == "# KERAS_BACKEND=torch --evil"
    assert "OMP" not in text


def test_nothing_in_a_name_makes_a_line_of_requirements():
    evil = "x\n--index-url https://example.org"
    record = Environment(
        needed=(
            Distribution(name=evil, version="1"),
            Distribution(name="y", version=evil),
            Distribution(name="z", version="1", origin=f"file:///{evil}"),
        ),
        homeless=(Homeless(module=evil, file=evil),),
        missing=(evil,),
    )
    assert [line for line in requirements(record).splitlines() if not line.startswith("#")] == ["y"]


# ---------------------------------------------------------------------------------------------------------------- drift


def one(name, version="1.2.3", **how):
    return Distribution(name=name, version=version, **{"direct": True, "modules": (name,), **how})


BASE = Environment(python="3.11.7", implementation="CPython", system="Linux", arch="x86_64")


def told(then, now, **how):
    return [
        (found.severity, found.rank, found.what) for found in drift(replace(BASE, **then), replace(BASE, **now), **how)
    ]


@pytest.mark.parametrize(
    "how",
    [
        {"origin": "git+https://example.org/a'; touch x #"},
        {"origin": "git+https://example.org/a\n--index-url=https://example.com"},
        {"origin": "git+https://example.org/a --index-url=https://example.com"},
        {"origin": "git+https://example.org/$(id)"},
        {"origin": "git+https://example.org/a;id"},
        {"origin": "git+https://example.org/\x1b[2J"},
        {"origin": "git+https://example.org/a\n"},
        {"origin": "git+https://example.org/a", "commit": "main; id"},
        {"origin": "git+https://example.org/a", "commit": "abc\n"},
        {"origin": "--index-url+x://example.com"},
    ],
)
def test_nothing_in_an_address_or_a_commit_makes_more_of_the_line_for_pip(how):
    then = replace(BASE, needed=(one("foo", **how),))
    assert pinned(then.needed[0]) is None
    assert [line for line in requirements(then).splitlines() if not line.startswith("#")] == []
    (found,) = drift(then, replace(BASE, missing=("foo",)))
    assert found.pip is None
    assert "pip install" not in found.message


def test_an_address_is_one_word_of_the_line_for_pip():
    held = one("foo", origin="git+https://example.org/a.git", commit="ab12" * 10)
    (found,) = drift(replace(BASE, needed=(held,)), replace(BASE, missing=("foo",)))
    assert found.message.endswith(f": pip install 'foo @ git+https://example.org/a.git@{'ab12' * 10}'")


def test_a_module_whose_name_is_none_is_given_to_no_pip():
    (found,) = drift(BASE, replace(BASE, missing=("x; id",)))
    assert (found.message, found.pip) == ("the module x; id is missing", None)


def test_the_same_environment_has_no_drift():
    record = capture(["sklearn.svm", "numpy"])
    assert drift(record, present(record)) == ()


def test_a_missing_library_is_an_error_with_the_line_for_pip(site):
    info = site("gone-one", "2.0", modules=["gone_one"])
    then = capture(["gone_one"])
    for file in info.iterdir():
        file.unlink()
    info.rmdir()
    (info.parent / "gone_one.py").unlink()
    (found,) = drift(then, present(then))
    assert (found.severity, found.rank, found.pip) == ("error", 1, "gone-one==2.0")
    assert found.message == "the module gone_one is missing: pip install gone-one==2.0"


def test_a_missing_module_of_the_user_is_an_error_that_names_its_file():
    then = replace(BASE, homeless=(Homeless(module="features.make", file="/code/features/make.py"),))
    (found,) = drift(then, replace(BASE, missing=("features.make",)))
    assert (found.severity, found.pip) == ("error", None)
    assert found.message == "the module features.make is missing; it was in no package, but /code/features/make.py"


def test_a_missing_module_that_was_not_recorded_is_named_as_pip_knows_it():
    (known, guessed) = drift(BASE, replace(BASE, missing=("cv2.x", "some_thing")))
    assert known.message == "the module cv2 is missing: pip install opencv-python"
    assert (guessed.message, guessed.pip) == (
        "the module some_thing is missing; the package may be called some-thing",
        None,
    )


def test_a_module_that_another_distribution_brings_is_not_missing(site):
    info = site("name-a", modules=["common"])
    then = capture(["common"])
    info.rename(info.parent / "gone")
    (info.parent / "common.py").unlink()
    site("name-b", "9.0", modules=["common"])
    (found,) = drift(then, present(then))
    assert (found.severity, found.message) == ("warning", "name-a 1.0 then, 9.0 from name-b now")


@pytest.mark.parametrize(
    ("then", "now", "weight"),
    [
        (one("scikit-learn", "1.2.3"), one("scikit-learn", "1.3.0"), ("warning", 2)),
        (one("scikit_learn", "1.2.3"), one("Scikit.Learn", "1.2.4"), ("note", 6)),
        (one("torch", "2.1.0+cu118"), one("torch", "2.1.0"), ("note", 6)),
        (one("numpy", "1.26.4"), one("numpy", "2.0.0"), ("warning", 4)),
        (one("numpy", "1.26.4", direct=False), one("numpy", "2.0.0"), ("warning", 4)),
        (one("numpy", "2.0.0"), one("numpy", "2.1.0"), ("note", 6)),
        (one("pandas", "2.1"), one("pandas", "2.2"), ("note", 6)),
        (one("pandas", "2.1"), one("pandas", "3.0"), ("warning", 2)),
        (one("scipy", "1.0", direct=False), one("scipy", "2.0"), ("note", 6)),
        (one("odd", "not a version"), one("odd", "other"), ("warning", 2)),
        (one("vcs", commit="a"), one("vcs", commit="b"), ("warning", 2)),
    ],
)
def test_another_version_weighs_as_much_as_it_can_harm(then, now, weight):
    ((severity, rank, _),) = told({"needed": (then,)}, {"needed": (now,)})
    assert (severity, rank) == weight


def test_a_lost_dependency_is_a_warning():
    then = {"needed": (one("a"), one("b", direct=False, modules=()))}
    assert told(then, {"needed": (one("a"),)}) == [("warning", 2, "b")]


@pytest.mark.parametrize(
    ("now", "how", "expected"),
    [
        ({"python": "3.12.0"}, {"by_value": True}, [("warning", 3, "python")]),
        ({"python": "3.12.0"}, {}, [("note", 3, "python")]),
        ({"python": "3.11.9"}, {"by_value": True}, [("note", 6, "python")]),
        ({"implementation": "PyPy"}, {}, [("warning", 3, "python")]),
        ({"arch": "arm64"}, {"native": True}, [("warning", 5, "arch")]),
        ({"system": "Darwin"}, {}, [("note", 5, "system")]),
        ({"variables": (("OMP_NUM_THREADS", "1"),)}, {}, [("note", 6, "OMP_NUM_THREADS")]),
    ],
)
def test_another_python_or_machine_weighs_by_what_the_model_is(now, how, expected):
    assert told({}, now, **how) == expected


def test_the_worst_comes_first():
    then = {"needed": (one("torch", "1.0"), one("gone"), one("numpy", "1.0"), one("scipy", "1.1"))}
    now = {
        "needed": (one("torch", "2.0"), one("numpy", "2.0"), one("scipy", "1.2")),
        "missing": ("gone",),
        "python": "3.12.1",
    }
    assert told(then, now, by_value=True) == [
        ("error", 1, "gone"),
        ("warning", 2, "torch"),
        ("warning", 3, "python"),
        ("warning", 4, "numpy"),
        ("note", 6, "scipy"),
    ]


def test_nothing_is_imported_to_look(site, tmp_path):
    (tmp_path / "site" / "explosive").mkdir()
    (tmp_path / "site" / "explosive" / "__init__.py").write_text("raise SystemExit('imported')")
    site("explosive-one", files=["explosive/data.py"])
    record = capture(["explosive.deep.er"])
    assert names(record) == ["explosive-one"]
    present(record)
    assert "explosive" not in sys.modules
