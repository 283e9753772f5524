"""Every plot stands open, a person clicks about, and the weights are those of a run that nobody watched.

What `tests/engine/test_watching.py` says of the loop, said of the window: the real one, by mouse, keys and drops.
"""

from collections.abc import Callable, Mapping
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import pytest
from person import LEFT, PLAIN, Person
from PIL import Image as Pillow
from probing import Kind, chain_of, dense
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.frame.docks import PlotDock
from engine.control import Control
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.events import Checkpoint, Reading, Steps
from engine.job import Job, to_train
from engine.project import Project, fresh_run
from engine.settings import Settings
from engine.storage import save
from engine.train import train

BATCH, EPOCHS = 63, 10  # of 1,258 train examples
STEPS_OF_AN_EPOCH, STEPS = 20, 200
SHARE = 0.3  # of the time that instruments may take: a person can allow it in the status bar
NETS: Mapping[str, tuple[Kind, ...]] = {
    "batch norm and dropout": (
        ("Conv2d", {"out_channels": 4, "kernel_size": 3}), "BatchNorm2d", "ReLU",
        ("Dropout2d", {"p": 0.2}), "Flatten", dense(32), "BatchNorm1d", "Tanh", "Dropout", dense(10),
    ),
    "two-layer LSTM with dropout": (
        ("Reshape", {"shape": (8, 8)}), ("LSTM", {"hidden_size": 16, "num_layers": 2, "dropout": 0.4}),
        "Flatten", dense(10),
    ),
}  # fmt: skip


# -- what is done meanwhile -----------------------------------------------------------------------


def show_an_own_picture(person: Person, path: Path) -> None:
    array = np.zeros((40, 60, 3), np.uint8)
    array[5:35, 25:32] = 255
    Pillow.fromarray(array).save(path / "one.png")
    person.drop_file(path / "one.png")
    person.wait(lambda: person.studio.session.watchers.own is not None)


def look_at_the_next_example(person: Person, _: Path) -> None:
    person.press("Next example")
    person.press("Part of the data: Train")


def turn_to_other_quantities(person: Person, _: Path) -> None:
    for name in ("Gradient of: ∂L/∂W", "Histogram of: ∂L/∂W", "Show: Gradients", "Units of: All"):
        person.press(name)


def turn_back(person: Person, _: Path) -> None:
    for name in ("Gradient of: ∂L/∂h", "Histogram of: h", "Show: Maps", "Units of: Example"):
        person.press(name)


def look_closely_at_a_cell(person: Person, _: Path) -> None:
    column = person.window.arrangement.plots["Activations"].plot.column
    person.wait(lambda: bool(column._placed))
    for name in ("conv_1", "lstm_1"):
        placed = next((p for p in column._placed if p.strip.name == name), None)
        box = column._box(placed, (0, 2, 3)) if placed else None
        if box is not None:
            QTest.mouseClick(column, LEFT, PLAIN, box.center().toPoint())


def select_layers(person: Person, _: Path) -> None:
    for name in ("dense_1", "data"):
        person.click_node(name)


def fly_before_training(person: Person, _: Path) -> None:
    """Edit the drawing, for which there is a pre-flight as soon as one lets go of it; then take the edit back."""
    flight = person.studio.preflight
    person.window.view.fit()
    person.click_node("dense_1")
    person.press("Bias")
    person.wait(lambda: not flight.is_flying)
    assert flight.run is not None
    QTest.keySequence(person.window, "Ctrl+Z")


def pause_and_step(person: Person, _: Path) -> None:
    person.window.trigger("run.pause")
    person.wait(lambda: person.studio.session.state != "training")
    step = person.step
    if step < STEPS:
        person.press("Step")
        person.wait(lambda: person.step > step)


DEEDS: tuple[Callable[[Person, Path], None], ...] = (
    look_closely_at_a_cell,
    show_an_own_picture,
    turn_to_other_quantities,
    fly_before_training,
    look_at_the_next_example,
    select_layers,
    turn_back,
    pause_and_step,
)
"""In turn, over and over, as long as the run goes on. What else a person can do beside a run belongs in here."""


