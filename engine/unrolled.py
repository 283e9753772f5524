"""A batch sent through a network whose recurrent layers are read step by step, in float64, and back through all steps.

The gradients are total: ∂L/∂h_t over all later steps. In float32 they would vanish before they do (200 steps of an RNN
leave 10⁻⁴⁶). Nothing is stored in the network. Norm layers and dropout are those of `engine.look`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, fx, nn
from torch.func import functional_call

from engine.graph import NodeId
from engine.look import Batch, quietly
from engine.network import Network
from engine.recurrence import Held, Reading, Track, read_by_step

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Returned:
    """What came back to one track: a (batch, steps, …) each, in the order in which it reads."""

    states: Tensor  # ∂L/∂h_t
    cells: Tensor | None  # ∂L/∂c_t; None where there are no cells
    from_input: Tensor  # ∂L/∂(W_xh x + b)
    from_state: Tensor  # ∂L/∂(W_hh h + b)


class Unrolled:
    """One batch, sent through and back on demand; what is asked twice is computed once."""

    def __init__(
        self,
        network: Network,
        batch: Batch,
        forced: Mapping[NodeId, Held] = MappingProxyType({}),
    ) -> None:
        self._network, self._batch, self._forced = network, batch, forced

    @cached_property
    def _run(self) -> "tuple[Mapping[NodeId, Reading], tuple[Tensor, ...]]":
        by_batch = len(self._batch.targets) > 1
        with quietly(self._network, by_batch=by_batch), torch.enable_grad():
            interpreter = _ByStep(self._network.module, self._forced)
            results = interpreter.run(*(_doubled(given) for given in self._batch.inputs))
        return interpreter.readings, results

    @property
    def readings(self) -> Mapping[NodeId, Reading]:
        """How each recurrent node came to what it gives."""
        return self._run[0]

    @cached_property
    def loss(self) -> Tensor:
        """The mean loss over the batch. Raises ValueError where nobody knows what is true."""
        if not self._batch.known:
            raise ValueError("Nobody knows what is true of this, so there is no loss.")
        judges = tuple(
            replace(judge, module=_InDouble(judge.module)) for judge in self._network.judges
        )
        network = replace(self._network, judges=judges)
        with torch.enable_grad():
            return network.loss(self._run[1], _doubled(self._batch.targets))

    @cached_property
    def returned(self) -> Mapping[NodeId, tuple[Returned, ...]]:
        """What came back to each track of each recurrent node; nothing where nobody knows what is true."""
        if not self._batch.known:
            return {}
        tracks = [track for reading in self.readings.values() for track in reading.tracks]
        asked = [tensor for track in tracks for tensor in _asked(track)]
        if not asked:
            return {}
        found = torch.autograd.grad(self.loss, asked, allow_unused=True, retain_graph=True)
        grads = iter(
            torch.zeros_like(tensor) if grad is None else grad
            for tensor, grad in zip(asked, found, strict=True)
        )
        return {
            node: tuple(_handed(track, [next(grads) for _ in _asked(track)]) for track in r.tracks)
            for node, r in self.readings.items()
        }


def _asked(track: Track) -> list[Tensor]:
    return [track.from_input, *track.from_state, *track.states, *track.cells]


def _handed(track: Track, grads: list[Tensor]) -> Returned:
    steps = len(track.states)
    rows = [torch.stack(grads[at : at + steps], 1) for at in range(1, len(grads), steps)]
    return Returned(rows[1], rows[2] if len(rows) > 2 else None, grads[0], rows[0])


class _ByStep(fx.Interpreter):
    """Runs a network in float64, its recurrent layers step by step."""

    def __init__(self, module: fx.GraphModule, forced: Mapping[NodeId, Held]) -> None:
        super().__init__(module)
        self.readings: dict[NodeId, Reading] = {}
        self._forced = forced
        self._at: NodeId = NodeId("")

    def run_node(self, n: fx.Node) -> object:
        self._at = next(iter(n.meta.get("nodes", ())), self._at)
        return super().run_node(n)

    def call_module(
        self, target: object, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> object:
        module = self.module.get_submodule(str(target))
        if not isinstance(module, nn.RNNBase):
            return functional_call(module, doubles(module), args, kwargs)
        given, *starts = args
        lengths = kwargs.get("lengths")
        reading = read_by_step(
            module,
            given,  # type: ignore[arg-type]  # what the network feeds it with
            starts,  # type: ignore[arg-type]
            lengths,  # type: ignore[arg-type]
            self._forced.get(self._at, {}),
        )
        self.readings[self._at] = reading
        return reading.result


class _InDouble(nn.Module):
    """A loss in float64."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self._inner = [inner]  # not a submodule: it is left as it is

    def forward(self, *given: Tensor) -> Tensor:
        found: Tensor = functional_call(self._inner[0], doubles(self._inner[0]), given)
        return found


def doubles(module: nn.Module) -> dict[str, Tensor]:
    """All that a module holds, apart from training, its decimals in float64."""
    held = [*module.named_parameters(), *module.named_buffers()]
    return {name: _doubled(value.detach()) for name, value in held}


def _doubled(given: Tensor) -> Tensor:
    return given.double() if given.is_floating_point() else given


def lengths_by_example(returned: Tensor, real: Tensor | None) -> Floats:
    """(batch, steps, units) to (batch, steps): ‖∂L/∂h_t‖₂ of each example by itself, the last step at the right end."""
    lengths = returned.norm(dim=2)
    if real is None:
        return np.asarray(lengths.cpu().numpy(), np.float64)
    found = np.full(tuple(lengths.shape), np.nan)
    for row, (values, here) in enumerate(
        zip(lengths.cpu().numpy(), real.cpu().numpy(), strict=True)
    ):
        kept = values[here]
        found[row, found.shape[1] - len(kept) :] = kept
    return found


def contributions(track: Track, returned: Returned) -> tuple[Tensor, Tensor]:
    """What each step adds to ∂L/∂W_xh and ∂L/∂W_hh: (steps, gates · units, features) and (…, units).

    Their sums over the steps are the gradients of the weights.
    """
    before = torch.stack([track.start, *track.states[:-1]], 1)
    given = torch.einsum("btg,btf->tgf", returned.from_input, track.given)
    carried = torch.einsum("btg,btu->tgu", returned.from_state, before)
    return given.detach(), carried.detach()


def lengths_of_contributions(track: Track, returned: Returned) -> Floats:
    """(2, steps) ‖what each step adds‖ to ∂L/∂W_xh and to ∂L/∂W_hh, without ever holding one of them per step.

    ‖Σ_b g_b x_bᵀ‖² = Σ_bc (g_b·g_c)(x_b·x_c).
    """
    before = torch.stack([track.start, *track.states[:-1]], 1)
    rows = []
    for back, came in ((returned.from_input, track.given), (returned.from_state, before)):
        gradients = torch.einsum("btg,ctg->tbc", back, back)
        values = torch.einsum("btf,ctf->tbc", came.detach(), came.detach())
        rows.append((gradients * values).sum((1, 2)).clamp(min=0).sqrt())
    return np.asarray(torch.stack(rows).cpu().numpy(), np.float64)
