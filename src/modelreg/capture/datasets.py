"""The data that a model was trained on: what it is, by its contents, where it came from, and what it looks like.

Its digest is fixed before the answer, for the user may change it in the next cell. Profiles, and the files that it was read
from, are looked at afterwards, on data that later changes do not reach.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.clean import cleaned
from modelreg.capture.moment import Captured
from modelreg.capture.trained import change, trained_on
from modelreg.records import DataUse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from modelreg.capture.data import Change, Fingerprint, Origin, Seen
    from modelreg.capture.data.frozen import Frozen
    from modelreg.capture.moment import Moment
    from modelreg.capture.trained import Trained

COLUMNS: Final = 1000
"""Columns that are listed."""
LONGEST: Final = 500
"""Letters of an expression."""
BEFORE: Final = 1 << 30
"""Bytes that are read before the answer where all can be read after it."""
MOST: Final = 8 << 30
"""Bytes that are read at all."""
FEW: Final = 3
"""Variables that are named in the answer."""
ITSELF: Final = "dataset"
"""The role of what is itself logged."""
FILE: Final = "file"
"""The role of a file that an input was read from."""
WHOLE: Final = "from"
"""The role of what an input is a part of, or was made of: who asks for ``df`` means also ``df[columns]``. Of others than what
was trained on it stands behind theirs: ``eval from``."""
NONE: Final = "no data found (--data X keeps it)"
"""What the answer says of a model that was trained here on nobody knows what."""
SCHEME: Final = "mrfp1:"
_NOUNS: Final = {
    "numpy": "array", "scipy": "array", "torch": "tensor",
    "pandas": "frame", "polars": "frame", "pyarrow": "table",
}  # fmt: skip


@dataclass(slots=True)
class _Dataset:
    """One of them while it is captured."""

    told: dict[str, Any]
    use: DataUse
    frozen: Frozen | None = None
    sure: bool = True
    """All of it is what the model saw; else it was compared at some places only."""
    same: bool = True
    """The very object that the model saw is there: where it came from is where the model's data came from."""


def capture(moment: Moment) -> Captured:
    """Return what is known at once, with the profiles and origins to come."""
    found = list(_itself(moment) if moment.dataset else _inputs(moment))
    if not found:
        return Captured(said=NONE if _was_trained(moment) and not moment.known.get("data") else "")
    said = "" if moment.dataset else _said(found)
    log, scope, directory, dataset = moment.log, _texts(moment.scope), moment.directory, moment.dataset

    def more() -> Captured:
        from modelreg.capture.data import origins

        files: dict[str, DataUse] = {}
        for one in found:
            _complete(one)
            came = origins(log, scope, one.use.name, base=directory) if one.use.name else ()
            one.told["origin"] = [each.to_json() for each in came]
            if one.same:
                files.update((use.name, use) for use in map(_file, came) if use is not None)
        whole = _captured(found, said)
        return whole if dataset else replace(whole, data=(*whole.data, *files.values()))

    return replace(_captured(found, said), more=more, notes=tuple(_doubts(found)))


def _was_trained(moment: Moment) -> bool:
    """Whether it is a fitted estimator, and something was trained in the session."""
    if moment.dataset or not moment.variable or not hasattr(type(moment.obj), "fit"):
        return False
    fitted = any(name.endswith("_") and not name.startswith("_") for name in getattr(moment.obj, "__dict__", ()))
    return fitted and any("fit" in cell.code for cell in moment.log)


def use_of(role: str, name: str, obj: object, found: Fingerprint) -> DataUse:
    """Return the note that a run used some data."""
    from modelreg.capture.data.kinds import kind_of

    rows, columns = extent(found)
    return DataUse(
        role=role, name=name[:LONGEST], digest=found.digest, kind=kind_of(obj) or found.kind, rows=rows, columns=columns,
        partial=found.partial,
    )  # fmt: skip


def extent(found: Fingerprint | Seen) -> tuple[int | None, int | None]:
    """Return the rows and columns of some data."""
    # of a file its shape is its size
    shape = () if found.kind in {"file", "folder"} else found.shape
    return (shape[0] if shape else None), (shape[1] if len(shape) > 1 else None)


