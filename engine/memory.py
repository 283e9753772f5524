"""How much memory a training step takes, by estimate, and how much the machine has, before any is taken."""

import os

from engine.optimizers import OptimizerName
from engine.shapes import Cost

BYTES = 4  # of a float32
MEMORIES: dict[OptimizerName, int] = {"SGD": 0, "Momentum": 1, "RMSprop": 1, "Adagrad": 1}
"""Figures that an optimiser keeps for each weight; those that are not named keep two, as Adam does."""
COPIES_OF_WEIGHTS = 3  # themselves, their gradients, the last good ones


def needed(total: Cost, batch_size: int, optimizer: OptimizerName = "Adam") -> int:
    """Bytes that a step of training takes: weights and what goes with them, and what a batch brings forth."""
    weights = (COPIES_OF_WEIGHTS + MEMORIES.get(optimizer, 2)) * total.parameters
    return BYTES * (weights + batch_size * max(total.held, total.activations))


def installed() -> int | None:
    """Bytes of memory in this machine; None where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return None


def spoken(size: int) -> str:
    """Bytes in words: 18.8 kB, 2.9 GB."""
    amount, unit = float(size), "bytes"
    for larger in ("kB", "MB", "GB", "TB", "PB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:,.0f} {unit}" if amount >= 100 else f"{amount:.3g} {unit}"
