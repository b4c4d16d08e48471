"""Copies of live memory that other threads can go on beside: a slice assignment would hold them up."""

from __future__ import annotations

import ctypes
from typing import Final

_FIELDS: Final = (
    ("buf", ctypes.c_void_p),
    ("obj", ctypes.c_void_p),
    ("len", ctypes.c_ssize_t),
    ("itemsize", ctypes.c_ssize_t),
    ("readonly", ctypes.c_int),
    ("ndim", ctypes.c_int),
    ("format", ctypes.c_char_p),
    ("shape", ctypes.c_void_p),
    ("strides", ctypes.c_void_p),
    ("suboffsets", ctypes.c_void_p),
    ("internal", ctypes.c_void_p),
)


class _Buffer(ctypes.Structure):
    """``Py_buffer`` of the C interface: what gives the address of memory that is read-only too."""

    _fields_ = _FIELDS


def copy(source: memoryview, target: memoryview) -> memoryview:
    """Copy ``source`` to the beginning of ``target`` and return that part of it.

    Parameters
    ----------
    source : memoryview
        One-dimensional, contiguous bytes, which may change at any moment.
    target : memoryview
        Writable, at least as long.
    """
    size = source.nbytes
    if not size:
        return target[:0]
    if size > target.nbytes or target.readonly:
        msg = f"{size} bytes do not fit into {target.nbytes}"
        raise ValueError(msg)
    held: list[_Buffer] = []
    try:
        for view in (source, target):
            found = _Buffer()
            ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(view), ctypes.byref(found), 0)
            held.append(found)
        ctypes.memmove(held[1].buf, held[0].buf, size)  # lets go of the interpreter's lock
    finally:
        for found in held:
            ctypes.pythonapi.PyBuffer_Release(ctypes.byref(found))
    return target[:size]
