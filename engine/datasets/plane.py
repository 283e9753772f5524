"""Points in the plane, made by a formula: what a network does can be drawn over them."""

import math
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine.axes import Labels, Row
from engine.dataset import Dataset
from engine.samples import Samples


class _Plane(Dataset):
    """Points with two coordinates."""

    content: ClassVar[str] = "plane"

    count: int = Field(
        1000,
        ge=50,
        le=100_000,
        title="Examples",
        description="How many points, all classes together.",
    )
    seed: int = Field(
        0, ge=0, lt=2**32, title="Seed", description="The same seed, the same points."
    )


def _points(inputs: NDArray[np.float64], labels: NDArray[np.int64], *names: str) -> Samples:
    return Samples(inputs.astype(np.float32), labels.astype(np.int64), Row(2), Labels(names))


class Moons(_Plane, title="Two moons"):
    """Two half circles that reach into each other. A straight line gets about 87 % right."""

    noise: float = Field(
        0.2, ge=0, le=2, title="Noise", description="Standard deviation added to each coordinate."
    )

    def load(self) -> Samples:
        from sklearn.datasets import make_moons

        made = make_moons(self.count, noise=self.noise, random_state=self.seed)
        return _points(*made, "upper moon", "lower moon")


class Circles(_Plane, title="Two circles"):
    """A circle inside another. No straight line does better than chance."""

    noise: float = Field(
        0.1, ge=0, le=2, title="Noise", description="Standard deviation added to each coordinate."
    )
    factor: float = Field(
        0.5, gt=0, lt=1, title="Inner radius", description="The outer circle has radius 1."
    )

    def load(self) -> Samples:
        from sklearn.datasets import make_circles

        made = make_circles(
            self.count, noise=self.noise, factor=self.factor, random_state=self.seed
        )
        return _points(*made, "outer circle", "inner circle")


class Blobs(_Plane, title="Blobs"):
    """Round clouds whose centres lie evenly on a circle of radius 1. Straight lines suffice."""

    classes: int = Field(4, ge=2, le=10, title="Classes", description="How many clouds.")
    noise: float = Field(
        0.35, ge=0, le=2, title="Spread", description="Standard deviation of each cloud."
    )

    def load(self) -> Samples:
        from sklearn.datasets import make_blobs

        angle = 2 * math.pi * np.arange(self.classes) / self.classes
        inputs, labels = make_blobs(
            self.count,
            centers=np.stack([np.cos(angle), np.sin(angle)], axis=1),
            cluster_std=self.noise,
            random_state=self.seed,
        )
        return _points(inputs, labels, *(f"blob {n + 1}" for n in range(self.classes)))


class Spirals(_Plane, title="Spirals"):
    """Arms wound around each other from one centre: hard for a small network."""

    classes: int = Field(2, ge=2, le=10, title="Classes", description="How many arms.")
    turns: float = Field(
        1.5, gt=0, le=5, title="Turns", description="How often each arm goes around."
    )
    noise: float = Field(
        0.02, ge=0, le=2, title="Noise", description="Standard deviation added to each coordinate."
    )

    def load(self) -> Samples:
        chance = np.random.default_rng(self.seed)
        labels = np.arange(self.count) % self.classes
        radius = np.sqrt(chance.random(self.count))  # evenly dense along the arm's area
        angle = 2 * math.pi * (self.turns * radius + labels / self.classes)
        inputs = radius * np.stack([np.cos(angle), np.sin(angle)])
        noise = chance.normal(0, self.noise, (self.count, 2))
        return _points(inputs.T + noise, labels, *(f"arm {n + 1}" for n in range(self.classes)))
