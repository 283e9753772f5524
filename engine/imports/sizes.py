"""What depends on the batch and on free lengths: several runs laid side by side, numbers that moved put as formulas.

A size that moved is a polynomial in the batch and the free lengths, each at most once in a product; it is found from
runs at two values of each. A tensor can flow along a wire if the batch is a factor of just one of its axes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import torch
from torch import Tensor

from engine.axes import Size
from engine.imports.refusal import ImportRefused
from engine.imports.tape import Call, Operation, Ref, Tape, refs
from engine.layer import Stretch

BATCH = "batch"
ZEROS = ("Tensor.new_zeros", "torch.zeros_like")  # nothing but the size and kind of what is given
Term = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A whole number that follows from the batch and the free lengths: Σ factor · Π lengths."""

    terms: tuple[tuple[Term, Fraction], ...]

    def of(self, term: Term) -> Fraction:
        """The factor of a product of lengths."""
        return dict(self.terms).get(term, Fraction(0))

    @property
    def names(self) -> frozenset[str]:
        """The lengths that it follows from."""
        return frozenset(name for term, _ in self.terms for name in term)

    def without_batch(self) -> "Moved | int | None":
        """What is left of it when divided by the batch; None if the batch is no factor of all of it."""
        if not all(BATCH in term for term, _ in self.terms):
            return None
        rest = tuple(
            (tuple(name for name in term if name != BATCH), factor) for term, factor in self.terms
        )
        return simplified(Moved(rest))

    def said(self) -> Size:
        """It as the size of an axis, such as `time` or `⌊(time − 5) / 2⌋ + 1`."""
        lengths = [term for term, _ in self.terms if term]
        plus = self.of(())
        if len(lengths) == 1 and len(lengths[0]) == 1:
            factor = self.of(lengths[0])
            over = factor.denominator
            stretch = Stretch(factor.numerator, int(plus * over), over)
            return lengths[0][0] if stretch == Stretch() else stretch.said(lengths[0][0])
        return " + ".join("·".join((*map(str, [factor]), *term)) for term, factor in self.terms)


def simplified(moved: Moved) -> Moved | int:
    """The formula, or the number that it is."""
    terms = tuple((term, factor) for term, factor in moved.terms if factor)
    if not terms:
        return 0
    if all(not term for term, _ in terms) and terms[0][1].denominator == 1:
        return int(terms[0][1])
    return Moved(terms)


def fitted(numbers: Sequence[int], runs: Sequence[Mapping[str, int]]) -> Moved | int:
    """The formula that gives these numbers in runs of these sizes. Raises ImportRefused if there is none."""
    if len(set(numbers)) == 1:
        return numbers[0]
    names = list(runs[0])
    basis = [term for count in range(len(names) + 1) for term in combinations(names, count)]
    rows = [[Fraction(_product(run, term)) for term in basis] for run in runs]
    found = _solved(rows, [Fraction(number) for number in numbers])
    return simplified(Moved(tuple(zip(basis, found, strict=True))))


def _product(run: Mapping[str, int], term: Term) -> int:
    product = 1
    for name in term:
        product *= run[name]
    return product


def _solved(rows: list[list[Fraction]], wanted: list[Fraction]) -> list[Fraction]:
    """Gauss elimination; runs are chosen so that there is one solution."""
    table = [[*row, number] for row, number in zip(rows, wanted, strict=True)]
    for place in range(len(table)):
        pivot = next(row for row in range(place, len(table)) if table[row][place])
        table[place], table[pivot] = table[pivot], table[place]
        first = [number / table[place][place] for number in table[place]]
        table[place] = first
        for row in range(len(table)):
            if row != place:
                times = table[row][place]
                table[row] = [a - times * b for a, b in zip(table[row], first, strict=True)]
    return [row[-1] for row in table]


@dataclass(frozen=True, slots=True)
class Form:
    """How a tensor is carried along a wire, batch first: axis `axis` to the front, and parted if it holds more.

    An axis of batch·chunk is parted into (batch, chunk).
    """

    axis: int = 0
    chunk: Moved | int = 1

    def laid(self, tensor: Tensor, batch: int) -> Tensor:
        """The tensor as it is on the wire."""
        found = tensor.movedim(self.axis, 0)
        return found if self.chunk == 1 else found.unflatten(0, (batch, -1))


