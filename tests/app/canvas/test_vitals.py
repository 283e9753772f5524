"""What nodes show of a run: read off its history, and gone where the drawing is no longer what was trained."""

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.canvas import Canvas
from app.canvas.canvas import RESTS_MS
from app.canvas.overlays import verdict_words
from app.canvas.pictures import (
    MOST_BARS,
    MOST_MAPS,
    Bars,
    Figures,
    Maps,
    Photo,
    columns_for,
    reach_of,
    signed_image,
)
from app.canvas.vitals import (
    PROBES,
    drawn,
    example_picture,
    figure,
    prediction_words,
    vital_of,
)
from app.health import error_signals, verdict
from app.studio import Studio
from app.theme import DARK
from engine.axes import Labels
from engine.dataset import Recipe
from engine.datasets.plane import Moons
from engine.events import Reading, Validated
from engine.graph import NodeId
from engine.run import Run


@pytest.fixture
def run(studio: Studio) -> Run:
    """A run whose first layer gets a thousandth and a half of the last layer's error signal."""
    project = studio.document.project
    made = Run("run 1", project.graph, project.recipe, project.settings)
    signals = {"dense_1": 0.003, "relu_1": 0.01, "dense_2": 2.0, "flatten_1": 0.001}
    for step in (1, 2, 3):
        for name, value in signals.items():
            made.history.add(Reading(step, "ErrorSignal", name, value * step))
    chances = np.full(10, 0.02)
    chances[int(studio.document.meaning.data.dev.targets[0])] = 0.82
    made.history.add(Reading(3, "Prediction", "loss_1", chances))
    made.history.add(Reading(3, "Activations", "dense_1", np.linspace(-1, 1, 64, dtype=np.float32)))
    made.history.add(Reading(3, "Activations", "dense_2", np.ones(10, np.float32)))
    made.history.add(Reading(3, "Silent", "relu_1", np.array([True, False, True, False])))
    made.history.add(Validated(3, 1, 0.25, 1.5, 0.9, 0.875, 1.0))
    return made


def vital(studio: Studio, run: Run | None, name: str):
    node = studio.document.graph.nodes[NodeId(name)]
    return vital_of(node, run, studio.document.meaning.data, ("dev", 0))


def test_before_a_run_only_the_example_is_seen(studio: Studio) -> None:
    assert isinstance(vital(studio, None, "input_1").picture, Photo)
    for name in ("dense_1", "relu_1", "loss_1"):
        shown = vital(studio, None, name)
        assert (shown.picture, shown.trend, shown.health) == (None, None, None)


def test_health_is_the_share_of_the_last_layers_error_signal(studio: Studio, run: Run) -> None:
    assert vital(studio, run, "dense_2").health == "ok"
    assert vital(studio, run, "dense_1").health == "watch"  # 0.0015
    assert vital(studio, run, "flatten_1").health == "bad"  # 0.0005


def test_the_pill_says_the_verdict_with_its_figure_strong(run: Run) -> None:
    said = verdict(run.graph, error_signals(run.history))
    assert said is not None
    assert said.state == "watch"
    assert verdict_words(said) == "relu_1 gets *0.0050* of the last layer's error signal"


def test_units_that_never_fire_are_said(studio: Studio, run: Run) -> None:
    shown = vital(studio, run, "relu_1")
    assert shown.health == "watch"
    assert shown.note == "2 of 4 units never fire on the probe examples."


def test_the_last_layer_shows_the_prediction(studio: Studio, run: Run) -> None:
    truth = int(studio.document.meaning.data.dev.targets[0])
    shown = vital(studio, run, "dense_2").picture
    assert isinstance(shown, Bars)
    assert (shown.lit, shown.words) == (truth, f"“{truth}” .82")
    assert vital(studio, run, "dense_1").picture.lit is None


def test_a_wrong_prediction_says_the_truth_too() -> None:
    target = Labels(("cat", "dog"))
    assert prediction_words(np.array([0.61, 0.39]), 1, target) == "cat .61, not dog"
    assert prediction_words(np.array([1.0, 0.0]), 0, target) == "cat 1.00"


