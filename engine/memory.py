"""How much memory a training step takes, by estimate, and how much the machine has, before any is taken."""

import os

from engine.settings import OptimizerName
from engine.shapes import Cost

BYTES = 4  # of a float32
MEMORIES: dict[OptimizerName, int] = {
    "SGD": 0,
    "Momentum": 1,
    "Nesterov": 1,
    "RMSprop": 1,
    "Adagrad": 1,
}
"""Figures that an optimiser keeps for each weight; those that are not named keep two, as Adam does."""
COPIES_OF_WEIGHTS = 4  # themselves, their gradients, the last good ones, the best ones
COPIES_OF_MEMORY = 2  # what the optimiser keeps, and that of the last good place


def needed(total: Cost, batch_size: int, optimizer: OptimizerName = "Adam") -> int:
    """Bytes that a step of training takes: weights and what goes with them, and what a batch brings forth."""
    memory = COPIES_OF_MEMORY * MEMORIES.get(optimizer, 2)
    weights = (COPIES_OF_WEIGHTS + memory) * total.parameters
    return BYTES * (weights + batch_size * max(total.held, total.activations))


def installed() -> int | None:
    """Bytes of memory in this machine; None where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return None


def free(device: str) -> int | None:
    """Bytes of memory that are free on a device; None where it does not say."""
    if device == "cuda":
        import torch  # heavy, and only here

        return int(torch.cuda.mem_get_info()[0])
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def spoken(size: int) -> str:
    """Bytes in words: 18.8 kB, 2.9 GB."""
    amount, unit = float(size), "bytes"
    for larger in ("kB", "MB", "GB", "TB", "PB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:,.0f} {unit}" if amount >= 100 else f"{amount:.3g} {unit}"