# -- the two runs ---------------------------------------------------------------------------------


def project(name: str) -> Project:
    recipe = Recipe(dataset=DATASETS["Digits8"](), scaling="standardise")
    settings = Settings().but(
        optimizer="Adam", learning_rate=0.003, batch_size=BATCH, epochs=EPOCHS, exact=True
    )
    graph = chain_of(*NETS[name], "CrossEntropyLoss")
    graph = graph.move({node: (200.0 * place, 0.0) for place, node in enumerate(graph.nodes)})
    return Project(name, graph, recipe, settings)


def alone(name: str) -> tuple[Checkpoint, np.ndarray]:
    """The same run without a window: where it ends, and the loss of each step."""
    made = project(name)
    job = to_train(made, fresh_run(made))
    assert isinstance(job, Job)
    events = list(train(job, Control()))
    kept = [event for event in events if isinstance(event, Checkpoint)]
    losses = [event.losses for event in events if isinstance(event, Steps)]
    return kept[-1], np.concatenate(losses)


def plots_of(person: Person) -> list[PlotDock]:
    """The docks of all plots that suit the drawing."""
    docks, project = person.window.arrangement.plots.values(), person.studio.document.project
    return [dock for dock in docks if dock.plot.suits(project)]


def open_every_plot(person: Person) -> None:
    """Float each dock by its menu, so that all can be seen at once."""
    for dock in plots_of(person):
        at = QPoint(5, 5)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, dock.head.mapToGlobal(at))
        QApplication.sendEvent(dock.head, event)
        menu = next(m for m in dock.findChildren(QMenu) if m.isVisible())
        entry = next(a for a in menu.actions() if a.text() == "Float above the window")
        QTest.mouseClick(menu, LEFT, PLAIN, menu.actionGeometry(entry).center())
        person.wait(lambda dock=dock: dock.isFloating() and dock.plot.seen)
        person.qtbot.wait(40)  # until it is the active window: that closes the next menu else


def watched(person: Person, path: Path) -> set[str]:
    """Train to the end, epoch by epoch, while everything is tried in turn; which probes have read anything."""
    session, plots = person.studio.session, plots_of(person)
    session.watchers.share = SHARE
    read: list[Reading] = []
    session.advanced.connect(
        lambda events: read.extend(e for e in events if isinstance(e, Reading))
    )
    deeds = cycle(DEEDS)
    while person.step < STEPS:
        step = person.step
        QTest.keySequence(person.window, "Shift+F10")  # to the end of the epoch
        for deed in islice(deeds, 2):
            deed(person, path)
            assert all(dock.plot.seen for dock in plots)
        person.wait(lambda step=step: session.state != "training" and person.step > step)
    person.state("idle")
    between = {reading.step for reading in read if reading.step % STEPS_OF_AN_EPOCH}
    assert len(between) > len(DEEDS)  # while it trained, not only while it stood still
    return {reading.probe for reading in read}


def same(ours: Mapping[str, np.ndarray], theirs: Mapping[str, np.ndarray]) -> bool:
    return ours.keys() == theirs.keys() and all(np.array_equal(ours[k], theirs[k]) for k in ours)


@pytest.mark.parametrize("name", NETS)
def test_the_window_with_every_plot_open_changes_no_bit(
    name: str, desk: Callable[..., Person], tmp_path: Path
) -> None:
    bare, losses = alone(name)
    save(project(name), tmp_path / "net.chainrule")
    person = desk(path=tmp_path / "net.chainrule", flies=True)
    assert person.studio.preflight.is_on
    open_every_plot(person)
    read = watched(person, tmp_path)
    assert read >= {"ErrorSignal", "UpdateRatio", "ErrorSpread", "ByExample", "Sight", "Review"}
    run = person.studio.session.run
    assert run is not None
    assert run.checkpoint is not None
    assert run.checkpoint.step == bare.step == STEPS
    assert same(run.checkpoint.weights, bare.weights)
    assert same(run.checkpoint.optimizer, bare.optimizer)
    assert np.array_equal(run.checkpoint.chance, bare.chance)
    assert np.array_equal(run.history.losses.values, losses)
