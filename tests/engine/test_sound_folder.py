"""Folders of sounds: numbers as other readers have them, lengths, rates, and what is said of damaged files."""

import struct
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.io import wavfile

from engine.axes import Signal
from engine.beginning import first_project
from engine.control import Control
from engine.dataset import DataError, Recipe, datasets_at
from engine.datasets import sound_folder
from engine.datasets.sound_folder import SoundFolder
from engine.events import Validated
from engine.job import Job, prepare
from engine.streamed import Streamed
from engine.train import train
from engine.waves import sound_of, wave_of

CHANCE = np.random.default_rng(0)


def sound(path: Path, frames: int = 100, rate: int = 1000, channels: int = 1) -> np.ndarray:
    path.parent.mkdir(parents=True, exist_ok=True)
    values = CHANCE.integers(-32768, 32767, (frames, channels), np.int16)
    wavfile.write(path, rate, values)
    return values


def sounds(root: Path, **options: int) -> Path:
    for name in ("no", "yes"):
        for number in range(5):
            sound(root / name / f"{number}.wav", **options)
    return root


def written(
    path: Path, form: bytes, data: bytes, *before: bytes, length: int | None = None
) -> Path:
    size = struct.pack("<I", len(data) if length is None else length)
    chunks = b"".join([b"fmt ", struct.pack("<I", len(form)), form, *before, b"data", size, data])
    path.write_bytes(b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks)
    return path


def form(code: int, channels: int, rate: int, bits: int, more: bytes = b"") -> bytes:
    each = channels * bits // 8
    return struct.pack("<HHIIHH", code, channels, rate, rate * each, each, bits) + more


@pytest.mark.parametrize("kind", ["u1", "i2", "i4", "f4", "f8"])
@pytest.mark.parametrize("channels", [1, 2, 5])
def test_numbers_are_those_that_another_reader_finds(
    tmp_path: Path, kind: str, channels: int
) -> None:
    values = CHANCE.uniform(-1, 1, (50, channels))
    if kind[0] in "iu":
        top = np.iinfo(kind).max
        values = (values * 120 + 128 if kind == "u1" else values * top).astype(kind)
    wavfile.write(tmp_path / "x.wav", 22_050, values.astype(kind))
    found = wave_of(tmp_path / "x.wav")
    rate, reference = wavfile.read(tmp_path / "x.wav")
    reference = reference.reshape(50, channels).astype(np.float64)
    if kind == "u1":
        reference = (reference - 128) / 128
    elif kind[0] == "i":
        reference /= -float(np.iinfo(kind).min)
    assert (found.rate, found.channels, found.frames, found.seconds) == (
        rate,
        channels,
        50,
        50 / rate,
    )
    np.testing.assert_allclose(sound_of(found, 50), reference.T, atol=1e-7)
    np.testing.assert_allclose(sound_of(found, 7), reference[:7].T, atol=1e-7)


def test_twenty_four_bits_and_the_extended_head(tmp_path: Path) -> None:
    whole = np.array([0, 1, -1, 2**23 - 1, -(2**23), 123_456])
    with wave.open(str(tmp_path / "x.wav"), "wb") as stream:
        stream.setnchannels(1)
        stream.setsampwidth(3)
        stream.setframerate(8000)
        raw = b"".join(int(value).to_bytes(3, "little", signed=True) for value in whole)
        stream.writeframes(raw)
    np.testing.assert_allclose(sound_of(wave_of(tmp_path / "x.wav"), 9)[0], whole / 2**23)
    guid = struct.pack("<HHIH", 22, 24, 0, 1) + b"\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71"
    odd = b"LIST\3\0\0\0abc\0"  # of an odd length, and so followed by a byte of nothing
    path = written(tmp_path / "y.wav", form(0xFFFE, 1, 8000, 24, guid), raw, odd)
    np.testing.assert_allclose(sound_of(wave_of(path), 9)[0], whole / 2**23)
    path = written(tmp_path / "z.wav", form(1, 1, 8000, 24), raw, length=0xFFFFFFFF)  # by a pipe
    assert wave_of(path).frames == 6


def test_sounds_are_cut_or_filled_up_with_silence(tmp_path: Path) -> None:
    short, long = sound(tmp_path / "a" / "1.wav", 60), sound(tmp_path / "b" / "1.WAV", 140)
    samples = SoundFolder(folder=str(tmp_path), seconds=0.1).load()
    assert samples.axes == Signal(1, 100)
    wanted = np.zeros((2, 1, 100), np.float32)
    wanted[0, 0, :60], wanted[1, 0] = short[:, 0] / 32768, long[:100, 0] / 32768
    np.testing.assert_array_equal(samples.inputs, wanted)
    assert samples.titles == ("a/1.wav", "b/1.WAV")
    own = SoundFolder(folder=str(tmp_path), seconds=9, lengths="their own").load()
    assert own.axes == Signal(1, "time")
    assert own.inputs.shape == (2, 1, 140)
    assert own.lengths is not None
    assert own.lengths.tolist() == [60, 140]


