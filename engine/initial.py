"""How weights are drawn before training, by name.

Xavier: Glorot & Bengio 2010, Var W = 2/(fan_in + fan_out). He: He et al. 2015, Var W = 2/fan_in.
LeCun: LeCun et al. 1998, Var W = 1/fan_in, which SELU needs.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from torch import Tensor, nn

from engine.layer import InitialWeights

RULES: Mapping[InitialWeights, Callable[[Tensor], object]] = MappingProxyType(
    {
        "xavier": nn.init.xavier_uniform_,
        "he": lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="relu"),
        "lecun": lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="linear"),
        "orthogonal": nn.init.orthogonal_,
        "zeros": nn.init.zeros_,
    }
)


def initialise(module: nn.Module, rule: InitialWeights) -> None:
    """Draw the weights of `module` anew by `rule`; "default" leaves what PyTorch drew.

    Weight matrices and filters are drawn, biases become 0, as the sources above have it.
    """
    if rule == "default":
        return
    for name, parameter in module.named_parameters():
        if "weight" in name and parameter.ndim > 1:
            if isinstance(module, nn.ConvTranspose1d | nn.ConvTranspose2d | nn.ConvTranspose3d):
                _turned(parameter, rule, module.groups)
            else:
                RULES[rule](parameter)
        elif "bias" in name:
            nn.init.zeros_(parameter)
    if isinstance(module, nn.Embedding) and module.padding_idx is not None:
        module.weight.data[module.padding_idx] = 0  # it stands for nothing, and is never learnt


def _turned(weight: Tensor, rule: InitialWeights, groups: int) -> None:
    """Draw the filters of a transposed convolution, (in, out / groups, …): torch takes the first for the outputs."""
    for part in weight.data.chunk(groups):
        drawn = part.transpose(0, 1).contiguous()
        RULES[rule](drawn)
        part.copy_(drawn.transpose(0, 1))