def _itself(moment: Moment) -> Iterator[_Dataset]:
    """Yield the dataset that is logged."""
    from modelreg.capture.data.frozen import freeze

    known: Fingerprint | None = moment.known.get("fingerprint")
    if known is None or moment.obj is None:
        return
    use = use_of(ITSELF, moment.variable, moment.obj, known)
    told = {"role": ITSELF, "expression": moment.variable, "kind": use.kind, **_told(known)}
    yield _Dataset(told, use, freeze(moment.obj))


def _inputs(moment: Moment) -> Iterator[_Dataset]:
    for one in trained_on(moment):
        told = one.input.to_json()
        if one.change is not None:
            told["changed"] = one.change.to_json()
        if one.stands:
            yield _looked_at(told, one.input.role, one.input.expression, one.value, sure=one.sure)
            continue
        unknown = one.value is not None and one.change is not None and one.change.state == "unknown"
        yield replace((_as_it_may_be if unknown else _as_it_was)(one, told), same=one.same)
    for name, (value, state) in _parted(moment).items():
        told = {"role": WHOLE, "expression": name, "name": name, "inferred": True, "changed": state.to_json()}
        yield _looked_at(told, WHOLE, name, value, sure=state.state == "unchanged")


def _parted(moment: Moment) -> dict[str, tuple[Any, Change]]:
    """Return the variables of which parts flowed into the training, as far as all of them is what it was."""
    from modelreg.capture.data.flows import is_data

    found = trained_on(moment)
    known = {one.input.expression for one in found}
    parts: dict[str, tuple[Any, Change]] = {}
    for one in found:
        name = one.input.name
        value = moment.scope.get(name) if one.stands and name not in known | parts.keys() else None
        if value is None or not is_data(value):
            continue
        state = change(moment, one.input, name)
        if state.state in {"unchanged", "sampled"}:
            parts[name] = value, state
    return parts


def _looked_at(told: dict[str, Any], role: str, name: str, value: Any, *, sure: bool) -> _Dataset:
    """Fix what the data is by looking at it; that it is what the model saw is `sure` or was seen at some places."""
    from modelreg.capture.data import fingerprint
    from modelreg.capture.data.frozen import freeze

    frozen = freeze(value)
    found = fingerprint(value, limit=BEFORE if frozen.sure else MOST)
    use = use_of(role, name, value, found)
    use = replace(use, partial=use.partial or not sure)
    return _Dataset({"kind": use.kind, **told, **_told(found)}, use, frozen, sure=sure)


def _as_it_may_be(one: Trained, told: dict[str, Any]) -> _Dataset:
    """Tell what the data is now, apart from what the model saw, which nobody knows."""
    from modelreg.capture.data import fingerprint

    found = fingerprint(one.value, limit=BEFORE)
    use = DataUse(role=one.input.role, name=one.input.expression[:LONGEST], kind=one.input.kind)
    told.pop("shape", None)
    if found.error:
        told["error"] = found.error
    return _Dataset({**told, "now": _told(found)}, use)


def _as_it_was(one: Trained, told: dict[str, Any]) -> _Dataset:
    """Tell what the model saw, which is gone or another now, as far as its cell was watched."""
    then, gone = one.then, DataUse(role=one.input.role, name=one.input.expression[:LONGEST], kind=one.input.kind)
    if then is None:
        return _Dataset(told, gone)
    # a digest of some places only says nothing to anybody else
    digest = then.digest if then.digest and then.digest.startswith(SCHEME) and not then.rebound else None
    told |= {"digest": digest, "kind": then.kind, "shape": list(then.shape)}
    if digest:
        told.pop("error", None)
    rows, columns = extent(then)
    return _Dataset(told, replace(gone, digest=digest, kind=then.kind, rows=rows, columns=columns))


def _file(origin: Origin) -> DataUse | None:
    """Return the file that data was read from as data of its own: who asks for the file means what was made of it."""
    from modelreg.capture.data.fingerprints import of_file

    if origin.path is None or origin.digest is None or origin.changed is True:
        return None
    name = origin.relative or PurePath(origin.path).name
    return DataUse(
        role=FILE, name=name[:LONGEST], digest=of_file(origin.digest, folder=origin.kind == "folder"), kind=origin.kind
    )


def is_source(role: str) -> bool:
    """Whether data of a role is what other data was made of."""
    return role == WHOLE or role.endswith(f" {WHOLE}")


