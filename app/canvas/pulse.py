"""The pulse of the run on the canvas: live pictures a few times a second, dots on the wires more often.

Both only while the canvas is seen; what is not in view is drawn when it comes into view.
"""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from app.canvas.camera import Camera
from app.canvas.dots import Dots
from app.canvas.scene import CanvasScene
from app.canvas.vitals import PROBES, sources_of, vital_of
from app.canvas.wire_gradient import Signals
from app.canvas.wire_item import NO_DOTS
from app.health import Verdict, error_signals, verdict
from app.studio import Studio
from engine.dataset import DataError
from engine.events import Event, Measured, Steps
from engine.graph import NodeId
from engine.run import Run

PICTURES = 0.4  # seconds between two pictures of a node
DOTS = 1 / 6
SPEED = 4.0  # px that dots move in a tick
PERIOD = 12.0  # px from dot to dot


class Pulse(QObject):
    """Hands what the run says to the scene; `judged` with the verdict whenever it may have changed."""

    judged = Signal(object)  # Verdict | None

    def __init__(self, studio: Studio, scene: CanvasScene, camera: Camera) -> None:
        super().__init__(scene)
        self._studio, self._scene, self._camera = studio, scene, camera
        self._signals = Signals(studio)
        self._seen: dict[NodeId, tuple[object, ...]] = {}
        self._phase = 0.0
        self._flowing = False
        self._is_on = False
        session = studio.session
        self._pictures = session.turns.turn(self, self.beat, PICTURES)
        self.dots = Dots(studio.theme)
        self._dots = session.turns.turn(self, self._run_dots, DOTS)
        studio.preflight.changed.connect(self._soon)
        session.advanced.connect(self._advance)
        session.run_changed.connect(self._soon)
        session.example_changed.connect(self._soon)
        session.state_changed.connect(self._state)
        scene.followed.connect(self._soon)
        studio.view_changed.connect(self._soon)
        studio.view_changed.connect(self._watch)
        scene.emptied.connect(self._seen.clear)

    def start(self) -> None:
        """The canvas is seen from now on."""
        self._is_on = True
        self._watch()
        self.beat()
        self._state()

    def _watch(self) -> None:
        """Ask for what is shown, and for no more."""
        if self._is_on:
            along = frozenset({"WireSignal"}) if self._studio.shows_gradients else frozenset[str]()
            self._studio.session.watch(self, PROBES | along)

    def stop(self) -> None:
        """Nobody looks: nothing is measured for the canvas, nothing moves."""
        self._is_on = False
        self._studio.session.watch(self, frozenset())
        self._pictures.drop()
        self._dots.drop()

    def beat(self) -> None:
        """Show the latest readings of every node whose readings are new."""
        studio = self._studio
        run, example = self._run, studio.session.example
        try:
            data = studio.document.meaning.data
        except DataError:
            return
        for name in self._seen.keys() - self._scene.nodes.keys():
            del self._seen[name]
        shown = self.measured if run is None else run
        for name, node in studio.graph.nodes.items():
            known = studio.known(node)
            sources = sources_of(known, shown, data, example)
            if not _same(sources, self._seen.get(name)):
                self._seen[name] = sources
                self._scene.show_vital(name, vital_of(known, shown, data, example))
        self._scene.show_signals(self._signals.of(self.measured))
        self.judged.emit(self.verdict)

    @property
    def _run(self) -> Run | None:
        """The run whose readings belong to the data of the drawing."""
        run = self._studio.session.run
        return run if run and run.recipe == self._studio.document.project.recipe else None

    @property
    def measured(self) -> Run | None:
        """Whose error signals are those of the drawing: the pre-flight's where no run has trained this network."""
        return self._studio.preflight.run if self._studio.preflight.speaks else self._run

    @property
    def verdict(self) -> Verdict | None:
        """What the error signal says, as far as it is measured."""
        flight, run = self._studio.preflight, self._studio.session.run
        if flight.speaks or (run is None and self._studio.shows_gradients):
            return flight.verdict
        return verdict(run.graph.flat, error_signals(run.history)) if run else None

    def _advance(self, events: Sequence[Event]) -> None:
        """Something happened: show it, if nodes or wires do."""
        if not events or any(not isinstance(event, Steps | Measured) for event in events):
            self._soon()

    def _soon(self) -> None:
        if self._is_on:
            self._pictures.ask()

    def _state(self) -> None:
        self._soon()
        is_training = self._is_on and self._studio.session.state == "training"
        if is_training and self._studio.theme.moves:
            self._dots.ask()
        else:
            self._dots.drop()
            self._still()

    def _run_dots(self) -> None:
        self._phase = (self._phase + SPEED) % PERIOD
        self._flowing = True
        if self._camera.zoom >= NO_DOTS:
            self.dots.run(self._scene, self._scene.wires_in(self._camera.sees), self._phase)
        self._dots.ask()

    def _still(self) -> None:
        if self._flowing:
            self._flowing = False
            self.dots.stop()


def _same(now: tuple[object, ...], before: tuple[object, ...] | None) -> bool:
    if before is None or len(now) != len(before):
        return False
    return all(
        a is b or (isinstance(a, int | str) and a == b) for a, b in zip(now, before, strict=True)
    )
