"""What a pickle stream says, read without loading it: nothing here imports, calls or builds what a stream names.

A stream is read by a machine that knows the opcodes and puts *nodes* on its stack where an unpickler would put objects.
From the nodes come the names that loading imports, a form of the stream that does not depend on which equal strings
happened to be one object, and the parts of the model by name. What a stream imports says nothing about whether loading it is
harmless.
"""

from __future__ import annotations

from modelreg.opcodes.canonical import LARGEST, canonical
from modelreg.opcodes.decode import Stream
from modelreg.opcodes.glance import glance
from modelreg.opcodes.machine import imports
from modelreg.opcodes.paths import Part
from modelreg.opcodes.reading import Reading, read

__all__ = ["LARGEST", "Part", "Reading", "Stream", "canonical", "glance", "imports", "read"]
