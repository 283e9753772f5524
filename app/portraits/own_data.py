"""Data of a person's own: a table with its columns, a folder of images, a text, and a table that will not do."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image
from PySide6.QtGui import QPixmap

from app.frame.data_dialog import DataDialog
from app.portrait import Portrait, Sitting
from engine.dataset import load
from engine.datasets import DATASETS
from resources import resource


class OwnData(Sitting):
    """Data of a person's own: a table with its columns, a folder of images, a text, and a table that will not do."""

    order = 10

    def pictures(self) -> Iterator[Portrait]:
        with TemporaryDirectory() as folder:
            place = Path(folder)
            own = {
                "table": _copied("penguins.csv", place / "penguins.csv"),
                "images": _images(place / "digits"),
                "text": _copied("pride_and_prejudice.txt", place / "novel.txt"),
                "complaint": _constant(place / "readings.csv"),
            }
            for name, path in own.items():
                yield Portrait(f"dialogue-data-{name}", self._shown(path))

    def _shown(self, path: Path) -> QPixmap:
        dialog = DataDialog(self.studio, self.window.papers.errands, self.window, path.parent, path)
        dialog.open()
        self.wait(lambda: dialog.found is not None)
        dialog.file.setValue(f"/home/me/{path.name}")
        self.settle()
        picture = dialog.grab()
        dialog.reject()
        return picture


def _copied(name: str, path: Path) -> Path:
    path.write_bytes(resource("data", name).read_bytes())
    return path


def _images(folder: Path) -> Path:
    """Forty digits, in a folder for each class."""
    samples = load(DATASETS["Digits8"]())
    for place in range(60):
        there = folder / str(samples.targets[place])
        there.mkdir(parents=True, exist_ok=True)
        pixels = np.asarray(samples.inputs[place, 0] * 255).astype(np.uint8)
        Image.fromarray(pixels).save(there / f"{place}.png")
    return folder


def _constant(path: Path) -> Path:
    path.write_text(
        "colour,shape,state\n"
        + "".join(f"{c},{s},fine\n" for c in ("red", "blue") for s in ("round", "square"))
    )
    return path
