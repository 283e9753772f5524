"""Which probes are read when: those that somebody watches, no more often than their share of the time allows."""

import time
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import torch

from engine.control import Watch
from engine.course import Course
from engine.events import Reading
from engine.job import PROBE_EXAMPLES, Job
from engine.network import Network
from engine.planning import Feed
from engine.probe import Batch, Moment, Pass, Probe
from engine.probes import PROBES

# Of the training time, what readings of each kind of pass may take; the first two share the probe batch.
SHARES: Mapping[Pass, float] = MappingProxyType(
    {"forward": 0.04, "backward": 0.1, "example": 0.02, "plane": 0.02, "review": 0.02}
)
SHORTEST = 0.1  # seconds between two readings, at least: eyes see no more


class Instruments:
    """The probes of one run."""

    def __init__(
        self, job: Job, watch: Watch | None = None, feeds: tuple[Feed, ...] = (Feed(""),)
    ) -> None:
        self._job = job
        self._feeds = feeds
        self._watch = watch or Watch(frozenset())
        chosen = slice(0, PROBE_EXAMPLES)
        self._probe = Batch(job.data.train, chosen, job.settings.device, feeds)
        self._example = self._chosen()
        self._probes: dict[str, Probe] = {}
        self._next = dict.fromkeys(SHARES, 0.0)  # the moments before which nothing is read

    def watch(self, watch: Watch) -> None:
        """Read these from now on."""
        self._watch = watch
        self._example = self._chosen()
        self._next = dict.fromkeys(SHARES, 0.0)

    def _chosen(self) -> Batch:
        part = self._job.data.dev if self._watch.part == "dev" else self._job.data.train
        number = self._watch.example % part.count
        chosen = slice(number, number + 1)
        return Batch(part, chosen, self._job.settings.device, self._feeds, self._watch.own)

    def _watched(self) -> Mapping[str, Probe]:
        """The probes that somebody reads, by name; each lives as long as it is watched."""
        wanted = sorted(self._watch.probes & PROBES.keys())
        self._probes = {name: self._probes.get(name) or PROBES[name]() for name in wanted}
        return self._probes

    def read_if_due(self, course: Course) -> Iterator[Reading]:
        """Readings of those for which it is time."""
        now = time.perf_counter()
        due = [needs for needs, moment in self._next.items() if now >= moment]
        if due and self._watch.probes:
            yield from self.read(course.network, course.step, *due)

    def read(self, network: Network, step: int, *due: Pass) -> Iterator[Reading]:
        """Readings of all that is watched, now; of the named passes alone where some are named."""
        data, focus = self._job.data, self._watch.focus
        moment = Moment(
            network, self._job.graph, data.target, step, self._probe, self._example, focus, data
        )
        probes = self._watched()
        with torch.random.fork_rng(devices=[]):  # nothing here draws; if it did, the run is spared
            for needs in due or SHARES:
                begun = time.perf_counter()
                for probe in probes.values():
                    if probe.needs == needs:
                        yield from list(probe.read(moment) if due else probe.finish(moment))
                spent = time.perf_counter() - begun
                self._next[needs] = time.perf_counter() + max(SHORTEST, spent / SHARES[needs])
