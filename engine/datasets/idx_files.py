"""Files in the format of MNIST."""

import gzip
import math
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine.axes import Axes, Image, Labels, Row
from engine.dataset import Dataset
from engine.datasets.digits import Digits28
from engine.memory_rows import MemoryRows
from engine.places import entries, place, size_of
from engine.samples import DataError, Samples
from engine.streamed import held

KINDS = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
MOST_AXES = 4
PIECE = 1 << 20  # bytes that are unpacked at a time
NAMED = re.compile(r"images|labels", re.IGNORECASE)


class IdxFiles(Dataset, title="IDX files (MNIST)"):
    """Pictures and labels as MNIST, Fashion-MNIST, EMNIST and KMNIST come, packed (.gz) or not.

    Name the folder, or the file with the pictures; the labels are the file beside it with "labels" in the place of
    "images". A second pair of files, called t10k or test, is the test part and stays sealed. As long as nothing is
    named they are the digits, 28×28.
    """

    file: str = Field(
        "",
        max_length=4096,
        title="Folder or file",
        description="Where the files are, such as /home/me/train-images-idx3-ubyte.gz.",
    )

    @classmethod
    def found_at(cls, path: Path) -> "IdxFiles | None":
        try:
            files = [path] if path.is_file() else [p for p in path.iterdir() if _is_images(p)]
            fits = any(_is_images(file) and _starts(file)[:2] == b"\0\0" for file in files[:20])
        except OSError:
            return None
        return cls(file=str(path)) if fits else None

    def load(self) -> Samples:
        path = place(self.file)
        if not path.name:
            return Digits28().load()
        images = _images(path)
        pairs = [(read_idx(file), read_idx(_labels_of(file))) for file in images]
        for file, (pictures, truths) in zip(images, pairs, strict=True):
            _check_pair(file, pictures, truths)
        classes, targets = np.unique(
            np.concatenate([truths for _, truths in pairs]), return_inverse=True
        )
        parts = [_channels_first(pictures) for pictures, _ in pairs]
        if len({part.shape[1:] for part in parts}) > 1:
            raise DataError(
                f"The pictures of {images[0].name} and {images[1].name} are not of one size."
            )
        count = len(parts[0])
        return Samples(
            held(MemoryRows(parts)),
            targets.reshape(-1).astype(np.int64),
            _axes(parts[0].shape[1:]),
            Labels(tuple(str(label) for label in classes.tolist())),
            held_out=np.arange(count, len(targets)) if len(parts) > 1 else None,
        )


def _is_images(path: Path) -> bool:
    return "images" in path.name.lower() and ("idx" in path.name.lower() or path.suffix == ".gz")


def _is_test(path: Path) -> bool:
    return bool(re.search(r"t10k|test", path.name, re.IGNORECASE))


def _images(path: Path) -> list[Path]:
    """The file with the pictures to learn from, and that of the test part if there is one. Raises DataError."""
    around = path if path.is_dir() else path.parent
    if not path.exists():
        raise DataError(f"{path} is not there. Choose another folder or file, or put it back.")
    files = [Path(entry.path) for entry in entries(around, around) if entry.is_file()]
    found = [file for file in files if _is_images(file)]
    if path.is_file():
        stem = _stem(path)
        found = [
            path,
            *(f for f in found if f != path and _stem(f) == stem and _is_test(f) != _is_test(path)),
        ]
    train, test = [f for f in found if not _is_test(f)], [f for f in found if _is_test(f)]
    if path.is_file() and not train:
        return test[:1]  # of which all parts are made
    if len(train) != 1 or len(test) > 1:
        what = (
            f"{len(train)} files with pictures to learn from" if train else "no file with pictures"
        )
        raise DataError(
            f"{around} holds {what} whose name is such as train-images-idx3-ubyte or …ubyte.gz, but there should be "
            "one. Name the very file."
        )
    return [*train, *test]


def _stem(path: Path) -> str:
    """What is the same in the names of the files for training and for testing."""
    return re.sub(r"t10k|test|train|\.gz$", "", path.name.lower())


