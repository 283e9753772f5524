"""Modules as people write them, small, for the import to be tried on: everything else."""

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from engine.axes import Axes, Row, Sequence

Zoo = dict[str, tuple[type[nn.Module], tuple[Axes, ...]]]
ZOO: Zoo = {}


def zoo(*axes: Axes):
    """Put a module among those that are tried, with what its inputs look like."""

    def put(cls):
        ZOO[cls.__name__] = (cls, axes)
        return cls

    return put


@zoo(Row(20))
class AE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(20, 8), nn.Tanh(), nn.Linear(8, 3))
        self.decoder = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 20))

    def forward(self, x):
        z = self.encoder(x)
        return {"z": z, "recon": self.decoder(z)}


@zoo(Row(20))
class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = nn.Linear(20, 8)
        self.mu = nn.Linear(8, 3)
        self.lv = nn.Linear(8, 3)
        self.d = nn.Linear(3, 20)

    def forward(self, x):
        h = F.relu(self.e(x))
        mu, lv = self.mu(h), self.lv(h)
        z = mu + torch.randn_like(mu) * torch.exp(0.5 * lv)
        return torch.sigmoid(self.d(z)), mu, lv


@zoo(Row(8))
class HandRNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.wx = nn.Parameter(torch.randn(1, 6) * 0.3)
        self.wh = nn.Parameter(torch.randn(6, 6) * 0.3)
        self.b = nn.Parameter(torch.zeros(6))
        self.o = nn.Linear(6, 2)

    def forward(self, x):
        h = torch.zeros(x.shape[0], 6)
        for t in range(x.shape[1]):
            h = torch.tanh(x[:, t : t + 1] @ self.wx + h @ self.wh + self.b)
        return self.o(h)


@zoo(Row(8))
class Shared(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(8, 8)
        self.b = nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 8))

    def forward(self, x):
        for _ in range(3):
            x = F.relu(self.l(x))
        return self.b(self.b(x)) + x


@zoo(Row(8), Row(5))
class TwoIn(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(8, 4)
        self.b = nn.Bilinear(4, 5, 3)

    def forward(self, x, y):
        return self.b(torch.relu(self.a(x)), y), x.sum(1, keepdim=True)


@zoo(Row(6))
class InPlace(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(6, 6)

    def forward(self, x):
        x = self.l(x)
        x += 1
        x.mul_(2).relu_()
        x = x.clone()
        x[:, 0] = 0
        x[:, 1:3] *= 3
        return x


class WeightNormed(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.utils.parametrizations.weight_norm(nn.Linear(6, 4))
        self.s = nn.utils.parametrizations.spectral_norm(nn.Linear(4, 4))

    def forward(self, x):
        return self.s(torch.relu(self.l(x)))


zoo(Row(6))(WeightNormed)


@zoo(Sequence(7, 5))
class BiGRUAttn(nn.Module):
    def __init__(self):
        super().__init__()
        self.g = nn.GRU(5, 6, bidirectional=True, batch_first=True)
        self.w = nn.Linear(12, 1)
        self.o = nn.Linear(12, 3)

    def forward(self, x):
        h, _ = self.g(x)
        a = torch.softmax(self.w(h).squeeze(-1), 1)
        c = torch.bmm(a.unsqueeze(1), h).squeeze(1)
        return self.o(c), a
