"""A recurrent layer of torch read step by step, with its own weights: each state, cell and gate a tensor of its own.

torch's layers run all steps in one call and hand out the states alone, and `.grad` of what they hand out is only the
part of ∂L/∂h_t that does not come through later steps. Here each step is written out, so that the whole can be had.
Equations and the order of gates are those of PyTorch's documentation of `nn.RNN`, `nn.GRU` and `nn.LSTM`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import torch
from torch import Tensor, nn

from engine.gates import GATES
from engine.modules.recurrent import from_row, to_row

Held = Mapping[str, float]  # gates held at a value, by name


@dataclass(slots=True, eq=False)
class Track:
    """One direction of one stacked layer, in the order in which it reads: backward from the end to the start."""

    mode: str  # as torch calls it: RNN_TANH, RNN_RELU, GRU or LSTM
    layer: int
    backward: bool
    given: Tensor  # (batch, steps, features) what it reads
    real: Tensor | None  # (batch, steps) where there is no padding; None if there is none anywhere
    start: Tensor  # (batch, units) the state before the first step
    from_input: Tensor  # (batch, steps, gates · units) W_xh x + b
    weights: tuple[Tensor, Tensor]  # W_xh and W_hh
    from_state: list[Tensor] = field(default_factory=list)  # (batch, gates · units) W_hh h + b
    values: dict[str, list[Tensor]] = field(default_factory=dict)  # by gate, a (batch, units) each

    @property
    def kind(self) -> str:
        """RNN, GRU or LSTM."""
        return self.mode.partition("_")[0]

    @property
    def states(self) -> list[Tensor]:
        """H after each step; over padding it stays as it was."""
        return self.values["h"]

    @property
    def cells(self) -> list[Tensor]:
        """C after each step; none where there are no cells."""
        return self.values.get("c", [])


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What one call of a recurrent layer gave, and how it came about."""

    out: Tensor  # (batch, steps, units · directions)
    last: tuple[Tensor, ...]  # the last hidden states and cells, as rows
    tracks: tuple[Track, ...]  # by stacked layer, forward before backward

    @property
    def result(self) -> tuple[Tensor, ...]:
        """As the module gives it."""
        return (self.out, *self.last)


def read_by_step(
    module: nn.RNNBase,
    x: Tensor,
    starts: Sequence[Tensor | None] = (),
    lengths: Tensor | None = None,
    held: Held = MappingProxyType({}),
) -> Reading:
    """Run a recurrent layer over (batch, steps, features) in the precision of `x`; dropout is off.

    `starts` are the states to begin with (and cells), as the module takes them; nothing for zeros.
    """
    ways = 2 if module.bidirectional else 1
    sizes = (module.proj_size or module.hidden_size, module.hidden_size)
    begin = [
        _start(x, starts[place] if place < len(starts) else None, module.num_layers * ways, size)
        for place, size in enumerate(sizes)
    ]
    real = None if lengths is None else _real(x, lengths)
    tracks: list[Track] = []
    for layer in range(module.num_layers):
        pair = [
            _track(module, layer, way == 1, x, [rows[layer * ways + way] for rows in begin], real)
            for way in range(ways)
        ]
        for track, cell in pair:
            _run(module, track, cell, held)
        tracks += [track for track, _ in pair]
        x = torch.cat([_in_time(track) for track, _ in pair], 2)
    kinds = ("h", "c") if module.mode == "LSTM" else ("h",)
    last = tuple(
        to_row(torch.stack([track.values[name][-1] for track in tracks])) for name in kinds
    )
    return Reading(x, last, tuple(tracks))


def _start(x: Tensor, row: Tensor | None, count: int, size: int) -> Tensor:
    return x.new_zeros(count, len(x), size) if row is None else from_row(row.to(x.dtype), count)


def _real(x: Tensor, lengths: Tensor) -> Tensor:
    """(batch, steps) whether a step is none of padding."""
    return torch.arange(x.shape[1], device=x.device) < lengths.to(x.device)[:, None]


