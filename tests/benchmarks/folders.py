"""A folder of 50,000 pictures of one's own: how long until they are listed, until they are learnt from, and how fast.

It is a case of `projects.py`. The folder is written first, 50 classes of 32×32 pixels; nothing of it is in the memory
of this program. Epochs are those of a small convolutional network.
"""

import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image as Pillow
from table import Measured, row

from engine.beginning import first_project
from engine.control import Control
from engine.dataset import Recipe, datasets_at, load
from engine.datasets import image_folder
from engine.datasets.image_folder import ImageFolder, PictureFiles
from engine.events import Steps
from engine.job import Job
from engine.job import prepare as prepared
from engine.project import Project
from engine.train import train

CLASSES, EACH, SIDE = 50, 1000, 32
LISTED = 10.0  # s, which is what "in seconds" is taken to mean


def written(root: Path) -> None:
    """Noise in the colours of its class."""
    chance = np.random.default_rng(0)
    for label in range(CLASSES):
        folder = root / f"class {label:02}"
        folder.mkdir()
        colour = chance.integers(0, 200, 3)
        noise = chance.integers(0, 56, (EACH, SIDE, SIDE, 3)) + colour
        for number, picture in enumerate(noise.astype(np.uint8)):
            Pillow.fromarray(picture).save(folder / f"{number}.png", compress_level=1)


class Counting(PictureFiles):
    """Counts the files that are opened."""

    opened = 0

    def read(self, places: np.ndarray) -> np.ndarray:
        Counting.opened += len(places)
        return super().read(places)


def resident() -> float:
    """Most memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def pictures() -> Iterator[Measured]:
    """Listing, the first step and the first two epochs."""
    image_folder.PictureFiles = Counting  # type: ignore[misc]
    with TemporaryDirectory(dir=Path.home()) as place:
        root = Path(place)
        written(root)
        begun = time.perf_counter()
        (dataset,) = (found for found in datasets_at(root) if isinstance(found, ImageFolder))
        known = time.perf_counter() - begun
        samples = load(dataset)
        took = time.perf_counter() - begun
        yield row("pictures", "known to be a folder of pictures", 1000 * known, "ms", None)
        yield row("pictures", f"{len(samples.targets):,} files listed", took, "s", LISTED)
        yield row("pictures", "files opened by then", float(Counting.opened), "files", 1.0)
        project = first_project(Recipe.usual(dataset), "pictures")
        assert project is not None
        yield from _run(project, len(samples.targets))


def _run(project: Project, count: int) -> Iterator[Measured]:
    project = replace(project, settings=project.settings.but(epochs=2, batch_size=256))
    before, begun = resident(), time.perf_counter()
    job = prepared(project)
    assert isinstance(job, Job)
    control, first, ends = Control(), 0.0, []
    steps_an_epoch = -(-job.data.train.count // 256)
    for event in train(job, control):
        if isinstance(event, Steps) and not first:
            first = time.perf_counter() - begun
            yield row("pictures", "first steps after", first, "s", None)
            share = Counting.opened / count
            yield row("pictures", "share of the files opened by then", share, "", 0.05)
        if isinstance(event, Steps):
            while len(ends) < 2 and event.step >= steps_an_epoch * (len(ends) + 1):
                ends.append(time.perf_counter() - begun)
    yield row("pictures", "the first epoch", ends[0], "s", None)
    yield row("pictures", "the second epoch, of kept pictures", ends[1] - ends[0], "s", None)
    yield row("pictures", "memory more than before", resident() - before, "MB", None)