@dataclass(eq=False)
class Runs:
    """Tapes of several runs that are alike but for their sizes."""

    tapes: list[Tape]
    sizes: Sequence[Mapping[str, int]]
    training: Tape | None = None  # a run of the same sizes as the first, while training

    def __post_init__(self) -> None:
        first = self.tapes[0]
        entries = [list(tape.root.walk()) for tape in self.tapes]
        for tape, walked in zip(self.tapes[1:], entries[1:], strict=True):
            if len(tape.values) != len(first.values) or len(walked) != len(entries[0]):
                raise ImportRefused(
                    "What the module does depends on the number of examples in a batch or on the length of a sequence "
                    f"in a way that cannot be drawn: it took {len(entries[0])} steps for the one and {len(walked)} for "
                    "the other."
                )
        self.given: dict[int, tuple[tuple[Any, ...], dict[str, Any]]] = {}
        for alike in zip(*entries, strict=True):
            self._join(alike)
        self._join(tuple(tape.root for tape in self.tapes))
        self.trained = self._trained()
        self.shapes = [
            self._shape([tape.values[number].content for tape in self.tapes])
            for number in range(len(first.values))
        ]
        self.reaching = self._reaching()
        made = (entry for entry in first.root.walk() if isinstance(entry, Operation))
        self.zeros = {
            number for entry in made if entry.name in ZEROS for number in refs(entry.results)
        }
        self.forms = [self._form(number) for number in range(len(first.values))]

    def _trained(self) -> dict[int, tuple[Any, Any]]:
        """What each operation is given while training; empty where other things are done then."""
        if self.training is None or not self.same_in_training:
            return {}
        ways = (tape.root.walk(into_torch=False) for tape in (self.tapes[0], self.training))
        return {id(one): (other.given, other.named) for one, other in zip(*ways, strict=True)}

    @property
    def same_in_training(self) -> bool:
        """Whether the module takes the same steps while training."""
        if self.training is None:
            return True
        walked = [list(tape.root.walk(into_torch=False)) for tape in (self.tapes[0], self.training)]
        kinds = [
            [one.name if isinstance(one, Operation) else one.path for one in entries]
            for entries in walked
        ]
        return kinds[0] == kinds[1]

    @property
    def inputs(self) -> list[int]:
        """The values that the module was given."""
        return [value.number for value in self.tapes[0].values if value.source == "input"]

    def _join(self, alike: tuple[Operation | Call, ...]) -> None:
        first = alike[0]
        name = first.name if isinstance(first, Operation) else first.path
        for other in alike:
            if (
                type(other) is not type(first)
                or (other.name if isinstance(other, Operation) else other.path) != name
            ):
                raise ImportRefused(
                    f"What the module does at {name} depends on the size of the batch."
                )
        where = first.level.path if isinstance(first, Operation) else first.path
        given = self._merged([entry.given for entry in alike], where)
        named = self._merged([entry.named for entry in alike], where)
        self.given[id(first)] = (given, named)

    def _merged(self, values: list[Any], where: str) -> Any:
        """One value out of those of all runs; whole numbers that moved become formulas."""
        first = values[0]
        if isinstance(first, dict):
            return {key: self._merged([value[key] for value in values], where) for key in first}
        if isinstance(first, list | tuple):
            if len({len(value) for value in values}) > 1:
                raise ImportRefused(
                    f"What {where or 'the module'} is given depends on the size of the batch."
                )
            merged = [self._merged(list(each), where) for each in zip(*values, strict=True)]
            return merged if isinstance(first, list) else tuple(merged)
        if isinstance(first, slice):
            parts = [[value.start, value.stop, value.step] for value in values]
            return slice(*(self._merged(list(each), where) for each in zip(*parts, strict=True)))
        if all(type(value) is type(first) and value == first for value in values):
            return first
        if all(type(value) is int for value in values):
            return fitted(values, self.sizes)
        if not isinstance(first, int | float | str) and len({type(v) for v in values}) == 1:
            return first  # an object of the person's own, which is no number
        raise ImportRefused(
            f"{where or 'The module'} uses a number that depends on the size of the batch: "
            f"{values[0]!r}, then {values[1]!r}."
        )

    def _shape(self, tensors: list[Tensor]) -> tuple[Moved | int, ...] | None:
        if len({tensor.ndim for tensor in tensors}) > 1:
            return None
        try:
            return tuple(
                fitted(sizes, self.sizes) for sizes in zip(*(t.shape for t in tensors), strict=True)
            )
        except ImportRefused:
            return None

    def _reaching(self) -> list[bool]:
        """Which values follow from an input."""
        tape = self.tapes[0]
        found = [value.source == "input" for value in tape.values]
        for entry in tape.root.walk():
            if isinstance(entry, Operation) and any(
                found[number] for number in refs((entry.given, entry.named))
            ):
                for number in refs(entry.results):
                    found[number] = True
        return found

    def _form(self, number: int) -> Form | None:
        shape = self.shapes[number]
        tensor = self.tapes[0].values[number].content
        if shape is None or 0 in tensor.shape:
            return None
        if tensor.dtype not in (torch.float32, torch.int64):
            return None
        places = [
            place
            for place, size in enumerate(shape)
            if isinstance(size, Moved) and BATCH in size.names
        ]
        if len(places) != 1:
            return None
        moved = shape[places[0]]
        chunk = moved.without_batch() if isinstance(moved, Moved) else None
        return None if chunk is None else Form(places[0], chunk)

    def contents(self, number: int) -> list[Tensor]:
        """What a value held in each run, as it is on a wire."""
        form = self.forms[number] or Form()
        return [
            form.laid(tape.values[number].content, run[BATCH])
            for tape, run in zip(self.tapes, self.sizes, strict=True)
        ]

    def wire_sizes(self, number: int) -> tuple[Size, ...]:
        """The sizes of a sample of a value that can flow along a wire."""
        shape, form = self.shapes[number], self.forms[number]
        assert shape is not None  # noqa: S101 (for the type checker)
        assert form is not None  # noqa: S101 (for the type checker)
        rest = [size for place, size in enumerate(shape) if place != form.axis]
        sizes = rest if form.chunk == 1 else [form.chunk, *rest]
        return tuple(size.said() if isinstance(size, Moved) else size for size in sizes)


__all__ = ["BATCH", "Form", "Moved", "Ref", "Runs", "fitted"]