def _track(
    module: nn.RNNBase,
    layer: int,
    backward: bool,
    x: Tensor,
    start: list[Tensor],
    real: Tensor | None,
) -> tuple[Track, Tensor]:
    """A track before its first step, and the cell that it begins with."""
    if backward:
        x, real = x.flip(1), None if real is None else real.flip(1)
    ending = f"_l{layer}{'_reverse' if backward else ''}"
    into, back = (weight(module, name + ending, x) for name in ("weight_ih", "weight_hh"))
    projected = x @ into.T
    if module.bias:
        projected = projected + weight(module, "bias_ih" + ending, x)
    track = Track(module.mode, layer, backward, x, real, start[0], _asked(projected), (into, back))
    track.values = {name: [] for name in GATES[track.kind]}
    return track, start[1]


def _asked(tensor: Tensor) -> Tensor:
    """The same, so that a gradient is to be had of it."""
    return (
        tensor if tensor.requires_grad or not torch.is_grad_enabled() else tensor.requires_grad_()
    )


def weight(module: nn.RNNBase, name: str, like: Tensor) -> Tensor:
    """One of its weights by torch's name, apart from training."""
    found: Tensor = getattr(module, name)
    return found.detach().to(like)


def _run(module: nn.RNNBase, track: Track, cell: Tensor, held: Held) -> None:
    """All steps of a track."""
    ending = f"_l{track.layer}{'_reverse' if track.backward else ''}"
    given, hidden = track.given, track.start
    bias = weight(module, "bias_hh" + ending, given) if module.bias else 0.0
    shorten = weight(module, "weight_hr" + ending, given).T if module.proj_size else None
    back, step = track.weights[1].T, _STEPS[module.mode]
    for place, come in enumerate(track.from_input.unbind(1)):
        came = _asked(hidden @ back + bias)
        track.from_state.append(came)
        found = step(come, came, hidden, cell, held)
        here = None if track.real is None else track.real[:, place, None]
        if "c" in found:  # h reads the cell that is handed on, so that ∂L/∂c is whole
            found["c"] = found["c"] if here is None else torch.where(here, found["c"], cell)
            found["h"] = found["o"] * torch.tanh(found["c"])
        if shorten is not None:
            found["h"] = found["h"] @ shorten
        if here is not None:
            found["h"] = torch.where(here, found["h"], hidden)
        hidden, cell = found["h"], found.get("c", cell)
        for name, value in found.items():
            track.values[name].append(value)


def _in_time(track: Track) -> Tensor:
    """(batch, steps, units) the states in the order of time, 0 over padding, as torch gives them."""
    out = torch.stack(track.states, 1)
    if track.real is not None:
        out = out * track.real[:, :, None]
    return out.flip(1) if track.backward else out


Found = dict[str, Tensor]


def _rnn(come: Tensor, came: Tensor, *_: object) -> Found:
    return {"h": torch.tanh(come + came)}


def _rnn_relu(come: Tensor, came: Tensor, *_: object) -> Found:
    return {"h": torch.relu(come + came)}


def _gru(come: Tensor, came: Tensor, hidden: Tensor, _: Tensor, held: Held) -> Found:
    """r, z = σ(…), n = tanh(W x + r ∘ (U h + b)), h′ = (1 − z) ∘ n + z ∘ h: an open z keeps what was."""
    units = hidden.shape[1]
    both = torch.sigmoid(come[:, : 2 * units] + came[:, : 2 * units])
    reset = _held("r", both[:, :units], held)
    update = _held("z", both[:, units:], held)
    new = torch.tanh(come[:, 2 * units :] + reset * came[:, 2 * units :])
    return {"r": reset, "z": update, "n": new, "h": new + update * (hidden - new)}


def _lstm(come: Tensor, came: Tensor, _: Tensor, cell: Tensor, held: Held) -> Found:
    """i, f, o = σ(…), g = tanh(…), c′ = f ∘ c + i ∘ g; h′ = o ∘ tanh c′ comes after padding is seen to."""
    into, keep, new, out = (come + came).chunk(4, 1)
    into, keep = _held("i", torch.sigmoid(into), held), _held("f", torch.sigmoid(keep), held)
    new, out = torch.tanh(new), _held("o", torch.sigmoid(out), held)
    after = keep * cell + into * new
    return {"i": into, "f": keep, "g": new, "o": out, "c": after}


def _held(name: str, value: Tensor, held: Held) -> Tensor:
    return torch.full_like(value, held[name]) if name in held else value


_STEPS: Mapping[str, Callable[[Tensor, Tensor, Tensor, Tensor, Held], Found]] = {
    "RNN_TANH": _rnn,
    "RNN_RELU": _rnn_relu,
    "GRU": _gru,
    "LSTM": _lstm,
}
