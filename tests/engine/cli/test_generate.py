"""`chainrule generate`: a trained project writes, translates, says how likely a text is, and what is wrong with it."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.control import Control
from engine.dataset import Recipe
from engine.datasets.english_french import EnglishFrench
from engine.datasets.text_file import TextFile
from engine.job import Job, prepare
from engine.project import Project, fresh_run
from engine.run import record
from engine.settings import Settings
from engine.storage import save
from engine.train import train
from tests.engine.generate.writers import TEXT, language, translator

Say = Callable[..., Any]


def _trained(project: Project, place: Path) -> Path:
    job, run = prepare(project), fresh_run(project)
    assert isinstance(job, Job)
    for event in train(job, Control()):
        run = record(run, event)
    save(
        Project(project.title, project.graph, project.recipe, project.settings, runs=(run,)), place
    )
    return place


@pytest.fixture(scope="module")
def writes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("writes")
    (folder / "text.txt").write_text(TEXT, encoding="utf-8")
    recipe = Recipe.usual(TextFile(file=str(folder / "text.txt"), window=8))
    graph = language(recipe.prepare(), ("GRU", {"hidden_size": 16}))
    settings = Settings(epochs=3, batch_size=8, optimizer="Adam", learning_rate=0.01)
    return _trained(Project("w", graph, recipe, settings), folder / "w.chainrule")


@pytest.fixture(scope="module")
def translates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    recipe = Recipe.usual(EnglishFrench(count=300))
    settings = Settings(epochs=1, batch_size=32, optimizer="Adam", learning_rate=0.01)
    project = Project("t", translator(recipe.prepare()), recipe, settings)
    return _trained(project, tmp_path_factory.mktemp("t") / "t.chainrule")


def test_a_text_is_gone_on_with_and_a_seed_gives_it_again(say: Say, writes: Path) -> None:
    one = say("generate", writes, "abba", "--length", 40, "--seed", 3)
    assert (one.code, one.err) == (0, "")
    assert one.out.startswith("abba")
    assert len(one.out.rstrip("\n")) <= 44
    assert say("generate", writes, "abba", "--length", 40, "--seed", 3).out == one.out
    assert say("generate", writes, "abba", "--length", 40, "--seed", 4).out != one.out


def test_the_probabilities_of_its_symbols_make_up_that_of_a_text(say: Say, writes: Path) -> None:
    said = say("generate", writes, "abcd", "--probabilities", "--json")
    symbols, (whole,) = said.of("symbol"), said.of("text")
    assert "".join(record["symbol"] for record in symbols) == "abcd"
    product = math.prod(record["p"] for record in symbols)
    assert math.log(product) == pytest.approx(whole["log_probability"])
    assert whole["perplexity"] == pytest.approx(product ** (-1 / 4))
    assert "P = e^" in say("generate", writes, "abcd", "--probabilities").out


def test_what_is_not_known_is_said(say: Say, writes: Path, translates: Path) -> None:
    assert "“€”, “x” are not in what was learnt from" in say("generate", writes, "€x€").err
    assert "“zebra” is not in what was" in say("generate", translates, "i see a zebra").err
    right_to_left = say("generate", writes, "שלום")
    assert right_to_left.code == 0


def test_a_beam_gives_its_texts_the_best_first(say: Say, translates: Path) -> None:
    said = say("generate", translates, "The cat sees an egg.", "--beam", 4, "--json")
    logs = [record["log_probability"] for record in said.of("written")]
    assert len(logs) == 4
    assert logs == sorted(logs, reverse=True)
    assert said.err == ""


def test_dev_is_marked_by_kind_and_length(say: Say, translates: Path) -> None:
    said = say("generate", translates, "--dev", "--json")
    marks = {record["which"]: record for record in said.of("marked")}
    assert {"dev", "sentence never seen", "pair of words never seen"} <= set(marks)
    lengths = [r["sentences"] for name, r in marks.items() if name.endswith("words")]
    assert sum(lengths) == marks["dev"]["sentences"]
    assert 0 <= marks["dev"]["exact"] <= 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--dev",), "--dev translates the dev part"),
        (("--probabilities",), "There is nothing to read yet"),
        (("--run", "run 9"), "There is no run called run 9"),
    ],
)
def test_what_cannot_be_is_said(
    say: Say, writes: Path, words: tuple[str, ...], sentence: str
) -> None:
    said = say("generate", writes, *words)
    assert said.code in (1, 2)
    assert sentence in said.err


def test_nothing_to_translate_and_no_weights_and_no_text(
    say: Say, translates: Path, file: Path, moons: Project, tmp_path: Path
) -> None:
    assert "Type a sentence" in say("generate", translates).err
    assert "says no probability" in say("generate", translates, "a cat", "--probabilities").err
    assert "has no trained weights" in say("generate", file, "a").err
    trained = _trained(moons, tmp_path / "m.chainrule")
    assert "These data are no text" in say("generate", trained, "a").err


def test_one_symbol_and_a_very_long_text_are_gone_on_with(say: Say, writes: Path) -> None:
    assert say("generate", writes, "a", "--length", 3).code == 0
    assert say("generate", writes, "abcd " * 200, "--length", 3).code == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Type a sentence"),
        ("   \t ", "Type a sentence"),
        ("...", ""),
        ("zebra quagga", "“zebra”, “quagga” are not in what was"),
        ("אני רואה", "are not in what was"),
        ("the old king sees " * 40, ""),
        ("the\x00king", ""),
    ],
)
def test_odd_sentences_are_translated_or_refused_in_words(
    say: Say, translates: Path, text: str, says: str
) -> None:
    said = say("generate", translates, text, "--json")
    assert says in said.err
    assert (said.code == 1) == ("Type a sentence" in said.err)
    assert "Traceback" not in said.err
    assert len(said.of("written")) == (said.code == 0)
