"""Torch's functions and tensor methods as layers of the catalogue: each rule proposes layers, the bench tries them."""

from collections.abc import Callable, Iterator, Mapping
from itertools import permutations
from typing import Any

import torch
from pydantic import ValidationError
from torch import Tensor

from engine.imports import leaves
from engine.imports.draft import Bench, Draft
from engine.imports.tape import Operation, Ref, refs
from engine.layer import Layer
from engine.layers import CATALOGUE

Proposal = tuple[Layer, list[int]] | None
STRUCTURAL = frozenset(
    """view reshape flatten permute transpose movedim moveaxis swapaxes swapdims squeeze unsqueeze contiguous t
    unflatten clone to float long type_as view_as reshape_as ravel expand expand_as""".split()
)
PARTS = frozenset("chunk split unbind tensor_split split_with_sizes".split())


def layer(kind: str, **options: Any) -> Layer | None:
    """A layer of the catalogue; None if its bounds forbid it."""
    try:
        return CATALOGUE[kind].model_validate(options)
    except ValidationError:
        return None


def draft_of(bench: Bench, entry: Operation) -> bool:
    """Take an operation in as a layer of the catalogue, or as nothing where it changes nothing on the wire."""
    word = entry.name.rpartition(".")[2]
    given, named = bench.runs.given[id(entry)]
    if word in PARTS and isinstance(entry.results, tuple):
        return _parted(bench, entry, given)
    if not isinstance(entry.results, Ref) or not bench.flows(entry.results.value):
        return False
    if word in STRUCTURAL:
        return _laid_out(bench, entry, given)
    if word in ("cat", "concat") and len(given[0]) == 1 and bench.flows(given[0][0].value):
        source, target = given[0][0].value, entry.results.value
        return arranged(bench, bench.root(source), target, bench.contents(target), entry)
    propose = RULES.get(word)
    if propose is None:
        return False
    for found, wires, state in propose(bench, entry, given, named):
        if found is not None and wires and all(bench.flows(number) for number in wires):
            ports = found.inputs
            names = [
                ports[0].name if ports[0].many else ports[min(place, len(ports) - 1)].name
                for place in range(len(wires))
            ]
            draft = Draft(
                found,
                list(zip(names, wires, strict=True)),
                {found.outputs[0].name: entry.results.value},
                entry.level,
                "",
                state,
            )
            if bench.try_out(draft) or leaves.folded(bench, draft):
                return True
    return False


# -- laying out ---------------------------------------------------------------------------


def _laid_out(bench: Bench, entry: Operation, given: tuple[Any, ...]) -> bool:
    if not isinstance(given[0], Ref) or not bench.flows(given[0].value):
        return False
    assert isinstance(entry.results, Ref)  # noqa: S101 (for the type checker)
    source, target = bench.root(given[0].value), entry.results.value
    return arranged(bench, source, target, bench.contents(target), entry)


def arranged(
    bench: Bench, source: int, target: int, wanted: list[Tensor], entry: Operation
) -> bool:
    """Take in a change of layout from one value to another, as nothing or as one layer."""
    had = bench.contents(source)
    if _alike(had, wanted) and source in bench.axes:
        sense = bench.wanted.get(target)
        kinds = {"signal": "a signal", "image": "an image"}
        if not sense or bench.axes[source].kind == kinds[sense]:
            bench.same[target] = source
            return True
    for found in _layouts(had, wanted):
        draft = Draft(found, [("in", source)], {"out": target}, entry.level)
        if bench.try_out(draft):
            return True
    return False


def _alike(had: list[Tensor], wanted: list[Tensor]) -> bool:
    return all(
        a.shape == b.shape and a.dtype == b.dtype and torch.equal(a, b)
        for a, b in zip(had, wanted, strict=True)
    )


def _layouts(had: list[Tensor], wanted: list[Tensor]) -> Iterator[Layer]:
    """The layers that lay the one out as the other."""
    a, b = had[0], wanted[0]
    if a.numel() != b.numel() or a.dtype != b.dtype:
        return
    if torch.equal(a.reshape(b.shape), b):
        yield from _reshapes(a, b)
    if a.ndim == b.ndim <= 6:
        for order in permutations(range(1, a.ndim)):
            if tuple(a.shape[place] for place in order) == tuple(b.shape[1:]) and torch.equal(
                a.permute(0, *order), b
            ):
                found = layer("Permute", dims=order)
                if found is not None:
                    yield found


