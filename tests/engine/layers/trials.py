"""What the harness puts every layer through: settings of it, samples that may come in, and a real batch of them."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import torch
from pydantic import ValidationError
from torch import Tensor

from engine.axes import (
    Axes,
    Image,
    Labels,
    Row,
    Sequence,
    Signal,
    StepLabels,
    Target,
    Tokens,
    Transcript,
    Values,
    Volume,
)
from engine.layer import Layer, Loss
from engine.layers import CATALOGUE
from engine.layers.data import Input
from engine.sizing import Sized
from engine.trial import answer

TWELVE = tuple("abcdefghijkl")
SAMPLES: tuple[Axes, ...] = (
    Row(12),
    Row(1),
    Sequence(6, 12),
    Sequence(6, 6),
    Signal(4, 15),
    Image(4, 15, 17),
    Image(1, 6, 6),
    Sequence(6, 1),
    Volume(2, 5, 6, 7),
    Tokens(7, 30),
    Sequence("time", 12),
    Signal(4, "time"),
    Tokens("time", 30),
)
TARGETS: tuple[Target, ...] = (
    Labels(TWELVE),
    Values(TWELVE),
    Labels(("no", "yes")),
    StepLabels(TWELVE),
    Transcript(TWELVE),
)
STEPS = 9  # real steps of a free length
LONGEST = 17  # and the most
PARTNERS = {"hidden", "cell"}  # ports that take a state, as long as the layer says


@dataclass(frozen=True)
class Trial:
    """A layer, what comes in, and what the engine says of it."""

    layer: Layer
    inputs: tuple[Axes | None, ...]
    target: Target | None
    sized: Sized

    def __repr__(self) -> str:
        came = ", ".join(axes.text if axes else "-" for axes in self.inputs)
        return f"{self.layer!r}({came})"


def others(annotation: object, now: object) -> list[object]:
    """Other values for a parameter than the one it has, whether allowed or not."""
    if get_origin(annotation) is Annotated:
        return others(get_args(annotation)[0], now)
    if get_origin(annotation) in (Union, UnionType):
        found: list[object] = [None] if NoneType in get_args(annotation) else []
        for member in get_args(annotation):
            if member is not NoneType:
                found += others(member, None)
        return [value for value in found if value != now]
    if get_origin(annotation) is Literal:
        return [choice for choice in get_args(annotation) if choice != now]
    if get_origin(annotation) is tuple:
        return _tuples(annotation, now)
    if annotation is bool:
        return [not now]
    if annotation is int:
        return [now + 1, 2 * now + 2, now - 1, 2] if isinstance(now, int) else [1, 2, 3, 7, 40]
    if annotation is float:
        return [now / 2 + 0.1, now / 3] if isinstance(now, float) else [0.3, 0.05]
    if annotation is str:
        return ["x + 1", "x, y", "target"]
    raise AssertionError(f"no other value is known for {annotation}")


def _tuples(annotation: object, now: object) -> list[object]:
    inner = get_args(annotation)
    if inner[-1] is Ellipsis:
        numbers = [
            (2, 3),
            (1,),
            (2,),
            (12,),
            (1, 12),
            (2, 1),
            (3, 2, 1),
            (1, 3, 2),
            (2, -1),
            (3, 4),
        ]
        real = [(0.5,), (0.5,) * 12, (1.0, 2.0)]
        return [*real] if inner[0] is float else [value for value in numbers if value != now]
    count = len(inner)
    return [(3, 2, 1, 2)[:count], (1,) * count, (2,) * count, (0,) * count]


def shown(kind: type[Layer]) -> list[str]:
    """The parameters that a person can set."""
    fields = kind.model_fields
    return [name for name in fields if not (fields[name].json_schema_extra or {}).get("hidden")]  # type: ignore[union-attr]


def variants(kind: type[Layer]) -> Iterator[Layer]:
    """The layer as it is, and with each parameter by itself changed to something else that is allowed."""
    plain = kind().as_own()
    yield plain
    for name in shown(kind):
        field = kind.model_fields[name]
        for value in others(field.annotation, getattr(plain, name)):
            for more in ({}, *HELP.get((kind.__name__, name), ())):
                try:
                    yield plain.but(**{**more, name: value})
                except ValidationError:
                    continue


HELP: dict[tuple[str, str], tuple[dict[str, Any], ...]] = {
    ("Conv2d", "padding_mode"): ({"padding": (1, 2)},),
    ("Conv1d", "padding_mode"): ({"padding": 1},),
    ("Conv1d", "padding"): ({"kernel_size": 5, "stride": 2, "dilation": 2},),
    ("MaxPool1d", "padding"): (
        {"kernel_size": 3, "stride": 2},
        {"kernel_size": 4, "stride": 1, "dilation": 2},
    ),
    ("AvgPool1d", "padding"): (
        {"kernel_size": 3, "stride": 2},
        {"kernel_size": 4, "stride": 1, "count_include_pad": False},
    ),
    ("ConvTranspose1d", "padding"): ({"kernel_size": 4, "stride": 3},),
    ("Conv3d", "padding_mode"): ({"padding": (1, 1, 1)},),
    ("DepthwiseConv2d", "padding_mode"): ({"padding": 1},),
    ("ConvTranspose1d", "output_padding"): ({"stride": 3},),
    ("ConvTranspose2d", "output_padding"): ({"stride": 4},),
    ("ConvTranspose3d", "output_padding"): ({"stride": 4},),
    ("LSTM", "num_layers"): ({"bidirectional": True, "dropout": 0.3},),
    ("GRU", "num_layers"): ({"bidirectional": True},),
    ("RNN", "num_layers"): ({"bidirectional": True},),
    ("LSTM", "dropout"): ({"num_layers": 2},),
    ("GRU", "dropout"): ({"num_layers": 2},),
    ("RNN", "dropout"): ({"num_layers": 2},),
    ("Upsample", "align_corners"): ({"mode": "linear"},),
    ("Select", "index"): ({"which": "index"},),
    ("PositionalEncoding", "max_length"): ({"encoding": "learnt"},),
    ("GroupNorm", "num_groups"): ({"num_groups": 4},),
    ("Embedding", "norm_type"): ({"max_norm": 0.5},),
    ("Embedding", "padding_idx"): ({"num_embeddings": 50},),
    ("Conv2d", "groups"): ({"out_channels": 8, "groups": 4},),
    ("Conv1d", "groups"): ({"out_channels": 8, "groups": 4},),
}
"""What must go along with a parameter for it to matter, or to be allowed."""


def trials(layer: Layer) -> Iterator[Trial]:
    """Every way in which samples fit this layer. An Input takes none."""
    if isinstance(layer, Input):
        return
    most = layer.longest or LONGEST
    for inputs in arrangements(layer):
        if most < LONGEST and any(axes and axes.free for axes in inputs):
            continue  # the batches that are run are longer
        for target in TARGETS if isinstance(layer, Loss) else (None,):
            sized = answer(layer, inputs, target)
            if isinstance(sized, Sized):
                yield Trial(layer, inputs, target, sized)


def arrangements(layer: Layer) -> Iterator[tuple[Axes | None, ...]]:
    """What may come in: one sample for all ports that must be joined, and for the optional ones too."""
    ports = layer.inputs
    needed = sum(not port.optional for port in ports)
    if not ports:
        yield ()
        return
    for axes in SAMPLES:
        yield (axes,) * needed
        if ports[0].many:
            yield (axes,) * 3
        if needed < len(ports):
            yield tuple(_state(layer) if port.name in PARTNERS else axes for port in ports)
    if needed == 2 and not ports[0].many:
        pairs = itertools.permutations((Sequence(6, 12), Sequence(4, 12), Sequence("time", 12)), 2)
        # A decoder is dear: all its pairs are tried with its plain settings alone.
        few = "nhead" in type(layer).model_fields and layer != type(layer)()
        yield from itertools.islice(pairs, 1 if few else None)


def _state(layer: Any) -> Row:
    units = getattr(layer, "proj_size", 0) or layer.hidden_size
    return Row(layer.states(units))


@cache
def usable(kind: str) -> tuple[Trial, ...]:
    """All trials of all settings of a kind."""
    return tuple(trial for layer in variants(CATALOGUE[kind]) for trial in trials(layer))


def real(axes: Axes | None, batch: int = 3, steps: int = STEPS) -> Tensor | None:
    """A batch of samples that look like this."""
    if axes is None:
        return None
    sizes = [batch, *(size if isinstance(size, int) else steps for size in axes.sizes)]
    return torch.randint(0, 7, sizes) if axes.whole else torch.randn(sizes)


def batch_of(trial: Trial, batch: int = 3, steps: int = STEPS) -> list[Tensor | None]:
    """A batch for every input; a layer that hears from nobody is told the batch."""
    return [real(axes, batch, steps) for axes in trial.inputs] or [torch.zeros(batch, 1)]


def expected(target: Target | None, batch: int, steps: int) -> Tensor:
    """Targets such as the data have."""
    count = target.count if target else 1
    match target:
        case StepLabels():
            return torch.randint(0, count, (batch, steps))
        case Transcript():
            return torch.cat((torch.randint(1, count, (batch, 2)), torch.full((batch, 1), -1)), 1)
        case Labels():
            return torch.randint(0, count, (batch,))
    return torch.rand(batch, count)


def judged(trial: Trial, given: list[Tensor | None]) -> list[Tensor | None]:
    """What a loss compares, in the range that it is for."""
    prediction = given[0]
    assert prediction is not None
    if len(given) == 1:
        steps = prediction.shape[1] if prediction.ndim > 1 else 1
        target = expected(trial.target, len(prediction), steps)
    else:
        assert given[1] is not None
        target = given[1].softmax(-1)
    match trial.layer.kind():
        case "BCELoss":
            prediction = prediction.sigmoid()
        case "KLDivLoss" | "NLLLoss":
            prediction = prediction.log_softmax(-1)
        case "PoissonNLLLoss":
            prediction = prediction.sigmoid() + 0.1
    return [prediction, target.to(prediction.dtype) if target.is_floating_point() else target]


def ran(trial: Trial, module: torch.nn.Module, given: list[Tensor | None]) -> tuple[Tensor, ...]:
    """What the module gives, as a tuple; of a loss, one number."""
    if isinstance(trial.layer, Loss):
        given = judged(trial, given)
    result = module(*given)
    return tuple(result) if isinstance(result, tuple) else (result,)
