"""The length of the sequences, as a slider below the data: where they are made by a formula, or cut as windows."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.controls.slider import Slider
from app.controls.text import label, tip
from app.theme import Theme
from app.theme.measures import SPACE_8
from engine.dataset import Dataset


class LengthRow(QWidget):
    """Shows the parameter of a data set that is declared with a slider; `changed(name, number)` once it is let go."""

    changed = Signal(str, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._name = ""
        self.slider: Slider | None = None
        self._title = label("", "label", "t2")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACE_8)
        self._row.addWidget(self._title)

    def show_dataset(self, dataset: Dataset) -> None:
        """Shows the parameter of this data set, or nothing if it has none."""
        found = slid(dataset)
        self.setVisible(found is not None)
        if found is None:
            return
        name, ends = found
        field = type(dataset).model_fields[name]
        if self.slider is None or self._name != name or self.slider.accessibleName() != field.title:
            self._replace(name, field.title or name, ends)
        if self.slider is not None:
            self.slider.setValue(float(getattr(dataset, name)))
        self.setToolTip(tip(field.title or name, field.description or ""))

    def _replace(self, name: str, title: str, ends: tuple[int, int]) -> None:
        if self.slider is not None:
            self._row.removeWidget(self.slider)
            self.slider.deleteLater()
        self._name = name
        self._title.setText(title)
        self.slider = Slider(self._theme, name=title, ends=ends)
        self.slider.setAccessibleName(title)
        self.slider.changed.connect(lambda value: self.changed.emit(name, round(value)))
        self._row.addWidget(self.slider, 1)


def slid(dataset: Dataset) -> tuple[str, tuple[int, int]] | None:
    """The first parameter of a data set that is declared with a slider, and its ends."""
    for name, field in type(dataset).model_fields.items():
        extra = field.json_schema_extra
        if isinstance(extra, Mapping) and isinstance(ends := extra.get("slider"), tuple | list):
            least, most = map(int, ends)  # type: ignore[arg-type]
            return name, (least, most)
    return None
