"""A cell taken apart: the sum of its products is what torch says, for every place of every kind of convolution."""

import itertools

import numpy as np
import pytest
import torch
from torch import nn

from engine.patch import packed, patch_of, unpacked

KINDS = {
    "5×5×3, the classic": (nn.Conv2d(3, 6, 5), (3, 12, 12)),
    "stride": (nn.Conv2d(2, 3, 3, stride=2), (2, 8, 9)),
    "stride that leaves rows over": (nn.Conv2d(1, 2, 3, stride=3), (1, 10, 11)),
    "padding": (nn.Conv2d(2, 3, (3, 5), padding=(1, 2)), (2, 6, 7)),
    "dilation": (nn.Conv2d(2, 3, 3, dilation=(2, 3), padding=2), (2, 8, 9)),
    "groups": (nn.Conv2d(4, 6, 3, groups=2), (4, 6, 6)),
    "depthwise": (nn.Conv2d(4, 8, 3, groups=4, padding=1), (4, 5, 5)),
    "same, even kernel": (nn.Conv2d(2, 3, 4, padding="same"), (2, 6, 6)),
    "same, dilated": (nn.Conv2d(2, 3, (2, 3), padding="same", dilation=(3, 1)), (2, 7, 6)),
    "valid": (nn.Conv2d(2, 3, 2, padding="valid"), (2, 4, 4)),
    "reflect": (nn.Conv2d(2, 3, 3, padding=2, padding_mode="reflect"), (2, 6, 6)),
    "replicate": (nn.Conv2d(2, 3, 3, padding=1, padding_mode="replicate"), (2, 5, 5)),
    "circular": (nn.Conv2d(2, 3, 3, padding=1, padding_mode="circular"), (2, 5, 5)),
    "no bias": (nn.Conv2d(2, 3, 3, bias=False), (2, 5, 5)),
    "1 × 1": (nn.Conv2d(5, 3, 1), (5, 4, 4)),
    "signal": (nn.Conv1d(3, 4, 5, stride=2, padding=2, dilation=2), (3, 17)),
    "volume": (nn.Conv3d(2, 4, (2, 3, 2), stride=(1, 2, 1), padding=1, groups=2), (2, 4, 5, 4)),
    "transposed": (nn.ConvTranspose2d(3, 4, 4, stride=2, padding=1), (3, 5, 5)),
    "transposed, all of it": (
        nn.ConvTranspose2d(4, 6, 3, stride=3, padding=1, output_padding=2, groups=2, dilation=2),
        (4, 4, 5),
    ),
    "transposed signal": (nn.ConvTranspose1d(2, 3, 5, stride=2), (2, 6)),
    "transposed volume": (nn.ConvTranspose3d(2, 2, 2, stride=2, bias=False), (2, 3, 2, 3)),
    "maximum": (nn.MaxPool2d(2), (3, 6, 8)),
    "maximum, overlapping": (nn.MaxPool2d(3, stride=2, padding=1), (2, 7, 8)),
    "maximum, dilated, rows over": (nn.MaxPool2d(2, 2, dilation=2, ceil_mode=True), (2, 7, 8)),
    "maximum of a signal": (nn.MaxPool1d(3, 2), (2, 11)),
    "maximum of a volume": (nn.MaxPool3d((1, 2, 2)), (2, 3, 4, 4)),
    "average": (nn.AvgPool2d(2), (2, 6, 6)),
    "average with its padding": (nn.AvgPool2d(3, 2, padding=1), (2, 7, 7)),
    "average without its padding": (
        nn.AvgPool2d(3, 2, padding=1, count_include_pad=False, ceil_mode=True),
        (2, 6, 6),
    ),
    "average to a size": (nn.AdaptiveAvgPool2d((3, 4)), (2, 7, 9)),
    "maximum to a size": (nn.AdaptiveMaxPool2d(3), (2, 7, 8)),
    "global average": (nn.AdaptiveAvgPool2d(1), (3, 4, 5)),
    "batch norm": (nn.BatchNorm2d(3), (3, 4, 4)),
    "batch norm of rows": (nn.BatchNorm1d(5, affine=False), (5,)),
    "dense": (nn.Linear(9, 4), (9,)),
    "dense at each step": (nn.Linear(5, 4, bias=False), (3, 5)),
}


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")  # torch's, on speed
@pytest.mark.parametrize("kind", KINDS)
def test_each_cell_is_the_sum_of_its_products_and_the_bias(kind: str) -> None:
    module, shape = KINDS[kind]
    torch.manual_seed(1)
    if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
        for _ in range(3):  # figures of its own
            module(3 + 2 * torch.randn(8, *shape))
        if module.affine:
            nn.init.normal_(module.weight)
        module.eval()
    x = torch.randn(shape)
    with torch.no_grad():
        out = module(x[None])[0]
    for cell in itertools.product(*(range(size) for size in out.shape)):
        patch = patch_of(module, x, cell)
        assert patch is not None
        assert patch.x.shape == patch.w.shape == patch.inside.shape
        assert patch.total == pytest.approx(float(out[cell]), abs=1e-5)


