"""What data sets need is loaded behind the window."""

import subprocess
import sys

PROGRAM = """
import sys
from app.launch.warmth import warmed
assert "sklearn" not in sys.modules
runner = warmed()
assert runner.join(60)
assert "sklearn.datasets" in sys.modules
assert not runner.drain()
"""


def test_the_libraries_are_loaded_in_the_background_and_nothing_is_left() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
