"""What a stream imports is listed from its opcodes."""

from __future__ import annotations

import itertools
import pickle
import pickletools
from collections import OrderedDict, defaultdict
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import cloudpickle
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from modelreg import opcodes
from tests.opcodes import streams


class Recorder(pickle.Unpickler):
    """Notes what loading really asks for."""

    def __init__(self, file: object) -> None:
        super().__init__(file)
        self.asked: set[str] = set()

    def find_class(self, module: str, name: str) -> object:
        self.asked.add(f"{module}.{name}")
        return super().find_class(module, name)


def really(data: bytes) -> set[str]:
    """Return what the standard library imports when it loads ``data``."""
    import io

    recorder = Recorder(io.BytesIO(data))
    recorder.load()
    return recorder.asked


OBJECTS = {
    "ordered": OrderedDict(a=1),
    "default": defaultdict(list, a=[1]),
    "decimal": [Decimal(1), Fraction(1, 2), timedelta(1)],
    "array": np.arange(3),
    "structured": np.zeros(2, [("a", "i4"), ("b", "f8")]),
    "estimator": LogisticRegression().fit([[0.0], [1.0]], [0, 1]),
    "pipeline": make_pipeline(StandardScaler(), LogisticRegression()),
    "class": LogisticRegression,
    "exception": ValueError("x"),
    "slice": slice(1, 2),
}


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_the_list_is_what_loading_imports(name: str, protocol: int) -> None:
    data = pickle.dumps(OBJECTS[name], protocol)
    assert set(opcodes.imports(data)) == really(data)


@pytest.mark.parametrize("protocol", [0, 1, 2])
def test_old_protocols_name_modules_of_python_2(protocol: int) -> None:
    data = pickle.dumps({1}, protocol)
    assert opcodes.imports(data) == ("__builtin__.set",)


def test_a_cloudpickled_function_lists_what_makes_it() -> None:
    assert "cloudpickle.cloudpickle._make_function" in opcodes.imports(cloudpickle.dumps(lambda x: x))


def test_a_computed_name_is_said_to_be_computed() -> None:
    data = b"\x8c\x02os(\x8c\x06systemt\x93."  # the name is a tuple: known only when run
    assert opcodes.imports(data) == ("os.<computed>",)


def test_a_global_that_is_thrown_away_is_listed() -> None:
    assert opcodes.imports(b"cos\nsystem\n(\x8c\x02lstR0N.") == ("os.system",)


def test_every_pickle_of_a_stream_is_read() -> None:
    data = pickle.dumps(Decimal(1)) + pickle.dumps(Fraction(1, 2))
    assert set(opcodes.imports(data)) == {"decimal.Decimal", "fractions.Fraction"}


def test_instances_of_old_streams_are_listed() -> None:
    assert opcodes.imports(b"(iold\nThing\n.") == ("old.Thing",)


def test_extension_codes_are_listed() -> None:
    assert opcodes.imports(b"\x82\x07.") == ("copyreg.extension 7",)


@given(streams.pickles(), st.lists(st.integers(0, 400), max_size=6))
def test_chunks_change_nothing(data: bytes, cuts: list[int]) -> None:
    at = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    chunks = [memoryview(data)[start:end] for start, end in itertools.pairwise(at)]
    assert opcodes.imports(iter(chunks)) == opcodes.imports(data)
    assert opcodes.canonical(iter(chunks)) == opcodes.canonical(data)


def test_every_opcode_of_the_standard_library_is_known() -> None:
    from modelreg.opcodes.machine import _ACTIONS

    assert {opcode.name for opcode in pickletools.opcodes} == set(_ACTIONS)
