"""Pictures that tests write."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image as Pillow


def picture(path: Path, seed: int, size: tuple[int, int] = (8, 8), mode: str = "RGB") -> Path:
    """Noise of this height and width; the folders on its way are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(0, 256, (*size, 3), np.uint8)
    Pillow.fromarray(noise).convert(mode).save(path)
    return path


def pictures(root: Path, classes: Mapping[str, int], **options: object) -> Path:
    """So many pictures in a folder for each class, all different."""
    seed = len(root.parts) * 1000 + sum(map(ord, root.name))
    for name, count in classes.items():
        for number in range(count):
            seed += 1
            picture(root / name / f"{number}.png", seed, **options)
    return root
