"""What training costs beside other loops: headless, compiled, in the window, in a process, at the start.

`python tests/benchmarks/training.py [--json] [--case NAME] [--net tiny|mlp|convnet|lstm]`: a table, or one object a
line. What is compared alternates in one run, each turn as many steps of each; `value` is the median of the ratios.
`bar` is what was asked for and `met` whether it was reached; rows without a bar inform. One torch thread.

A the loop of the tutorials · B a careful bare loop · C the loop of `chainrule train` · D the window's, all docks open ·
E A with TensorBoard · F Lightning (E and F need `pip install '.[benchmarks]'`). See `loops.py` for their source.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))

import loops
import torch
from table import Measured, options, say
from table import row as figure
from torch import Tensor, nn

from engine.control import Control, Stop
from engine.dataset import Dataset, Recipe, Split
from engine.datasets import DATASETS
from engine.events import Finished, Started, Steps
from engine.fast import lane
from engine.fast.errand import Errand
from engine.fast.refusal import refusal
from engine.fast.whole import Size
from engine.graph import Edge, Graph
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.project import Project, fresh_run
from engine.run import record
from engine.settings import Settings
from engine.train import train

row = partial(figure, least=True)  # more is better, of most
NEXT = 210.0  # px from node to node on the canvas
TURNS = 7
SECONDS = 1.5  # about how long a turn of B takes
SPLIT = Split(train=0.98, dev=0.01, test=0.01)
"""B does not validate: a small dev part keeps what C spends on that apart from what a step costs."""


@dataclass(frozen=True)
class Net:
    """One network: drawn, written by hand, and its data."""

    layers: tuple[tuple[str, dict[str, object]], ...]
    by_hand: Callable[[], nn.Module]
    dataset: Dataset
    batch: int = 64

    def project(self, **settings: object) -> Project:
        """The drawing, as a person would train it."""
        graph, edges, last = Graph().add(CATALOGUE["Input"](), name="data"), [], "data"
        for kind, parameters in (*self.layers, ("CrossEntropyLoss", {})):
            place = (NEXT * len(graph.nodes), 0.0)
            graph = graph.add(CATALOGUE[kind](**parameters), place)
            name = list(graph.nodes)[-1]
            edges.append(Edge(last, name, "out", graph.nodes[name].layer.inputs[0].name))
            last = name
        recipe = Recipe(dataset=self.dataset, split=SPLIT)
        given = Settings(batch_size=self.batch, learning_rate=loops.RATE).but(**settings)
        return Project("benchmark", graph.connect(*edges), recipe, given)


def _dense(units: int) -> tuple[str, dict[str, object]]:
    return "Dense", {"out_features": units}


def _conv(filters: int) -> tuple[str, dict[str, object]]:
    return "Conv2d", {"out_channels": filters, "kernel_size": 5, "padding": 0}


RELU, TANH = ("ReLU", {}), ("Tanh", {})
NETS = {
    "tiny": Net(
        (_dense(8), TANH, _dense(8), TANH, _dense(2)), loops.tiny,
        DATASETS["Moons"](count=20_000), 32,
    ),
    "mlp": Net(
        (("Flatten", {}), _dense(256), RELU, _dense(128), RELU, _dense(10)), loops.mlp,
        DATASETS["Digits28"](),
    ),
    "convnet": Net(
        (_conv(6), RELU, _conv(10), RELU, ("Flatten", {}), _dense(10)), loops.convnet,
        DATASETS["Placeholder"](sample="3,32,32", count=10, examples=10_000),
    ),
    "lstm": Net(
        (("LSTM", {"hidden_size": 64}), ("Select", {}), _dense(10)), loops.lstm,
        DATASETS["Placeholder"](sample="100,16", count=10, examples=12_000),
    ),
}  # fmt: skip


def tensors(net: Net) -> tuple[Tensor, Tensor]:
    """The train part, as a person would hold it."""
    part = net.project().recipe.prepare().train
    return torch.tensor(part.inputs), torch.tensor(part.targets)


def job_of(net: Net, epochs: int, **settings: object) -> Job:
    """The job of so many epochs. Raises ValueError if it is not the network written by hand."""
    job = prepare(net.project(epochs=epochs, **settings))
    if not isinstance(job, Job):
        raise TypeError(f"The benchmark's network is refused: {job}")
    return job


def headless(job: Job) -> float:
    """C: seconds from the beginning of a run to its end, each event recorded as the command line does."""
    run, begun = fresh_run(Project("benchmark", job.graph, None, job.settings)), 0.0  # type: ignore[arg-type]
    for event in train(job, Control()):
        run = record(run, event)
        if isinstance(event, Started):
            begun = time.perf_counter()
        elif isinstance(event, Finished):
            return time.perf_counter() - begun
    raise RuntimeError(f"The run failed: {run.history.ended}")


def rounds(net: Net, x: Tensor, y: Tensor) -> int:
    """How many epochs of B take about as long as a turn shall."""
    loops.bare(net.by_hand(), x[: 10 * net.batch], y[: 10 * net.batch], net.batch, 1)
    part = min(len(x), 100 * net.batch)
    spent = loops.bare(net.by_hand(), x[:part], y[:part], net.batch, 1)
    return max(1, round(SECONDS / (spent * len(x) / part)))


def side_by_side(name: str) -> Iterator[Measured]:
    """A, B, C, E and F, one after another, again and again."""
    torch.set_num_threads(1)
    net = NETS[name]
    x, y = tensors(net)
    epochs = rounds(net, x, y)
    steps = epochs * -(-len(x) // net.batch)
    job = job_of(net, epochs)
    others: dict[str, Callable[[], float]] = {
        letter: lambda loop=loop: loop(net.by_hand(), x, y, net.batch, epochs)  # type: ignore[misc]
        for letter, loop in (("A", loops.usual), ("E", loops.tensorboard), ("F", loops.lightning))
    }
    ratios: dict[str, list[float]] = {letter: [] for letter in ("A", "C", "E", "F")}
    speeds = []
    for turn in range(TURNS + 1):
        spent = {"B": loops.bare(net.by_hand(), x, y, net.batch, epochs), "C": headless(job)}
        again = loops.bare(net.by_hand(), x, y, net.batch, epochs)
        if turn < 4:  # the slow ones, which are far off, less often
            spent |= {letter: loop() for letter, loop in others.items()}
        if not turn:
            continue  # the first warms up
        speeds.append(steps / again)
        ratios["C"].append((spent["B"] + again) / 2 / spent["C"])
        for letter in spent.keys() & others.keys():
            ratios[letter].append(again / spent[letter])
    found = {letter: statistics.median(values) for letter, values in ratios.items()}
    yield row("headless", f"{name}: B, the bare loop", statistics.median(speeds), "steps/s", None)
    yield row("headless", f"{name}: C / B", found["C"], "×", 0.98)
    for letter in others:
        yield row("headless", f"{name}: {letter} / B", found[letter], "×", None)
        yield row("headless", f"{name}: C / {letter}", found["C"] / found[letter], "×", 1.0)


# -- compiled -----------------------------------------------------------------------------

SETTLED = 2.0  # seconds after which a run has tried all ways of doing its steps
COMPILED = {"tiny": 3.0, "mlp": 1.15, "convnet": 1.1}


def compiled(name: str) -> Iterator[Measured]:
    """C once its steps are compiled, beside B; how long the compiler took, and what stays plain and why."""
    torch.set_num_threads(1)
    net = NETS[name]
    x, y = tensors(net)
    epochs = rounds(net, x, y)
    steps = epochs * -(-len(x) // net.batch)
    job = job_of(net, 1_000_000)
    if (reason := refusal(job)) is not None:
        yield row("compiled", f"{name}: stays plain ({reason})", 0, "", None)
        return
    with TemporaryDirectory() as cache:
        os.environ["CHAINRULE_CACHE"] = cache
        for count in (1, lane.TOGETHER) if name == "tiny" else (1,):
            begun, errand = time.perf_counter(), Errand(job, Size(net.batch, count))
            while errand.look() is None and not errand.refused:
                time.sleep(0.1)
            spent = time.perf_counter() - begun
            yield row("compiled", f"{name}: compiling, {count} a call", spent, "s", None)
        ratios = []
        for turn in range(TURNS):
            before = steps / loops.bare(net.by_hand(), x, y, net.batch, epochs)
            speed = after_the_swap(job)
            after = steps / loops.bare(net.by_hand(), x, y, net.batch, epochs)
            if turn:
                ratios.append(speed / ((before + after) / 2))
    yield row("compiled", f"{name}: C / B", statistics.median(ratios), "×", COMPILED[name])


def after_the_swap(job: Job) -> float:
    """Steps a second of a run once its trials of compiled steps are over."""
    control, since, first = Control(), 0.0, (0, 0.0)
    for event in train(job, control, exact=False):
        if isinstance(event, Steps):
            if not since and event.seconds > SETTLED:
                since, first = event.seconds, (event.step, event.seconds)
            elif since and event.seconds > since + SECONDS:
                control.send(Stop())
                return (event.step - first[0]) / (event.seconds - first[1])
    raise RuntimeError("The run ended too early.")


# -- in the window -----------------------------------------------------------------------------

IN_THREAD = {"tiny": 0.8, "mlp": 0.9, "convnet": 0.97, "lstm": 0.97}
FRAMES = {"Loss": 10.0}  # a second, of each dock that shows curves
READINGS = {
    "Gradients": ("ErrorSignal", 2.0),
    "Activations": ("Activations", 2.0),
    "Histograms": ("ActivationSpread", 1.0),
}  # new ones a second, of the probe that is its picture
PAIRS, STRETCH = 6, 3.0  # turns of B and D, seconds of D in each


def in_window(name: str, case: str = "window", *, apart: bool = False) -> Iterator[Measured]:
    """D beside B: its speed, the life of its docks, and how late the window is. Exact, so that nothing is compiled."""
    from window import Bench, percentile

    torch.set_num_threads(1)
    net = NETS[name]
    x, y = tensors(net)
    epochs = rounds(net, x, y)
    steps = epochs * -(-len(x) // net.batch)
    bench = Bench(net.project(epochs=1_000_000, exact=True), apart=apart)
    bench.stretch(2.0)
    ratios, late, frames, readings, seconds = [], [], Counter(), Counter(), 0.0
    for _ in range(PAIRS):
        before = steps / loops.bare(net.by_hand(), x, y, net.batch, epochs)
        seen = bench.stretch(STRETCH)
        after = steps / loops.bare(net.by_hand(), x, y, net.batch, epochs)
        ratios.append(seen.speed / ((before + after) / 2))
        late += seen.late
        frames.update(seen.frames)
        readings.update({probe: len(steps) for probe, steps in seen.readings.items()})
        seconds += seen.seconds
    yield row(
        case, f"{name}: D / B", statistics.median(ratios), "×", 0.98 if apart else IN_THREAD[name]
    )
    for title in bench.open:
        bar = FRAMES.get(title)
        yield row(case, f"{name}: {title}, frames", frames[title] / seconds, "1/s", bar)
        if title in READINGS:
            probe, bar = READINGS[title]
            rate = readings[probe] / seconds
            yield row(case, f"{name}: {title}, readings", rate, "1/s", bar)
    yield row(case, f"{name}: lateness, 95th", percentile(late, 95), "ms", 16, least=False)
    yield row(case, f"{name}: lateness, 99th", percentile(late, 99), "ms", 33, least=False)
    bench.close()


def in_a_process(name: str) -> Iterator[Measured]:
    """D with the run in a process of its own."""
    return in_window(name, "process", apart=True)


COMPILING = 12  # stretches of D, at most, in which the compiler works and the run goes over to compiled steps


def swapped(name: str) -> Iterator[Measured]:
    """D with an empty cache: how late the window is while steps are compiled, and how fast they are afterwards."""
    from window import Bench, percentile

    torch.set_num_threads(1)
    net = NETS[name]
    if refusal(job_of(net, 1)) is not None:
        return
    x, y = tensors(net)
    epochs = rounds(net, x, y)
    steps = epochs * -(-len(x) // net.batch)
    with TemporaryDirectory() as cache:
        os.environ["CHAINRULE_CACHE"] = cache
        bench = Bench(net.project(epochs=1_000_000))
        late, ratios = [], []
        for _ in range(COMPILING):
            late += bench.stretch(10.0).late
            if bench.remarks:
                break
        for _ in range(3):
            before = steps / loops.bare(net.by_hand(), x, y, net.batch, epochs)
            seen = bench.stretch(STRETCH)
            late += seen.late
            ratios.append(seen.speed / before)
        said = ", ".join(f"{remark.words} at step {remark.step:,}" for remark in bench.remarks)
        bench.close()
    yield row("swap", f"{name}: D / B ({said})", statistics.median(ratios), "×", IN_THREAD[name])
    yield row("swap", f"{name}: lateness, 95th", percentile(late, 95), "ms", 16, least=False)
    yield row("swap", f"{name}: lateness, 99th", percentile(late, 99), "ms", 33, least=False)


# -- at the start -----------------------------------------------------------------------------

STARTS = 3
WHEN = {"ready": 4.0, "window": 1.0, "picture": 1.0}


def start(name: str) -> Iterator[Measured]:
    """Seconds from the command to window and readiness, and from Train to the first picture of a warm app."""
    if name != "tiny":  # it opens on its own first example
        return
    program = str(Path(__file__).with_name("starting.py"))
    found: dict[str, list[float]] = {what: [] for what in WHEN}
    for _ in range(STARTS):
        done = subprocess.run(
            [sys.executable, program, str(time.time())], capture_output=True, text=True, check=True
        )
        seen = json.loads(done.stdout.splitlines()[-1])
        for what in ("window", "ready"):
            found[what].append(seen[what])
        found["picture"].append(seen["picture"] - seen["pressed"])
    words = {
        "window": "window",
        "ready": "ready to train",
        "picture": "first picture after Train",
    }
    for what, values in found.items():
        yield row("start", words[what], statistics.median(values), "s", WHEN[what], least=False)


CASES: dict[str, Callable[[str], Iterator[Measured]]] = {
    "headless": side_by_side,
    "compiled": compiled,
    "window": in_window,
    "process": in_a_process,
    "swap": swapped,
    "start": start,
}


def main() -> int:
    """Measure what was asked for and print it."""
    parser = options(__doc__, CASES)
    parser.add_argument("--net", choices=NETS, action="append")
    asked = parser.parse_args()
    for case in asked.case or CASES:
        for net in asked.net or NETS:
            say(CASES[case](net), asked)
    return 0


if __name__ == "__main__":
    sys.exit(main())