def _reshapes(a: Tensor, b: Tensor) -> Iterator[Layer]:
    proposals = []
    if b.ndim == a.ndim + 1:
        proposals += [
            layer("Unsqueeze", dim=d) for d in range(1, b.ndim) if a.unsqueeze(d).shape == b.shape
        ]
    if b.ndim == a.ndim - 1:
        proposals += [
            layer("Squeeze", dim=d)
            for d in range(1, a.ndim)
            if a.shape[d] == 1 and a.squeeze(d).shape == b.shape
        ]
    if b.ndim == 2:
        proposals.append(layer("Flatten"))
    if b.ndim < a.ndim:
        for first in range(1, a.ndim - 1):
            last = first + a.ndim - b.ndim
            if last < a.ndim and a.flatten(first, last).shape == b.shape:
                proposals.append(
                    layer("Flatten", start_dim=first, end_dim=-1 if last == a.ndim - 1 else last)
                )
    proposals.append(layer("Reshape", shape=tuple(b.shape[1:])))
    yield from (found for found in proposals if found is not None)


def _parted(bench: Bench, entry: Operation, given: tuple[Any, ...]) -> bool:
    """Pieces of one value: each that can be, a Slice."""
    if not isinstance(given[0], Ref) or not bench.flows(given[0].value):
        return False
    source = bench.root(given[0].value)
    had = bench.contents(source)[0]
    numbers = list(refs(entry.results))
    if not all(bench.flows(number) for number in numbers):
        return False
    pieces = [bench.contents(number)[0] for number in numbers]
    before = len(bench.drafts)
    for axis in range(1, had.ndim):
        start, done = 0, True
        for number, piece in zip(numbers, pieces, strict=True):
            drops = piece.ndim == had.ndim - 1
            size = 1 if drops else piece.shape[axis] if axis < piece.ndim else 0
            done = done and _piece(bench, entry, source, number, (axis, start, size, drops))
            start += size
        if done and start == had.shape[axis]:
            return True
        del bench.drafts[before:]
    return False


def _piece(
    bench: Bench, entry: Operation, source: int, number: int, place: tuple[int, int, int, bool]
) -> bool:
    axis, start, size, drops = place
    found = layer("Slice", dim=axis, start=start, stop=start + size)
    if found is None or not size:
        return False
    if not drops:
        return bench.try_out(Draft(found, [("in", source)], {"out": number}, entry.level))
    if axis == 1:
        step = layer("Select", which="index", index=start)
        if step is not None and bench.try_out(
            Draft(step, [("in", source)], {"out": number}, entry.level)
        ):
            return True
    middle = bench.extra([one.narrow(axis, start, 1) for one in bench.contents(source)])
    squeeze = layer("Squeeze", dim=axis)
    return (
        squeeze is not None
        and bench.try_out(Draft(found, [("in", source)], {"out": middle}, entry.level))
        and bench.try_out(Draft(squeeze, [("in", middle)], {"out": number}, entry.level))
    )


# -- rules ---------------------------------------------------------------------------

Found = Iterator[tuple[Layer | None, list[int], dict[str, int]]]
Rule = Callable[[Bench, Operation, tuple[Any, ...], dict[str, Any]], Found]


def _numbers(given: tuple[Any, ...]) -> list[int]:
    return [one.value for one in given if isinstance(one, Ref)]


def _one(kind: str, *names: str) -> Rule:
    """A rule for a function of one tensor whose further arguments are these fields of the layer."""

    def propose(_: Bench, __: Operation, given: tuple[Any, ...], named: dict[str, Any]) -> Found:
        options = {name: value for name, value in zip(names, given[1:], strict=False) if name}
        options |= {name: value for name, value in named.items() if name in names}
        if options.get("stride") == []:
            options["stride"] = None
        options = {
            name: value
            for name, value in options.items()
            if value is not None or name in ("stride", "divisor_override")
        }
        yield layer(kind, **options), _numbers(given[:1]), {}

    return propose


def _several(kind: str) -> Rule:
    """A rule for arithmetic between two tensors that flow along wires."""

    def propose(_: Bench, __: Operation, given: tuple[Any, ...], named: dict[str, Any]) -> Found:
        if len(_numbers(given)) == 2 and not named:
            yield layer(kind), _numbers(given), {}
            if kind in ("Add", "Multiply"):
                return

    return propose


def _joined(kind: str) -> Rule:
    def propose(bench: Bench, entry: Operation, given: tuple[Any, ...], _: dict[str, Any]) -> Found:
        wires = list(refs(given[0]))
        assert isinstance(entry.results, Ref)  # noqa: S101 (for the type checker)
        for dim in range(1, bench.contents(entry.results.value)[0].ndim):
            yield layer(kind, dim=dim), wires, {}

    return propose


