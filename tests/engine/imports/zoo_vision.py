"""Modules as people write them, small, for the import to be tried on: pictures and signals."""

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from engine.axes import Axes, Image, Signal, Volume

Zoo = dict[str, tuple[type[nn.Module], tuple[Axes, ...]]]
ZOO: Zoo = {}


def zoo(*axes: Axes):
    """Put a module among those that are tried, with what its inputs look like."""

    def put(cls):
        ZOO[cls.__name__] = (cls, axes)
        return cls

    return put


@zoo(Image(1, 32, 32))
class UNet(nn.Module):
    def __init__(self):
        super().__init__()

        def c(a, b):
            return nn.Sequential(
                nn.Conv2d(a, b, 3, padding=1), nn.BatchNorm2d(b), nn.ReLU(inplace=True)
            )

        self.d1 = c(1, 4)
        self.d2 = c(4, 8)
        self.mid = c(8, 16)
        self.up2 = nn.ConvTranspose2d(16, 8, 2, 2)
        self.u2 = c(16, 8)
        self.u1 = c(12, 4)
        self.out = nn.Conv2d(4, 1, 1)

    def forward(self, x):
        a = self.d1(x)
        b = self.d2(F.max_pool2d(a, 2))
        m = self.mid(F.max_pool2d(b, 2))
        u = self.u2(torch.cat([self.up2(m), b], 1))
        u = F.interpolate(u, scale_factor=2, mode="bilinear", align_corners=False)
        return torch.sigmoid(self.out(self.u1(torch.cat([u, a], 1))))


@zoo(Image(1, 28, 28))
class LeNetF(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.conv2_drop = nn.Dropout2d()
        self.fc1 = nn.Linear(256, 50)
        self.fc2 = nn.Linear(50, 10)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(self.conv2_drop(self.conv2(x)), 2))
        x = x.view(-1, 256)
        x = F.relu(self.fc1(x))
        x = F.dropout(x, training=self.training)
        return F.log_softmax(self.fc2(x), dim=1)


