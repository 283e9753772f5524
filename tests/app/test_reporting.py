"""Runs written from the window: every kind that the dialogue offers, pictures in pixels among them."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from app.handing import Refused
from app.reporting import LARGER, kinds, reported
from app.studio import Studio
from engine.events import Started, Steps, Validated
from engine.project import fresh_run
from engine.run import Run


@pytest.fixture
def run(studio: Studio) -> Run:
    made = fresh_run(studio.document.project)
    made.history.add(Started(0, 0.0, 2, 20, 1280, 270, 100, 0, 1, "cpu"))
    for epoch in (1, 2):
        made.history.add(Steps(20 * epoch, float(epoch), np.linspace(2, 1, 20), epoch / 2))
        made.history.add(Validated(20 * epoch, epoch, 1.0, 1.1, 0.8, 0.7, epoch / 2))
    return made


@pytest.mark.parametrize("kind", ["html", "csv", "svg", "tensorboard", "png"])
def test_each_kind_is_written(studio: Studio, run: Run, tmp_path: Path, kind: str) -> None:
    (offered,) = (found for found in kinds() if found.name == kind)
    out = tmp_path / f"mine{offered.suffix}"
    (path,) = reported(studio.document.project, run, kind, out)
    assert path.is_file()
    assert path == out or path.parent == out
    assert sorted(tmp_path.iterdir()) == [out]  # nothing is left beside it


def test_a_picture_in_pixels_is_drawn_in_the_colours_of_its_curves(
    studio: Studio, run: Run, tmp_path: Path
) -> None:
    (path,) = reported(studio.document.project, run, "png", tmp_path / "loss.png")
    image = QImage(str(path))
    assert (image.width(), image.height()) == (720 * LARGER, 300 * LARGER)
    colours = {
        image.pixelColor(x, y).name()
        for x in range(200, image.width(), 3)
        for y in range(0, image.height(), 3)
    }
    assert {"#fbfbfd", "#0877bd", "#b35600"} <= colours  # ground, train, dev


def test_nothing_is_put_in_place_if_the_person_has_gone(
    studio: Studio, run: Run, tmp_path: Path
) -> None:
    assert reported(studio.document.project, run, "html", tmp_path / "a.html", lambda: False) == ()
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_said(studio: Studio, run: Run, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="could not be written"):
        reported(studio.document.project, run, "html", tmp_path / "none" / "a.html")


def test_the_page_is_offered_first() -> None:
    assert [kind.name for kind in kinds()][0] == "html"
    assert all(kind.help.endswith(".") for kind in kinds())
