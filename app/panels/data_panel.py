"""The data: which set, what it looks like, how it is shared out, and all of that to be changed."""

from dataclasses import replace

from pydantic import BaseModel
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.controls.button import Button
from app.controls.choice import Choice
from app.controls.dock_head import DockHead
from app.controls.text import tip
from app.form import Form, entry_of
from app.panels.data_wait import DataWait
from app.panels.glance import glance
from app.panels.glance_view import GlanceView
from app.panels.leak_line import LeakLine
from app.panels.length_row import LengthRow
from app.panels.parts_bar import PartsBar
from app.panels.quiet_scroll import QuietScrollBar
from app.panels.section import say, section_head, sentence
from app.panels.variation_section import VariationSection
from app.studio import Studio
from app.theme.measures import HEIGHT_DOCK_HEAD, PADDING, SPACE_4
from engine.dataset import DataError, Dataset, Recipe, Split
from engine.datasets import DATASETS
from engine.project import Project
from engine.variation import Variation

WIDTH = 240  # px, where it stands below the palette


class DataPanel(QWidget):
    """Stands below the palette. Every change of the data is a change of the project."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        theme = studio.theme
        titles = sorted(((n, kind.title) for n, kind in DATASETS.items()), key=lambda pair: pair[1])
        self.choice = Choice(theme, titles, name="Data set")
        self.glance, self.parts = GlanceView(theme), PartsBar(theme)
        self.length = LengthRow(theme)
        self.complaint, self.shared = sentence("label", "bad"), LeakLine()
        self.of_set, self.of_split, self.of_recipe = Form(theme), Form(theme), Form(theme)
        self.variation, self.wait = VariationSection(theme), DataWait(theme)
        self.wait.left.connect(self.show_data)
        self.fold = Button(theme, kind="icon", icon="settings-2", name="Parameters of the data")
        self.fold.setCheckable(True)
        self._body, self._more = QWidget(), QWidget()
        self._arrange()
        self.choice.changed.connect(self._choose)
        self.fold.toggled.connect(self._unfold)
        self.glance.chosen.connect(lambda number: studio.session.choose_example("train", number))
        self.of_set.changed.connect(self._edit_set)
        self.length.changed.connect(self._edit_length)
        self.of_split.changed.connect(self._edit_split)
        self.of_recipe.changed.connect(self._edit_recipe)
        self.variation.changed.connect(self._edit_variation)
        studio.document.changed.connect(self._follow)
        studio.document.understood.connect(self.show_data)
        studio.theme.changed.connect(self.glance.update)
        self.show_data()

    def _arrange(self) -> None:
        head = DockHead(self._studio.theme, "Data")
        head.add_tool(self.fold)
        shown = QVBoxLayout()
        shown.setContentsMargins(PADDING, 10, PADDING, PADDING)
        shown.setSpacing(10)
        for part in (
            self.choice,
            self.length,
            self.wait,
            self.complaint,
            self.glance,
            self.parts,
            self.shared,
        ):
            shown.addWidget(part)
        more = QVBoxLayout(self._more)
        more.setContentsMargins(0, 0, 0, PADDING)
        more.setSpacing(0)
        self._set_head = section_head("Data set")
        folded = (self._set_head, self.of_set, section_head("Parts"), self.of_split)
        for widget in folded:
            more.addWidget(widget)
        more.addSpacing(SPACE_4)
        more.addWidget(self.of_recipe)
        more.addWidget(self.variation)
        self._more.hide()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addLayout(shown)
        body.addWidget(self._more)
        body.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._scrolled(), 1)

    def _scrolled(self) -> QScrollArea:
        area = self._area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        QuietScrollBar(self._studio.theme, area)
        area.setWidget(self._body)
        return area

    def reach(self, part: QWidget) -> None:
        """Scrolls until a part of the panel is seen."""
        self._area.ensureWidgetVisible(part)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT_DOCK_HEAD + self._body.heightForWidth(WIDTH))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, HEIGHT_DOCK_HEAD + 96)

    def show_data(self) -> None:
        """Shows the data of the project as they are now."""
        recipe = self._studio.document.project.recipe
        dataset = recipe.dataset
        self.choice.setValue(dataset.name)
        self.choice.setToolTip(tip(dataset.title, " ".join(dataset.help().split())))
        self.of_set.setValue(dataset)
        self.length.show_dataset(dataset)
        self._set_head.setVisible(bool(self.of_set.names()))
        self.of_split.setValue(recipe.split)
        self.of_recipe.setValue(recipe)
        self._show_examples()
        self.updateGeometry()

    def _show_examples(self) -> None:
        try:
            data = self._studio.document.meaning.data
        except DataError as error:
            say(self.complaint, str(error))
            self.glance.setValue(None)
            self.shared.setValue(None)
            self.parts.hide()
            self.variation.hide()
            return
        say(self.complaint, "")
        self.glance.setValue(glance(data))
        self.parts.show()
        self.parts.setValue(data.train.count, data.dev.count, data.sealed.count)
        self.shared.setValue(data)
        self._show_variation()

    def _show_variation(self) -> None:
        """Pictures are varied once they can be seen: nobody waits for those that are folded in."""
        document = self._studio.document
        if self.fold.isChecked():
            self.variation.show_data(document.meaning.data, document.project.recipe.variation)

    def _follow(self, before: Project, after: Project) -> None:
        if before.recipe != after.recipe:
            self.wait.leave()
            self.show_data()

    def _unfold(self, opened: bool) -> None:  # noqa: FBT001 - Qt's own signal
        try:
            self._show_variation()
        except DataError:
            self.variation.hide()
        self._more.setVisible(opened)
        self.updateGeometry()

    def _choose(self, name: object) -> None:
        kind = DATASETS[str(name)]
        seed = self._studio.document.project.recipe.split.seed
        self._change(f"Use {kind.title}", Recipe.usual(kind(), seed))

    def _edit_set(self, name: str, _value: object, dataset: BaseModel) -> None:
        if isinstance(dataset, Dataset):
            self._set(name, self.of_set, dataset=dataset)

    def _edit_length(self, name: str, value: int) -> None:
        dataset = self._studio.document.project.recipe.dataset
        self._set(name, self.of_set, dataset=dataset.model_copy(update={name: value}))

    def _edit_split(self, name: str, _value: object, split: BaseModel) -> None:
        if isinstance(split, Split):
            self._set(name, self.of_split, split=split)

    def _edit_variation(self, name: str, _value: object, variation: BaseModel) -> None:
        if isinstance(variation, Variation):
            self._set(name, self.variation.form, variation=variation)

    def _edit_recipe(self, name: str, value: object, _recipe: BaseModel) -> None:
        self._set(name, self.of_recipe, **{name: value})

    def _set(self, name: str, form: Form, **changes: object) -> None:
        recipe = self.wait.pending or self._studio.document.project.recipe
        parts = {part: getattr(recipe, part) for part in Recipe.model_fields}
        title = entry_of(type(form.value() or recipe), name).title
        merge = f"data {form.merge}" if form.merge else ""
        self._change(f"Set {title}", Recipe.model_validate({**parts, **changes}), merge)

    def _change(self, text: str, recipe: Recipe, merge: str = "") -> None:
        """Make it so: at once, or as soon as data have been read that may take long."""
        document = self._studio.document

        def change() -> None:
            document.change(text, replace(document.project, recipe=recipe), merge)

        if recipe.dataset.is_far and recipe.dataset != document.project.recipe.dataset:
            self.wait.read(recipe, change)
        else:
            self.wait.leave()
            change()
