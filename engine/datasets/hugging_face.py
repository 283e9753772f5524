"""Data sets of Hugging Face by name: fetched once by their library, then read as files of one's own are."""

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from engine.class_folders import PARTS
from engine.dataset import Dataset
from engine.datasets.digits import Digits8
from engine.datasets.names_file import NamesFile
from engine.datasets.numpy_arrays import NumpyArrays
from engine.datasets.table_file import TableFile
from engine.fetching import kept, once
from engine.samples import DataError, Samples
from engine.waiting import told

PACKAGE = "datasets"
MOST_LETTERS = 10_000
NUMBERS = ("int", "float", "bool", "uint")


class HuggingFace(Dataset, title="Hugging Face, by name"):
    """Pictures, tables or texts with classes from huggingface.co, such as ylecun/mnist or scikit-learn/iris.

    They are fetched from the network the first time and then kept; code that comes with data is never run. It needs
    the extra that is called huggingface. As long as no name is given they are the digits, 8×8.
    """

    which: str = Field(
        "",
        max_length=300,
        title="Name",
        description="As on huggingface.co/datasets, such as ylecun/mnist.",
    )
    part: str = Field(
        "",
        max_length=200,
        title="Configuration",
        description="Which of several sets of that name, if there are several.",
    )

    def load(self) -> Samples:
        name = self.which.strip()
        if not name:
            return Digits8().load()
        if importlib.util.find_spec(PACKAGE) is None:
            raise DataError(
                "Data sets of Hugging Face need a further package. Install it: pip install 'chainrule[huggingface]'."
            )
        home = kept("hugging face", f"{name}-{self.part}".replace("/", "--").replace("..", "--"))
        once(home / "whole", lambda: self._fetch(name, home), name)
        if (home / "data.npz").is_file():
            return NumpyArrays(file=str(home / "data.npz")).load()
        if (home / "data.tsv").is_file():
            return NamesFile(file=str(home / "data.tsv"), longest=MOST_LETTERS).load()
        target = (home / "whole").read_text(encoding="utf-8")
        return TableFile(file=str(home / "data.parquet"), target=target).load()

    def _fetch(self, name: str, home: Path) -> None:
        datasets: Any = importlib.import_module(PACKAGE)
        datasets.disable_progress_bars()
        told(0, 0, f"Fetching {name} from huggingface.co")
        found = datasets.load_dataset(name, self.part or None, cache_dir=str(kept("hugging face")))
        home.mkdir(parents=True, exist_ok=True)
        features = next(iter(found.values())).features
        kinds = {column: type(feature).__name__ for column, feature in features.items()}
        label = next((column for column, kind in kinds.items() if kind == "ClassLabel"), None)
        image = next((column for column, kind in kinds.items() if kind == "Image"), None)
        words = [
            column
            for column, feature in features.items()
            if "string" in str(getattr(feature, "dtype", ""))
        ]
        numbers = [
            c for c, f in features.items() if str(getattr(f, "dtype", "")).startswith(NUMBERS)
        ]
        target = ""
        if image and label:
            _write_pictures(found, image, label, features[label].names, home / "data.npz")
        elif label and len(words) == 1 and set(numbers) <= {label}:
            _write_texts(found, words[0], label, features[label].names, home / "data.tsv")
        elif numbers and len(numbers) + len(words) == len(features):
            target = label or next(
                (c for c in features if c.lower() in ("target", "label", "class")), [*features][-1]
            )
            datasets.concatenate_datasets([*found.values()]).to_parquet(str(home / "data.parquet"))
        else:
            raise DataError(
                f"{name} holds {', '.join(f'{c} ({k})' for c, k in [*kinds.items()][:6])}, which is neither pictures "
                "nor texts with classes, nor a table. Choose another."
            )
        (home / "whole").write_text(target, encoding="utf-8")


def _write_pictures(
    found: Mapping[str, Any], image: str, label: str, names: list[str], to: Path
) -> None:
    first = next(iter(found.values()))[0][image]
    mode = "L" if first.mode in ("1", "L", "I;16") else "RGB"
    arrays: dict[str, Any] = {"class_names": np.array(names)}
    for split, rows in found.items():
        part = PARTS.get(split.lower())
        if part is None:
            continue  # such as those without labels
        pixels = np.empty(
            (len(rows), first.height, first.width, *((3,) if mode == "RGB" else ())), np.uint8
        )
        for number, row in enumerate(rows):
            told(number, len(rows), f"Reading the pictures of {split}")
            picture = row[image].convert(mode)
            pixels[number] = picture if picture.size == first.size else picture.resize(first.size)
        labels = np.asarray(rows[label])
        known = labels >= 0  # -1 stands for a label that is kept secret
        if known.any():
            arrays[f"x_{part}"], arrays[f"y_{part}"] = pixels[known], labels[known]
    np.savez(to, allow_pickle=False, **arrays)


def _write_texts(
    found: Mapping[str, Any], text: str, label: str, names: list[str], to: Path
) -> None:
    with to.open("w", encoding="utf-8", newline="\n") as file:
        for rows in found.values():
            for number, row in enumerate(rows):
                told(number, len(rows), "Reading the texts")
                if row[label] >= 0:
                    file.write(f"{' '.join(row[text].split())}\t{names[row[label]]}\n")
