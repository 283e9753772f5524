"""Wrong data is refused in words, before anything is trained on it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.axes import Labels, Row, Sequence, Tokens, Values
from engine.samples import DataError, Samples, read_arrays

GOOD: dict[str, Any] = {
    "inputs": np.zeros((4, 3), np.float32),
    "targets": np.array([0, 1, 0, 1]),
    "axes": Row(3),
    "target": Labels(("a", "b")),
}


def test_good_samples_become_read_only() -> None:
    samples = Samples(**{**GOOD, "inputs": np.zeros((4, 3), np.float32)})
    with pytest.raises(ValueError, match="read-only"):
        samples.inputs[0] = 1
    Samples(**{**GOOD, "inputs": np.zeros((4, 7, 3), np.float32), "axes": Sequence("time", 3)})
    Samples(**{**GOOD, "inputs": np.zeros((4, 7), np.int64), "axes": Tokens(7, 9)})
    Samples(**{**GOOD, "targets": np.zeros((4, 2), np.float32), "target": Values(("x", "y"))})


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"axes": Row(4)}, "should be 4"),
        ({"axes": Sequence("time", 3)}, "should be time×3"),
        ({"inputs": np.zeros((4, 3))}, "cannot be stored as float64"),
        ({"inputs": np.full((4, 3), np.nan, np.float32)}, "missing or infinite"),
        ({"targets": np.array([0, 1, 0])}, "4 examples need 4 targets"),
        ({"targets": np.array([0, 1, 0, 2])}, "not one of the 2 classes"),
        ({"targets": np.array([0, 1, 0, -1])}, "not one of the 2 classes"),
        (
            {"targets": np.full((4, 1), np.inf, np.float32), "target": Values(("x",))},
            "targets are missing or infinite",
        ),
        ({"titles": ("one",)}, "one title an example"),
        ({"held_out": np.array([4])}, "test part"),
        ({"held_out": np.array([1, 1])}, "test part"),
    ],
)
def test_wrong_samples_are_refused_in_words(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(DataError, match=words):
        Samples(**{**GOOD, **wrong})


def test_arrays_come_back_from_a_file(tmp_path: Path) -> None:
    np.savez(tmp_path / "good.npz", x=np.arange(3), y=np.ones(2))
    assert list(read_arrays(tmp_path / "good.npz", "x")["x"]) == [0, 1, 2]


def test_a_bad_file_gives_a_sentence(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "good.npz", x=np.arange(1000))
    whole = (tmp_path / "good.npz").read_bytes()
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 0xFF
    np.savez(tmp_path / "objects.npz", x=np.array([{}], dtype=object))
    np.save(tmp_path / "single.npy", np.arange(3))
    files = {
        "truncated.npz": whole[: len(whole) // 2],
        "damaged.npz": bytes(damaged),
        "empty.npz": b"",
        "foreign.npz": b"not an archive",
        "without_x.npz": whole.replace(b"x.npy", b"z.npy"),
        "objects.npz": (tmp_path / "objects.npz").read_bytes(),
        "single.npz": (tmp_path / "single.npy").read_bytes(),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    for name in (*files, "missing.npz"):
        with pytest.raises(DataError, match=f"The file {name} cannot be read"):
            read_arrays(tmp_path / name, "x")
