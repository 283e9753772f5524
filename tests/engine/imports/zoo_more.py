"""Modules as people write them, small, for the import to be tried on: what was tried after the import was written."""

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from engine.axes import Axes, Image, Row, Sequence, Tokens, Volume

Zoo = dict[str, tuple[type[nn.Module], tuple[Axes, ...]]]
ZOO: Zoo = {}


def zoo(*axes: Axes):
    """Put a module among those that are tried, with what its inputs look like."""

    def put(cls):
        ZOO[cls.__name__] = (cls, axes)
        return cls

    return put


@zoo(Row(10))
class Maxout(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(10, 12)

    def forward(self, x):
        return self.l(x).view(-1, 4, 3).max(-1).values


@zoo(Image(1, 28, 28))
class Capsule(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(1, 8, 9, 2)
        self.W = nn.Parameter(torch.randn(1, 100, 3, 4, 8) * 0.1)

    def forward(self, x):
        u = self.c(x).view(x.size(0), -1, 8)
        n = u.norm(dim=-1, keepdim=True)
        u = u * n / (1 + n**2)
        uh = (self.W @ u[:, :, None, :, None]).squeeze(-1)
        b = torch.zeros(x.size(0), 100, 3, 1)
        for _ in range(2):
            c = F.softmax(b, dim=2)
            s = (c * uh).sum(1, keepdim=True)
            nn_ = s.norm(dim=-1, keepdim=True)
            v = s * nn_ / (1 + nn_**2)
            b = b + (uh * v).sum(-1, keepdim=True)
        return v.squeeze(1).norm(dim=-1)


@zoo(Row(6))
class Moe(nn.Module):
    def __init__(self):
        super().__init__()
        self.g = nn.Linear(6, 3)
        self.e = nn.ModuleList([nn.Linear(6, 4) for _ in range(3)])

    def forward(self, x):
        g = F.softmax(self.g(x), -1)
        return sum(g[:, i : i + 1] * e(x) for i, e in enumerate(self.e))


@zoo(Row(6), Row(6))
class Siamese(nn.Module):
    def __init__(self):
        super().__init__()
        self.n = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 4))

    def forward(self, a, b):
        return F.cosine_similarity(self.n(a), self.n(b)), F.pairwise_distance(self.n(a), self.n(b))


