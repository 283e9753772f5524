"""What is read of a network that writes while it learns; and that it learns no differently for it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.control import Control, Typed, Watch
from engine.dataset import Recipe
from engine.datasets.english_french import EnglishFrench
from engine.datasets.text_file import TextFile
from engine.events import Checkpoint, Event, Reading
from engine.generate.marking import marked
from engine.job import Job, prepare
from engine.network import build
from engine.project import Project
from engine.settings import Settings
from engine.train import observe, train
from engine.weights import copy_in
from tests.engine.generate.writers import TEXT, Author, language, translator

SETTINGS = Settings(epochs=1, batch_size=16, optimizer="Adam", learning_rate=0.01)


def _writer(tmp_path: Path) -> Project:
    file = tmp_path / "text.txt"
    file.write_text(TEXT, encoding="utf-8")
    recipe = Recipe.usual(TextFile(file=str(file), window=8))
    middle = (("GRU", {"hidden_size": 8}), ("Dropout", {"p": 0.3}))
    return Project("t", language(recipe.prepare(), *middle), recipe, SETTINGS)


def _translator() -> Project:
    recipe = Recipe.usual(EnglishFrench(count=300))
    return Project("t", translator(recipe.prepare()), recipe, SETTINGS)


def _events(project: Project, *commands: Watch) -> list[Event]:
    job = prepare(project)
    assert isinstance(job, Job)
    return list(train(job, Control(*commands)))


def _last(events: list[Event], kind: str, node: str | None = None) -> np.ndarray:
    found = [e for e in events if isinstance(e, Reading) and (e.probe, e.node) == (kind, node)]
    return np.asarray(found[-1].value)


@pytest.mark.parametrize("kind", ["language", "translation"])
def test_watching_it_write_changes_no_bit_of_the_run(kind: str, tmp_path: Path) -> None:
    project = _writer(tmp_path) if kind == "language" else _translator()
    typed = Typed(
        "abba" if kind == "language" else "the cat sees a dog", 1.3, 5, 1, 30, 2, "middle_0", 3
    )
    probes = frozenset({"Writing", "Nexts", "Translated", "Marks"})
    watched = _events(project, Watch(probes, share=0.9, typed=typed))
    plain = _events(project)
    assert any(isinstance(e, Reading) for e in watched)
    one, other = (
        next(e for e in reversed(of) if isinstance(e, Checkpoint)) for of in (watched, plain)
    )
    assert one.weights.keys() == other.weights.keys()
    for name, weight in one.weights.items():
        assert weight.tobytes() == other.weights[name].tobytes()
    assert one.chance.tobytes() == other.chance.tobytes()


def test_a_text_is_gone_on_with_and_read(tmp_path: Path) -> None:
    typed = Typed("abba ", 0.7, 0, 1, 20, 3, "middle_0", 3)
    events = _events(_writer(tmp_path), Watch(frozenset({"Writing", "Nexts"}), typed=typed))
    found, nexts = _last(events, "Writing"), _last(events, "Nexts")
    assert found.shape == (25, 5)
    assert found[:, 4].tolist() == [1] * 5 + [0] * 20
    assert (found[:, 1] <= 0).all()
    assert (np.abs(found[:, 2]) <= 1).all()
    assert (found[3:, 3] == 0).all()
    assert (found[:3, 3] > 0).all()
    true = found[3, 0]
    assert np.exp(found[3, 1]) == pytest.approx(nexts[nexts[:, 0] == true, 1][0])
    logs = np.log(nexts[:, 1])
    cooled = np.exp(logs / 0.7)
    assert nexts[:, 2] / nexts[0, 2] == pytest.approx(cooled / cooled[0])


def test_a_sentence_is_translated_and_dev_is_marked() -> None:
    project = _translator()
    job = prepare(project)
    assert isinstance(job, Job)
    probes = frozenset({"Translated", "Marks", "Writing"})
    events = list(observe(job, Watch(probes, typed=Typed("the old king sees a cat"))))
    found, source = _last(events, "Translated"), _last(events, "Translated", "source")
    assert source.shape == (6, 1)
    assert found.shape[1] == 3 + 6
    assert found[:, 3:].sum(1) == pytest.approx(np.ones(len(found)))
    marks = _last(events, "Marks")
    assert marks.shape == (job.data.dev.count, 13)
    assert np.isfinite(marks).all()
    import torch

    torch.manual_seed(project.settings.seed)
    network = build(job.graph, job.shapes)
    trained = next(e for e in _events(replace(project)) if isinstance(e, Checkpoint))
    copy_in(network.module, trained.weights)
    writer = Author(network, job.graph, job.data)
    count = job.data.dev.count
    again = marked(writer, job.data.dev, list(range(count)))
    one_by_one = np.concatenate([marked(writer, job.data.dev, [i]) for i in range(count)])
    assert again == pytest.approx(one_by_one)
    lengths = job.data.dev.array("", lengths=True)
    assert again[:, 1].tolist() == lengths.tolist()
