"""One harness over every layer there is: a layer that is added is tested by being there."""

import copy
import json
import re

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor, nn
from trials import (
    SAMPLES,
    STEPS,
    TARGETS,
    Trial,
    arrangements,
    batch_of,
    judged,
    ran,
    real,
    shown,
    usable,
    variants,
)

from engine.axes import Image, Sequence
from engine.declare import complaints
from engine.graph import Graph
from engine.initial import initialise
from engine.layer import GROUPS, Layer, Loss, Weighted
from engine.layers import CATALOGUE
from engine.layers.data import Input
from engine.records import layer_from, record_of_layer
from engine.sizing import Misfit
from engine.trial import answer

KINDS = [pytest.param(kind, id=name) for name, kind in CATALOGUE.items()]
NAMES = [name for name, kind in CATALOGUE.items() if kind is not Input]
STIFF = re.compile(r"tensor|\bdim\b|Traceback|torch|pydantic|Input should", re.IGNORECASE)
HIDDEN = {"trusted", "groups of DepthwiseConv2d"}
WEIGHT_FREE = {"Embedding.padding_idx"}


@pytest.mark.parametrize("name", NAMES)
def test_the_harness_reaches_every_parameter(name: str) -> None:
    kind = CATALOGUE[name]
    reached = [trial.layer for trial in usable(name)]
    plain = kind().as_own()
    assert plain in reached
    for field in shown(kind):
        assert any(getattr(layer, field) != getattr(plain, field) for layer in reached), field


@pytest.mark.parametrize("name", NAMES)
def test_what_is_inferred_on_nothing_is_what_really_comes_out(name: str) -> None:
    for trial in usable(name):
        module = trial.sized.call.build()
        assert trial.sized.cost.parameters == sum(p.numel() for p in module.parameters()) or (
            isinstance(trial.layer, Loss)
        )
        for batch, steps in ((3, STEPS), (2, 17)):
            results = ran(trial, module, batch_of(trial, batch, steps))
            if isinstance(trial.layer, Loss):
                assert results[0].shape == (), trial
                assert torch.isfinite(results[0]), trial
                continue
            for port, result in zip(trial.layer.outputs, results, strict=False):
                axes = trial.sized.outputs[port.name]
                sizes = tuple(_spelled(size, steps) for size in axes.sizes)
                assert sizes == tuple(result.shape[1:]), trial
                assert result.shape[0] == batch, trial
                assert trial.sized.dtypes[port.name] == str(result.dtype).removeprefix("torch.")
                assert axes.whole != result.is_floating_point(), trial


def _spelled(size: int | str, steps: int) -> int:
    """A free length as the number that it says: `⌊(time − 3) / 2⌋ + 1`."""
    if isinstance(size, int):
        return size
    text = size.replace("time", str(steps)).replace("·", "*").replace("−", "-")
    return int(eval(text.replace("/", "//").replace("⌊", "(").replace("⌋", ")"), {}))


@pytest.mark.parametrize("name", NAMES)
def test_gradients_agree_with_finite_differences(name: str) -> None:
    """Along a random direction of inputs and weights, in float64: (f(x + εv) − f(x − εv)) / 2ε = ∇f·v."""
    for trial in usable(name):
        marks = (getattr(trial.layer, mark, None) for mark in ("max_norm", "scale_grad_by_freq"))
        if any(marks):
            continue  # the first cuts rows back in place, the second bends gradients: both on purpose
        torch.manual_seed(7)
        module = trial.sized.call.build().double().eval()
        given = [
            x.double() if x is not None and x.is_floating_point() else x for x in batch_of(trial)
        ]
        _check_direction(trial, module, given)


def _check_direction(trial: Trial, module: nn.Module, given: list[Tensor | None]) -> None:
    leaves = [x.requires_grad_() for x in given if x is not None and x.is_floating_point()]
    leaves += [p for p in module.parameters() if p.requires_grad]
    torch.manual_seed(3)
    weights = [torch.randn_like(r) for r in _floats(ran(trial, module, given))]

    def scalar() -> Tensor:
        torch.manual_seed(5)  # a loss is compared with the same targets each time
        return sum(
            (w * r).sum() for w, r in zip(weights, _floats(ran(trial, module, given)), strict=True)
        )  # type: ignore[return-value]

    loss = scalar()
    if not isinstance(loss, Tensor) or not loss.requires_grad:
        return
    grads = torch.autograd.grad(loss, leaves, allow_unused=True)
    direction = [torch.randn_like(leaf) for leaf in leaves]
    if (place := getattr(trial.layer, "padding_idx", None)) is not None:
        direction[-1][place] = 0  # its row gets no gradient, as it should
    slope = sum(
        float((g * v).sum()) for g, v in zip(grads, direction, strict=True) if g is not None
    )
    errors = []
    for epsilon in (1e-6, 1e-7):  # a kink between the two points spoils one of them at most
        values = []
        with torch.no_grad():
            for sign in (1, -2, 1):
                for leaf, v in zip(leaves, direction, strict=True):
                    leaf += sign * epsilon * v
                values.append(float(scalar()))
        difference = (values[0] - values[1]) / (2 * epsilon)
        errors.append(abs(difference - slope) / max(1.0, abs(slope)))
    # Thousands of ReLUs in a Transformer: a few always stand near their kink.
    wide = "nhead" in type(trial.layer).model_fields
    assert min(errors) < (1e-3 if wide else 1e-5), (trial, slope, errors)


