"""How one environment differs from another, the worst first."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Final

from modelreg.capture.environment.installed import pip_name
from modelreg.capture.environment.records import Drift

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelreg.capture.environment.records import Distribution, Environment

__all__ = ["canonical", "drifts", "guessed", "pinned"]

_BASE: Final = frozenset(
    {"cloudpickle", "dill", "joblib", "narwhals", "numpy", "pandas", "pyarrow", "scipy", "threadpoolctl"}
)
"""Libraries under the frameworks: their data formats hold within a major version."""
_RELEASE = re.compile(r"(?:\d+!)?(\d+)(?:\.(\d+))?")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_VERSION = re.compile(r"[A-Za-z0-9.!+_-]+")
_REPOSITORY = re.compile(r"(?:bzr|git|hg|svn)\+[a-z][a-z0-9+.-]*://[A-Za-z0-9._~:/@%+,=\[\]-]+")
"""Of pip's own addresses those without any sign that a shell, or a file of requirements, reads as more than an address."""
_COMMIT = re.compile(r"[0-9a-f]{1,64}")


def canonical(name: str) -> str:
    """Return a name of a distribution as all its spellings share it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(one: Distribution) -> str | None:
    """Return what to give to pip to have exactly this, or None where only one machine has it or it is no such thing."""
    if not _PLAIN.fullmatch(one.name):
        return None
    if one.origin:
        sound = _REPOSITORY.fullmatch(one.origin) and (not one.commit or _COMMIT.fullmatch(one.commit))
        at = f"@{one.commit}" if one.commit else ""
        return f"{one.name} @ {one.origin}{at}" if sound else None
    return f"{one.name}=={one.version}" if _VERSION.fullmatch(one.version) else one.name


def guessed(module: str) -> tuple[str, bool]:
    """Return under which name pip may know a module, and whether that is sure; an empty one where it cannot be a name."""
    name, sure = pip_name(module)
    return (name, sure) if _PLAIN.fullmatch(name) else ("", False)


def drifts(then: Environment, now: Environment, *, by_value: bool, native: bool) -> Iterator[Drift]:
    """Yield the differences, in no order."""
    yield from _missing(then, now)
    yield from _versions(then, now)
    yield from _python(then, now, by_value=by_value)
    yield from _machine(then, now, native=native)
    yield from _variables(then, now)


def _missing(then: Environment, now: Environment) -> Iterator[Drift]:
    gone = {*now.missing, *(module.partition(".")[0] for module in now.missing)}
    for lone in then.homeless:
        if lone.module.partition(".")[0] in gone:
            message = f"the module {lone.module} is missing; it was in no package, but {lone.file or 'in the session'}"
            yield Drift(severity="error", rank=1, what=lone.module, then=lone.file or "", now="", message=message)
    have = {canonical(one.name) for one in now.needed}
    for one in then.needed:
        lost = [module for module in one.modules if module in gone]
        if canonical(one.name) in have or (one.modules and not lost):
            continue
        pip = pinned(one)
        how = f": pip install {shlex.quote(pip)}" if pip else f"; it came from {one.origin}" if one.origin else ""
        what = f"the module {', '.join(lost)} is missing" if lost else f"{one.name} is not installed"
        severity = "error" if one.direct else "warning"
        yield _drift(severity, 1 if one.direct else 2, one, None, what + how)
    known = {module for one in then.needed for module in one.modules}
    known |= {lone.module.partition(".")[0] for lone in then.homeless}
    for module in sorted({name.partition(".")[0] for name in now.missing} - known):
        name, sure = guessed(module)
        how = f": pip install {name}" if sure else f"; the package may be called {name}" if name else ""
        message = f"the module {module} is missing{how}"
        yield Drift(severity="error", rank=1, what=module, then="", now="", message=message, pip=name if sure else None)


def _drift(severity: str, rank: int, then: Distribution, now: Distribution | None, message: str) -> Drift:
    return Drift(
        severity="error" if severity == "error" else "warning" if severity == "warning" else "note",
        rank=rank,
        what=then.name,
        then=then.version,
        now=now.version if now else "",
        message=message,
        pip=pinned(then),
    )


def _versions(then: Environment, now: Environment) -> Iterator[Drift]:
    have = {canonical(one.name): one for one in now.needed}
    brings = {module: one for one in now.needed for module in one.modules}
    for one in then.needed:
        other = have.get(canonical(one.name)) or next((brings[name] for name in one.modules if name in brings), None)
        if other is None or (other.version, other.commit) == (one.version, one.commit):
            continue
        rank, severity = _weight(one, other)
        place = f" from {other.name}" if canonical(other.name) != canonical(one.name) else ""
        yield _drift(severity, rank, one, other, f"{one.name} {one.version} then, {other.version}{place} now")


def _weight(then: Distribution, now: Distribution) -> tuple[int, str]:
    name = canonical(then.name)
    before, after = _release(then.version), _release(now.version)
    if name == "numpy":
        return (4, "warning") if before[0] != after[0] else (6, "note")
    if not then.direct:
        return 6, "note"
    # a minor version of a framework changes what its pickles hold; what they rest on keeps to its major version
    parts = 1 if name in _BASE else 2
    apart = before[:parts] != after[:parts] or then.commit != now.commit
    return (2, "warning") if apart else (6, "note")


def _release(version: str) -> tuple[str, str]:
    found = _RELEASE.match(version)
    return (found[1], found[2] or "0") if found else (version, "")


def _python(then: Environment, now: Environment, *, by_value: bool) -> Iterator[Drift]:
    if (then.python, then.implementation) == (now.python, now.implementation) or not then.python:
        return
    other = then.implementation not in {"", now.implementation}
    minor = _release(then.python) != _release(now.python)
    heavy = other or (minor and by_value)
    why = "; functions that are stored by value may not run" if minor and by_value else ""
    before, after = f"{then.implementation} {then.python}".strip(), f"{now.implementation} {now.python}"
    yield Drift(
        severity="warning" if heavy else "note",
        rank=3 if heavy or minor else 6,
        what="python",
        then=before,
        now=after,
        message=f"{before} then, {after} now{why}",
    )


def _machine(then: Environment, now: Environment, *, native: bool) -> Iterator[Drift]:
    for what, before, after in (("system", then.system, now.system), ("arch", then.arch, now.arch)):
        if before and before != after:
            message = f"{before} then, {after} now"
            yield Drift(
                severity="warning" if native else "note", rank=5, what=what, then=before, now=after, message=message
            )


def _variables(then: Environment, now: Environment) -> Iterator[Drift]:
    before, after = dict(then.variables), dict(now.variables)
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, ""), after.get(name, "")
        if old != new:
            message = f"{name} was {old or 'not set'}, it is {new or 'not set'}"
            yield Drift(severity="note", rank=6, what=name, then=old, now=new, message=message)