def _told(found: Fingerprint) -> dict[str, Any]:
    told = found.to_json()
    told.pop("kind")  # what its own library calls it says more
    for part in ("columns", "index"):
        if len(told[part]) > COLUMNS:
            told[part], told["truncated"] = told[part][:COLUMNS], True
    return told


def _complete(one: _Dataset) -> None:
    """Add what takes time: figures of each column, and a whole digest where only some rows were read."""
    from modelreg.capture.data import fingerprint, profile

    if one.frozen is None:
        return
    if one.told.get("partial") and one.frozen.sure:
        found = fingerprint(one.frozen.value, limit=MOST)
        one.use = replace(one.use, digest=found.digest, partial=found.partial or not one.sure)
        one.told |= _told(found)
    figures = profile(one.frozen.value).to_json()
    figures["columns"] = figures["columns"][:COLUMNS]
    same = one.frozen.same()
    one.told["profile"] = figures if same else {"error": "it was changed before it was looked at"}
    one.frozen = None


def _captured(found: Sequence[_Dataset], said: str) -> Captured:
    facts, taken = cleaned({"inputs": [one.told for one in found]})
    errors = tuple(fault for one in found for fault in _faults(one))
    uses = tuple(one.use for one in found if one.use.name and one.use.role != ITSELF)
    return Captured(facts=facts, data=uses, said=said, redactions=taken, errors=errors)


def _faults(one: _Dataset) -> Iterator[str]:
    """Yield what was not found out; the words of an error may hold data, so they stay out."""
    told, name = one.told, one.use.name
    if told.get("error") and not name:
        yield told["error"]
    if any(each.get("error") for each in told.get("columns", ())):
        yield f"columns of {name} could not be read"
    profile = told.get("profile", {})
    if any(each.get("error") for each in (profile, *profile.get("columns", ()))):
        yield f"figures of {name} are missing"
    if any(each["kind"] == "unknown" and each.get("error") for each in told.get("origin", ())):
        yield f"where {name} came from was not found out"


def _said(found: Sequence[_Dataset]) -> str:
    """Say how many there are, and what others were made of: ``data 2 frames``, ``data 1 frame, from df``."""
    mine = [one for one in found if one.use.name and not is_source(one.use.role)]
    made = [one for one in found if one.use.name and is_source(one.use.role) and "whole" in one.told]
    nouns = Counter(_NOUNS.get(one.use.kind.partition(".")[0], "other") for one in mine)
    many = sum(nouns.values())
    noun = next(iter(nouns)) if len(nouns) == 1 else "other"
    counted = f"{many} {'input' if noun == 'other' else noun}{'' if many == 1 else 's'}{_doubt(mine)}" if many else ""
    names = [*dict.fromkeys(one.use.name for one in made)]
    more = f" and {len(names) - FEW:,} more" if len(names) > FEW else ""
    sources = f"from {', '.join(names[:FEW])}{more}{_doubt(made)}" if names else ""
    said = ", ".join(filter(None, (counted, sources)))
    return f"data {said}" if said else ""


def _doubt(found: Sequence[_Dataset]) -> str:
    """Say what is not known of some of them: `` (1 perhaps changed since)``."""
    now = [one for one in found if "now" in one.told]
    perhaps = sum(bool(one.told.get("maybe")) for one in now)
    blind = sum(bool(one.told.get("error")) and not one.told.get("maybe") for one in now)
    seen = sum(one.told.get("changed", {}).get("state") == "sampled" for one in found)
    doubts = [
        (len(now) - blind - perhaps, "perhaps changed since"),
        (perhaps, "perhaps not what it was trained on"),
        (blind, "without a fingerprint"),
        (seen, "compared at some places only"),
    ]
    told = ", ".join(f"{'' if count == len(found) else f'{count} '}{words}" for count, words in doubts if count)
    return f" ({told})" if told else ""


def _doubts(found: Iterable[_Dataset]) -> Iterator[str]:
    changed = [one.use.name for one in found if one.told.get("changed", {}).get("state") == "changed"]
    if changed:
        yield f"changed since the training: {', '.join(changed)}"


def _texts(scope: Mapping[str, object]) -> dict[str, object]:
    """Return the variables that a path may be made of: nothing that is large, or changes."""
    plain = (str, int, PurePath)
    return {
        name: dict(value) if isinstance(value, dict) else value
        for name, value in scope.items()
        if isinstance(value, plain) or (type(value) is dict and all(isinstance(one, plain) for one in value.values()))
    }
