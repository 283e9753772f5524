"""What is written of a run is what it said: read back by other programs, and complete without any."""

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from sklearn import metrics
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from engine.control import Adjust, Control, Watch
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.datasets.placeholder import Placeholder
from engine.events import Steps, Validated
from engine.graph import Edge, Graph, NodeId
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.network import build
from engine.probes import PROBES
from engine.project import Project, fresh_run
from engine.report import REPORTS, Told, Unwritable, told
from engine.report.drawing import network
from engine.run import Run, record
from engine.settings import Settings
from engine.train import observe, train
from engine.weights import copy_in

Chain = Callable[..., Graph]
VOID = {"meta", "br", "hr", "link", "img"}


def trained(project: Project, *probes: str) -> Run:
    """A run to its end, its rate lowered after the first epoch."""
    job = prepare(project)
    assert isinstance(job, Job), job
    run, control = fresh_run(project), Control(Watch(frozenset(probes)))
    for event in train(job, control):
        run = record(run, event)
        if isinstance(event, Validated) and event.epoch == 1:
            control.send(Adjust("learning_rate", 0.01))
    return run


@pytest.fixture
def story(moons: Project) -> Told:
    return told(replace(moons, notes="A <b>note</b> & more"), trained(moons, "ErrorSignal"))


@pytest.fixture
def values(chain: Chain) -> Told:
    graph = chain(CATALOGUE["Dense"](out_features=1), CATALOGUE["MSELoss"]())
    project = Project(
        "Diabetes",
        graph,
        Recipe.usual(DATASETS["Diabetes"]()),
        Settings(epochs=2, learning_rate=0.01),
    )
    return told(project, trained(project))


def written(kind: str, story: Told, folder: Path) -> Path:
    made = REPORTS[kind]()
    (path,) = made.write(story, folder / f"out{made.suffix}")
    assert path.is_file()
    return path


