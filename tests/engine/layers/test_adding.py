"""To add a layer is to add one declaration in one file: the example of CONTRIBUTING.md, tried."""

import re
from pathlib import Path

import pytest
import torch

import engine.layers
from engine.axes import Image
from engine.cli.catalogue import parameters_of
from engine.declare import declared
from engine.layer import Layer
from engine.sizing import Misfit, Sized
from engine.trial import answer

ROOT = Path(__file__).parents[3]


def test_the_example_of_contributing_is_all_that_a_layer_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(class .*?)```", text, re.DOTALL)
    (name,) = re.findall(r"class (\w+)", example)
    assert name not in engine.layers.CATALOGUE
    head = (
        "from pydantic import Field\nfrom engine.axes import Image\n"
        "from engine.layer import Call, Layer, call\nfrom engine.parameters import Pair\n"
        "from engine.layers.convolution import fits\n\n\n"
    )
    (tmp_path / "an_example.py").write_text(head + example, encoding="utf-8")
    monkeypatch.setattr(engine.layers, "__path__", [*engine.layers.__path__, str(tmp_path)])
    found = declared("engine.layers", Layer)
    assert set(found) == {*engine.layers.CATALOGUE, name}
    layer = found[name]()
    assert [parameter["title"] for parameter in parameters_of(type(layer))] == ["Window"]
    assert layer.help()
    sized, misfit = (answer(layer, (Image(3, side, 8),), None) for side in (6, 1))
    assert isinstance(sized, Sized)
    assert sized.outputs["out"] == Image(3, 3, 4)
    assert isinstance(misfit, Misfit)
    assert misfit.wanted == "an image of at least 2×2"
    x = torch.tensor([[[[3.0, 4.0], [0.0, 0.0]]]])
    assert sized.call.build()(x).item() == 5.0  # the root of 3² + 4²
    assert layer.but(kernel_size=3).call(Image(1, 9, 9)).source == "nn.LPPool2d(2, (3, 3))"
