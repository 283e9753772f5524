"""The benchmark's networks as a person would write them in PyTorch, without any of the engine."""

import torch
from torch import Tensor, nn
from torch.nn import functional


class MLPNet(nn.Module):
    """784-256-128-10 with ReLU."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two, self.three = (
            nn.Linear(784, 256),
            nn.Linear(256, 128),
            nn.Linear(128, 10),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.three(functional.relu(self.two(functional.relu(self.one(x)))))


class LSTMNet(nn.Module):
    """An LSTM of 64 units whose last step is classified."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(16, 64, batch_first=True)
        self.scores = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        out, _ = self.lstm(x)
        return self.scores(out[:, -1])


class Basic(nn.Module):
    """He et al. 2015: two 3×3 convolutions and a skip."""

    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.down: nn.Module | None = None
        if stride > 1 or before != width:
            self.down = nn.Sequential(
                nn.Conv2d(before, width, 1, stride, bias=False), nn.BatchNorm2d(width)
            )

    def forward(self, x: Tensor) -> Tensor:
        skip = x if self.down is None else self.down(x)
        x = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(x)) + skip)


class Bottleneck(nn.Module):
    """He et al. 2015: 1×1, 3×3, 1×1, four times as wide at the end; the stride in the middle."""

    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * width)
        self.down: nn.Module | None = None
        if stride > 1 or before != 4 * width:
            self.down = nn.Sequential(
                nn.Conv2d(before, 4 * width, 1, stride, bias=False), nn.BatchNorm2d(4 * width)
            )

    def forward(self, x: Tensor) -> Tensor:
        skip = x if self.down is None else self.down(x)
        x = torch.relu(self.bn1(self.conv1(x)))
        x = torch.relu(self.bn2(self.conv2(x)))
        return torch.relu(self.bn3(self.conv3(x)) + skip)


class ResNet(nn.Module):
    """A ResNet for images of three channels."""

    def __init__(
        self, block: type[Basic | Bottleneck], counts: tuple[int, ...], classes: int
    ) -> None:
        super().__init__()
        wide = 4 if block is Bottleneck else 1
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.pool = nn.MaxPool2d(3, 2, 1)
        blocks, before = [], 64
        for place, count in enumerate(counts):
            width = 64 * 2**place
            for number in range(count):
                stride = 2 if place and not number else 1
                blocks.append(block(before, width, stride))
                before = wide * width
        self.blocks = nn.Sequential(*blocks)
        self.fc = nn.Linear(before, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(torch.relu(self.bn1(self.conv1(x))))
        return self.fc(functional.adaptive_avg_pool2d(self.blocks(x), 1).flatten(1))


def resnet18_by_hand(classes: int = 1000) -> nn.Module:
    """11,689,512 parameters for 1,000 classes."""
    return ResNet(Basic, (2, 2, 2, 2), classes)


def resnet50_by_hand(classes: int = 1000) -> nn.Module:
    """25,557,032 parameters for 1,000 classes."""
    return ResNet(Bottleneck, (3, 4, 6, 3), classes)
