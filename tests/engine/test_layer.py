from typing import ClassVar

import pytest
import torch
from pydantic import ValidationError
from torch import nn

from engine.axes import Axes, General, Image, Row, Sequence
from engine.layer import Call, Layer, LayerError, Port, Weighted, call
from engine.layers.convolution import Conv2d, side
from engine.layers.dense import Dense
from engine.layers.pooling import MaxPool2d


class Twin(Layer, group="Structure", label="Twin wires"):
    """Two inputs of different kinds."""

    inputs: ClassVar[tuple[Port, ...]] = (Port("left"), Port("right"))

    def call(self, left: Row | Sequence, right: Image) -> Call:
        return call("torch.nn.Identity", left, right)


def test_a_call_is_built_and_printed_alike() -> None:
    made = call("torch.nn.Conv2d", 3, 6, kernel_size=(5, 5), bias=False)
    assert made.source == "nn.Conv2d(3, 6, kernel_size=(5, 5), bias=False)"
    module = made.build()
    assert isinstance(module, nn.Conv2d)
    assert (module.in_channels, module.out_channels, module.bias) == (3, 6, None)


def test_a_call_raises_what_its_module_raises() -> None:
    with pytest.raises(ValueError, match="divisible"):
        call("torch.nn.Conv2d", 3, 6, 5, groups=2).build()


def test_what_an_input_takes_is_read_off_the_annotations() -> None:
    assert Twin.takes == ((Row, Sequence), (Image,))
    assert Dense.takes == ((Row, Sequence, General),)
    assert Conv2d.takes == ((Image,),)


def test_names_come_from_the_class_unless_said_otherwise() -> None:
    assert (Twin.kind(), Twin.label, Twin.stem, Twin.group) == (
        "Twin",
        "Twin wires",
        "twin_wires",
        "Structure",
    )
    assert (Conv2d.label, Conv2d.stem) == ("Conv 2d", "conv")


def test_but_checks_and_leaves_the_first_alone() -> None:
    dense = Dense(out_features=10)
    assert dense.but(out_features=12) == Dense(out_features=12)
    assert dense == Dense(out_features=10)
    with pytest.raises(ValidationError):
        dense.but(out_features=0)


def test_a_layer_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError):
        Dense().out_features = 3  # type: ignore[misc]  # that is what is tested


def test_one_number_means_both_sides() -> None:
    assert Conv2d.model_validate({"kernel_size": 3}).kernel_size == (3, 3)
    assert MaxPool2d.model_validate({"padding": 1}).padding == (1, 1)


def test_equal_layers_are_one_key() -> None:
    assert len({Dense(out_features=3), Dense(out_features=3), Dense(out_features=4)}) == 2


def test_a_layer_error_says_both_sides() -> None:
    error = LayerError("an image", "a row of 784")
    assert str(error) == "wants an image, but gets a row of 784"


def test_a_layer_without_a_call_says_so() -> None:
    class Bare(Layer, group="Code"):
        """Nothing."""

    with pytest.raises(NotImplementedError):
        Bare().call(Row(1))


def test_weighted_layers_may_choose_how_weights_begin() -> None:
    assert issubclass(Dense, Weighted)
    assert Dense().initial_weights == "default"
    with pytest.raises(ValidationError):
        Dense.model_validate({"initial_weights": "best"})


def test_the_axes_of_an_output_follow_those_of_its_input() -> None:
    assert Conv2d().outcome("out", (6, 28, 28), (Image(3, 32, 32),)) == Image(6, 28, 28)
    assert Dense().outcome("out", (7, 64), (Sequence(7, 12),)) == Sequence(7, 64)
    assert Dense().outcome("out", (64,), ()) == Row(64)


@pytest.mark.parametrize(
    ("size", "kernel", "padding", "stride", "dilation"),
    [(32, 5, 0, 1, 1), (28, 5, 2, 1, 1), (28, 2, 0, 2, 1), (7, 3, 1, 2, 1), (15, 3, 1, 2, 3)],
)
def test_the_side_of_an_output_is_that_of_torch(
    size: int, kernel: int, padding: int, stride: int, dilation: int
) -> None:
    module = nn.Conv2d(1, 1, kernel, stride, padding, dilation)
    out = module(torch.zeros(1, 1, size, size))
    assert side(size, kernel, padding, stride, dilation) == out.shape[-1]


def test_axes_is_taken_where_nothing_is_said() -> None:
    class Anything(Layer, group="Code"):
        """Takes what comes."""

        def call(self, numbers) -> Call:  # type: ignore[no-untyped-def]  # that is what is tested
            return call("torch.nn.Identity", numbers)

    assert Anything.takes == ((Axes,),)
