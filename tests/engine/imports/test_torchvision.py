"""torchvision's own networks, with random weights.

It is no dependency: `pip install --no-deps torchvision pillow` beside the CPU torch, then
`pytest -m campaign tests/engine/imports`.
"""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
import torch

from engine.axes import Image
from engine.graph import Group
from engine.imports import imported

pytestmark = [pytest.mark.campaign, pytest.mark.filterwarnings("ignore")]
CLEAR = {  # name: side of the image, and options; the catalogue has everything
    "alexnet": (96, {}),
    "vgg11": (64, {}),
    "resnet18": (64, {}),
    "googlenet": (96, {"init_weights": False, "aux_logits": False}),
    "densenet121": (64, {}),
    "mobilenet_v2": (64, {}),
    "mobilenet_v3_small": (64, {}),
    "efficientnet_b0": (64, {}),
    "squeezenet1_0": (64, {}),
    "shufflenet_v2_x0_5": (64, {}),
    "inception_v3": (96, {"init_weights": False, "aux_logits": False}),
    "mnasnet0_5": (64, {}),
    "regnet_y_400mf": (64, {}),
}
OPAQUE = {
    "convnext_tiny": (64, 0.2),
    "vit_b_32": (224, 0.2),
    "swin_t": (64, 0.2),
    "swin_v2_t": (64, 0.25),  # whose windows are folded into the batch, normed and divided there
}  # with some steps of PyTorch: the largest share of them


@pytest.fixture(scope="module")
def models() -> Iterator[Any]:
    """torchvision's models; its C++ part, which is not needed, is stood in for."""
    library = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    try:
        models = importlib.import_module("torchvision").models
    except ImportError:
        pytest.fail("torchvision is not installed: pip install --no-deps torchvision pillow")
    yield models
    del library


@pytest.mark.parametrize("name", CLEAR)
def test_a_network_comes_in_whole(models: Any, name: str) -> None:
    side, options = CLEAR[name]
    torch.manual_seed(0)
    module = getattr(models, name)(**options)
    found = imported(module, [Image(3, side, side)])
    assert found.report.difference <= 1e-5
    assert not found.report.opaque
    count = sum(one.numel() for one in module.parameters())
    names = {key for key, _ in module.named_parameters()}
    assert count == sum(
        a.size for k, a in found.weights.items() if "running" not in k and "tracked" not in k
    )
    assert names
    assert found.graph.of_kind(Group) or name == "mlp"


@pytest.mark.parametrize("name", OPAQUE)
def test_a_network_comes_in_with_steps(models: Any, name: str) -> None:
    torch.manual_seed(0)
    side, most = OPAQUE[name]
    found = imported(getattr(models, name)(), [Image(3, side, side)])
    assert found.report.difference <= 1e-5
    assert found.report.share < most


def test_helping_classifiers_are_told_of(models: Any) -> None:
    found = imported(models.googlenet(init_weights=False, aux_logits=True), [Image(3, 96, 96)])
    assert found.report.difference <= 1e-5
    assert {name.split(".")[0] for name in found.report.unused} == {"aux1", "aux2"}
