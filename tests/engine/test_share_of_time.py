"""What measuring takes of the training, on a clock that the test turns: whatever a look and a step take."""

from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest
from probing import chain_of, dense, digits

from engine.control import Watch
from engine.dataset import Recipe, dataset_from, record_of
from engine.events import Measured, Reading
from engine.instruments import LIKED, MOST_STEPS, SLOW, Instruments
from engine.job import Job, prepare
from engine.network import build
from engine.probes import PROBES
from engine.template import template


@dataclass
class Clock:
    """Stands still unless it is turned."""

    now: float = 0.0

    def perf_counter(self) -> float:
        return self.now


@dataclass
class Bench:
    """Instruments whose looks take as long as is said, beside steps that do."""

    instruments: Instruments
    clock: Clock
    looks: dict[str, list[float]]

    def run(self, step: float, until: float) -> float:
        """Train until a time; the share of it that went into looks."""
        begun, trained, course = self.clock.now, 0.0, SimpleNamespace(network=None, step=0)
        while self.clock.now < until:
            if self.instruments.is_due:
                list(self.instruments.read_if_due(course))
            self.clock.now += step
            trained += step
            course.step += 1
        return 1 - trained / (self.clock.now - begun)


def bench(
    monkeypatch: pytest.MonkeyPatch, takes: dict[str, float], probes: set[str] | None = None
) -> Bench:
    """A bench whose passes take so many seconds each, the first time twice as many."""
    clock, looks = Clock(), {needs: [] for needs in LIKED}
    monkeypatch.setattr("engine.instruments.time", clock)
    monkeypatch.setattr(Instruments, "_moment", lambda *_args: None)

    def read(
        self: Instruments, _moment: object, needs: str, *, whole: bool = False
    ) -> list[object]:
        looks[needs].append(clock.now)
        shrinks = len(self._fewer.targets) / len(self._probe.targets)
        less = shrinks if needs in ("backward", "spread") else 1.0
        clock.now += takes.get(needs, 0.0) * less * (1 if len(looks[needs]) > 1 else 2)
        return []

    monkeypatch.setattr(Instruments, "_read", read)
    job = digits(chain_of("Flatten", dense(10), "CrossEntropyLoss"))
    return Bench(Instruments(job, Watch(frozenset(probes or PROBES))), clock, looks)


@pytest.mark.parametrize("step", [0.002, 0.08, 0.8, 4.0])
@pytest.mark.parametrize("look", [0.002, 0.06, 0.3, 2.0, 9.0])
def test_the_time_probe_leaves_nine_tenths_to_the_training(
    monkeypatch: pytest.MonkeyPatch, step: float, look: float
) -> None:
    """Copy memory over 2,000 steps takes 0.3 s a look and 0.8 s a step; others are far from that on either side."""
    some = bench(
        monkeypatch, {"time": look, "gates": look}, {"TimeGradient", "TimeRatio", "Gates", "GateGradient"}
    )  # fmt: skip
    some.run(step, 1e-9)  # the very first look, which no one can know
    assert some.run(step, some.clock.now + max(20.0, 40 * look)) < 0.1
    assert some.run(step, some.clock.now + max(20.0, 400 * look)) < 0.03
    assert len(some.looks["time"]) > 2  # thinned, not given up


@pytest.mark.parametrize("look", [0.01, 0.4, 3.0])
def test_all_passes_together_leave_nine_tenths_too(
    monkeypatch: pytest.MonkeyPatch, look: float
) -> None:
    some = bench(monkeypatch, dict.fromkeys(LIKED, look))
    some.run(look, 1e-9)
    assert some.run(look, some.clock.now + 8000 * look) < 0.1
    assert all(len(seen) > 1 for needs, seen in some.looks.items() if needs != "update")


def test_a_first_look_that_is_slow_counts_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look of seconds is not taken again at once, for want of a measurement, to see whether it is warm now."""
    slow = bench(monkeypatch, {"time": 2.0}, {"TimeGradient"})
    slow.run(0.5, 60)
    assert len(slow.looks["time"]) == 1
    quick = bench(monkeypatch, {"time": 0.4 * SLOW}, {"TimeGradient"})
    quick.run(0.05, 0.5)
    assert len(quick.looks["time"]) == 2


@pytest.mark.parametrize(("delay", "count"), [(20, 256), (2000, 16), (300, MOST_STEPS // 310)])
def test_gradients_of_long_sequences_are_begun_with_few(delay: int, count: int) -> None:
    project = template("copy-memory")
    dataset = dataset_from(record_of(project.recipe.dataset) | {"delay": delay, "count": 400})
    job = prepare(replace(project, recipe=Recipe.usual(dataset)))
    assert isinstance(job, Job)
    instruments = Instruments(job, Watch(frozenset({"TimeGradient"})))
    course = SimpleNamespace(network=build(job.graph, job.shapes), step=0)
    said = list(instruments.read_if_due(course))
    assert [event.probe for event in said if isinstance(event, Reading)] == ["TimeGradient"]
    instruments._since = -1e9  # it is time for a word on what the instruments take
    (word,) = [e for e in instruments.read_if_due(course) if isinstance(e, Measured)]
    assert word.examples == count
