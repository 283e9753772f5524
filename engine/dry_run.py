"""A layer run on nothing: built on torch's meta device and called once, or at two lengths where lengths are free.

torch knows no symbols on the meta device: an axis whose size moved from the one run to the other is a free length, and
its name is found by how far it moved.
"""

import warnings
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from math import prod
from typing import NamedTuple

import torch
from torch import Tensor, nn

from engine.axes import Axes, Indices, Sequence, Signal, Size
from engine.layer import Call, Layer, LayerError, Stretch
from engine.modules.merge import Dot
from engine.sizing import REFUSED, TYPICAL, Cost, Sized, said
from engine.tally import Tally

BATCHES = (2, 3)  # any batch will do: batch norm refuses 1 while training
LENGTHS = (
    (32, 1_043),
    (65_551, 66_571),
    (5, 8),
)  # free lengths stand for these, so far apart that strides cannot hide it; the longer pair if the first is too short,
# the last for what takes no long ones
FEW_STEPS = ((2, 3),)  # for layers that take longer the longer a sequence is


class _Length(NamedTuple):
    """A free length and the two sizes that stand for it; `known` if it is none, only kept short for the trial."""

    name: str
    first: int
    second: int
    known: int | None = None

    @property
    def size(self) -> Size:
        return self.name if self.known is None else self.known


def tried(layer: Layer, made: Call, inputs: tuple[Axes | None, ...]) -> Sized:
    """Build and call the module on the meta device and read sizes and cost off it."""
    with torch.device("meta"), torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's advice on parameters is given in our words
        module = made.build().requires_grad_(False)
        results, lengths = _results(layer, module, inputs)
    outputs: dict[str, Axes] = {}
    dtypes: dict[str, str] = {}
    for port, (first, second) in zip(
        layer.outputs, zip(*results.outputs, strict=True), strict=False
    ):
        sizes = _sizes(layer, inputs, lengths, first, second)
        outputs[port.name] = _named(layer.outcome(port.name, sizes, inputs), first)
        dtypes[port.name] = str(first.dtype).removeprefix("torch.")
    parameters = sum(parameter.numel() for parameter in module.parameters())
    given = sum(map(_numbers, outputs.values()))
    cost = Cost(parameters, results.multiply_adds, given, max(given, results.held))
    return Sized(inputs, outputs, made, cost, dtypes, own_parameters=parameters)


def _numbers(axes: Axes) -> int:
    return prod(size if isinstance(size, int) else TYPICAL for size in axes.sizes)


def _named(axes: Axes, first: Tensor) -> Axes:
    """The axes, as those of whole numbers if that is what came out."""
    if first.is_floating_point() or axes.whole:
        return axes
    return Indices(axes.names, axes.sizes)


class _Results(NamedTuple):
    outputs: tuple[tuple[Tensor, ...], tuple[Tensor, ...]]  # of the first run and of the second
    multiply_adds: int
    held: int


def _results(
    layer: Layer, module: nn.Module, inputs: tuple[Axes | None, ...]
) -> tuple[_Results, tuple[_Length, ...]]:
    """What comes out of two runs (of one, taken twice, where nothing is free), and the lengths that they had."""
    pairs = _pairs(layer, inputs)
    for number, pair in enumerate(pairs):
        lengths = tuple(_lengths(layer, inputs, pair))
        try:
            first, *cost = _run(module, _samples(layer, inputs, lengths, 0))
            if not lengths and layer.group != "Code":
                return _Results((first, first), *cost), lengths
            second, *more = _run(module, _samples(layer, inputs, lengths, 1))
        except (RuntimeError, ValueError):
            if number + 1 == len(pairs) or not lengths:
                raise
            continue
        if layer.slow and lengths:  # so much at the first step, so much more at each
            steps = (lengths[0].known or TYPICAL) - lengths[0].first
            cost = [a + (b - a) * steps for a, b in zip(cost, more, strict=True)]
        return _Results((first, second), *cost), lengths
    raise LayerError(REFUSED, said(inputs), layer.inputs[0].name)


def _pairs(layer: Layer, inputs: tuple[Axes | None, ...]) -> tuple[tuple[int, int], ...]:
    """The sizes that stand for a free length: such as the layer can take, and of which something is left."""
    if layer.slow:
        return FEW_STEPS
    most, (few, many) = layer.longest, LENGTHS[0]
    if most is not None and most < many:
        return ((min(few, most - 1), most),)
    stretch = layer.stretch(*inputs) if inputs else None
    if stretch is not None and (stretch.least > few or stretch.over > few):
        start = stretch.least + few * stretch.over
        return ((start, start + few * stretch.over),)
    return LENGTHS


def _lengths(
    layer: Layer, inputs: tuple[Axes | None, ...], pair: tuple[int, int]
) -> Iterator[_Length]:
    """The free lengths of what comes in; for slow layers all numbers of steps, so that few are run."""
    names: dict[str, int | None] = {}
    for axes in inputs:
        if axes is not None:
            names.update(dict.fromkeys(axes.free))
            if layer.slow and isinstance(axes, Sequence | Signal) and isinstance(axes.steps, int):
                names[f"{axes.steps} steps"] = axes.steps
    for place, (name, known) in enumerate(names.items()):
        # Each length moves by another distance, so that one can be told from the other.
        yield _Length(name, pair[0] + place, pair[1] + (13 if pair[0] > 5 else 2) * place, known)


