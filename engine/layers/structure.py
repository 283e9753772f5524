"""Layers that rearrange numbers or join wires, without weights."""

from typing import ClassVar

from engine.axes import Axes
from engine.layer import Call, Layer, LayerError, Port, call


class Flatten(Layer, group="Structure"):
    """Lays all numbers of a sample out in one row, so that a Dense layer can read an image."""

    def call(self, numbers: Axes) -> Call:
        if numbers.count is None:
            raise LayerError("sizes that are known", numbers.text)
        return call("torch.nn.Flatten")

    def arithmetic(self, numbers: Axes) -> str:
        return f"{numbers.text.replace('×', ' × ')} = {numbers.count:,}" if numbers.count else ""


class _Alike(Layer, group="Structure"):
    inputs: ClassVar[tuple[Port, ...]] = (Port("in", many=True),)

    def call(self, *numbers: Axes) -> Call:
        for other in numbers[1:]:
            if other.sizes != numbers[0].sizes:
                raise LayerError(f"inputs of one shape, like {numbers[0].text}", other.text)
        return call(f"engine.modules.{type(self).__name__}")


class Add(_Alike, group="Structure"):
    """Adds its inputs number by number; with a wire around a block it makes a skip connection."""


class Multiply(_Alike, group="Structure"):
    """Multiplies its inputs number by number, as a gate does."""


class Concat(Layer, group="Structure"):
    """Puts its inputs side by side along their first axis: features of rows, channels of images."""

    inputs: ClassVar[tuple[Port, ...]] = (Port("in", many=True),)

    def call(self, *numbers: Axes) -> Call:
        for other in numbers[1:]:
            same = type(other) is type(numbers[0]) and other.sizes[1:] == numbers[0].sizes[1:]
            if not same:
                raise LayerError(
                    f"inputs that differ in their first axis alone, like {numbers[0].text}",
                    other.text,
                )
        return call("engine.modules.Concat")
