# ruff: noqa
"""Modules as tutorials write them: seq2seq with attention, tied weights, packed sequences, a spatial transformer."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from engine.axes import Axes, Image, Row, Sequence, Tokens
from engine.datasets.placeholder import axes_from

ZOO = {}


def zoo(*axes: Axes):
    """Keep a module of the zoo, with what it reads."""

    def keep(kind):
        ZOO[kind.__name__] = (kind, axes)
        return kind

    return keep


class Encoder(nn.Module):
    def __init__(self, vocabulary, size):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, size)
        self.gru = nn.GRU(size, size, batch_first=True)
        self.dropout = nn.Dropout(0.1)

    def forward(self, x):
        return self.gru(self.dropout(self.embedding(x)))


class Bahdanau(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.Wa, self.Ua, self.Va = nn.Linear(size, size), nn.Linear(size, size), nn.Linear(size, 1)

    def forward(self, query, keys):
        scores = self.Va(torch.tanh(self.Wa(query) + self.Ua(keys))).squeeze(2).unsqueeze(1)
        weights = F.softmax(scores, dim=-1)
        return torch.bmm(weights, keys), weights


class AttentionDecoder(nn.Module):
    def __init__(self, size, vocabulary):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, size)
        self.attention = Bahdanau(size)
        self.gru = nn.GRU(2 * size, size, batch_first=True)
        self.out = nn.Linear(size, vocabulary)

    def forward(self, encoded, hidden, target):
        given = torch.empty(encoded.size(0), 1, dtype=torch.long).fill_(0)
        outputs = []
        for step in range(3):
            context, _ = self.attention(hidden.permute(1, 0, 2), encoded)
            output, hidden = self.gru(torch.cat((self.embedding(given), context), dim=2), hidden)
            outputs.append(self.out(output))
            given = target[:, step].unsqueeze(1)
        return F.log_softmax(torch.cat(outputs, dim=1), dim=-1)


@zoo(Tokens(9, 20), Tokens(3, 20))
class TutorialSeq2Seq(nn.Module):
    """PyTorch's own tutorial on translation, taught by the right answers."""

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Encoder(20, 12), AttentionDecoder(12, 20)

    def forward(self, source, target):
        return self.decoder(*self.encoder(source), target)


@zoo(Tokens(9, 20))
class GreedySeq2Seq(nn.Module):
    """Feeds back what it says."""

    def __init__(self):
        super().__init__()
        self.encoder, self.emb = Encoder(20, 12), nn.Embedding(20, 12)
        self.cell, self.out = nn.GRUCell(12, 12), nn.Linear(12, 20)

    def forward(self, source):
        hidden = self.encoder(source)[1][-1]
        word, said = torch.zeros(source.size(0), dtype=torch.long), []
        for _ in range(4):
            hidden = self.cell(self.emb(word), hidden)
            said.append(self.out(hidden))
            word = said[-1].argmax(-1)
        return torch.stack(said, 1)


@zoo(Tokens(12, 40))
class MinGPT(nn.Module):
    """As minGPT and nanoGPT are written, with one set of weights for both ends."""

    def __init__(self, width=16, heads=4, block=32):
        super().__init__()
        self.heads = heads
        self.transformer = nn.ModuleDict(
            {
                "wte": nn.Embedding(40, width),
                "wpe": nn.Embedding(block, width),
                "c_attn": nn.Linear(width, 3 * width),
                "c_proj": nn.Linear(width, width),
                "ln": nn.LayerNorm(width),
            }
        )
        self.lm_head = nn.Linear(width, 40, bias=False)
        self.transformer.wte.weight = self.lm_head.weight
        self.register_buffer("mask", torch.tril(torch.ones(block, block)).view(1, 1, block, block))

    def forward(self, tokens, targets=None):
        inner, (batch, steps) = self.transformer, tokens.size()
        x = inner.wte(tokens) + inner.wpe(torch.arange(steps).unsqueeze(0))
        parts = inner.c_attn(inner.ln(x)).split(x.size(-1), dim=2)
        q, k, v = (p.view(batch, steps, self.heads, -1).transpose(1, 2) for p in parts)
        scores = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
        scores = scores.masked_fill(self.mask[:, :, :steps, :steps] == 0, float("-inf"))
        mixed = (F.softmax(scores, dim=-1) @ v).transpose(1, 2).contiguous().view(*x.size())
        return self.lm_head(x + inner.c_proj(mixed)), None


@zoo(Tokens(12, 40))
class TiedWithBias(nn.Module):
    """Scores with the embedding's weights and a bias."""

    def __init__(self):
        super().__init__()
        self.emb, self.rnn = nn.Embedding(40, 16), nn.LSTM(16, 16, batch_first=True)
        self.bias = nn.Parameter(torch.randn(40))

    def forward(self, x):
        return F.linear(self.rnn(self.emb(x))[0], self.emb.weight, self.bias)