def test_the_loss_shows_its_figures(studio: Studio, run: Run) -> None:
    shown = vital(studio, run, "loss_1").picture
    assert isinstance(shown, Figures)
    assert shown.rows == (("train", "0.250"), ("dev", "1.50"), ("accuracy", "87.5 %"))
    assert [figure(v) for v in (2e-5, 0.0213, 12.3, 1234.5, float("nan"))] == [
        "2.0e-05",
        "0.021",
        "12.30",
        "1,234",
        "NaN",
    ]


def test_a_node_that_was_changed_since_shows_nothing_of_the_run(studio: Studio, run: Run) -> None:
    graph = studio.document.graph
    wider = graph.nodes[NodeId("dense_1")].layer.but(out_features=5)
    studio.document.edit("Units", graph.put(NodeId("dense_1"), wider))
    assert vital(studio, run, "dense_1").picture is None
    assert vital(studio, run, "dense_1").health is None
    assert vital(studio, run, "dense_2").health == "ok"


def test_the_example_is_shown_as_it_is_in_the_data(studio: Studio) -> None:
    data = studio.document.meaning.data
    shown = example_picture(data, ("dev", 3))
    assert isinstance(shown, Photo)
    raw = data.scale.undo(data.dev.inputs[3]) if data.scale else data.dev.inputs[3]
    assert np.allclose(shown.values, raw, atol=1e-6)


