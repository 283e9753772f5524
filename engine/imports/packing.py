"""Packed sequences seen through: where the tensors of a PackedSequence came from, and what is made of them.

torch packs by sorting, picking and flattening; a drawing has padded sequences and their lengths. An RNN that reads a
packed one is written down as the single operation `packed_rnn` on what was packed.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from engine.imports.refusal import ImportRefused

WORDS = frozenset(("index_select", "sort", "_pack_padded_sequence"))


@dataclass(frozen=True, slots=True)
class Padded:
    """What a packed sequence holds, as padded sequences with their lengths."""

    numbers: Tensor
    lengths: Tensor
    batch_first: bool
    is_sorted: bool = False  # whether torch sorted them while packing, and unsorts them later

    @property
    def steps(self) -> int:
        """How many steps the longest may have."""
        return self.numbers.shape[1 if self.batch_first else 0]


@dataclass(slots=True)
class Packing:
    """All that was picked, sorted and packed so far, by the ids of what came out; those tensors are kept alive."""

    _picked: dict[int, Tensor] = field(default_factory=dict)
    _sorted: dict[int, Tensor] = field(default_factory=dict)
    _packed: dict[int, Padded] = field(default_factory=dict)
    _waiting: dict[int, Tensor] = field(default_factory=dict)
    """Padded again but still sorted: what each is once it is put back into its order."""
    _kept: list[Any] = field(default_factory=list)

    def saw(self, word: str, args: tuple[Any, ...], found: Any) -> None:
        """Remember what one of WORDS did."""
        self._kept.append((args, found))
        if word == "index_select":
            self._picked[id(found)] = args[0]
        elif word == "sort":
            self._sorted[id(found[0])] = args[0]
        else:
            self._packed[id(found[0])] = Padded(*args[:3])

    def unpacked(self, given: PackedSequence, where: str) -> Padded:
        """What was packed, in the order that it had before. Raises ImportRefused."""
        known = self._packed.get(id(given.data))
        if known is None:
            raise ImportRefused(
                f"{where or 'The module'} packs sequences in a way of its own, which no drawing does: pack them with "
                "pack_padded_sequence, or let the module read padded ones.",
                where=where,
            )
        if given.sorted_indices is None or known.is_sorted:
            return known
        numbers = self._picked.get(id(known.numbers), known.numbers)
        lengths = self._sorted.get(id(known.lengths), known.lengths)
        return replace(known, numbers=numbers, lengths=lengths, is_sorted=True)

    def gave(self, packed: PackedSequence, padded: Padded) -> None:
        """Remember what an RNN made."""
        self._kept.append((packed, padded))
        self._packed[id(packed.data)] = padded

    def padded(
        self, data: Tensor, found: tuple[Tensor, Tensor], batch_first: bool, where: str
    ) -> Padded | None:
        """What `_pad_packed_sequence` of these data is; None if it must first be put back into its order."""
        known = self._packed.get(id(data))
        if known is None or known.batch_first != batch_first:
            raise ImportRefused(
                f"{where or 'The module'} pads packed sequences again in a way that no drawing does.",
                where=where,
            )
        if found[0].shape[1 if batch_first else 0] != known.steps:
            raise ImportRefused(
                f"{where or 'The module'} cuts a batch at its longest sequence, which a drawing cannot follow: give "
                "pad_packed_sequence the total_length of what was packed.",
                where=where,
            )
        self._kept.append(found)
        if not known.is_sorted:
            return known
        self._waiting[id(found[0])], self._waiting[id(found[1])] = known.numbers, known.lengths
        return None

    def in_order(self, given: Any, found: Any) -> Tensor | None:
        """What a padded, sorted tensor is once it is picked into its order, as was done to find this."""
        self._kept.append(found)
        return self._waiting.get(id(given))


def run_packed(
    run: Any, module: nn.RNNBase, packed: PackedSequence, known: Padded, states: tuple[Tensor, ...]
) -> tuple[Any, Padded, tuple[Any, ...], tuple[Tensor, ...]]:
    """Run an RNN on a packed sequence: what it gives, that padded, and the operation's arguments and results."""
    with torch._C.DisableTorchFunction():
        hidden = states[0] if len(states) == 1 else tuple(states) or None
        found = run(module, packed, hidden)
        numbers, _ = pad_packed_sequence(found[0], known.batch_first, total_length=known.steps)
    last = found[1] if isinstance(found[1], tuple) else (found[1],)
    given = (
        module.mode.lower(), known.numbers, known.lengths, list(module._flat_weights), list(states),
        module.bias, module.num_layers, module.dropout, module.training, module.bidirectional, known.batch_first,
    )  # fmt: skip
    return found, replace(known, numbers=numbers), given, (numbers, *last)
