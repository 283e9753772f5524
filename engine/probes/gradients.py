"""How large gradients are, layer by layer, over the probe batch."""

from collections.abc import Iterator
from typing import ClassVar

from engine.events import Reading
from engine.probe import Moment, Probe, norms


class ErrorSignal(Probe):
    """‖∂L/∂h‖₂ of each layer's output h: what is left of the error signal when it gets there.

    This, not the weights' gradients, shows vanishing: a deep net's weight gradients can look equal while its error
    signal dies on the way back.
    """

    unit: ClassVar[str] = "‖∂L/∂h‖₂"

    def read(self, moment: Moment) -> Iterator[Reading]:
        gradients = moment.on_probe.gradients
        for node, length in norms({name: (grad,) for name, grad in gradients.items()}).items():
            yield self.say(moment, node, length)


class WeightGradient(Probe):
    """‖∂L/∂W‖₂ of each layer with weights, its biases included."""

    unit: ClassVar[str] = "‖∂L/∂W‖₂"

    def read(self, moment: Moment) -> Iterator[Reading]:
        for node, length in norms(moment.on_probe.weight_gradients).items():
            yield self.say(moment, node, length)