def test_a_5_by_5_window_over_three_channels_has_75_products() -> None:
    conv = nn.Conv2d(3, 6, 5)
    x = torch.randn(3, 32, 32)
    patch = patch_of(conv, x, (2, 4, 16))
    assert patch is not None
    assert patch.products.size == 75
    np.testing.assert_array_equal(patch.x, x[:, 4:9, 16:21].double().numpy())
    np.testing.assert_array_equal(patch.w, conv.weight[2].detach().double().numpy())
    assert patch.inside.all()
    assert conv.bias is not None
    assert patch.bias == float(conv.bias.detach()[2])


def test_what_is_padding_is_told_from_what_is_input() -> None:
    x = torch.ones(1, 4, 4)
    corner = patch_of(nn.Conv2d(1, 1, 3, padding=1), x, (0, 0, 0))
    assert corner is not None
    assert corner.inside[0].tolist() == [[0, 0, 0], [0, 1, 1], [0, 1, 1]]
    assert corner.x[0].tolist() == [[0, 0, 0], [0, 1, 1], [0, 1, 1]]
    mirrored = patch_of(nn.Conv2d(1, 1, 3, padding=1, padding_mode="reflect"), x, (0, 0, 0))
    assert mirrored is not None
    assert mirrored.inside.sum() == 4
    assert mirrored.x.all()
    met = patch_of(nn.ConvTranspose2d(1, 1, 2, stride=2), x, (0, 3, 0))
    assert met is not None
    assert met.inside[0].tolist() == [[0, 0], [1, 0]]  # one weight alone meets a number


def test_what_is_no_such_sum_is_not_taken_apart() -> None:
    for module in (nn.Sigmoid(), nn.LayerNorm(4), nn.Softmax(-1)):
        assert patch_of(module, torch.randn(3, 4), (1, 2)) is None
    assert patch_of(nn.ReLU(), torch.randn(2, 3, 3), (0, 0, 0)) is None


@pytest.mark.parametrize("kind", ["volume", "dense", "transposed", "signal"])
def test_a_patch_travels_as_one_row_of_numbers(kind: str) -> None:
    module, shape = KINDS[kind]
    patch = patch_of(module, torch.randn(shape), (0,) * len(shape))
    assert patch is not None
    again = unpacked(packed(patch))
    for name in ("x", "w", "inside"):
        np.testing.assert_array_equal(getattr(again, name), getattr(patch, name))
    assert again.total == patch.total


def test_a_maximum_takes_the_one_number_that_wins() -> None:
    x = torch.tensor([[[1.0, 5.0, 2.0, 0.0], [3.0, 4.0, 9.0, 7.0]]])
    patch = patch_of(nn.MaxPool2d(2), x, (0, 0, 0))
    assert patch is not None
    assert patch.x.tolist() == [[[1, 5], [3, 4]]]
    assert patch.w.tolist() == [[[0, 1], [0, 0]]]
