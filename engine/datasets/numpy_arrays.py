"""NumPy's files of one's own."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine.array_axes import Form, arranged, axes_of
from engine.array_files import Head, array_of, heads
from engine.array_roles import INPUTS, roles
from engine.axes import Image, Volume
from engine.dataset import Dataset, Scaling
from engine.datasets.digits import Digits28
from engine.declare import did_you_mean
from engine.memory_rows import MemoryRows
from engine.places import entries, place
from engine.samples import DataError, Samples
from engine.streamed import held
from engine.truths import Kind, truths

ENDINGS = (".npy", ".npz")
NAMES = ("class_names", "label_names", "target_names", "names")
PARTS = ("", "train", "dev", "test")


class NumpyArrays(Dataset, title="NumPy arrays"):
    """Arrays of your own: an .npz with samples and targets, or .npy files that lie side by side.

    Which is which their names say: x and y, images and labels, data and target, each with train, val or test in its
    name if the parts are fixed; else name them below. The first axis counts the examples. Of a single array of rows
    the last column is the target. Bytes of pictures become 0 to 1. Large arrays stay on the disk and are read while the
    network learns. As long as nothing is named they are the digits, 28×28.
    """

    file: str = Field(
        "",
        max_length=4096,
        title="File or folder",
        description="Where the arrays are, such as /home/me/mnist.npz, or a folder of .npy files.",
    )
    samples: str = Field(
        "",
        max_length=200,
        title="Samples",
        description="The array with the samples; as long as it is empty their names say which it is.",
    )
    targets: str = Field(
        "",
        max_length=200,
        title="Targets",
        description="The array with what is to be learnt; as long as it is empty their names say which it is.",
    )
    form: Form = Field(
        "guessed",
        title="A sample is",
        description="What the axes after the first mean; guessed by how many there are.",
    )
    target: Kind = Field("guessed", title="To predict", description="What a target is.")

    @classmethod
    def found_at(cls, path: Path) -> "NumpyArrays | None":
        try:
            if path.is_dir():
                names = [file.stem for file in path.iterdir() if file.suffix.lower() == ".npy"]
                fits = {"x", "y"} <= {kind for kind, _ in roles(names)}
            else:
                fits = path.suffix.lower() in ENDINGS and path.stat().st_size > 0
        except OSError:
            return None
        return cls(file=str(path)) if fits else None

    def usual_scaling(self) -> Scaling:
        try:
            axes = axes_of(
                [array_of(head)[:1] for head in self._chosen(self._heads())[0].values()], self.form
            )
        except DataError:
            return "none"
        return "none" if isinstance(axes, Image | Volume) else "standardise"

    def load(self) -> Samples:
        if not place(self.file).name:
            return Digits28().load()
        known = self._heads()
        wanted, truth = self._chosen(known)
        arrays = [array_of(head) for head in wanted.values()]
        written = [array_of(truth[part]) for part in wanted] if truth else []
        if not truth:
            arrays, written = _last_column(arrays[0], next(iter(wanted.values())))
        for head, array, labels in zip(wanted.values(), arrays, written, strict=True):
            _check_pair(head, array, labels)
        axes = axes_of(arrays, self.form)
        rows = [arranged(array, axes) for array in arrays]
        targets, target = truths(_joined(written), self.target, _class_names(known))
        ends = np.cumsum([0, *map(len, rows)])
        places = {part: np.arange(a, b) for part, a, b in zip(wanted, ends, ends[1:], strict=False)}
        return Samples(
            held(MemoryRows(rows, shades=isinstance(axes, Image | Volume))),
            targets,
            axes,
            target,
            held_out=places.get("test"),
            judged=places.get("dev"),
        )

    def _heads(self) -> Mapping[str, Head]:
        """All arrays that there are, by their names. Raises DataError."""
        path = place(self.file)
        if path.is_file() and path.suffix.lower() == ".npz":
            return heads(path)
        if not path.exists():
            raise DataError(f"{path} is not there. Choose another file or folder, or put it back.")
        around = path if path.is_dir() else path.parent
        listed = (Path(entry.path) for entry in entries(around, around) if entry.is_file())
        files = [file for file in listed if file.suffix.lower() == ".npy"]
        if path.is_file() and path.suffix.lower() != ".npy":
            raise DataError(f"{path.name} is none of NumPy's files, which end in .npy or .npz.")
        if not files:
            raise DataError(f"The folder {path} holds no .npy files. Write them with np.save.")
        known: dict[str, Head] = {}
        for file in files:
            try:
                known |= heads(file)
            except DataError:
                if path.is_dir() or file == path:
                    raise
        return known

    def _chosen(self, known: Mapping[str, Head]) -> tuple[dict[str, Head], dict[str, Head]]:
        """The samples and the targets of each part, the one to learn from first. Raises DataError."""
        if self.samples or self.targets:
            return self._named(known)
        found = roles(known)
        path = place(self.file)
        parts = [part for part in PARTS if ("x", part) in found and ("y", part) in found]
        samples = [part for part in PARTS if ("x", part) in found]
        if parts and set(parts) & {"", "train"}:
            if "train" in parts and "" in parts:
                parts.remove("")
            return (
                {p: known[found["x", p]] for p in parts},
                {p: known[found["y", p]] for p in parts},
            )
        single = [head for name, head in known.items() if name not in NAMES]
        if path.is_file() and path.suffix.lower() == ".npy" and not parts:
            return {"": known[path.stem]}, {}
        if len(single) == 1:
            return {"": single[0]}, {}
        lacks = (
            "targets such as y or labels"
            if samples
            else f"samples such as x, {', '.join(sorted(INPUTS)[5:7])}"
        )
        raise DataError(
            f"{path.name} holds {_listed(known)}, of which no names say {lacks}. Choose samples and targets among them."
        )

    def _named(self, known: Mapping[str, Head]) -> tuple[dict[str, Head], dict[str, Head]]:
        found = roles(known)
        chosen = []
        for field, given in (("x", self.samples), ("y", self.targets)):
            name = given or found.get((field, ""), "") or found.get((field, "train"), "")
            if name not in known:
                guess = did_you_mean(name, known) or f" There are {_listed(known)}."
                raise DataError(f"There is no array called {name or 'such as y or labels'}.{guess}")
            chosen.append({"": known[name]})
        return chosen[0], chosen[1]


def _last_column(array: NDArray[Any], head: Head) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
    if array.ndim != 2 or array.shape[1] < 2 or array.dtype.names:
        raise DataError(
            f"{head.where} is alone, so there is nothing to learn of its samples. Put the targets beside it, such as "
            "x.npy and y.npy, or write both with np.savez(file, x=…, y=…)."
        )
    return [array[:, :-1]], [array[:, -1]]


def _check_pair(head: Head, array: NDArray[Any], labels: NDArray[Any]) -> None:
    if not array.ndim or not labels.ndim:
        raise DataError(
            f"{head.where} is a single number; its first axis should count the examples."
        )
    if not len(array):
        raise DataError(f"{head.where} holds no examples.")
    if len(labels) != len(array):
        raise DataError(
            f"{head.where} holds {len(array):,} examples, but there are {len(labels):,} targets for them."
        )


def _joined(written: Sequence[NDArray[Any]]) -> NDArray[Any]:
    if len({(labels.shape[1:], labels.dtype.kind in "US") for labels in written}) > 1:
        raise DataError("The targets of the parts are not of one kind. Make them so.")
    return np.concatenate(written)


def _class_names(known: Mapping[str, Head]) -> tuple[str, ...]:
    """What classes are called, if an array says so."""
    for name in NAMES:
        if name in known and known[name].dtype.kind == "U" and len(known[name].shape) == 1:
            found = tuple(map(str, array_of(known[name]).tolist()))
            if len(set(found)) == len(found):
                return found
    return ()


def _listed(known: Mapping[str, Head]) -> str:
    said = [f"{name} ({'×'.join(map(str, head.shape))})" for name, head in list(known.items())[:8]]
    return ", ".join(said) + (" and more" if len(known) > 8 else "")
