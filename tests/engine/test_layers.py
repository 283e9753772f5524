"""One harness over every layer there is: a layer that is added is tested by being there."""

import json
import re
from collections.abc import Iterator
from typing import Literal, get_args, get_origin

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor, nn

import engine.modules
from engine.axes import Axes, Image, Labels, Row, Sequence, Target, Tokens, Values, Volume
from engine.declare import complaints
from engine.graph import Edge, Graph, NodeId
from engine.layer import GROUPS, Layer, Loss
from engine.layers import CATALOGUE
from engine.layers.data import Input
from engine.records import layer_from, record_of_layer
from engine.shapes import Misfit, Sized, infer

SAMPLES: tuple[Axes, ...] = (
    Row(12), Sequence(5, 12), Image(4, 15, 17), Volume(2, 4, 5, 6), Tokens(7, 30)
)  # fmt: skip
TARGETS: tuple[Target, ...] = (Labels(tuple("abcdefghijkl")), Values(tuple("abcdefghijkl")))
STIFF = re.compile(r"tensor|\bdim\b|Traceback|torch|pydantic|Input should", re.IGNORECASE)
CPU_BATCH = 3


def variants(kind: type[Layer]) -> Iterator[Layer]:
    """The layer as it is, and with each parameter by itself changed to something else that is allowed."""
    plain = kind()
    yield plain
    for name, field in kind.model_fields.items():
        for value in others(field.annotation, getattr(plain, name)):
            try:
                yield plain.but(**{name: value})
            except ValidationError:
                continue


def others(annotation: object, now: object) -> list[object]:
    if get_origin(annotation) is Literal:
        return [choice for choice in get_args(annotation) if choice != now]
    match now:
        case bool():
            return [not now]
        case int():
            return [now + 1, 2 * now + 2]
        case float():
            return [now / 2 + 0.1, now / 3]
        case tuple():
            return [(3, 2), (1, 1), (2, 2), 2]
    raise AssertionError(f"no other value is known for {annotation}")


def placed(layer: Layer, *axes: Axes) -> Graph:
    """The layer behind as many inputs as there are axes."""
    graph = Graph().add(layer, name="it")
    for number, _ in enumerate(axes):
        graph = graph.add(Input(), name=f"input_{number}")
        port = layer.inputs[0].name
        graph = graph.connect(Edge(NodeId(f"input_{number}"), NodeId("it"), target_port=port))
    return graph


def answer(layer: Layer, axes: Axes, target: Target, wires: int = 1) -> Sized | Misfit:
    shapes = infer(placed(layer, *[axes] * wires), axes, target)
    return shapes.sized.get(NodeId("it")) or shapes.misfits[NodeId("it")]


def fitting(layer: Layer) -> list[tuple[Axes, Target, Sized]]:
    """Every sample that the layer takes. An Input takes none and is asked by itself."""
    found = []
    for axes in SAMPLES:
        for target in TARGETS:
            sized = answer(layer, axes, target) if layer.inputs else None
            if isinstance(sized, Sized):
                found.append((axes, target, sized))
    return found


EVERY = [layer for kind in CATALOGUE.values() for layer in variants(kind)]
USABLE = [layer for layer in EVERY if isinstance(layer, Input) or fitting(layer)]
MANY = [layer for layer in USABLE if layer.inputs and layer.inputs[0].many]
LOSSES = [layer for layer in USABLE if isinstance(layer, Loss)]
COMPUTING = [layer for layer in USABLE if layer.inputs and not isinstance(layer, Loss)]
KINDS = [pytest.param(kind, id=name) for name, kind in CATALOGUE.items()]


@pytest.mark.parametrize("kind", KINDS)
def test_the_harness_reaches_every_parameter(kind: type[Layer]) -> None:
    reached = [layer for layer in USABLE if type(layer) is kind]
    assert kind() in reached
    for name in kind.model_fields:
        assert any(getattr(layer, name) != getattr(kind(), name) for layer in reached), name


def real(axes: Axes) -> Tensor:
    sizes = [CPU_BATCH, *(size or 1 for size in axes.sizes)]
    return torch.randint(0, 7, sizes) if axes.whole else torch.randn(sizes)


@pytest.mark.parametrize("layer", COMPUTING, ids=repr)
def test_what_is_inferred_on_nothing_is_what_really_comes_out(layer: Layer) -> None:
    for axes, _, sized in fitting(layer):
        module = sized.call.build()
        out = module(real(axes))
        (after,) = sized.outputs.values()
        assert after.sizes == tuple(out.shape[1:])
        assert sized.cost.parameters == sum(p.numel() for p in module.parameters())
        assert sized.cost.activations == out[0].numel()