@zoo(Tokens(8, 20))
class Conv1dCausal(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(20, 6)
        self.c = nn.ModuleList([nn.Conv1d(6, 6, 2, dilation=2**i) for i in range(3)])
        self.o = nn.Linear(6, 20)

    def forward(self, x):
        x = self.e(x).transpose(1, 2)
        for i, c in enumerate(self.c):
            x = x + torch.tanh(c(F.pad(x, (2**i, 0)))) * torch.sigmoid(c(F.pad(x, (2**i, 0))))
        return self.o(x.transpose(1, 2))


@zoo(Tokens(8, 20))
class T5ish(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(20, 8)
        self.rel = nn.Embedding(15, 2)
        self.q = nn.ModuleList([nn.Linear(8, 24) for _ in range(2)])
        self.o = nn.Linear(8, 3)

    def forward(self, x):
        T = x.shape[1]
        p = torch.arange(T)
        bias = self.rel((p[None] - p[:, None]) + 7).permute(2, 0, 1)[None]
        h = self.e(x)
        for q in self.q:
            a, b, c = q(h).chunk(3, -1)
            a, b, c = (t.view(*t.shape[:2], 2, 4).transpose(1, 2) for t in (a, b, c))
            h = h + (torch.softmax(a @ b.mT + bias, -1) @ c).transpose(1, 2).flatten(2)
        return self.o(h[:, -1])


@zoo(Image(3, 16, 16))
class GAN(nn.Module):
    def __init__(self):
        super().__init__()
        self.d = nn.Sequential(
            nn.utils.spectral_norm(nn.Conv2d(3, 4, 4, 2, 1)),
            nn.LeakyReLU(0.2, True),
            nn.Conv2d(4, 8, 4, 2, 1),
            nn.InstanceNorm2d(8, affine=True),
            nn.LeakyReLU(0.2),
            nn.Conv2d(8, 1, 4),
        )

    def forward(self, x):
        return self.d(x).view(-1, 1).squeeze(1)


@zoo(Row(16))
class Gen(nn.Module):
    def __init__(self):
        super().__init__()
        self.g = nn.Sequential(
            nn.ConvTranspose2d(16, 8, 4, 1, 0, bias=False),
            nn.BatchNorm2d(8),
            nn.ReLU(True),
            nn.ConvTranspose2d(8, 3, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, z):
        return self.g(z[:, :, None, None])


@zoo(Tokens(8, 20))
class WeightDropHidden(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(20, 6)
        self.r = nn.RNN(6, 5, nonlinearity="relu", batch_first=True)
        self.h0 = nn.Parameter(torch.randn(1, 1, 5))
        self.o = nn.Linear(5, 2)

    def forward(self, x):
        o, h = self.r(self.e(x), self.h0.expand(-1, x.size(0), -1).contiguous())
        return self.o(h.squeeze(0))


@zoo(Sequence(6, 4))
class Attn2(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.MultiheadAttention(4, 2)
        self.b = nn.MultiheadAttention(4, 2, batch_first=True, kdim=4, vdim=4)

    def forward(self, x):
        y = x.transpose(0, 1)
        y, w = self.a(y, y, y)
        o, _ = self.b(x, y.transpose(0, 1), y.transpose(0, 1), need_weights=False)
        return o, w


@zoo(Image(3, 32, 32))
class MLPPatches(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(48, 8)
        self.o = nn.Linear(8, 2)

    def forward(self, x):
        b, c, h, w = x.shape
        p = x.unfold(2, 4, 4).unfold(3, 4, 4).permute(0, 2, 3, 1, 4, 5).reshape(b, -1, 48)
        return self.o(self.l(p).relu().mean(1))


@zoo(Row(5))
class Poly(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.randn(5))
        self.s = nn.Parameter(torch.tensor(2.0))

    def forward(self, x):
        return (self.a * x**2).sum(-1, keepdim=True) * self.s + torch.where(
            x > 0, x, -0.1 * x
        ).prod(1, keepdim=True)


class Deep(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.l = nn.Linear(4, 4)
        self.sub = Deep(d - 1) if d else None

    def forward(self, x):
        x = torch.relu(self.l(x))
        return self.sub(x) + x if self.sub is not None else x


@zoo(Row(4))
class Nested(Deep):
    def __init__(self):
        super().__init__(4)


@zoo(Image(3, 16, 16))
class Reuse(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 3, 3, padding=1)
        self.bn = nn.BatchNorm2d(3)
        self.blk = nn.Sequential(self.c, self.bn, nn.ReLU())

    def forward(self, x):
        for _ in range(2):
            x = self.blk(x)
        return {
            "logits": self.c(x).amax((2, 3)),
            "aux": [x.flatten(1).std(1), x.mean() * torch.ones(x.size(0))],
        }


@zoo(Volume(1, 8, 8, 8))
class C3(nn.Module):
    def __init__(self):
        super().__init__()
        self.n = nn.Sequential(
            nn.Conv3d(1, 4, 3),
            nn.BatchNorm3d(4),
            nn.ReLU(),
            nn.MaxPool3d(2),
            nn.AdaptiveAvgPool3d(1),
            nn.Flatten(),
            nn.Linear(4, 2),
            nn.Softmax(-1),
        )

    def forward(self, x):
        return self.n(x)


@zoo(Row(6))
class Script(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(6, 6)
        self.register_buffer("m", torch.eye(6))
        self.register_buffer("step", torch.tensor(3))

    def forward(self, x, scale=2.0, flag=True):
        y = self.l(x) @ self.m
        y = F.gelu(y, approximate="tanh")
        y = F.hardtanh(y, -2, 2)
        y = F.normalize(y, dim=1)
        y = torch.addmm(y, x, self.m) * self.step
        return y * scale if flag else y
