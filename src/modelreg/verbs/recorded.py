"""Version records as they are read back from the objects: each checked in every field before it is believed.

Whatever users register lies among the objects too, and may look like anything: what the layouts list as parts of contents
is never a record, and neither is a text that was not written as records are.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any, Final

from modelreg import media, moments, names
from modelreg.catalog.attachments import CAPTURED
from modelreg.catalog.datasets import Print
from modelreg.contents.layout import read_layout
from modelreg.digests import canonical, digest, is_digest
from modelreg.errors import IntegrityError, InvalidError, RegistryError
from modelreg.records import DataUse, Finding
from modelreg.verbs import values
from modelreg.verbs.order import Kept
from modelreg.verbs.record import RECORD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelreg.blobs.base import BlobStore
    from modelreg.contents.layout import Layout
    from modelreg.records import Json

_RECORD: Final = b'{"artifact":"'
_LAYOUT: Final = b'{"buffers":['
"""How records and layouts begin: their keys are sorted."""

_OWN: Final = (f'"modelreg":"{RECORD}"'.encode(), b'"content":"')
"""What stands in every record, and in every layout."""

_UID = re.compile(r"[0-9a-f]{32}")
_LARGEST: Final = 1 << 53


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A version record; its fields are those of ``log.Entry._record``."""

    digest: str
    length: int
    registry: str
    version: str
    artifact: str
    kind: str
    number: int
    content: str
    layout: str
    flavor: tuple[str, int]
    runs_code: bool
    class_name: str
    size: int
    imports: tuple[str, ...]
    objects: tuple[tuple[str, int], ...]
    """With the layout among them."""
    link: tuple[str, int] | None
    run: tuple[str, str, str]
    """Kind, variable, message."""
    params: dict[str, Json]
    metrics: dict[str, values.Series]
    tags: tuple[tuple[str, str], ...]
    attachments: tuple[Kept, ...]
    capture: str | None
    """Facts as JSON."""
    captured: tuple[Kept, ...]
    data: tuple[DataUse, ...]
    fingerprint: Print | None
    at: int
    by: str

    @property
    def ref(self) -> str:
        """The version in its artifact."""
        return f"{self.artifact}:v{self.number}"


def is_own(data: bytes) -> bool:
    """Whether bytes read like what the registry keeps of itself: such an object would be believed by a rebuild."""
    return data.startswith((_RECORD, _LAYOUT)) and any(mark in data for mark in _OWN)


def gather(blobs: BlobStore) -> tuple[list[Record], list[Finding]]:
    """Return the records among the objects, oldest first, and what was found that is none or cannot be believed."""
    layouts, texts, found = _candidates(blobs)
    parts, records = _parts(layouts), []
    for name, text in texts.items():
        try:
            record = parse(name, text)
        except InvalidError as error:
            found += [] if name in parts else [_left_out(name, error.message, "error")]
            continue
        if record is None:
            continue
        layout = layouts.get(record.layout)
        if name in parts:
            found.append(_left_out(name, "it is part of what was registered", "note"))
        elif layout is not None and layout.content != record.content:
            found.append(_left_out(name, "its layout leads to other contents", "error"))
        else:
            records.append(record)
    return sorted(records, key=lambda record: (record.at, record.artifact, record.number)), found


def _candidates(blobs: BlobStore) -> tuple[dict[str, Layout], dict[str, bytes], list[Finding]]:
    """Return the objects that are layouts, the texts that begin as records do, and what of the latter cannot be read."""
    layouts: dict[str, Layout] = {}
    texts: dict[str, bytes] = {}
    found: list[Finding] = []
    for name, size, _ in blobs.iterate():
        head = b""
        try:
            head = blobs.read(name, 0, min(size, len(_RECORD)))
            if head.startswith(_LAYOUT):
                layouts[name] = read_layout(name, blobs)
            elif head.startswith(_RECORD):
                texts[name] = blobs.read(name)
        except (IntegrityError, RegistryError):  # a layout that cannot be read is told by check --read-data
            if head.startswith(_RECORD):
                found.append(_left_out(name, "it cannot be read", "error"))
    return layouts, texts, found


