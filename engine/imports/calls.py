"""Torch's functions and tensor methods as layers of the catalogue: each rule proposes layers, the bench tries them."""

from collections.abc import Iterator
from itertools import permutations
from typing import Any

import torch
from torch import Tensor

from engine.imports import leaves
from engine.imports.draft import Bench, Draft
from engine.imports.proposal import layer
from engine.imports.rules import RULES
from engine.imports.tape import Operation, Ref, refs
from engine.imports.ties import scored
from engine.layer import Layer

STRUCTURAL = frozenset(
    """view reshape flatten permute transpose movedim moveaxis swapaxes swapdims squeeze unsqueeze contiguous t
    unflatten clone to float long type_as view_as reshape_as ravel expand expand_as""".split()
)
PARTS = frozenset("chunk split unbind tensor_split split_with_sizes".split())


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
    if word == "linear" and isinstance(given[1], Ref) and given[1].value in bench.ways:
        weights = [one.value for one in given[1:3] if isinstance(one, Ref)]
        if scored(bench, (given[0].value, entry.results.value), weights, entry.level):
            return True
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
        if sense not in kinds or bench.axes[source].kind == kinds[sense]:
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
    middle = bench.beside([one.narrow(axis, start, 1) for one in bench.contents(source)])
    squeeze = layer("Squeeze", dim=axis)
    return (
        squeeze is not None
        and bench.try_out(Draft(found, [("in", source)], {"out": middle}, entry.level))
        and bench.try_out(Draft(squeeze, [("in", middle)], {"out": number}, entry.level))
    )
