"""The command line as a process of its own, for what runs a person's Python: it can be ended whatever that does.

A thread that is in somebody else's endless loop cannot be ended; a process can. What comes back are JSON lines and
files, never objects.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

LOOK_S = 0.05  # between two looks at whether it has ended
ROOT = Path(__file__).parents[1]  # where this program lies, wherever it is started from


class Aside:
    """One command under way: `chainrule import …`, given as its words. It is ended with the `with` block around it."""

    def __init__(self, words: Sequence[str]) -> None:
        self._folder = TemporaryDirectory(prefix="chainrule-")
        said, trouble = (Path(self._folder.name, name) for name in ("said", "trouble"))
        known = os.environ.get("PYTHONPATH")
        path = os.pathsep.join([str(ROOT), *([known] if known else [])])
        self._said, self._trouble = said, trouble.open("w+b")
        with said.open("wb") as out:
            self._process = subprocess.Popen(  # noqa: S603 (this very program)
                [sys.executable, "-P", "-m", "engine", *words],
                stdin=subprocess.DEVNULL, stdout=out, stderr=self._trouble,
                env={**os.environ, "PYTHONPATH": path}, start_new_session=os.name == "posix",
            )  # fmt: skip
        self._heard = 0

    def __enter__(self) -> "Aside":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def wait(self, keep: Callable[[], bool] = lambda: True) -> int | None:
        """Its exit code once it has ended; None if it was ended because `keep()` said no."""
        while keep():
            try:
                return self._process.wait(LOOK_S)
            except subprocess.TimeoutExpired:
                continue
        self.end()
        return None

    def end(self) -> None:
        """End it, with all that it has started, if it still runs."""
        if self._process.poll() is None:
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
            self._process.wait()
        self._trouble.close()
        self._folder.cleanup()

    def heard(self) -> str:
        """What came on stderr since the last time."""
        self._trouble.flush()
        with Path(self._trouble.name).open("rb") as trouble:
            trouble.seek(self._heard)
            found = trouble.read()
        self._heard += len(found)
        return found.decode(errors="replace")

    def records(self) -> list[dict[str, Any]]:
        """The JSON lines that it said; what a person's Python printed among them is left out."""
        return [
            one for one in map(_record, self._said.read_text(errors="replace").splitlines()) if one
        ]


def _record(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "event" in found else None
