"""A sequence in a padded batch comes out as if it were alone, whatever stands behind its end."""

import warnings

import pytest
import torch
from torch import Tensor, nn
from trials import LONGEST, Trial, real, usable

from engine.axes import Axes, General, Image, Sequence, Signal, Volume
from engine.layer import Call, LayerError, Loss, Stretch
from engine.layers import CATALOGUE
from engine.layers.cutting import Pad, Slice
from engine.layers.softmax import Softmax
from engine.layers.structure import Concat, Dot, MatMul
from engine.sizing import Misfit, Sized
from engine.trial import answer

LENGTHS = (LONGEST, 9, 12)
NAMES = [
    name
    for name, kind in CATALOGUE.items()
    if name not in ("Input", "Output", "Code", "Noise") and not issubclass(kind, Loss)
]


def with_free_lengths(name: str) -> list[Trial]:
    found = [trial for trial in usable(name) if any(a and a.free for a in trial.inputs)]
    # Without running figures, batch norm is of the batch and no example is alone.
    return [trial for trial in found if getattr(trial.layer, "track_running_stats", True)]


def cut(x: Tensor | None, axes: Axes | None, row: int) -> Tensor | None:
    """One example of a batch, without what stands behind its end."""
    if x is None or axes is None:
        return None
    one = x[row : row + 1]
    for place, size in enumerate(axes.sizes, start=1):
        if size == "time":
            one = one.narrow(place, 0, LENGTHS[row])
    return one


def spoilt(x: Tensor | None, axes: Axes | None) -> Tensor | None:
    """A batch with rubbish behind the ends."""
    if x is None or axes is None:
        return None
    clean, x = x, torch.full_like(x, 29 if axes.whole else 50)
    for row in range(len(x)):
        target, source = cut(x, axes, row), cut(clean, axes, row)
        assert target is not None
        assert source is not None
        target.copy_(source)
    return x


def outputs(module: nn.Module, given: list[Tensor | None], **words: Tensor) -> tuple[Tensor, ...]:
    with torch.no_grad():
        result = module(*given, **words)
    return tuple(result) if isinstance(result, tuple) else (result,)


@pytest.mark.parametrize("name", NAMES)
def test_a_sequence_in_a_batch_is_as_it_is_alone(name: str) -> None:
    for trial in with_free_lengths(name):
        torch.manual_seed(2)
        module = trial.sized.call.build().eval()
        given = [real(axes, len(LENGTHS), LONGEST) for axes in trial.inputs]
        lengths = torch.tensor(LENGTHS)
        knows = trial.sized.call.target.startswith("engine.")
        reads = trial.layer.reads.items() if knows else ()
        words = {word: lengths for word, port in reads if is_free(trial, port)}
        batch = outputs(
            module, [spoilt(x, a) for x, a in zip(given, trial.inputs, strict=True)], **words
        )
        for row, length in enumerate(LENGTHS):
            alone = outputs(
                module, [cut(x, a, row) for x, a in zip(given, trial.inputs, strict=True)]
            )
            for port, all_of_them, one in zip(trial.layer.outputs, batch, alone, strict=False):
                if port.name == "weights":
                    continue  # with an added step, that stands behind the padding
                check_alike(trial, port.name, all_of_them[row], one[0], length)


def is_free(trial: Trial, port: str) -> bool:
    """Whether what flows into a port, or into the first if it is open, has lengths."""
    place = [known.name for known in trial.layer.inputs].index(port)
    axes = trial.inputs[place] if place < len(trial.inputs) else None
    return bool((axes or trial.inputs[0]).free)  # type: ignore[union-attr]  # the first is never open


def check_alike(trial: Trial, port: str, batched: Tensor, alone: Tensor, length: int) -> None:
    axes = trial.sized.outputs[port]
    stretch = trial.layer.stretch(*trial.inputs)
    for place, size in enumerate(axes.sizes):
        if isinstance(size, str):
            now = stretch.of(length) if stretch and trial.inputs[0].free else length  # type: ignore[union-attr]
            assert alone.shape[place] == now, (trial, "the length that is said")
            batched = batched.narrow(place, 0, now)
    torch.testing.assert_close(
        batched, alone, rtol=1e-4, atol=1e-5, msg=lambda text: f"{trial}: {text}"
    )


def test_most_layers_take_free_lengths() -> None:
    """So that the test above cannot pass by trying nothing."""
    tried = {name for name in NAMES if with_free_lengths(name)}
    assert len(tried) >= 70
    wanted = "Conv1d ConvTranspose1d MaxPool1d AvgPool1d Upsample Pad Slice MatMul BatchNorm1d LSTM MultiheadAttention"
    assert set(wanted.split()) <= tried


