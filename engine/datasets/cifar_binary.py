"""CIFAR-10 and CIFAR-100 as they come."""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine.axes import Image, Labels
from engine.dataset import Dataset
from engine.datasets.icons import Icons32
from engine.memory_rows import MemoryRows
from engine.places import entries, folder, place, size_of
from engine.samples import DataError, Samples
from engine.streamed import held

PIXELS = 3 * 32 * 32
TRAIN, TEST = re.compile(r"(data_batch_\d+|train)\.bin"), re.compile(r"test(_batch)?\.bin")
PICKLED = re.compile(r"data_batch_\d+|test_batch|train|test|batches\.meta|meta")
MOST_NAME = 200


class CifarBinary(Dataset, title="CIFAR, binary version"):
    """CIFAR-10 or CIFAR-100 in the binary version: small colour pictures of 10 or 100 classes.

    Name the folder with data_batch_1.bin and so on, or with train.bin; test_batch.bin or test.bin is the test part and
    stays sealed. As long as no folder is named they are the colour icons.
    """

    folder: str = Field(
        "",
        max_length=4096,
        title="Folder",
        description="Where the files are, such as /home/me/cifar-10-batches-bin.",
    )
    coarse: bool = Field(
        False,
        title="Coarse classes",
        description="Of CIFAR-100, the twenty groups of classes instead of the hundred.",
    )

    @classmethod
    def found_at(cls, path: Path) -> "CifarBinary | None":
        try:
            names = [entry.name for entry in path.iterdir()] if path.is_dir() else []
        except OSError:
            return None
        is_python = _is_pickled(names)
        return cls(folder=str(path)) if any(map(TRAIN.fullmatch, names)) or is_python else None

    def load(self) -> Samples:
        if not place(self.folder).name:
            return Icons32().load()
        root = folder(self.folder)
        names = [entry.name for entry in entries(root, root) if entry.is_file()]
        train = [root / name for name in names if TRAIN.fullmatch(name)]
        test = [root / name for name in names if TEST.fullmatch(name)]
        if not train:
            raise DataError(_nothing(root, names))
        hundred = any(path.name == "train.bin" for path in train)
        if hundred and len(train) > 1:
            raise DataError(
                f"{root} holds files of CIFAR-10 and of CIFAR-100. Give each a folder of its own."
            )
        rows = [_rows(path, 2 if hundred else 1) for path in (*train, *test)]
        column = 0 if not hundred or self.coarse else 1
        classes = _names(root, (20 if self.coarse else 100) if hundred else 10, coarse=self.coarse)
        targets = np.concatenate([part[:, column] for part in rows]).astype(np.int64)
        if targets.max() >= len(classes):
            raise DataError(
                f"A label in {root} is {targets.max()}, but there are {len(classes)} classes."
            )
        count = sum(len(part) for part in rows[: len(train)])
        pictures = [part[:, 2 if hundred else 1 :].reshape(-1, 3, 32, 32) for part in rows]
        return Samples(
            held(MemoryRows(pictures)),
            targets,
            Image(3, 32, 32),
            Labels(classes),
            held_out=np.arange(count, len(targets)) if test else None,
        )


def _is_pickled(names: list[str]) -> bool:
    return sum(bool(PICKLED.fullmatch(name)) for name in names) > 1


def _nothing(root: Path, names: list[str]) -> str:
    if _is_pickled(names):
        return (
            f"{root} holds CIFAR's Python version, which are pickles: files that could run any program. They are not "
            "opened. Fetch the binary version instead (cifar-10-binary.tar.gz or cifar-100-binary.tar.gz, from the "
            "same page) and unpack it."
        )
    return f"{root} should hold data_batch_1.bin and so on, or train.bin, but it holds neither. Unpack the files there."


def _rows(path: Path, heads: int) -> NDArray[np.uint8]:
    """(pictures, heads + 3072) a file as it lies on the disk, not read yet. Raises DataError."""
    each, size = heads + PIXELS, size_of(path)
    if not size or size % each:
        raise DataError(
            f"{path.name} should be pictures of {each:,} bytes each, but it is {size:,} bytes long, which is no "
            "multiple of that. It is cut off, or not CIFAR's binary version: fetch it again."
        )
    try:
        return np.memmap(path, np.uint8, "r").reshape(-1, each)
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name} cannot be read. Choose another.") from error


def _names(root: Path, count: int, *, coarse: bool) -> tuple[str, ...]:
    """What the classes are called: from the file with their names, if there is a good one."""
    files = ("batches.meta.txt", "coarse_label_names.txt" if coarse else "fine_label_names.txt")
    for name in files:
        try:
            with (root / name).open(encoding="utf-8") as stream:
                lines = [line.strip() for line in stream.read(count * MOST_NAME).splitlines()]
        except (OSError, ValueError):
            continue
        found = tuple(line for line in lines if line)
        if len(found) == count and len(set(found)) == count:
            return found
    return tuple(f"class {number}" for number in range(count))
