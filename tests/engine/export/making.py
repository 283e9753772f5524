"""Subjects for the exporter made of drawings and of single layers, and scripts of theirs run in a fresh interpreter."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from fitting import Drawing
from safetensors.torch import save_file
from torch import Tensor
from trials import Trial

from engine.axes import Axes, Labels, Row, StepLabels, Target, Transcript, Values
from engine.dataset import Data, Part, Recipe, Sealed
from engine.datasets import DATASETS
from engine.export.formats.python import Python
from engine.export.subject import Subject, results_of
from engine.export.writing import write_all
from engine.graph import Edge, Graph, NodeId
from engine.job import Job
from engine.layer import Loss
from engine.layers import CATALOGUE
from engine.network import Network, build
from engine.project import Project
from engine.samples import Piece
from engine.settings import Settings
from engine.shapes import infer

COUNT, LONGEST = 13, 12
ROOT = Path(__file__).parents[3]


def numbers(axes: Axes, count: int, steps: int, chance: np.random.Generator) -> Any:
    """So many made-up samples."""
    sizes = [count, *(size if isinstance(size, int) else steps for size in axes.sizes)]
    if axes.whole:
        return chance.integers(0, getattr(axes, "vocabulary", 3), sizes)
    return chance.random(sizes, dtype=np.float32)


def wanted(target: Target, count: int, steps: int, chance: np.random.Generator) -> Any:
    """Made-up targets of so many samples."""
    match target:
        case StepLabels():
            return chance.integers(0, target.count, (count, steps))
        case Transcript():
            return chance.integers(1, target.count, (count, 2))
        case Labels():
            return chance.integers(0, target.count, count)
    return chance.random((count, target.count), dtype=np.float32)


def part_of(parts: Mapping[str, Axes], target: Target, seed: int, steps: int) -> Part:
    chance = np.random.default_rng(seed)

    def piece(axes: Axes) -> Piece:
        lengths = chance.integers(steps - 3, steps + 1, COUNT) if axes.free else None
        return Piece(numbers(axes, COUNT, steps, chance), axes, lengths)

    pieces = {name: piece(axes) for name, axes in parts.items()}
    first = pieces.pop("")
    targets = wanted(target, COUNT, steps, chance)
    return Part(first.inputs, targets, np.arange(COUNT), None, first.lengths, pieces)


def fitted(part: Part, network: Network, target: Target) -> Part:
    """The part with as many targets a sample as the network predicts steps."""
    if not isinstance(target, StepLabels):
        return part
    by_data = (judge for judge in network.judges if judge.target is None)
    judge = next(by_data, network.judges[0])  # what is right is counted, whatever the loss compares
    inputs = [torch.tensor(part.array(feed.part, feed.lengths)) for feed in network.feeds]
    with torch.no_grad():
        steps = network.module(*inputs)[judge.prediction].shape[1]
    targets = wanted(target, COUNT, steps, np.random.default_rng(3))
    return replace(part, targets=targets)


class Untouchable(Part):
    """A test part that must not be read."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"the sealed test part was read: {name}")


def subject(drawing: Drawing, settings: Settings | None = None, steps: int = LONGEST) -> Subject:
    """A drawing with made-up data, built."""
    graph, parts, target = drawing.graph, drawing.parts, drawing.target
    shapes = infer(graph, parts, target)
    assert not shapes.misfits
    others = {name: axes for name, axes in parts.items() if name}
    settings = settings or Settings(epochs=2, batch_size=4, learning_rate=0.01)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        network = build(graph.flat, shapes)
    network.train(False)
    train, dev = (fitted(part_of(parts, target, n, steps), network, target) for n in (1, 2))
    sealed = Sealed(object.__new__(Untouchable))
    data = Data(parts[""], target, train, dev, sealed, None, others)
    recipe = Recipe(dataset=DATASETS["Moons"]())
    job = Job(graph.flat, shapes, data, settings, recipe=recipe)
    project = Project("A “drawing”", graph, recipe, settings)
    return Subject(project, job, network, "fresh ones")


def unchanged(found: Subject) -> dict[str, Tensor]:
    """What the program's network gives for the dev part, and for a smaller batch of longer samples, with these."""
    dev, data = found.job.data.dev, found.job.data
    other = part_of(data.parts, data.target, 4, LONGEST + 3)
    first = [torch.tensor(dev.array(feed.part, feed.lengths)) for feed in found.network.feeds]
    second = [
        torch.tensor(other.array(feed.part, feed.lengths)[:5]) for feed in found.network.feeds
    ]
    return {
        **given(found, first),
        **{f"second_{name}": value for name, value in given(found, second).items()},
        **{f"input_{place}": value for place, value in enumerate(second)},
    }


def given(found: Subject, inputs: list[Tensor]) -> dict[str, Tensor]:
    """What the program's network gives, each value once."""
    network = found.network
    with torch.no_grad():
        results = network.module(*inputs)
    (output,) = (node for node in network.module.graph.nodes if node.op == "output")
    values = dict(zip(output.args[0], results, strict=True))
    assert len(values) == len(results_of(found.plan))
    return {str(place): value.clone().contiguous() for place, value in enumerate(values.values())}


