"""Examples, in memory or streamed, checked when they are made: inputs, targets and what they mean."""

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.axes import Axes, Labels, StepLabels, Target, Tokens, Transcript
from engine.encoding import Columns
from engine.scale import Measure
from engine.streamed import Streamed
from engine.vocabulary import Unit

Inputs = (
    NDArray[np.float32] | NDArray[np.int64] | Streamed
)  # (examples, *axes.sizes); int64 if whole; Streamed where they are read as they are asked for
Targets = (
    NDArray[np.int64] | NDArray[np.float32]
)  # (examples,) classes, (examples, values) or (examples, steps)
Indices = NDArray[np.int64]


class DataError(Exception):
    """Something is wrong with data; the message is a sentence for people."""


def seal(*arrays: NDArray[Any] | Streamed) -> None:
    """Make the arrays read-only: they are shared by all who ask for the same data."""
    for array in arrays:
        if not isinstance(array, Streamed):
            array.setflags(write=False)


def read_arrays(file: Traversable, *names: str) -> Mapping[str, NDArray[Any]]:
    """The named arrays of an .npz file. Raises DataError if it is missing, damaged or foreign."""
    try:
        with np.load(BytesIO(file.read_bytes()), allow_pickle=False) as archive:
            return {name: archive[name] for name in names}
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise DataError(
            f"The file {file.name} cannot be read as data: it is missing, damaged or of another "
            "kind. Install the program again, or put the file back."
        ) from error


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A further part of each sample, such as the sentence to be translated into; read-only."""

    inputs: Inputs
    axes: Axes
    lengths: Indices | None = None
    symbols: tuple[str, ...] = ()  # what each token stands for

    def __post_init__(self) -> None:
        _check_inputs(self.inputs, self.axes)
        object.__setattr__(self, "lengths", _lengths(self.lengths, self.axes, self.inputs))
        _check_symbols(self.symbols, self.axes)
        seal(self.inputs)


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """All examples of a data set, as loaded; the arrays become read-only.

    Images are channels first, in [0, 1]. `held_out` are the indices of a test part that the data
    set itself determines; `titles` is a caption for each example; `lengths` are the steps that each example really
    has, where they differ (all their room, if they are
    not given): what follows is padding. `others` are the further parts of a sample, by their names. `symbols` says what
    each token stands for. With a `gap`, the examples are in the order of time, and so are the parts, between which so
    many are left out: those that share with a later part what is to be foretold. `judged` are the indices of a dev
    part that the data set itself determines. `written` is the part that is the target moved by one, into which what a
    network writes is fed back; `unit` is what its symbols are. `groups` says of each example which others it belongs
    to, by a whole number: a person's pictures, a patient's rows; `times`, when it was. Both are for the split alone.
    With `columns`, the inputs are the cells of a table as they are stored, gaps and all: what a network reads is made
    of them once the train part is known. `notes` is what a person should know about the reading, in sentences.
    `measure` says how the numbers of a series were measured.
    """

    inputs: Inputs
    targets: Targets
    axes: Axes
    target: Target
    titles: tuple[str, ...] | None = None
    held_out: Indices | None = None
    lengths: Indices | None = None
    others: Mapping[str, "Piece"] = field(default_factory=dict)
    symbols: tuple[str, ...] = ()
    gap: int | None = None
    judged: Indices | None = None
    written: str | None = None
    unit: Unit = "characters"
    groups: Indices | None = None
    times: NDArray[np.float64] | None = None
    columns: Columns | None = None
    notes: tuple[str, ...] = ()
    measure: Measure | None = None

    def __post_init__(self) -> None:
        _check_inputs(self.inputs, self.axes, gaps=self.columns is not None)
        object.__setattr__(self, "lengths", _lengths(self.lengths, self.axes, self.inputs))
        _check_symbols(self.symbols, self.axes)
        for piece in self.others.values():
            if len(piece.inputs) != len(self.inputs):
                raise DataError("Each part of a sample should be there for every example.")
        _check_targets(self.targets, self.target, len(self.inputs))
        if self.titles is not None and len(self.titles) != len(self.inputs):
            raise DataError(
                f"There should be one title an example, but there are {len(self.titles)} "
                f"for {len(self.inputs)} examples."
            )
        _check_held_out(self.held_out, "test", len(self.inputs))
        _check_held_out(self.judged, "dev", len(self.inputs))
        _check_split(self.groups, self.times, len(self.inputs))
        object.__setattr__(self, "targets", _without_padding(self))
        seal(self.inputs, self.targets)


def _check_inputs(inputs: Inputs, axes: Axes, *, gaps: bool = False) -> None:
    got = inputs.shape[1:]
    fits = len(got) == len(axes.sizes) and all(
        isinstance(want, str) or want == have for want, have in zip(axes.sizes, got, strict=True)
    )
    if not fits:
        raise DataError(f"Each example should be {axes.text}, but the data are of sizes {got}.")
    if inputs.dtype != (np.int64 if axes.whole else np.float32):
        raise DataError(f"The numbers of {axes.kind} cannot be stored as {inputs.dtype}.")
    if not gaps and not isinstance(inputs, Streamed) and not np.isfinite(inputs).all():
        raise DataError("Some numbers of the data are missing or infinite; fill or remove them.")


def _lengths(lengths: Indices | None, axes: Axes, inputs: Inputs) -> Indices | None:
    """The lengths, checked; those of examples that use all their room where none are given."""
    if not axes.free:
        if lengths is not None:
            raise DataError("Lengths are given for examples that do not differ in length.")
        return None
    longest = inputs.shape[1 + axes.sizes.index(axes.free[0])]
    if lengths is None:
        return np.full(len(inputs), longest, np.int64)
    whole = lengths.shape == (len(inputs),) and lengths.dtype == np.int64
    if not whole or lengths.min(initial=1) < 1 or lengths.max(initial=1) > longest:
        raise DataError(f"Each example should be 1 to {longest} steps long.")
    seal(lengths)
    return lengths


def _check_symbols(symbols: tuple[str, ...], axes: Axes) -> None:
    if symbols and not (isinstance(axes, Tokens) and len(symbols) == axes.vocabulary):
        raise DataError(f"{len(symbols)} symbols are named, but a sample is {axes.text}.")


def _without_padding(samples: Samples) -> Targets:
    """The targets; where each step of a sequence has one, nothing is asked behind its end."""
    targets, lengths = samples.targets, samples.lengths
    if lengths is None or samples.written or not isinstance(samples.target, StepLabels):
        return targets
    longest = samples.inputs.shape[1 + samples.axes.sizes.index(samples.axes.free[0])]
    behind = np.arange(targets.shape[1]) >= lengths[:, None]
    if targets.shape[1] != longest or not (behind & (targets >= 0)).any():
        return targets
    return np.where(behind, PADDING[StepLabels], targets)


def _check_targets(targets: Targets, target: Target, count: int) -> None:
    labels = isinstance(target, Labels)
    shape = (count,) if labels else (count, target.count)
    if isinstance(target, StepLabels | Transcript):
        _check_rows(targets, target, count)
        return
    if targets.shape != shape or targets.dtype != (np.int64 if labels else np.float32):
        raise DataError(f"{count} examples need {count} targets, one for each of them.")
    if labels and count and not (targets.min() >= 0 and targets.max() < target.count):
        raise DataError(f"A label is not one of the {target.count} classes of the data set.")
    if not np.isfinite(targets).all():
        raise DataError("Some targets are missing or infinite; fill or remove them.")


PADDING: Mapping[type[Target], int] = {StepLabels: -100, Transcript: -1}
"""What fills up rows of targets that are shorter than others."""


def _check_rows(targets: Targets, target: Target, count: int) -> None:
    padding = PADDING[type(target)]
    real = targets[targets != padding]
    if targets.ndim != 2 or len(targets) != count or targets.dtype != np.int64:
        raise DataError(f"{count} examples need {count} rows of labels, one for each of them.")
    if len(real) and not (real.min() >= 0 and real.max() < target.count):
        raise DataError(f"A label is not one of the {target.count} classes of the data set.")


def _check_split(groups: Indices | None, times: NDArray[np.float64] | None, count: int) -> None:
    if groups is not None and (groups.shape != (count,) or groups.dtype.kind not in "iu"):
        raise DataError(f"{count} examples need {count} whole numbers for their groups.")
    if times is not None and (times.shape != (count,) or not np.isfinite(times).all()):
        raise DataError("Some examples have no time; fill it in, or share them out by chance.")


def _check_held_out(held_out: Indices | None, part: str, count: int) -> None:
    if held_out is not None and not np.isin(np.unique(held_out), np.arange(count)).all():
        raise DataError(f"The fixed {part} part names examples that are not among the {count}.")
    if held_out is not None and len(np.unique(held_out)) < len(held_out):
        raise DataError(f"The fixed {part} part names an example twice.")
