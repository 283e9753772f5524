"""Scripts run in a fresh interpreter: the same numbers as the program's, the same losses, and code fit to read."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from fitting import Drawing, drawing
from making import COUNT, Case, around, run, say, subject, written
from trials import Trial, usable

from engine.axes import Row, Values
from engine.control import Control
from engine.events import Steps, Validated
from engine.export import export
from engine.export.script import script
from engine.export.subject import Subject, subject_of
from engine.feeding import tensors
from engine.graph import Edge, Graph, Group, NodeId
from engine.job import Job
from engine.layers import CATALOGUE
from engine.network import hits, outcomes
from engine.optimizers import OPTIMIZERS
from engine.project import Project, fresh_run
from engine.run import record
from engine.schedules import SCHEDULES
from engine.settings import Settings
from engine.shapes import infer
from engine.template import template, template_names
from engine.train import train

ROOT = Path(__file__).parents[3]
EXACT = 1e-6
NAMES = [name for name in CATALOGUE if name != "Input"]
OPTIMISERS = tuple(OPTIMIZERS)
SCHEDULED = tuple(SCHEDULES)


def true(report: dict[str, dict[str, Any]], case: Case) -> dict[str, Any]:
    """What a script reported, which must be what the program says."""
    found = report[case.name]
    assert "error" not in found, (case, found)
    assert found["keys"], case
    assert found["drawn"], f"{case}: other weights are drawn from the same seed"
    assert found["count"], case
    assert found["shapes"], case
    assert found["difference"] <= EXACT, (case, found)
    if case.subject.job.data.dev.count <= COUNT:
        for said, wanted in zip(found["dev"], judged(case.subject), strict=True):
            same = (
                said == wanted
                if wanted is None
                else abs(said - wanted) <= EXACT * max(1, abs(wanted))
            )
            assert same or said != said, (case, found["dev"])  # noqa: PLR0124 (NaN)
    return found


def judged(found: Subject) -> tuple[float, float | None]:
    """What the program says of the dev part: the loss, and the share that is right."""
    dev, network = found.job.data.dev, found.network
    targets = torch.tensor(dev.targets)
    with torch.no_grad():
        results = network.module(*tensors(dev, network.feeds, "cpu"))
        loss = float(network.loss(results, targets))
    target = found.job.data.target
    said = outcomes(results, targets, target, network.judges[0].threshold)
    right = None if said is None else hits(said, targets, target)
    return loss, None if right is None else float(right) / len(targets)


def events(job: Job) -> Iterator[Any]:
    yield from train(job, Control())


def neat(folder: Path) -> None:
    """The scripts of a folder are laid out as ruff would, and it finds nothing to complain of."""
    scripts = [str(path) for path in folder.glob("case_*.py")]
    options = ["--config", str(ROOT / "pyproject.toml")]
    for words in (
        ["format", "--check", "--diff"],
        [
            "check",
            "--ignore",
            "T201,ARG002,E741",
        ],  # it prints, not all that comes is used, a node is called l
    ):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *words, *options, *scripts],
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


def asked(seed: int) -> Settings:
    """Settings that are others for each seed: every optimiser, schedule and way of clipping comes in turn."""
    return Settings(
        epochs=2, batch_size=seed % 5 + 3, learning_rate=0.01, seed=seed, weight_decay=0.01,
        optimizer=OPTIMISERS[seed % len(OPTIMISERS)],
        schedule=SCHEDULED[seed // 2 % len(SCHEDULED)],
        schedule_epochs=1, warm_up=(0, 0, 7)[seed % 3], accumulate=(1, 1, 1, 3)[seed % 4],
        clipping=("none", "norm", "value")[seed // 3 % 3], clip_at=0.01, l1=(0.0, 0.001)[seed % 2],
        back_steps=(0, 0, 2, 5)[seed // 3 % 4], carry_state=seed % 3 == 1,
        patience=seed % 3, momentum=0.8, beta_1=0.8, alpha=0.9,
    )  # fmt: skip


def with_rates(found: Drawing, seed: int) -> Drawing:
    """A drawing of which, now and then, some layers have a rate or a weight decay of their own."""
    if seed % 5:
        return found
    names = [name for name in found.graph.nodes if seed % (len(name) + 1)]
    graph = found.graph.change(*names, rate=0.5)
    return replace(found, graph=graph.change(*names[::2], decay=0.1))


def check_drawings(seeds: range, folder: Path) -> None:
    cases = []
    for seed in seeds:
        cases.append(Case(f"case_{seed:05}", subject(with_rates(drawing(seed), seed), asked(seed))))
    written(cases, folder)
    report = run(folder, epochs=2)
    steps = 0
    for case in cases:
        found = true(report, case)
        said = list(events(case.subject.job))
        losses = [loss for event in said if isinstance(event, Steps) for loss in event.losses]
        assert found["losses"] == pytest.approx(losses, rel=EXACT, abs=EXACT), case
        steps += len(losses)
    neat(folder)
    say(
        f"{len(cases)} drawings, {steps} steps; largest difference {max(r['difference'] for r in report.values())}"
    )


def can_leave(trial: Trial) -> bool:
    """Whether what it gives can leave a network: of all, only code that passes symbols on gives no numbers."""
    drawn = around(trial)
    misfits = infer(drawn.graph, drawn.parts, drawn.target).misfits
    assert not misfits or trial.layer.kind() in ("Code", "Operations"), (trial, misfits)
    return not misfits


def check_layers(names: list[str], folder: Path, each: int) -> None:
    """Scripts of every setting of these layers, for so many ways in which samples fit it."""
    cases = []
    for name in names:
        seen: dict[object, int] = {}
        for trial in usable(name):
            seen[trial.layer] = seen.get(trial.layer, 0) + 1
            if seen[trial.layer] <= each and can_leave(trial):
                cases.append(Case(f"case_{len(cases):05}", subject(around(trial))))
    written(cases, folder)
    report = run(folder)
    for case in cases:
        true(report, case)
    neat(folder)
    say(f"{len(cases)} layers; largest difference {max(r['difference'] for r in report.values())}")


def test_scripts_of_random_drawings_give_and_learn_what_the_program_does(tmp_path: Path) -> None:
    check_drawings(range(60), tmp_path)


@pytest.mark.campaign
def test_scripts_of_many_drawings(tmp_path: Path) -> None:
    check_drawings(range(1000, 2000), tmp_path)


def test_scripts_of_every_layer_give_what_the_program_does(tmp_path: Path) -> None:
    check_layers(NAMES, tmp_path, each=1)


@pytest.mark.campaign
def test_scripts_of_every_layer_in_every_arrangement(tmp_path: Path) -> None:
    check_layers(NAMES, tmp_path, each=100)


def shortened(project: Project) -> Project:
    """With fewer examples, where they are made by a formula that can make thousands."""
    dataset = project.recipe.dataset
    if getattr(dataset, "count", 0) <= 1000:
        return project
    smaller = dataset.model_copy(update={"count": 1000})
    return replace(project, recipe=project.recipe.model_copy(update={"dataset": smaller}))


LONG = (  # an epoch of these takes many seconds
    "language-model",
    "number-words",
    "real-phrases",
    "real-verses",
    "translation",
    "translation-one-vector",
)
ALIKE = (
    "adding",
    "copy-memory",
    "japanese-vowels",
    "parity",
    "sunspots",
)  # no line that others lack


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(n, marks=[pytest.mark.campaign] if n in (*LONG, *ALIKE) else [])
        for n in template_names()
    ],
)
def test_the_script_of_a_template_learns_as_the_program_does(name: str, tmp_path: Path) -> None:
    project = template(name)
    project = replace(shortened(project), settings=project.settings.but(epochs=1))
    found = subject_of(project)
    assert isinstance(found, Subject)
    case = Case("case_0", found)
    written([case], tmp_path)
    report = true(run(tmp_path, epochs=1), case)
    said = list(events(found.job))
    losses = [loss for event in said if isinstance(event, Steps) for loss in event.losses]
    assert report["losses"] == pytest.approx(losses, rel=EXACT, abs=EXACT)
    neat(tmp_path)


def test_a_script_evaluates_the_weights_of_the_last_run(
    tmp_path: Path, noisy_digits: Project
) -> None:
    """Weights, running figures, loss and accuracy on dev are those that the program ends with."""
    job = subject_of(noisy_digits)
    assert isinstance(job, Subject)
    kept, last = fresh_run(noisy_digits), None
    for event in events(job.job):
        kept = record(kept, event)
        last = event if isinstance(event, Validated) else last
    project = replace(noisy_digits, runs=(kept,))
    out = tmp_path / "digits.py"
    export(project, "python", out)
    assert "(those of run 1 after" in out.read_text()
    done = plain(tmp_path, "digits.py", "--evaluate")
    assert last is not None
    assert f"loss {last.dev_loss:.4f}, accuracy {last.dev_accuracy:.1%} on dev" in done


def plain(folder: Path, *words: str) -> str:
    """What a script prints, run by itself where this program is not at hand."""
    done = subprocess.run(
        [sys.executable, "-I", *words], capture_output=True, text=True, cwd=folder, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_script_alone_trains_and_keeps_what_it_learns(tmp_path: Path, moons: Project) -> None:
    export(moons, "python", tmp_path / "moons.py")
    text = (tmp_path / "moons.py").read_text()
    assert not re.search(r"^\s*(import|from)\s+(engine|app|chainrule)", text, re.MULTILINE)
    said = plain(tmp_path, "moons.py").splitlines()
    assert [line.split(":")[0] for line in said] == [
        "epoch 1",
        "epoch 2",
        "epoch 3",
        "moons_trained.safetensors",
    ]
    again = plain(tmp_path, "moons.py", "--evaluate", "--weights", "moons_trained.safetensors")
    assert again.split(": ")[1].strip() == said[-1].split(": ")[1]


def test_the_sealed_part_is_neither_read_nor_written(tmp_path: Path) -> None:
    import numpy as np

    written([Case("case_0", subject(drawing(3)))], tmp_path)  # its test part cannot be touched
    with np.load(tmp_path / "case_0_data.npz") as stored:
        assert {name.partition("_")[0] for name in stored} == {"train", "dev"}
        assert {len(stored[name]) for name in stored} == {COUNT}


def test_repeats_are_lists_and_loops(tmp_path: Path) -> None:
    texts = [script(subject(drawing(seed)), "it") for seed in range(40)]
    both = "\n".join(texts)
    assert "nn.ModuleList(" in both
    assert re.search(r"for \w+ in self\.\w+:", both)
    assert re.search(r"for _ in range\(\d\):", both)


def test_a_title_cannot_break_out_of_its_docstring(moons: Project, tmp_path: Path) -> None:
    title = 'a"""\nimport os\n"""\\'
    export(replace(moons, title=title), "python", tmp_path / "it.py")
    assert "loss" in plain(tmp_path, "it.py", "--evaluate")


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(1)


AWKWARD = ("torch", "nn", "np", "x", "target", "sample", "range", "lengths", "loss", "functional")


def test_names_that_mean_something_in_a_script_do_no_harm(tmp_path: Path) -> None:
    """Nodes, a group and a part of the data under names that a script uses itself."""
    inner = Graph().add(CATALOGUE["Input"](), name="x").add(CATALOGUE["ReLU"](), name="torch")
    inner = inner.add(CATALOGUE["Add"](), name="network").add(CATALOGUE["Output"](), name="out")
    wires = ("x torch", "x network", "torch network", "network out")
    ends = [map(NodeId, wire.split()) for wire in wires]
    inner = inner.connect(*(Edge(source, target) for source, target in ends))
    graph = (
        Graph()
        .add(CATALOGUE["Input"](), name="first")
        .add(CATALOGUE["Input"](part="torch"), name="second")
    )
    graph = graph.add(CATALOGUE["Add"](), name="math").connect(
        Edge(NodeId("second"), NodeId("math"))
    )
    last = NodeId("first")
    for name in AWKWARD:
        graph = graph.add(CATALOGUE["Dense"](out_features=3), name=name)
        graph = graph.connect(Edge(last, NodeId(name)), Edge(NodeId(name), NodeId("math")))
        last = NodeId(name)
    for name in ("network", "loss_2"):
        graph = graph.add(Group(graph=inner, repeat=2), name=name)
        graph = graph.connect(Edge(NodeId("math"), NodeId(name), "out", "x"))
    graph = graph.add(CATALOGUE["Subtract"](), name="less").connect(
        Edge(NodeId("network"), NodeId("less"), "out", "first"), Edge(NodeId("loss_2"), NodeId("less"), "out", "second")
    )  # fmt: skip
    graph = graph.add(CATALOGUE["MSELoss"](), name="judge")
    graph = graph.connect(Edge(NodeId("less"), NodeId("judge"), "out", "prediction"))
    parts = {"": Row(3), "torch": Row(3)}
    case = Case("case_0", subject(Drawing(graph, parts, Values(("a", "b", "c")))))
    written([case], tmp_path)
    true(run(tmp_path, epochs=1), case)
    neat(tmp_path)
