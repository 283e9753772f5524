"""Without teacher forcing: what a loop written by hand, which feeds each choice back, has for loss and gradients."""

from dataclasses import replace

import pytest
import torch
from torch.nn import functional

from engine.control import Control
from engine.events import Finished, Steps
from engine.generate.forcing import Forcing
from engine.job import Job, prepare
from engine.project import Project
from engine.settings import Settings
from engine.train import train
from tests.engine.generate.writers import author, sentences, translator


def test_it_is_a_decoder_that_runs_freely() -> None:
    data = sentences()
    graph = translator(data, attention=False)
    writer = author(graph, data, scale=2)
    network, module = writer.network, writer.network.module
    rows = slice(0, 5)
    inputs = tuple(
        torch.tensor(data.train.array(feed.part, feed.lengths)[rows]) for feed in network.feeds
    )
    targets = torch.tensor(data.train.targets[rows])
    forcing = Forcing(network, graph.flat, data, "cpu")
    assert forcing.fed(inputs, 1.0, (0, 0)) is inputs
    own = forcing.fed(inputs, 0.0, (0, 0))
    loss = network.loss(module(*own), targets)
    found = torch.autograd.grad(loss, list(module.parameters()))

    source, counts, before = inputs[:3]
    _, state = module.encoder(module.read(source), lengths=counts)
    word, scores = before[:, 0], []
    for _ in range(before.shape[1]):
        out, state = module.decoder(module.written(word[:, None]), state)
        scores.append(module.scores(out[:, 0]))
        word = scores[-1].argmax(-1)
    by_hand = functional.cross_entropy(torch.stack(scores, 1).flatten(0, 1), targets.flatten())
    assert float(loss.detach()) == pytest.approx(float(by_hand.detach()), abs=1e-6)
    wanted = torch.autograd.grad(by_hand, list(module.parameters()))
    for one, other in zip(found, wanted, strict=True):
        assert torch.allclose(one, other, atol=1e-6)


def test_a_share_of_the_sentences_is_forced_and_the_choice_can_be_made_again() -> None:
    data = sentences()
    graph = translator(data)
    writer = author(graph, data)
    feeds = writer.network.feeds
    inputs = tuple(torch.tensor(data.train.array(f.part, f.lengths)[:100]) for f in feeds)
    forcing = Forcing(writer.network, graph.flat, data, "cpu")
    state = torch.get_rng_state()
    half, again = forcing.fed(inputs, 0.5, (0, 7))[2], forcing.fed(inputs, 0.5, (0, 7))[2]
    assert torch.equal(half, again)
    assert 30 < int((half == inputs[2]).all(1).sum()) < 70
    assert torch.equal(torch.get_rng_state(), state)


def test_a_run_without_it_learns_and_its_numbers_come_again() -> None:
    data = sentences()
    project = _project(data, teacher_forcing=0.5)
    losses = []
    for _ in range(2):
        job = prepare(project)
        assert isinstance(job, Job)
        events = list(train(job, Control()))
        assert isinstance(events[-1], Finished)
        losses.append([x for e in events if isinstance(e, Steps) for x in e.losses])
    assert losses[0] == losses[1]
    assert losses[0][-1] < losses[0][0]


def _project(data: object, **changes: object) -> Project:
    from engine.dataset import Recipe
    from engine.datasets.english_french import EnglishFrench

    settings = Settings(epochs=2, batch_size=32, optimizer="Adam", learning_rate=0.01)
    graph = translator(data)  # type: ignore[arg-type]
    recipe = Recipe.usual(EnglishFrench(count=300))
    return replace(Project("t", graph, recipe), settings=settings.but(**changes))
