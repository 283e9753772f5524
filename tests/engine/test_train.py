"""The loop: against a loop written by hand, watched and unwatched, paused, stepped, stopped and gone on with."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from engine.control import Adjust, Command, Control, Keep, Pause, Resume, Step, Stop, Watch
from engine.course import Course, Relived
from engine.dataset import Recipe, Sealed
from engine.datasets import DATASETS
from engine.events import (
    Adjusted,
    Checkpoint,
    Event,
    Failed,
    Finished,
    Paused,
    Reading,
    Resumed,
    Started,
    Steps,
    Validated,
)
from engine.failure import diverged
from engine.graph import Graph
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.probes import PROBES
from engine.project import Project
from engine.run import Run, record
from engine.train import observe, train

EVERYTHING = Watch(frozenset(PROBES))


def job_of(project: Project, run: Run | None = None) -> Job:
    job = prepare(project, run)
    assert isinstance(job, Job), job
    return job


def run_of(project: Project, *commands: Command, run: Run | None = None) -> list[Event]:
    return list(train(job_of(project, run), Control(*commands)))


def losses(events: Sequence[Event]) -> np.ndarray:
    return np.concatenate([event.losses for event in events if isinstance(event, Steps)])


def last(events: Sequence[Event], kind: type[Event]) -> Event:
    return [event for event in events if isinstance(event, kind)][-1]


def weights(events: Sequence[Event]) -> dict[str, np.ndarray]:
    checkpoint = last(events, Checkpoint)
    assert isinstance(checkpoint, Checkpoint)
    return dict(checkpoint.weights)


def equal(first: dict[str, np.ndarray], second: dict[str, np.ndarray]) -> bool:
    return first.keys() == second.keys() and all((first[k] == second[k]).all() for k in first)


def test_a_loop_written_by_hand_gives_the_same_losses_and_weights(moons: Project) -> None:
    events = run_of(moons)
    data, settings = moons.recipe.prepare(), moons.settings
    torch.manual_seed(settings.seed)
    net = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
    optimizer = torch.optim.SGD(net.parameters(), lr=settings.learning_rate)
    x, y = torch.tensor(data.train.inputs), torch.tensor(data.train.targets)
    seen = []
    for epoch in range(settings.epochs):
        order = torch.from_numpy(np.random.default_rng([settings.seed, epoch]).permutation(len(x)))
        for chosen in order.split(settings.batch_size):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(net(x[chosen]), y[chosen])
            loss.backward()
            optimizer.step()
            seen.append(loss.item())
    assert len(x) % settings.batch_size != 1  # else the loop above would have to join the last one
    np.testing.assert_array_equal(losses(events), seen)
    ours = weights(events)
    np.testing.assert_array_equal(ours["dense_1.weight"], net[0].weight.detach().numpy())
    np.testing.assert_array_equal(ours["dense_2.bias"], net[2].bias.detach().numpy())


def test_validation_is_the_whole_dev_part_in_inference_mode(noisy_digits: Project) -> None:
    events = run_of(noisy_digits)
    said = last(events, Validated)
    assert isinstance(said, Validated)
    kept = weights(events)
    net = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(),
        nn.Linear(144, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 10),
    )  # fmt: skip
    net.load_state_dict(
        dict(zip(net.state_dict(), map(torch.from_numpy, kept.values()), strict=True))
    )
    dev = noisy_digits.recipe.prepare().dev
    with torch.no_grad():
        scores = net.eval()(torch.tensor(dev.inputs))
    targets = torch.tensor(dev.targets)
    assert said.dev_loss == pytest.approx(
        nn.functional.cross_entropy(scores, targets).item(), abs=1e-5
    )
    assert said.dev_accuracy == pytest.approx((scores.argmax(1) == targets).double().mean().item())


def test_watching_changes_nothing(noisy_digits: Project) -> None:
    bare = run_of(noisy_digits)
    watched = run_of(noisy_digits, EVERYTHING)
    assert sum(isinstance(event, Reading) for event in watched) > 50
    assert not any(isinstance(event, Reading) for event in bare)
    assert equal(weights(bare), weights(watched))
    np.testing.assert_array_equal(losses(bare), losses(watched))


def test_the_same_seed_gives_the_same_numbers_and_another_gives_others(
    noisy_digits: Project,
) -> None:
    first, second = run_of(noisy_digits), run_of(noisy_digits)
    other = run_of(replace(noisy_digits, settings=noisy_digits.settings.but(seed=1)))
    np.testing.assert_array_equal(losses(first), losses(second))
    assert not np.array_equal(losses(first), losses(other))


@pytest.mark.parametrize("optimizer", ["SGD", "Momentum", "Adam", "AdamW", "RMSprop", "Adagrad"])
def test_going_on_is_as_if_nothing_had_happened(noisy_digits: Project, optimizer: str) -> None:
    settings = noisy_digits.settings.but(optimizer=optimizer, learning_rate=0.01)
    whole = run_of(replace(noisy_digits, settings=settings))
    project = replace(noisy_digits, settings=settings)
    run = Run("run 1", project.graph, project.recipe, settings)
    # Stopped in the middle of the first epoch: 7 steps of 20, then gone on with to the end.
    for event in _stopped_after(project, 7):
        run = record(run, event)
    assert run.checkpoint is not None
    assert run.checkpoint.step == 7
    rest = run_of(project, run=run)
    assert equal(weights(whole), weights(rest))
    np.testing.assert_array_equal(losses(whole)[7:], losses(rest))


def _stopped_after(project: Project, steps: int) -> list[Event]:
    """All events of a run that does so many steps, stands still, and is then stopped."""
    control, events = Control(Step(steps)), []
    for event in train(job_of(project), control):
        events.append(event)
        if isinstance(event, Paused):
            control.send(Stop())
    return events


def test_pause_step_and_resume_act_between_two_minibatches(moons: Project) -> None:
    control, events = Control(Pause()), []
    for event in train(job_of(moons), control):
        events.append(event)
        if isinstance(event, Paused):
            control.send({0: Step(1), 1: Step(3), 4: Resume()}[event.step])
    assert [event.step for event in events if isinstance(event, Paused)] == [0, 1, 4]
    assert [event.step for event in events if isinstance(event, Resumed)] == [0, 1, 4]
    np.testing.assert_array_equal(losses(events), losses(run_of(moons)))


def test_stop_keeps_what_was_learnt(moons: Project) -> None:
    events = _stopped_after(moons, 5)
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert (finished.reason, finished.step, finished.dev_loss) == ("stopped", 5, None)
    assert isinstance(events[-2], Checkpoint)


def test_a_new_rate_holds_from_the_next_step_on(moons: Project) -> None:
    slow = moons.settings.learning_rate / 100
    control, events = Control(Step(3)), []
    for event in train(job_of(moons), control):
        events.append(event)
        if isinstance(event, Paused):
            control.send(Adjust("learning_rate", slow))
            control.send(Resume())
    adjusted = [event for event in events if isinstance(event, Adjusted)]
    assert adjusted == [Adjusted(3, "learning_rate", moons.settings.learning_rate, slow)]
    straight = losses(run_of(moons))
    np.testing.assert_array_equal(losses(events)[:4], straight[:4])
    assert losses(events)[4] != straight[4]


def test_what_may_not_change_does_not(moons: Project) -> None:
    commands = [Adjust("epochs", 5), Adjust("learning_rate", -1), Adjust("learning_rate", math.nan)]
    events = run_of(moons, *commands)
    assert not any(isinstance(event, Adjusted) for event in events)
    np.testing.assert_array_equal(losses(events), losses(run_of(moons)))


def test_a_new_batch_size_is_used(moons: Project) -> None:
    events = run_of(moons, Adjust("batch_size", 100))
    count = moons.recipe.prepare().train.count
    assert len(losses(events)) == moons.settings.epochs * -(-count // 100)


def test_every_epoch_sees_every_example_once(moons: Project) -> None:
    project = replace(moons, settings=moons.settings.but(batch_size=9, epochs=2))
    course = Course(job_of(project))
    for _ in range(2):
        rows, over = [], False
        while not over:
            rows.append(course.next_batch()[0][0])
            over = course.stepped(torch.zeros(()))
        seen = torch.cat(rows).numpy()
        train_part = project.recipe.prepare().train.inputs
        assert sorted(map(tuple, seen)) == sorted(map(tuple, train_part))
        assert min(map(len, rows)) > 1


def test_a_loss_that_is_not_a_number_ends_the_run_and_keeps_good_weights(
    moons: Project, chain: Callable[..., Graph]
) -> None:
    layers = [CATALOGUE["Dense"](out_features=1), CATALOGUE["MSELoss"]()]
    project = Project(
        "wild",
        chain(*layers),
        Recipe.usual(DATASETS["Diabetes"]()),
        moons.settings.but(learning_rate=50, epochs=200),
    )
    events = run_of(project)
    failed = events[-1]
    assert isinstance(failed, Failed)
    assert failed.node == "loss_1"  # the squares overflow while the predictions are still finite
    assert f"step {failed.step + 1}" in failed.message
    assert "infinite" in failed.message
    checkpoint = events[-2]
    assert isinstance(checkpoint, Checkpoint)
    assert all(np.isfinite(array).all() for array in checkpoint.weights.values())
    assert failed.step - checkpoint.step <= 10
    assert np.isfinite(losses(events)).all()


def test_the_node_where_it_began_is_named(noisy_digits: Project) -> None:
    course = Course(job_of(noisy_digits))
    good = course.relive().good
    inputs, _ = course.next_batch()
    with torch.no_grad():
        course.module.get_submodule("dense_1").weight[0, 0] = math.inf
        course.module.get_submodule("dense_2").weight[0, 0] = math.nan
    failed = diverged(course, Relived(good, inputs, math.nan))
    assert failed.node == "dense_1"
    assert "not a number" in failed.message


def test_keep_hands_out_the_weights_without_stopping(moons: Project) -> None:
    events = run_of(moons, Keep())
    kept = [event for event in events if isinstance(event, Checkpoint)]
    assert [checkpoint.step for checkpoint in kept][0] == 0
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "done"


def test_what_is_said_first_and_last(noisy_digits: Project) -> None:
    events = run_of(noisy_digits)
    started, finished = events[0], events[-1]
    assert isinstance(started, Started)
    assert isinstance(finished, Finished)
    assert started.parameters == 40 + 8 + 144 * 32 + 32 + 64 + 330
    assert (started.epochs, started.seed, started.threads, started.device) == (2, 0, 1, "cpu")
    assert finished.step == 2 * started.steps_per_epoch
    validated = last(events, Validated)
    assert isinstance(validated, Validated)
    assert (finished.dev_loss, finished.dev_accuracy) == (
        validated.dev_loss,
        validated.dev_accuracy,
    )


def test_observing_needs_no_training_and_sees_the_weights_of_the_run(moons: Project) -> None:
    run = Run("run 1", moons.graph, moons.recipe, moons.settings)
    events = run_of(moons, EVERYTHING)
    for event in events:
        run = record(run, event)
    seen = {(r.probe, r.node): r for r in observe(job_of(moons, run), EVERYTHING)}
    final = {
        (e.probe, e.node): e
        for e in events
        if isinstance(e, Reading) and PROBES[e.probe].needs != "update"  # which needs a step
    }
    assert seen.keys() == final.keys()
    for key, reading in seen.items():
        np.testing.assert_allclose(reading.value, final[key].value, rtol=1e-6)


def test_regression_has_no_accuracy(moons: Project, chain: Callable[..., Graph]) -> None:
    layers = [CATALOGUE["Dense"](out_features=1), CATALOGUE["MSELoss"]()]
    project = Project(
        "line",
        chain(*layers),
        Recipe.usual(DATASETS["Diabetes"]()),
        moons.settings.but(learning_rate=0.01),
    )
    said = last(run_of(project), Validated)
    assert isinstance(said, Validated)
    assert said.dev_accuracy is None
    assert math.isfinite(said.dev_loss)


def test_training_and_watching_never_open_the_test_part(
    noisy_digits: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither its door nor its bytes: whatever the test part holds, every number stays the same."""
    before = run_of(noisy_digits, EVERYTHING)

    def opened(_: Sealed) -> None:
        raise AssertionError("the test part was opened")

    monkeypatch.setattr(Sealed, "open", opened)
    job = job_of(noisy_digits)
    spoilt = replace(job, data=replace(job.data, sealed=Sealed(None)))  # type: ignore[arg-type]
    after = list(train(spoilt, Control(EVERYTHING)))
    np.testing.assert_array_equal(losses(before), losses(after))
    assert last(before, Validated).dev_loss == last(after, Validated).dev_loss  # type: ignore[attr-defined]


