"""A folder of sounds of one's own."""

import math
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine.axes import Labels, Signal
from engine.class_folders import is_filed, listed
from engine.dataset import Dataset
from engine.places import folder, place
from engine.samples import DataError, Samples
from engine.streamed import held
from engine.waiting import told
from engine.waves import Wave, is_wave, sound_of, wave_of

QUICK = 16 << 20, 2000  # numbers and files that are read in about half a second, and so at once
USUAL = 2.0  # s, if the first sound is longer
ROOM = 1 << 24  # numbers of one sound, at most
TONES, EACH, RATE, LENGTH = (220, 330, 440), 40, 8000, 800  # Hz, sounds a tone, Hz, frames


class SoundFiles:
    """The sounds of a folder as rows of float32, each read from its file when it is asked for."""

    dtype: np.dtype[Any] = np.dtype(np.float32)

    def __init__(self, waves: Sequence[Wave], channels: int, frames: int, *, mixed: bool) -> None:
        self._waves, self._mixed = waves, mixed
        self.shape: tuple[int, ...] = (len(waves), channels, frames)
        self.slow = len(waves) > QUICK[1] or sum(min(w.frames, frames) for w in waves) > QUICK[0]

    def read(self, places: NDArray[np.int64]) -> NDArray[np.float32]:
        found = np.zeros((len(places), *self.shape[1:]), np.float32)
        for row, number in zip(found, places.tolist(), strict=True):
            sound = sound_of(self._waves[number], self.shape[2])
            row[:, : sound.shape[1]] = sound.mean(0) if self._mixed else sound
        return found

    def mark(self, place: int) -> bytes:
        return blake2b(self.read(np.array([place])).tobytes(), digest_size=16).digest()


class SoundFolder(Dataset, title="Folder of sounds"):
    """Sounds of your own: a folder in which each class has a folder of WAV files, such as words/yes and words/no.

    With the folders train and test (and val), which hold those of the classes, the test part is fixed and stays
    sealed. All sounds should have the same rate. Many are read while the network learns. As long as no folder is named
    they are three tones in noise.
    """

    folder: str = Field(
        "",
        max_length=4096,
        title="Folder",
        description="Where the folders of the classes are, such as /home/me/words.",
    )
    seconds: float = Field(
        1.0,
        gt=0,
        le=600,
        allow_inf_nan=False,
        title="Seconds",
        description="How much of each sound is heard, from its beginning.",
    )
    lengths: Literal["the same", "their own"] = Field(
        "the same",
        title="Lengths",
        description="Shorter sounds are filled up with silence, or keep their own length, which the network knows.",
    )
    mixed: bool = Field(
        True, title="Mix channels", description="Left and right become one channel, their mean."
    )

    @classmethod
    def found_at(cls, path: Path) -> "SoundFolder | None":
        if not path.is_dir() or (first := is_filed(path, is_wave)) is None:
            return None
        try:
            seconds = min(USUAL, math.ceil(100 * wave_of(path / first).seconds) / 100)
        except DataError:
            seconds = 1.0
        return cls(folder=str(path), seconds=max(0.01, seconds))

    def load(self) -> Samples:
        if not place(self.folder).name:
            return tones()
        root = folder(self.folder)
        found = listed(root, is_wave, "WAV files")
        waves = []
        for number, file in enumerate(found.files):
            if number % 100 == 0:
                told(number, len(found.files), "Reading what the sounds are")
            waves.append(wave_of(root / file))
        rate = _the_rate(waves)
        channels = 1 if self.mixed else _the_channels(waves)
        frames = max(1, round(self.seconds * rate))
        own = self.lengths == "their own"
        if own:
            frames = min(frames, max(wave.frames for wave in waves))
        if channels * frames > ROOM:
            raise DataError(
                f"{self.seconds:g} s at {rate:,} Hz are {channels * frames:,} numbers a sound, which is too many. "
                "Choose fewer seconds."
            )
        return Samples(
            held(SoundFiles(waves, channels, frames, mixed=self.mixed), "Reading the sounds"),
            found.labels,
            Signal(channels, "time" if own else frames),
            Labels(found.classes),
            titles=found.files,
            held_out=found.test,
            judged=found.dev,
            lengths=np.array([min(w.frames, frames) for w in waves], np.int64) if own else None,
        )


def _the_rate(waves: Sequence[Wave]) -> int:
    """The rate that all have. Raises DataError."""
    counts = Counter(wave.rate for wave in waves)
    (usual, many), *others = counts.most_common()
    if others:
        odd = next(wave for wave in waves if wave.rate != usual)
        raise DataError(
            f"The sounds have {len(counts)} different rates: {many:,} have {usual:,} Hz, but {odd.path.name} has "
            f"{odd.rate:,} Hz. Save all with one rate, such as by sox in.wav -r {usual} out.wav."
        )
    return usual


def _the_channels(waves: Sequence[Wave]) -> int:
    """The number of channels that all have. Raises DataError."""
    first = waves[0]
    odd = next((wave for wave in waves if wave.channels != first.channels), None)
    if odd is not None:
        raise DataError(
            f"{first.path.name} has {first.channels} channels, but {odd.path.name} has {odd.channels}. Mix them, or "
            "save all with as many."
        )
    return first.channels


def tones() -> Samples:
    """Three tones in noise, a tenth of a second each."""
    chance = np.random.default_rng(0)
    time, labels = np.arange(LENGTH) / RATE, np.arange(EACH * len(TONES)) % len(TONES)
    phases = chance.uniform(0, 2 * np.pi, len(labels))
    waves = np.sin(2 * np.pi * np.array(TONES)[labels, None] * time + phases[:, None])
    sounds = 0.5 * waves + 0.2 * chance.standard_normal(waves.shape)
    names = tuple(f"{tone} Hz" for tone in TONES)
    return Samples(
        np.clip(sounds, -1, 1).astype(np.float32)[:, None],
        labels.astype(np.int64),
        Signal(1, LENGTH),
        Labels(names),
    )
