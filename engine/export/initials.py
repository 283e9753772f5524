"""How the weights of a layer are drawn, as lines of a script: what `engine.initial` does, written down."""

from collections.abc import Callable, Iterator, Mapping

import torch
from torch import nn

from engine.export.forward import attribute
from engine.export.words import INDENT
from engine.initial import SMALL
from engine.layer import Call, InitialWeights

RULES = {
    "xavier": "nn.init.xavier_uniform_({})",
    "he": 'nn.init.kaiming_normal_({}, nonlinearity="relu")',
    "lecun": 'nn.init.kaiming_normal_({}, nonlinearity="linear")',
    "orthogonal": "nn.init.orthogonal_({})",
    "zeros": "nn.init.zeros_({})",
}
TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)


def drawing_lines(name: str, call: Call, rule: InitialWeights) -> Iterator[str]:
    """The lines that draw the weights of a member anew; none where they are PyTorch's own."""
    if rule == "default":
        return
    with torch.device("meta"):
        module = call.build()
    for way, parameter in module.named_parameters():
        place = attribute([name, *way.split(".")])
        if "weight" in way and parameter.ndim > 1:
            if isinstance(module, TRANSPOSED):
                yield from _turned(place, module.groups, rule)
            else:
                yield RULES[rule].format(place)
        elif "bias" in way:
            yield f"nn.init.zeros_({place})"
    if isinstance(module, nn.Embedding) and module.padding_idx is not None:
        yield f"nn.init.zeros_(self.{name}.weight.data[{module.padding_idx}])"


def _turned(place: str, groups: int, rule: InitialWeights) -> Iterator[str]:
    """Of a transposed convolution, (in, out / groups, …): torch takes the first for the outputs."""
    yield f"for part in {place}.data.chunk({groups}):"
    yield f"{INDENT}drawn = part.transpose(0, 1).contiguous()"
    yield INDENT + RULES[rule].format("drawn")
    yield f"{INDENT}part.copy_(drawn.transpose(0, 1))"


def starting_lines(name: str, call: Call, starts: Mapping[str, float]) -> Iterator[str]:
    """The lines that set what is set after the weights are drawn: `engine.initial.STARTS`, written down."""
    if not starts:
        return
    with torch.device("meta"):
        module = call.build()
    for start, value in starts.items():
        for way, parameter in module.named_parameters():
            place = attribute([name, *way.split(".")])
            yield from _START_LINES[start](module, way, place, parameter.shape[0], value)
        if start == "identity":  # drawn after all W_hh
            for way, _ in module.named_parameters():
                yield from _small(way, attribute([name, *way.split(".")]))


def _by_part(
    *lines: str,
) -> Callable[[nn.Module, str, str, int, float], Iterator[str]]:
    """What is done to each gate's part of each W_hh."""

    def written(module: nn.Module, way: str, place: str, rows: int, value: float) -> Iterator[str]:
        if way.startswith("weight_hh"):
            yield f"for part in {place}.data.chunk({rows // int(module.hidden_size)}):"  # type: ignore[arg-type]
            yield from (INDENT + line.format(value=value) for line in lines)

    return written


def _small(way: str, place: str) -> Iterator[str]:
    if way.startswith("weight_ih"):
        yield f"nn.init.normal_({place}, std={SMALL})"
    elif way.startswith("bias"):
        yield f"nn.init.zeros_({place})"


def _chrono(module: nn.Module, way: str, place: str, _rows: int, value: float) -> Iterator[str]:
    units, has_input = int(module.hidden_size), isinstance(module, nn.LSTM)  # type: ignore[arg-type]
    if way.startswith("bias_ih"):
        yield f"drawn = torch.empty({units}).uniform_(1, {max(1.0, value - 1)!r}).log()"
        yield f"{place}.data[{units}:{2 * units}] = drawn"
        if has_input:
            yield f"{place}.data[:{units}] = -drawn"
    elif way.startswith("bias_hh"):
        yield f"{place}.data[{0 if has_input else units}:{2 * units}] = 0.0"


def _open(module: nn.Module, way: str, place: str, _rows: int, value: float) -> Iterator[str]:
    if way.startswith("bias"):
        units = int(module.hidden_size)  # type: ignore[arg-type]
        begun = value if way.startswith("bias_ih") else 0.0
        yield f"{place}.data[{units}:{2 * units}] = {begun!r}"


_START_LINES = {
    "orthogonal": _by_part("nn.init.orthogonal_(part)"),
    "identity": _by_part("nn.init.eye_(part)"),
    "spectral_radius": _by_part(
        "largest = torch.linalg.eigvals(part).abs().max()",
        "part.mul_({value!r} / largest.clamp(min=1e-12))",
    ),
    "chrono": _chrono,
    "forget_bias": _open,
    "update_bias": _open,
}
