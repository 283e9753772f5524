"""A student varies pictures, sees what becomes of them, trains on them, and takes it back."""

from collections.abc import Callable

from person import PLAIN, Person
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.panels import DataPanel
from engine.variation import Variation


def test_pictures_are_mirrored_seen_and_trained_on(desk: Callable[..., Person]) -> None:
    person = desk("small-convnet")
    person.window.resize(1920, 1080)  # where the data stand beside the canvas
    person.wait(lambda: person.window.findChild(DataPanel) is not None)
    panel = person.window.findChild(DataPanel)
    assert panel is not None
    document = person.studio.document
    person.press("Parameters of the data")
    person.wait(panel.variation.isVisible)
    assert not panel.variation.view.isVisible()
    panel.reach(panel.variation)
    mirror = panel.variation.form.editor("sideways")
    QTest.mouseClick(mirror, Qt.MouseButton.LeftButton, PLAIN, mirror.rect().center())
    person.wait(lambda: document.project.recipe.variation == Variation(sideways=True))
    person.wait(panel.variation.view.isVisible)
    first, *others = panel.variation.view.value()[0]
    assert all(image in (first, first.flipped(Qt.Orientation.Horizontal)) for image in others)
    person.key("F5")
    person.wait(lambda: person.step > 5)
    person.press("Stop")
    person.state("idle")
    run = person.studio.session.run
    assert run is not None
    assert run.recipe.variation == Variation(sideways=True)
    person.key("Ctrl+Z")
    person.wait(lambda: not document.project.recipe.variation)
    assert not panel.variation.view.isVisible()
