"""Runs handed on: the engine's reports, and pictures in pixels, which need a painter. Loaded when asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

from app.handing import Refused
from engine.project import Project
from engine.run import Run

PNG = "png"
PNG_HELP = "The loss curves as a picture of three times its size, for slides and messages."
LARGER = 3


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of report as the dialogue shows it; one without a suffix is a folder."""

    name: str
    title: str
    suffix: str
    help: str


def kinds() -> tuple[Kind, ...]:
    """The kinds there are, the page first."""
    from engine.report import REPORTS

    found = [
        Kind(name, kind.title, kind.suffix, " ".join(kind.help().split()))
        for name, kind in REPORTS.items()
    ]
    found.append(Kind(PNG, "Loss curves (PNG)", ".png", PNG_HELP))
    return tuple(sorted(found, key=lambda kind: kind.name != "html"))


def reported(
    project: Project, run: Run, name: str, out: Path, keep: Callable[[], bool] = lambda: True
) -> tuple[Path, ...]:
    """Write a run down; the files. Nothing is put in place unless `keep()` says so at the end. Raises Refused."""
    from engine.report import REPORTS, Unwritable, told

    try:
        kind = REPORTS["svg" if name == PNG else name]()
        kind.require()
        with TemporaryDirectory(dir=out.parent, prefix=".report-") as folder:
            files = kind.write(told(project, run), Path(folder, out.name))
            if name == PNG:
                files = (_in_pixels(files[0]),)
            if not keep():
                return ()
            if not kind.suffix:
                out.mkdir(exist_ok=True)
            target = out.parent if kind.suffix else out
            return tuple(file.replace(target / file.name) for file in files)
    except OSError as error:
        raise Refused(f"{out.name} could not be written: {error.strerror or error}.") from error
    except Unwritable as error:
        raise Refused(str(error)) from error


def _in_pixels(svg: Path) -> Path:
    """The picture of an SVG file that bears the name of a PNG already, in its place. Raises OSError."""
    drawn = QSvgRenderer(QByteArray(svg.read_bytes()))
    image = QImage(drawn.defaultSize() * LARGER, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        drawn.render(painter)
    if not QImageWriter(str(svg), QByteArray(b"png")).write(image):  # whatever the name ends in
        raise OSError("the picture could not be made")
    return svg
