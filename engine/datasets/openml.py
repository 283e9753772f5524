"""Tables of OpenML by name: fetched once by scikit-learn, then read as any table of one's own."""

import csv
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from engine.dataset import Dataset
from engine.datasets.table_file import TableFile
from engine.datasets.tables import Iris
from engine.fetching import kept, once
from engine.samples import DataError, Samples
from engine.waiting import told


class OpenML(Dataset, title="OpenML, by name", scaling="standardise"):
    """A table of openml.org, such as titanic, credit-g or adult.

    It is fetched from the network the first time and then kept. What is missing and what is a category is handled as
    in a table of your own; to choose its columns, open the table that is kept as one. As long as no name is given it is
    the irises.
    """

    which: str = Field(
        "",
        max_length=200,
        title="Name",
        description="As on openml.org, such as titanic.",
    )
    version: int = Field(
        1, ge=1, le=1000, title="Version", description="There may be several of a name."
    )

    def load(self) -> Samples:
        name = self.which.strip()
        if not name:
            return Iris().load()
        if not all(letter.isalnum() or letter in "-_. ()" for letter in name) or name.startswith(
            "."
        ):
            raise DataError(
                f"“{name}” is no name of a data set on openml.org. Write it as it is there."
            )
        table = kept("openml", f"{name} {self.version}.csv")
        once(table, lambda: self._fetch(name, table), name)
        with table.open(encoding="utf-8", newline="") as file:
            columns = next(csv.reader(file))
        return TableFile(file=str(table), target=columns[-1], header="yes").load()

    def _fetch(self, name: str, to: Path) -> None:
        from sklearn.datasets import fetch_openml

        told(0, 0, f"Fetching {name} from openml.org")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # each attempt that failed, and versions that are old
            found = fetch_openml(
                name, version=self.version, data_home=str(kept("openml")), as_frame=False, parser="liac-arff",
                n_retries=1, delay=0.2,
            )  # fmt: skip
        told(0, 0, f"Writing {name} down as a table")
        _write(found, name, to)


def _write(found: Any, name: str, to: Path) -> None:
    """The table with what is to be predicted in its last column."""
    if (
        found.target is None
        or not hasattr(found.data, "shape")
        or not isinstance(found.data, np.ndarray)
    ):
        raise DataError(
            f"{name} on openml.org is no table with a column to be predicted. Choose another."
        )
    kinds = [(found.categories or {}).get(column) for column in found.feature_names]
    targets = np.asarray(found.target).reshape(len(found.data), -1)[:, :1]
    part = to.with_name(to.name + ".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([*found.feature_names, *found.target_names[:1]])
        for number, (row, target) in enumerate(zip(found.data, targets, strict=True)):
            if number % 1000 == 0:
                told(number, len(found.data), f"Writing {name} down as a table")
            rows.writerow([*map(_cell, row, kinds), target[0]])
    part.replace(to)


def _cell(value: Any, kinds: list[str] | None) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if kinds is not None and isinstance(value, float):
        return str(kinds[int(value)])
    return f"{value:.9g}" if isinstance(value, float) else str(value)
