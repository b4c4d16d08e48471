"""The data of a run: what it is, what it looks like, what flowed into a model, and where it came from."""

from __future__ import annotations

from modelreg.capture.data.access import names_in, value_of
from modelreg.capture.data.fingerprints import fingerprint
from modelreg.capture.data.flows import inputs
from modelreg.capture.data.origins import origins
from modelreg.capture.data.profiles import profile, schema
from modelreg.capture.data.records import (
    Change,
    ColumnDigest,
    ColumnProfile,
    Field,
    Fingerprint,
    Input,
    Origin,
    Profile,
    Schema,
    Seen,
)
from modelreg.capture.data.watching import Watcher, so_far

__all__ = [
    "Change",
    "ColumnDigest",
    "ColumnProfile",
    "Field",
    "Fingerprint",
    "Input",
    "Origin",
    "Profile",
    "Schema",
    "Seen",
    "Watcher",
    "fingerprint",
    "inputs",
    "names_in",
    "origins",
    "profile",
    "schema",
    "so_far",
    "value_of",
]
