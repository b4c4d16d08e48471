"""What contents import is said with the unusual first, and the rest counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from modelreg.verbs.imports import imported, is_usual

if TYPE_CHECKING:
    from collections.abc import Sequence

FOREST = ("numpy._core.numeric._frombuffer", "numpy.dtype", "sklearn.ensemble._forest.RandomForestClassifier")


@pytest.mark.parametrize(
    ("imports", "said"),
    [
        ((), "imports nothing"),
        (FOREST, "imports only 3 usual names of numpy and sklearn"),
        (FOREST[:1], "imports only 1 usual name of numpy"),
        ((*FOREST, "posix.system"), "imports the unusual posix.system, beside 3 usual names of numpy and sklearn"),
        (("builtins.eval", "builtins.dict"), "imports the unusual builtins.eval, beside 1 usual name of Python"),
        (("cloudpickle.cloudpickle._make_function",), "brings code of its own, which can do anything"),
        (
            ("cloudpickle.cloudpickle._make_function", *FOREST[1:]),
            (
                "brings code of its own, which can do anything, and imports numpy.dtype, "
                "sklearn.ensemble._forest.RandomForestClassifier"
            ),
        ),
        (
            ("cloudpickle.cloudpickle._make_function", *(f"numpy.T{n}" for n in range(8))),
            (
                "brings code of its own, which can do anything, and imports numpy.T0, numpy.T1, numpy.T2, numpy.T3, numpy.T4, "
                "numpy.T5 and 2 more"
            ),
        ),
        (
            (
                "modelreg.flavors.rebuild.storage",
                "modelreg.flavors.rebuild.typed_storage",
                "torch.nn.modules.linear.Linear",
            ),
            "imports only 1 usual name of torch",
        ),
        (
            ("cloudpickle.cloudpickle._make_function", "posix.system", "collections.OrderedDict"),
            "brings code of its own, which can do anything, and imports the unusual posix.system, beside 1 usual name of Python",
        ),
        ((*FOREST, "collections.OrderedDict"), "imports only 4 usual names of numpy, Python and sklearn"),
        (
            [f"own.T{n}" for n in range(9)],
            "imports the unusual own.T0, own.T1, own.T2, own.T3, own.T4, own.T5 and 3 more",
        ),
    ],
)
def test_the_unusual_is_named_and_the_usual_counted(imports: Sequence[str], said: str) -> None:
    assert imported(imports) == said
    assert imported(reversed(imports)) == said


@pytest.mark.parametrize(
    "name",
    [
        "modelreg.flavors.rebuild.storage",
        "torch.nn.parallel.distributed.DistributedDataParallel",
        "sklearn.metrics._dist_metrics.__pyx_unpickle_EuclideanDistance64",
        "pandas._libs.internals._unpickle_block",
        "pandas.core.indexes.base._new_Index",
        "numpy._core.multiarray._reconstruct",
        "numpy.core.multiarray.scalar",
        "numpy._core.numeric._frombuffer",
        "numpy.random._pickle.__randomstate_ctor",
        "numpy.log1p",
        "numpy.float32",
        "scipy.sparse._csr.csr_matrix",
        "scipy.stats._continuous_distns.norm_gen",
        "sklearn.feature_selection._univariate_selection.f_classif",
        "sklearn.metrics._classification.f1_score",
        "sklearn.neighbors._kd_tree.newObj",
        "sklearn.svm._classes.SVC",
        "statsmodels.tsa.statespace._kalman_filter.dKalmanFilter",
        "torch._C.Generator",
        "torch._utils._rebuild_tensor_v2",
        "torch.bfloat16",
        "torch.nn.functional.relu",
        "torch.nn.modules.linear.Linear",
        "xgboost.core.Booster",
        "torch.utils.data.dataloader.DataLoader",
        "sklearn.preprocessing._label.LabelEncoder",
        "datetime.datetime",
    ],
)
def test_what_models_are_made_of_is_usual(name: str) -> None:
    assert is_usual(name)


@pytest.mark.parametrize(
    "name",
    [
        "modelreg.flavors.rebuild.asarray",
        "modelreg.registry.connect",
        "joblib.numpy_pickle.load",
        "pandas.io.pickle.read_pickle",
        "torch.hub.load",
        "torch.serialization.load",
        "numpy.load",
        "numpy.testing._private.utils.runstring",
        "keras.saving.load_model",
        "datetime.system",
        "builtins.getattr",
        "os",
        "sklearnx.Model",
        "",
    ],
)
def test_what_does_more_is_unusual_though_a_framework_has_it(name: str) -> None:
    assert not is_usual(name)


@pytest.mark.parametrize(
    "name",
    [
        "torch.storage._load_from_bytes",
        "numpy.f2py.crackfortran.getlincoef",
        "numpy.f2py.crackfortran.myeval",
        "numpy.f2py.diagnose.run_command",
        "numpy.testing.measure",
        "numpy.distutils.exec_command.exec_command",
        "pandas.core.computation.eval.eval",
        "pandas.core.generic.to_pickle",
        "torch.fx.graph_module._forward_from_src",
        "torch.fx.graph_module.reduce_graph_module",
        "torch.fx.experimental.symbolic_shapes.ShapeEnv.evaluate_guards_expression",
        "torch._dynamo.guards.GuardBuilder.get",
        "torch._inductor.codecache.compile_file",
        "torch.distributed.rpc.rpc_sync",
        "torch.jit.unsupported_tensor_ops.execWrapper",
        "torch.utils._config_module.ConfigModule.load_config",
        "torch.utils.bottleneck.__main__.run_autograd_prof",
        "torch.utils.cpp_extension.load_inline",
        "torch.utils.data.datapipes.utils.decoder.basichandlers",
        "joblib.externals.loky.backend.popen_loky_posix.Popen",
        "sklearn.datasets._base.load_files",
        "scipy.io._mio.loadmat",
        "statsmodels.iolib.smpickle.load_pickle",
        "statsmodels.base.model.patsy_eval",
        "functools.partial.os",
        "pandas.io.common.os.popen",
        "sklearn.utils.fixes.sys.modules",
        "torch.nn.Module.__init__.__globals__.get",
        "numpy.__builtins__.get",
        "scipy._lib._bunch._sys.modules.get",
        "sklearn.feature_selection._base.attrgetter",
        "torch.utils.benchmark.utils.timer.Timer",
        "torch.utils.benchmark.utils.timer.Timer.timeit",
        "keras.src.saving.serialization_lib.deserialize_keras_object",
        "numpy.array",
        "numpy.fromfile",
        "numpy.memmap",
        "numpy.ndarray.tofile",
        "pandas.core.frame.DataFrame.query",
        "pandas.core.frame.DataFrame.to_csv",
        "pandas.io.pytables.HDFStore",
        "statsmodels.formula.api.ols",
        "statsmodels.base.model.Model.from_formula",
        "transformers.AutoModel.from_pretrained",
        "transformers.dynamic_module_utils.get_class_from_dynamic_module",
        "gensim.utils.check_output",
        "gensim.utils.unpickle",
        "dask.utils.apply",
        "polars.lazyframe.frame.LazyFrame.deserialize",
        "pyarrow._fs.FileSystem.delete_dir_contents",
        "onnxruntime.SessionOptions.register_custom_ops_library",
        "joblib.memory.MemorizedResult.get",
        "joblib.disk.delete_folder",
        "lightgbm.compat.CDLL",
        "xgboost.tracker.Thread",
        "joblib.parallel._Popen",
        "pandas.compat.pickle_compat.Unpickler",
    ],
)
def test_what_is_known_to_run_anything_is_never_counted_as_usual(name: str) -> None:
    assert not is_usual(name)


def test_the_copy_of_cloudpickle_that_a_library_has_brings_code_as_well() -> None:
    assert imported(["pyspark.cloudpickle.cloudpickle._make_function"]).startswith("brings code of its own")
