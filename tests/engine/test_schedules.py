"""The learning rate over a run: against torch's own schedulers, and by hand where torch has none of this kind."""

import math

import pytest
import torch

from engine.schedules import SCHEDULES, Patience, Place, factor
from engine.settings import Settings

STEPS, PER_EPOCH, EPOCHS = 120, 12, 10


def places(steps: int = STEPS) -> list[Place]:
    return [Place(step, step / PER_EPOCH, EPOCHS) for step in range(steps)]


def ours(settings: Settings) -> list[float]:
    return [settings.learning_rate * factor(settings, place) for place in places()]


def theirs(
    make: "type[torch.optim.lr_scheduler.LRScheduler]", *more: float, every: int = 1, **named: float
) -> list[float]:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.2)
    scheduler = make(optimizer, *more, **named)  # type: ignore[arg-type]
    rates = []
    for step in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if (step + 1) % every == 0:
            scheduler.step()
    return rates


def test_constant_stays() -> None:
    assert set(ours(Settings(learning_rate=0.2))) == {0.2}


def test_cosine_is_that_of_torch() -> None:
    wanted = theirs(torch.optim.lr_scheduler.CosineAnnealingLR, STEPS)
    assert ours(Settings(learning_rate=0.2, schedule="cosine")) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize(("epochs", "share"), [(1, 0.5), (3, 0.1), (4, 0.3)])
def test_step_is_that_of_torch(epochs: int, share: float) -> None:
    wanted = theirs(torch.optim.lr_scheduler.StepLR, epochs, share, every=PER_EPOCH)
    settings = Settings(
        learning_rate=0.2, schedule="step", schedule_epochs=epochs, schedule_factor=share
    )
    assert ours(settings) == pytest.approx(wanted, rel=1e-9)


def test_one_cycle_is_that_of_torch_up_to_where_its_corners_lie() -> None:
    """Torch puts its corners on whole steps, one step earlier: the curves lie within a step of one another."""
    wanted = theirs(
        torch.optim.lr_scheduler.OneCycleLR, 0.2, total_steps=STEPS, cycle_momentum=False
    )
    found = ours(Settings(learning_rate=0.2, schedule="one-cycle"))
    assert found[0] == pytest.approx(wanted[0])
    assert max(found) == pytest.approx(0.2, rel=1e-2)
    steepest = max(abs(a - b) for a, b in zip(wanted, wanted[1:], strict=False))
    assert max(abs(a - b) for a, b in zip(found, wanted, strict=True)) < 1.1 * steepest


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_warm_up_climbs_in_equal_steps_to_what_would_be(name: str) -> None:
    cold = Settings(schedule=name, schedule_epochs=100)  # type: ignore[arg-type]
    warm = cold.but(warm_up=40)
    shares = [b / a for a, b in zip(ours(cold), ours(warm), strict=True)]
    assert shares[:40] == pytest.approx([(step + 1) / 40 for step in range(40)])
    assert shares[40:] == pytest.approx([1.0] * 80)


@pytest.mark.parametrize("waits", [1, 2, 5])
def test_a_plateau_is_seen_when_torch_sees_it(waits: int) -> None:
    settings = Settings(schedule="plateau", schedule_epochs=waits, schedule_factor=0.5)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=waits)
    mine = Patience()
    losses = [2.0, 1.5, 1.4999, 1.6, 1.7, 1.2, *[1.3] * 12, 1.1, *[1.09999] * 9]
    for loss in losses:
        optimizer.step()
        theirs.step(loss)
        mine.note(loss)
        mine.falls(settings)
        assert mine.reduced == optimizer.param_groups[0]["lr"], loss


def test_patience_counts_from_the_best() -> None:
    settings, patience = Settings(patience=3), Patience()
    said = []
    for loss in (3.0, 2.0, 2.5, 2.4, 1.9, 1.95, 1.92, 1.91):
        patience.note(loss)
        said.append(patience.is_out(settings))
    assert said == [False] * 7 + [True]
    assert patience.best == 1.9
    assert not patience.is_out(Settings(patience=0))


def test_what_is_noted_goes_through_a_file() -> None:
    patience = Patience()
    for loss in (3.0, 2.0, 2.5):
        patience.note(loss)
    again = Patience.of(patience.marks())
    assert again == patience
    assert all(isinstance(value, float) for value in patience.marks().values())
    assert Patience.of({}) == Patience()
    assert math.isinf(Patience.of({"nonsense": 1.0}).best)
