"""What cannot be drawn is refused with a sentence; a person's own mistake comes with their own traceback."""

from pathlib import Path

import pytest
import torch
from torch import nn

from engine.axes import Image, Row, Sequence, Signal, Tokens
from engine.datasets.placeholder import axes_from
from engine.imports import ImportRefused, guessed, imported, loaded
from engine.samples import DataError
from tests.engine.imports import zoo_odd, zoo_text, zoo_vision

ZOO = {**zoo_vision.ZOO, **zoo_text.ZOO, **zoo_odd.ZOO}


class PerBatch(nn.Module):
    """Does as many things as there are examples."""

    def forward(self, x):
        return torch.stack([row * 2 for row in x])


class OneNumber(nn.Module):
    """Gives one number for the whole batch."""

    def forward(self, x):
        return x.mean()


class NoTensor(nn.Module):
    """Gives no tensor."""

    def forward(self, x):
        return x.shape[0]


class Wrong(nn.Module):
    """Has a mistake in it."""

    def forward(self, x):
        return x.no_such_thing()


class OwnFunction(nn.Module):
    """Uses what is none of the pure operations."""

    def forward(self, x):
        return torch.fake_quantize_per_tensor_affine(x, 0.1, 0, 0, 255)


class PacksByHand(nn.Module):
    """Makes a packed sequence of its own."""

    def __init__(self):
        super().__init__()
        self.r = nn.GRU(4, 5)

    def forward(self, x):
        return self.r(nn.utils.rnn.PackedSequence(x * 2, torch.tensor([x.shape[0]])))[1][-1]


@pytest.mark.parametrize(
    ("module", "said"),
    [
        (PerBatch(), "depends on the number of examples"),
        (OneNumber(), "one result for each example"),
        (NoTensor(), "no tensor"),
        (Wrong(), "could not be run on examples of 2×4"),
        (OwnFunction(), "fake_quantize"),
    ],
)
def test_a_refusal_says_why(module: nn.Module, said: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        imported(module, [Row(4)])
    assert said in str(refused.value)


def test_packing_by_hand_is_refused_in_words() -> None:
    with pytest.raises(ImportRefused, match="packs sequences in a way of its own"):
        imported(PacksByHand(), [Row(4)])


def test_a_mistake_is_shown_where_it_is() -> None:
    with pytest.raises(ImportRefused) as refused:
        imported(Wrong(), [Row(4)])
    assert "test_refusals.py" in refused.value.detail
    assert "engine/imports" not in refused.value.detail.replace(__file__, "")


FILE = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self, depth=1):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(4, 4) for _ in range(depth))
    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
def make_model(depth):
    return Net(depth)
number = 3
def fails():
    raise OSError("no weights here")
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").write_text(FILE)
    return tmp_path / "mine.py"


def test_a_class_or_a_function_of_a_file_is_loaded(file: Path) -> None:
    assert len(loaded(f"{file}:Net", {"depth": 3}).layers) == 3  # type: ignore[arg-type]
    assert len(loaded(f"{file}:make_model", [2]).layers) == 2  # type: ignore[arg-type]
    assert type(loaded(str(file))).__name__ == "Net"
    assert isinstance(loaded("torch.nn:ReLU"), nn.ReLU)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Nett", "Did you mean Net?"),
        ("number", "neither an nn.Module nor a function"),
        ("make_model", "cannot be made with these arguments"),
        ("fails", "no weights here"),
    ],
)
def test_what_cannot_be_loaded_is_said(file: Path, name: str, said: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        loaded(f"{file}:{name}")
    assert said in str(refused.value)


def test_a_file_that_is_wrong_or_missing_is_said(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("def (:\n")
    for place in (tmp_path / "bad.py", tmp_path / "none.py", "no.such.package"):
        with pytest.raises(ImportRefused):
            loaded(f"{place}:Net")


@pytest.mark.parametrize(
    "name",
    [
        "HandAlexNet",
        "LeNetF",
        "LstmClassifier",
        "GPT",
        "AE",
        "Seq2Seq",
        "Conv1",
        "BiGRUAttn",
    ],
)
def test_inputs_are_guessed(name: str) -> None:
    found = guessed(ZOO[name][0]())
    assert [type(axes) for axes in found.values()] == [type(axes) for axes in ZOO[name][1]]


def test_what_cannot_be_guessed_is_asked_for() -> None:
    with pytest.raises(ImportRefused, match="--input"):
        guessed(OneNumber())


def test_sizes_are_read_as_people_write_them() -> None:
    assert axes_from("3,224,224") == Image(3, 224, 224)
    assert axes_from("tokens:16:5000") == Tokens(16, 5000)
    assert axes_from("tokens:time:5000") == Tokens("time", 5000)
    assert axes_from("signal:3,40") == Signal(3, 40)
    assert axes_from("16,5") == Sequence(16, 5)
    assert axes_from("8") == Row(8)
    for text in ("", "x", "tokens:3", "0", "-3", "3,,4", "1e3", "signal:1", "tokens:3:0"):
        with pytest.raises(DataError):
            axes_from(text)
