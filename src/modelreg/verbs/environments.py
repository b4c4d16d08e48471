"""The environment of a version as it is looked at: what it needs, and what of that this kernel has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture import environment
from modelreg.capture.environment.drifts import canonical
from modelreg.catalog import facts, stored
from modelreg.errors import NotFoundError
from modelreg.names import quote
from modelreg.records import Beside, Environment, Finding, Package
from modelreg.verbs import env, restored, target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from modelreg.verbs.context import Context

_UNSEEN: Final = (
    "whether all of your own modules are as they were is not known: not all were noted, or looked at in time"
)


def read(told: Mapping[str, Any]) -> Environment | None:
    """Return the environment that the facts of a run tell; None where there are none, or none that we can read."""
    then = restored.environment(told)
    return None if then is None else _looked(then)


def beside(ctx: Context, ref: str) -> Beside:
    """Return an environment beside this kernel; see :meth:`modelreg.registry.Registry.environment`."""
    with ctx.read() as conn:
        found = target.find(conn, ref)
        version = found.record(conn)
        runs = facts.runs(conn, found.member.version_id)
        known = stored.find(conn, version.content_id)
    then = env.recorded(runs)
    if then is None:
        msg = f"no environment of {version.ref} is known: it was registered without one, or that has not landed"
        raise NotFoundError(msg, tries=(f"show {quote(version.ref)}",))
    now = environment.present(then)
    drift = environment.drift(then, now)
    own, all_seen = env.own(runs, known.imports if known is not None else ())
    here = {canonical(one.name): one.version for one in now.needed}
    weight = {one.what: one.severity for one in reversed(drift)}  # the worst of one package last
    looked = _looked(then)
    return Beside(
        version=version,
        environment=replace(
            looked,
            packages=tuple(
                replace(one, here=here.get(canonical(one.name), ""), severity=weight.get(one.name, ""))
                for one in looked.packages
            ),
        ),
        findings=(
            *(Finding(severity="warning", subject=one, text=text) for one, text in own),
            *(() if all_seen else (Finding(severity="note", subject="", text=_UNSEEN),)),
            *(Finding(severity=one.severity, subject=one.what, text=one.message) for one in drift),
        ),
        requirements=environment.requirements(then),
    )


def _looked(then: environment.Environment) -> Environment:
    needed = sorted(then.needed, key=lambda one: (not one.direct, one.name.casefold()))
    return Environment(
        python=f"{then.implementation} {then.python}".strip(),
        machine=f"{then.system} {then.arch}".strip(),
        packages=tuple(
            Package(name=one.name, version=one.version, direct=one.direct, origin=one.origin or "") for one in needed
        ),
        modules=tuple((one.module, one.file or "") for one in then.homeless),
        missing=then.missing,
        variables=then.variables,
        warnings=then.warnings,
    )
