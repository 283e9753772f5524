"""Pictures of the window for the README: each template opened, really trained, and drawn without a screen.

Run as `python3 -m app.screenshot FOLDER`; with `--size`, `--theme` and `--template` for a part of them, and with
`--parts` for each dock and dialogue by itself; `--running` draws the window while it trains.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSettings, QTimer

from app.document import Document
from app.frame.window import Window
from app.launch.application import dressed
from app.portrait import Portrait
from app.portraits import SITTINGS
from app.preferences import Preferences
from app.session import Session
from app.studio import Studio
from app.theme.theme import Name
from engine.cures import CURES
from engine.layers.convolution import Conv2d
from engine.layers.dense import Dense
from engine.template import template, template_names

SIZES = ("1280x800", "1920x1080")
THEMES: tuple[Name, ...] = ("dark", "light")
PATIENCE_MS = 300_000  # the longest a template may train
SETTLE_MS = 400  # until the last readings are drawn


def main(argv: Sequence[str] | None = None) -> int:
    """Write the pictures and say their names."""
    asked = _parser().parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(f"{folder}/settings.ini", QSettings.Format.IniFormat)
        app, theme = dressed(Preferences(settings))
        for name in asked.template or template_names():
            document = Document(template(name))
            studio = Studio(document, Session(document), theme, Preferences(settings))
            window = Window(studio)
            draw = _parts if asked.parts else _pictures
            for path in draw(window, name, asked):
                sys.stdout.write(f"{path}\n")
            window.close_at_once()
            app.processEvents()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python3 -m app.screenshot", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures are written")
    parser.add_argument(
        "--size", action="append", help="as in 1280x800; more than one may be given"
    )
    parser.add_argument("--theme", action="append", choices=THEMES)
    parser.add_argument("--template", action="append", help="all of them if none is given")
    parser.add_argument(
        "--parts", action="store_true", help="each dock and dialogue by itself, not the window"
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=[name.lower() for name in SITTINGS],
        help="with --parts: of these alone",
    )
    parser.add_argument("--epochs", type=int, default=4, help="how long each is trained")
    parser.add_argument(
        "--running", action="store_true", help="draw the window in the middle of training"
    )
    parser.add_argument(
        "--cure",
        choices=[cure.id for cure in CURES],
        help="then mend the network in this way and train it anew, with a picture of each",
    )
    parser.add_argument("--example", type=int, default=1, help="of the dev part, from 1")
    return parser


def _pictures(window: Window, name: str, asked: argparse.Namespace) -> Iterator[Path]:
    """Train what is in the window and draw it in every size and theme that was asked for."""
    window.show()
    window.studio.session.choose_example("dev", asked.example - 1)
    _train(window.studio, asked.epochs, goes_on=asked.running)
    yield from _drawn(window, name, asked)
    if asked.cure:
        window.studio.session.stop()
        _wait(PATIENCE_MS, lambda: window.studio.session.state == "idle")
        window.trigger(f"cure.{asked.cure}")
        yield from _drawn(window, f"{name}-mended", asked)
        window.studio.session.restart()
        _until_epoch(window.studio, asked.epochs, goes_on=asked.running)
        yield from _drawn(window, f"{name}-cured", asked)


def _drawn(window: Window, name: str, asked: argparse.Namespace) -> Iterator[Path]:
    """Draw the window as it stands in every size and theme that was asked for."""
    for size in asked.size or SIZES:
        width, height = map(int, size.split("x"))
        window.resize(width, height)
        for theme in asked.theme or THEMES:
            window.studio.theme.switch(theme)
            _wait(SETTLE_MS)
            window.view.fit()
            _wait(SETTLE_MS)
            path = asked.folder / f"{name}-{theme}-{width}.png"
            _agree(window)
            window.grab().save(str(path))
            yield path


def _parts(window: Window, name: str, asked: argparse.Namespace) -> Iterator[Path]:
    """Train what is in the window and draw its docks and dialogues in the sizes and themes that were asked for."""
    window.show()
    sizes = asked.size or SIZES[-1:]
    for size in sizes:
        window.resize(*map(int, size.split("x")))
        for theme in asked.theme or THEMES:
            window.studio.theme.switch(theme)
            _train(window.studio, asked.epochs)
            _wait(SETTLE_MS)
            for portrait in _portraits(window, asked.only):
                place = f"-{size.split('x')[0]}" if len(sizes) > 1 else ""
                path = asked.folder / f"{name}-{portrait.name}-{theme}{place}.png"
                portrait.picture.save(str(path))
                yield path


def _portraits(window: Window, only: list[str] | None) -> Iterator[Portrait]:
    for name, sitting in SITTINGS.items():
        if not only or name.lower() in only:
            yield from sitting(window, lambda until: _wait(PATIENCE_MS, until)).pictures()


def _agree(window: Window) -> None:
    """Let all that is drawn be of the same step: each part is redrawn at its own rate while training goes on."""
    window.view.pulse.beat()
    for dock in window.arrangement.plots.values():
        dock.plot.refresh()


def _train(studio: Studio, epochs: int, *, goes_on: bool = False) -> None:
    """Train for some epochs and stand still there, or half-way, with a layer that has weights selected."""
    session, graph = studio.session, studio.document.graph
    if goes_on:
        project = studio.document.project
        longer = project.settings.but(epochs=max(project.settings.epochs, 2 * epochs))
        studio.document.change("Train longer", replace(project, settings=longer))
    weighted = graph.of_kind(Conv2d) or graph.of_kind(Dense)
    studio.select([weighted[0].id])
    session.train()
    _until_epoch(studio, epochs, goes_on=goes_on)


def _until_epoch(studio: Studio, epochs: int, *, goes_on: bool) -> None:
    """Let the run come so far, and stand still there unless it `goes_on`."""
    session = studio.session
    _wait(PATIENCE_MS, lambda: session.state == "idle" or _epochs(session) >= epochs)
    if not goes_on:
        session.pause()
        _wait(PATIENCE_MS, lambda: session.state != "training")


def _epochs(session: Session) -> float:
    return session.run.history.epoch if session.run else 0.0


def _wait(milliseconds: int, until: Callable[[], bool] = lambda: False) -> None:
    """Let the window live until something is so, or for a time."""
    loop, look = QEventLoop(), QTimer()
    look.setInterval(20)
    look.timeout.connect(lambda: loop.quit() if until() else None)
    look.start()
    QTimer.singleShot(milliseconds, loop, loop.quit)
    loop.exec()
    look.stop()


if __name__ == "__main__":
    sys.exit(main())