class TestOnTheCanvas:
    def test_readings_appear_and_go_with_the_drawing(
        self, canvas: Canvas, studio: Studio, run: Run
    ) -> None:
        studio.session.run = run
        canvas.pulse.beat()
        item = canvas.scene.nodes[NodeId("dense_1")]
        assert isinstance(item.vital.picture, Bars)
        assert item.layout.picture is not None
        assert canvas.verdict.isVisible()
        assert canvas.verdict.text() == "relu_1 gets 0.0050 of the last layer's error signal"
        assert not canvas.moved_on.isVisible()
        wider = item.face.layer.but(out_features=5)
        studio.document.edit("Units", studio.document.graph.put(NodeId("dense_1"), wider))
        canvas.pulse.beat()
        assert canvas.scene.nodes[NodeId("dense_1")].vital.picture is None
        assert canvas.moved_on.isVisible()
        assert "run 1" in canvas.moved_on.text()
        canvas.grab()
        studio.session.run = None

    def test_the_notice_goes_where_it_covers_no_layer_once_the_view_rests(
        self, canvas: Canvas, studio: Studio, run: Run, qtbot: QtBot
    ) -> None:
        studio.session.run = run
        wider = studio.document.graph.nodes[NodeId("dense_1")].layer.but(out_features=5)
        studio.document.edit("Units", studio.document.graph.put(NodeId("dense_1"), wider))
        notice, camera = canvas.moved_on, canvas.view.camera
        assert notice.isVisible()
        read_at = notice.pos()

        def covered() -> list[str]:
            seen = canvas.view.mapToScene(notice.contentsRect().translated(notice.pos()))
            return [item.name for item in canvas.scene.nodes_in(seen.boundingRect())]

        camera.pan_by(0, 300)
        qtbot.wait(2 * RESTS_MS)
        assert notice.pos() == read_at  # it covers nothing there
        head = canvas.view.mapFromScene(canvas.scene.nodes[NodeId("dense_2")].frame.center())
        way = notice.geometry().center() - head
        camera.pan_by(way.x(), way.y())
        assert "dense_2" in covered()
        qtbot.waitUntil(lambda: not covered())
        studio.session.run = None

    def test_readings_go_when_the_data_are_others(
        self, canvas: Canvas, studio: Studio, run: Run
    ) -> None:
        studio.session.run = run
        canvas.pulse.beat()
        project = studio.document.project
        studio.document.change("Use", replace(project, recipe=Recipe.usual(Moons())))
        canvas.pulse.beat()  # ten probabilities, but two classes
        assert canvas.scene.nodes[NodeId("dense_2")].vital.picture is None
        assert "The data have changed: run 1 trained" in canvas.moved_on.text()
        studio.document.undo_stack.undo()
        canvas.pulse.beat()
        assert isinstance(canvas.scene.nodes[NodeId("dense_2")].vital.picture, Bars)
        assert not canvas.moved_on.isVisible()
        studio.session.run = None

    def test_only_what_has_new_readings_is_drawn_again(
        self, canvas: Canvas, studio: Studio, run: Run
    ) -> None:
        studio.session.run = run
        canvas.pulse.beat()
        before = {name: item.vital for name, item in canvas.scene.nodes.items()}
        run.history.add(Reading(4, "Activations", "dense_1", np.zeros(64, np.float32)))
        canvas.pulse.beat()
        fresh = {n for n, item in canvas.scene.nodes.items() if item.vital is not before[n]}
        assert fresh == {"dense_1"}
        studio.session.run = None

    def test_probes_are_asked_for_only_while_it_is_seen(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        assert studio.session.watchers.wanted == PROBES
        canvas.hide()
        assert studio.session.watchers.wanted == frozenset()
        assert not canvas.pulse._pictures.waits
        assert not canvas.pulse._dots.waits

    def test_dots_run_only_while_training(self, canvas: Canvas, studio: Studio) -> None:
        studio.session.state = "training"
        studio.session.state_changed.emit("training")
        assert canvas.pulse._dots.waits
        canvas.pulse._run_dots()
        assert canvas.pulse.dots.phase is not None
        studio.session.state = "paused"
        studio.session.state_changed.emit("paused")
        assert not canvas.pulse._dots.waits
        assert canvas.pulse.dots.phase is None
        studio.session.state = "idle"


class TestPictures:
    @pytest.mark.parametrize(("count", "columns"), [(1, 1), (6, 3), (8, 4), (10, 5), (16, 8)])
    def test_maps_stand_in_few_rows(self, count: int, columns: int) -> None:
        assert columns_for(count) == columns

    def test_more_maps_than_fit_are_cut(self) -> None:
        maps = Maps(np.ones((64, 4, 4), np.float32))
        assert maps.count == MOST_MAPS
        assert maps.height(130) == pytest.approx(3 * (130 - 7 * 2) / 8 + 2 * 2)  # 2 px apart

    def test_signs_have_their_colours_and_zero_is_neutral(self) -> None:
        image = signed_image(np.array([[-5.0, 0.0, 5.0, np.nan]]), DARK, 1.0)
        colours = [image.pixelColor(x, 0).name() for x in range(4)]
        assert colours == [DARK.negative, DARK.neutral, DARK.positive, DARK.neutral]

    def test_the_reach_is_the_99th_percentile_of_the_sizes(self) -> None:
        assert reach_of(np.linspace(-1, 1, 20_001)) == pytest.approx(0.99, abs=1e-3)
        assert reach_of(np.zeros(5)) == 1.0

    def test_many_numbers_become_bundles_by_their_largest(self) -> None:
        values = np.zeros(480)
        values[105] = -7.0
        bars = Bars(values)._bars
        assert len(bars) == MOST_BARS
        assert bars[10] == -7.0
        assert np.count_nonzero(bars) == 1


def test_a_sequence_is_one_map_that_lies() -> None:
    values = np.arange(24, dtype=np.float32).reshape(8, 3)
    for given in (values, values.T):
        shown = drawn(given)
        assert isinstance(shown, Maps)
        assert shown.height(120) < 120
    assert isinstance(drawn(values[0]), Bars)


def test_a_loss_of_any_size_fits_its_node() -> None:
    """A run that has gone astray says losses of thirty digits: they are said as powers, and infinity as itself."""
    said = {2.5: "2.50", 999_999.0: "999,999", 1e6: "1.0e+06", -3.2e25: "-3.2e+25", 0.0: "0.000"}
    assert {value: figure(value) for value in said} == said
    assert [figure(float(word)) for word in ("inf", "-inf", "nan")] == ["∞", "−∞", "NaN"]
    assert max(len(figure(10.0**power)) for power in range(-300, 300, 7)) <= len("1.0e+300")
