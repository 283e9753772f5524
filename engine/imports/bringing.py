"""The whole way in: run, draft, assemble, carry the weights over, and check that the drawing gives the same."""

import copy
import inspect
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.axes import Axes, Labels, Tokens
from engine.datasets.placeholder import is_length
from engine.graph import Graph
from engine.imports.assembling import Drawing, assembled
from engine.imports.checking import CHECKED, Check
from engine.imports.draft import Bench
from engine.imports.drafting import drafted
from engine.imports.loading import own_trace
from engine.imports.names import proper
from engine.imports.recording import recorded
from engine.imports.refusal import ImportRefused
from engine.imports.report import Report, reported
from engine.imports.sizes import BATCH, Runs
from engine.imports.tape import Tape, refs
from engine.network import Network, build
from engine.shapes import infer

BATCHES = (2, 3)  # examples in the runs that are recorded
LENGTHS = ((12, 17), 15), ((5, 7), 6)
"""Steps that stand for a free length, and those of the check; fewer for a module that takes no more."""
NOISE = 0.02  # of the weights' own size, so that no weight that happens to be 0 hides a difference
Arrays = dict[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """A module as a drawing: its weights by their names in the drawing, its inputs by part, and what became of what."""

    graph: Graph
    weights: Arrays
    parts: Mapping[str, Axes]
    result: Axes  # what the first output is
    report: Report


def imported(module: nn.Module, examples: Mapping[str, Axes] | Sequence[Axes]) -> Imported:
    """Bring a module onto the canvas.

    Args:
        module: Any module; it is not changed.
        examples: What each argument of its `forward` looks like, in their order or by their names.

    Raises ImportRefused with a sentence.
    """
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # what a person's module warns of is not about the drawing
        inputs = dict(examples) if isinstance(examples, Mapping) else _named(module, examples)
        if not any(axes.free for axes in inputs.values()):
            return _brought(module, inputs)
        refused: ImportRefused | None = None
        for pair, checked in LENGTHS:
            try:
                return _brought(module, inputs, pair, checked)
            except ImportRefused as error:
                refused = refused or error
        raise ImportRefused(
            f"{refused} With free lengths it could not be drawn; give each a number, such as "
            "--input tokens:16:5000.",
            detail=refused.detail if refused else "",
            where=refused.where if refused else "",
        ) from refused


def _brought(
    module: nn.Module,
    inputs: Mapping[str, Axes],
    pair: tuple[int, int] = LENGTHS[0][0],
    checked: int = LENGTHS[0][1],
) -> Imported:
    plain = _copy(module)
    stirred = _stirred(plain)
    runs = _runs(stirred, inputs, pair)
    numbers = runs.inputs
    parts = {name: "" if not place else proper(name, "input") for place, name in enumerate(inputs)}
    bench = drafted(runs, dict(zip(numbers, inputs.values(), strict=True)))
    nodes = {
        n: (proper(name, "input"), parts[name]) for n, name in zip(numbers, inputs, strict=True)
    }
    drawing = assembled(bench, nodes, _results(runs))
    axes = {parts[name]: one for name, one in inputs.items()}
    weights = _weights(drawing, runs, plain)
    check = _check(bench, drawing, weights, plain, inputs, axes, checked)
    difference = check.difference()
    result = bench.axes[bench.root(next(iter(_results(runs).values())))]
    report = reported(bench, drawing, module, difference, tuple(check.remarks()))
    return Imported(drawing.graph, weights, axes, result, report)


def _named(module: nn.Module, examples: Sequence[Axes]) -> dict[str, Axes]:
    names = [
        name
        for name, one in inspect.signature(module.forward).parameters.items()
        if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)
    ]
    names += [f"input_{place + 1}" for place in range(len(names), len(examples))]
    return dict(zip(names, examples, strict=False))


def _copy(module: nn.Module) -> nn.Module:
    """A copy that can be run without changing the original, in single precision, not training."""
    try:
        made = copy.deepcopy(module)
    except Exception as error:
        raise ImportRefused(
            "The module cannot be copied, so it cannot be tried.", detail=str(error)
        ) from error
    for inner in made.modules():
        if getattr(inner, "inplace", False) is True:
            inner.inplace = False  # type: ignore[assignment]
    return made.float().cpu().eval()


def _stirred(module: nn.Module) -> nn.Module:
    """A copy with a little noise in every weight."""
    made = copy.deepcopy(module)
    chance = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for one in made.parameters():
            if one.is_floating_point():
                size = float(one.std()) if one.numel() > 1 else 0.0
                one.add_(torch.randn(one.shape, generator=chance) * NOISE * (size or 1.0))
    return made


def sample(axes: Axes, batch: int, lengths: Mapping[str, int], chance: torch.Generator) -> Tensor:
    """Random examples of these axes; the first holds no symbol 0, which often stands for padding."""
    shape = (batch, *(lengths[size] if isinstance(size, str) else size for size in axes.sizes))
    if isinstance(axes, Tokens):
        symbols = torch.randint(0, axes.vocabulary, shape, generator=chance)
        symbols[0].clamp_(min=min(1, axes.vocabulary - 1))
        return symbols
    if axes.whole:
        return torch.randint(0, 2, shape, generator=chance)
    return torch.randn(shape, generator=chance)


