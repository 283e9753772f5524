"""A script writes and translates, in an interpreter that knows nothing of this program, what the program does."""

import json
import subprocess
import sys
from pathlib import Path

import torch
from test_script import neat

from engine.dataset import Recipe
from engine.datasets.english_french import EnglishFrench
from engine.datasets.text_file import TextFile
from engine.export.formats.python import Python
from engine.export.generating import author_in
from engine.export.script import script
from engine.export.subject import Subject, subject_of
from engine.export.writing import write_all
from engine.generate.author import Author, Manner
from engine.graph import Graph
from engine.project import Project
from engine.template import template
from tests.engine.generate.writers import TEXT, language, translator

RUNNER = """
import importlib.util, json, sys
from pathlib import Path
sys.modules["engine"] = None
found = {}
for path in sorted(Path(sys.argv[1]).glob("case_*.py")):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    network = module.build()
    name = "translate" if hasattr(module, "translate") else "write"
    asked = json.loads(path.with_suffix(".json").read_text())
    found[path.stem] = [getattr(module, name)(network, *words) for words in asked]
print("SAID" + json.dumps(found))
"""


def subject(graph: Graph, recipe: Recipe, scale: float) -> Subject:
    found = subject_of(Project("Texts", graph, recipe))
    assert isinstance(found, Subject)
    with torch.no_grad():
        for parameter in found.network.module.parameters():
            parameter.mul_(scale)  # larger ones are surer of what they say
    return found


def text_in(tmp_path: Path, text: str, **options: object) -> Recipe:
    file = tmp_path / f"text{len(list(tmp_path.glob('*.txt')))}.txt"
    file.write_text(text, encoding="utf-8")
    return Recipe.usual(TextFile(file=str(file), **options))


def said(folder: Path) -> dict[str, list[str]]:
    """What the scripts of a folder say to what they are asked."""
    (folder / "runner.py").write_text(RUNNER)
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "runner.py"), str(folder)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout.rpartition("SAID")[2])
    return found


def writer(folder: Path, name: str, found: Subject, asked: list[list[object]]) -> Author:
    write_all(Python().writers(found, folder / f"{name}.py"))
    (folder / f"{name}.json").write_text(json.dumps(asked))
    author = author_in(found)
    assert author is not None
    return author


def test_texts_of_a_script_are_those_of_the_program(tmp_path: Path) -> None:
    odd = 'Привет, мир! 👋🏽 naïve "quotes" and a \\ tail.\n' * 40
    letters = text_in(tmp_path, TEXT, window=8)
    cases = {
        "case_gru": (("GRU", {"hidden_size": 16}), letters),
        "case_lstm": (("LSTM", {"hidden_size": 6, "num_layers": 2}), letters),
        "case_odd": (("RNN", {"hidden_size": 8}), text_in(tmp_path, odd, window=6)),
        "case_words": (("GRU", {"hidden_size": 8}), text_in(tmp_path, TEXT, unit="words", window=4)),
        # reads all anew at each step, of a window
        "case_back": (("GRU", {"hidden_size": 4, "bidirectional": True}), letters),
        "case_looks": (("MultiheadAttention", {"num_heads": 2, "causal": True}), letters),
    }  # fmt: skip
    asked = [["abba ", 0.0, 1, 40], ["", 0.0, 1, 12], ["x é", 1.0, 3, 9], ["d", 0.8, 1, 30, 5]]
    wanted = {}
    for name, (middle, recipe) in cases.items():
        graph = language(recipe.prepare(), middle)
        author = writer(tmp_path, name, subject(graph, recipe, 3), asked)
        ways = [Manner(*row[1:2], None, *row[2:]) for row in asked]  # type: ignore[arg-type]
        texts = [author.go_on(str(row[0]), manner) for row, manner in zip(asked, ways, strict=True)]
        wanted[name] = [author.words.decode(text.symbols) for text in texts]
        assert len(set(wanted[name])) > 1
    assert said(tmp_path) == wanted
    neat(tmp_path)


def test_translations_of_a_script_are_those_of_the_program(tmp_path: Path) -> None:
    recipe = Recipe.usual(EnglishFrench(count=300))
    data = recipe.prepare()
    sources = (
        "the old king sees a cat",
        "She does not sing.",
        "the zebra",
        "кот 🐈 the",
        "a " * 30,
    )
    asked: list[list[object]] = [[source, width] for source in sources for width in (1, 4)]
    wanted = {}
    for cell, attention, scale in (("GRU", True, 3.0), ("LSTM", False, 4.0), ("RNN", True, 2.0)):
        found = subject(translator(data, cell, attention=attention), recipe, scale)
        name = f"case_{cell}"
        author = writer(tmp_path, name, found, asked)
        texts = [author.translate(str(source), int(str(width)))[0] for source, width in asked]
        wanted[name] = [author.words.decode(text.symbols) for text in texts]
        assert len(set(wanted[name])) > 2
    assert said(tmp_path) == wanted
    neat(tmp_path)
    plain = [sys.executable, "-I", "case_GRU.py", "--write", sources[0], "--beam", "4"]
    done = subprocess.run(plain, capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.rstrip("\n") == wanted["case_GRU"][1]


def test_a_script_that_has_nothing_to_write_says_nothing_of_it(tmp_path: Path) -> None:
    for name in ("surnames", "sunspots", "one-hidden-layer"):
        found = subject_of(template(name))
        assert isinstance(found, Subject)
        assert "--write" not in script(found, "it")
