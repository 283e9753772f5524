"""Weights that look symbols up and score them too, as language models tie them: one Embedding that goes both ways."""

from engine.imports.draft import Bench, Draft
from engine.imports.sizes import Runs
from engine.imports.steps import Writer
from engine.imports.tape import Call, Operation, Ref
from engine.layer import Layer


def tied_in(runs: Runs) -> frozenset[int]:
    """The weights of the module that are read both by an embedding and by a linear operation."""
    looked: set[int] = set()
    scored: set[int] = set()
    for entry in runs.tapes[0].root.walk():
        if isinstance(entry, Operation) and entry.name in ("torch.embedding", "nn.linear"):
            place, found = (0, looked) if entry.name == "torch.embedding" else (1, scored)
            one = entry.given[place] if len(entry.given) > place else None
            if isinstance(one, Ref) and runs.tapes[0].values[one.value].learnt:
                found.add(one.value)
    return frozenset(looked & scored)


def both_ways(bench: Bench, layer: Layer, weight: int) -> Layer:
    """An embedding with these weights, one that goes both ways if they are tied; the bench then knows it."""
    if weight not in bench.tied:
        return layer
    return bench.ways.setdefault(weight, layer.but(both_ways=True))


def scored(
    bench: Bench, wires: tuple[int, int], weights: list[int], level: Call, stem: str = ""
) -> bool:
    """Take in x · weightᵀ (+ bias) as the embedding that has these weights. `wires` are x and the result."""
    layer = bench.ways.get(weights[0])
    source, target = wires
    if layer is None or not bench.flows(source) or not bench.flows(target):
        return False
    before, state = len(bench.drafts), {"weight": weights[0]}
    if len(weights) == 1:
        return bench.try_out(Draft(layer, [("in", source)], {"out": target}, level, stem, state))
    tape = bench.runs.tapes[0]
    bias = tape.values[weights[1]].content
    scores = bench.beside([one - bias for one in bench.contents(target)])
    done = bench.try_out(Draft(layer, [("in", source)], {"out": scores}, level, stem, state))
    if done and bench.try_out(Writer.added(bench, scores, weights[1], target, level)):
        return True
    del bench.drafts[before:]
    return False