@pytest.mark.parametrize("layer", MANY, ids=repr)
def test_layers_of_many_wires_take_many(layer: Layer) -> None:
    for axes in (Row(12), Image(4, 15, 17)):
        sized = answer(layer, axes, TARGETS[0], wires=3)
        assert isinstance(sized, Sized)
        samples = [real(axes) for _ in range(3)]
        out = sized.call.build()(*samples)
        (after,) = sized.outputs.values()
        assert after.sizes == tuple(out.shape[1:])


@pytest.mark.parametrize("layer", LOSSES, ids=repr)
def test_losses_give_one_number(layer: Layer) -> None:
    ((_, target, sized),) = fitting(layer)
    y = torch.randint(0, 12, (3,)) if isinstance(target, Labels) else torch.randn(3, 12)
    assert sized.call.build()(torch.randn(3, 12), y).shape == ()


@pytest.mark.parametrize("layer", USABLE, ids=repr)
def test_the_printed_call_makes_an_equal_module(layer: Layer) -> None:
    calls = [sized.call for _, _, sized in fitting(layer)] or [layer.call()]
    for call in calls:
        torch.manual_seed(5)
        built = call.build()
        torch.manual_seed(5)
        printed = eval(call.source, {"nn": nn, "engine": engine})
        assert repr(built) == repr(printed)
        assert type(built) is type(printed)
        torch.testing.assert_close(built.state_dict(), printed.state_dict(), rtol=0, atol=0)


@pytest.mark.parametrize("layer", EVERY, ids=repr)
def test_it_comes_back_from_json(layer: Layer) -> None:
    text = json.dumps(record_of_layer(layer), allow_nan=False)
    again = layer_from(json.loads(text))
    assert again == layer
    assert type(again) is type(layer)
    assert hash(again) == hash(layer)


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_it_is(kind: type[Layer]) -> None:
    assert kind.group in GROUPS
    assert kind.help().endswith((".", "?"))
    assert kind.label
    assert re.fullmatch(r"[a-z][a-z0-9_]*", kind.stem)
    for name, field in kind.model_fields.items():
        assert field.title, name
        assert field.description is not None
        assert field.description.endswith("."), name
        assert field.get_default() is not None, f"{name}: a layer must be usable as it is dropped"
    assert Graph().add(kind()).nodes


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_has_bounds_that_are_kept_in_words(kind: type[Layer]) -> None:
    plain = kind()
    for name, field in kind.model_fields.items():
        now = getattr(plain, name)
        if isinstance(now, bool | str):
            wrong: list[object] = ["nonsense", None]
        elif isinstance(now, tuple):
            wrong = [(-1, -1), (10**9, 1), (1, 2, 3), "x", -1]
        else:
            wrong = [-(10**12), 10**12, "x", None, float("nan"), float("inf")]
        for value in wrong:
            with pytest.raises(ValidationError) as caught:
                plain.but(**{name: value})
            for sentence in complaints(caught.value, kind):
                assert field.title is not None
                assert field.title in sentence
                assert sentence.endswith(".")
                assert not STIFF.search(sentence), sentence


@pytest.mark.parametrize("kind", KINDS)
def test_a_foreign_parameter_is_named(kind: type[Layer]) -> None:
    with pytest.raises(ValidationError) as caught:
        kind().but(no_such_thing=1)
    assert "no_such_thing" in complaints(caught.value, kind)[0]


@pytest.mark.parametrize("layer", EVERY, ids=repr)
def test_what_does_not_fit_is_said_in_words(layer: Layer) -> None:
    for axes in (*SAMPLES, Sequence("time", 4), Image(1, 1, 1)):
        for target in TARGETS:
            misfit = answer(layer, axes, target) if layer.inputs else None
            if isinstance(misfit, Misfit):
                assert misfit.wanted
                assert misfit.got
                assert not STIFF.search(misfit.wanted + misfit.got)


@pytest.mark.parametrize("layer", EVERY, ids=repr)
def test_its_few_words_are_right(layer: Layer) -> None:
    assert len(layer.caption) <= 16
    for axes, _, sized in fitting(layer):
        text = layer.arithmetic(axes)
        if "parameters" in text:
            assert f"= {sized.cost.parameters:,} parameters" in text
        if "a side" in text and isinstance(axes, Image):
            (after,) = sized.outputs.values()
            assert isinstance(after, Image)
            assert f"= {after.height} a side" in text


def test_there_are_as_many_layers_as_promised() -> None:
    wanted = "Input Dense Conv2d MaxPool2d AvgPool2d ReLU Sigmoid Tanh Flatten Dropout CrossEntropyLoss MSELoss"
    assert set(wanted.split()) <= set(CATALOGUE)
    order = [GROUPS.index(kind.group) for kind in CATALOGUE.values()]
    assert order == sorted(order)
