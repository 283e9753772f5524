"""Where samples come in, and where results go out."""

from typing import ClassVar

from pydantic import Field

from engine.axes import Axes
from engine.layer import Call, Layer, Port, call


class Input(Layer, group="Data", stem="input"):
    """One sample of the data enters the network here.

    Its shape is that of the chosen data set. Where a sample has several parts, such as a sentence and its
    translation, each Input names the one that it brings. Inside a group it is one of the group's inputs.
    """

    inputs: ClassVar[tuple[Port, ...]] = ()
    part: str = Field(
        "",
        pattern=r"^[a-z0-9_]{0,40}$",
        title="Part",
        description="Which part of a sample it brings; empty for the first.",
    )

    def call(self, *_: Axes) -> Call:
        return call("torch.nn.Identity")

    @property
    def caption(self) -> str:
        return self.part[:16]


class Output(Layer, group="Data", stem="output"):
    """What the network gives, under this node's name.

    Without one, its predictions are what flows into the losses. Inside a group it is one of the group's outputs.
    """

    outputs: ClassVar[tuple[Port, ...]] = ()

    def call(self, result: Axes) -> Call:  # noqa: ARG002 (anything can be given)
        return call("torch.nn.Identity")
