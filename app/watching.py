"""Who reads which probes, of which example, and what is looked at closely: what a run is told to measure."""

from PySide6.QtCore import QObject, Signal

from engine.control import INSTRUMENT_SHARE, NOTHING_TYPED, Focus, Forced, Own, Typed, Watch


class Watchers(QObject):
    """Each says what it reads; a probe that nobody reads does not run."""

    example_changed = Signal()  # another example is shown
    focus_changed = Signal()  # another node or cell is looked at closely
    asked = Signal()  # something else has to be measured now

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.part, self.example = "dev", 0
        self.focus: Focus | None = None  # the node, and perhaps the cell, that is looked at closely
        self.forced: Forced | None = None  # a gate that is held on a copy
        self.own: Own | None = None  # what a person brought, in place of the example
        self.share = INSTRUMENT_SHARE  # what measuring may take of the training time
        self.typed: Typed = NOTHING_TYPED  # for the network to go on from, or to translate
        self._read: dict[int, frozenset[str]] = {}

    def take(self, watcher: object, probes: frozenset[str]) -> None:
        """Somebody reads these from now on; an empty set is none."""
        self._read[id(watcher)] = probes

    def choose(self, part: str, example: int) -> None:
        """Another example is shown from now on."""
        self.part, self.example, self.own = part, example, None
        self.example_changed.emit()
        self.asked.emit()

    def show_own(self, own: Own) -> None:
        """What a person brought is shown, until another example is chosen."""
        self.own = own
        self.example_changed.emit()
        self.asked.emit()

    def look_closely(self, focus: Focus) -> None:
        """A node, and perhaps one cell of what it gives out, is looked at closely."""
        if focus == self.focus:
            return
        self.focus = focus
        self.focus_changed.emit()
        from engine.probes import PROBES  # and torch, which the window does not wait for

        if any(PROBES[name].follows for name in self.wanted & PROBES.keys()):
            self.asked.emit()

    def hold(self, forced: Forced | None) -> None:
        """A gate is held open or shut on a copy of a recurrent layer; None for none."""
        if forced != self.forced:
            self.forced = forced
            self.asked.emit()

    def type_in(self, typed: Typed) -> None:
        """Another text was typed, or it is to be gone on with in another way."""
        if typed != self.typed:
            self.typed = typed
            self.asked.emit()

    def forget(self) -> None:
        """Another project is open: what was brought and looked at belongs to the one before."""
        self.focus = self.own = self.forced = None
        self.typed = NOTHING_TYPED

    @property
    def wanted(self) -> frozenset[str]:
        """The probes that anybody reads."""
        return frozenset[str]().union(*self._read.values())

    @property
    def command(self) -> Watch:
        """What a run is told."""
        example = (self.part, self.example, self.focus, self.own)
        return Watch(self.wanted, *example, self.share, self.forced, self.typed)
