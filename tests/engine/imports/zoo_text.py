"""Modules as people write them, small, for the import to be tried on: texts and sequences."""

import math

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from engine.axes import Axes, Tokens

Zoo = dict[str, tuple[type[nn.Module], tuple[Axes, ...]]]
ZOO: Zoo = {}


def zoo(*axes: Axes):
    """Put a module among those that are tried, with what its inputs look like."""

    def put(cls):
        ZOO[cls.__name__] = (cls, axes)
        return cls

    return put


@zoo(Tokens(12, 50))
class LstmClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(50, 16)
        self.lstm = nn.LSTM(16, 12, num_layers=2, bidirectional=True, batch_first=True, dropout=0.2)
        self.fc = nn.Linear(24, 3)

    def forward(self, x):
        out, (h, c) = self.lstm(self.emb(x))
        return self.fc(torch.cat([h[-2], h[-1]], 1))


@zoo(Tokens(12, 50))
class LstmSeqFirst(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(50, 16)
        self.lstm = nn.LSTM(16, 12, num_layers=2, bidirectional=True)
        self.fc = nn.Linear(24, 3)

    def forward(self, x):
        out, _ = self.lstm(self.emb(x.t()))
        return self.fc(out[-1])


class Pos(nn.Module):
    def __init__(self, d, n=64):
        super().__init__()
        pe = torch.zeros(n, d)
        p = torch.arange(n).unsqueeze(1).float()
        div = torch.exp(torch.arange(0, d, 2).float() * (-math.log(1e4) / d))
        pe[:, 0::2] = torch.sin(p * div)
        pe[:, 1::2] = torch.cos(p * div)
        self.register_buffer("pe", pe.unsqueeze(0))
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        return self.drop(x + self.pe[:, : x.size(1)])


@zoo(Tokens(12, 50))
class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(50, 16)
        self.pos = Pos(16)
        self.enc = nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 4, 32, batch_first=True), 2)
        self.fc = nn.Linear(16, 3)

    def forward(self, x):
        return self.fc(self.enc(self.pos(self.emb(x) * 4.0)).mean(1))


@zoo(Tokens(12, 50))
class EncoderSeqFirst(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(50, 16)
        self.enc = nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 4, 32), 2)
        self.fc = nn.Linear(16, 3)

    def forward(self, x):
        x = self.emb(x).permute(1, 0, 2)
        m = nn.Transformer.generate_square_subsequent_mask(x.size(0))
        return self.fc(self.enc(x, m)).transpose(0, 1)