TIME = Signal(4, "time")


@pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
@pytest.mark.parametrize("padding", [(3,), (2, 0), (0, 4)])
def test_a_border_begins_where_each_signal_ends(mode: str, padding: tuple[int, ...]) -> None:
    layer = Pad(padding=padding, mode=mode, value=7.0)  # type: ignore[arg-type]
    check_signals(layer.call(TIME), layer.stretch(TIME).of)  # type: ignore[union-attr]


@pytest.mark.parametrize("bounds", [(1, None, 1), (0, -1, 1), (2, -3, 2), (0, None, 3)])
def test_steps_are_cut_off_at_each_signal_s_own_end(bounds: tuple[int, int | None, int]) -> None:
    layer = Slice(dim=2, start=bounds[0], stop=bounds[1], step=bounds[2])
    check_signals(layer.call(TIME), layer.stretch(TIME).of, len(range(LONGEST)[slice(*bounds)]))  # type: ignore[union-attr]


def test_a_border_that_is_wider_on_one_side_ends_with_the_signal() -> None:
    made = CATALOGUE["Conv1d"](kernel_size=2, padding="same").call(TIME)
    check_signals(made, lambda steps: steps)


def check_signals(made: Call, after: object, most: int | None = None) -> None:
    module, x = made.build().requires_grad_(False), torch.randn(3, 4, LONGEST)
    knows = made.target.endswith((".Pad", ".Conv1d"))
    words = {"lengths": torch.tensor(LENGTHS)} if knows else {}
    spoilt_x = spoilt(x, TIME)
    batch = module(spoilt_x, **words)
    assert most is None or batch.shape[2] == most
    for row, length in enumerate(LENGTHS):
        alone = module(x[row : row + 1, :, :length])[0]
        assert alone.shape[1] == after(length)  # type: ignore[operator]
        torch.testing.assert_close(batch[row, :, : alone.shape[1]], alone, rtol=0, atol=1e-6)


def test_a_known_start_before_a_free_rest_is_counted() -> None:
    """A learnt first step before a sequence, as a class token: lengths grow by one."""
    start, rest = Sequence(1, 4), Sequence("time", 4)
    stretch = Concat().stretch(start, rest)
    assert stretch is not None
    assert stretch.of(9) == 10
    assert Concat(dim=2).stretch(rest, rest) is None
    with pytest.raises(LayerError, match="as the last input"):
        Concat().call(rest, start)


@pytest.mark.parametrize(
    "refused",
    [
        lambda: Slice(dim=1, start=-2).call(Sequence("time", 4)),
        lambda: Slice(dim=1, stop=5).call(Sequence("time", 4)),
        lambda: Dot().call(TIME, TIME),
        lambda: MatMul().call(General(("a", "b"), ("x", "x")), General(("a", "b"), ("x", "x"))),
        lambda: Softmax(dim=2).call(General(("queries", "keys"), ("time", "other"))),
        lambda: CATALOGUE["Conv1d"](padding=1, padding_mode="reflect").call(TIME),
        lambda: CATALOGUE["MaxPool1d"](ceil_mode=True).call(TIME),
        lambda: CATALOGUE["Upsample"](mode="linear", align_corners=True).call(TIME),
    ],
)
def test_what_cannot_be_right_for_every_length_is_refused(refused: object) -> None:
    with pytest.raises(LayerError):
        refused()  # type: ignore[operator]


def test_a_border_may_differ_at_each_end() -> None:
    image = torch.arange(6.0).reshape(1, 1, 2, 3)
    module = Pad(padding=(1, 0, 0, 2)).call(Image(1, 2, 3)).build()
    torch.testing.assert_close(
        module(image)[0, 0],
        torch.tensor([[0.0, 0, 0, 0, 0], [0, 1, 2, 0, 0], [3, 4, 5, 0, 0]]),
    )
    for wrong in ((1, 2, 3), (1,) * 6, (-1,)):
        with pytest.raises(LayerError, match="widths, none below 0"):
            Pad(padding=wrong).call(Image(1, 2, 3))
    with pytest.raises(LayerError):
        Pad(padding=(0, 0, 0, 3), mode="reflect").call(Image(1, 2, 3))