def _labels_of(images: Path) -> Path:
    """The labels beside a file with pictures. Raises DataError."""

    def swapped(name: str) -> str:
        return NAMED.sub(lambda m: "Labels" if m[0][0].isupper() else "labels", name)

    wanted = re.sub(r"idx\d", "idx1", swapped(images.name))
    plain = wanted.removesuffix(".gz")
    for name in (wanted, plain, plain + ".gz", swapped(images.name)):
        if (file := images.with_name(name)).is_file():
            return file
    raise DataError(
        f"The labels for {images.name} should be in {wanted} beside it, but there is no such file."
    )


def _starts(path: Path) -> bytes:
    """The first bytes of what a file holds, unpacked; none if it cannot be read."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            return stream.read(4)
    except (OSError, EOFError, zlib.error):
        return b""


def read_idx(path: Path) -> NDArray[Any]:
    """The numbers of an IDX file; no more memory is taken than the file is long. Raises DataError.

    The format: two zeros, the kind of the numbers, how many axes; the size of each axis in four bytes; the numbers.
    (Y. LeCun, C. Cortes, C. Burges, "The MNIST database", the page of its files.)
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            zeros, kind, count = stream.read(2), stream.read(1), stream.read(1)
            if (
                zeros != b"\0\0"
                or len(count) < 1
                or kind[0] not in KINDS
                or not 1 <= count[0] <= MOST_AXES
            ):
                raise DataError(
                    f"{path.name} is no IDX file: it does not begin with two zeros and a known kind of numbers. "
                    "Choose the file as it came, packed (.gz) or unpacked."
                )
            sizes = tuple(int.from_bytes(stream.read(4), "big") for _ in range(count[0]))
            dtype = np.dtype(KINDS[kind[0]])
            wanted = math.prod(sizes) * dtype.itemsize
            if path.suffix != ".gz" and size_of(path) != 4 + 4 * count[0] + wanted:
                raise _lies(path, wanted, size_of(path) - 4 - 4 * count[0])
            raw = bytearray()
            while len(raw) <= wanted and (piece := stream.read(min(PIECE, wanted + 1 - len(raw)))):
                raw += piece
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"{path.name} cannot be read: it is missing, cut off or damaged. Fetch it again."
        ) from error
    if len(raw) != wanted or not wanted:
        raise _lies(path, wanted, len(raw))
    found = np.frombuffer(raw, dtype).reshape(sizes)
    return found if found.dtype.itemsize == 1 else found.astype(dtype.newbyteorder("="))


def _lies(path: Path, wanted: int, there: int) -> DataError:
    return DataError(
        f"{path.name} says that it holds {wanted:,} bytes of numbers, but there are "
        f"{'more' if there > wanted else f'{max(0, there):,}'}. It is cut off or damaged: fetch it again."
    )


def _check_pair(file: Path, pictures: NDArray[Any], truths: NDArray[Any]) -> None:
    if pictures.ndim < 2:
        raise DataError(f"{file.name} holds a row of numbers, not pictures.")
    if truths.ndim != 1 or truths.dtype.kind not in "iu":
        raise DataError(f"The labels for {file.name} are not one whole number for each picture.")
    if len(truths) != len(pictures):
        raise DataError(
            f"{file.name} holds {len(pictures):,} pictures, but there are {len(truths):,} labels for them."
        )


def _channels_first(pictures: NDArray[Any]) -> NDArray[Any]:
    """(examples, features) as they are; pictures as (examples, channels, height, width) in either order."""
    if pictures.ndim == 3:
        return pictures[:, None]
    if pictures.ndim == 4 and pictures.shape[3] in (1, 3, 4) and pictures.shape[1] not in (1, 3, 4):
        return pictures.transpose(0, 3, 1, 2)
    return pictures


def _axes(sizes: tuple[int, ...]) -> Axes:
    return Row(sizes[0]) if len(sizes) == 1 else Image(*sizes)
