"""How a text is chosen from what a network says comes next: by the likeliest symbol, by chance, or by a beam.

It knows no network, only a `step` that takes a state and the symbols just written, and gives log-probabilities
(rows, symbols) of the next with the state after it; and a state that can be reordered. Logarithms are natural and
float64, so that P of a text is the exponential of their sum.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

S = TypeVar("S", bound="Movable")


class Movable(Protocol):
    """A state of several texts."""

    def choose(self: S, places: Tensor) -> S:
        """The texts at these places."""
        ...


Step = Callable[[S, Tensor], tuple[Tensor, S]]


@dataclass(frozen=True, slots=True)
class Text:
    """What was written: symbols without the end, and the log-probability of each, that of the end last."""

    symbols: tuple[int, ...]
    logs: tuple[float, ...]
    ended: bool

    @property
    def log(self) -> float:
        """What log P of the whole is."""
        return float(sum(self.logs))


def cooled(logs: Tensor, temperature: float, top_k: int | None = None) -> Tensor:
    """Probabilities p ∝ exp(log p / τ) of the `top_k` likeliest symbols, same shape; at τ = 0 the likeliest has all."""
    if temperature == 0 or top_k == 1:
        return torch.zeros_like(logs).scatter_(-1, logs.argmax(-1, keepdim=True), 1.0)
    if top_k is not None and top_k < logs.shape[-1]:
        least = logs.topk(top_k, -1).values[..., -1:]
        logs = logs.masked_fill(logs < least, -torch.inf)
    return (logs / temperature).softmax(-1)


def cooled_row(
    logs: NDArray[np.float64], temperature: float, top_k: int | None
) -> NDArray[np.float64]:
    """The same of numpy's numbers."""
    found: NDArray[np.float64] = cooled(torch.from_numpy(logs), temperature, top_k).numpy()
    return found


def sample(
    step: Step[S],
    state: S,
    logs: Tensor,
    steps: int,
    chance: torch.Generator,
    temperature: float = 1.0,
    top_k: int | None = None,
    end: int | None = None,
    without: int | None = None,
) -> list[Text]:
    """Texts by chance, one for each row of `logs` (rows, symbols), which are those of the first symbol.

    `chance` is a generator of its own on the CPU: the global one is not touched. `without` is a symbol that is never
    written, such as ⟨unk⟩.
    """
    return _one_by_one(
        step,
        state,
        logs,
        steps,
        end,
        lambda seen: torch.multinomial(
            cooled(_but(seen, without), temperature, top_k).cpu(), 1, generator=chance
        )[:, 0].to(seen.device),
    )


def greedy(
    step: Step[S],
    state: S,
    logs: Tensor,
    steps: int,
    end: int | None = None,
    without: int | None = None,
) -> list[Text]:
    """At each step the likeliest symbol: one text for each row of `logs`, of `steps` symbols at most."""
    return _one_by_one(step, state, logs, steps, end, lambda seen: _but(seen, without).argmax(-1))


def _but(logs: Tensor, without: int | None) -> Tensor:
    if without is None:
        return logs
    return logs.index_fill(-1, torch.tensor([without], device=logs.device), -torch.inf)


def _one_by_one(
    step: Step[S],
    state: S,
    logs: Tensor,
    steps: int,
    end: int | None,
    pick: Callable[[Tensor], Tensor],
) -> list[Text]:
    chosen: list[Tensor] = []
    found: list[Tensor] = []
    done = torch.zeros(len(logs), dtype=torch.bool, device=logs.device)
    for place in range(steps):
        symbols = pick(logs)
        chosen.append(symbols)
        found.append(logs.gather(-1, symbols[:, None])[:, 0])
        if end is not None:
            done = done | (symbols == end)
            if bool(done.all()):
                break
        if place + 1 < steps:
            logs, state = step(state, symbols)
    if not chosen:
        return [Text((), (), ended=False) for _ in range(len(logs))]
    rows = zip(torch.stack(chosen, 1).tolist(), torch.stack(found, 1).tolist(), strict=True)
    return [_ended(symbols, said, end) for symbols, said in rows]


def _ended(symbols: list[int], logs: list[float], end: int | None) -> Text:
    if end is None or end not in symbols:
        return Text(tuple(symbols), tuple(logs), ended=False)
    stop = symbols.index(end)
    return Text(tuple(symbols[:stop]), tuple(logs[: stop + 1]), ended=True)


def beam(
    step: Step[S],
    state: S,
    logs: Tensor,
    steps: int,
    width: int,
    end: int | None = None,
    without: int | None = None,
) -> list[Text]:
    """The `width` likeliest texts that a beam finds, the best first, for a single row of `logs` (1, symbols).

    At each step the `width` likeliest beginnings are kept; with symbols^steps of them that is every text there is.
    A text that has reached its end competes as it is, by log P, without any bonus for its length.
    """
    alive = [Text((), (), ended=False)]
    done: list[Text] = []
    for place in range(steps):
        said = _but(logs, without)
        totals = said + said.new_tensor([text.log for text in alive])[:, None]
        best = totals.flatten().topk(min(width, totals.numel()))
        grown: list[tuple[int, Text]] = []
        for total, at in zip(best.values.tolist(), best.indices.tolist(), strict=True):
            row, symbol = divmod(at, logs.shape[-1])
            if total == -torch.inf:
                continue
            old, value = alive[row], float(said[row, symbol])
            if symbol == end:
                done.append(Text(old.symbols, (*old.logs, value), ended=True))
            else:
                grown.append((row, Text((*old.symbols, symbol), (*old.logs, value), ended=False)))
        done = sorted(done, key=lambda text: -text.log)[:width]
        alive = [text for _, text in grown]
        beaten = len(done) == width and alive and max(t.log for t in alive) <= done[-1].log
        if not alive or beaten or place + 1 == steps:
            break
        state = state.choose(torch.tensor([row for row, _ in grown], device=logs.device))
        logs, state = step(state, torch.tensor([t.symbols[-1] for t in alive], device=logs.device))
    return sorted((*done, *alive), key=lambda text: -text.log)[:width]
