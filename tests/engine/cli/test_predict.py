"""`chainrule predict`: pictures and tables of a person's own, against the network called by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from engine.network import build
from engine.shapes import infer
from engine.storage import load, save
from engine.template import template
from engine.weights import copy_in

Say = Callable[..., Any]


def trained(say: Say, tmp_path: Path, name: str, **changes: object) -> Path:
    project = template(name)
    save(project, tmp_path / "new.chainrule")
    path = tmp_path / "mine.chainrule"
    words = [w for key, value in changes.items() for w in ("--set", f"{key}={value}")]
    assert say("train", tmp_path / "new.chainrule", "--epochs", 1, *words, "--out", path).code == 0
    return path


def by_hand(path: Path, inputs: np.ndarray) -> np.ndarray:
    run = load(path).runs[-1]
    data = run.recipe.prepare()
    network = build(run.graph.flat, infer(run.graph, data.parts, data.target))
    copy_in(network.module, run.best.weights if run.best else run.weights)
    network.train(False)
    with torch.no_grad():
        return network.module(torch.tensor(inputs))[0].softmax(-1).numpy()


def test_digits_written_as_pictures(say: Say, tmp_path: Path) -> None:
    path = trained(say, tmp_path, "one-hidden-layer")
    dev = load(path).recipe.prepare().dev
    files = []
    for place in range(3):
        picture = np.rint(255 * dev.inputs[place].reshape(28, 28)).astype(np.uint8)
        files.append(tmp_path / f"digit{place}.png")
        Image.fromarray(picture).save(files[-1])
    said = say("predict", path, *files, "--json")
    assert said.code == 0
    expected = by_hand(path, dev.inputs[:3])
    for record, file, row in zip(said.records, files, expected, strict=True):
        assert record["sample"] == file.name
        assert record["class"] == str(row.argmax())
        shares = [record["shares"][str(digit)] for digit in range(10)]
        np.testing.assert_allclose(shares, row, atol=2e-3)
        assert sum(shares) == pytest.approx(1)
    shown = say("predict", path, files[0])
    assert f"{expected[0].argmax()} " in shown.out


@pytest.mark.parametrize("head", ["", "across,up\n", "x;y\n"])
def test_a_table_has_a_sample_a_row(say: Say, tmp_path: Path, head: str) -> None:
    path = trained(say, tmp_path, "two-moons")
    data = load(path).recipe.prepare()
    points = np.array([[0.5, 0.25], [-1.0, 1.0], [2.0, -0.5]], np.float32)
    table = tmp_path / "points.csv"
    table.write_text(head + "\n".join(f"{x}, {y}" for x, y in points.tolist()) + "\n\n")
    said = say("predict", path, table, "--json")
    assert [record["sample"] for record in said.records] == [f"points.csv:{n}" for n in (1, 2, 3)]
    given = data.scale.apply(points) if data.scale else points
    for record, row in zip(said.records, by_hand(path, given), strict=True):
        assert list(record["shares"].values()) == pytest.approx(sorted(row, reverse=True), abs=1e-6)


def test_a_million_rows_go_through_in_batches(say: Say, tmp_path: Path) -> None:
    path = trained(say, tmp_path, "two-moons")
    table = tmp_path / "many.txt"
    table.write_text("0.5 0.25\n" * 3_000)
    said = say("predict", path, table, "--json")
    assert len(said.records) == 3_000
    assert len({tuple(record["shares"].values()) for record in said.records}) == 1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("gone.csv", None, "gone.csv"),
        ("three.csv", "1,2,3\n", "reads 2 numbers, but three.csv holds 3"),
        ("mixed.csv", "1,2\n1,2,3\n", "row 2 of mixed.csv holds 3"),
        ("words.csv", "1,2\nhello,you\n", "not a list of numbers"),
        ("empty.csv", "", "holds no numbers"),
        ("nan.csv", "nan,1\n", "not finite"),
        ("photo.png", "no picture", "not pictures"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(
    say: Say, tmp_path: Path, name: str, content: str | None, sentence: str
) -> None:
    path = trained(say, tmp_path, "two-moons")
    if content is not None:
        (tmp_path / name).write_text(content)
    said = say("predict", path, tmp_path / name)
    assert said.code == 1
    assert sentence in said.err
    assert said.out == ""


def test_an_untrained_project_has_nothing_to_say(say: Say, tmp_path: Path) -> None:
    save(template("two-moons"), tmp_path / "new.chainrule")
    said = say("predict", tmp_path / "new.chainrule", tmp_path / "a.csv")
    assert said.code == 2
    assert "no runs" in said.err
