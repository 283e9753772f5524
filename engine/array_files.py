"""NumPy's files as arrays: looked into by their heads, left on the disk where they can be, and never unpickled.

`.npy` and what `np.savez` wrote lie on the disk as in memory, and stay there until they are read; what
`np.savez_compressed` wrote is unpacked, as far as `MOST_UNPACKED` goes.
"""

import math
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as layout
from numpy.typing import NDArray

from engine.places import size_of
from engine.samples import DataError
from engine.waiting import told

MOST_UNPACKED = 4 << 30  # bytes of one array
MOST_ARRAYS = 1000
PIECE = 1 << 20  # bytes that are unpacked at a time
LOCAL_HEAD = 30  # bytes of a zip's local header before the names (PKWARE's APPNOTE, 4.3.7)


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says of an array: not read yet."""

    path: Path
    member: str  # of an .npz; "" for an .npy
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    by_columns: bool
    start: int  # bytes before the numbers
    packed: bool

    @property
    def name(self) -> str:
        """The array's name: its own in an .npz, or the file's."""
        return self.member.removesuffix(".npy") or self.path.stem

    @property
    def where(self) -> str:
        """The array in words."""
        return f"{self.name} in {self.path.name}" if self.member else self.path.name

    @property
    def bytes(self) -> int:
        """How long its numbers are."""
        return math.prod(self.shape) * self.dtype.itemsize


def heads(path: Path) -> Mapping[str, Head]:
    """The arrays of a file by their names. Raises DataError."""
    try:
        if path.suffix.lower() == ".npz":
            found = _members(path)
        else:
            with path.open("rb") as stream:
                found = {path.stem: _head(stream, path, "", size_of(path))}
    except (
        OSError,
        ValueError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise DataError(
            f"{path.name} is no file of NumPy's, or it is cut off or damaged. Write it with np.save or np.savez."
        ) from error
    if not found:
        raise DataError(f"{path.name} holds no arrays. Write it with np.savez(file, x=…, y=…).")
    return found


def _members(path: Path) -> dict[str, Head]:
    found = {}
    with zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if info.filename.endswith(".npy")]
        if len(infos) > MOST_ARRAYS:
            raise DataError(
                f"{path.name} holds more than {MOST_ARRAYS:,} arrays, which is too many."
            )
        for info in infos:
            with archive.open(info) as stream:
                head = _head(stream, path, info.filename, info.file_size)
            if info.compress_type == zipfile.ZIP_STORED:
                start = head.start + _place(path, info)
                head = Head(
                    path, head.member, head.shape, head.dtype, head.by_columns, start, packed=False
                )
            found[head.name] = head
    return found


def _place(path: Path, info: zipfile.ZipInfo) -> int:
    """Where in an .npz the bytes of a member begin that is not packed."""
    with path.open("rb") as stream:
        stream.seek(info.header_offset)
        head = stream.read(LOCAL_HEAD)
    names = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    return info.header_offset + LOCAL_HEAD + names


def _head(stream: Any, path: Path, member: str, size: int) -> Head:
    """The head of an array, which says nothing but its sizes and kind. Raises DataError, ValueError."""
    version = layout.read_magic(stream)
    read = layout.read_array_header_1_0 if version == (1, 0) else layout.read_array_header_2_0
    shape, by_columns, dtype = read(stream)
    head = Head(path, member, shape, dtype, by_columns, stream.tell(), packed=bool(member))
    if dtype.hasobject:
        raise DataError(
            f"{head.where} holds Python objects: a pickle, which could run any program. It is not opened. Save numbers "
            "of one kind and rows of one length instead, such as np.array(rows, np.float32)."
        )
    there = size - head.start
    if any(length < 0 for length in shape) or head.bytes != there:
        raise DataError(
            f"{head.where} says that it holds {head.bytes:,} bytes of numbers, but there are {max(0, there):,}. It is "
            "cut off or damaged: write it again."
        )
    return head


def array_of(head: Head) -> NDArray[Any]:
    """An array, read-only: on the disk until it is read, or unpacked. Raises DataError."""
    order = "F" if head.by_columns else "C"
    if not head.bytes:
        return np.empty(head.shape, head.dtype)
    try:
        if head.packed:
            flat = np.frombuffer(_unpacked(head), head.dtype)
            return flat.reshape(head.shape, order=order)  # type: ignore[call-overload, no-any-return]
        return np.memmap(head.path, head.dtype, "r", head.start, head.shape, order)  # type: ignore[call-overload, no-any-return]
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError) as error:
        raise DataError(
            f"{head.where} cannot be read: it is cut off or damaged. Write it again."
        ) from error


def _unpacked(head: Head) -> bytearray:
    if head.bytes > MOST_UNPACKED:
        raise DataError(
            f"{head.where} is packed and {head.bytes / 1e9:,.1f} GB long when unpacked, which is too much to hold. "
            "Write it with np.savez or np.save, which do not pack: then it is read bit by bit."
        )
    raw = bytearray()
    with zipfile.ZipFile(head.path) as archive, archive.open(head.member) as stream:
        stream.read(head.start)
        while piece := stream.read(PIECE):
            raw += piece
            told(len(raw), head.bytes, f"Unpacking {head.name}")
    if len(raw) != head.bytes:
        raise EOFError
    return raw