@zoo(Signal(3, 40))
class Conv1(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv1d(3, 8, 5, padding=2)
        self.n = nn.BatchNorm1d(8)
        self.c2 = nn.Conv1d(8, 8, 3, stride=2)
        self.l = nn.Linear(8, 2)

    def forward(self, x):
        x = F.relu(self.n(self.c(x)))
        x = F.relu(self.c2(x))
        return self.l(x.mean(-1))


class SE(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.fc = nn.Sequential(
            nn.Linear(c, c // 2), nn.ReLU(inplace=True), nn.Linear(c // 2, c), nn.Sigmoid()
        )

    def forward(self, x):
        b, c, _, _ = x.size()
        y = F.adaptive_avg_pool2d(x, 1).view(b, c)
        return x * self.fc(y).view(b, c, 1, 1).expand_as(x)


@zoo(Image(3, 16, 16))
class SENet(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 8, 3, padding=1)
        self.se = SE(8)
        self.fc = nn.Linear(8, 4)

    def forward(self, x):
        x = self.se(F.relu(self.c(x)))
        return self.fc(x.mean([2, 3]))


@zoo(Image(3, 16, 16))
class ViT(nn.Module):
    def __init__(self):
        super().__init__()
        self.p = nn.Conv2d(3, 16, 4, 4)
        self.cls = nn.Parameter(torch.randn(1, 1, 16))
        self.pos = nn.Parameter(torch.randn(1, 17, 16))
        self.enc = nn.ModuleList(
            [
                nn.TransformerEncoderLayer(
                    16, 2, 32, batch_first=True, norm_first=True, activation="gelu"
                )
                for _ in range(2)
            ]
        )
        self.head = nn.Linear(16, 5)

    def forward(self, x):
        x = self.p(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(x.shape[0], -1, -1), x], 1) + self.pos
        for layer in self.enc:
            x = layer(x)
        return self.head(x[:, 0])


@zoo(Volume(4, 1, 12, 12))
class Video(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(1, 4, 3)
        self.l = nn.LSTM(4, 6, batch_first=True)
        self.f = nn.Linear(6, 2)

    def forward(self, x):
        b, t, c, h, w = x.shape
        y = F.adaptive_avg_pool2d(F.relu(self.c(x.reshape(b * t, c, h, w))), 1).view(b, t, -1)
        o, _ = self.l(y)
        return self.f(o[:, -1, :])


@zoo(Image(1, 28, 28))
class StripMLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Flatten(), nn.Linear(784, 32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 10)
        )

    def forward(self, x):
        return self.net(x)


@zoo(Image(3, 8, 8))
class Mixer(nn.Module):
    def __init__(self):
        super().__init__()
        self.p = nn.Conv2d(3, 8, 2, 2)
        self.t = nn.Sequential(nn.Linear(16, 12), nn.GELU(), nn.Linear(12, 16))
        self.c = nn.Sequential(nn.Linear(8, 12), nn.GELU(), nn.Linear(12, 8))
        self.n = nn.LayerNorm(8)
        self.h = nn.Linear(8, 3)

    def forward(self, x):
        x = torch.einsum("bchw->bhwc", self.p(x)).reshape(x.shape[0], 16, 8)
        x = x + self.t(self.n(x).mT).mT
        x = x + self.c(self.n(x))
        return self.h(x.mean(1))


@zoo(Image(3, 64, 64))
class HandAlexNet(nn.Module):
    """AlexNet's shape, narrow."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 11, stride=4, padding=2),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2),
            nn.Conv2d(8, 16, 5, padding=2),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2),
        )
        self.avgpool = nn.AdaptiveAvgPool2d((6, 6))
        self.classifier = nn.Sequential(
            nn.Dropout(), nn.Linear(16 * 36, 32), nn.ReLU(inplace=True), nn.Linear(32, 10)
        )

    def forward(self, x):
        x = self.avgpool(self.features(x))
        return self.classifier(torch.flatten(x, 1))


@zoo(Image(3, 32, 32))
class HandVGG(nn.Module):
    """VGG made from a list of widths."""

    def __init__(self):
        super().__init__()
        layers, channels = [], 3
        for width in (8, "M", 16, "M", 16, 16, "M"):
            if width == "M":
                layers.append(nn.MaxPool2d(2, 2))
            else:
                layers += [
                    nn.Conv2d(channels, width, 3, padding=1),
                    nn.BatchNorm2d(width),
                    nn.ReLU(inplace=True),
                ]
                channels = width
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Linear(256, 32), nn.ReLU(True), nn.Dropout(0.5), nn.Linear(32, 10)
        )

    def forward(self, x):
        x = self.features(x)
        return self.classifier(x.view(x.size(0), -1))


class Residual(nn.Module):
    """Two convolutions with a way around them."""

    def __init__(self, into, out, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(into, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.shortcut = nn.Sequential()
        if stride != 1 or into != out:
            self.shortcut = nn.Sequential(
                nn.Conv2d(into, out, 1, stride, bias=False), nn.BatchNorm2d(out)
            )

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += self.shortcut(x)
        return F.relu(out)


@zoo(Image(3, 32, 32))
class HandResNet(nn.Module):
    """A ResNet written by hand."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.layer1 = nn.Sequential(Residual(8, 8), Residual(8, 8))
        self.layer2 = nn.Sequential(Residual(8, 16, 2), Residual(16, 16))
        self.linear = nn.Linear(16, 10)

    def forward(self, x):
        out = self.layer2(self.layer1(self.stem(x)))
        out = F.avg_pool2d(out, 16)
        return self.linear(out.view(out.size(0), -1))


class Inception(nn.Module):
    """Four ways side by side."""

    def __init__(self, into):
        super().__init__()
        self.a = nn.Conv2d(into, 4, 1)
        self.b = nn.Sequential(nn.Conv2d(into, 4, 1), nn.ReLU(), nn.Conv2d(4, 6, 3, padding=1))
        self.c = nn.Sequential(nn.Conv2d(into, 2, 1), nn.ReLU(), nn.Conv2d(2, 4, 5, padding=2))
        self.d = nn.Sequential(nn.MaxPool2d(3, 1, 1, ceil_mode=True), nn.Conv2d(into, 4, 1))

    def forward(self, x):
        return torch.cat([F.relu(way(x)) for way in (self.a, self.b, self.c, self.d)], dim=1)


@zoo(Image(3, 32, 32))
class HandGoogLeNet(nn.Module):
    """Inceptions, with a helping classifier that only training uses."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2)
        self.one, self.two = Inception(8), Inception(18)
        self.aux = nn.Linear(18, 5)
        self.fc = nn.Linear(18, 5)

    def forward(self, x):
        x = self.one(F.relu(self.conv(x)))
        aux = self.aux(x.mean((2, 3))) if self.training else None
        x = F.adaptive_avg_pool2d(self.two(x), (1, 1))
        x = self.fc(torch.flatten(x, 1))
        return (x, aux) if self.training else x


class Dense(nn.Module):
    """A layer that reads all that came before it."""

    def __init__(self, into, growth):
        super().__init__()
        self.norm = nn.BatchNorm2d(into)
        self.conv = nn.Conv2d(into, growth, 3, padding=1)

    def forward(self, found):
        return self.conv(F.relu(self.norm(torch.cat(found, 1))))


@zoo(Image(3, 16, 16))
class HandDenseNet(nn.Module):
    """A dense block."""

    def __init__(self):
        super().__init__()
        self.start = nn.Conv2d(3, 6, 3, padding=1)
        self.layers = nn.ModuleDict({f"dense{i}": Dense(6 + 4 * i, 4) for i in range(3)})
        self.head = nn.Linear(18, 5)

    def forward(self, x):
        found = [self.start(x)]
        for layer in self.layers.values():
            found.append(layer(found))
        return self.head(torch.cat(found, 1).mean([-2, -1]))


class InvertedResidual(nn.Module):
    """MobileNet's block."""

    def __init__(self, c):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(c, 4 * c, 1, bias=False),
            nn.BatchNorm2d(4 * c),
            nn.ReLU6(inplace=True),
            nn.Conv2d(4 * c, 4 * c, 3, padding=1, groups=4 * c, bias=False),
            nn.BatchNorm2d(4 * c),
            nn.Hardswish(),
            nn.Conv2d(4 * c, c, 1, bias=False),
        )

    def forward(self, x):
        return x + self.conv(x)


@zoo(Image(3, 16, 16))
class HandMobileNet(nn.Module):
    """Two of its blocks."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 4, 3, stride=2),
            InvertedResidual(4),
            InvertedResidual(4),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(4, 3),
        )

    def forward(self, x):
        return self.net(x)