def _softmax(kind: str) -> Rule:
    def propose(bench: Bench, entry: Operation, given: tuple[Any, ...], _: dict[str, Any]) -> Found:
        yield layer(kind), _numbers(given[:1]), {}
        assert isinstance(entry.results, Ref)  # noqa: S101 (for the type checker)
        for dim in range(1, bench.contents(entry.results.value)[0].ndim):
            yield layer(kind, dim=dim), _numbers(given[:1]), {}

    return propose


def _reduced(how: str) -> Rule:
    def propose(bench: Bench, _: Operation, given: tuple[Any, ...], __: dict[str, Any]) -> Found:
        wires = _numbers(given[:1])
        if len(_numbers(given)) != 1 or not bench.flows(wires[0]):
            return
        if how in ("mean", "max"):
            yield layer(f"Global{'Avg' if how == 'mean' else 'Max'}Pool"), wires, {}
            yield layer("Select", which=how), wires, {}
            yield (
                layer(f"Adaptive{'Avg' if how == 'mean' else 'Max'}Pool2d", output_size=1),
                wires,
                {},
            )
        for dim in range(1, bench.contents(bench.root(wires[0]))[0].ndim):
            for keepdim in (False, True):
                yield layer("Reduce", how=how, dim=dim, keepdim=keepdim), wires, {}

    return propose


def _picked(bench: Bench, _: Operation, given: tuple[Any, ...], __: dict[str, Any]) -> Found:
    """`x[...]`: one step, or a stretch of one axis."""
    wires = _numbers(given[:1])
    if not wires or not bench.flows(wires[0]):
        return
    had = bench.contents(bench.root(wires[0]))[0]
    index = given[1] if isinstance(given[1], tuple) else (given[1],)
    if any(isinstance(leaf, Ref) for leaf in index):
        return
    whole = [one for one in index if isinstance(one, int) and not isinstance(one, bool)]
    for one in whole:
        if had.ndim > 2:
            last = had.shape[1] - 1
            which = "first" if one == 0 else "last" if one in (-1, last) else "index"
            yield (
                layer(
                    "Select",
                    which=which,
                    **({"index": one % had.shape[1]} if which == "index" else {}),
                ),
                wires,
                {},
            )
    for one in index:
        if isinstance(one, slice):
            for dim in range(1, had.ndim):
                yield (
                    layer(
                        "Slice", dim=dim, start=one.start or 0, stop=one.stop, step=one.step or 1
                    ),
                    wires,
                    {},
                )


def _with_weights(kind: str, *names: str) -> Rule:
    """A rule for a function that is given its weights: they must be tensors of the module's own."""

    def propose(
        bench: Bench, entry: Operation, given: tuple[Any, ...], named: dict[str, Any]
    ) -> Found:
        tape = bench.runs.tapes[0]
        weights = [one for one in given[1:3] if isinstance(one, Ref)]
        if not weights or any(tape.values[one.value].source != "own" for one in weights):
            return
        state = dict(zip(("weight", "bias"), (one.value for one in weights), strict=False))
        shape = tape.values[weights[0].value].content.shape
        options = dict(zip(names, given[3:], strict=False)) | {
            k: v for k, v in named.items() if k in names
        }
        if kind == "Dense":
            options["out_features"] = shape[0]
        else:
            sides = len(shape) - 2
            one = lambda value: (
                value[0] if sides == 1 and isinstance(value, list | tuple) else value
            )  # noqa: E731
            options = {key: one(value) for key, value in options.items()}
            options |= {
                "out_channels": shape[0],
                "kernel_size": shape[2] if sides == 1 else tuple(shape[2:]),
            }
        yield layer(kind, **options, bias="bias" in state), _numbers(given[:1]), state

    return propose


def _normed(bench: Bench, _: Operation, given: tuple[Any, ...], __: dict[str, Any]) -> Found:
    """torch.layer_norm(input, shape, weight, bias, eps)."""
    tape = bench.runs.tapes[0]
    weights = [one for one in given[2:4] if isinstance(one, Ref)]
    if any(tape.values[one.value].source != "own" for one in weights):
        return
    state = dict(zip(("weight", "bias"), (one.value for one in weights), strict=False))
    eps = given[4] if len(given) > 4 else 1e-5
    yield (
        layer("LayerNorm", eps=eps, elementwise_affine=bool(state), bias=len(state) != 1),
        _numbers(given[:1]),
        state,
    )


