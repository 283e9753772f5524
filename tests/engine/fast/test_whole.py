"""The step as one function: against torch's own optimisers and the plain steps of a run, in float64."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.course import Course
from engine.fast.rules import KNOBS, RULES, Knobs, knobs_of, rule_of
from engine.fast.whole import Size, memory, state, whole
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.project import Project
from engine.settings import Settings

SOME = {"weight_decay": 0.01, "momentum": 0.8, "beta_1": 0.85, "beta_2": 0.99, "alpha": 0.9}

SHAPED = [
    {},
    {"clipping": "norm", "clip_at": 0.1},
    {"clipping": "value", "clip_at": 0.01, "l1": 0.01},
]


def course_of(project: Project, **settings: object) -> Course:
    given = project.settings.but(precision="float64", learning_rate=0.01, **settings)
    job = prepare(replace(project, settings=given))
    assert isinstance(job, Job), job
    return Course(job)


def plain(course: Course, count: int) -> list[float]:
    found = []
    for _ in range(count):
        inputs, targets = course.next_batch()
        loss = course.loss(inputs, targets)
        course.learn(loss)
        course.stepped(loss)
        found.append(loss.item())
    return found


def at_once(course: Course, count: int) -> list[float]:
    """So many steps by the function, as a compiled one would be called."""
    step = whole(
        course.network, course.updates, course.settings, Size(course.settings.batch_size, count)
    )
    places = course.batches.ahead(course.settings.batch_size, count)
    assert places is not None
    rates = torch.tensor([course.rate_after(n) for n in range(count)], dtype=torch.float64)
    before = [*state(course.network), *memory(course.updates), knobs_of(course.settings)]
    found: list[torch.Tensor] = []

    def steps() -> torch.Tensor:
        found.append(step(*before, rates, *course.batches.inputs, course.batches.targets, places))
        return found[-1]

    course.leap(count, steps)
    return found[0].tolist()


@pytest.mark.parametrize("name", RULES)
def test_each_rule_is_that_of_torch(name: str) -> None:
    from engine.optimizers import make_optimizer

    settings = Settings(optimizer=name, learning_rate=0.05, **SOME)  # type: ignore[arg-type]
    chance = torch.Generator().manual_seed(0)
    start = torch.randn(4, 3, generator=chance, dtype=torch.float64)
    theirs = start.clone().requires_grad_()
    optimizer = make_optimizer(settings, [theirs])
    given = dict(zip(KNOBS, knobs_of(settings), strict=True))
    knobs = Knobs(
        torch.tensor(0.05, dtype=torch.float64), given["weight_decay"], given["momentum"],
        given["beta_1"], given["beta_2"], given["alpha"],
    )  # fmt: skip
    ours, kept = start, {}
    for turn in range(12):
        grad = torch.randn(4, 3, generator=chance, dtype=torch.float64)
        theirs.grad = grad.clone()
        if turn:
            ours, kept = RULES[rule_of(settings)](ours, grad, kept, knobs)
        optimizer.step()
        if not turn:  # the first step is always a plain one: it makes the memory
            ours = theirs.detach().clone()
            kept = {n: v.clone() for n, v in optimizer.state[theirs].items() if v is not None}
        torch.testing.assert_close(ours, theirs.detach(), rtol=1e-13, atol=1e-13)
        for part, value in kept.items():
            torch.testing.assert_close(value, optimizer.state[theirs][part], rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("more", SHAPED, ids=str)
def test_several_steps_at_once_are_those_steps_one_by_one(
    moons: Project, name: str, more: dict[str, object]
) -> None:
    settings = SOME | {"optimizer": name} | more
    ours, theirs = course_of(moons, **settings), course_of(moons, **settings)
    plain(ours, 1), plain(theirs, 1)
    np.testing.assert_allclose(at_once(ours, 5), plain(theirs, 5), rtol=1e-11)
    np.testing.assert_allclose(at_once(ours, 1) + plain(ours, 3), plain(theirs, 4), rtol=1e-11)
    assert (ours.step, ours.batches.epochs) == (theirs.step, theirs.batches.epochs)
    for one, other in zip(memory(ours.updates), memory(theirs.updates), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-12)


def test_running_figures_of_batch_norm_and_frozen_weights_are_those_of_plain_steps(
    moons: Project, chain: Callable[..., object]
) -> None:
    layers = [
        CATALOGUE["Dense"](out_features=8), CATALOGUE["BatchNorm1d"](), CATALOGUE["ReLU"](),
        CATALOGUE["Dense"](out_features=6), CATALOGUE["Dense"](out_features=2), CATALOGUE["CrossEntropyLoss"](),
    ]  # fmt: skip
    graph = chain(*layers).change("dense_2", frozen=True)  # type: ignore[attr-defined]
    project = replace(moons, graph=graph)
    ours, theirs = course_of(project), course_of(project)
    plain(ours, 1), plain(theirs, 1)
    np.testing.assert_allclose(at_once(ours, 6), plain(theirs, 6), rtol=1e-11)
    for (name, one), other in zip(
        ours.module.state_dict().items(), state(theirs.network), strict=True
    ):
        torch.testing.assert_close(one, other, rtol=1e-11, atol=1e-13, msg=name)


def test_a_rate_that_changes_from_step_to_step_is_heeded(moons: Project) -> None:
    settings = {"schedule": "cosine", "warm_up": 4}
    ours, theirs = course_of(moons, **settings), course_of(moons, **settings)
    plain(ours, 1), plain(theirs, 1)
    np.testing.assert_allclose(at_once(ours, 8), plain(theirs, 8), rtol=1e-11)


def test_the_end_of_an_epoch_is_left_to_plain_steps(moons: Project) -> None:
    """700 points in batches of 32: 21 whole ones, and one of 28."""
    course = course_of(moons)
    plain(course, 20)
    assert course.batches.ahead(32, 1) is not None
    assert course.batches.ahead(32, 2) is None
    plain(course, 1)
    assert course.batches.ahead(32, 1) is None
