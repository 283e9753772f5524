"""A run in a process of its own: it trains, stands still, and its crash leaves the window whole."""

import multiprocessing
import os
import signal
from collections.abc import Callable

from person import Person

from engine.events import Failed


def test_a_run_in_a_process_of_its_own_and_its_crash(desk: Callable[..., Person]) -> None:
    person = desk("one-hidden-layer", epochs=10_000)
    session = person.studio.session
    person.window.trigger("run.apart")
    assert person.studio.preferences.flag("run/apart", default=False)

    person.press("Train")
    person.wait(lambda: session.run is not None and session.run.history.step > 20)
    (process,) = multiprocessing.active_children()
    assert process.pid != os.getpid()
    person.press("Pause")
    person.state("paused")
    step = person.step
    person.press("Step")
    person.wait(lambda: person.step == step + 1)
    person.press("Train")
    person.wait(lambda: person.step > step + 20)

    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    person.state("idle")
    assert session.run is not None
    ended = session.run.history.ended
    assert isinstance(ended, Failed)
    assert "ended unexpectedly" in ended.message
    assert person.window.isVisible()
    assert not multiprocessing.active_children()
