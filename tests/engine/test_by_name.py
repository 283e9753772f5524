"""Data sets of OpenML and Hugging Face: what their libraries give becomes samples; without them a sentence."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from urllib.error import URLError

import numpy as np
import pytest
import sklearn.datasets
from PIL import Image as Pillow

from engine import fetching
from engine.axes import Image
from engine.dataset import DataError, Recipe
from engine.datasets import hugging_face
from engine.datasets.hugging_face import HuggingFace
from engine.datasets.openml import OpenML


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINRULE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(fetching, "AGAIN", 0.0)


def bunch() -> SimpleNamespace:
    data = np.array([[n + 0.5, n % 3, np.nan if n == 4 else n * n] for n in range(30)])
    return SimpleNamespace(
        data=data, target=np.array(["yes" if n % 2 else "no" for n in range(30)]),
        feature_names=["size", "colour", "cost"], categories={"colour": ["red", "green, dark", "blue"]},
        target_names=["sold"],
    )  # fmt: skip


def test_a_table_of_openml_is_read_as_a_table_and_kept(monkeypatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(
        sklearn.datasets,
        "fetch_openml",
        lambda *name, **more: asked.append((name, more)) or bunch(),
    )
    data = Recipe.usual(OpenML(which="houses", version=2)).prepare()
    assert data.target.names == ("no", "yes")
    assert data.train.count + data.dev.count + data.sealed.count == 30
    assert data.axes.features >= 2 + 3  # size and cost, a colour each
    again = OpenML(which="houses", version=2).load()
    assert [again.target.names[n] for n in again.targets] == bunch().target.tolist()
    assert len(asked) == 1
    assert asked[0][0] == ("houses",)
    assert asked[0][1]["version"] == 2


@pytest.mark.parametrize(
    "error", [URLError("Name or service not known"), TimeoutError(), ValueError("Unknown data set")]
)
def test_without_a_network_a_sentence_says_so(monkeypatch, error: Exception) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", fail)
    with pytest.raises(
        DataError, match="houses could not be fetched .*Is there a network, and is the name"
    ):
        OpenML(which="houses").load()


def test_names_lead_nowhere_else(tmp_path: Path) -> None:
    for name in ("../../evil", "..", "a/b"):
        with pytest.raises(DataError, match="is no name of a data set"):
            OpenML(which=name).load()


def test_without_the_extra_a_sentence_says_how_to_get_it(monkeypatch) -> None:
    monkeypatch.setattr(hugging_face, "PACKAGE", "no_such_package_here")
    with pytest.raises(
        DataError, match=r"need a further package. Install it: pip install 'chainrule\[hugg"
    ):
        HuggingFace(which="ylecun/mnist").load()


class ClassLabel:
    def __init__(self, *names: str) -> None:
        self.names, self.dtype = list(names), "int64"


class Picture:
    dtype = "PIL.Image.Image"


Picture.__name__ = "Image"


class Rows(list):
    """Rows as the library gives them: by number, or a whole column by its name."""

    features: dict[str, object]

    def __getitem__(self, key):
        return [row[key] for row in self] if isinstance(key, str) else super().__getitem__(key)


def library(monkeypatch, features: dict[str, object], **splits: list[dict[str, object]]) -> None:
    found = {}
    for name, rows in splits.items():
        found[name] = Rows(rows)
        found[name].features = features
    module = ModuleType("stand_in")
    module.disable_progress_bars = lambda: None
    module.load_dataset = lambda *_, **__: found
    monkeypatch.setitem(sys.modules, "stand_in", module)
    monkeypatch.setattr(hugging_face, "PACKAGE", "stand_in")
    monkeypatch.setattr(hugging_face.importlib.util, "find_spec", lambda name: name)


def test_pictures_of_hugging_face_keep_their_parts(monkeypatch) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (40, 6, 5, 3), np.uint8)
    rows = [{"image": Pillow.fromarray(p), "label": n % 2} for n, p in enumerate(noise)]
    secret = [{"image": rows[0]["image"], "label": -1}]
    library(
        monkeypatch, {"image": Picture(), "label": ClassLabel("cat", "dog")},
        train=rows[:30], test=rows[30:], unsupervised=secret,
    )  # fmt: skip
    data = Recipe.usual(HuggingFace(which="someone/pets")).prepare()
    assert data.axes == Image(3, 6, 5)
    assert data.target.names == ("cat", "dog")
    assert data.sealed.count == 10
    samples = HuggingFace(which="someone/pets").load()
    np.testing.assert_array_equal(samples.inputs, noise.transpose(0, 3, 1, 2) / np.float32(255))


def test_texts_of_hugging_face_have_their_classes(monkeypatch) -> None:
    text = SimpleNamespace(dtype="string")
    rows = [{"text": f"line {n}\nof it", "label": n % 2} for n in range(20)]
    library(monkeypatch, {"text": text, "label": ClassLabel("bad", "good")}, train=rows)
    samples = HuggingFace(which="someone/films").load()
    assert samples.target.names == ("bad", "good")
    assert len(samples.targets) == 20


def test_what_is_none_of_these_is_said(monkeypatch) -> None:
    library(monkeypatch, {"boxes": SimpleNamespace()}, train=[{"boxes": []}])
    with pytest.raises(
        DataError, match=r"someone/boxes holds boxes \(SimpleNamespace\), which is neither pictures"
    ):
        HuggingFace(which="someone/boxes").load()