def _floats(results: tuple[Tensor, ...]) -> list[Tensor]:
    return [result for result in results if result.is_floating_point()]


@pytest.mark.parametrize("name", NAMES)
def test_a_step_of_training_changes_every_weight(name: str) -> None:
    seen: set[str] = set()
    for trial in usable(name):
        module = trial.sized.call.build()
        parameters = {n: p for n, p in module.named_parameters() if p.requires_grad}
        if not parameters or isinstance(trial.layer, Loss):
            continue
        if isinstance(trial.layer, Weighted):
            initialise(module, trial.layer.initial_weights)
        before = copy.deepcopy(module.state_dict())
        optimizer = torch.optim.SGD(parameters.values(), lr=0.1)
        results = _floats(ran(trial, module.train(), batch_of(trial, batch=5)))
        sum((r * torch.randn_like(r)).sum() for r in results).backward()  # type: ignore[union-attr]
        optimizer.step()
        for path, parameter in parameters.items():
            assert torch.isfinite(parameter).all(), (trial, path)
            if not torch.equal(before[path], parameter):
                seen.add(path)
    for trial in usable(name)[:1]:
        known = {n for n, p in trial.sized.call.build().named_parameters() if p.requires_grad}
        assert known <= seen, known - seen


@pytest.mark.parametrize("name", [name for name in NAMES if CATALOGUE[name].reads])
def test_padding_changes_nothing(name: str) -> None:
    """Rubbish behind each sequence's end changes neither what is real of the output, nor a loss, nor a gradient."""
    found = [t for t in usable(name) if any(axes and axes.free for axes in t.inputs)]
    found = [t for t in found if t.sized.call.target.startswith("engine.")]
    assert found
    for trial in found:
        torch.manual_seed(2)
        module = trial.sized.call.build().eval()
        lengths = torch.tensor([9, 4, 6])
        words = dict.fromkeys(trial.layer.reads, lengths)
        given = [_with_rubbish(x, axes, lengths, 0.0) for x, axes in _pairs(trial)]
        other = [
            _with_rubbish(x, axes, lengths, 3.0)
            for x, axes in zip(given, trial.inputs, strict=True)
        ]
        first = _run(trial, module, given, words)
        second = _run(trial, module, other, words)
        for port, (a, b) in enumerate(zip(first, second, strict=True)):
            _equal_where_real(trial, port, a, b, lengths)


def _pairs(trial: Trial) -> list[tuple[Tensor | None, object]]:
    return list(zip(batch_of(trial), trial.inputs, strict=True))


def _run(
    trial: Trial, module: nn.Module, given: list[Tensor | None], words: dict[str, Tensor]
) -> tuple[Tensor, ...]:
    torch.manual_seed(4)
    if isinstance(trial.layer, Loss):
        given = judged(trial, given)
    result = module(*given, **words)
    return tuple(result) if isinstance(result, tuple) else (result,)


def _with_rubbish(x: Tensor | None, axes: object, lengths: Tensor, rubbish: float) -> Tensor | None:
    if x is None or not getattr(axes, "free", ()):
        return x
    place = 1 + axes.sizes.index("time")  # type: ignore[attr-defined]
    shape = [1] * x.ndim
    shape[0], shape[place] = len(x), x.shape[place]
    beyond = (torch.arange(x.shape[place]) >= lengths[:, None]).reshape(shape)
    return torch.where(beyond, torch.full_like(x, int(rubbish)), x)


def _equal_where_real(trial: Trial, port: int, a: Tensor, b: Tensor, lengths: Tensor) -> None:
    axes = (
        None
        if isinstance(trial.layer, Loss)
        else trial.sized.outputs[trial.layer.outputs[port].name]
    )
    for row, length in enumerate(lengths.tolist()):
        left, right = (a, b) if axes is None else (a[row], b[row])
        for place, size in enumerate(axes.sizes if axes else ()):
            if size == "time":
                left, right = left.narrow(place, 0, length), right.narrow(place, 0, length)
        torch.testing.assert_close(left, right, msg=lambda text: f"{trial}: {text}")


