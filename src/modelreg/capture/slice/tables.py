"""What is known of methods and packages: which change things, which never do."""

from __future__ import annotations

MUTATORS = frozenset(
    [
        "fit",
        "fit_transform",
        "fit_predict",
        "fit_resample",
        "partial_fit",
        "train",
        "eval",
        "set_params",
        "append",
        "extend",
        "insert",
        "update",
        "sort",
        "reverse",
        "pop",
        "popitem",
        "clear",
        "remove",
        "discard",
        "add",
        "setdefault",
        "step",
        "zero_grad",
        "backward",
        "load_state_dict",
        "compile",
        "add_module",
        "register_buffer",
        "requires_grad_",
        "write",
        "writelines",
        "seek",
        "fill",
        "put",
        "resize",
        "shuffle",
        "drop_duplicates_",
        "set_index_",
        "setflags",
        "send",
        "__next__",
        "appendleft",
        "popleft",
        "rotate",
    ]
)
"""Methods that change their receiver; a trailing underscore (torch) says the same."""

ARGUMENT_MUTATORS = frozenset(
    [
        "shuffle",
        "copyto",
        "fill_diagonal",
        "put",
        "place",
        "putmask",
        "setattr",
        "delattr",
        "next",
        "heappush",
        "heappop",
        "heapify",
        "clip_grad_norm_",
    ]
)
"""Functions that change their first argument."""

PURE_PACKAGES = frozenset(
    [
        "sklearn",
        "numpy",
        "pandas",
        "scipy",
        "matplotlib",
        "seaborn",
        "math",
        "statistics",
        "itertools",
        "functools",
        "collections",
        "json",
        "re",
        "os",
        "sys",
        "pathlib",
        "time",
        "datetime",
        "random",
        "torch",
        "torchvision",
        "xgboost",
        "lightgbm",
        "catboost",
        "statsmodels",
        "plotly",
        "typing",
        "dataclasses",
        "warnings",
        "joblib",
        "copy",
        "operator",
        "string",
        "glob",
        "io",
        "pickle",
    ]
)
"""Their functions leave what they are given alone, except those of `ARGUMENT_MUTATORS`."""

FACTORIES = frozenset(
    {"make_pipeline", "make_union", "make_column_transformer", "zip", "list", "tuple", "dict", "iter"}
)
"""Calls whose result holds what they were given, as capitalised constructors do."""

RANDOM_ROOTS = ("np.random", "numpy.random", "random", "torch.rand", "torch.manual_seed", "tf.random")
SEEDERS = frozenset({"seed", "manual_seed", "set_seed", "set_state", "manual_seed_all"})
RANDOM_CALLS = frozenset(
    [
        "train_test_split",
        "make_classification",
        "make_regression",
        "make_blobs",
        "make_moons",
        "make_circles",
        "sample",
        "shuffle",
        "permutation",
        "randn",
        "rand",
        "randint",
        "choice",
        "resample",
        "KFold",
        "StratifiedKFold",
        "ShuffleSplit",
        "cross_val_score",
        "cross_validate",
        "DataLoader",
        "Linear",
        "Conv2d",
        "Sequential",
        "Dropout",
        "Embedding",
        "LSTM",
        "GRU",
        "randperm",
    ]
)
"""Draw from the global generator when no `random_state` is given."""

WRITERS = frozenset(
    [
        "to_csv",
        "to_parquet",
        "to_pickle",
        "to_json",
        "to_excel",
        "dump",
        "save",
        "savez",
        "savetxt",
        "chdir",
        "makedirs",
        "mkdir",
        "write_text",
        "write_bytes",
        "system",
        "getoutput",
        "urlretrieve",
    ]
)
READERS = frozenset(
    [
        "read_csv",
        "read_parquet",
        "read_pickle",
        "read_json",
        "read_excel",
        "load",
        "loadtxt",
        "genfromtxt",
        "glob",
        "read_text",
        "read_bytes",
        "listdir",
        "open",
    ]
)
CONFIGURERS = frozenset({"set_config", "set_option", "set_default_dtype", "use_deterministic_algorithms", "seterr"})
DROPPED_MAGICS = frozenset(
    [
        "timeit",
        "matplotlib",
        "load_ext",
        "reload_ext",
        "autoreload",
        "config",
        "who",
        "modelreg",
        "pip",
        "conda",
    ]
)
HARMLESS_COMMANDS = frozenset(
    ["pip", "pip3", "conda", "mamba", "ls", "cat", "head", "tail", "echo", "pwd", "nvidia-smi", "wc", "which", "python"]
)
