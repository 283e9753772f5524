"""The data panel: what it shows is compared with the data, what is changed in it with the project."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.panels import DataPanel
from app.panels.glance import Counts, Pictures, Points, Spread, glance, picture
from app.studio import Studio
from engine.dataset import Recipe, Split
from engine.datasets import DATASETS, image_folder
from engine.leaks import leaks
from engine.streamed import held
from engine.variation import Variation
from engine.waiting import told

Key, Left = Qt.Key, Qt.MouseButton.LeftButton
Show = Callable[..., QWidget]


@pytest.fixture
def panel(studio: Studio, show: Show) -> DataPanel:
    made = DataPanel(studio)
    show(made, 240, 620)
    return made


def use(studio: Studio, name: str) -> None:
    recipe = Recipe.usual(DATASETS[name]())
    studio.document.change("Use", replace(studio.document.project, recipe=recipe))


def fill(qtbot: QtBot, field: QWidget, text: str) -> None:
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Key.Key_Return)


class TestGlance:
    def test_pictures_are_of_the_train_part_and_of_their_class(self) -> None:
        data = Recipe.usual(DATASETS["Digits8"]()).prepare()
        shown = glance(data)
        assert isinstance(shown, Pictures)
        assert [name for name, _, _ in shown.examples] == list("0123456789")
        for label, (_, image, place) in enumerate(shown.examples):
            assert data.train.targets[place] == label
            for row, column in ((0, 3), (4, 4)):
                ink = float(data.train.inputs[place][0, row, column])
                assert abs(image.pixelColor(column, row).redF() - ink) < 0.01

    def test_a_colour_picture_keeps_its_colours(self) -> None:
        values = np.zeros((3, 2, 3), np.float32)
        values[0, 0, 2] = values[1, 1, 0] = 1
        image = picture(values)
        assert image.pixelColor(2, 0).name() == "#ff0000"
        assert image.pixelColor(0, 1).name() == "#00ff00"
        assert image.pixelColor(1, 1).name() == "#000000"

    def test_the_plane_is_drawn_as_points_in_proportion(self) -> None:
        data = Recipe.usual(DATASETS["Circles"]()).prepare()
        shown = glance(data)
        assert isinstance(shown, Points)
        assert shown.places.min() >= 0
        assert shown.places.max() <= 1
        x = np.asarray(data.train.inputs[: len(shown.places)], np.float64)
        ratio = np.linalg.norm(shown.places[0] - shown.places[1]) / np.linalg.norm(x[0] - x[1])
        again = np.linalg.norm(shown.places[2] - shown.places[9]) / np.linalg.norm(x[2] - x[9])
        assert ratio == pytest.approx(again)

    def test_rows_are_counted_by_class_and_values_spread(self) -> None:
        wine = Recipe.usual(DATASETS["Wine"]()).prepare()
        counts = glance(wine)
        assert isinstance(counts, Counts)
        assert sum(count for _, count in counts.counts) == wine.train.count
        diabetes = Recipe.usual(DATASETS["Diabetes"]()).prepare()
        spread = glance(diabetes)
        assert isinstance(spread, Spread)
        assert spread.counts.sum() == diabetes.train.count
        assert spread.most == diabetes.train.targets.max()

    @pytest.mark.parametrize("name", DATASETS)
    def test_every_data_set_can_be_looked_at(
        self, name: str, panel: DataPanel, studio: Studio
    ) -> None:
        use(studio, name)
        seen = panel.glance.grab().toImage()
        colours = {seen.pixel(x, y) for x in range(0, 200, 3) for y in range(0, seen.height(), 3)}
        assert len(colours) > 2


def test_it_shows_the_parts_of_the_data(panel: DataPanel, studio: Studio) -> None:
    assert panel.choice.value() == "Moons"
    assert panel.parts.value() == (140, 30, 30)
    assert "30 sealed test" in panel.parts.accessibleName()
    use(studio, "Iris")
    data = studio.document.meaning.data
    assert panel.parts.value() == (data.train.count, data.dev.count, data.sealed.count)
    assert panel.choice.currentText() == "Iris"


def test_another_data_set_is_a_change_that_can_be_undone(
    panel: DataPanel, studio: Studio, qtbot: QtBot
) -> None:
    before = studio.document.project.recipe
    panel.choice.setFocus()
    while panel.choice.value() != "Wine":
        qtbot.keyClick(panel.choice, Key.Key_Down)
    assert studio.document.project.recipe == Recipe.usual(DATASETS["Wine"]())
    assert studio.document.undo_stack.undoText() == "Use Wine"
    while studio.document.undo_stack.canUndo():
        studio.document.undo_stack.undo()
    assert studio.document.project.recipe == before
    assert panel.choice.value() == "Moons"


def test_parameters_split_and_scaling_are_folded_out_and_edited(
    panel: DataPanel, studio: Studio, qtbot: QtBot
) -> None:
    assert not panel.of_set.isVisible()
    qtbot.mouseClick(panel.fold, Left)
    assert panel.of_set.isVisible()
    fill(qtbot, panel.of_set.editor("noise"), "0.1")
    fill(qtbot, panel.of_split.editor("train"), "0.6")
    assert "add up to 1" in panel.of_split.sentence()
    fill(qtbot, panel.of_split.editor("test"), "0.25")
    standardise = panel.of_recipe.editor("scaling").findChildren(QWidget)[1]
    qtbot.mouseClick(standardise, Left)
    recipe = studio.document.project.recipe
    assert recipe.dataset == DATASETS["Moons"](count=200, noise=0.1)
    assert recipe.split == Split(train=0.6, dev=0.15, test=0.25)
    assert recipe.scaling == "standardise"
    assert panel.parts.value() == (120, 30, 50)
    assert studio.document.undo_stack.count() == 3


def test_data_that_cannot_be_had_are_said_in_a_sentence(panel: DataPanel, studio: Studio) -> None:
    split = Split(train=0.999998, dev=0.000001, test=0.000001)
    recipe = Recipe(dataset=DATASETS["Iris"](), split=split)
    studio.document.change("Set", replace(studio.document.project, recipe=recipe))
    assert "too few to share out" in panel.complaint.text()
    assert panel.complaint.isVisible()
    assert not panel.parts.isVisible()
    studio.document.undo_stack.undo()
    assert not panel.complaint.isVisible()
    assert panel.parts.isVisible()


def test_a_press_on_a_picture_chooses_the_example(
    panel: DataPanel, studio: Studio, qtbot: QtBot
) -> None:
    use(studio, "Digits8")
    qtbot.mouseClick(panel.glance, Left, pos=panel.glance.picture_box(7).center().toPoint())
    part, number = studio.session.example
    assert part == "train"
    assert studio.document.meaning.data.train.targets[number] == 7


def test_it_asks_for_the_height_it_needs(panel: DataPanel, studio: Studio) -> None:
    use(studio, "Digits8")
    folded = panel.sizeHint().height()
    panel.fold.click()
    assert panel.sizeHint().height() > folded + 100


class TestLength:
    def test_only_data_with_a_length_have_the_slider(
        self, panel: DataPanel, studio: Studio
    ) -> None:
        assert not panel.length.isVisible()
        for name, steps in (("Adding", 50), ("Parity", 30), ("CopyMemory", 20), ("Sunspots", 22)):
            use(studio, name)
            assert panel.length.isVisible()
            assert panel.length.slider is not None
            assert panel.length.slider.value() == steps
        use(studio, "Moons")
        assert not panel.length.isVisible()

    def test_a_key_moves_it_by_one_as_a_step_that_is_undone(
        self, panel: DataPanel, studio: Studio, qtbot: QtBot
    ) -> None:
        use(studio, "Parity")
        assert panel.length.slider is not None
        qtbot.keyClick(panel.length.slider.track, Key.Key_Right)
        assert studio.document.project.recipe.dataset == DATASETS["Parity"](steps=31)
        studio.document.undo_stack.undo()
        assert studio.document.project.recipe.dataset == DATASETS["Parity"]()
        assert panel.length.slider.value() == 30

    def test_a_length_beyond_its_ends_is_said_as_it_is(
        self, panel: DataPanel, studio: Studio
    ) -> None:
        recipe = Recipe.usual(DATASETS["Parity"](steps=700, count=100))
        studio.document.change("Use", replace(studio.document.project, recipe=recipe))
        assert panel.length.slider is not None
        assert panel.length.slider.words.text() == "700"


class TestWhatPartsShare:
    def test_it_is_said_and_goes_when_the_data_do(
        self, panel: DataPanel, studio: Studio, qtbot: QtBot
    ) -> None:
        assert not panel.shared.isVisible()
        use(studio, "Iris")  # which holds a flower twice
        found = leaks(studio.document.meaning.data)
        qtbot.waitUntil(panel.shared.isVisible)
        assert panel.shared.text.text() == " ".join(found.sentences)
        use(studio, "Moons")
        assert not panel.shared.isVisible()

    def test_whole_groups_of_data_without_any_is_a_sentence(
        self, panel: DataPanel, studio: Studio
    ) -> None:
        split = Split(by="groups")
        recipe = Recipe.usual(DATASETS["Moons"]()).model_copy(update={"split": split})
        studio.document.change("Use", replace(studio.document.project, recipe=recipe))
        assert "do not say which examples belong together" in panel.complaint.text()


def test_pictures_are_seen_varied_before_they_are_learnt_from(
    panel: DataPanel, studio: Studio, qtbot: QtBot
) -> None:
    use(studio, "Icons32")
    qtbot.mouseClick(panel.fold, Left)
    section = panel.variation
    assert section.isVisible()
    assert not section.view.isVisible()  # nothing is varied yet
    fill(qtbot, section.form.editor("noise"), "0.3")
    fill(qtbot, section.form.editor("rotate"), "45")
    recipe = studio.document.project.recipe
    assert recipe.variation == Variation(noise=0.3, rotate=45)
    assert section.view.isVisible()
    data = studio.document.meaning.data
    for (first, *others), place in zip(
        section.view.value(), [0, (data.train.count - 1) // 2, data.train.count - 1], strict=True
    ):
        assert first == picture(data.train.inputs[place])
        assert len({image.bits().tobytes() for image in (first, *others)}) == 5
    assert (
        data.dev.inputs is recipe.model_copy(update={"variation": Variation()}).prepare().dev.inputs
    )
    studio.document.undo_stack.undo()
    studio.document.undo_stack.undo()
    assert not section.view.isVisible()
    use(studio, "Wine")
    assert not section.isVisible()


def test_a_variation_that_is_none_is_said(panel: DataPanel, studio: Studio, qtbot: QtBot) -> None:
    use(studio, "Digits8")
    qtbot.mouseClick(panel.fold, Left)
    fill(qtbot, panel.variation.form.editor("noise"), "7")
    assert not studio.document.project.recipe.variation
    assert panel.variation.form.sentence("noise") or panel.variation.form.sentence()


class Gate:
    """A folder whose pictures are read once somebody opens it, as a slow disk's would be."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened = False
        monkeypatch.setattr(image_folder, "held", self._held)

    def _held(self, store: object, what: str) -> object:
        for _ in range(3000):
            told(1, 4, what)
            if self.opened:
                break
            time.sleep(0.01)
        return held(store, what)