def _left_out(name: str, why: str, severity: str) -> Finding:
    text = f"looks like a version record, but {why}; it was left out"
    return Finding(severity=severity, subject=f"object b3:{name[:16]}…", text=text)


def _parts(layouts: dict[str, Layout]) -> set[str]:
    """Return the objects that hold contents.

    What looks like a layout but is itself part of contents lists nothing: else a registered file could say of a record
    that it is none.
    """
    listed_by: dict[str, set[str]] = {name: set() for name in layouts}
    for name, layout in layouts.items():
        for part, _ in layout.objects:
            if part in listed_by:
                listed_by[part].add(name)
    parts: set[str] = set()
    for name in TopologicalSorter(
        listed_by
    ).static_order():  # a digest cannot be in what it is the digest of: no cycles
        if name not in parts:
            parts.update(part for part, _ in layouts[name].objects)
    return parts


def parse(name: str, text: bytes) -> Record | None:
    """Return the version record that is stored as object ``name``; None when the text is none at all.

    Raises
    ------
    InvalidError
        It is damaged, or says that it is one, but something in it cannot be; the message says what.
    """
    _need(digest(text) == name, "its bytes have another digest")
    try:
        told = json.loads(text)
        if not isinstance(told, dict) or told.get("modelreg") != RECORD or canonical(told) != text:
            return None
    except (ValueError, RecursionError):
        return None
    _need(_is_whole(told.get("v")) and told["v"] == 1, "its format is not known; it may be of a newer modelreg")
    try:
        return _read(name, len(text), told)
    except KeyError as error:
        msg = f"it has no {error}"
        raise InvalidError(msg) from error
    except (TypeError, AttributeError, OverflowError) as error:
        msg = f"something in it has the wrong type ({error})"
        raise InvalidError(msg) from error
    except InvalidError:
        raise
    except ValueError as error:
        msg = f"something in it has the wrong form ({error})"
        raise InvalidError(msg) from error


def _read(name: str, length: int, told: dict[str, Any]) -> Record:
    flavor, edition = told["flavor"]
    run = told["run"]
    objects = tuple((part, size) for part, size in told["objects"])
    _need(all(_is_uid(told[key]) for key in ("registry", "version")), "a uid is none")
    _need(names.clean_artifact(told["artifact"]) == told["artifact"], "its artifact has no valid name")
    _need(told["kind"] in ("model", "dataset"), "its kind is neither model nor dataset")
    _need(all(_whole(n) for n in (told["number"], told["size"], edition)), "a number is none")
    _need(edition < 1 << 31, "its flavor has no valid format")
    _need(all(is_digest(told[key]) for key in ("content", "layout")), "a digest is none")
    _need(all(is_digest(part) and _whole(size) for part, size in objects), "an object has no digest or size")
    _need(told["layout"] in dict(objects), "its layout is not among its objects")
    _need(isinstance(told["runs_code"], bool), "it does not say whether loading runs code")
    _need(isinstance(told["imports"], list), "its imports are no list")
    _need(run["kind"] in ("register", "log"), "its run is neither register nor log")
    texts = (flavor, told["class"], told["by"], run["variable"], *told["imports"])
    _need(all(isinstance(text, str) for text in texts), "a text is none")
    _need(names.clean_text(run["message"]) == run["message"], "its message is no valid text")
    _need(values.params(told["params"]) == told["params"], "a param is not valid")
    _need(all(names.clean_key(key, "metric") == key for key in told["metrics"]), "a metric has no valid name")
    tags = tuple((key, value) for key, value in told["tags"])
    _need(all(names.clean_tag(f"{key}={value}") == (key, value) for key, value in tags), "a tag is not valid")
    _need(_is_whole(told["at"]) and moments.parse(told["at"]) == told["at"], "its time is none")
    return Record(
        digest=name, length=length, registry=told["registry"], version=told["version"], artifact=told["artifact"],
        kind=told["kind"], number=told["number"], content=told["content"], layout=told["layout"],
        flavor=(flavor, edition), runs_code=told["runs_code"], class_name=told["class"], size=told["size"],
        imports=tuple(told["imports"]), objects=objects, link=_link(told["link"]),
        run=(run["kind"], run["variable"], run["message"]), params=told["params"],
        metrics={key: _series(points) for key, points in told["metrics"].items()},
        tags=tags, attachments=_kept(told.get("attachments", []), media.ROLES), capture=_capture(told.get("capture")),
        captured=_kept(told.get("captured", []), (CAPTURED,)), data=_data(told.get("data", [])),
        fingerprint=_print(told.get("fingerprint")), at=told["at"], by=told["by"],
    )  # fmt: skip


