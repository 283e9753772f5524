"""Examples that are read as they are asked for: training with them is the same as with those in memory."""

import threading
from pathlib import Path

import numpy as np
import pytest
from picture_files import picture, pictures

from engine.ahead import Ahead
from engine.control import Command, Control, Watch
from engine.dataset import DataError, Recipe, load, prepare
from engine.datasets import image_folder
from engine.datasets.image_folder import ImageFolder
from engine.events import Checkpoint, Event, Failed, Steps, Validated
from engine.fingerprint import fingerprint
from engine.graph import Edge, Graph
from engine.job import Job
from engine.job import prepare as prepared
from engine.layers import CATALOGUE
from engine.leaks import leaks
from engine.memory_rows import MemoryRows
from engine.probes import PROBES
from engine.project import Project
from engine.settings import Settings
from engine.streamed import Kept, Streamed
from engine.train import train
from engine.waiting import GivenUp, heard_by


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return pictures(tmp_path / "pets", {"cat": 40, "dog": 40, "eel": 40})


@pytest.fixture
def few_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders count as large, and only some of their pictures are kept."""
    monkeypatch.setattr(image_folder, "QUICK", (0, 0))
    monkeypatch.setattr(Kept.__init__, "__defaults__", (30 * 3 * 8 * 8,))


def project(folder: Path, **settings: object) -> Project:
    kinds = (("Conv2d", {"out_channels": 4, "kernel_size": 3}), ("BatchNorm2d", {}), ("ReLU", {}), ("Flatten", {}),
             ("Dropout", {}), ("Dense", {"out_features": 3}), ("CrossEntropyLoss", {}))  # fmt: skip
    graph = Graph().add(CATALOGUE["Input"](), name="data")
    for name, parameters in kinds:
        graph = graph.add(CATALOGUE[name](**parameters))
    names = list(graph.nodes)
    edges = [
        Edge(a, b, "out", graph.nodes[b].layer.inputs[0].name)
        for a, b in zip(names, names[1:], strict=False)
    ]
    recipe = Recipe(dataset=ImageFolder(folder=str(folder), size=(8, 8)))
    return Project(
        "pets", graph.connect(*edges), recipe, Settings(epochs=3, batch_size=16, **settings)
    )


def run_of(project: Project, *commands: Command) -> list[Event]:
    forget()
    job = prepared(project)
    assert isinstance(job, Job), job
    return list(train(job, Control(*commands)))


def forget() -> None:
    load.cache_clear()
    prepare.cache_clear()


def said(events: list[Event]) -> tuple[np.ndarray, list[float], dict[str, np.ndarray]]:
    losses = [event.losses for event in events if isinstance(event, Steps)]
    judged = [event.dev_loss for event in events if isinstance(event, Validated)]
    return (
        np.concatenate(losses),
        judged,
        [e for e in events if isinstance(e, Checkpoint)][-1].weights,
    )


def test_training_is_the_same_to_the_last_bit(folder: Path, request: pytest.FixtureRequest) -> None:
    in_memory = said(run_of(project(folder)))
    assert isinstance(load(project(folder).recipe.dataset).inputs, np.ndarray)
    request.getfixturevalue("few_fit")
    bare = said(run_of(project(folder)))
    watched = said(run_of(project(folder), Watch(frozenset(PROBES))))
    assert isinstance(load(project(folder).recipe.dataset).inputs, Streamed)
    for streamed_run in (bare, watched):
        np.testing.assert_array_equal(streamed_run[0], in_memory[0])
        assert streamed_run[1] == in_memory[1]
        assert all((streamed_run[2][name] == in_memory[2][name]).all() for name in in_memory[2])
    assert not [thread for thread in threading.enumerate() if thread.name == "reading ahead"]


def test_a_picture_that_breaks_while_training_is_named_and_the_run_is_kept(
    folder: Path, few_fit: None
) -> None:
    (folder / "dog" / "7.png").write_bytes(b"no picture")
    events = run_of(project(folder))
    failed = events[-1]
    assert isinstance(failed, Failed)
    assert failed.message.startswith("7.png cannot be read as a picture")
    assert any(isinstance(event, Checkpoint) for event in events) or not failed.step


def test_a_scale_is_fitted_to_the_train_part_for_each_channel(folder: Path, few_fit: None) -> None:
    forget()
    dataset = ImageFolder(folder=str(folder), size=(8, 8))
    plain, scaled = Recipe(dataset=dataset), Recipe(dataset=dataset, scaling="standardise")
    train = np.asarray(plain.prepare().train.inputs)
    mean, deviation = train.mean((0, 2, 3)), train.std((0, 2, 3))
    for part in ("train", "dev"):
        values = np.asarray(getattr(plain.prepare(), part).inputs)
        wanted = (values - mean[:, None, None]) / deviation[:, None, None]
        np.testing.assert_allclose(getattr(scaled.prepare(), part).inputs, wanted, atol=1e-4)


def test_equal_pictures_in_two_parts_are_found(tmp_path: Path, few_fit: None) -> None:
    forget()
    for part in ("train", "test"):
        pictures(tmp_path / part, {"a": 12, "b": 12})
    for number in (1, 2):
        (tmp_path / "test" / "a" / f"{number}.png").write_bytes(
            (tmp_path / "train" / "b" / f"{number}.png").read_bytes()
        )
    data = Recipe(dataset=ImageFolder(folder=str(tmp_path), size=(8, 8))).prepare()
    with heard_by(lambda _, what: what != "Comparing the parts"), pytest.raises(GivenUp):
        leaks(data)  # nobody waits
    assert leaks(data).test == 2


def test_other_pictures_have_another_fingerprint(folder: Path, few_fit: None) -> None:
    recipe = project(folder).recipe
    forget()
    first = fingerprint(recipe.prepare())
    forget()
    assert fingerprint(recipe.prepare()) == first
    for path in folder.glob("*/*.png"):
        picture(path, sum(map(ord, path.name)) + 1)
    forget()
    assert fingerprint(recipe.prepare()) != first


class Counting(MemoryRows):
    slow = True
    asked: list[int]

    def read(self, places: np.ndarray) -> np.ndarray:
        self.asked = [*getattr(self, "asked", []), *places.tolist()]
        return super().read(places)


def test_what_was_read_once_is_kept_as_far_as_there_is_room() -> None:
    array = np.random.default_rng(0).integers(0, 256, (50, 3, 4), np.uint8)
    store = Counting([array[:20], array[20:]])
    rows = Streamed(Kept(store, 30 * 12))
    wanted = array / np.float32(255)
    chance = np.random.default_rng(1)
    for _ in range(20):
        chosen = chance.integers(0, 50, 9)
        np.testing.assert_array_equal(rows[chosen], wanted[chosen])
    assert len(set(store.asked)) == 50 or len(store.asked) < 180
    counts = np.bincount(store.asked, minlength=50)
    assert (counts == 1).sum() >= 20
    np.testing.assert_array_equal(rows, wanted)
    np.testing.assert_array_equal(rows[3], wanted[3])
    np.testing.assert_array_equal(rows[-2:], wanted[-2:])
    np.testing.assert_array_equal(rows.rows(slice(5, 40))[[2, 0]], wanted[[7, 5]])


def test_what_goes_wrong_ahead_is_raised_where_it_is_asked_for() -> None:
    def work() -> int:
        raise DataError("gone")

    with pytest.raises(DataError, match="gone"):
        Ahead(work).result()
    assert Ahead(lambda: 3).result() == 3
