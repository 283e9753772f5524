"""How strongly each state hangs on each earlier one: ‖∂h_s/∂h_t‖ for all pairs of steps, from the layer's own gates.

Every step's Jacobian is written in closed form (Pascanu et al. 2013 for the product); a state is h, and c beside it
where there are cells, both counted as free.
"""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.recurrence import Track

Floats = NDArray[np.float64]
MOST_ROWS = (
    64  # of a Jacobian that are followed exactly; of a larger one so many random sums of rows
)
MOST_STEPS = 64  # rows and columns of a map; of longer sequences as many, evenly spread


def step_jacobians(track: Track, example: int = 0) -> Tensor:
    """(steps, size, size) ∂(state after)/∂(state before) of each step; size is units, or units and cells."""
    before = torch.stack([track.start, *track.states[:-1]], 1)[example].detach()
    values = {name: torch.stack(v, 1)[example].detach() for name, v in track.values.items()}
    back = track.weights[1]
    if track.kind == "GRU":
        return _gru(values, torch.stack(track.from_state, 1)[example].detach(), before, back)
    if track.kind == "LSTM":
        return _lstm(values, back)
    given = torch.stack(track.from_state, 1)[example].detach() + track.from_input[example].detach()
    slope = (given > 0).to(given) if track.mode == "RNN_RELU" else 1 - torch.tanh(given) ** 2
    return slope[:, :, None] * back


def _gru(values: dict[str, Tensor], came: Tensor, before: Tensor, back: Tensor) -> Tensor:
    reset, update, new = values["r"], values["z"], values["n"]
    of_reset, of_update, of_new = back.chunk(3)
    bare = came.chunk(3, 1)[2]
    inner = reset[:, :, None] * of_new + (bare * reset * (1 - reset))[:, :, None] * of_reset
    return (
        torch.diag_embed(update)
        + ((before - new) * update * (1 - update))[:, :, None] * of_update
        + ((1 - update) * (1 - new**2))[:, :, None] * inner
    )


def _lstm(values: dict[str, Tensor], back: Tensor) -> Tensor:
    into, keep, new, out, cell = (values[name] for name in "ifgoc")
    earlier = torch.cat([torch.zeros_like(cell[:1]), cell[:-1]])
    parts = back.chunk(4)
    cell_by_state = (
        (earlier * keep * (1 - keep))[:, :, None] * parts[1]
        + (new * into * (1 - into))[:, :, None] * parts[0]
        + (into * (1 - new**2))[:, :, None] * parts[2]
    )
    seen = torch.tanh(cell)
    shown = out * (1 - seen**2)
    state_by_state = (
        shown[:, :, None] * cell_by_state + (seen * out * (1 - out))[:, :, None] * parts[3]
    )
    top = torch.cat([state_by_state, torch.diag_embed(shown * keep)], 2)
    return torch.cat([top, torch.cat([cell_by_state, torch.diag_embed(keep)], 2)], 1)


def pair_map(
    track: Track, example: int = 0, cancelled: Callable[[], bool] = lambda: False
) -> tuple[Floats, NDArray[np.int64]] | None:
    """(steps, steps) ‖∂h_s/∂h_t‖_F, row s, column t, NaN above the diagonal, and which steps they are.

    None where it was cancelled on the way. Steps count from 0 in the order of reading; padding is left out.
    """
    count = len(track.states) if track.real is None else int(track.real[example].sum())
    first = 0 if track.real is None else int(track.real[example].float().argmax())
    if not count:
        return np.empty((0, 0)), np.empty(0, np.int64)
    jacobians = step_jacobians(track, example)[first : first + count]
    units = track.states[0].shape[1]
    chosen = np.unique(np.linspace(0, count - 1, min(count, MOST_STEPS)).round().astype(np.int64))
    found = np.full((len(chosen), len(chosen)), np.nan)
    rows = _rows(units, jacobians.shape[1], jacobians)
    places = {int(step): place for place, step in enumerate(chosen)}
    followed: Tensor = rows.new_empty(
        0, *rows.shape
    )  # of each chosen row so far, back to this step
    begun: list[int] = []
    for step in range(count - 1, -1, -1):
        if cancelled():
            return None
        if step in places:
            followed, begun = torch.cat([followed, rows[None]]), [*begun, places[step]]
            lengths = followed[:, :, :units].flatten(1).norm(dim=1)
            found[begun, places[step]] = lengths.cpu().numpy()
        followed = followed @ jacobians[step]
    return found, chosen


def _rows(units: int, size: int, like: Tensor) -> Tensor:
    """What is followed back: each unit of h, or random sums of them, whose expected square is the same."""
    if units <= MOST_ROWS:
        return torch.eye(units, size, dtype=like.dtype, device=like.device)
    signs = np.random.default_rng(0).choice([-1.0, 1.0], (MOST_ROWS, units)) / np.sqrt(MOST_ROWS)
    rows = np.zeros((MOST_ROWS, size))
    rows[:, :units] = signs
    return torch.tensor(rows, dtype=like.dtype, device=like.device)
