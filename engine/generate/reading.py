"""How a network reads a text: the probability of each symbol, which past symbols it hangs on, what its cells do."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.generate.author import Author
from engine.graph import NodeId
from engine.look import quietly

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Perusal:
    """A text (the symbols after the first, which is given) as a network finds it."""

    symbols: NDArray[np.int64]  # (symbols,)
    logs: Floats  # (symbols,) log p of each, given all before it: their sum is log P of the text
    nexts: Floats  # (symbols + 1, vocabulary) log p of all that could have come at each place, and after the last

    @property
    def log(self) -> float:
        """What log P of the text is."""
        return float(self.logs.sum())


def peruse(author: Author, numbers: list[int]) -> Perusal:
    """Read a text whose first symbol is what stands before it; all at once, as in training.

    Where the program cannot carry what a network knows from step to step, each symbol behind the first window is read
    with the window before it, as it would be written.
    """
    window = _reach(author)
    with author.quiet():
        scores = _run(author, numbers) if window is None else _windows(author, numbers, window)
        nexts = author.logs(scores)[0].cpu().numpy()
    symbols = np.array(numbers[1:], np.int64)
    return Perusal(symbols, nexts[np.arange(len(symbols)), symbols], nexts)


def _run(author: Author, numbers: list[int]) -> Tensor:
    inputs = _inputs(author, numbers)
    found: Tensor = author.network.module(*inputs)[author.result]
    return found


def _windows(author: Author, numbers: list[int], window: int) -> Tensor:
    """The scores (1, symbols, symbols) of a text of which no more than a window is read at a time."""
    first = _run(author, numbers[:window])
    if len(numbers) <= window:
        return first
    last: Tensor = author.network.module(*_later(author, numbers, window))[author.result][:, -1]
    return torch.cat([first[0], last])[None]


def _later(author: Author, numbers: list[int], window: int) -> list[Tensor]:
    """The inputs of all windows of a text but the first, a row each."""
    rows = torch.tensor(numbers, device=author.device).unfold(0, window, 1)[1:]
    counts = torch.full((len(rows),), window, device=author.device)
    return [counts if feed.lengths else rows for feed in author.network.feeds]


def _reach(author: Author) -> int | None:
    """How many symbols are read at a time; None if that is a whole text."""
    with author.quiet():
        return author.loop({}).way[1]


def _inputs(author: Author, numbers: list[int]) -> list[Tensor]:
    row = torch.tensor([numbers], device=author.device)
    count = torch.tensor([len(numbers)], device=author.device)
    return [count if feed.lengths else row for feed in author.network.feeds]


def connectivity(author: Author, numbers: list[int], place: int) -> Floats:
    """(symbols,) ‖∂(score of the symbol at `place`)/∂(what stands for each symbol before it)‖, 0 after it.

    Of distill's “Visualizing memorization in RNNs” (Madsen 2019): how much that symbol hangs on each before it. The
    first of the result belongs to the first of `numbers` after what stands before the text.
    """
    found = np.zeros(len(numbers))
    start = max(0, place + 1 - (_reach(author) or len(numbers)))  # what is before it, is not read
    seen = numbers[start : place + 1]
    with quietly(author.network, by_batch=False), torch.enable_grad():
        trace = author.network.trace(*_inputs(author, seen))
        sources = _embedded(author, len(seen), trace.values)
        score = trace.results[author.result][0, -1, numbers[place + 1]]
        for grad in torch.autograd.grad(score, sources, allow_unused=True):
            if grad is not None:
                found[start : place + 1] += grad[0].double().norm(dim=-1).cpu().numpy() ** 2
    return np.sqrt(found)[1:]


def _embedded(author: Author, steps: int, values: "dict[NodeId, Tensor] | object") -> list[Tensor]:
    """What first stands for the symbols as rows of numbers, one a step."""
    assert isinstance(values, dict)  # noqa: S101
    inputs = {name for name in author.network.order if author.network.owners.get(name) is None}
    found: list[Tensor] = []
    for name, edges in author.graph.incoming.items():
        value = values.get(name)
        fits = value is not None and value.ndim == 3 and value.shape[1] == steps
        if (
            fits
            and value is not None
            and value.requires_grad
            and any(e.source in inputs for e in edges)
        ):
            found.append(value)
    return found


def cells(author: Author, numbers: list[int], node: NodeId) -> Floats:
    """(symbols, units) what a layer gives out when it has read each symbol; nothing if it has no steps."""
    window = _reach(author) or len(numbers)
    with author.quiet():
        value = author.network.trace(*_inputs(author, numbers[:window])).values.get(node)
        if value is None or value.ndim != 3 or value.shape[1] != len(numbers[:window]):
            return np.empty((0, 0))
        if len(numbers) > window:
            later = author.network.trace(*_later(author, numbers, window)).values[node]
            value = torch.cat([value[0], later[:, -1]])[None]
    found: Floats = value[0, 1:].double().cpu().numpy()
    return found


def alignment(author: Author, source: NDArray[np.int64], target: list[int]) -> Floats:
    """(written, read) how much attention each written word pays to each that was read; nothing without attention.

    `target` begins with what stands before the translation. Of several layers of attention the last counts.
    """
    kept: list[Tensor] = []

    def note(_module: nn.Module, _given: object, result: tuple[Tensor, ...]) -> None:
        weights = result[1]
        if weights.shape[-2:] == (len(target), len(source)):
            kept.append(weights[0].double())

    row = torch.tensor([target], device=author.device)
    count = torch.tensor([len(target)], device=author.device)
    fed = author.fed(source)
    inputs = [
        fed[f.name] if f.part == "" else (count if f.lengths else row) for f in author.network.feeds
    ]
    modules = author.network.module.modules()
    hooks = [m.register_forward_hook(note) for m in modules if isinstance(m, nn.MultiheadAttention)]
    try:
        with author.quiet():
            author.network.module(*inputs)
    finally:
        for hook in hooks:
            hook.remove()
    found: Floats = kept[-1].cpu().numpy() if kept else np.empty((0, 0))
    return found
