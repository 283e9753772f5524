"""Which stacked layer, and which direction, of a recurrent layer is shown."""

from PySide6.QtWidgets import QSizePolicy

from app.controls.choice import Choice
from app.theme.theme import Theme
from app.timeline import top_track, tracks_in


class TrackChoice(Choice):
    """Offers what a recurrent layer has; hidden where that is one alone. At first the top layer's, forward."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, ((0, ""),), name="Stacked layer and direction")
        self.setSizePolicy(
            QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed
        )  # whole, or behind the button
        self._offered: tuple[tuple[int, str], ...] = ()
        self.hide()

    def offer(self, layer: object) -> None:
        """Let there be a choice of the tracks of this layer."""
        tracks = tracks_in(layer)
        if tracks != self._offered:
            self._offered = tracks
            self.show_choices(tracks)
            self.setValue(top_track(layer))
        self.setHidden(len(tracks) < 2)

    @property
    def track(self) -> int:
        """Which it is, in the order of readings."""
        return int(str(self.value() or 0))

    @property
    def backward(self) -> bool:
        """Whether it reads from the end to the start."""
        return self.currentText().endswith("←")