def _link(told: Any) -> tuple[str, int] | None:
    if told is None:
        return None
    name, number = told
    _need(names.clean(name) == name and _whole(number), "its link is not valid")
    return name, number


def _capture(told: Any) -> str | None:
    _need(told is None or (isinstance(told, str) and isinstance(json.loads(told), dict)), "its capture is no JSON")
    return None if told is None else str(told)


def _data(told: Any) -> tuple[DataUse, ...]:
    """Return the data that the run used; older records have no word of it."""
    found = tuple(DataUse(**dict(zip(DataUse.__slots__, item, strict=True))) for item in told)
    for use in found:
        _need(names.clean_key(use.role, "role") == use.role, "a role of its data is no name")
        _need(
            all(isinstance(text, str) for text in (use.name, use.kind, use.digest or "")), "its data has no valid name"
        )
        _need(all(n is None or _whole(n) for n in (use.rows, use.columns)), "its data has no valid shape")
        _need(isinstance(use.partial, bool), "it does not say whether all of its data was read")
    return found


def _print(told: Any) -> Print | None:
    """Return what a dataset is as data."""
    if told is None:
        return None
    found = Print(*told)
    _need(isinstance(found.digest, str), "its fingerprint is none")
    _need(all(n is None or _whole(n) for n in (found.rows, found.columns)), "its fingerprint has no valid shape")
    return found


def _kept(told: Any, roles: Sequence[str]) -> tuple[Kept, ...]:
    """Return the attachments; records of versions without any have no word of them."""
    found = tuple(Kept(*item) for item in told)
    # what was captured lies in folders: modules/pkg/mine.py
    parts = [part for item in found for part in (item.name.split("/") if CAPTURED in roles else [item.name])]
    _need(all(values.attachment_name(part) == part for part in parts), "an attachment has no valid name")
    _need(len({item.name for item in found}) == len(found), "two attachments have one name")
    known = all(item.role in roles and isinstance(item.media_type, str) for item in found)
    _need(known, "an attachment is neither picture nor table nor file")
    _need(all(is_digest(item.digest) and _whole(item.size) for item in found), "an attachment has no digest or size")
    return found


def _series(points: Any) -> values.Series:
    """Return the points of a metric: each value is what ``str`` makes of a float, so not a number and infinite too."""
    _need(isinstance(points, list) and bool(points), "a metric has no points")
    series = [(step, float(value)) for step, value in points]
    written = all(isinstance(value, str) and str(float(value)) == value for _, value in points)
    _need(written and all(_is_whole(step) and abs(step) < 1 << 62 for step, _ in series), "a metric is not valid")
    return series


def _is_uid(value: object) -> bool:
    return isinstance(value, str) and _UID.fullmatch(value) is not None


def _is_whole(value: object) -> bool:
    return type(value) is int


def _whole(value: Any) -> bool:
    """Whether it is a count that every database can hold."""
    return _is_whole(value) and 0 <= value < _LARGEST


def _need(condition: bool, why: str) -> None:  # noqa: FBT001
    if not condition:
        raise InvalidError(why)