def samples(
    inputs: Mapping[str, Axes], batch: int, lengths: Mapping[str, int], chance: torch.Generator
) -> dict[str, Tensor]:
    """Random examples for each input; whole numbers without axes are lengths of sequences, the longest first."""
    made = {name: sample(axes, batch, lengths, chance) for name, axes in inputs.items()}
    steps = next((one.shape[1] for one in made.values() if one.ndim > 1), 1)
    for name, axes in inputs.items():
        if is_length(axes):
            drawn = torch.randint(1, steps + 1, (batch,), generator=chance)
            drawn[0] = steps
            made[name] = drawn.sort(descending=True).values
    return made


def _runs(module: nn.Module, inputs: Mapping[str, Axes], lengths: tuple[int, int]) -> Runs:
    free = list(dict.fromkeys(name for axes in inputs.values() for name in axes.free))
    if len(free) > 2:
        raise ImportRefused("More than two lengths are left free; give the others a number.")
    sizes: list[dict[str, int]] = [{}]
    for name, pair in ((BATCH, BATCHES), *((name, lengths) for name in free)):
        sizes = [{**one, name: size} for one in sizes for size in pair]
    tapes: list[Tape] = []
    for one in sizes:
        chance = torch.Generator().manual_seed(1)
        given = samples(inputs, one[BATCH], one, chance)
        tapes.append(_recorded(module, given))
    return Runs(tapes, sizes, _in_training(module, inputs, sizes[0]))


def _in_training(
    module: nn.Module, inputs: Mapping[str, Axes], sizes: Mapping[str, int]
) -> Tape | None:
    """What the module does while training; None if it cannot be run so."""
    chance = torch.Generator().manual_seed(1)
    given = samples(inputs, sizes[BATCH], sizes, chance)
    try:
        return recorded(copy.deepcopy(module).train(), given)
    except Exception:  # noqa: BLE001 (whatever the module raises; it is not needed)
        return None


def _recorded(module: nn.Module, given: Mapping[str, Tensor]) -> Tape:
    try:
        return recorded(module, given)
    except ImportRefused:
        raise
    except Exception as error:
        shapes = ", ".join("×".join(map(str, one.shape)) for one in given.values())
        raise ImportRefused(
            f"The module could not be run on examples of {shapes}: {type(error).__name__}: {error}",
            detail=own_trace(error),
        ) from error


def _results(runs: Runs) -> dict[str, int]:
    """The values that the module gives back, by names."""
    found: dict[str, int] = {}
    root = runs.tapes[0].root.results
    listed = dict(root) if isinstance(root, dict) else root
    if isinstance(listed, dict):
        for key, inner in listed.items():
            numbers = list(refs(inner))
            for place, number in enumerate(numbers, 1):
                found[proper(str(key), "output") + (f"_{place}" if len(numbers) > 1 else "")] = (
                    number
                )
        return found
    numbers = list(dict.fromkeys(refs(listed)))
    return {
        "output" if len(numbers) == 1 else f"output_{place}": n
        for place, n in enumerate(numbers, 1)
    }


def _weights(drawing: Drawing, runs: Runs, plain: nn.Module) -> Arrays:
    """The module's own numbers under their names in the drawing."""
    state = dict(plain.named_parameters(remove_duplicate=False)) | dict(
        plain.named_buffers(remove_duplicate=False)
    )
    found: Arrays = {}
    for name, number in drawing.weights.items():
        value = runs.tapes[0].values[number]
        tensor = state.get(value.name, value.content)
        found[name] = tensor.detach().numpy().copy()
    return found


def _check(
    bench: Bench, drawing: Drawing, weights: Arrays, plain: nn.Module, inputs: Mapping[str, Axes],
    axes: Mapping[str, Axes], steps: int,
) -> Check:  # fmt: skip
    """The drawing and the module on other examples, of another size."""
    network = network_of(drawing.graph, axes, weights)
    chance = torch.Generator().manual_seed(2)
    lengths = {name: steps for one in inputs.values() for name in one.free}
    given = samples(inputs, CHECKED, lengths, chance)
    by_part = dict(zip(axes, given.values(), strict=True))
    full = {part: torch.full((CHECKED,), next(iter(lengths.values()), 0)) for part in axes}
    fed = [full[feed.part] if feed.lengths else by_part[feed.part] for feed in network.feeds]
    return Check(bench, drawing, network, plain, given, fed, _results(bench.runs), _recorded)


def network_of(graph: Graph, axes: Mapping[str, Axes], weights: Arrays) -> Network:
    """The drawing, built, with these weights, not training. Raises ImportRefused if it does not hold together."""
    shapes = infer(graph, axes, Labels(("a", "b")))
    if shapes.misfits:
        name, misfit = next(iter(shapes.misfits.items()))
        raise ImportRefused(
            f"{name} wants {misfit.wanted}, but gets {misfit.got}.", detail=misfit.detail or ""
        )
    network = build(graph, shapes)
    network.train(False)
    state = network.module.state_dict()
    if set(state) != set(weights):
        odd = sorted(set(state) ^ set(weights))[0]
        raise ImportRefused(f"The weights do not fit the drawing: {odd} has no counterpart.")
    network.module.load_state_dict(
        {name: torch.from_numpy(np.array(one)) for name, one in weights.items()}
    )
    return network


__all__ = ["Bench", "Imported", "imported", "network_of", "sample", "samples"]