class Tags(HTMLParser):
    """Whether tags are closed in order, what they are, and where they lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.leads: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.leads += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


# -- the page -------------------------------------------------------------------------------------------------------


def test_the_page_needs_nothing_from_anywhere(story: Told, tmp_path: Path) -> None:
    text = written("html", story, tmp_path).read_text("utf-8")
    tags = Tags(text)
    assert not tags.open
    assert not tags.leads
    assert not {"script", "img", "link", "iframe"} & set(tags.seen)
    assert "url(" not in text
    assert "@import" not in text
    assert set(re.findall(r"https?://[^\"' ]+", text)) == {"http://www.w3.org/2000/svg"}


def test_the_page_says_what_the_run_was(story: Told, tmp_path: Path) -> None:
    text = written("html", story, tmp_path).read_text("utf-8")
    assert "A &lt;b&gt;note&lt;/b&gt; &amp; more" in text
    assert "Rate 0.1 → 0.01" in text
    for name in ("dense_1", "tanh_1", "Cross-entropy", "Two moons", "Momentum", "upper moon"):
        assert name in text
    assert text.count("<svg") >= 4  # network, loss, accuracy, gradients


def test_its_confusion_is_that_of_scikit_learn(story: Told, tmp_path: Path) -> None:
    judged = story.judged
    assert judged is not None
    text = written("html", story, tmp_path).read_text("utf-8")
    cells = re.findall(r'<td class="(?:right|wrong)"[^>]*>(\d*)</td>', text)
    expected = metrics.confusion_matrix(judged.truths, judged.outcomes)
    assert [int(cell or 0) for cell in cells] == expected.ravel().tolist()
    f1 = metrics.f1_score(judged.truths, judged.outcomes, average="macro")
    assert f"macro F1 {100 * f1:.1f} %" in text


def test_measured_values_have_dots_and_r_squared(values: Told, tmp_path: Path) -> None:
    text = written("html", values, tmp_path).read_text("utf-8")
    judged = values.judged
    assert judged is not None
    assert text.count("<circle") == len(judged.truths)
    assert f"R² {metrics.r2_score(judged.truths, judged.outcomes):.4f}" in text


def test_gradients_that_nobody_watched_are_measured(moons: Project) -> None:
    """With the weights at the end: the same numbers as the probe itself gives."""
    story = told(moons, trained(moons))
    assert not [key for key in story.run.history.latest if key[0] == "ErrorSignal"]
    job = prepare(moons, story.run)
    assert isinstance(job, Job)
    network = build(job.graph, job.shapes)
    assert job.start is not None
    copy_in(network.module, job.start.weights)
    readings = {r.node: r.value for r in observe(job, Watch(frozenset({"ErrorSignal"})))}
    assert list(story.signals) == ["dense_1", "tanh_1", "dense_2"]
    for name, value in story.signals.items():
        assert value == readings[name]
    assert "ErrorSignal" in PROBES


@pytest.mark.parametrize("kind", REPORTS)
def test_whatever_became_of_a_run_it_can_be_written(
    kind: str, moons: Project, tmp_path: Path
) -> None:
    """Not begun, of one step, diverged, without data, without a number."""
    one = fresh_run(moons)
    one.history.add(Steps(1, 0.01, np.array([0.7]), 0.1))
    nan = fresh_run(moons)
    nan.history.add(Steps(3, 0.03, np.array([np.nan, np.inf, 0.0]), 0.1))
    ruin = moons.settings.but(learning_rate=1000.0, weight_decay=100.0, epochs=30)
    broken = trained(replace(moons, settings=ruin))
    bare = replace(moons, recipe=Recipe(dataset=Placeholder()))
    for number, run in enumerate((fresh_run(moons), one, nan, broken, fresh_run(bare))):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = written(kind, told(moons, run), folder)
        if kind == "html":
            assert not Tags(path.read_text("utf-8")).open


def test_a_drawing_with_groups_and_wires_back_is_drawn(moons: Project, tmp_path: Path) -> None:
    graph = moons.graph.move({NodeId("dense_2"): (-400.0, 300.0)})
    graph = graph.change(NodeId("tanh_1"), enabled=False)
    project = replace(moons, graph=graph)
    text = written("html", told(project, fresh_run(project)), tmp_path).read_text("utf-8")
    assert text.count('class="wire"') == len(graph.edges)
    assert 'class="card off"' in text


# -- the picture ----------------------------------------------------------------------------------------------------


def test_the_picture_is_svg_with_colours_written_out(story: Told, tmp_path: Path) -> None:
    path = written("svg", story, tmp_path)
    root = ElementTree.fromstring(path.read_text("utf-8"))  # noqa: S314 (our own)
    assert root.tag.endswith("svg")
    assert "var(" not in path.read_text("utf-8")
    kinds = {element.get("class") for element in root.iter() if element.tag.endswith("path")}
    assert {"batch", "smoothed", "train", "dev"} <= kinds


def test_curves_lie_where_their_values_are(story: Told, tmp_path: Path) -> None:
    """The places of two dev losses in the picture are as far apart as their logarithms."""
    root = ElementTree.fromstring(written("svg", story, tmp_path).read_text("utf-8"))  # noqa: S314
    path = next(e for e in root.iter() if e.get("class") == "dev" and e.tag.endswith("path"))
    numbers = np.array(re.findall(r"-?[\d.]+", path.get("d") or ""), float).reshape(-1, 2)
    losses = np.log10([event.dev_loss for event in story.run.history.validated])
    np.testing.assert_allclose(np.diff(numbers[:, 0], 2), 0, atol=0.11)  # epochs are evenly apart
    slopes = np.diff(numbers[:, 1]) / np.diff(losses)
    np.testing.assert_allclose(slopes, slopes[0], rtol=0.05)
    assert slopes[0] < 0


# -- the table ------------------------------------------------------------------------------------------------------


def test_the_table_holds_every_number_exactly(story: Told, tmp_path: Path) -> None:
    history = story.run.history
    with written("csv", story, tmp_path).open(newline="") as file:
        rows = list(csv.DictReader(file))
    by_step = {int(row["step"]): row for row in rows}
    for step, value in zip(history.losses.steps.tolist(), history.losses.values, strict=True):
        assert float(by_step[step]["loss/batch"]) == value
    for event in history.validated:
        row = by_step[event.step]
        assert float(row["loss/dev"]) == event.dev_loss
        assert float(row["accuracy/dev"]) == event.dev_accuracy
        assert float(row["f1/dev"]) == event.dev_f1
        assert float(row["epoch"]) == event.epoch
        assert float(row["examples"]) == event.epoch * story.data.train.count
    curve = history.scalars["ErrorSignal", "dense_1"]
    step = int(curve.steps[0])
    assert float(by_step[step]["error signal/dense_1"]) == curve.values[0]
    changed = next(row for row in rows if row["event"])
    assert changed["event"] == "Rate 0.1 → 0.01"


# -- TensorBoard ----------------------------------------------------------------------------------------------------


def test_tensorboard_reads_every_curve_back(story: Told, tmp_path: Path) -> None:
    REPORTS["tensorboard"]().write(story, tmp_path / "run")
    found = EventAccumulator(str(tmp_path / "run"), size_guidance={"scalars": 0, "tensors": 0})
    found.Reload()
    assert set(found.Tags()["scalars"]) == {series.name for series in story.series}
    for series in story.series:
        events = found.Scalars(series.name)
        assert [event.step for event in events] == series.steps.tolist()
        np.testing.assert_allclose(
            [event.value for event in events], series.values, rtol=1e-6, equal_nan=True
        )
    losses = found.Scalars("loss/batch")
    spent = losses[-1].wall_time - losses[0].wall_time
    clock = story.clock.second(np.array([losses[0].step, losses[-1].step]))
    assert spent == pytest.approx(clock[1] - clock[0], abs=1e-3)
    (settings,) = found.Tensors("settings/text_summary")
    assert b"| Epochs | 3 |" in settings.tensor_proto.string_val[0]


def test_a_curve_of_a_million_steps_is_written_thinned(moons: Project, tmp_path: Path) -> None:
    run = fresh_run(moons)
    values = np.random.default_rng(0).lognormal(size=1_000_000)
    values[123_456] = 1e6
    run.history.add(Steps(1_000_000, 100.0, values, 60.0))
    REPORTS["tensorboard"]().write(told(moons, run), tmp_path / "run")
    found = EventAccumulator(str(tmp_path / "run"), size_guidance={"scalars": 0})
    found.Reload()
    events = found.Scalars("loss/batch")
    assert 10_000 < len(events) <= 100_000
    assert max(event.value for event in events) == 1e6


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.report.kind.find_spec", lambda _: None)
    with pytest.raises(Unwritable, match=r"pip install \"chainrule\[tensorboard\]\""):
        REPORTS["tensorboard"].require()


@pytest.mark.parametrize("kind", REPORTS.values(), ids=REPORTS)
def test_each_kind_says_what_it_is(kind: type) -> None:
    assert len(kind.help()) > 40
    assert kind.title


@pytest.mark.parametrize(("across", "down"), [(-700.0, 260.0), (-300.0, 0.0), (-50.0, -180.0)])
def test_a_wire_to_the_left_stays_within_the_drawing(across: float, down: float) -> None:
    """On its way back it crosses no card's middle and leaves the picture nowhere."""
    graph = Graph().add(CATALOGUE["ReLU"](), (0.0, 0.0), name="a")
    graph = graph.add(CATALOGUE["Tanh"](), (across, down), name="b").connect(Edge("a", "b"))
    drawn = network(graph)
    left, top, wide, high = map(float, re.findall(r'viewBox="(.*?)"', drawn)[0].split())
    way = re.findall(r'class="wire" d="M([^"]*)"', drawn)[0]
    x, y = map(float, re.match(r"(\S+) ([^A-Z]+)", way).groups())  # type: ignore[union-attr]
    for kind, numbers in re.findall(r"([HVQ])([^HVQ]*)", way):
        given = list(map(float, numbers.split()))
        x = given[-2] if kind == "Q" else given[0] if kind == "H" else x
        y = given[-1] if kind == "Q" else given[0] if kind == "V" else y
        assert left <= x <= left + wide
        assert top <= y <= top + high
    assert (x, y) == (across, down + 22)
