"""What a plot is, whatever it draws."""

from PySide6.QtWidgets import QWidget

from app.lull import AFTER_MS
from app.plot import PICTURES, Plot
from app.studio import Studio
from engine.probes.loss import ProbeLoss


class Counting(Plot):
    """Counts how often
    it is drawn.
    """

    title = "Count"
    reads = (ProbeLoss, "Silent")

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.drawn = self.forgotten = 0

    def redraw(self) -> None:
        self.drawn += 1

    def reset(self) -> None:
        self.forgotten += 1


def test_a_declaration_names_its_probes_and_explains_itself() -> None:
    assert Counting.probes() == {"ProbeLoss", "Silent"}
    assert Counting.help() == "Counts how often it is drawn."
    assert Counting.rate == PICTURES


def test_a_hidden_plot_is_not_drawn_and_is_drawn_when_shown(qtbot, studio: Studio) -> None:
    plot = Counting(studio)
    qtbot.addWidget(plot)
    studio.session.advanced.emit([])
    studio.session.run_changed.emit()
    assert (plot.drawn, plot.forgotten) == (0, 1)
    plot.show()
    assert plot.drawn == 1
    studio.select(["conv_1"])
    studio.select([])
    assert plot.drawn == 1  # what is edited or selected is drawn on the canvas first
    qtbot.waitUntil(lambda: plot.drawn == 2)
    plot.hide()
    studio.select(["conv_1"])
    qtbot.wait(2 * AFTER_MS)
    assert plot.drawn == 2


def test_only_a_new_subtitle_is_said(qtbot, studio: Studio) -> None:
    plot = Counting(studio)
    qtbot.addWidget(plot)
    said: list[str] = []
    plot.subtitle_changed.connect(said.append)
    plot.subtitle = "run 1"
    plot.subtitle = "run 1"
    assert said == ["run 1"]
    assert plot.subtitle == "run 1"


def test_its_tools_hold_the_way_to_read_it(qtbot, studio: Studio) -> None:
    plot = Counting(studio)
    qtbot.addWidget(plot)
    assert plot.info in plot.tools()
    assert "Counts how often it is drawn." in plot.info.toolTip()


def test_a_plot_behind_another_neither_measures_nor_draws(qtbot, studio: Studio) -> None:
    plot = Counting(studio)
    qtbot.addWidget(plot)
    plot.show()
    assert studio.session.watchers.wanted == Counting.probes()
    plot.cover(True)
    assert studio.session.watchers.wanted == frozenset()
    drawn = plot.drawn
    studio.session.advanced.emit([])
    plot.refresh()
    assert plot.drawn == drawn
    plot.cover(False)
    assert studio.session.watchers.wanted == Counting.probes()
    assert plot.drawn == drawn + 1
    plot.hide()
