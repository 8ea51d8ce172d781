"""Reads the tensors of an ONNX file, without the library that writes such files.

An ONNX file is one protocol buffer (https://protobuf.dev/programming-guides/encoding/): of its message
`ModelProto`, field 7 is the graph; of the graph, field 5 its tensors; of a tensor, field 1 its dimensions, 2 the type
of its numbers, 8 its name, and 9 its numbers as they lie in memory, for which small ones may have them packed in
field 4 (floats) or 5 (whole numbers) (https://github.com/onnx/onnx, onnx.proto).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

_GRAPH: Final = 7
_TENSOR: Final = 5
_DIMENSIONS, _TYPE, _FLOATS, _WHOLE, _NAME, _NUMBERS = 1, 2, 4, 5, 8, 9
_TYPES: Final[dict[int, Any]] = {1: np.float32, 2: np.uint8, 3: np.int8, 7: np.int64}
_VARINT, _EIGHT_BYTES, _SIZED, _FOUR_BYTES = 0, 1, 2, 5


def tensors(model: bytes) -> dict[str, npt.NDArray[Any]]:
    """The tensors by their names, as views of `model`; raises `ValueError` where it is no ONNX file."""
    found = {}
    for graph in _sized(memoryview(model), _GRAPH):
        for tensor in _sized(graph, _TENSOR):
            name, array = _read(tensor)
            found[name] = array
    if not found:
        raise ValueError("no tensors")
    return found


def _read(tensor: memoryview) -> tuple[str, npt.NDArray[Any]]:
    shape: list[int] = []
    name, kind = "", np.uint8
    array: npt.NDArray[Any] = np.zeros(0, dtype=np.uint8)
    for field, value in _fields(tensor):
        if field == _DIMENSIONS:
            shape += _whole(value)
        elif field == _TYPE and isinstance(value, int):
            kind = _TYPES.get(value, np.uint8)
        elif field == _WHOLE:
            array = np.array(_whole(value))
        elif field == _NAME and not isinstance(value, int):
            name = bytes(value).decode()
        elif field in (_FLOATS, _NUMBERS) and not isinstance(value, int):
            array = np.frombuffer(value, dtype=np.uint8)
    # Numbers as they lie in memory are bytes until the type is known, which may stand behind them.
    array = array.view(kind) if array.dtype == np.uint8 else array.astype(kind)
    return name, array.reshape(shape) if array.size == math.prod(shape) else array


def _sized(message: memoryview, wanted: int) -> Iterator[memoryview]:
    for field, value in _fields(message):
        if field == wanted and not isinstance(value, int):
            yield value


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """The fields of a message by number; those of a fixed size are passed over."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        field, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield field, value
        elif kind == _SIZED:
            size, at = _varint(message, at)
            yield field, message[at : at + size]
            at += size
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            at += 8 if kind == _EIGHT_BYTES else 4
        else:
            raise ValueError(f"field {field} is of no kind that is known")


def _whole(value: int | memoryview) -> list[int]:
    """A repeated field of whole numbers: one of them, or several packed."""
    if isinstance(value, int):
        return [value]
    values, at = [], 0
    while at < len(value):
        one, at = _varint(value, at)
        values.append(one)
    return values


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """A number in groups of seven bits, the lowest first, and where it ends."""
    value = shift = 0
    while at < len(message):
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError("a number is cut short")
