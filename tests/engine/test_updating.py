"""From a loss to changed weights: against torch's own optimisers, clipping and penalties written by hand."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from engine.axes import Labels, Tokens
from engine.control import Control
from engine.course import Course
from engine.events import Event, Steps
from engine.graph import Graph, NodeId, grouped
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.network import build
from engine.optimizers import OPTIMIZERS
from engine.project import Project
from engine.shapes import infer
from engine.train import train
from engine.updating import clip_norm

Make = Callable[[list[nn.Parameter]], torch.optim.Optimizer]
SGD: Make = lambda p: torch.optim.SGD(p, lr=0.1)  # noqa: E731
THEIRS: dict[str, Make] = {
    "SGD": SGD,
    "Momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.8),
    "Nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.8, nesterov=True),
    "RMSprop": lambda p: torch.optim.RMSprop(p, lr=0.1, alpha=0.7),
    "Adagrad": lambda p: torch.optim.Adagrad(p, lr=0.1),
    "Adam": lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.6, 0.7)),
    "AdamW": lambda p: torch.optim.AdamW(p, lr=0.1, betas=(0.6, 0.7), weight_decay=0.0),
}


def losses(events: Sequence[Event]) -> list[float]:
    return [loss for event in events if isinstance(event, Steps) for loss in event.losses]


def ran(project: Project, **settings: object) -> list[float]:
    job = prepare(replace(project, settings=project.settings.but(**settings)))
    assert isinstance(job, Job), job
    return losses(list(train(job, Control())))


def by_hand(
    project: Project, make: Make = SGD, shape: Callable[[list[nn.Parameter]], Any] | None = None
) -> list[float]:
    """The same small network trained by a loop written here; `shape` changes gradients before a step."""
    data, settings = project.recipe.prepare(), project.settings
    torch.manual_seed(settings.seed)
    net = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
    optimizer = make(list(net.parameters()))
    x, y = torch.tensor(data.train.inputs), torch.tensor(data.train.targets)
    seen = []
    for epoch in range(settings.epochs):
        order = torch.from_numpy(np.random.default_rng([settings.seed, epoch]).permutation(len(x)))
        for chosen in order.split(settings.batch_size):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(net(x[chosen]), y[chosen])
            loss.backward()
            if shape:
                shape(list(net.parameters()))
            optimizer.step()
            seen.append(loss.item())
    return seen


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_optimiser_is_torch_s_with_its_numbers(moons: Project, name: str) -> None:
    found = ran(
        moons, optimizer=name, learning_rate=0.1, momentum=0.8, alpha=0.7, beta_1=0.6, beta_2=0.7
    )
    assert found == by_hand(moons, THEIRS[name])
    if name != "SGD":
        assert found != by_hand(moons)


@pytest.mark.parametrize("longest", [0.01, 0.3, 100.0])
def test_clipping_by_norm_is_torch_s(moons: Project, longest: float) -> None:
    found = ran(moons, clipping="norm", clip_at=longest, learning_rate=0.1)
    wanted = by_hand(moons, SGD, lambda p: nn.utils.clip_grad_norm_(p, longest))
    assert found == pytest.approx(wanted, rel=1e-5)


def test_clipping_by_value_is_torch_s(moons: Project) -> None:
    found = ran(moons, clipping="value", clip_at=0.02, learning_rate=0.1)
    assert found == by_hand(moons, SGD, lambda p: nn.utils.clip_grad_value_(p, 0.02))


def test_a_norm_too_small_for_32_bits_is_measured() -> None:
    grads = [torch.full((64, 64), 1e-24), torch.full((3,), 1e-30)]
    assert float(torch.linalg.vector_norm(grads[0])) == 0.0  # in 32 bits it vanishes
    length = clip_norm(grads, 1.0)
    assert float(length) == pytest.approx(6.4e-23)
    torch.testing.assert_close(grads[0], torch.full((64, 64), 1e-24))


def test_l1_pulls_every_weight_by_the_same(moons: Project) -> None:
    def pull(parameters: list[nn.Parameter]) -> None:
        for parameter in parameters:
            assert parameter.grad is not None
            parameter.grad += 0.01 * torch.sign(parameter.detach())

    assert ran(moons, l1=0.01, learning_rate=0.1) == by_hand(moons, SGD, pull)


@pytest.mark.parametrize(("size", "times"), [(4, 4), (8, 2), (3, 4), (6, 4), (16, 9)])
@pytest.mark.parametrize("more", [{}, {"clipping": "norm", "clip_at": 0.05, "optimizer": "Adam"}])
def test_adding_up_batches_is_one_larger_batch(
    moons: Project, size: int, times: int, more: dict[str, object]
) -> None:
    """The last update of an epoch too, of however few batches and examples it is; three epochs long."""
    count = moons.recipe.prepare().train.count
    settings = {"epochs": 3, "learning_rate": 0.1, **more}
    small = ran(moons, batch_size=size, accumulate=times, **settings)
    large = ran(moons, batch_size=size * times, **settings)
    ends = [min(start + size, count) for start in range(0, count, size)]
    if len(ends) > 1 and ends[-1] - ends[-2] == 1:  # a single one left over joins the batch before
        del ends[-2]
    sizes = np.diff([0, *ends])
    means = []
    for epoch in np.array(small).reshape(3, -1):
        for first in range(0, len(sizes), times):
            group = slice(first, first + times)
            means.append(np.average(epoch[group], weights=sizes[group]))
    assert count % (size * times)  # or nothing is left over
    np.testing.assert_allclose(
        means, large, rtol=2e-4
    )  # the rounding of sums that are added up otherwise


def test_layers_have_rates_and_decays_of_their_own(moons: Project) -> None:
    graph = moons.graph.change(NodeId("dense_1"), rate=0.0).change(NodeId("dense_2"), decay=0.5)

    def make(p: list[nn.Parameter]) -> torch.optim.Optimizer:
        still, decayed = {"params": p[:2], "lr": 0.0}, {"params": p[2:], "weight_decay": 0.5}
        return torch.optim.SGD([still, decayed], lr=0.1)

    assert ran(replace(moons, graph=graph), learning_rate=0.1) == by_hand(moons, make)


def test_a_rate_of_a_group_is_that_of_all_in_it(moons: Project) -> None:
    """Groups in groups multiply; the innermost decay counts."""
    inner = moons.graph.change(NodeId("dense_1"), rate=0.5, decay=0.1)
    boxed = grouped(inner, [NodeId("dense_1"), NodeId("act_1")], "box")
    graph = boxed.change(NodeId("box"), rate=0.5, decay=0.3)
    node = graph.flat.nodes[NodeId("box.dense_1")]
    assert (node.rate, node.decay) == (0.25, 0.1)
    straight = moons.graph.change(NodeId("dense_1"), rate=0.25, decay=0.1)
    settings = {"learning_rate": 0.1, "optimizer": "Adam"}
    assert ran(replace(moons, graph=graph), **settings) == pytest.approx(
        ran(replace(moons, graph=straight), **settings)
    )


def test_a_scheduled_rate_reaches_each_group_by_its_factor(moons: Project) -> None:
    graph = moons.graph.change(NodeId("dense_1"), rate=0.5)
    settings = moons.settings.but(schedule="cosine", learning_rate=0.2, epochs=4)
    job = prepare(replace(moons, graph=graph, settings=settings))
    assert isinstance(job, Job)
    course = Course(job)
    for _ in range(9):
        loss = course.loss(*course.next_batch())
        course.learn(loss)
        rates = [group["lr"] for group in course.updates.optimizer.param_groups]
        assert rates == [course.rate * 0.5, course.rate]
        course.stepped(loss)
    assert 0 < course.rate < 0.2


def test_64_bits_are_64_bits_all_the_way(moons: Project) -> None:
    job = prepare(replace(moons, settings=moons.settings.but(precision="float64")))
    assert isinstance(job, Job)
    course = Course(job)
    inputs, targets = course.next_batch()
    loss = course.loss(inputs, targets)
    assert {inputs[0].dtype, loss.dtype} == {torch.float64}
    assert {p.dtype for p in course.module.parameters()} == {torch.float64}
    assert targets.dtype == torch.int64
    assert ran(moons, precision="float64") == pytest.approx(ran(moons), rel=1e-4)


def test_mixed_precision_computes_in_16_bits_and_keeps_32(moons: Project) -> None:
    job = prepare(replace(moons, settings=moons.settings.but(precision="mixed")))
    assert isinstance(job, Job)
    course = Course(job)
    with course.updates.mixed():
        assert course.module(*course.next_batch()[0])[0].dtype == torch.bfloat16
    assert {p.dtype for p in course.module.parameters()} == {torch.float32}
    found, exact = ran(moons, precision="mixed"), ran(moons)
    assert found == pytest.approx(exact, rel=0.05)
    assert found != exact


@pytest.mark.parametrize("more", [{}, {"weight": (1.0, 3.0)}])
def test_what_makes_numbers_by_itself_follows_64_bits(
    chain: Callable[..., Graph], more: dict[str, object]
) -> None:
    """One-hot, constants, noise, positions and class weights have no weights from the network to go by."""
    parts = {"": Tokens("time", 5)}
    names = ["OneHot", "PositionalEncoding", "Noise", "LSTM", "Select"]
    layers = [CATALOGUE[name]() for name in names]
    last = [CATALOGUE["Dense"](out_features=2), CATALOGUE["CrossEntropyLoss"](**more)]
    graph = chain(*layers, *last)
    target = Labels(("a", "b"))
    network = build(graph, infer(graph, parts, target))
    network.to("cpu", torch.float64)
    given = [
        torch.tensor([4, 2]) if feed.lengths else torch.tensor([[1, 2, 3, 4], [1, 2, 0, 0]])
        for feed in network.feeds
    ]
    loss = network.loss(network.module(*given), torch.tensor([0, 1]))
    assert loss.dtype == torch.float64
