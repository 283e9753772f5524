"""Arrays as the bytes of a safetensors file, piece by piece: a project of gigabytes is written without a copy of it.

The format is that of https://github.com/huggingface/safetensors: eight bytes that say how long the header is, the
header as JSON padded to a multiple of eight, and the numbers of all arrays one behind the other. It is read by the
library; whose own writer makes two copies of everything first.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.samples import DataError

KINDS = {
    "float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64", "int32": "I32", "int16": "I16",
    "int8": "I8", "uint64": "U64", "uint32": "U32", "uint16": "U16", "uint8": "U8", "bool": "BOOL",
    "complex64": "C64",
}  # fmt: skip
"""What the format calls the kinds of numbers that numpy has."""


def pieces(arrays: Mapping[str, NDArray[Any]]) -> list[memoryview]:
    """The file's bytes, in order; those of an array that is contiguous are the array's own."""
    whole = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    order = sorted(whole, key=lambda name: (-whole[name].itemsize, name))  # so that each is aligned
    header, place = dict[str, Any](), 0
    for name in order:
        array = whole[name]
        if array.dtype.name not in KINDS:
            raise DataError(f"{name} cannot be kept: its numbers are of the kind {array.dtype}.")
        ends = place + array.nbytes
        kind, shape = KINDS[array.dtype.name], list(array.shape)
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [place, ends]}
        place = ends
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    head = len(text).to_bytes(8, "little") + text
    return [memoryview(head), *(_bytes(whole[name]) for name in order)]


def _bytes(array: NDArray[Any]) -> memoryview:
    """The numbers of an array as they lie in memory, little end first."""
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return little.reshape(-1).view(np.uint8).data