@zoo(Row(12))
class TiedAutoencoder(nn.Module):
    """Decodes with the encoder's weights turned round."""

    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(5, 12) * 0.2)
        self.b, self.c = nn.Parameter(torch.zeros(5)), nn.Parameter(torch.zeros(12))

    def forward(self, x):
        return F.linear(torch.sigmoid(F.linear(x, self.w, self.b)), self.w.t(), self.c)


@zoo(Image(1, 28, 28))
class VQVAE(nn.Module):
    """A code book that is searched and read."""

    def __init__(self):
        super().__init__()
        self.enc, self.dec = nn.Conv2d(1, 4, 4, 4), nn.ConvTranspose2d(4, 1, 4, 4)
        self.book = nn.Embedding(16, 4)

    def forward(self, x):
        z = self.enc(x)
        near = torch.cdist(z.permute(0, 2, 3, 1).reshape(-1, 4), self.book.weight).argmin(1)
        q = self.book(near).view(z.shape[0], 7, 7, 4).permute(0, 3, 1, 2)
        return torch.sigmoid(self.dec(z + q))


@zoo(Image(3, 24, 24))
class SpatialTransformer(nn.Module):
    """Turns its image before it looks at it."""

    def __init__(self):
        super().__init__()
        self.loc = nn.Sequential(nn.Conv2d(3, 4, 7), nn.MaxPool2d(2, 2), nn.ReLU(True))
        self.fc, self.c = nn.Linear(4 * 9 * 9, 6), nn.Conv2d(3, 4, 5)

    def forward(self, x):
        theta = self.fc(self.loc(x).view(-1, 4 * 81)).view(-1, 2, 3)
        grid = F.affine_grid(theta, x.size(), align_corners=False)
        return self.c(F.grid_sample(x, grid, align_corners=False)).mean((2, 3))


@dataclass
class Output:
    logits: torch.Tensor
    hidden: torch.Tensor | None = None


@zoo(Row(6))
class GivesRecord(nn.Module):
    """Gives its results as a record."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(6, 3)

    def forward(self, x):
        return Output(self.fc(x), torch.tanh(x))


@zoo(Tokens(10, 30))
class PackedClassifier(nn.Module):
    """Reads each text only to its end, where the padding begins."""

    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(30, 8, padding_idx=0)
        self.rnn = nn.LSTM(8, 6, 2, batch_first=True, bidirectional=True, dropout=0.1)
        self.fc = nn.Linear(12, 3)

    def forward(self, text):
        lengths = (text != 0).sum(1).clamp(min=1)
        packed = pack_padded_sequence(
            self.emb(text), lengths, batch_first=True, enforce_sorted=False
        )
        _, (hidden, _) = self.rnn(packed)
        return self.fc(torch.cat([hidden[-2], hidden[-1]], 1))


@zoo(Sequence(7, 5))
class PackedTagger(nn.Module):
    """Two packed layers with steps first, and a label for each step."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.GRU(5, 6), nn.RNN(6, 4)
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        lengths = (x[:, :, 0] > 0).sum(1).clamp(min=2)
        packed = pack_padded_sequence(x.transpose(0, 1), lengths, enforce_sorted=False)
        given, _ = self.second(self.first(packed)[0])
        return self.fc(pad_packed_sequence(given, total_length=7)[0]).transpose(0, 1)


@zoo(Row(9))
class Bag(nn.Module):
    """A bag of the largest places."""

    def __init__(self):
        super().__init__()
        self.bag = nn.EmbeddingBag(10, 4)

    def forward(self, x):
        return self.bag(x.topk(3, dim=1).indices)


class GivenLengths(nn.Module):
    """Is told how long each text is, the longest first."""

    def __init__(self):
        super().__init__()
        self.emb, self.rnn = nn.Embedding(30, 8), nn.GRU(8, 6, batch_first=True)
        self.fc = nn.Linear(6, 3)

    def forward(self, text, text_lengths):
        packed = pack_padded_sequence(self.emb(text), text_lengths, batch_first=True)
        output, hidden = self.rnn(packed)
        output, _ = pad_packed_sequence(output, batch_first=True, total_length=text.size(1))
        return self.fc(output.mean(1) + hidden[-1])


class Reversed(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, g):
        return -g


class OwnGradient(nn.Module):
    """Turns a gradient round, as domain adaptation does."""

    def __init__(self):
        super().__init__()
        self.f, self.a, self.d = nn.Linear(8, 6), nn.Linear(6, 2), nn.Linear(6, 2)

    def forward(self, x):
        z = F.relu(self.f(x))
        return self.a(z), self.d(Reversed.apply(z))


class PartlyFrozen(nn.Module):
    """Trains its head only."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 4))
        self.body.requires_grad_(False)
        self.head = nn.Linear(4, 2)

    def forward(self, x):
        return self.head(self.body(x))


class LooksAtNumbers(nn.Module):
    """Goes one way or the other, as the numbers are."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)

    def forward(self, x):
        return torch.tanh(self.a(x)) if float(x[0, 0]) > 0 else torch.relu(self.a(x))


LENGTHS = axes_from("lengths")
