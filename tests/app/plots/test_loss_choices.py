"""How a person wants to see the curves outlives the window: the choices in any project, the overlays in their file."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.document import Document
from app.plot import Plot
from app.plots.loss import Loss
from app.preferences import Preferences
from app.session import Session
from app.studio import Studio
from engine.events import Started, Steps
from engine.history import History
from engine.layers import CATALOGUE
from engine.run import Run

Open = Callable[..., Plot]


def opened(open_plot: Open) -> Loss:
    plot = open_plot(Loss)
    assert isinstance(plot, Loss)
    return plot


def click(inside: QWidget, name: str) -> None:
    found = [w for w in inside.findChildren(QWidget) if w.accessibleName() == name]
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)


def test_the_choices_are_there_again_in_another_window(open_plot: Open, telling) -> None:
    telling.begin()
    first = opened(open_plot)
    click(first.axis, "Axis of the loss: Linear")
    click(first.options, "Along the x axis: Seconds")
    first.options.smoothing.setCurrentIndex(4)
    first.options.smoothing.activated.emit(4)
    again = opened(open_plot)
    assert (again.axis.value(), again.options.unit.value()) == ("even", "seconds")
    assert again.options.smoothing.value() == 0.99
    telling.train(1, 40)
    again.redraw()
    assert again.chart.figure is not None
    assert not again.chart.figure.y.log
    batch = next(line for line in again.chart.figure.lines if line.name == "batch")
    np.testing.assert_allclose(batch.xs, np.arange(1, 41) / 50)  # seconds, as the run told them


def test_what_is_offered_no_more_is_not_taken(tmp_path: Path) -> None:
    stored = QSettings(str(tmp_path / "p.ini"), QSettings.Format.IniFormat)
    kept = Preferences(stored)
    kept.keep_choice("loss/unit", "fortnights")
    assert kept.choice("loss/unit", ("epochs", "steps"), "steps") == "steps"
    for broken in ("no json", "[1, 2]", '{"/a": 3}'):
        stored.setValue("compared", broken)
        assert kept.compared(Path("/a")) == frozenset()
    for place in range(60):
        kept.keep_compared(Path(f"/{place}"), ["run 1"])
    assert not kept.compared(Path("/0"))  # files of long ago are forgotten
    assert kept.compared(Path("/59")) == {"run 1"}


def _run(studio: Studio, name: str) -> Run:
    project, history = studio.document.project, History()
    history.add(Started(0, 0, 3, 20, 1280, 270, 1000, 0, 1, "cpu"))
    history.add(Steps(20, 1.0, np.linspace(2, 1, 20), 0.4))
    return Run(name, project.graph, project.recipe, project.settings, history)


def test_the_overlaid_runs_of_a_file_are_laid_over_again(studio: Studio, tmp_path: Path) -> None:
    names = ["run 1", "wide, deep; a=b", "Ünïcode/3"]
    project = replace(studio.document.project, runs=tuple(_run(studio, n) for n in names))
    studio.document.begin(project)
    studio.overlay(studio.document.project.runs[1:])
    studio.document.save(tmp_path / "mine.chainrule")  # it had no file when they were chosen

    document = Document(project)
    document.open(tmp_path / "mine.chainrule")
    later = Studio(document, Session(document), studio.theme, studio.preferences)
    assert [run.name for _, run in later.overlaid] == names[1:]
    document.rename_run(document.project.runs[2], "third")
    document.open(tmp_path / "mine.chainrule")  # the new name was not saved
    assert [run.name for _, run in later.overlaid] == names[1:2]
    document.edit("Unsaved", document.graph.add(CATALOGUE["ReLU"]()))
    document.begin(project)  # another project, with nothing laid over, comes between
    document.edit("Unsaved", document.graph.add(CATALOGUE["ReLU"]()))
    document.open(tmp_path / "mine.chainrule")
    assert [run.name for _, run in later.overlaid] == names[1:2]
    later.overlay(())
    document.open(tmp_path / "mine.chainrule")
    assert later.overlaid == ()
    later.preflight.close()
    later.session.close()
