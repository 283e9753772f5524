"""What keeping projects costs: saving and opening a large one, and keeping it for the case of a crash.

`python tests/benchmarks/projects.py [--json] [--case NAME]`: a table, or one object a line. Medians;
what is compared alternates in one run, on one disk. `bar` is what was asked for and `met` whether it was reached; rows
without a bar inform. A case for data of one's own is one function here, which yields rows, and one line in `CASES`.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
from folders import pictures
from own_tables import tables
from table import Measured, options, row, say

from engine.events import Best, Checkpoint, Started, Steps
from engine.project import Project, fresh_run
from engine.recovery import Keeper, still
from engine.run import record
from engine.storage import load, save
from engine.template import template

TURNS = 5
WEIGHT = 50_000_000  # bytes of the last weights, and as many of the best


def large(weight: int = WEIGHT) -> Project:
    """A project of one run of a hundred thousand steps whose weights fill a file of 100 MB."""
    project, chance = template("small-convnet"), np.random.default_rng(0)
    run = fresh_run(project)
    for event in (
        Started(0, 0.0, 10, 10_000, 7000, 1500, 1500, 0, 1, "cpu"),
        Steps(100_000, 10.0, chance.random(100_000), 0.5, 0.1),
        Best(90_000, 9, 0.5, {"conv_1.weight": chance.random(weight // 4, np.float32)}),
        Checkpoint(
            100_000, 10, 0, {"conv_1.weight": chance.random(weight // 4, np.float32)}, {},
            np.arange(16, dtype=np.uint8),
        ),
    ):  # fmt: skip
        run = record(run, event)
    return replace(project, runs=(run,))


# -- the file ------------------------------------------------------------------------------------


def copied(source: Path, target: Path) -> None:
    """A plain copy with sync: what the disk can do."""
    with source.open("rb") as read, target.open("wb") as written:
        while block := read.read(1 << 20):
            written.write(block)
        written.flush()
        os.fsync(written.fileno())


def read_plainly(source: Path) -> int:
    """Bytes, read and left aside: what the disk can do when a file is opened."""
    return len(source.read_bytes())


def spent(do: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


def saving() -> Iterator[Measured]:
    """Saving and opening beside a plain copy of the same file, in turns."""
    project = large()
    with TemporaryDirectory(dir=Path.home()) as place:
        file, copy = Path(place) / "large.chainrule", Path(place) / "copy"
        save(project, file)
        ratios, opened, copies = [], [], []
        for _ in range(TURNS):
            plain = spent(lambda: copied(file, copy))
            ratios.append(plain / spent(lambda: save(project, file)))
            opened.append(plain / spent(lambda: load(file)))
            copies.append(plain)
        size = file.stat().st_size
    yield row("save", "the file", size / 1e6, "MB", None)
    yield row("save", "a plain copy with sync", statistics.median(copies), "s", None)
    yield row(
        "save", "speed of saving / of the copy", statistics.median(ratios), "×", 0.5, least=True
    )
    yield row(
        "save", "speed of opening / of the copy", statistics.median(opened), "×", 0.5, least=True
    )


# -- beside the window ---------------------------------------------------------------------------


def window() -> Iterator[Measured]:
    """A real window without a screen, in which a large project is opened and saved, in turns with plain copies."""
    from desk import Desk, percentile
    from watched import Watched

    from app.launch.warmth import LATER

    project = large()
    with TemporaryDirectory(dir=Path.home()) as place:
        file, copy = Path(place) / "large.chainrule", Path(place) / "copy"
        save(project, file)
        for name in LATER:  # as the program has by then
            import_module(name)
        desk = Desk()
        papers, document = desk.window.papers, desk.studio.document
        watched = Watched()
        late: dict[str, list[float]] = {"idle": [], "opening": [], "saving": []}
        ratios: dict[str, list[float]] = {"opening": [], "saving": []}
        for turn in range(TURNS):
            plain = spent(lambda: copied(file, copy))
            late["idle"] += watched.during(lambda: desk.live(0.5))
            begun = time.perf_counter()
            late["opening"] += watched.until(
                lambda: papers.open(file), lambda: not papers.reading.busy
            )
            ratios["opening"].append(plain / (time.perf_counter() - begun))
            desk.live(0.5)
            document.change("Write", replace(document.project, notes=str(turn)))
            begun = time.perf_counter()
            late["saving"] += watched.until(papers.save, lambda: not papers.saving.busy)
            ratios["saving"].append(plain / (time.perf_counter() - begun))
    for what, values in late.items():
        bar = None if what == "idle" else 33.0
        yield row("window", f"{what}: event loop's delay, p99", percentile(values, 99), "ms", bar)
        yield row("window", f"{what}: event loop's delay, longest", max(values), "ms", None)
    for what, found in ratios.items():
        metric = f"speed of {what} in the window / of a plain copy"
        yield row("window", metric, statistics.median(found), "×", 0.5, least=True)


# -- keeping for the case of a crash -------------------------------------------------------------


def keeping() -> Iterator[Measured]:
    """What keeping takes: of a small project after an edit, and of a large one while its run goes on."""
    for name, project in (("small-convnet", template("small-convnet")), ("100 MB", large())):
        with TemporaryDirectory(dir=Path.home()) as place:
            keeper = Keeper(Path(place) / "kept")
            keeper.keep(project, None)
            edits, runs, copies = [], [], []
            for turn in range(TURNS):
                edited = replace(project, notes=str(turn))
                edits.append(1000 * spent(lambda k=keeper, p=edited: k.keep(p, None)))
                live = edited.runs[-1].history if edited.runs else None
                copies.append(1000 * spent(lambda p=edited, h=live: still(p, h)))
                if edited.runs:
                    run = replace(edited.runs[-1])
                    run.history.step += 1
                    grown = replace(edited, runs=(run,))
                    runs.append(1000 * spent(lambda k=keeper, p=grown: k.keep(p, None)))
        yield row(
            "keeping",
            f"{name}: after an edit, beside the window",
            statistics.median(edits),
            "ms",
            None,
        )
        yield row("keeping", f"{name}: in the window's thread", statistics.median(copies), "ms", 33)
        if runs:
            yield row(
                "keeping",
                f"{name}: with its run, beside the window",
                statistics.median(runs),
                "ms",
                None,
            )


CASES: dict[str, Callable[[], Iterator[Measured]]] = {
    "save": saving,
    "window": window,
    "keeping": keeping,
    "tables": tables,
    "pictures": pictures,
}


def main() -> int:
    """Measure what was asked for and print it."""
    asked = options(__doc__, CASES).parse_args()
    for name in asked.case or CASES:
        say(CASES[name](), asked)
    return 0


if __name__ == "__main__":
    sys.exit(main())
