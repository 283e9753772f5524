"""How weights are updated, by name: one table from a name to the torch optimiser and what it is given."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from engine.settings import OptimizerName, Settings

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer


@dataclass(frozen=True, slots=True)
class Rule:
    """A class of torch.optim, and its arguments beyond rate and weight decay."""

    kind: str
    arguments: Callable[[Settings], dict[str, Any]] = lambda _: {}

    def options(self, settings: Settings) -> dict[str, Any]:
        """All that the class is given with these settings, by PyTorch's names."""
        rates = {"lr": settings.learning_rate, "weight_decay": settings.weight_decay}
        return rates | self.arguments(settings)


def _betas(settings: Settings) -> dict[str, Any]:
    return {"betas": (settings.beta_1, settings.beta_2)}


OPTIMIZERS: Mapping[OptimizerName, Rule] = MappingProxyType(
    {
        "SGD": Rule("SGD"),
        "Momentum": Rule("SGD", lambda settings: {"momentum": settings.momentum}),
        "Nesterov": Rule(
            # torch refuses Nesterov's rule without momentum, which would be plain SGD
            "SGD", lambda settings: {"momentum": settings.momentum, "nesterov": settings.momentum > 0},
        ),
        "RMSprop": Rule("RMSprop", lambda settings: {"alpha": settings.alpha}),
        "Adagrad": Rule("Adagrad"),
        "Adam": Rule("Adam", _betas),
        "AdamW": Rule("AdamW", _betas),
    }
)  # fmt: skip


def make_optimizer(
    settings: Settings, parameters: "Iterable[Tensor] | Iterable[dict[str, Any]]"
) -> "Optimizer":
    """The optimiser that the settings name, for parameters or groups of them as torch.optim takes them."""
    import torch  # heavy: settings are declared before torch is at hand

    rule = OPTIMIZERS[settings.optimizer]
    optimizer: Optimizer = getattr(torch.optim, rule.kind)(parameters, **rule.options(settings))
    return optimizer
