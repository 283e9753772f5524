"""Small colour pictures."""

import numpy as np

from engine.axes import Image, Labels
from engine.dataset import Dataset
from engine.samples import Samples, read_arrays
from resources import resource

_ARRAYS = ("x_train", "y_train", "name_train", "x_test", "y_test", "name_test", "classes")


class Icons32(Dataset, title="Colour icons, 32×32"):
    """2,739 colour icons of ten kinds, drawn by seven teams of artists.

    The test part is fixed: it holds things of which no picture, by any artist, is among the
    others (another animal, another vehicle). The dev part is drawn at random from those others, so
    it may show a thing that was learnt from another artist's picture, and its accuracy is
    higher than that of the test part. From Noto Emoji, Twemoji, EmojiOne 2, Fluent Emoji and
    FxEmojis, rasterised and resized; Apache-2.0, CC BY 4.0 and MIT.
    """

    def load(self) -> Samples:
        stored = read_arrays(resource("data", "icon32.npz"), *_ARRAYS)
        pictures = np.concatenate([stored["x_train"], stored["x_test"]])  # (n, row, column, colour)
        channels_first = np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))
        return Samples(
            np.divide(channels_first, 255, dtype=np.float32),
            np.concatenate([stored["y_train"], stored["y_test"]]).astype(np.int64),
            Image(3, 32, 32),
            Labels(tuple(map(str, stored["classes"]))),
            titles=tuple(map(str, np.concatenate([stored["name_train"], stored["name_test"]]))),
            held_out=np.arange(len(stored["x_train"]), len(pictures)),
        )
