"""What contents import, said to somebody who is asked to trust them: what is unusual first, the rest counted.

A help to look, not a verdict: what is usual can be abused as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from modelreg import opcodes
from modelreg.flavors import FLAVORS
from modelreg.flavors.base import pickles, required
from modelreg.flavors.declared import DATA, DECLARED
from modelreg.names import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from modelreg.contents import Verified as Contents

SHOWN: Final = 6
"""How many unusual imports are named, and how many of those beside code of its own."""
OWN: Final = "cloudpickle"
"""Brings along code that lies in no module."""

_PLAIN: Final = frozenset(
    f"builtins.{name}"
    for name in (
        "bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "object", "range", "set", "slice",
        "str", "tuple", "type",
    )
) | {
    "_codecs.encode", "collections.Counter", "collections.OrderedDict", "collections.defaultdict", "collections.deque",
    "copyreg.__newobj__", "copyreg._reconstructor", "datetime.date", "datetime.datetime", "datetime.time",
    "datetime.timedelta", "datetime.timezone", "decimal.Decimal", "fractions.Fraction", "functools.partial",
    "pathlib.PosixPath", "pathlib.PurePosixPath", "pathlib.WindowsPath", "re._compile", "types.SimpleNamespace",
    "uuid.UUID",
}  # fmt: skip
"""What of Python itself only holds values."""
_FRAMEWORKS: Final = (frozenset(DECLARED) | DATA | {"joblib"}) - {"builtins", "collections", "datetime"}
_CLASS: Final = re.compile(
    r"(?!_*Popen|\w*DLL|\w*(?:Loader|Server|Process|Thread|Unpickler)$)_*[cdsz]?[A-Z]\w*|DataLoader"
)
"""A class, as libraries name theirs; some have one for each of four number types. Not one that starts something as it is made."""
_MODULE: Final = re.compile(r"_*[a-z]\w*|_C")
_REBUILDS: Final = re.compile(
    r"_reconstruct|_mareconstruct|_ufunc_reconstruct|scalar|_frombuffer|__pyx_unpickle_\w+|__\w+_ctor|newObj"
    r"|_new_(?:\w+)?Index|_unpickle_(?:block|timestamp)|_(?:nat|timedelta)_unpickle|_restore_array|py_buffer|type_for_alias"
    r"|_rebuild_(?:tensor|parameter|qtensor|sparse_tensor|sparse_csr_tensor|nested_tensor|meta_tensor_no_storage|from_type)\w*"
    r"|_get_layout"
)
"""Functions by which frameworks put what they pickled together again, and that do no more than that."""
_VALUES: Final = re.compile(
    r"numpy\.(?:_?core\.\w+\.|rec\.)?(?:ndarray|dtype|matrix|poly1d|record|recarray|void|bool_?|str_|bytes_|object_"
    r"|datetime64|timedelta64|longdouble|clongdouble|(?:u?int|float|complex)\d+)"
    r"|numpy\.(?:_?core\.\w+\.)?(?:abs|absolute|cbrt|exp|expm1|log|log10|log1p|log2|max|mean|median|min|sign|sqrt|square|std|sum|tanh)"
    r"|scipy\.sparse\.\w+\.(?:bsr|coo|csc|csr|dia|dok|lil)_(?:array|matrix)|scipy\.stats\.\w+\.(?:\w+_gen|rv_\w+|gaussian_kde)"
    r"|scipy\.(?:interpolate\.\w+\.interp1d|spatial\.\w+\.cKDTree)"
    r"|sklearn\.metrics\.(?:\w+\.)+\w*(?:_score|_error|_loss|_deviance|_ratio|_corrcoef|_kernel|_distances|_similarity)"
    r"|sklearn\.feature_selection\.\w+\.(?:chi2|\w+_classif|\w+_regression)|sklearn\.cluster\._kmeans\._kmeans_\w+"
    r"|torch\.(?:device|half|double|long|bool|strided|q?u?int\d+|b?float\d+\w*|complex\d+|per_\w+_affine|\w+_format|channels_last\w*)"
    r"|torch\.(?:nn\.functional\.|_C\._nn\.)?(?:relu6?|gelu|selu|elu|celu|silu|mish|softplus|sigmoid|tanh|leaky_relu|log_softmax|softmax)"
    r"|torch\.utils\.data\._utils\.collate\.default_collate"
)
"""Types, and functions of numbers alone, that are not named as classes are."""
_TOOLS: Final = (
    "joblib.externals.", "keras.src.saving.", "numpy.distutils.", "numpy.f2py.", "numpy.testing.", "pandas.core.computation.",
    "pandas.io.", "statsmodels.base.data.", "torch._dynamo.", "torch._inductor.", "torch.distributed.", "torch.fx.", "torch.hub.",
    "torch.jit.", "torch.multiprocessing.", "torch.package.", "torch.testing.", "torch.utils.benchmark.",
    "torch.utils.bottleneck.", "torch.utils.cpp_extension.", "torch.utils.data.datapipes.",
)  # fmt: skip
"""Parts of a framework that run code which they are given, put together, or read: a data set of statsmodels has a formula."""
_LED: Final = re.compile(
    r"_*(?:builtins|code|codeop|ctypes|importlib|inspect|marshal|multiprocessing|nt|os|pathlib|posix|pty|runpy|shutil|socket"
    r"|subprocess|sys|tempfile|threading)|__\w+__"
)
"""Modules and attributes to which a name may lead through a module of a framework that imported them."""
_OURS: Final = frozenset(f"modelreg.flavors.rebuild.{name}" for name in ("column", "frame", "storage", "typed_storage"))
"""What our own files call to put arrays, tensors and frames together."""


def named(source: Contents, noted: Iterable[str]) -> Iterable[str]:
    """Return what the bytes themselves say that they import: a row says what its writer likes."""
    stream = source.stream() if _is_pickle(source) else b""
    if not stream:
        return noted
    found = opcodes.read([stream])
    return {*noted, *(opcodes.glance([stream]) if found is None else found.imports)}


def told(source: Contents, noted: Iterable[str]) -> str:
    """Return a clause about what contents import, as far as their bytes say it.

    What a library reads from files of its own, or a flavor of another package from its own stream, may run what it likes.
    """
    if _is_pickle(source):
        return imported(named(source, noted))
    name = source.flavor[0]
    if name not in FLAVORS:
        return f"is of the flavor {shown(name)}, which is not installed here, so what loading it runs cannot be told"
    needs = ", ".join(required(FLAVORS[name]))
    what = f"imports {needs}, and what else" if needs else "is no pickle, so what"
    return f"{what} loading it runs cannot be told from its bytes"


def _is_pickle(source: Contents) -> bool:
    name = source.flavor[0]
    return name in FLAVORS and pickles(FLAVORS[name])


def is_usual(name: str) -> bool:
    """Whether a dotted name is one of those that models are made of: of a framework, or a value of Python.

    Of a framework that is a class, straight from a module, or one of a few functions and types that are known. A method of a
    class, or any other function, may do more than to put a model together.
    """
    if name in _PLAIN or name in _OURS:
        return True
    root, *way = name.split(".")
    if root not in _FRAMEWORKS or not way or name.startswith(_TOOLS) or any(_LED.fullmatch(step) for step in way[:-1]):
        return False
    *modules, last = way
    known = _CLASS.fullmatch(last) or _REBUILDS.fullmatch(last)
    return bool(_VALUES.fullmatch(name) or (known and all(map(_MODULE.fullmatch, modules))))


def imported(imports: Iterable[str]) -> str:
    """Return a clause about what is imported: ``imports the unusual os.system, beside 3 usual names of numpy``.

    Beside code of its own each name is told: what that code does with them no list says.
    """
    names = sorted(set(imports))
    own = brings_code(names)
    others = [name for name in names if not _is_own(name)]
    strange = [name for name in others if not is_usual(name)]
    more = f" and {len(strange) - SHOWN} more" if len(strange) > SHOWN else ""
    usual = [name for name in others if is_usual(name) and name not in _OURS]
    known = _counted(usual)
    parts = ["brings code of its own, which can do anything,"] if own else []
    if strange:
        beside = f", beside {known}" if known else ""
        parts.append(f"imports the unusual {', '.join(strange[:SHOWN])}{more}{beside}")
    elif own and usual:
        left = f" and {len(usual) - SHOWN} more" if len(usual) > SHOWN else ""
        parts.append(f"imports {', '.join(usual[:SHOWN])}{left}")
    elif known:
        parts.append(f"imports only {known}")
    return " and ".join(parts).rstrip(",") or "imports nothing"


def brings_code(imports: Iterable[str]) -> bool:
    """Whether contents bring code that lies in no module."""
    return any(_is_own(name) for name in imports)


def _is_own(name: str) -> bool:
    """Whether a name is of cloudpickle, also of a copy of it that another library has."""
    return OWN in name.split(".")[:-1]


def _counted(names: list[str]) -> str:
    """Return how many names there are, and of what: ``9 usual names of numpy and sklearn``."""
    if not names:
        return ""
    roots = sorted({"Python" if name in _PLAIN else name.partition(".")[0] for name in names}, key=str.casefold)
    listed = " and ".join([*([", ".join(roots[:-1])] if roots[1:] else []), roots[-1]])
    return f"{len(names)} usual {'name' if len(names) == 1 else 'names'} of {listed}"