def test_channels_are_mixed_or_kept(tmp_path: Path) -> None:
    root = sounds(tmp_path / "s", channels=2)
    reference = wavfile.read(root / "no" / "0.wav")[1].T / 32768
    mixed, kept = (
        SoundFolder(folder=str(root), seconds=0.1, mixed=mix).load() for mix in (True, False)
    )
    np.testing.assert_allclose(mixed.inputs[0], reference.mean(0, keepdims=True), atol=1e-7)
    np.testing.assert_allclose(kept.inputs[0], reference, atol=1e-7)
    sound(root / "yes" / "9.wav", channels=1)
    assert len(SoundFolder(folder=str(root)).load().inputs) == 11
    with pytest.raises(DataError, match="0.wav has 2 channels, but 9.wav has 1. Mix them"):
        SoundFolder(folder=str(root), mixed=False).load()


def test_it_is_known_and_its_test_part_stays_sealed(tmp_path: Path) -> None:
    for part in ("train", "test"):
        sounds(tmp_path / part)
    found = SoundFolder(folder=str(tmp_path), seconds=0.1)
    assert found in datasets_at(tmp_path)
    data = Recipe(dataset=found).prepare()
    assert data.sealed.count == 10
    assert data.target.names == ("no", "yes")


def test_many_sounds_are_read_as_they_are_asked_for(tmp_path: Path, monkeypatch) -> None:
    root = sounds(tmp_path / "s")
    held = SoundFolder(folder=str(root), seconds=0.1).load().inputs
    monkeypatch.setattr(sound_folder, "QUICK", (0, 0))
    rows = SoundFolder(folder=str(root), seconds=0.1).load().inputs
    assert isinstance(rows, Streamed)
    np.testing.assert_array_equal(rows, held)


def other_rate(path: Path) -> str:
    sound(path, rate=44_100)
    return "2 different rates: 9 have 1,000 Hz, but 3.wav has 44,100 Hz. Save all with one rate"


def empty(path: Path) -> str:
    path.write_bytes(b"")
    return "3.wav is no WAV file"


def renamed(path: Path) -> str:
    path.write_bytes(b"ID3\3" + bytes(400))
    return "3.wav is no WAV file"


def cut(path: Path) -> str:
    path.write_bytes(path.read_bytes()[:-10])
    return "says that it holds 200 bytes of sound, but there are 190"


def headless(path: Path) -> str:
    path.write_bytes(path.read_bytes()[:20])
    return "3.wav (cannot be read|is no WAV)"


def silent(path: Path) -> str:
    sound(path, frames=0)
    return "3.wav holds no sound"


def packed(path: Path) -> str:
    written(path, form(7, 1, 1000, 8), bytes(100))
    return r"a kind that is not known \(μ-law\). Save it with 16 bits"


def torn(path: Path) -> str:
    written(path, form(1, 0, 1000, 16), bytes(100))
    return "3.wav contradicts itself"


def endless(path: Path) -> str:
    wavfile.write(path, 1000, np.full(100, np.inf, np.float32))
    return "Some numbers of 3.wav are not finite"


@pytest.mark.parametrize(
    "harm", [other_rate, empty, renamed, cut, headless, silent, packed, torn, endless]
)
def test_what_is_wrong_is_said_with_the_name_of_the_file(tmp_path: Path, harm) -> None:
    root = sounds(tmp_path / "s")
    said = harm(root / "yes" / "3.wav")
    with pytest.raises(DataError, match=said):
        SoundFolder(folder=str(root)).load()


def test_too_long_sounds_are_refused_before_they_take_room(tmp_path: Path) -> None:
    root = sounds(tmp_path / "s", rate=48_000)
    with pytest.raises(DataError, match="28,800,000 numbers a sound, which is too many"):
        SoundFolder(folder=str(root), seconds=600).load()


@pytest.mark.parametrize("lengths", ["the same", "their own"])
def test_a_first_network_learns_to_tell_tones_apart(tmp_path: Path, lengths: str) -> None:
    for name, pitch in (("high", 0.5), ("low", 0.1)):
        (tmp_path / name).mkdir()
        for number in range(20):
            wave = 9000 * np.sin(pitch * np.arange(400 + 20 * number) + number)
            wavfile.write(tmp_path / name / f"{number}.wav", 8000, wave.astype(np.int16))
    recipe = Recipe.usual(SoundFolder(folder=str(tmp_path), seconds=0.1, lengths=lengths))
    project = first_project(recipe, "tones")
    assert project is not None
    job = prepare(replace(project, settings=project.settings.but(epochs=15)))
    assert isinstance(job, Job), job
    last = [event for event in train(job, Control()) if isinstance(event, Validated)][-1]
    assert last.dev_accuracy == 1