def _resized(mode: str) -> Rule:
    def propose(
        bench: Bench, entry: Operation, given: tuple[Any, ...], named: dict[str, Any]
    ) -> Found:
        wires = _numbers(given[:1])
        assert isinstance(entry.results, Ref)  # noqa: S101 (for the type checker)
        if not wires or not bench.flows(wires[0]):
            return
        before, after = (
            bench.contents(bench.root(wires[0]))[0].shape,
            bench.contents(entry.results.value)[0].shape,
        )
        for corners in (False, True) if mode != "nearest" else (False,):
            if after[-1] % before[-1] == 0:
                yield (
                    layer(
                        "Upsample",
                        scale_factor=after[-1] // before[-1],
                        mode=mode,
                        align_corners=corners,
                    ),
                    wires,
                    {},
                )
            yield layer("Upsample", size=after[-1], mode=mode, align_corners=corners), wires, {}

    return propose


def _bordered(_: Bench, __: Operation, given: tuple[Any, ...], named: dict[str, Any]) -> Found:
    sides = list(given[1])
    mode = given[2] if len(given) > 2 else named.get("mode", "constant")
    value = given[3] if len(given) > 3 else named.get("value")
    if all(isinstance(side, int) for side in sides) and sides[::2] == sides[1::2]:
        padding = tuple(reversed(sides[::2]))
        yield (
            layer("Pad", padding=padding, mode=mode, value=float(value or 0.0)),
            _numbers(given[:1]),
            {},
        )
        yield (
            layer("Pad", padding=(*(0,) * 1, *padding)[-2:], mode=mode, value=float(value or 0.0)),
            _numbers(given[:1]),
            {},
        )


_WINDOW = ("kernel_size", "stride", "padding")
RULES: Mapping[str, Rule] = {
    **{
        word: _one(kind)
        for word, kind in (
            ("relu", "ReLU"),
            ("sigmoid", "Sigmoid"),
            ("tanh", "Tanh"),
            ("silu", "SiLU"),
            ("relu6", "ReLU6"),
            ("selu", "SELU"),
            ("mish", "Mish"),
            ("log_sigmoid", "LogSigmoid"),
            ("hardswish", "Hardswish"),
            ("hardsigmoid", "Hardsigmoid"),
        )
    },
    "gelu": _one("GELU", "approximate"),
    "leaky_relu": _one("LeakyReLU", "negative_slope"),
    "elu": _one("ELU", "alpha"),
    "celu": _one("CELU", "alpha"),
    "softplus": _one("Softplus", "beta", "threshold"),
    "hardtanh": _one("Hardtanh", "min_val", "max_val"),
    "dropout": _one("Dropout", "p"),
    "alpha_dropout": _one("AlphaDropout", "p"),
    "feature_dropout": _one("Dropout2d", "p"),
    "glu": _one("GLU"),
    **{f"max_pool{n}d": _one(f"MaxPool{n}d", *_WINDOW, "dilation", "ceil_mode") for n in (1, 2, 3)},
    **{
        f"avg_pool{n}d": _one(
            f"AvgPool{n}d", *_WINDOW, "ceil_mode", "count_include_pad", "divisor_override"
        )
        for n in (1, 2, 3)
    },
    **{f"adaptive_avg_pool{n}d": _one(f"AdaptiveAvgPool{n}d", "output_size") for n in (1, 2, 3)},
    **{f"adaptive_max_pool{n}d": _one(f"AdaptiveMaxPool{n}d", "output_size") for n in (1, 2, 3)},
    "add": _several("Add"),
    "mul": _several("Multiply"),
    "sub": _several("Subtract"),
    "div": _several("Divide"),
    "maximum": _several("Maximum"),
    "minimum": _several("Minimum"),
    "matmul": _several("MatMul"),
    "bmm": _several("MatMul"),
    "cat": _joined("Concat"),
    "concat": _joined("Concat"),
    "stack": _joined("Stack"),
    "softmax": _softmax("Softmax"),
    "log_softmax": _softmax("LogSoftmax"),
    "mean": _reduced("mean"),
    "sum": _reduced("sum"),
    "amax": _reduced("max"),
    "amin": _reduced("min"),
    "get": _picked,
    "select": _picked,
    "linear": _with_weights("Dense"),
    **{
        f"conv{n}d": _with_weights(f"Conv{n}d", "stride", "padding", "dilation", "groups")
        for n in (1, 2, 3)
    },
    "layer_norm": _normed,
    **{f"upsample_nearest{n}d": _resized("nearest") for n in (1, 2, 3)},
    "upsample_linear1d": _resized("linear"),
    "upsample_bilinear2d": _resized("linear"),
    "upsample_bicubic2d": _resized("bicubic"),
    "pad": _bordered,
    "pixel_shuffle": _one("PixelShuffle", "upscale_factor"),
}
"""What may stand for each operation, by its name."""
