"""The Python that made a model: the distributions that it needs, those of the session, the machine.

All is found in the process; no subprocess, no import of what is described. Nothing here raises: what cannot be found out
stands in ``errors``.
"""

from __future__ import annotations

import os
import platform
import sys
from typing import TYPE_CHECKING, Final

from modelreg.capture.environment.records import Distribution, Drift, Environment, Homeless
from modelreg.capture.modules import file_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from modelreg.capture.secrets import Found

__all__ = ["Distribution", "Drift", "Environment", "Homeless", "capture", "drift", "near", "present", "requirements"]

VARIABLES: Final = (
    "CUBLAS_WORKSPACE_CONFIG",
    "CUDA_VISIBLE_DEVICES",
    "KERAS_BACKEND",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "PYTHONHASHSEED",
    "PYTHONOPTIMIZE",
    "TF_DETERMINISTIC_OPS",
    "TF_ENABLE_ONEDNN_OPTS",
)
"""The only variables that are kept: they change what a training gives."""
_VALUE_MOST: Final = 200
_OURS: Final = "modelreg"
_TOOLS: Final = frozenset({"ipython", _OURS})
"""What a notebook is worked with: code that calls them takes them, but no model takes what they bring for themselves."""


def capture(
    modules: Iterable[str],
    *,
    code: Iterable[str] = (),
    loaded: Iterable[str] | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Environment:
    """Return the environment as far as the named modules need it.

    Parameters
    ----------
    modules : iterable of str
        Dotted names: what the pickle stream imports, where custom classes come from and what they derive from.
    code : iterable of str, optional
        What the code imports that made the model. The user's own modules are told of `modules` alone.
    loaded : iterable of str, optional
        The modules of the session; default: those of this process.
    environ : mapping, optional
        Where the allowed variables are read from.
    """
    names = sorted(set(modules))
    try:
        variables, found = _variables(environ)
        record = Environment(
            python=platform.python_version(),
            implementation=platform.python_implementation(),
            system=platform.system(),
            release=platform.release(),
            arch=platform.machine(),
            variables=variables,
            redactions=found,
        )
    except Exception as error:  # noqa: BLE001  (a capture never stops what it describes)
        return Environment(errors=(f"the environment was not captured: {type(error).__name__}: {error}",))
    try:
        return _filled(record, names, code, sorted(set(sys.modules if loaded is None else loaded)))
    except Exception as error:  # noqa: BLE001  (the same)
        from dataclasses import replace

        return replace(record, errors=(f"the installed packages were not captured: {type(error).__name__}: {error}",))


def _variables(environ: Mapping[str, str]) -> tuple[tuple[tuple[str, str], ...], tuple[Found, ...]]:
    from modelreg.capture.secrets import redact

    clean = {name: redact(environ[name][:_VALUE_MOST], environ=environ) for name in VARIABLES if name in environ}
    found = tuple(one for redacted in clean.values() for one in redacted.found)
    return tuple((name, redacted.text) for name, redacted in clean.items()), found


def _filled(record: Environment, names: list[str], code: Iterable[str], loaded: list[str]) -> Environment:
    from dataclasses import replace

    from modelreg.capture.environment.closure import closure
    from modelreg.capture.environment.drifts import canonical
    from modelreg.capture.environment.installed import describe, distributions_of, importable, own

    brought: dict[str, set[str]] = {}
    homeless, missing = [], []
    for module in names:
        if own(module):
            continue
        found = distributions_of(module)
        for name in found:
            brought.setdefault(canonical(name), set()).add(module.partition(".")[0])
        if not found and importable(module):
            homeless.append(Homeless(module=module, file=file_of(sys.modules.get(module))))
        elif not found:
            missing.append(module)
    run: dict[str, set[str]] = {}
    for module in code:
        for name in () if own(module) else distributions_of(module):
            run.setdefault(canonical(name), set()).add(module.partition(".")[0])
    # what reads the contents is modelreg, whatever they lead to of it
    tools = {name for name in {*run, *brought} & _TOOLS if name == _OURS or name not in brought}
    roots = {*brought, *run} - tools
    try:
        needs, lacking = closure(roots)
    except ImportError as error:  # no `packaging` here: what is needed itself is still told
        needs, lacking = {name: name for name in roots}, [f"what the packages need in turn is not known: {error}"]
    needs.update((name, name) for name in tools if name not in needs)
    needed = [
        describe(needs[key], sorted(brought.get(key, run.get(key, set()))), direct=key in brought, code=key in run)
        for key in sorted(needs)
    ]
    session = dict.fromkeys(
        canonical(name)
        for module in loaded
        if "." not in module and not own(module)
        for name in distributions_of(module)
    )
    described = [describe(name) for name in sorted(session)]
    kept = tuple(one for one in needed if one)
    return replace(
        record,
        needed=kept,
        loaded=tuple(one for one in described if one),
        homeless=tuple(homeless),
        missing=tuple(missing),
        warnings=(*lacking, *_local(one for one in kept if one.direct or canonical(one.name) not in _TOOLS)),
    )


def _local(needed: Iterable[Distribution]) -> list[str]:
    from modelreg.capture.environment.drifts import pinned

    return [
        f"{one.name} was installed from {one.origin}, which only this machine has" for one in needed if not pinned(one)
    ]


def requirements(environment: Environment) -> str:
    """Return a ``requirements.txt`` of what the model and its code need, with what pip cannot give as comments."""
    from modelreg.capture.environment.drifts import pinned

    machine = f"{environment.implementation} {environment.python}, {environment.system} {environment.arch}"
    lines = [f"# {machine}"]
    # not a package, but without it what was installed is not found
    lines += [f"# {name}={_plain(value)}" for name, value in environment.variables if name == "KERAS_BACKEND"]
    for one in sorted(environment.needed, key=lambda one: (not one.direct, not one.code, one.name.casefold())):
        line = pinned(one)
        lines.append(line or f"# {_plain(one.name)} {_plain(one.version)}: installed from {_plain(one.origin or '')}")
    lines += [
        f"# in no package: {_plain(one.module)} ({_plain(one.file or 'no file')})" for one in environment.homeless
    ]
    lines += [f"# was not installed: {_plain(module)}" for module in environment.missing]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    # a line end in a name would make a line of the file out of what follows
    return "".join(sign if sign.isprintable() else " " for sign in text)


def present(then: Environment) -> Environment:
    """Return this process's environment as far as a recorded one needs it: quick, by the names recorded.

    Parameters
    ----------
    then : Environment
        The record.
    """
    from dataclasses import replace

    from modelreg.capture.environment.installed import describe, distributions_of, importable

    record = capture(())
    try:
        needed = [describe(one.name, one.modules, direct=one.direct, code=one.code) for one in then.needed]
        gone = [one for one, found in zip(then.needed, needed, strict=True) if found is None]
        modules = [module for one in gone for module in one.modules]
        others = [
            describe(name, (module,)) for module in modules if importable(module) for name in distributions_of(module)
        ]
        asked = (*modules, *(one.module for one in then.homeless), *then.missing)
        missing = tuple(module for module in asked if not importable(module))
    except Exception as error:  # noqa: BLE001  (a look at the environment never stops a load)
        return replace(record, errors=(f"the installed packages were not looked at: {type(error).__name__}: {error}",))
    return replace(record, needed=tuple(one for one in (*needed, *others) if one), missing=missing)


def near(then: Environment) -> Environment:
    """Return this Python as far as a load asks: what `then` needs itself, and which modules are gone. Takes milliseconds.

    Parameters
    ----------
    then : Environment
        The record, with those packages that matter.
    """
    from modelreg.capture.environment.installed import describe, importable

    try:
        needed = [describe(one.name, one.modules, direct=one.direct, code=one.code) for one in then.needed]
        asked = (*(module for one in then.needed for module in one.modules), *(one.module for one in then.homeless))
        missing = tuple(module for module in asked if not importable(module))
    except Exception as error:  # noqa: BLE001  (a look at the environment never stops a load)
        return Environment(errors=(f"the installed packages were not looked at: {type(error).__name__}: {error}",))
    return Environment(
        python=platform.python_version(),
        implementation=platform.python_implementation(),
        system=platform.system(),
        release=platform.release(),
        arch=platform.machine(),
        needed=tuple(one for one in needed if one),
        missing=missing,
    )


def drift(then: Environment, now: Environment, *, by_value: bool = False, native: bool = False) -> tuple[Drift, ...]:
    """Return how ``now`` differs from ``then``, the worst first.

    Parameters
    ----------
    then, now : Environment
        What was recorded, and what `present` gives.
    by_value : bool, optional
        The model holds functions as code, which another minor Python may not run.
    native : bool, optional
        The model is in a format of one kind of machine.
    """
    from modelreg.capture.environment.drifts import drifts

    order = {"error": 0, "warning": 1, "note": 2}
    found = drifts(then, now, by_value=by_value, native=native)
    return tuple(sorted(found, key=lambda one: (order[one.severity], one.rank, one.what.casefold())))
