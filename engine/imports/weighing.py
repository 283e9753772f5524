"""Rules for functions that are given their weights, which must be tensors of the module's own."""

from typing import Any

from engine.imports.draft import Bench
from engine.imports.proposal import Found, Rule, layer, numbers
from engine.imports.tape import Operation, Ref
from engine.imports.ties import both_ways


def with_weights(kind: str, *names: str) -> Rule:
    """A rule for a function that is given its weights: they must be tensors of the module's own."""

    def propose(bench: Bench, _: Operation, given: tuple[Any, ...], named: dict[str, Any]) -> Found:
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
            if sides == 1:
                pairs = options.items()
                options = {k: v[0] if isinstance(v, list | tuple) else v for k, v in pairs}
            options |= {
                "out_channels": shape[0],
                "kernel_size": shape[2] if sides == 1 else tuple(shape[2:]),
            }
        yield layer(kind, **options, bias="bias" in state), numbers(given[:1]), state

    return propose


def embedded(bench: Bench, _: Operation, given: tuple[Any, ...], __: dict[str, Any]) -> Found:
    """torch.embedding(weight, symbols, padding, by frequency)."""
    weight, symbols = given[:2]
    if not isinstance(symbols, Ref) or bench.runs.tapes[0].values[weight.value].source != "own":
        return
    count, size = bench.runs.tapes[0].values[weight.value].content.shape
    padding = given[2] if len(given) > 2 and given[2] >= 0 else None
    found = layer(
        "Embedding",
        num_embeddings=count,
        embedding_dim=size,
        padding_idx=padding,
        scale_grad_by_freq=len(given) > 3 and given[3],
    )
    if found is not None:
        yield both_ways(bench, found, weight.value), [symbols.value], {"weight": weight.value}


def normed(bench: Bench, _: Operation, given: tuple[Any, ...], __: dict[str, Any]) -> Found:
    """torch.layer_norm(input, shape, weight, bias, eps)."""
    tape = bench.runs.tapes[0]
    weights = [one for one in given[2:4] if isinstance(one, Ref)]
    if any(tape.values[one.value].source != "own" for one in weights):
        return
    state = dict(zip(("weight", "bias"), (one.value for one in weights), strict=False))
    eps = given[4] if len(given) > 4 else 1e-5
    yield (
        layer("LayerNorm", eps=eps, elementwise_affine=bool(state), bias=len(state) != 1),
        numbers(given[:1]),
        state,
    )