RUNNER = """
import importlib.util, json, sys, time
from pathlib import Path
import torch
from safetensors.torch import load_file
torch.set_num_threads(1)
sys.modules["engine"] = None  # a script must do without
found = {}
for path in sorted(Path(sys.argv[1]).glob("case_*.py")):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    report = found[path.stem] = {}
    try:
        spec.loader.exec_module(module)
        expected = load_file(path.with_name(f"{path.stem}_expected.safetensors"))
        torch.manual_seed(module.SEED)
        fresh = module.Network()
        state = load_file(module.WEIGHTS)
        report["keys"] = list(fresh.state_dict()) == json.loads(path.with_name(f"{path.stem}_keys.json").read_text())
        report["drawn"] = all(torch.equal(value, state[name]) for name, value in fresh.state_dict().items())
        network = module.build().eval()
        inputs, targets = module.load("dev")
        with torch.no_grad():
            results = network(*inputs)
            more = network(*(expected[f"input_{place}"] for place in range(len(inputs))))
        results = results if isinstance(results, tuple) else (results,)
        more = more if isinstance(more, tuple) else (more,)
        values = {str(place): value for place, value in enumerate(results)}
        values |= {f"second_{place}": value for place, value in enumerate(more)}
        report["count"] = set(values) == {name for name in expected if not name.startswith("input_")}
        report["shapes"] = all(value.shape == expected[name].shape for name, value in values.items())
        report["difference"] = max(
            float((value.double() - expected[name].double()).abs().nan_to_num(0).max()) if value.numel() else 0.0
            for name, value in values.items())
        found_dev = module.evaluate(network)
        report["dev"] = found_dev if isinstance(found_dev, tuple) else (found_dev, None)
        torch.manual_seed(module.SEED)
        report["losses"] = module.train(module.build(), int(sys.argv[2])) if int(sys.argv[2]) else []
    except BaseException as error:
        report["error"] = f"{type(error).__name__}: {error}"
print("REPORT" + json.dumps(found))
"""


@dataclass(frozen=True)
class Case:
    """A subject under the name of its script."""

    name: str
    subject: Subject

    def __repr__(self) -> str:
        layers = (repr(node.layer) for node in self.subject.job.graph.nodes.values())
        return f"{self.name}: {', '.join(layers)}"


def written(cases: list[Case], folder: Path) -> None:
    """Scripts of all the cases, with what they must give."""
    for case in cases:
        out = folder / f"{case.name}.py"
        write_all(Python().writers(case.subject, out))
        save_file(unchanged(case.subject), folder / f"{case.name}_expected.safetensors")
        keys = json.dumps(list(case.subject.network.module.state_dict()))
        (folder / f"{case.name}_keys.json").write_text(keys)


def run(folder: Path, epochs: int = 0) -> dict[str, dict[str, Any]]:
    """Every script in a folder, in one fresh interpreter that knows nothing of this program."""
    runner = folder / "runner.py"
    runner.write_text(RUNNER)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-I", str(runner), str(folder), str(epochs)],
        capture_output=True, text=True, cwd=folder, env=environment, timeout=1800,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report: dict[str, dict[str, Any]] = json.loads(done.stdout.rpartition("REPORT")[2])
    return report


def say(sentence: str) -> None:
    """A figure for whoever runs the campaign with `-s`."""
    sys.stdout.write(f"\n{sentence}\n")


def around(trial: Trial) -> Drawing:
    """A drawing with the layer of a trial in it: behind inputs of its own, with its outputs given."""
    parts: dict[str, Axes] = {"": Row(3)}
    graph = Graph().add(CATALOGUE["Input"](), name="row")
    layer, is_loss = trial.layer, isinstance(trial.layer, Loss)
    graph = graph.add(layer, name="it")
    ports = [port.name for port in layer.inputs]
    if layer.inputs and layer.inputs[0].many:
        ports = [ports[0]] * len(trial.inputs)
    for number, (axes, port) in enumerate(zip(trial.inputs, ports, strict=False)):
        if axes is not None:
            parts[f"part{number}"] = axes
            name = NodeId(f"in_{number}")
            graph = graph.add(CATALOGUE["Input"](part=f"part{number}"), name=name)
            graph = graph.connect(Edge(name, NodeId("it"), "out", port))
    for port in layer.outputs:
        graph = graph.add(CATALOGUE["Output"](), name=f"out_{port.name}")
        graph = graph.connect(Edge(NodeId("it"), NodeId(f"out_{port.name}"), port.name, "in"))
    if is_loss and trial.target is not None:
        return Drawing(graph, parts, trial.target)
    graph = graph.add(CATALOGUE["Dense"](out_features=2), name="scores")
    graph = graph.add(CATALOGUE["MSELoss"](), name="loss")
    ways = (
        Edge(NodeId("row"), NodeId("scores")),
        Edge(NodeId("scores"), NodeId("loss"), "out", "prediction"),
    )
    return Drawing(graph.connect(*ways), parts, Values(("u", "v")))
