"""The templates of sequences as a person would write them in PyTorch: nets and one careful loop, without the engine.

Careful: data in memory, one `randperm` an epoch, the rows of a minibatch packed where lengths differ, fused cells,
clipping by torch's own foreach, no look at the loss of a step; dev and as many train examples are judged after each
epoch, in inference mode, for some of the data are so small that this is no trifle.
"""

import time
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from engine.dataset import Data, Part
from engine.settings import Settings

Net = Callable[..., Tensor]


class Surnames(nn.Module):
    """Letters, a GRU of 96, the last state."""

    def __init__(self) -> None:
        super().__init__()
        self.letters, self.gru = nn.Embedding(131, 32), nn.GRU(32, 96, batch_first=True)
        self.dropout, self.scores = nn.Dropout(0.3), nn.Linear(96, 17)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        rows = pack_padded_sequence(
            self.letters(x), lengths, batch_first=True, enforce_sorted=False
        )
        return self.scores(self.dropout(self.gru(rows)[1][0]))


class Vowels(nn.Module):
    """Noise, a GRU of 48 that reads both ways, its two last states."""

    def __init__(self) -> None:
        super().__init__()
        self.gru = nn.GRU(12, 48, batch_first=True, bidirectional=True)
        self.dropout, self.scores = nn.Dropout(0.5), nn.Linear(96, 9)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        x = x + 0.3 * torch.randn_like(x)
        rows = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        return self.scores(self.dropout(self.gru(rows)[1].transpose(0, 1).flatten(1)))


class EveryStep(nn.Module):
    """A GRU whose every step is judged; whole numbers come as one of so many."""

    def __init__(self, features: int, units: int, results: int, *, symbols: bool = False) -> None:
        super().__init__()
        self.symbols = features if symbols else 0
        self.gru, self.scores = nn.GRU(features, units, batch_first=True), nn.Linear(units, results)

    def forward(self, x: Tensor) -> Tensor:
        if self.symbols:
            x = functional.one_hot(x, self.symbols).float()
        return self.scores(self.gru(x)[0])


class LastStep(EveryStep):
    """A GRU whose last step is judged."""

    def forward(self, x: Tensor) -> Tensor:
        return self.scores(self.gru(x)[0][:, -1])


class LanguageModel(nn.Module):
    """An embedding, a GRU of 128, scores at each step."""

    def __init__(self) -> None:
        super().__init__()
        self.letters, self.gru = nn.Embedding(65, 64), nn.GRU(64, 128, batch_first=True)
        self.scores = nn.Linear(128, 65)

    def forward(self, x: Tensor) -> Tensor:
        return self.scores(self.gru(self.letters(x))[0])


class Translator(nn.Module):
    """A GRU that reads both ways, a GRU that writes, and attention between them if it is asked for."""

    def __init__(self, read: int, written: int, *, attention: bool) -> None:
        super().__init__()
        self.reading, self.writing = nn.Embedding(read, 64), nn.Embedding(written, 64)
        self.encoder = nn.GRU(64, 128, batch_first=True, bidirectional=True)
        self.context, self.decoder = nn.Linear(256, 128), nn.GRU(64, 128, batch_first=True)
        self.attention = None
        if attention:
            self.attention = nn.MultiheadAttention(128, 1, kdim=256, vdim=256, batch_first=True)
            self.mix = nn.Linear(256, 128)
        self.scores = nn.Linear(128, written)

    def forward(self, x: Tensor, lengths: Tensor, before: Tensor, steps: Tensor) -> Tensor:
        x = x[:, : int(lengths.max())]
        rows = pack_padded_sequence(
            self.reading(x), lengths, batch_first=True, enforce_sorted=False
        )
        packed, last = self.encoder(rows)
        state = self.context(last.transpose(0, 1).flatten(1)).tanh()
        out = self.decoder(self.writing(before[:, : int(steps.max())]), state[None])[0]
        if self.attention is not None:
            memory = pad_packed_sequence(packed, batch_first=True)[0]
            hidden = torch.arange(memory.shape[1]) >= lengths[:, None]
            found = self.attention(out, memory, memory, key_padding_mask=hidden)[0]
            out = self.mix(torch.cat([out, found], -1)).tanh()
        return self.scores(out)


