"""Pictures varied: mirrored, moved, zoomed, turned, brighter or darker, and noisy. See `engine.variation`.

All draws of a minibatch come from a generator of their own, seeded with the run's seed, the epoch and the place in the
epoch: a run that goes on, or goes back, sees the same again, and no other draw is disturbed.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine.axes import Image
from engine.dataset import Data
from engine.planning import Feed
from engine.scale import Scale
from engine.variation import Variation

SALT = 0xA06  # so that these draws are others than those of the order of an epoch


class Varying:
    """What is done to each minibatch of the train part."""

    def __init__(self, data: Data, feeds: tuple[Feed, ...], seed: int) -> None:
        self._variation, self._scale, self._seed = data.variation, data.scale, seed
        self._places = [
            place for place, feed in enumerate(feeds) if not feed.part and not feed.lengths
        ]

    def __call__(self, inputs: tuple[Tensor, ...], epoch: int, offset: int) -> tuple[Tensor, ...]:
        """The inputs of a minibatch that begins at this place, varied where they are pictures."""
        found = list(inputs)
        for place in self._places:
            chance = np.random.default_rng([self._seed, epoch, offset, SALT])
            found[place] = varied(found[place], self._variation, chance, self._scale)
        return tuple(found)


def varying(data: Data, feeds: tuple[Feed, ...], seed: int) -> Varying | None:
    """What is done to minibatches of these data; None if nothing is."""
    return Varying(data, feeds, seed) if varies(data) else None


def varies(data: Data) -> bool:
    """Whether the train part of these data is varied: only pictures are."""
    return bool(data.variation) and isinstance(data.axes, Image)


@torch.no_grad()
def varied(
    images: Tensor, variation: Variation, chance: np.random.Generator, scale: Scale | None = None
) -> Tensor:
    """Images (n, channels, height, width), varied as they were before they were scaled."""
    draws = torch.from_numpy(chance.random((8, len(images)))).to(images.device)
    if scale is not None:
        mean, deviation = (
            torch.from_numpy(np.array(part)).to(images) for part in (scale.mean, scale.deviation)
        )
        images = images * deviation + mean
    for axis, wanted, draw in ((3, variation.sideways, draws[0]), (2, variation.upright, draws[1])):
        if wanted:
            images = torch.where((draw < 0.5)[:, None, None, None], images.flip(axis), images)
    if variation.crop:
        images = _moved(images, variation.crop, draws[2], draws[3])
    if variation.zoom or variation.rotate:
        angles = (2 * draws[4] - 1) * variation.rotate * np.pi / 180
        images = _turned(images, angles, 1 + (2 * draws[5] - 1) * variation.zoom)
    if variation.brightness:
        images = (
            images * (1 + (2 * draws[6] - 1) * variation.brightness).to(images)[:, None, None, None]
        )
    if variation.noise:
        noise = torch.from_numpy(chance.standard_normal(images.shape, np.float32))
        images = images + variation.noise * noise.to(images)
    return (images - mean) / deviation if scale is not None else images


def _moved(images: Tensor, most: int, down: Tensor, right: Tensor) -> Tensor:
    """Each cut out up to `most` whole pixels away; beyond the edge lies the edge."""
    count, _, height, width = images.shape

    def places(draw: Tensor, size: int) -> Tensor:  # (n, size)
        by = (draw * (2 * most + 1)).long() - most
        return (torch.arange(size, device=images.device) + by[:, None]).clamp(0, size - 1)

    rows, columns = places(down, height), places(right, width)
    numbers = torch.arange(count, device=images.device)
    found = images.permute(0, 2, 3, 1)[numbers[:, None, None], rows[:, :, None], columns[:, None]]
    return found.permute(0, 3, 1, 2).contiguous()


def _turned(images: Tensor, angles: Tensor, sizes: Tensor) -> Tensor:
    """Each turned about its middle by an angle in radians, counterclockwise, and so many times as large."""
    height, width = images.shape[2:]
    cosine, sine = torch.cos(angles) / sizes, torch.sin(angles) / sizes
    zero = torch.zeros_like(angles)
    rows = (  # from where each pixel is taken: x and y from −1 to 1, y downwards
        torch.stack([cosine, -sine * height / width, zero], 1),
        torch.stack([sine * width / height, cosine, zero], 1),
    )
    grid = functional.affine_grid(
        torch.stack(rows, 1).to(images), list(images.shape), align_corners=False
    )
    return functional.grid_sample(images, grid, "bilinear", "border", align_corners=False)


def examples(
    data: Data, variation: Variation, places: list[int], times: int, seed: int = 0
) -> Tensor:
    """Train examples, each followed by `times` variations of it, unscaled: (places, 1 + times, *image)."""
    rows = np.asarray(data.train.inputs[np.array(places, np.int64)])
    images = torch.from_numpy(data.scale.undo(rows) if data.scale else np.array(rows, np.float32))
    chance = np.random.default_rng([seed, SALT])
    found = [images, *(varied(images, variation, chance) for _ in range(times))]
    return torch.stack(found, 1)
