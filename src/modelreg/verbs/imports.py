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
_ACTS: Final = re.compile(
    r"_*(?:[a-z]+_)*(?:load|read|write|pickle|run|[a-z]*exec|[a-z]*eval|system|spawn|[Pp]?open|import|download|save|compile)"
    r"[A-Za-z0-9_]*"
)
"""Functions of a framework that do more than to put a model together. One is in old streams of torch: what it takes is a
pickle in the pickle, of which nothing is read here."""
_TOOLS: Final = (
    "joblib.externals.", "numpy.distutils.", "numpy.f2py.", "numpy.testing.", "pandas.core.computation.", "torch._dynamo.",
    "torch._inductor.", "torch.distributed.", "torch.fx.", "torch.hub.", "torch.jit.", "torch.package.", "torch.testing.",
    "torch.utils.bottleneck.", "torch.utils.data.datapipes.",
)  # fmt: skip
"""Parts of a framework that run code which they are given, or put together."""
_LED: Final = re.compile(
    r"(?:builtins|code|ctypes|importlib|marshal|nt|os|posix|pty|runpy|shutil|socket|subprocess|sys|__\w+__)"
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
    """Whether a dotted name is one of those that models are made of: of a framework, or a value of Python."""
    if name in _PLAIN or name in _OURS:
        return True
    root, *way = name.split(".")
    return (
        root in _FRAMEWORKS
        and not name.startswith(_TOOLS)
        and not any(_LED.fullmatch(step) for step in way)
        and _ACTS.fullmatch(way[-1] if way else root) is None
    )


def imported(imports: Iterable[str]) -> str:
    """Return a clause about what is imported: ``imports the unusual os.system, beside 3 usual names of numpy``.

    Beside code of its own each name is told: what that code does with them no list says.
    """
    names = sorted(set(imports))
    own = brings_code(names)
    others = [name for name in names if name.partition(".")[0] != OWN]
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
    return any(name.partition(".")[0] == OWN for name in imports)


def _counted(names: list[str]) -> str:
    """Return how many names there are, and of what: ``9 usual names of numpy and sklearn``."""
    if not names:
        return ""
    roots = sorted({"Python" if name in _PLAIN else name.partition(".")[0] for name in names}, key=str.casefold)
    listed = " and ".join([*([", ".join(roots[:-1])] if roots[1:] else []), roots[-1]])
    return f"{len(names)} usual {'name' if len(names) == 1 else 'names'} of {listed}"
