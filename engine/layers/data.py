"""Where samples come in."""

from typing import ClassVar

from engine.axes import Axes
from engine.layer import Call, Layer, Port, call


class Input(Layer, group="Data", stem="input"):
    """One sample of the data enters the network here.

    Its shape is that of the chosen data set; there is nothing to set.
    """

    inputs: ClassVar[tuple[Port, ...]] = ()

    def call(self, *_: Axes) -> Call:
        return call("torch.nn.Identity")
