"""The four networks of the training benchmark, and the loops that people write, beside which the program is measured.

A, what most tutorials show · B, a careful bare loop, the yardstick · E, A with TensorBoard · F, Lightning. None of them
knows the engine. Each takes a net, two tensors, a batch size and a number of epochs, and gives its seconds.
"""

import logging
import time
import warnings
from collections.abc import Callable
from tempfile import TemporaryDirectory

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

RATE = 0.01
Loop = Callable[[nn.Module, Tensor, Tensor, int, int], float]


class LastStep(nn.Module):
    """An LSTM of 64 units, whose last step is handed on."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(16, 64, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.lstm(x)[0][:, -1]


def tiny() -> nn.Module:
    """2-8-8-2, tanh."""
    return nn.Sequential(
        nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 2)
    )  # fmt: skip


def mlp() -> nn.Module:
    """784-256-128-10, ReLU."""
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)
    )  # fmt: skip


def convnet() -> nn.Module:
    """Two 5×5 convolutions of 6 and 10 filters on 32×32×3, then Dense."""
    return nn.Sequential(
        nn.Conv2d(3, 6, 5), nn.ReLU(), nn.Conv2d(6, 10, 5), nn.ReLU(), nn.Flatten(), nn.Linear(5760, 10)
    )  # fmt: skip


def lstm() -> nn.Module:
    """LSTM(64) over 100 steps of 16 features."""
    return nn.Sequential(LastStep(), nn.Linear(64, 10))


# -- the loops -----------------------------------------------------------------------------


def bare(net: nn.Module, x: Tensor, y: Tensor, batch: int, epochs: int) -> float:
    """B: data in memory, one `randperm` an epoch, torch's optimiser as it comes, no look at the loss."""
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE)
    kept = []
    begun = time.perf_counter()
    for _ in range(epochs):
        order = torch.randperm(len(x))
        for place in range(0, len(x), batch):
            i = order[place : place + batch]
            loss = functional.cross_entropy(net(x[i]), y[i])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            kept.append(loss.detach())
    return time.perf_counter() - begun


def usual(net: nn.Module, x: Tensor, y: Tensor, batch: int, epochs: int) -> float:
    """A: a DataLoader, and `loss.item()` at each step."""
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE)
    loader = DataLoader(TensorDataset(x, y), batch_size=batch, shuffle=True)
    kept = []
    begun = time.perf_counter()
    for _ in range(epochs):
        for some, wanted in loader:
            loss = functional.cross_entropy(net(some), wanted)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            kept.append(loss.item())
    return time.perf_counter() - begun


def tensorboard(net: nn.Module, x: Tensor, y: Tensor, batch: int, epochs: int) -> float:
    """E: A, with the loss of each step and histograms of all gradients every 50 steps in TensorBoard's files."""
    from torch.utils.tensorboard import SummaryWriter

    optimizer = torch.optim.SGD(net.parameters(), lr=RATE)
    loader = DataLoader(TensorDataset(x, y), batch_size=batch, shuffle=True)
    with TemporaryDirectory() as folder, SummaryWriter(folder) as writer:
        step, begun = 0, time.perf_counter()
        for _ in range(epochs):
            for some, wanted in loader:
                loss = functional.cross_entropy(net(some), wanted)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                writer.add_scalar("loss", loss.item(), step)
                if step % 50 == 0:
                    for name, parameter in net.named_parameters():
                        writer.add_histogram(name, parameter.grad, step)
                step += 1
        return time.perf_counter() - begun


def lightning(net: nn.Module, x: Tensor, y: Tensor, batch: int, epochs: int) -> float:
    """F: PyTorch Lightning with its default logger, timed from its first step to its last."""
    from lightning.pytorch import LightningModule, Trainer

    class Module(LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.net, self.begun, self.seconds = net, 0.0, 0.0

        def on_train_start(self) -> None:
            self.begun = time.perf_counter()

        def on_train_end(self) -> None:
            self.seconds = time.perf_counter() - self.begun

        def training_step(self, some: tuple[Tensor, Tensor], _number: int) -> Tensor:
            loss = functional.cross_entropy(self.net(some[0]), some[1])
            self.log("loss", loss)
            return loss

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.SGD(self.parameters(), lr=RATE)

    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    loader = DataLoader(TensorDataset(x, y), batch_size=batch, shuffle=True)
    module = Module()
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        Trainer(
            accelerator="cpu",
            max_epochs=epochs,
            default_root_dir=folder,
            enable_progress_bar=False,
            enable_model_summary=False,
        ).fit(module, loader)
    return module.seconds
