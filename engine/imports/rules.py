"""What may stand for each of torch's functions: each rule proposes layers with their wires and weights."""

from collections.abc import Mapping
from typing import Any

from engine.imports.draft import Bench
from engine.imports.proposal import Found, Rule, layer, numbers
from engine.imports.tape import Operation, Ref, refs
from engine.imports.weighing import embedded, normed, with_weights


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
        yield layer(kind, **options), numbers(given[:1]), {}

    return propose


def _several(kind: str) -> Rule:
    """A rule for arithmetic between two tensors that flow along wires."""

    def propose(_: Bench, __: Operation, given: tuple[Any, ...], named: dict[str, Any]) -> Found:
        if len(numbers(given)) == 2 and not named:
            yield layer(kind), numbers(given), {}
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
        yield layer(kind), numbers(given[:1]), {}
        assert isinstance(entry.results, Ref)  # noqa: S101 (for the type checker)
        for dim in range(1, bench.contents(entry.results.value)[0].ndim):
            yield layer(kind, dim=dim), numbers(given[:1]), {}

    return propose


def _reduced(how: str) -> Rule:
    def propose(bench: Bench, _: Operation, given: tuple[Any, ...], __: dict[str, Any]) -> Found:
        wires = numbers(given[:1])
        if len(numbers(given)) != 1 or not bench.flows(wires[0]):
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
    wires = numbers(given[:1])
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


def _resized(mode: str) -> Rule:
    def propose(bench: Bench, entry: Operation, given: tuple[Any, ...], _: dict[str, Any]) -> Found:
        wires = numbers(given[:1])
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
            numbers(given[:1]),
            {},
        )
        yield (
            layer("Pad", padding=(*(0,) * 1, *padding)[-2:], mode=mode, value=float(value or 0.0)),
            numbers(given[:1]),
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
    "linear": with_weights("Dense"),
    **{
        f"conv{n}d": with_weights(f"Conv{n}d", "stride", "padding", "dilation", "groups")
        for n in (1, 2, 3)
    },
    "embedding": embedded,
    "layer_norm": normed,
    **{f"upsample_nearest{n}d": _resized("nearest") for n in (1, 2, 3)},
    "upsample_linear1d": _resized("linear"),
    "upsample_bilinear2d": _resized("linear"),
    "upsample_bicubic2d": _resized("bicubic"),
    "pad": _bordered,
    "pixel_shuffle": _one("PixelShuffle", "upscale_factor"),
}
"""What may stand for each operation, by its name."""
