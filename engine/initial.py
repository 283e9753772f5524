"""How weights are drawn before training, by name.

Xavier: Glorot & Bengio 2010, Var W = 2/(fan_in + fan_out). He: He et al. 2015, Var W = 2/fan_in.
LeCun: LeCun et al. 1998, Var W = 1/fan_in, which SELU needs.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import torch
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


def initialise(
    module: nn.Module, rule: InitialWeights, starts: Mapping[str, float] = MappingProxyType({})
) -> None:
    """Draw the weights of `module` anew by `rule`, "default" leaving what PyTorch drew, and set what `starts` says.

    Weight matrices and filters are drawn, biases become 0, as the sources above have it.
    """
    if rule != "default":
        _draw(module, rule)
    for name, value in starts.items():
        STARTS[name](module, value)


def _draw(module: nn.Module, rule: InitialWeights) -> None:
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


def _parts(module: nn.Module) -> Iterator[Tensor]:
    """Each gate's part of each W_hh of a recurrent layer, of all stacked layers and directions."""
    for name, weight in module.named_parameters():
        if name.startswith("weight_hh"):
            yield from weight.data.chunk(weight.shape[0] // _units(module))


def _units(module: nn.Module) -> int:
    return int(module.hidden_size)  # type: ignore[arg-type]


def _orthogonal(module: nn.Module, _: float) -> None:
    """Draw each gate's part of each W_hh so that it keeps lengths (Saxe et al. 2014)."""
    for part in _parts(module):
        nn.init.orthogonal_(part)


def _identity(module: nn.Module, _: float) -> None:
    """Each gate's part of each W_hh is I, W_xh is drawn from N(0, 0.001²), biases are 0 (Le et al. 2015)."""
    for part in _parts(module):
        nn.init.eye_(part)
    for name, values in module.named_parameters():
        if name.startswith("weight_ih"):
            nn.init.normal_(values, std=SMALL)
        elif name.startswith("bias"):
            nn.init.zeros_(values)


def _scale(module: nn.Module, radius: float) -> None:
    """Scale each gate's part of each W_hh so that its largest eigenvalue has this length."""
    for part in _parts(module):
        largest = torch.linalg.eigvals(part).abs().max()
        part.mul_(radius / largest.clamp(min=1e-12))


def _open(module: nn.Module, bias: float) -> None:
    """Let the second gates begin with this bias: forget gates of an LSTM, update gates of a GRU.

    torch has two biases that are added: the first gets it, the other 0 (Gers et al. 2000; Jozefowicz et al. 2015).
    """
    units = _units(module)
    for name, values in module.named_parameters():
        if name.startswith("bias"):
            values.data[units : 2 * units] = bias if name.startswith("bias_ih") else 0.0


def _chrono(module: nn.Module, longest: float) -> None:
    """b_f = log U(1, T − 1), b_i = −b_f of an LSTM; b_z = log U(1, T − 1) of a GRU (Tallec and Ollivier 2018).

    Their GRU's gate lets in what is new; torch's z keeps what was, which is 1 less it: its bias has the other sign.
    """
    units, has_input = _units(module), isinstance(module, nn.LSTM)
    for name, values in module.named_parameters():
        if name.startswith("bias_ih"):
            drawn = torch.empty(units).uniform_(1, max(1, longest - 1)).log()
            values.data[units : 2 * units] = drawn
            if has_input:
                values.data[:units] = -drawn
        elif name.startswith("bias_hh"):
            values.data[0 if has_input else units : 2 * units] = 0.0


SMALL = 0.001
STARTS: Mapping[str, Callable[[nn.Module, float], None]] = MappingProxyType(
    {
        "orthogonal": _orthogonal,
        "identity": _identity,
        "spectral_radius": _scale,
        "chrono": _chrono,
        "forget_bias": _open,
        "update_bias": _open,
    }
)
