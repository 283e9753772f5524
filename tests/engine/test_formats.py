"""Files of past formats open for ever, and mean what they meant."""

from pathlib import Path

import pytest
import torch

from engine.graph import Graph
from engine.job import Job, prepare
from engine.network import build
from engine.storage import FORMAT, UPGRADES, load, project_from, record_of, save
from engine.weights import copy_in, fit

GOLDEN = Path(__file__).parents[1] / "golden" / "projects"


def test_every_past_format_has_an_upgrade() -> None:
    assert sorted(UPGRADES) == list(range(1, FORMAT))


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.chainrule")), ids=lambda file: file.stem)
def test_an_old_file_opens_and_is_written_anew(file: Path, tmp_path: Path) -> None:
    project = load(file)
    assert project.graph.nodes
    assert project_from(record_of(project), "again") == project
    save(project, tmp_path / "new.chainrule")
    assert load(tmp_path / "new.chainrule") == project


def test_the_first_format_gives_the_numbers_it_gave() -> None:
    project = load(GOLDEN / "format-1.chainrule")
    (run,) = project.runs
    job = prepare(project, run)
    assert isinstance(job, Job)
    assert run.checkpoint is not None
    network = build(job.graph, job.shapes)
    assert fit(network.module, run.checkpoint.weights)
    copy_in(network.module, run.checkpoint.weights)
    network.train(False)
    dev = job.data.dev
    with torch.no_grad():
        results = network.module(torch.tensor(dev.inputs))
        loss = float(network.loss(results, torch.tensor(dev.targets)))
    assert loss == pytest.approx(run.history.validated[-1].dev_loss, abs=1e-6)


def test_every_layer_of_the_first_format_is_known() -> None:
    graph = load(GOLDEN / "format-1-layers.chainrule").graph
    assert isinstance(graph, Graph)
    assert len(graph.nodes) == 30
    assert not [node.id for node in graph.nodes.values() if node.layer.kind() == "Unknown"]


def test_runs_of_the_second_format_know_when_their_steps_were() -> None:
    """That was not kept then, but each epoch was said with its seconds."""
    done, broken = load(GOLDEN / "format-2.chainrule").runs
    history = done.history
    assert history.clock.steps.tolist() == [110, 220, 330]
    assert history.clock.values[:, 0].tolist() == [1, 2, 3]
    assert history.clock.values[:, 1].tolist() == [e.seconds for e in history.validated]
    assert len(history.means) == len(history.losses) == 330
    assert (history.judged, history.validated[-1].dev_f1) == (None, None)
    assert [event.after for event in history.adjusted] == [0.02]
    assert broken.history.ended is not None
    assert len(broken.history.losses) == 4