def _samples(
    layer: Layer, inputs: tuple[Axes | None, ...], lengths: tuple[_Length, ...], turn: int
) -> list[Tensor | None]:
    sizes = {length.size: length[1 + turn] for length in lengths}
    made: list[Tensor | None] = []
    for axes in inputs:
        if axes is None:
            made.append(None)
            continue
        steps = layer.slow and isinstance(axes, Sequence | Signal)
        shape: list[int] = [
            sizes[size] if isinstance(size, str) or (steps and name == "steps") else size  # type: ignore[misc]  # a size that is no text
            for name, size in zip(axes.names, axes.sizes, strict=True)
        ]
        dtype = torch.long if axes.whole else torch.float32
        made.append(torch.empty(BATCHES[turn], *shape, dtype=dtype))
    if not made:
        made.append(torch.empty(BATCHES[turn], 1))  # who hears from nobody is told the batch
    return made


def _run(module: nn.Module, samples: list[Tensor | None]) -> tuple[tuple[Tensor, ...], int, int]:
    """What comes out; the multiply-adds and the numbers brought forth for one example."""
    if isinstance(module, nn.Bilinear):  # which torch unrolls unit by unit, also on nothing
        return _bilinear(module, samples)
    with Tally() as tally:
        output = module(*samples)
    found = tuple(output) if isinstance(output, tuple | list) else (output,)
    # The formulas count a multiply-add as two operations, over the whole batch.
    batch = next(sample for sample in samples if sample is not None).shape[0]
    adds = tally.operations // 2 + _products(module, samples)
    return found, adds // batch, tally.held // batch


def _products(module: nn.Module, samples: list[Tensor | None]) -> int:
    """Multiply-adds of inner products, for which torch has no formula: one for each pair of numbers that meet."""
    if not isinstance(module, Dot):
        return 0
    shapes = [sample.shape for sample in samples if sample is not None]
    return int(torch.broadcast_shapes(*shapes).numel())


def _bilinear(
    module: nn.Bilinear, samples: list[Tensor | None]
) -> tuple[tuple[Tensor, ...], int, int]:
    """What a bilinear layer gives: y = x₁ᵀWx₂ + b for each unit."""
    first, second = samples
    assert first is not None  # noqa: S101 (for the type checker)
    assert second is not None  # noqa: S101 (for the type checker)
    places, units = first.shape[:-1], module.out_features
    adds = prod(places[1:]) * units * module.in1_features * module.in2_features
    return (first.new_empty(*places, units),), adds, prod(places[1:]) * units


# -- naming ---------------------------------------------------------------------------


def _sizes(
    layer: Layer,
    inputs: tuple[Axes | None, ...],
    lengths: tuple[_Length, ...],
    first: Tensor,
    second: Tensor,
) -> tuple[Size, ...]:
    """The sizes of one output without its batch, with names for what is free."""
    if not isinstance(first, Tensor) or not isinstance(second, Tensor):
        raise LayerError("to give numbers", "something else", layer.inputs[0].name)
    twice = bool(lengths) or layer.group == "Code"
    batches = BATCHES if twice else BATCHES[:1] * 2
    if first.ndim != second.ndim or (first.shape[:1], second.shape[:1]) != (
        batches[:1],
        batches[1:],
    ):
        came = "×".join(map(str, first.shape)) or "one number for the whole batch"
        raise LayerError(
            "to give one result for each example of a batch", came, layer.inputs[0].name
        )
    stretch = layer.stretch(*inputs)
    return tuple(
        _size(a, b, lengths, stretch)
        for a, b in zip(first.shape[1:], second.shape[1:], strict=True)
    )


def _size(first: int, second: int, lengths: tuple[_Length, ...], stretch: Stretch | None) -> Size:
    if first == second:
        return first
    for length in lengths:
        if (first, second) == (length.first, length.second):
            return length.size
        if stretch and (first, second) == (stretch.of(length.first), stretch.of(length.second)):
            return (
                stretch.of(length.known) if length.known is not None else stretch.said(length.name)
            )
    for count in range(2, len(lengths) + 1):
        for chosen in combinations(lengths, count):
            if (first, second) == (sum(c.first for c in chosen), sum(c.second for c in chosen)):
                return "+".join(str(c.size) for c in chosen)
    return _line_through(first, second, lengths)


def _line_through(first: int, second: int, lengths: tuple[_Length, ...]) -> Size:
    """A length that depends on another in a way that nobody declared: said as a straight line."""
    for length in lengths:
        slope = Fraction(second - first, length.second - length.first)
        base = first - slope * length.first
        if slope.denominator == 1 and base.denominator == 1:
            if length.known is not None:
                return int(slope * length.known + base)
            return Stretch(times=int(slope), plus=int(base)).said(length.name)
    raise LayerError("sizes that follow from the lengths that come in", f"{first}, then {second}")
