"""Surnames as rows of characters, from lists of seventeen places."""

import numpy as np

from engine.axes import Labels, Tokens
from engine.dataset import Dataset
from engine.samples import Samples
from engine.spelling import read_lines, spelt
from resources import resource


class Surnames(Dataset, title="Surnames"):
    """13,533 surnames as rows of characters, and the list that each is from, out of seventeen.

    They differ in length: 2 to 40 characters. The lists are those of the program Faker, some of them merged: which list
    a name is from is no claim about who bears it. Names that stand in several are left out. MIT licence.
    """

    def load(self) -> Samples:
        _, *rows = read_lines(resource("data", "surnames.tsv"))
        names, origins = zip(*(row.split("\t") for row in rows), strict=True)
        symbols, inputs, lengths = spelt(names)
        classes = sorted(set(origins))
        targets = np.array([classes.index(origin) for origin in origins], np.int64)
        return Samples(
            inputs,
            targets,
            Tokens("time", len(symbols)),
            Labels(tuple(name.replace("_", " / ") for name in classes)),
            titles=names,
            lengths=lengths,
            symbols=symbols,
        )
