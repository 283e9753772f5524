"""Every test runs without a screen, with one torch thread, and leaves no thread behind."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = os.environ["XDG_CACHE_HOME"] = (
    os.path.join(os.environ.get("PYTEST_TMP", "/tmp"), f"chainrule-tests-{os.getpid()}")
)  # preferences and logs of tests stay away from those of the person

import faulthandler
import gc
import threading
from collections.abc import Iterator

import pytest
import torch

from app.launch.garbage import collect

torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def no_dump_of_what_takes_long(request: pytest.FixtureRequest) -> None:
    """A campaign takes longer than tests may, and a dump of the stack while torch writes code can end the process."""
    if request.node.get_closest_marker("campaign"):
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture(autouse=True)
def garbage_is_collected_here(request: pytest.FixtureRequest) -> Iterator[None]:
    """Widgets of earlier tests must not die in a training thread: beside widgets only this thread collects."""
    if "qapp" not in request.fixturenames:
        gc.enable()
        yield
        return
    if gc.isenabled():
        gc.collect()
        gc.freeze()
        gc.disable()
    yield
    collect()


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """A training thread that outlives its test fails it."""
    yield
    left = [thread.name for thread in threading.enumerate() if thread.name == "training"]
    assert not left, "a training thread outlived the test"