@pytest.mark.parametrize("name", NAMES)
def test_the_printed_call_makes_an_equal_module(name: str) -> None:
    import engine.modules.attention
    import engine.modules.loss
    import engine.modules.merge
    import engine.modules.norm
    import engine.modules.position
    import engine.modules.recurrent
    import engine.modules.select
    import engine.modules.shape
    import engine.modules.source
    import engine.snippet

    for trial in usable(name):
        torch.manual_seed(5)
        built = trial.sized.call.build()
        torch.manual_seed(5)
        printed = eval(trial.sized.call.source, {"nn": nn, "engine": engine})
        assert repr(built) == repr(printed)
        assert type(built) is type(printed)
        torch.testing.assert_close(built.state_dict(), printed.state_dict(), rtol=0, atol=0)


@pytest.mark.parametrize("kind", KINDS)
def test_it_comes_back_from_json(kind: type[Layer]) -> None:
    for layer in variants(kind):
        text = json.dumps(record_of_layer(layer), allow_nan=False)
        again = layer_from(json.loads(text))
        assert again == layer.as_stranger()
        assert type(again) is type(layer)
        assert hash(again) == hash(layer.as_stranger())


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_it_is(kind: type[Layer]) -> None:
    assert kind.group in GROUPS
    assert kind.help().endswith((".", "?"))
    assert kind.label
    assert re.fullmatch(r"[a-z][a-z0-9_]*", kind.stem)
    assert not hasattr(nn, kind.__name__) or kind.__name__ in dir(nn)
    for name, field in kind.model_fields.items():
        assert field.title, name
        assert field.description is not None
        assert field.description.endswith("."), name
    assert Graph().add(kind()).nodes


def test_layers_bear_the_names_that_pytorch_gives_them() -> None:
    """Those that torch has under another name, or lacks, are few and known."""
    ours = {name for name in CATALOGUE if not hasattr(nn, name)}
    assert ours == set(
        """Add Code Concat Constant CosineLoss Crop Dense DepthwiseConv2d Divide Dot GlobalAvgPool GlobalMaxPool Input
        MatMul Maximum Minimum Multiply Noise OneHot Operations Output Pad PadSequence Permute PositionalEncoding Reduce
            Reshape
        Scale Select Slice Squeeze Stack Subtract Unsqueeze""".split()
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_has_bounds_that_are_kept_in_words(kind: type[Layer]) -> None:
    plain = kind()
    for name in shown(kind):
        field = kind.model_fields[name]
        now = getattr(plain, name)
        if isinstance(now, bool | str):
            wrong: list[object] = [[], 1.5]
        elif isinstance(now, tuple):
            wrong = [(-1, "x"), "x", {}]
        elif now is None:
            wrong = ["nonsense", {}]
        else:
            wrong = [-(10**12), 10**12, "x", float("nan"), float("inf")]
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


@pytest.mark.parametrize("kind", KINDS)
def test_what_does_not_fit_is_said_in_words(kind: type[Layer]) -> None:
    for layer in variants(kind):
        if not layer.inputs:
            continue
        needed = sum(not port.optional for port in layer.inputs)
        for axes in (*SAMPLES, Sequence("time", 4), Image(1, 1, 1)):
            for target in TARGETS if isinstance(layer, Loss) else (None,):
                misfit = answer(layer, (axes,) * needed, target)
                if isinstance(misfit, Misfit):
                    assert misfit.wanted
                    assert misfit.got
                    if kind.__name__ != "Code":  # which says what Python said of it
                        assert not STIFF.search(misfit.wanted + misfit.got)


@pytest.mark.parametrize("name", NAMES)
def test_its_few_words_are_right(name: str) -> None:
    for trial in usable(name):
        assert len(trial.layer.caption) <= 16
        text = trial.layer.arithmetic(*trial.inputs)
        if "parameters" in text:
            assert f"= {trial.sized.cost.parameters:,} parameters" in text
        if text.endswith(("a side", "steps")):
            (after,) = trial.sized.outputs.values()
            place = 1 if text.endswith("a side") else -1
            assert f"= {after.sizes[place]} " in text


def test_there_are_as_many_layers_as_promised() -> None:
    order = [GROUPS.index(kind.group) for kind in CATALOGUE.values()]
    assert order == sorted(order)
    assert len(CATALOGUE) >= 110


def test_every_arrangement_is_tried() -> None:
    assert all(list(arrangements(kind())) for kind in CATALOGUE.values())
    assert real(None) is None
