"""Torch's own modules as layers of the catalogue: by class, with the parameters that the constructor was given."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from torch import Tensor, nn

from engine.imports.draft import Bench, Draft
from engine.imports.tape import Call, Ref
from engine.imports.ties import both_ways, scored
from engine.layer import Layer
from engine.layers import CATALOGUE

Options = dict[str, Any]


def _conv(module: Any) -> Options:
    options: Options = {"padding": 0 if module.padding == "valid" else module.padding}
    return {
        **options,
        **_single(
            module, "kernel_size", "stride", "padding", "dilation", "output_padding", given=options
        ),
    }


def _single(module: Any, *names: str, given: Options | None = None) -> Options:
    """Parameters of one-dimensional modules as single numbers."""
    found = {}
    for name in names:
        value = (given or {}).get(name, getattr(module, name, None))
        if isinstance(value, tuple) and len(value) == 1:
            found[name] = value[0]
    return found


def _prelu(module: Any) -> Options:
    return {"each": module.num_parameters > 1}


def _attention(module: Any) -> Options:
    return {
        "bias": module.in_proj_bias is not None,
        "add_bias_kv": module.bias_k is not None,
    }


def _transformer(module: Any) -> Options:
    name = getattr(module.activation, "__name__", type(module.activation).__name__).lower()
    return {
        "nhead": module.self_attn.num_heads,
        "dim_feedforward": module.linear1.out_features,
        "dropout": module.dropout.p,
        "activation": name,
        "layer_norm_eps": module.norm1.eps,
        "bias": module.linear1.bias is not None,
    }


def _upsample(module: Any) -> Options:
    size, factor = _equal(module.size), _equal(module.scale_factor)
    options: Options = {
        "mode": {"bilinear": "linear", "trilinear": "linear"}.get(module.mode, module.mode),
        "align_corners": bool(module.align_corners),
    }
    return {**options, "size": size} if size else {**options, "scale_factor": factor, "size": None}


def _equal(value: Any) -> Any:
    """One number for all sides, if they are alike."""
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


SPECIAL: Mapping[str, Callable[[Any], Options]] = {
    **{f"Conv{n}d": _conv for n in (1, 2, 3)},
    **{f"ConvTranspose{n}d": _conv for n in (1, 2, 3)},
    "PReLU": _prelu,
    "MultiheadAttention": _attention,
    "TransformerEncoderLayer": _transformer,
    "TransformerDecoderLayer": _transformer,
    "Upsample": _upsample,
    "UpsamplingNearest2d": _upsample,
    "UpsamplingBilinear2d": _upsample,
}
RENAMED = {
    "Linear": "Dense",
    "NonDynamicallyQuantizableLinear": "Dense",
    "UpsamplingNearest2d": "Upsample",
    "UpsamplingBilinear2d": "Upsample",
    "Softmax2d": "",
}
MASKED = {"MultiheadAttention", "TransformerEncoderLayer", "TransformerDecoderLayer"}
RECURRENT = {"RNN", "LSTM", "GRU"}


def kind_of(module: nn.Module) -> type[Layer] | None:
    """The layer of the catalogue that stands for a module of torch's own; None if there is none."""
    cls = type(module)
    if not cls.__module__.startswith("torch.nn."):
        return None
    return CATALOGUE.get(RENAMED.get(cls.__name__, cls.__name__))


def layers_for(module: nn.Module) -> Iterator[Layer]:
    """The layers that may stand for a module, the likeliest first."""
    kind = kind_of(module)
    if kind is None:
        return
    name = type(module).__name__
    fields = set(kind.model_fields) - {"initial_weights"}
    options = {key: getattr(module, key) for key in fields if hasattr(module, key)}
    options = {key: one for key, one in options.items() if not isinstance(one, nn.Module | Tensor)}
    if "bias" in fields:
        scaled = getattr(module, "affine", getattr(module, "elementwise_affine", True))
        options["bias"] = getattr(module, "bias", None) is not None or not scaled
    options |= SPECIAL[name](module) if name in SPECIAL else _single(module, *options)
    for causal in (False, True) if name in MASKED else (None,):
        given = options if causal is None else {**options, "causal": causal}
        try:
            yield kind.model_validate(given)
        except ValidationError:
            continue


def draft_of(bench: Bench, call: Call) -> bool:
    """Take a module call in as one layer of the catalogue, if there is one that gives the same."""
    module = call.module
    if kind_of(module) is None:
        return False
    owned = bench.runs.tapes[0].owned
    prefix = f"{call.path}." if call.path else ""
    state = {name: owned.get(prefix + name, -1) for name in module.state_dict()}
    if -1 in state.values():
        return False
    given, named = bench.runs.given[id(call)]
    if state.get("weight") in bench.ways and isinstance(module, nn.Linear):
        return _scored(bench, call, given, list(state.values()))
    for layer in layers_for(module):
        if isinstance(module, nn.Embedding):
            layer = both_ways(bench, layer, state["weight"])
        draft = Draft(layer, [], {}, call.parent or call, stem_of(call), state, module)
        name = type(module).__name__
        if name in RECURRENT:
            done = _recurrent(bench, draft, given, named, call.results)
        else:
            done = _plain(bench, draft, given, named, call.results)
        if done:
            return True
    return False


def _scored(bench: Bench, call: Call, given: Any, weights: list[int]) -> bool:
    if not isinstance(call.results, Ref) or not given or not isinstance(given[0], Ref):
        return False
    wires = (given[0].value, call.results.value)
    return scored(bench, wires, weights, call.parent or call, stem_of(call))


