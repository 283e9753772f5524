"""A folder in which every example of the manual can be obeyed: its files, small, under the names they have there."""

from importlib.resources import files
from pathlib import Path

import numpy as np
from PIL import Image

from engine.cli import main
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.datasets.english_french import EnglishFrench
from engine.datasets.text_file import TextFile
from engine.layer import Layer
from engine.layers import CATALOGUE
from engine.project import Project
from engine.settings import Settings
from engine.storage import save
from tests.engine.generate.writers import TEXT, language, translator

PENGUINS = files("resources") / "data" / "penguins.csv"
PROJECTS = ("digits", "moons", "surnames", "shakespeare", "translation", "trained")
NAMES = (
    *(f"{name}.chainrule" for name in PROJECTS),
    *("model.py", "penguins.csv", "points.csv", "photo.png", "scan.jpg", "text.txt"),
)
"""All files in it that examples read."""
MODEL = """
from torch import nn


class Net(nn.Sequential):
    def __init__(self, depth: int = 1) -> None:
        super().__init__(*(nn.Linear(4, 4) for _ in range(depth)), nn.ReLU())
"""


DEEP = """
from torch import nn


class Deep(nn.Sequential):
    def __init__(self, width: int) -> None:
        super().__init__(nn.Conv2d(3, width, 3), nn.ReLU(), nn.Conv2d(width, width, 3))
"""


def furnish(folder: Path) -> Path:
    """Make all the files; the folder."""
    (folder / "model.py").write_text(MODEL)
    (folder / "nets").mkdir()
    (folder / "nets" / "deep.py").write_text(DEEP)
    (folder / "penguins.csv").write_bytes(PENGUINS.read_bytes())
    (folder / "points.csv").write_text("x,y\n0.5,0.25\n-1,1\n")
    for name in ("photo.png", "scan.jpg"):
        Image.fromarray(np.full((20, 20), 99, np.uint8)).save(folder / name)
    (folder / "text.txt").write_text(TEXT, encoding="utf-8")
    for name, project in _projects(folder).items():
        save(project, folder / name)
    for name in ("moons", "surnames", "shakespeare", "translation"):
        _train(folder / f"{name}.chainrule", folder / f"{name}.chainrule")
    trained = folder / "trained.chainrule"
    _train(folder / "digits.chainrule", trained)
    _train(trained, trained)
    assert all((folder / name).is_file() for name in NAMES)
    return folder


def _train(file: Path, out: Path) -> None:
    assert main(["train", str(file), "--epochs", "1", "--out", str(out)]) == 0


def _projects(folder: Path) -> dict[str, Project]:
    text = Recipe.usual(TextFile(file=str(folder / "text.txt"), window=8))
    phrases = Recipe.usual(EnglishFrench(count=300))
    return {
        "digits.chainrule": _classifier("Digits8", "Flatten", ("Dense", {"out_features": 10})),
        "moons.chainrule": _classifier("Moons", ("Dense", {"out_features": 2})),
        "surnames.chainrule": _classifier(
            "Surnames",
            ("Embedding", {"embedding_dim": 4}),
            "GlobalAvgPool",
            ("Dense", {"out_features": 17}),
        ),
        "shakespeare.chainrule": Project(
            "w", language(text.prepare(), ("GRU", {"hidden_size": 8})), text, Settings()
        ),
        "translation.chainrule": Project("t", translator(phrases.prepare()), phrases, Settings()),
    }


def _classifier(dataset: str, *kinds: str | tuple[str, dict[str, object]]) -> Project:
    from tests.engine.conftest import chained

    pairs = [(kind, {}) if isinstance(kind, str) else kind for kind in (*kinds, "CrossEntropyLoss")]
    layers: list[Layer] = [CATALOGUE[name](**parameters) for name, parameters in pairs]
    settings = Settings(epochs=1, batch_size=256)
    return Project(dataset, chained(*layers), Recipe.usual(DATASETS[dataset]()), settings)
