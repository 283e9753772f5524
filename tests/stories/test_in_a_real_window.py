"""The road once more in a real window, on a virtual X display where one can be had (Xvfb), and offscreen otherwise."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROAD = Path(__file__).with_name("test_the_road.py")
LIMIT_S = 300


@pytest.fixture
def platform() -> Iterator[dict[str, str]]:
    """What the environment says of the screen: a virtual display of its own, if the machine has one."""
    if shutil.which("Xvfb") is None:
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as said:
            number = said.readline().strip()
        assert number, "Xvfb did not start"
        yield {"QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{number}"}
    finally:
        server.terminate()
        server.wait(20)


def test_the_road_on_a_real_screen(platform: dict[str, str], tmp_path: Path) -> None:
    environment = {**os.environ, **platform, "XDG_CONFIG_HOME": str(tmp_path)}
    environment.pop("WAYLAND_DISPLAY", None)
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(ROAD)]
    done = subprocess.run(
        words, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