def stem_of(call: Call) -> str:
    """What a module is called where it stands: the last part of its path that is a word."""
    return call.path


def _plain(bench: Bench, draft: Draft, given: Any, named: Options, results: Any) -> bool:
    """A module whose first arguments are its inputs, in the order of the ports."""
    order = (
        ("query", "key", "value")
        if draft.layer.kind() == "MultiheadAttention"
        else ("input", "src", "tgt", "x")
    )
    wires = [one for one in given if isinstance(one, Ref) and bench.flows(one.value)]
    if not wires:
        wires = [named[key] for key in order if isinstance(named.get(key), Ref)]
    if "memory" in named and isinstance(named["memory"], Ref):
        wires.append(named["memory"])
    numbers = [bench.root(one.value) for one in wires if bench.flows(one.value)]
    ports = [port.name for port in draft.layer.inputs][: len(numbers)]
    if draft.layer.kind() == "MultiheadAttention" and len(numbers) == 3:
        if numbers[1] == numbers[2]:
            numbers.pop()
        if len(numbers) == 2 and numbers[0] == numbers[1]:
            numbers.pop()
    draft.inputs = list(zip(ports, numbers, strict=False))
    found = results if isinstance(results, tuple) else (results,)
    draft.outputs = {
        port.name: one.value
        for port, one in zip(draft.layer.outputs, found, strict=False)
        if isinstance(one, Ref) and bench.flows(one.value)
    }
    if not numbers or not draft.outputs:
        return False
    if all(bench.root(number) == bench.root(numbers[0]) for number in draft.outputs.values()):
        return False  # it gives back what it was given
    return bench.try_out(draft) or folded(bench, draft)


def folded(bench: Bench, draft: Draft) -> bool:
    """Take a layer that reads the last axis in between two Reshapes, where there are more axes than it knows."""
    if draft.layer.kind() not in ("Dense", "LayerNorm", "RMSNorm") or len(draft.inputs) != 1:
        return False
    source, (port, target) = draft.inputs[0][1], next(iter(draft.outputs.items()))
    came, wanted = bench.contents(source), bench.contents(target)
    if came[0].ndim < 4 or len({one.shape[1:] for one in came}) > 1 or source not in bench.axes:
        return False
    before = len(bench.drafts)
    start = bench.folded.get(source)
    if start is None:
        start = bench.beside([one.flatten(1, -2) for one in came])
        shape = tuple(bench.contents(start)[0].shape[1:])
        if not bench.try_out(_reshape(shape, source, start, draft)):
            return False
    middle = bench.beside([one.flatten(1, -2) for one in wanted])
    draft.inputs, draft.outputs = [("in", start)], {port: middle}
    shape = tuple(wanted[0].shape[1:])
    if bench.try_out(draft) and bench.try_out(_reshape(shape, middle, target, draft)):
        bench.folded[source], bench.folded[target] = start, middle
        return True
    del bench.drafts[before:]
    return False


def _reshape(shape: tuple[int, ...], source: int, target: int, beside: Draft) -> Draft:
    layer = CATALOGUE["Reshape"].model_validate({"shape": shape})
    return Draft(layer, [("in", source)], {"out": target}, beside.level)


def _recurrent(bench: Bench, draft: Draft, given: Any, named: Options, results: Any) -> bool:
    """An RNN, whose states are rows in the drawing and (layers, batch, units) in torch."""
    if not given or not isinstance(given[0], Ref) or not bench.flows(given[0].value):
        return False
    first = given[1] if len(given) > 1 else named.get("hx")
    states = [] if first is None else [first] if isinstance(first, Ref) else list(first)
    draft.inputs = [("in", given[0].value)]
    before = len(bench.drafts)
    for port, state in zip(("hidden", "cell"), states, strict=False):
        if not _is_zero(bench, state.value):
            row = _as_row(bench, state.value, draft.level)
            if row is None:
                return False
            draft.inputs.append((port, row))
    last = results[1]
    rows = {}
    for port, state in zip(
        ("hidden", "cell"), [last] if isinstance(last, Ref) else last, strict=False
    ):
        rows[port] = (
            bench.beside([one.flatten(1) for one in bench.contents(state.value)]),
            state.value,
        )
    if not bench.flows(results[0].value):
        return False
    draft.outputs = {"out": results[0].value, **{port: row for port, (row, _) in rows.items()}}
    if not bench.try_out(draft):
        del bench.drafts[before:]
        return False
    for row, state in rows.values():
        shape = tuple(bench.contents(state)[0].shape[1:])
        reshape = CATALOGUE["Reshape"].model_validate({"shape": shape})
        bench.try_out(Draft(reshape, [("in", row)], {"out": state}, draft.level))
    return True


def _is_zero(bench: Bench, number: int) -> bool:
    made = bench.runs.reaching[number] and number not in bench.runs.zeros
    return not made and all(not tape.values[number].content.any() for tape in bench.runs.tapes)


def _as_row(bench: Bench, number: int, level: Call) -> int | None:
    """A state as one row an example; None if it cannot flow along a wire."""
    number = bench.root(number)
    if not bench.flows(number) or number not in bench.axes:
        return None
    row = bench.beside([one.flatten(1) for one in bench.contents(number)])
    done = bench.try_out(Draft(CATALOGUE["Flatten"](), [("in", number)], {"out": row}, level))
    return row if done else None
