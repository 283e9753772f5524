"""Which probes are read when: those that somebody watches, no more often than their share of the time allows.

What each kind of pass takes is measured. If all together would take more than their share at the pace that one would
like, gradients are read on fewer examples, down to 16; if that is not enough, all come more seldom. So what is measured
of sequences of thousands of steps comes seldom, and takes no more of the training than of short ones.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import torch

from engine.control import Watch
from engine.course import Course
from engine.events import Measured, Reading
from engine.feeding import decimals
from engine.gates import GATES
from engine.job import PROBE_EXAMPLES, Job
from engine.look import Batch, Update
from engine.network import Network
from engine.planning import Feed
from engine.probe import Moment, Pass, Probe
from engine.probes import PROBES
from engine.typed import fits

LIKED: Mapping[Pass, float] = MappingProxyType(
    {
        "forward": 3.0,
        "backward": 0.4,
        "spread": 0.8,
        "example": 0.4,
        "update": 1.0,
        "plane": 0.4,
        "review": 1.0,
        "time": 1.0,
        "gates": 0.8,
        "pairs": 4.0,
        "writing": 1.0,
    }
)
"""Seconds between two readings that one would like. All come more often, or more seldom, as their share allows."""
SHORTEST = 0.18  # seconds between two readings, at least: pictures are drawn five times a second
SCALES = ("backward", "spread")  # passes that take fewer examples where all would be too many
LATEST: Mapping[Pass, float] = MappingProxyType(
    {"example": 0.4, "plane": 0.4, "writing": 1.0, "forward": 8.0}
)
"""Seconds between two readings at most, whatever the others take, as long as a pass fits into the share alone: maps
should move, and the loss on the probe batch stands beside curves that do."""
SLOW = 0.1  # seconds: a first look that takes longer is no matter of warming up alone, and counts like any other
MOST_STEPS = (
    1 << 15
)  # of all examples together that gradients are read on in haste, where a layer goes step by step
FEWEST = 16  # examples of the probe batch, however little time there is
SAY_EVERY = 1.0  # seconds between two words on what the instruments take


class Instruments:
    """The probes of one run."""

    def __init__(
        self,
        job: Job,
        watch: Watch | None = None,
        feeds: tuple[Feed, ...] = (Feed(""),),
        called: Callable[[], bool] = lambda: False,
    ) -> None:
        """`called` says whether a command waits: what takes long and can be left gives way to it."""
        self._job = job
        self._feeds, self._called = feeds, called
        chosen = slice(0, PROBE_EXAMPLES)
        self._probe = Batch(
            job.data.train, chosen, job.settings.device, feeds, decimals(job.settings)
        )
        self._update: Update | None = None
        self._probes: dict[str, Probe] = {}  # by name; each lives as long as it is watched
        self._spent, self._since = 0.0, time.perf_counter()  # seconds, and since when
        self.watch(watch or Watch(frozenset()))

    def watch(self, watch: Watch) -> None:
        """Read these from now on."""
        self._watch = watch
        self._example = self._chosen()
        self._next = dict.fromkeys(LIKED, 0.0)  # the moments before which nothing is read
        self._soonest = 0.0  # of what may be read between two steps
        self._fewer = self._begin_with()
        self._takes: dict[Pass, float] = {}  # seconds for a reading, as last measured
        self._begun: set[Pass] = (
            set()
        )  # what was read once: the first time takes longer than those to come
        before = self._probes
        self._probes = {name: before.get(name) or PROBES[name]() for name in self._wanted}
        self._watched = {PROBES[name].needs for name in self._wanted}

    @property
    def _wanted(self) -> list[str]:
        return sorted(self._watch.probes & PROBES.keys())

    def _chosen(self) -> Batch:
        part = self._job.data.dev if self._watch.part == "dev" else self._job.data.train
        number = self._watch.example % part.count
        chosen = slice(number, number + 1)
        settings = self._job.settings
        own = self._watch.own
        if own is not None and not fits(own, self._job.data):
            own = None  # it is of other data
        return Batch(part, chosen, settings.device, self._feeds, decimals(settings), own)

    def _begin_with(self) -> Batch:
        """What gradients are read on until it is known what that takes: of long sequences few."""
        layers = [node.layer for node in self._job.graph.flat.nodes.values()]
        if not any(type(layer).__name__ in GATES for layer in layers):
            return self._probe
        steps = max((given.shape[1] for given in self._probe.inputs if given.ndim > 1), default=1)
        count = max(FEWEST, MOST_STEPS // steps)
        return self._probe.cut(0, count) if count < len(self._probe.targets) else self._probe

    # -- between two steps --------------------------------------------------------------------

    @property
    def is_due(self) -> bool:
        """Whether it is time for something; cheap, for it is asked before each step."""
        return time.perf_counter() >= self._soonest

    def read_if_due(self, course: Course) -> Iterator[Reading | Measured]:
        """Readings of those for which it is time."""
        now = time.perf_counter()
        due = [needs for needs in self._watched if needs != "update" and now >= self._next[needs]]
        if due:
            yield from self.read(course.network, course.step, *due)
        if now - self._since >= SAY_EVERY:
            yield Measured(course.step, self._spent / (now - self._since), len(self._fewer.targets))
            self._spent, self._since = 0.0, now
        waiting = (self._next[needs] for needs in self._watched if needs != "update")
        self._soonest = min(waiting, default=now + SAY_EVERY)

    def read(self, network: Network, step: int, *due: Pass) -> Iterator[Reading]:
        """Readings of all that is watched, now, on the whole probe batch; of the named passes alone, in haste."""
        moment = self._moment(network, step, self._fewer if due else self._probe)
        wanted = set(due) or LIKED.keys() - {"update"}
        if "spread" in wanted:
            wanted.add("backward")  # the same pass: it is there already
        for needs in (needs for needs in LIKED if needs in wanted):
            begun = time.perf_counter()
            readings = self._read(moment, needs, whole=not due)
            spent = time.perf_counter() - begun
            if due:
                self._account(needs, spent)
            else:  # on all examples, while the run stands still: it tells nothing of readings in haste
                self._spent += spent
            yield from readings

    def _moment(
        self, network: Network, step: int, fewer: Batch, update: Update | None = None
    ) -> Moment:
        job = self._job
        return Moment(
            network,
            job.graph,
            job.data.target,
            step,
            self._probe,
            self._example,
            shapes=job.shapes,
            fewer=fewer,
            update=update,
            focus=self._watch.focus,
            data=job.data,
            by_wire=any(probe.by_wire for probe in self._probes.values()),
            forced=self._watch.forced,
            typed=self._watch.typed,
            cancelled=self._called,
        )

    def _read(self, moment: Moment, needs: Pass, *, whole: bool = False) -> list[Reading]:
        probes = [probe for probe in self._probes.values() if probe.needs == needs]
        with torch.random.fork_rng(devices=[]):  # nothing here draws; if it did, the run is spared
            return [
                reading
                for probe in probes
                for reading in (probe.finish(moment) if whole else probe.read(moment))
            ]

    def _account(self, needs: Pass, spent: float) -> None:
        """Note what a reading took: it decides when the next may be, and on how many examples."""
        self._spent += spent
        if needs not in self._watched:
            return
        pause = SHORTEST
        if needs in self._begun or spent > SLOW:
            self._takes[needs] = spent
            if needs in SCALES and self._load > 1:
                self._take_fewer()
            pause = max(SHORTEST, LIKED[needs] * self._load)
            if needs in LATEST:
                pause = min(pause, max(LATEST[needs], spent / self._watch.share))
        self._begun.add(needs)
        self._next[needs] = time.perf_counter() + pause

    @property
    def _load(self) -> float:
        """What all would take at the pace that one would like, as a multiple of their share."""
        return sum(spent / LIKED[n] for n, spent in self._takes.items()) / self._watch.share

    def _take_fewer(self) -> None:
        """Take half as many examples, or a quarter, as long as the load is above 1; what they take goes with them."""
        count = len(self._fewer.targets)
        while count > FEWEST and self._load > 1:
            less = max(FEWEST, count // 2)
            for needs in SCALES:
                if needs in self._takes:
                    self._takes[needs] *= less / count
            count = less
        self._fewer = self._probe.cut(0, count) if count < len(self._fewer.targets) else self._fewer

    # -- around a step of the optimiser -------------------------------------------------------

    @property
    def wants_update(self) -> bool:
        """Whether the next step of the optimiser will be looked at; it must then be a plain one."""
        return "update" in self._watched and time.perf_counter() >= self._next["update"]

    def before_update(self, network: Network) -> None:
        """Keep the weights as they are just before a step of the optimiser, if it is time to look at one."""
        if self.wants_update:
            begun = time.perf_counter()
            self._update = Update(network)
            self._spent += time.perf_counter() - begun

    def after_update(self, network: Network, step: int) -> Iterator[Reading]:
        """Readings of the step that was just done, if it is looked at; `step` counts those before it."""
        if self._update is None:
            return
        moment, self._update = self._moment(network, step, self._probe, self._update), None
        begun = time.perf_counter()
        readings = self._read(moment, "update")
        self._account("update", 2 * (time.perf_counter() - begun))  # the copy took as long
        yield from readings