def test_a_last_update_that_spoils_the_network_is_a_failure_too(
    moons: Project, chain: Callable[..., Graph]
) -> None:
    """The loss of the last minibatch was finite, but what its update left is not: the figures would be infinite."""
    layers = [CATALOGUE["Dense"](out_features=1), CATALOGUE["MSELoss"]()]
    recipe = Recipe.usual(DATASETS["Diabetes"]())
    for epochs in range(1, 60):
        settings = moons.settings.but(learning_rate=1000, batch_size=10_000, epochs=epochs)
        events = run_of(Project("wild", chain(*layers), recipe, settings))
        validated = [event for event in events if isinstance(event, Validated)]
        assert all(math.isfinite(event.dev_loss + event.train_loss) for event in validated)
        if isinstance(events[-1], Failed):
            break
    assert isinstance(events[-1], Failed)
    kept = last(events, Checkpoint)
    assert isinstance(kept, Checkpoint)
    assert all(np.isfinite(array).all() for array in kept.weights.values())


def test_time_and_epochs_go_on_where_they_were(moons: Project) -> None:
    run = Run("run 1", moons.graph, moons.recipe, moons.settings)
    for event in _stopped_after(moons, 5):
        run = record(run, event)
    assert run.checkpoint is not None
    assert 0 < run.checkpoint.seconds <= run.history.seconds + 1
    events = run_of(moons, run=run)
    started, finished = events[0], events[-1]
    assert isinstance(started, Started)
    assert isinstance(finished, Finished)
    count = moons.recipe.prepare().train.count
    assert started.epoch == pytest.approx(5 * moons.settings.batch_size / count)
    assert finished.seconds > run.checkpoint.seconds
