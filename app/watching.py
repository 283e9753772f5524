"""Who reads which probes, and of which example: what a run is told to measure."""

from engine.control import INSTRUMENT_SHARE, Watch


class Watchers:
    """Each says what it reads; a probe that nobody reads does not run."""

    def __init__(self) -> None:
        self.part, self.example = "dev", 0
        self.share = INSTRUMENT_SHARE  # what measuring may take of the training time
        self._read: dict[int, frozenset[str]] = {}

    def take(self, watcher: object, probes: frozenset[str]) -> None:
        """Somebody reads these from now on; an empty set is none."""
        self._read[id(watcher)] = probes

    @property
    def wanted(self) -> frozenset[str]:
        """The probes that anybody reads."""
        return frozenset[str]().union(*self._read.values())

    @property
    def command(self) -> Watch:
        """What a run is told."""
        return Watch(self.wanted, self.part, self.example, share=self.share)
