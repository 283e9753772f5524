"""Speech as a few numbers at each moment."""

import numpy as np

from engine.axes import Labels, Sequence
from engine.dataset import Dataset
from engine.samples import Samples, read_arrays
from resources import resource

_ARRAYS = ("x_train", "len_train", "y_train", "x_test", "len_test", "y_test")


class JapaneseVowels(Dataset, title="Japanese vowels"):
    """Nine men say the vowels a and e one after the other, 640 times in all: who is it?

    Each utterance is 7 to 29 steps of 12 numbers, its cepstrum. The test part is fixed: it was recorded on other
    occasions. Kudo, Toyama and Shimbo, 1999; from the UCI repository, CC BY 4.0.
    """

    def load(self) -> Samples:
        stored = read_arrays(resource("data", "japanese_vowels.npz"), *_ARRAYS)
        both = {
            name: np.concatenate([stored[f"{name}_train"], stored[f"{name}_test"]])
            for name in ("x", "len", "y")
        }
        return Samples(
            both["x"].astype(np.float32),
            both["y"].astype(np.int64),
            Sequence("time", 12),
            Labels(tuple(f"speaker {number}" for number in range(1, 10))),
            lengths=both["len"].astype(np.int64),
            held_out=np.arange(len(stored["x_train"]), len(both["x"])),
        )
