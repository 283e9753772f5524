"""The levers of a memory: how long the sequences are, the spectral radius of W_hh, and the bias that opens a gate.

Each is a setting of the project: moving one is an edit that can be undone, and what is moved in one go is one step.
"""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.controls.slider import Slider
from app.controls.text import label
from app.studio import Studio
from app.theme.measures import PADDING, SPACE_8, SPACE_16
from app.timeline import BIAS, with_layers
from engine.layer import Layer

LENGTHS = ("steps", "delay")  # what data sets call the number of steps that is to be remembered


class Levers(QWidget):
    """Three sliders, side by side or one below the other; those that the project has no use for are hidden."""

    def __init__(self, studio: Studio, *, upright: bool) -> None:
        super().__init__()
        self._studio = studio
        theme = studio.theme
        self.length = Slider(theme, name="Length T", ends=(10, 500), step=5)
        self.radius = Slider(
            theme, name="Spectral radius", ends=(0, 2), step=0.05, digits=2, none="as drawn"
        )
        self.bias = Slider(
            theme, name="Forget bias", ends=(-2, 5), step=0.25, digits=2, none="as drawn"
        )
        self.length.changed.connect(self._set_length)  # not while it moves: data are made anew
        self.radius.slid.connect(lambda value: self._set("spectral_radius", value))
        self.bias.slid.connect(self._set_bias)
        self._rows = self._laid_out(upright=upright)
        studio.document.changed.connect(self.refresh)
        self.refresh()

    def _laid_out(self, *, upright: bool) -> dict[Slider, QLabel]:
        row: QBoxLayout = QVBoxLayout(self) if upright else QHBoxLayout(self)
        edge = PADDING if upright else 0
        row.setContentsMargins(edge, edge, edge, edge)
        row.setSpacing(SPACE_8 if upright else SPACE_16)
        rows = {}
        for slider in (self.length, self.radius, self.bias):
            title = label(slider.track.accessibleName(), "label", "t2")
            pair = QHBoxLayout()
            pair.setSpacing(SPACE_8)
            pair.addWidget(title)
            if upright:
                title.setFixedWidth(96)
                slider.setMinimumWidth(180)
            pair.addWidget(slider, 1)
            slider.setMaximumWidth(280)
            row.addLayout(pair)
            rows[slider] = title
        row.addStretch(0 if upright else 1)
        return rows

    # -- what the project says ----------------------------------------------------------------------------------------

    def refresh(self, *_: object) -> None:
        """Show what the project says."""
        dataset, layers = self._studio.document.project.recipe.dataset, self._layers()
        field = next((name for name in LENGTHS if name in type(dataset).model_fields), "")
        self._show(self.length, getattr(dataset, field, None))
        square = [layer for layer in layers if getattr(layer, "is_square", True)]
        self._show(self.radius, getattr(square[-1], "spectral_radius", None) if square else None)
        gated = [layer for layer in layers if type(layer).__name__ in BIAS and _has_bias(layer)]
        setting, gate = BIAS[type(gated[-1]).__name__] if gated else ("", "forget")
        self._rows[self.bias].setText(f"{gate.capitalize()} bias")
        self.bias.track.setAccessibleName(f"{gate.capitalize()} bias")
        self._show(self.bias, getattr(gated[-1], setting, None) if gated else None)

    def _show(self, slider: Slider, value: float | None) -> None:
        for widget in (slider, self._rows[slider]):
            widget.setVisible(value is not None)
        if value is not None and not slider.track.isSliderDown():
            slider.setValue(value)

    def _layers(self) -> list[Layer]:
        found: list[Layer] = []

        def note(layer: Layer) -> Layer:
            found.append(layer)
            return layer

        with_layers(self._studio.document.graph, note)
        return found

    # -- what the person says -----------------------------------------------------------------------------------------

    def _set_length(self, value: float) -> None:
        document = self._studio.document
        recipe = document.project.recipe
        name = next(name for name in LENGTHS if name in type(recipe.dataset).model_fields)
        dataset = recipe.dataset.model_copy(update={name: int(value)})
        changed = recipe.model_copy(update={"dataset": dataset})
        document.change(
            f"Set T to {value:.0f}", replace(document.project, recipe=changed), "lever T"
        )

    def _set(self, name: str, value: float) -> None:
        """Give every recurrent layer that has it this setting."""
        self._edit(
            name.replace("_", " "),
            lambda layer: name if name in type(layer).model_fields else "",
            value,
        )

    def _set_bias(self, value: float) -> None:
        self._edit("gate bias", lambda layer: BIAS.get(type(layer).__name__, ("", ""))[0], value)

    def _edit(self, words: str, setting: Callable[[Layer], str], value: float) -> None:
        value = round(value, 3)

        def changed(layer: Layer) -> Layer:
            name = setting(layer)
            return layer.but(**{name: value}) if name else layer

        graph = with_layers(self._studio.document.graph, changed)
        said = f"{value:g}" if value else "as drawn"
        self._studio.document.edit(f"Set {words} to {said}", graph, f"lever {words}")


def _has_bias(layer: Layer) -> bool:
    return bool(getattr(layer, "bias", True))