class Attn(nn.Module):
    def __init__(self, d, h, T, flash):
        super().__init__()
        self.c_attn = nn.Linear(d, 3 * d)
        self.c_proj = nn.Linear(d, d)
        self.h = h
        self.flash = flash
        self.drop = nn.Dropout(0.1)
        self.register_buffer("bias", torch.tril(torch.ones(T, T)).view(1, 1, T, T))

    def forward(self, x):
        B, T, C = x.size()
        q, k, v = self.c_attn(x).split(C, dim=2)
        k = k.view(B, T, self.h, C // self.h).transpose(1, 2)
        q = q.view(B, T, self.h, C // self.h).transpose(1, 2)
        v = v.view(B, T, self.h, C // self.h).transpose(1, 2)
        if self.flash:
            y = F.scaled_dot_product_attention(
                q, k, v, is_causal=True, dropout_p=0.1 if self.training else 0
            )
        else:
            att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
            att = att.masked_fill(self.bias[:, :, :T, :T] == 0, float("-inf"))
            att = F.softmax(att, dim=-1)
            att = self.drop(att)
            y = att @ v
        return self.c_proj(y.transpose(1, 2).contiguous().view(B, T, C))


class Block(nn.Module):
    def __init__(self, d, h, T, flash):
        super().__init__()
        self.ln_1 = nn.LayerNorm(d)
        self.attn = Attn(d, h, T, flash)
        self.ln_2 = nn.LayerNorm(d)
        self.mlp = nn.Sequential(
            nn.Linear(d, 4 * d), nn.GELU(), nn.Linear(4 * d, d), nn.Dropout(0.1)
        )

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


@zoo(Tokens(12, 50))
class GPT(nn.Module):
    def __init__(self, flash=False):
        super().__init__()
        self.transformer = nn.ModuleDict(
            {
                "wte": nn.Embedding(50, 16),
                "wpe": nn.Embedding(32, 16),
                "drop": nn.Dropout(0.1),
                "h": nn.ModuleList([Block(16, 4, 32, flash) for _ in range(2)]),
                "ln_f": nn.LayerNorm(16),
            }
        )
        self.lm_head = nn.Linear(16, 50, bias=False)
        self.transformer.wte.weight = self.lm_head.weight

    def forward(self, idx):
        b, t = idx.size()
        pos = torch.arange(0, t, dtype=torch.long, device=idx.device)
        x = self.transformer.drop(self.transformer.wte(idx) + self.transformer.wpe(pos))
        for block in self.transformer.h:
            x = block(x)
        return self.lm_head(self.transformer.ln_f(x))


@zoo(Tokens(12, 50))
class GPTFlash(GPT):
    def __init__(self):
        super().__init__(True)


@zoo(Tokens(9, 30))
class CharRNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(30, 8)
        self.rnn = nn.GRU(8, 12, 2, batch_first=True)
        self.fc = nn.Linear(12, 30)

    def forward(self, x, hidden=None):
        if hidden is None:
            hidden = torch.zeros(2, x.size(0), 12)
        o, h = self.rnn(self.e(x), hidden)
        return self.fc(o.reshape(-1, 12)), h


@zoo(Tokens(7, 30), Tokens(5, 20))
class Seq2Seq(nn.Module):
    def __init__(self):
        super().__init__()
        self.es = nn.Embedding(30, 8)
        self.et = nn.Embedding(20, 8)
        self.enc = nn.GRU(8, 12, batch_first=True)
        self.dec = nn.GRU(8, 12, batch_first=True)
        self.fc = nn.Linear(12, 20)

    def forward(self, src, tgt):
        _, h = self.enc(self.es(src))
        o, _ = self.dec(self.et(tgt), h)
        return self.fc(o)


@zoo(Tokens(6, 30), Tokens(5, 20))
class Seq2SeqLoop(nn.Module):
    def __init__(self):
        super().__init__()
        self.es = nn.Embedding(30, 8)
        self.et = nn.Embedding(20, 8)
        self.enc = nn.LSTM(8, 12)
        self.cell = nn.LSTMCell(8, 12)
        self.fc = nn.Linear(12, 20)

    def forward(self, src, tgt):
        _, (h, c) = self.enc(self.es(src.t()))
        h, c = h[0], c[0]
        outs = []
        for t in range(tgt.size(1)):
            h, c = self.cell(self.et(tgt[:, t]), (h, c))
            outs.append(self.fc(h))
        return torch.stack(outs, 1)


@zoo(Tokens(12, 40))
class TextCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(40, 10)
        self.convs = nn.ModuleList([nn.Conv2d(1, 6, (k, 10)) for k in (2, 3)])
        self.fc = nn.Linear(12, 2)

    def forward(self, x):
        x = self.e(x).unsqueeze(1)
        x = [F.relu(c(x)).squeeze(3) for c in self.convs]
        x = [F.max_pool1d(i, i.size(2)).squeeze(2) for i in x]
        return self.fc(F.dropout(torch.cat(x, 1), 0.5, self.training))


@zoo(Tokens(12, 40))
class TextCNN1(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(40, 10)
        self.c = nn.Conv1d(10, 6, 3)
        self.fc = nn.Linear(6, 2)

    def forward(self, x):
        return self.fc(F.relu(self.c(self.e(x).permute(0, 2, 1))).max(dim=2)[0])


class RMS(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.weight


@zoo(Tokens(10, 40))
class Llama(nn.Module):
    def __init__(self):
        super().__init__()
        d = 16
        self.e = nn.Embedding(40, d)
        self.n = RMS(d)
        self.q = nn.Linear(d, d, bias=False)
        self.k = nn.Linear(d, d // 2, bias=False)
        self.v = nn.Linear(d, d // 2, bias=False)
        self.o = nn.Linear(d, d, bias=False)
        self.w1 = nn.Linear(d, 32, bias=False)
        self.w3 = nn.Linear(d, 32, bias=False)
        self.w2 = nn.Linear(32, d, bias=False)
        f = 1.0 / (1e4 ** (torch.arange(0, 4, 2).float() / 4))
        self.freqs = torch.polar(torch.ones(32, 2), torch.outer(torch.arange(32).float(), f))

    def rot(self, x):
        xc = torch.view_as_complex(x.float().reshape(*x.shape[:-1], -1, 2))
        f = self.freqs[: x.shape[1]].view(1, x.shape[1], 1, -1)
        return torch.view_as_real(xc * f).flatten(3).type_as(x)

    def forward(self, t):
        B, T = t.shape
        x = self.e(t)
        h = self.n(x)
        q = self.rot(self.q(h).view(B, T, 4, 4))
        k = self.rot(self.k(h).view(B, T, 2, 4))
        v = self.v(h).view(B, T, 2, 4)
        k = k.repeat_interleave(2, 2)
        v = v.repeat_interleave(2, 2)
        q, k, v = (a.transpose(1, 2) for a in (q, k, v))
        m = torch.full((T, T), float("-inf")).triu(1)
        s = torch.softmax(q @ k.transpose(2, 3) / 2 + m, -1)
        x = x + self.o((s @ v).transpose(1, 2).reshape(B, T, -1))
        return x + self.w2(F.silu(self.w1(x)) * self.w3(x))


@zoo(Tokens(9, 30))
class Masked(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(30, 8, padding_idx=0)
        self.a = nn.MultiheadAttention(8, 2, batch_first=True)
        self.l = nn.Linear(8, 2)

    def forward(self, x):
        m = x == 0
        e = self.e(x)
        o, _ = self.a(e, e, e, key_padding_mask=m)
        o = o.masked_fill(m.unsqueeze(-1), 0.0)
        return self.l(o.sum(1) / (~m).sum(1, keepdim=True).clamp(min=1))


@zoo(Tokens(8, 20), Tokens(6, 20))
class FullTransformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(20, 16)
        self.t = nn.Transformer(16, 2, 1, 1, 32, batch_first=True)
        self.o = nn.Linear(16, 20)

    def forward(self, s, t):
        m = self.t.generate_square_subsequent_mask(t.size(1))
        return self.o(self.t(self.e(s), self.e(t), tgt_mask=m))
