"""WAV files as numbers from −1 to 1, as much of each as is asked for.

Whole numbers of 8 to 32 bits and decimals, of any number of channels; what is packed (μ-law, ADPCM, MP3 in a WAV) is
refused. (IBM and Microsoft, "Multimedia Programming Interface and Data Specifications 1.0", 1991, and
`WAVEFORMATEXTENSIBLE`.)
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from engine.samples import DataError

WHOLE, DECIMAL, EXTENSIBLE = 1, 3, 0xFFFE
KINDS = {(WHOLE, 8): "u1", (WHOLE, 16): "<i2", (WHOLE, 24): "u1", (WHOLE, 32): "<i4", (DECIMAL, 32): "<f4",
         (DECIMAL, 64): "<f8"}  # fmt: skip
PACKED = {2: "ADPCM", 6: "A-law", 7: "μ-law", 0x11: "ADPCM", 0x31: "GSM", 0x55: "MP3"}
OPEN_ENDED = (0, 0xFFFFFFFF)  # how long the sound is, where whoever wrote it did not know yet
MOST_CHUNKS = 1000
MOST_CHANNELS = 64


@dataclass(frozen=True, slots=True)
class Wave:
    """What a file says of its sound."""

    path: Path
    rate: int  # Hz
    channels: int
    kind: tuple[int, int]  # format, bits a number
    start: int  # bytes before the numbers
    frames: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.frames / self.rate


def is_wave(name: str) -> bool:
    """Whether a file's name is that of a WAV file."""
    return name.lower().endswith((".wav", ".wave"))


def wave_of(path: Path) -> Wave:
    """What the head of a file says. Raises DataError."""
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(0)
            if (head := stream.read(12))[:4] != b"RIFF" or head[8:] != b"WAVE":
                raise DataError(
                    f"{path.name} is no WAV file: it does not begin as one. Save it as WAV, or take it away."
                )
            return _read_chunks(stream, path, size)
    except (OSError, struct.error) as error:
        raise DataError(
            f"{path.name} cannot be read: it is missing, cut off or damaged."
        ) from error


def _read_chunks(stream: BinaryIO, path: Path, size: int) -> Wave:
    form: tuple[int, int, int, int] | None = None  # format, bits, channels, rate
    for _ in range(MOST_CHUNKS):
        name, length = struct.unpack("<4sI", stream.read(8))
        place = stream.tell()
        if name == b"fmt ":
            form = _form(stream.read(min(length, 64)), path)
        elif name == b"data" and form is not None:
            return _found(path, form, place, length, size - place)
        stream.seek(place + length + length % 2)
    raise DataError(f"{path.name} holds no sound. Save it again, or take it away.")


def _form(raw: bytes, path: Path) -> tuple[int, int, int, int]:
    code, channels, rate, _, block, bits = struct.unpack("<HHIIHH", raw[:16])
    if code == EXTENSIBLE and len(raw) >= 26:
        (code,) = struct.unpack("<H", raw[24:26])
    if (code, bits) not in KINDS:
        what = PACKED.get(code, f"format {code}, {bits} bits")
        raise DataError(
            f"{path.name} holds sound of a kind that is not known ({what}). Save it with 16 bits a number (PCM)."
        )
    if not 1 <= channels <= MOST_CHANNELS or not rate or block != channels * bits // 8:
        raise DataError(
            f"{path.name} contradicts itself: it is damaged. Save it again, or take it away."
        )
    return code, bits, channels, rate


def _found(
    path: Path, form: tuple[int, int, int, int], start: int, length: int, there: int
) -> Wave:
    code, bits, channels, rate = form
    each = channels * bits // 8
    if length in OPEN_ENDED:
        length = there
    if length > there:
        raise DataError(
            f"{path.name} says that it holds {length:,} bytes of sound, but there are {there:,}. It is cut off: save "
            "it again, or take it away."
        )
    if length < each:
        raise DataError(f"{path.name} holds no sound. Save it again, or take it away.")
    return Wave(path, rate, channels, (code, bits), start, length // each)


def sound_of(wave: Wave, frames: int) -> NDArray[np.float32]:
    """The first so many frames, (channels, frames) from −1 to 1; fewer if it is shorter. Raises DataError."""
    frames = min(frames, wave.frames)
    each = wave.channels * wave.kind[1] // 8
    try:
        with wave.path.open("rb") as stream:
            stream.seek(wave.start)
            raw = stream.read(frames * each)
    except OSError as error:
        raise DataError(f"{wave.path} cannot be read any more. Put it back.") from error
    if len(raw) < frames * each:
        raise DataError(f"{wave.path.name} became shorter while it was being used. Put it back.")
    values = _numbers(np.frombuffer(raw, KINDS[wave.kind]), wave.kind)
    if not np.isfinite(values).all():
        raise DataError(
            f"Some numbers of {wave.path.name} are not finite. Save it again, or take it away."
        )
    return np.ascontiguousarray(values.reshape(frames, wave.channels).T)


def _numbers(raw: NDArray[np.generic], kind: tuple[int, int]) -> NDArray[np.float32]:
    code, bits = kind
    if code == DECIMAL:
        with np.errstate(over="ignore"):
            return raw.astype(np.float32)
    if bits == 8:  # the only ones without a sign
        return ((raw.astype(np.float32) - 128) / 128).astype(np.float32)
    if bits == 24:
        wide = np.zeros((len(raw) // 3, 4), np.uint8)
        wide[:, 1:] = raw.reshape(-1, 3)
        raw, bits = wide.view("<i4")[:, 0], 32
    return (raw.astype(np.float64) / 2.0 ** (bits - 1)).astype(np.float32)