def per_word(scores: Tensor, wanted: Tensor) -> Tensor:
    """Cross-entropy of each word; the longest sentence of the batch says how many steps there are."""
    return functional.cross_entropy(scores.flatten(0, 1), wanted[:, : scores.shape[1]].flatten())


def per_step(scores: Tensor, wanted: Tensor) -> Tensor:
    """Cross-entropy of each step."""
    return functional.cross_entropy(scores.flatten(0, 1), wanted.flatten())


def per_year(values: Tensor, wanted: Tensor) -> Tensor:
    """Squares of each year."""
    return functional.mse_loss(values.flatten(1), wanted)


BY_HAND: dict[str, tuple[Callable[[], nn.Module], Net]] = {
    "surnames": (Surnames, functional.cross_entropy),
    "japanese-vowels": (Vowels, functional.cross_entropy),
    "parity": (lambda: EveryStep(1, 32, 2), per_step),
    "adding": (lambda: LastStep(2, 64, 1), functional.mse_loss),
    "copy-memory": (lambda: EveryStep(10, 96, 9, symbols=True), per_step),
    "sunspots": (lambda: LastStep(1, 32, 1), functional.mse_loss),
    "sunspots-every-year": (lambda: EveryStep(1, 32, 1), per_year),
    "language-model": (LanguageModel, per_step),
    "translation": (lambda: Translator(96, 164, attention=True), per_word),
    "translation-one-vector": (lambda: Translator(96, 164, attention=False), per_word),
    "number-words": (lambda: Translator(31, 29, attention=True), per_word),
}


def by_hand(name: str, data: Data, settings: Settings, epochs: int) -> float:
    """Seconds that so many epochs of a template take by hand, with Adam and clipping at 1."""
    made, judge = BY_HAND[name]
    net, train, dev = made(), held(data.train), held(data.dev)
    sample = tuple(values[: max(len(dev[-1]), 128)] for values in train)
    optimizer = torch.optim.Adam(net.parameters(), lr=settings.learning_rate)
    kept, batch, begun = [], settings.batch_size, time.perf_counter()
    for _ in range(epochs):
        net.train()
        order = torch.randperm(len(train[-1]))
        for place in range(0, len(order), batch):
            i = order[place : place + batch]
            *x, y = (values[i] for values in train)
            loss = judge(net(*x), y)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            kept.append(loss.detach())
        net.eval()
        for part in (sample, dev):
            validated(net, judge, part)
    return time.perf_counter() - begun


def held(part: Part) -> tuple[Tensor, ...]:
    """Inputs, lengths where they differ, the same of further parts, and targets."""
    lengths = () if part.lengths is None else (part.lengths,)
    others = [values for piece in part.others.values() for values in (piece.inputs, piece.lengths)]
    return tuple(torch.tensor(values) for values in (part.inputs, *lengths, *others, part.targets))


@torch.no_grad()
def validated(net: nn.Module, judge: Net, part: tuple[Tensor, ...]) -> tuple[float, float]:
    """The mean loss over a part, and the share of classes that are right."""
    loss = right = 0.0
    for place in range(0, len(part[-1]), 512):
        *x, y = (values[place : place + 512] for values in part)
        scores = net(*x)
        loss += float(judge(scores, y)) * len(y)
        y = y[:, : scores.shape[1]] if y.ndim > 1 and scores.ndim == 3 else y
        if not y.is_floating_point():
            right += float((scores.argmax(-1) == y).float().mean()) * len(y)
    return loss / len(part[-1]), right / len(part[-1])
