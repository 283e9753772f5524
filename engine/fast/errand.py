"""The helper process, seen from the run: sent off, looked after now and then, and called back."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from engine.dataset import Recipe
from engine.fast import packages
from engine.fast.whole import Size
from engine.job import Job
from engine.project import Project
from engine.storage import ProjectError, save

ROOT = Path(__file__).parents[2]  # where `engine` is imported from


class Errand:
    """One package on its way: `look` says where it is, or that it will not come."""

    def __init__(self, job: Job, size: Size) -> None:
        """Send the helper off. Raises OSError and ProjectError."""
        self.size, self.refused = size, ""
        self._name = packages.key(job, size)
        self._place = packages.found(self._name)
        self._process: subprocess.Popen[bytes] | None = None
        if self._place is None:
            if job.recipe is None:
                raise ProjectError("the data of this run have no recipe")
            self._send(job, job.recipe)

    def _send(self, job: Job, recipe: Recipe) -> None:
        self._folder = TemporaryDirectory(prefix="chainrule-step-")
        self._said = TemporaryFile()  # noqa: SIM115 (closed when the helper has ended)
        place = Path(self._folder.name)
        try:
            save(Project("step", job.graph, recipe, job.settings), place / "wish.chainrule")
            wish = {"batch": self.size.batch, "count": self.size.count}
            (place / "wish.json").write_text(json.dumps(wish))
            self._process = subprocess.Popen(  # noqa: S603 (this very program)
                [sys.executable, "-m", "engine.fast.compiler", str(place)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._said,
                env=_environment(place, job.settings.threads), cwd=place, start_new_session=True,
            )  # fmt: skip
        except (OSError, ProjectError):
            self._clear()
            raise

    def look(self) -> Path | None:
        """The package, once it is there; `refused` says why it never will be."""
        if self._process is None or (code := self._process.poll()) is None:
            return self._place
        self._process = None
        if code:
            self._said.seek(0)
            words = self._said.read().decode(errors="replace").strip().splitlines()
            self.refused = words[-1] if words else f"the compiler ended with {code}"
        else:
            try:
                self._place = packages.keep(Path(self._folder.name) / "step.so", self._name)
            except OSError as error:
                self.refused = f"the package could not be kept: {error.strerror or error}"
        self._clear()
        return self._place

    def close(self) -> None:
        """Call the helper back."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, 9)  # its C++ compiler too
        self._process.wait()
        self._process = None
        self._clear()

    def _clear(self) -> None:
        self._said.close()
        with contextlib.suppress(OSError):
            self._folder.cleanup()


def _environment(place: Path, threads: int) -> dict[str, str]:
    found = os.environ | {
        "OMP_NUM_THREADS": str(threads),
        "TORCHINDUCTOR_CACHE_DIR": str(place / "inductor"),
        "TORCHINDUCTOR_COMPILE_THREADS": "1",
    }
    found["PYTHONPATH"] = os.pathsep.join([str(ROOT), found.get("PYTHONPATH", "")]).rstrip(
        os.pathsep
    )
    return found
