"""How the weights of a layer are drawn, as lines of a script: what `engine.initial` does, written down."""

from collections.abc import Iterator

import torch
from torch import nn

from engine.export.forward import attribute
from engine.export.words import INDENT
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
