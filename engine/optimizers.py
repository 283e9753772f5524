"""How weights are updated, by name: one table from a name to the torch optimiser it stands for."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer

OptimizerName = Literal["SGD", "Momentum", "RMSprop", "Adagrad", "Adam", "AdamW"]

Maker = Callable[["Iterable[Tensor]", float, float, float], "Optimizer"]


def make_optimizer(
    name: OptimizerName,
    parameters: "Iterable[Tensor]",
    learning_rate: float,
    momentum: float,
    weight_decay: float,
) -> "Optimizer":
    """The optimiser of this name; `momentum` matters to Momentum alone."""
    return OPTIMIZERS[name](parameters, learning_rate, momentum, weight_decay)


def _plain(kind: str) -> Maker:
    def make(
        parameters: "Iterable[Tensor]", rate: float, _momentum: float, decay: float
    ) -> "Optimizer":
        import torch  # heavy: settings are declared before torch is at hand

        optimizer: Optimizer = getattr(torch.optim, kind)(parameters, lr=rate, weight_decay=decay)
        return optimizer

    return make


def _momentum(
    parameters: "Iterable[Tensor]", rate: float, momentum: float, decay: float
) -> "Optimizer":
    import torch  # heavy, as above

    return torch.optim.SGD(parameters, lr=rate, momentum=momentum, weight_decay=decay)


OPTIMIZERS: Mapping[OptimizerName, Maker] = MappingProxyType(
    {
        "SGD": _plain("SGD"),
        "Momentum": _momentum,
        "RMSprop": _plain("RMSprop"),
        "Adagrad": _plain("Adagrad"),
        "Adam": _plain("Adam"),
        "AdamW": _plain("AdamW"),
    }
)