@pytest.mark.parametrize(
    ("name", "parameters", "said"),
    [
        ("Conv1d", {"kernel_size": 16, "stride": 16}, "⌊time / 16⌋"),
        ("Conv1d", {"kernel_size": 3, "stride": 640}, "⌊(time + 637) / 640⌋"),
        ("Conv1d", {"kernel_size": 255, "dilation": 10}, "time − 2540"),
        ("MaxPool1d", {"kernel_size": 100}, "⌊time / 100⌋"),
        ("AvgPool1d", {"kernel_size": 12, "stride": 400}, "⌊(time + 388) / 400⌋"),
        ("ConvTranspose1d", {"kernel_size": 40, "stride": 20}, "20·time + 20"),
        ("Slice", {"dim": 2, "start": 2000}, "time − 2000"),
        ("Slice", {"dim": 2, "step": 90}, "⌊(time + 89) / 90⌋"),
        ("Pad", {"padding": (3000,), "mode": "reflect"}, "time + 6000"),
    ],
)
def test_a_free_length_stays_free_under_wide_windows_and_strides(
    name: str, parameters: dict[str, object], said: str
) -> None:
    layer = CATALOGUE[name](**parameters)
    found = answer(layer, (TIME,), None)
    assert isinstance(found, Sized), found
    assert found.outputs["out"].sizes[1] == said
    stretch = layer.stretch(TIME)
    assert stretch is not None
    module = found.call.build()
    for steps in (stretch.least + 5000, stretch.least + 6001):
        assert module(torch.zeros(1, 4, steps)).shape[2] == stretch.of(steps)


@pytest.mark.parametrize("steps", [*range(1, 60), 200])
def test_the_fewest_steps_leave_one_and_one_fewer_leaves_none(steps: int) -> None:
    for stretch in (
        Stretch.window(steps, 3),
        Stretch.window(3, steps, 1, 2),
        Stretch(steps, -7, 4, 1),
        Stretch(1, -steps),
    ):
        assert stretch.of(stretch.least) >= 1
        assert stretch.least == 1 or stretch.of(stretch.least - 1) < 1


@pytest.mark.parametrize("most", [2, 3, 7, 40, 600])
def test_few_learnt_places_serve_free_lengths(most: int) -> None:
    layer = CATALOGUE["PositionalEncoding"](encoding="learnt", max_length=most)
    found = answer(layer, (Sequence("time", 4),), None)
    assert isinstance(found, Sized), found
    assert found.outputs["out"] == Sequence("time", 4)
    assert found.cost.parameters == 4 * most
    module = found.call.build()
    assert module(torch.zeros(2, most, 4)).shape == (2, most, 4)


def test_one_learnt_place_is_of_no_use_where_lengths_differ() -> None:
    layer = CATALOGUE["PositionalEncoding"](encoding="learnt", max_length=1)
    assert isinstance(answer(layer, (Sequence("time", 4),), None), Misfit)
    assert isinstance(answer(layer, (Sequence(1, 4),), None), Sized)


@pytest.mark.parametrize(
    ("name", "axes", "parameters"),
    [
        ("Conv1d", Signal(4, 11), {"kernel_size": 4}),
        ("Conv1d", Signal(4, 11), {"kernel_size": 2, "dilation": 3, "groups": 2}),
        ("Conv1d", TIME, {"kernel_size": 6, "bias": False}),
        ("Conv2d", Image(4, 9, 8), {"kernel_size": (4, 3)}),
        ("Conv2d", Image(4, 9, 8), {"kernel_size": (2, 6), "dilation": (3, 1), "groups": 2}),
        ("DepthwiseConv2d", Image(4, 9, 8), {"kernel_size": 2}),
        ("Conv3d", Volume(4, 5, 6, 7), {"kernel_size": (2, 3, 4), "dilation": (1, 2, 1)}),
    ],
)
def test_an_uneven_border_is_torch_s_own_without_its_warning(
    name: str, axes: Axes, parameters: dict[str, object]
) -> None:
    """Against torch's, and without a warning, which is an error in tests (torch says it once)."""
    torch.manual_seed(0)
    layer = CATALOGUE[name](
        **{"out_channels": 2 if name[0] == "D" else 6, "padding": "same", **parameters}
    )
    found = answer(layer, (axes,), None)
    assert isinstance(found, Sized), found
    made = found.call
    module = made.build()
    x = real(axes, 3)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        torch.set_warn_always(True)
        given = module(x)
        torch.set_warn_always(False)
    assert not heard
    plain = getattr(nn, made.target.rpartition(".")[2])(*made.arguments, **made.options)
    plain.load_state_dict(module.state_dict())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.testing.assert_close(given, plain(x))
