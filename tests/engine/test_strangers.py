"""Files of strangers, by the thousand: each opens or is refused in a sentence; none runs, hangs, or leaves its folder.

`pytest -m campaign -s tests/engine/test_strangers.py` reads 40,000 and prints how many of which kind there were.
"""

import os
import re
import signal
import tracemalloc
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from strangers import Stranger

from engine.dataset import DataError, Dataset, datasets_at
from engine.datasets import DATASETS
from engine.project import Project
from engine.storage import ProjectError, load, save, text_of

LONGEST_S = 20  # no file takes a tenth of a second; after so long it hangs
LARGEST = 32 << 20  # bytes that the reading of a file of some kilobytes may take
WithRuns = Callable[[int], Project]


@contextmanager
def no_hang(what: str) -> Iterator[None]:
    """Fails, instead of waiting for ever."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        pytest.fail(f"{what} is read without end")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LONGEST_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def read(path: Path) -> str:
    """Reads a file as the program does; what opens must be whole: written and read once more it is the same."""
    try:
        project = load(path)
    except ProjectError as error:
        said = str(error)
        assert said.endswith((".", "?"))
        assert "\n" not in said
        assert len(said) < 2000
        assert not re.search(r"\w+Error\b|Traceback|pydantic|\b0x", said)
        return "refused"
    again = path.with_name("again.chainrule")
    save(project, again)
    assert text_of(load(again)) == text_of(project)
    again.unlink()
    return "opened"


def many(honest: Project, folder: Path, count: int, seed: int) -> Counter[str]:
    """How many of so many files, half of them mutated and half made up, had which end."""
    inside = folder / "inside"
    inside.mkdir()
    path = inside / "mine.chainrule"
    save(honest, path)
    stranger, ends = Stranger(path, seed), Counter[str]()
    tracemalloc.start()
    try:
        for number in range(count):
            kind = stranger.generated(path) if number % 4 == 0 else stranger.mutated(path)
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            with no_hang(f"file {number} of seed {seed} ({kind})"):
                end = read(path)
            taken = tracemalloc.get_traced_memory()[1] - before
            assert taken < LARGEST, f"file {number} of seed {seed} ({kind}) took {taken:,} bytes"
            ends[f"{kind}, {end}"] += 1
    finally:
        tracemalloc.stop()
    assert [file.name for file in folder.iterdir()] == ["inside"]
    assert [file.name for file in inside.iterdir()] == ["mine.chainrule"]
    return ends


def sums(ends: Counter[str]) -> tuple[int, int]:
    """How many were refused, and how many opened."""
    refused = sum(count for end, count in ends.items() if end.endswith("refused"))
    return refused, ends.total() - refused


def test_hundreds_of_files_open_or_are_refused_in_a_sentence(
    tmp_path: Path, with_runs: WithRuns
) -> None:
    refused, opened = sums(many(with_runs(1), tmp_path, 300, seed=0))
    assert refused > 150
    assert opened > 10


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_part_that_claims_to_be_a_gigabyte_makes_no_room_for_it(
    tmp_path: Path, with_runs: WithRuns, packing: int
) -> None:
    path, claimed = tmp_path / "mine.chainrule", (1 << 30).to_bytes(4, "little")
    save(with_runs(1), path)
    parts = Stranger(path, 0).parts
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    whole = bytearray(path.read_bytes())
    entry = whole.index(b"PK\x01\x02", whole.index(b"PK\x01\x02") + 1)  # of the first run's record
    whole[entry + 20 : entry + 24] = claimed  # packed
    if packing == zipfile.ZIP_STORED:
        whole[entry + 24 : entry + 28] = claimed
    path.write_bytes(whole)
    tracemalloc.start()
    try:
        assert read(path) == "refused"
        assert tracemalloc.get_traced_memory()[1] < LARGEST
    finally:
        tracemalloc.stop()


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(1, 5))
def test_tens_of_thousands_of_files(tmp_path: Path, with_runs: WithRuns, seed: int) -> None:
    ends = many(with_runs(1), tmp_path, 10_000, seed)
    refused, opened = sums(ends)
    print(f"\n{ends.total():,} files: {refused:,} refused in a sentence, {opened:,} opened")
    for end, count in sorted(ends.items()):
        print(f"{count:8,} {end}")


# -- what a stranger's file may name --------------------------------------------------------------

NAMED = [
    kind.model_validate({field: "x"})
    for kind in DATASETS.values()
    for field in ("file", "folder")
    if field in kind.model_fields
]


@pytest.mark.parametrize("dataset", NAMED, ids=lambda dataset: dataset.name)
@pytest.mark.parametrize(
    "what", ["/dev/zero", "/dev/tty", "a pipe", "/proc/self/mem", "a\0b", "~none/x"]
)
def test_data_in_a_device_or_under_an_impossible_name_are_refused(
    tmp_path: Path, dataset: Dataset, what: str
) -> None:
    pipe = tmp_path / "a pipe"
    os.mkfifo(pipe)
    field = "file" if "file" in type(dataset).model_fields else "folder"
    asked = dataset.model_copy(update={field: str(pipe) if what == "a pipe" else what})
    with no_hang(f"{dataset.name} in {what}"), pytest.raises(DataError):
        asked.load()


@pytest.mark.parametrize("what", ["/dev/zero", "/dev/tty", "a pipe"])
def test_a_device_is_no_data_set(tmp_path: Path, what: str) -> None:
    pipe = tmp_path / "a pipe"
    os.mkfifo(pipe)
    with no_hang(what):
        assert datasets_at(pipe if what == "a pipe" else Path(what)) == []
