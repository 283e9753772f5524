"""A folder of pictures of one's own."""

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field

from engine.axes import Image, Labels
from engine.class_folders import is_filed, listed
from engine.dataset import Dataset
from engine.datasets.icons import Icons32
from engine.pictures import bytes_of, is_picture, looked_at
from engine.places import folder, place, size_of
from engine.samples import DataError, Samples
from engine.streamed import held

QUICK = 8 << 20, 2000  # bytes and files that are read in about half a second, and so at once
USUAL = 64  # px of a side, where a picture says more than is wise to begin with
Side = Annotated[int, Field(ge=1, le=2048)]


def _twice(value: object) -> object:
    return (value, value) if isinstance(value, int) else value


class PictureFiles:
    """The pictures of a folder as rows of eight bits a number, each read from its file when it is asked for."""

    dtype: np.dtype[Any] = np.dtype(np.uint8)

    def __init__(self, root: Path, files: Sequence[str], axes: Image) -> None:
        self._root, self._files, self._axes = root, files, axes
        self.shape: tuple[int, ...] = (len(files), axes.channels, axes.height, axes.width)
        self.slow = (
            len(files) > QUICK[1] or sum(map(size_of, map(self.path, range(len(files))))) > QUICK[0]
        )

    def path(self, place: int) -> Path:
        """Where a picture lies."""
        return self._root / self._files[place]

    def read(self, places: NDArray[np.int64]) -> NDArray[np.uint8]:
        found = np.empty((len(places), *self.shape[1:]), np.uint8)
        for row, number in zip(found, places.tolist(), strict=True):
            row[...] = bytes_of(self.path(number), self._axes)
        return found

    def mark(self, place: int) -> bytes:
        try:
            return blake2b(self.path(place).read_bytes(), digest_size=16).digest()
        except OSError as error:
            raise DataError(f"{self.path(place)} cannot be read any more. Put it back.") from error


class ImageFolder(Dataset, title="Folder of pictures"):
    """Pictures of your own: a folder in which each class has a folder, such as pets/cat and pets/dog.

    With the folders train and test (and val), which hold those of the classes, the test part is fixed and stays
    sealed. Each picture is cut to its middle and resized. Many pictures are read while the network learns. As long as
    no folder is named they are the colour icons.
    """

    folder: str = Field(
        "",
        max_length=4096,
        title="Folder",
        description="Where the folders of the classes are, such as /home/me/pets.",
    )
    size: Annotated[tuple[Side, Side], BeforeValidator(_twice)] = Field(
        (32, 32), title="Size", description="Height and width that each picture is resized to."
    )
    coloured: Annotated[bool, Field(strict=True)] = Field(
        True, title="Colour", description="Red, green and blue; or else lightness alone."
    )

    @classmethod
    def found_at(cls, path: Path) -> "ImageFolder | None":
        if not path.is_dir():
            return None
        first = is_filed(path, lambda name: is_picture(Path(name)))
        seen = looked_at(path / first) if first else None
        if seen is None:
            return None
        height, width, colour = seen
        small = max(height, width) <= 2 * USUAL
        size = (height, width) if small else (USUAL, USUAL)
        return cls(folder=str(path), size=size, coloured=colour)

    def load(self) -> Samples:
        if not place(self.folder).name:
            return Icons32().load()
        root = folder(self.folder)
        found = listed(root, lambda name: is_picture(Path(name)), "pictures")
        axes = Image(3 if self.coloured else 1, *self.size)
        return Samples(
            held(PictureFiles(root, found.files, axes), "Reading the pictures"),
            found.labels,
            axes,
            Labels(found.classes),
            titles=found.files,
            held_out=found.test,
            judged=found.dev,
        )
