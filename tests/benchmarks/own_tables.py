"""A table of a million rows and thirty columns, made ready to train, beside the bare read of it by the same library.

In turns in one run, the file warm in the system's cache for both. "Ready" is what training is handed: the three parts
with gaps filled, categories as ones and zeros, standardised by the train part; "bare" is `pyarrow.csv.read_csv` alone.
"""

import csv
import gc
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from pyarrow.csv import read_csv
from table import Measured, row

from engine.dataset import Recipe, load, prepare
from engine.datasets.table_file import TableFile
from engine.table.reading import _remembered

ROWS, COLUMNS, TURNS = 1_000_000, 30, 5
BLOCK = 50_000  # rows written at a time


def numbers_alone(path: Path, rows: int = ROWS) -> None:
    """29 columns of numbers and a class."""
    chance = np.random.default_rng(0)
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write(",".join([*(f"x{n}" for n in range(COLUMNS - 1)), "label"]) + "\n")
        for start in range(0, rows, BLOCK):
            many = min(BLOCK, rows - start)
            block = np.column_stack(
                [chance.normal(size=(many, COLUMNS - 1)), chance.integers(0, 3, many)]
            )
            np.savetxt(file, block, "%.5g", ",")


def mixed(path: Path, rows: int = ROWS) -> None:
    """24 columns of numbers, one of them with gaps, 4 of words, a date and a class, as such tables often are."""
    chance = np.random.default_rng(1)
    towns = [f"town {n}" for n in range(40)]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            [*(f"x{n}" for n in range(24)), "town", "colour", "plan", "shop", "day", "label"]
        )
        for start in range(0, rows, BLOCK):
            many = min(BLOCK, rows - start)
            values = chance.normal(size=(many, 24)).round(4).astype(str)
            values[chance.random(many) < 0.1, 3] = ""
            words = [
                np.array(kinds)[chance.integers(0, len(kinds), many)]
                for kinds in (towns, ["red", "green"], ["a", "b", "c"], towns[:12])
            ]
            days = np.datetime64("2020-01-01") + chance.integers(0, 900, many)
            label = np.array(["no", "yes"])[chance.integers(0, 2, many)]
            writer.writerows(np.column_stack([values, *words, days.astype(str), label]).tolist())


def spent(do: Callable[[], object]) -> float:
    """Seconds that a call takes; what it made is let go afterwards."""
    gc.collect()
    begun = time.perf_counter()
    kept = do()
    taken = time.perf_counter() - begun
    del kept
    return taken


def forget() -> None:
    """Let go of all that was read, so that it is read anew."""
    for memory in (prepare, load, _remembered):
        memory.cache_clear()


def tables() -> Iterator[Measured]:
    """Both tables, read barely and made ready, in turns."""
    with TemporaryDirectory(dir=Path.home()) as place:
        for name, write in (("numbers", numbers_alone), ("mixed", mixed)):
            path = Path(place) / f"{name}.csv"
            write(path)
            recipe = Recipe.usual(TableFile(file=str(path), target="label"))
            read_csv(path)
            bare, ready, ratios = [], [], []
            for _ in range(TURNS):
                forget()
                bare.append(spent(lambda p=path: read_csv(p)))
                ready.append(spent(recipe.prepare))
                ratios.append(ready[-1] / bare[-1])
            forget()
            yield row("tables", f"{name}: the file", path.stat().st_size / 1e6, "MB", None)
            yield row("tables", f"{name}: bare read", statistics.median(bare), "s", None)
            yield row("tables", f"{name}: ready to train", statistics.median(ready), "s", None)
            path.unlink()
            yield row(
                "tables",
                f"{name}: ready / bare",
                statistics.median(ratios),
                "×",
                1.5,
            )