def pets(root: Path) -> str:
    for name in ("cat", "dog"):
        (root / name).mkdir(parents=True)
        for number in range(12):
            noise = np.random.default_rng(len(name + root.name) + number).integers(
                0, 256, (8, 8, 3), np.uint8
            )
            Pillow.fromarray(noise).save(root / name / f"{number}.png")
    return str(root)


class TestDataThatTakeLong:
    @pytest.fixture
    def gate(self, monkeypatch: pytest.MonkeyPatch) -> Gate:
        return Gate(monkeypatch)

    def test_they_are_read_beside_the_window_which_says_how_far_it_is(
        self, panel: DataPanel, studio: Studio, qtbot: QtBot, tmp_path: Path, gate: Gate
    ) -> None:
        use(studio, "ImageFolder")
        before = studio.document.project.recipe
        qtbot.mouseClick(panel.fold, Left)
        fill(qtbot, panel.of_set.editor("folder"), pets(tmp_path / "pets"))
        qtbot.waitUntil(panel.wait.isVisible)
        assert studio.document.project.recipe == before
        assert panel.wait.progress.value() == 25
        assert panel.wait.text.text().startswith("Reading the pictures")
        gate.opened = True
        qtbot.waitUntil(lambda: studio.document.project.recipe != before)
        assert not panel.wait.isVisible()
        assert studio.document.meaning.data.target.names == ("cat", "dog")
        assert panel.glance.isVisible()

    def test_waiting_can_be_given_up(
        self, panel: DataPanel, studio: Studio, qtbot: QtBot, tmp_path: Path, gate: Gate
    ) -> None:
        use(studio, "ImageFolder")
        before = studio.document.project.recipe
        qtbot.mouseClick(panel.fold, Left)
        fill(qtbot, panel.of_set.editor("folder"), pets(tmp_path / "zoo"))
        qtbot.waitUntil(panel.wait.isVisible)
        qtbot.mouseClick(panel.wait.cancel, Left)
        assert not panel.wait.isVisible()
        assert panel.of_set.editor("folder").text() == ""
        panel.wait.errands.end()  # it heard that nobody waits: it has not been waited for to its end
        assert not gate.opened
        assert studio.document.project.recipe == before

    def test_what_is_wrong_is_said_as_ever(
        self, panel: DataPanel, studio: Studio, qtbot: QtBot, tmp_path: Path
    ) -> None:
        use(studio, "ImageFolder")
        qtbot.mouseClick(panel.fold, Left)
        fill(qtbot, panel.of_set.editor("folder"), str(tmp_path / "gone"))
        qtbot.waitUntil(panel.complaint.isVisible)
        assert "is not there" in panel.complaint.text()
